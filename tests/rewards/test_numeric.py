import json
import math
import os
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.rewards.extraction import extract
from rlvr.rewards.numeric import MAX_CHARS, Numeric, parse_number, reference_number
from rlvr.rewards.score import BadReferenceError, Verdict
from tests.rewards.hostile import Text, corpus, text_of

DATA = Path(os.environ.get("RLVR_DATA", Path(__file__).parents[2] / "../shared/data"))
HOSTILE = corpus("numeric")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("18", 18),
        ("-3.50", Fraction(-7, 2)),
        ("\u22123", -3),
        ("\u20133", -3),
        (".5", Fraction(1, 2)),
        ("5.", 5),
        ("1,234", 1234),
        ("1,234,567.80", Fraction(6172839, 5)),
        ("-1,234", -1234),
        ("$1,234.50", Fraction(2469, 2)),
        ("-$5", -5),
        ("$-5", -5),
        ("5/8", Fraction(5, 8)),
        ("-7/3", Fraction(-7, 3)),
        ("7/-3", Fraction(-7, 3)),
        ("1,000/3", Fraction(1000, 3)),
        (r"-\frac{7}{3}", Fraction(-7, 3)),
        (r"\tfrac{-7}{3}", Fraction(-7, 3)),
        ("62.5%", Fraction(5, 8)),
        ("-5/8%", Fraction(-1, 160)),
        ("1.5e3", 1500),
        ("-1.5E-3", Fraction(-3, 2000)),
        (r"1.5 \times 10^{-3}", Fraction(3, 2000)),
        ("2*10**3", 2000),
        ("1{,}234", 1234),
        (r"1,\!234", 1234),
        (r"1\,234", 1234),
        ("\uff11\uff12\uff0e\uff15\uff05", Fraction(1, 8)),
        ("1e1000", 10**1000),
        ("-0", 0),
    ],
)
def test_each_stated_spelling_is_read(text: str, value: Fraction) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(
    "text", ["12,34", "1,2345", "1234,567", "0,123", ",123", "1,234,5", "1.234,5", "1/0", "1/2/3", "1.5/2", "$5%"]
)
def test_near_spellings_are_not(text: str) -> None:
    assert parse_number(text) is None


def test_percent_is_a_hundredth_and_never_the_bare_number() -> None:
    numeric = Numeric()
    for right in ("5/8", "0.625", "62.5%", r"62.5\%", "$0.625$"):
        for reference in ("5/8", "62.5%", 0.625):
            assert numeric.grade(right, reference).verdict is Verdict.CORRECT
    assert numeric.grade("62.5", "62.5%").verdict is Verdict.WRONG
    assert numeric.grade("62.5%", 62.5).verdict is Verdict.WRONG
    assert numeric.grade("0.333", "1/3").verdict is Verdict.WRONG


@pytest.mark.parametrize("text", [*HOSTILE["wrong"], *map(text_of, HOSTILE["wrong_long"])], ids=lambda t: ascii(t[:30]))
def test_what_is_not_exactly_the_number_is_wrong(text: str) -> None:
    assert Numeric().grade(text, "18").verdict is Verdict.WRONG


@pytest.mark.parametrize("text", [*HOSTILE["right"], *map(text_of, HOSTILE["right_long"])], ids=lambda t: ascii(t[:30]))
def test_odd_spellings_of_the_number_are_right(text: str) -> None:
    assert Numeric().grade(text, 18).verdict is Verdict.CORRECT


@pytest.mark.parametrize(
    "reference", [None, True, [18], {"a": 1}, "3 or 4", "", "eighteen", math.nan, math.inf, "9" * (MAX_CHARS + 1)]
)
def test_a_reference_that_is_no_number_is_our_failure(reference: Any) -> None:
    with pytest.raises(BadReferenceError, match="not a number"):
        Numeric().grade("18", reference)
    score = Numeric()("18", reference)
    assert (score.verdict, score.value) == (Verdict.UNSCORED, None)
    assert "not a number" in score.reason


def test_the_reason_of_a_wrong_answer_keeps_the_reference_secret() -> None:
    for answer in ("5", "no idea", "3 or 4"):
        assert "98765" not in Numeric().grade(answer, 98765).reason


decimals = st.decimals(-(10**12), 10**12, allow_nan=False, allow_infinity=False, places=6)


def spellings(value: Fraction) -> list[str]:
    """Render a number with at most six decimal places in the ways that the docstring names."""
    sign, size = ("-" if value < 0 else ""), abs(value)
    whole, millionths = divmod(int(size * 10**6), 10**6)
    places = f"{millionths:06d}".rstrip("0")
    tail = f".{places}" if places else ""
    return [
        f"{sign}{whole}{tail}",
        f"{sign}{whole:,}{tail}",
        f"{sign.replace('-', chr(0x2212))}{whole}.{millionths:06d}",
        f"{sign}${whole:,}{tail}",
        f"${sign}{whole}{tail}$" if not sign else f"{sign}{whole}{tail}.",
        f"{value.numerator}/{value.denominator}",
        f"{sign}\\frac{{{size.numerator}}}{{{size.denominator}}}",
        f"{sign}{int(size * 10**6)}e-6",
        f"{sign}{int(size * 10**6)} \\times 10^{{-6}}",
        f"{value.numerator * 100}/{value.denominator}%",
        f"  {sign}00{whole}{tail}\n",
    ]


@given(decimals.map(Fraction))
def test_every_spelling_of_a_number_is_equal(value: Fraction) -> None:
    for text in spellings(value):
        assert parse_number(text) == value, text
        assert Numeric().grade(text, str(value)).verdict is Verdict.CORRECT


@given(decimals.map(Fraction).filter(bool), st.integers(0, 20), st.integers(1, 9), st.integers(0, 10))
def test_one_changed_digit_is_another_number(value: Fraction, place: int, step: int, which: int) -> None:
    text = spellings(value)[which]
    digits = [at for at, char in enumerate(text) if char.isdigit()]
    at = digits[place % len(digits)]
    changed = f"{text[:at]}{(int(text[at]) + step) % 10}{text[at + 1 :]}"
    number = parse_number(changed)
    assert number is None or number != value


@given(st.integers(-(10**30), 10**30), st.integers(-(10**30), 10**30))
def test_integers_are_compared_exactly(left: int, right: int) -> None:
    assert bool(Numeric().grade(str(left), str(right)).value) == (left == right)
    assert Numeric().grade(str(left + 1), left).value == 0.0


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_reference_is_its_shortest_decimal(value: float) -> None:
    assert reference_number(value) == Fraction(repr(value))
    assert Numeric().grade(repr(value), value).value == 1.0


@given(st.text() | st.text(alphabet="0123456789.,/$%-+eE{}\\ \ud800"))
def test_no_text_makes_it_raise(text: str) -> None:
    number = parse_number(text)
    assert number is None or isinstance(number, int | Fraction)
    assert parse_number(f" {text} ") == number


@pytest.mark.parametrize("pattern", [r"A: ?(.*)", r"A:\s*(.+)", r"(?m)^A: (.*)$"])
def test_the_publishers_labels_of_2638_real_solutions_are_reproduced(pattern: str) -> None:
    path = DATA / "gsm8k_model_solutions.jsonl"
    if not path.exists():
        pytest.skip(f"no {path}: set RLVR_DATA to the folder with the real inputs")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    numeric = Numeric(extract=f"regex:{pattern}")
    assert len(rows) == 2638
    assert numeric.runs_inline
    for row in rows:
        reference = extract(numeric.extract, row["ground_truth"]).answer
        score = numeric(row["solution"], reference)
        assert (score.verdict is Verdict.CORRECT) == row["is_correct"], row["solution"]
        assert score.value == float(row["is_correct"])


def test_the_hostile_corpus_is_large() -> None:
    texts: list[Text] = [*HOSTILE["wrong"], *HOSTILE["wrong_long"]]
    assert len(texts) >= 150
