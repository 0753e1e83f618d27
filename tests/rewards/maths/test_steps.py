r"""Which equations a worked solution is read to claim, and what becomes of each: it holds, it does not, or neither."""

from random import Random

import pytest

from rlvr.rewards import StepVerifier

VERIFIER = StepVerifier()

HOLDS = "true"
FAILS = "false"
OPEN = "unknown"

CASES: dict[str, list[tuple[str, str | list[str]]]] = {
    "plain": [
        ("48/2 = 24", HOLDS),
        ("48/2 = 25", FAILS),
        ("48 / 2 = 24 clips in May.", HOLDS),
        ("48 / 2 = 42 clips in May.", FAILS),
        ("So (12+14)/2=13.", HOLDS),
        ("So (12+14)/2=14.", FAILS),
        ("10 - 3 - 2 = 5", HOLDS),
        ("10 - (3 - 2) = 5", FAILS),
        ("2 ** 5 == 32", HOLDS),
        ("2^5 = 30", FAILS),
        ("5! = 120", HOLDS),
        ("5! = 110", FAILS),
        ("-5 + 3 = -2", HOLDS),
        ("-5 + 3 = 2", FAILS),
        ("- 5 + 3 = 8", HOLDS),
        ("24 = 48/2", HOLDS),
        ("3(4 + 5) = 27", HOLDS),
        ("3(4 + 5) = 17", FAILS),
        ("0.1 + 0.2 = 0.3", HOLDS),
        ("4 = 3", FAILS),
        ("7/0 = 7", FAILS),
    ],
    "units and currency": [
        ("He pays 3 boxes * $4 per box = $12 in all", HOLDS),
        ("He pays 3 boxes * $4 per box = $13 in all", FAILS),
        ("50 people - 15 who got off at the first stop = 35 people", HOLDS),
        ("50 people – 15 who got off at the first stop = 53 people", FAILS),
        ("$256 fine / $16 for each mile per hour over = 16", HOLDS),
        ("32 miles/hour * 2 hours = 64 miles", HOLDS),
        ("32 miles/hour * 2 hours = 46 miles", FAILS),
        ("3 lbs. * 40 cups per lb. = 120 cups", HOLDS),
        ("3 lbs. * 40 cups per lb. = 12 cups", FAILS),
        ("200g + 100g = 300g", HOLDS),
        ("200g + 100g = 400g", FAILS),
        ("1 hour = 60 minutes", OPEN),
        ("4 pounds - 6 ounces = 58 ounces", OPEN),
        ("$0.25 x 10 = 250 cents", HOLDS),
        ("$0.25 x 10 = 520 cents", FAILS),
        ("5 + 1 = 6th floor", HOLDS),
        ("5 + 1 = 7th floor", FAILS),
    ],
    "thousands": [
        ("80,000+50,000=$130,000", HOLDS),
        ("80,000+50,000=$310,000", FAILS),
        ("600 x 30 = 18 000 watts", HOLDS),
        ("600 x 30 = 81 000 watts", FAILS),
        ("50 x 50 = 2 500 kg", HOLDS),
        ("1.5 million * 2 = 3 million", HOLDS),
        ("1,500 * 1,000 = 1.5 million", HOLDS),
        ("1,500 * 1,000 = 1.6 million", FAILS),
    ],
    "times and words": [
        ("0.2 x 50 = 10", HOLDS),
        ("6x2=12", HOLDS),
        ("6x2=21", FAILS),
        ("6 × 2 = 12", HOLDS),
        ("4 times 3 equals 12.", HOLDS),
        ("4 times 3 equals 21.", FAILS),
        ("22 minus 18 is equal to 4", HOLDS),
        ("28 divided by two equals 14", HOLDS),
        ("28 divided by two equals 41", FAILS),
        ("5 + 3 is 8", HOLDS),
        ("5 + 3 is 9", FAILS),
        ("His age in 5 + 3 years is 20", OPEN),
    ],
    "percent": [
        ("20% of 50 = 10", HOLDS),
        ("20% of 50 = 11", FAILS),
        ("1/4 of the 20 apples = 5 apples", HOLDS),
        ("1/4 of the 20 apples = 6 apples", FAILS),
        ("50 - 20% = 40", HOLDS),
        ("50 - 20% = 30", FAILS),
        ("100% - 20% = 80%", HOLDS),
        ("100% - 20% = 70%", FAILS),
        ("80/400*100 = 20% of the students", HOLDS),
        ("80/400 = 20%", HOLDS),
        ("80/400 = 30%", FAILS),
        ("10% of the $400 + $1580 = $1980", HOLDS),
    ],
    "rounding": [
        ("10/3 = 3.33", HOLDS),
        ("10/3 = 3.34", FAILS),
        ("2/3 = 0.67", HOLDS),
        ("2/3 = 0.66", FAILS),
        ("10/3 = 3", FAILS),
        ("10/3 ≈ 3", HOLDS),
        ("10/3 ≈ 4", HOLDS),
        ("10/3 ≈ 5", FAILS),
        ("10/3 = about 3", HOLDS),
        ("10/3 = 3 (rounded)", HOLDS),
        ("10/3 = 5 (rounded)", FAILS),
        ("97*11 ≈ 1100", HOLDS),
        ("97*11 ≈ 1200", FAILS),
        ("6 ≈ 10", FAILS),
        ("100/3 = 33 each, with 1 left over", HOLDS),
        ("100/3 = 34 each, with 1 left over", FAILS),
        ("4.20+9.45+1.35=14.999999999999998", HOLDS),
        ("4 / 3 = 1 and 1/3", HOLDS),
        ("4 / 3 = 2 and 1/3", FAILS),
        ("5/2 = 2 1/2", HOLDS),
        ("5/2 = 3 1/2", FAILS),
        ("1 1/2 / 1/2 = 3", HOLDS),
    ],
    "not checkable": [
        ("2x + 3 = 7", OPEN),
        ("x + 3*x + 6*x = 80", []),
        ("U + U - 17 + U + 26 = 411", OPEN),
        ("Total - 5 + 3 = 10", OPEN),
        ("5A/5 = 20/5", OPEN),
        ("f(2) + 1 = 5", OPEN),
        ("half of 20 + 5 = 15", OPEN),
        ("twice the 5 + 3 = 16", OPEN),
        ("ratio 3:4 + 1 = 6", OPEN),
        ("Week 1 + Week 2 = 35 + 35", OPEN),
        ("2 + 3 = 6x", OPEN),
        ("2 + 3 = 6m", FAILS),
        ("10 = 3*p + 4", OPEN),
    ],
    "latex": [
        (r"$\frac{48}{2} = 24$", HOLDS),
        (r"$\frac{48}{2} = 25$", FAILS),
        (r"$\frac{48}{2}$ = 24", HOLDS),
        (r"\[48 \div 2 = 24\]", HOLDS),
        (r"\(48 \cdot 2 = 69\)", FAILS),
        (r"$5 \times 3 = 15$ apples", HOLDS),
        (r"5 \times 3 = 16 apples", FAILS),
        (r"$AB = \frac{5}{4} = 1\frac{1}{4}$", [OPEN, HOLDS]),
        (r"$x^2 + 2x + 1 = (x+1)^2$", HOLDS),
        (r"$x^2 + 2x = 8$", OPEN),
        (r"$x \cdot 2 = 2x + 1$", OPEN),
        (r"$\sqrt{16} + \sqrt{9} = 7$", HOLDS),
        (r"$\sqrt{16} + \sqrt{9} = 5$", FAILS),
        (r"$\sin 30^\circ = \frac{1}{2}$", HOLDS),
        (r"$\sin 30^\circ = \frac{1}{3}$", FAILS),
        (r"$x = 1 \pm \sqrt{2}$", OPEN),
        (r"$17 \equiv 2 \pmod{5}$ and $17 = 2 \pmod 5$", []),
        (r"$5\text{ m} = 500\text{ cm}$", OPEN),
        (r"$90^3=729,\!000$", HOLDS),
        (r"$2^{10} \approx 1000$", HOLDS),
        (r"$\binom{5}{2} = 10$", HOLDS),
        (r"$1 = \begin{pmatrix}1\end{pmatrix}$", []),
    ],
    "chains": [
        ("2 * 12 = 24 = 20 + 4", [HOLDS, HOLDS]),
        ("2 * 12 = 24 = 20 + 5", [HOLDS, FAILS]),
        ("2 * 12 = 25 = 20 + 4", [FAILS, FAILS]),
        ("5*3 = 15 + 3 = 18", [HOLDS, HOLDS]),
        ("5*3 = 16 + 3 = 18", [FAILS, FAILS]),
        ("5*3 = 15 + 3", FAILS),
        ("Mercedes = 2 * 7.5 = 15 km", HOLDS),
        ("5 * 3\n= 15", []),
        ("1 + 5 * 3 = 4 * 4\n= 16\n= 17", [HOLDS, HOLDS, FAILS]),
        ("$1 + 2^2 = 5$\n$= \\frac{10}{2}$\n$= \\frac{10}{3}$", [HOLDS, HOLDS, FAILS]),
        ("5+3=8,10-2=8 and 3*3=9", [HOLDS, HOLDS, HOLDS]),
        ("5+3=8; 10-2=9. 3*3=9", [HOLDS, FAILS, HOLDS]),
    ],
    "annotations": [
        ("48/2 = <<48/2=24>>24 clips", [HOLDS, HOLDS, HOLDS]),
        ("48/2 = <<48/2=25>>24 clips", [FAILS, FAILS, HOLDS]),
        ("48/2 = <<48/2=24>>25 clips", [HOLDS, FAILS, FAILS]),
        ("48/2 = <<48/2=25>>25 clips", [FAILS, HOLDS, FAILS]),
        ("Half is <<48/2=24>>25 clips", [HOLDS, FAILS]),
        ("costs $<<10*170=1700.00>>1,700.00 in all", [HOLDS, HOLDS]),
        ("a share of <<3/4*100=75>>75%", [HOLDS, HOLDS]),
        ("on the <<1+5=6>>6th floor", [HOLDS, HOLDS]),
        ("about <<10/3=3.33>>3.3 each", [HOLDS, HOLDS]),
    ],
    "markup": [
        ("**48/2 = 24**", HOLDS),
        ("= **24**", []),
        ("1. 48/2 = **25**", FAILS),
        ("* 5 + 3 = 8", HOLDS),
        ("Step 3: 5 + 3 = 9", FAILS),
        ("if x == 3 or y != 4: total += 5", []),
        ("<b>5</b> => 3 + 3 = 6", HOLDS),
    ],
    "no equations": [("She sold 48/2 clips.", []), ("", []), ("=", []), ("a = b", []), ("The answer is 7.", [])],
}


@pytest.mark.parametrize(("text", "wanted"), [case for cases in CASES.values() for case in cases])
def test_step(text: str, wanted: str | list[str]) -> None:
    found = [step.truth.value for step in VERIFIER.steps(text)]
    assert found == ([wanted] if isinstance(wanted, str) else wanted), VERIFIER.steps(text)


def test_a_step_says_where_it_stands_and_why() -> None:
    right, wrong = VERIFIER.steps("First:\n48 / 2 = 24 clips.\n\nThen $24 + 24 = $49.")
    assert (right.line, right.text, right.counts) == (2, "48 / 2 = 24", True)
    assert (wrong.line, wrong.text, wrong.reason) == (4, "24 + 24 = $49", "different canonical forms")


def test_a_sentence_of_a_long_line_is_read() -> None:
    long = "She went home. " * 300
    assert [step.truth.value for step in VERIFIER.steps(f"{long}5 + 3 = 9 apples. {long}")] == [FAILS]
    assert VERIFIER.steps("She went home, " * 300 + "5 + 3 = 9 apples") == ()


PIECES = [
    *("1", "2", "3.5", ".5", "1,000", "10 000", "%", r"\%", "$", "=", "=", "≈", "+", "-", "*", "/", "^", "(", ")"),
    *("x", "of", "and", "half", "dozen", "times", "is", "equals", "about", "two", "apples", "cents", "lbs.", "g", "."),
    *(r"\frac{1}{2}", r"\sqrt{4}", r"\times", r"\text{cm}", "<<", ">>", "<<1+1=2>>", "{", "}", "\n", "**", r"\[", "&"),
    *(
        "6th",
        "1/2",
        "and 1/3",
        "(rounded)",
        "²",
        "½",
        "−",
        "√",
        r"\sin",
        r"30^\circ",
        r"\pm",
        "e",
        "...",
        "07",
        "!",
        ",",
    ),
]


@pytest.mark.parametrize("seed", range(20))
def test_no_text_makes_it_raise(seed: int) -> None:
    rng = Random(seed)
    for _ in range(100):
        text = rng.choice(["", " "]).join(rng.choices(PIECES, k=rng.randrange(1, 30)))
        assert VERIFIER.steps(text) == VERIFIER.steps(text)


SPELLINGS = [
    "{a} {op} {b} = {c}",
    "She has {a} apples {op} {b} apples = {c} apples in all.",
    "It costs ${a}{op}{b}=${c}.",
    "**{a} {op} {b} = {c}**",
    "So {c} = {a} {op} {b}, as wanted",
    r"$\frac{{{a}}}{{1}} {op} {b} = {c}$",
    "{a} {op} {b} = <<{a}{op}{b}={c}>>{c} a day",
    "Since 5 - 3 = 2, {a} {op} {b} = {c} and 4 * 4 = 16.",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_step_fails_in_every_spelling_when_its_result_is_changed(spelling: str) -> None:
    rng = Random(spelling)
    for _ in range(60):
        a, b, op = rng.randrange(10, 3000), rng.randrange(2, 400), rng.choice("+-*")
        right = {"+": a + b, "-": a - b, "*": a * b}[op]
        wrong = right + rng.choice([-10, -1, 1, 10])
        for result, wanted in ((right, HOLDS), (wrong, FAILS)):
            truths = {step.truth.value for step in VERIFIER.steps(spelling.format(a=a, b=b, op=op, c=result))}
            assert wanted in truths
            assert (FAILS in truths) is (wanted == FAILS)
