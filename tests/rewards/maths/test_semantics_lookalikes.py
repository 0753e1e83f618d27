r"""What a check at a few points, or by floats, takes for equal: near coincidences, pieces, narrow domains.

Here every wrong row is equal to its reference on a ray, or to dozens of digits, or at all integers; most right rows
are identities that look no better than the wrong ones. Left out as policy: `\ln|x|` and `\ln x`.
"""

import pytest

from tests.rewards.maths.rows import Case, check, rows

COINCIDENCES: list[Case] = [
    ("640320^3+744", ["262537412640768744"], [r"e^{\pi\sqrt{163}}", "262537412640768743", "640320^3+745"]),
    (
        r"\pi",
        [r"\frac{2\pi}{2}", r"4\arctan 1"],
        [r"\frac{\ln(640320^3+744)}{\sqrt{163}}", r"\sqrt[4]{\frac{2143}{22}}", r"\frac{355}{113}"],
    ),
    (
        "1",
        [r"1+0\cdot10^{-50}"],
        [r"1+10^{-50}", r"\sqrt{1+10^{-60}}", r"\tanh 100", r"\cos(10^{-40})", r"\frac{10^{100}+1}{10^{100}}"],
    ),
    (
        "0",
        [r"e^0-1", r"\ln 1"],
        ["e^{-1000}", r"\ln(1+10^{-50})", "10^{-300}", r"\sin(10^{-60})", r"2^{-10000}", r"1-\tanh 200"],
    ),
    (r"\frac{\pi}{2}", [r"2\arctan 1"], [r"\arctan(10^{50})", r"\frac{\pi}{2}-10^{-60}", r"\arcsin(1-10^{-80})"]),
    ("10^{40}", [r"\sqrt{10^{80}}", r"100^{20}"], [r"\sqrt{10^{80}+1}", "10^{40}+1", r"10^{40}+10^{-40}", "10^{41}"]),
    (
        "x",
        [r"x+0", r"\frac{2x}{2}"],
        [r"x+10^{-40}", r"\frac{x}{1+10^{-30}}", "x+e^{-200}", r"x+\frac{1}{10^{100}}", r"x^{1+10^{-50}}"],
    ),
    (r"\sqrt{2}+\sqrt{3}", [r"\sqrt{5+2\sqrt6}"], [r"\pi", "3.1463", r"\sqrt{10}-10^{-2}", r"\sqrt{9.9}"]),
    (r"\sqrt{10}+\sqrt{11}", [], [r"\sqrt{5}+\sqrt{18}", r"\sqrt{42}"]),
    (r"\sqrt[3]{2+\sqrt5}+\sqrt[3]{2-\sqrt5}", ["1"], ["2", r"\sqrt[3]{4}", "0.999"]),
    (
        r"\frac{10^{30}+1}{10^{30}}",
        [r"1+10^{-30}"],
        ["1", r"\frac{10^{30}}{10^{30}-1}", r"\frac{10^{30}-1}{10^{30}}", r"1+10^{-31}"],
    ),
    (
        "2^{1000}",
        [r"2\cdot2^{999}", "4^{500}", "1024^{100}"],
        ["2^{1000}+1", "2^{1001}-2^{999}", "10^{301}", "2^{1000}-1"],
    ),
    ("3^{100}+2^{100}", ["2^{100}+3^{100}"], ["3^{100}", "3^{100}+2^{99}", "5^{100}", "6^{100}", "3^{100}-2^{100}"]),
]

PIECES: list[Case] = [
    (
        "|x-1|+|x+1|",
        [r"|x+1|+|1-x|", r"\sqrt{(x-1)^2}+\sqrt{(x+1)^2}"],
        ["2|x|", "2", "2x", "|2x|", r"\sqrt{4x^2}", "|x^2-1|"],
    ),
    ("10", [], ["|x-5|+|x+5|", r"|x+5|-|x-5|", r"\sqrt{(x-5)^2}+\sqrt{(x+5)^2}"]),
    ("100-x", ["-(x-100)"], [r"\sqrt{(x-100)^2}", "|x-100|", "|100-x|", r"\min(100-x, 10^6)", r"\max(100-x,-10^6)"]),
    (
        "x",
        [r"\sin(\arcsin x)", r"\ln e^x", r"e^{\ln x}", r"\tan(\arctan x)"],
        [r"\arcsin(\sin x)", r"\arctan(\tan x)", r"\arccos(\cos x)", r"\max(x,-1000)", r"\min(x,10^9)"],
    ),
    (
        "1",
        [r"\frac{|x|}{|x|}", r"\frac{x^2}{|x|^2}"],
        [r"\frac{|x|}{x}", r"\frac{\sqrt{x^2}}{x}", r"\frac{x}{|x|}", r"\frac{|x-1|}{x-1}", r"\frac{|x+100|}{x+100}"],
    ),
    ("x^3", [r"\sqrt[3]{x^9}", "x|x|^2"], [r"\sqrt{x^6}", "|x|^3", "|x^3|", "x^2|x|"]),
    ("x^2", [r"\sqrt{x^4}", "|x|^2", "|x^2|", "|x||x|"], ["x|x|", "-x|x|", r"\sqrt{x^2}"]),
    (
        r"\lceil x\rceil",
        [r"-\lfloor -x\rfloor", r"\lceil x+1\rceil-1"],
        [r"\lfloor x\rfloor+1", r"\lfloor x\rfloor", r"\lfloor x+1\rfloor", r"\lfloor x+0.5\rfloor"],
    ),
    (
        r"\lfloor 2x\rfloor",
        [r"\lfloor x\rfloor+\lfloor x+\frac12\rfloor"],
        [r"2\lfloor x\rfloor", r"\lfloor x\rfloor+\lceil x\rceil", r"\lceil 2x\rceil-1"],
    ),
    (
        "0",
        [r"\lfloor x\rfloor-\lfloor x\rfloor"],
        [
            r"\left\lfloor\frac{x}{10^9}\right\rfloor",
            r"\lceil x\rceil-\lfloor x\rfloor-1",
            r"x-\lfloor x\rfloor",
            "|x|-x",
        ],
    ),
    (r"\max(a,b)", [r"\frac{a+b+|a-b|}{2}"], [r"\frac{a+b-|a-b|}{2}", r"\frac{a+b+a-b}{2}", r"|a-b|"]),
    (r"\min(a,b)+\max(a,b)", ["a+b"], ["a-b", "2a", r"\max(a,b)", "|a|+|b|"]),
    (r"|x^2+1|", ["x^2+1"], [r"x^2-1", "|x^2-1|", "|x|+1"]),
    (r"\arcsin x+\arccos x", [r"\frac{\pi}{2}"], ["1", r"\pi", "90.0", r"\frac{\pi}{2}x"]),
    (r"2\ln|x|", [r"\ln x^2"], [r"\ln|2x|", r"(\ln|x|)^2", r"\ln|x|"]),
]

STEPS: list[Case] = [
    (r"x+\lceil 5\rceil", ["x+5", r"\lceil 4.5\rceil+x"], ["|x|+5", r"|x|+\lceil5\rceil", r"\lceil x\rceil+5"]),
    (
        r"\lceil x\rceil",
        [],
        [r"\lceil |x|\rceil", r"\lceil\sqrt{x^2}\rceil", r"|\lceil x\rceil|", r"\lceil\max(x,0)\rceil"],
    ),
    (
        r"\lfloor\max(x,3)\rfloor",
        [r"\max(\lfloor x\rfloor,3)"],
        [r"\lfloor\max(|x|,3)\rfloor", r"\lfloor\max(x,10)\rfloor"],
    ),
    (r"\lfloor\min(x,7)\rfloor", [r"\lfloor\min(7,x)\rfloor"], [r"\lfloor\min(x,8)\rfloor", r"\lfloor x\rfloor"]),
    (
        r"\left\lfloor\frac{x}{10^9}\right\rfloor",
        [],
        [r"\left\lfloor\frac{x}{180^9}\right\rfloor", r"\lfloor x\rfloor"],
    ),
    (r"\lceil 2x\rceil", [r"\lceil x+x\rceil"], [r"\lceil x+|x|\rceil", r"2\lceil x\rceil", r"\lfloor2x\rfloor+1"]),
    (r"\sqrt[3]{\frac{2x}{x}}", [r"\sqrt[3]{2}"], [r"\sqrt[3]{\frac{|x|+x}{x}}", r"\sqrt[3]{\frac{2|x|}{x}}"]),
    (r"\tan\lceil 2x\rceil", [r"\tan(\lceil x+x\rceil)"], [r"\tan\lceil x+|x|\rceil", r"\tan\lceil 2|x|\rceil"]),
]

NARROW_DOMAINS: list[Case] = [
    (
        r"\sqrt{x-1000}",
        [r"(x-1000)^{1/2}", r"\sqrt{-1000+x}"],
        [r"2\sqrt{x-1000}", r"\sqrt{x-1000}+1", r"\sqrt{x-1001}", r"\sqrt{-x-1000}", "0"],
    ),
    (
        r"\ln(x-1000)",
        [r"\ln(-1000+x)"],
        [r"\ln(x-1000)+1", r"2\ln(x-1000)", r"\ln(1000-x)", r"\ln(x-999)", r"\ln x-\ln1000"],
    ),
    (
        r"\arcsin(x-50)",
        [r"\arcsin(-50+x)", r"-\arcsin(50-x)"],
        [r"\arccos(x-50)", r"2\arcsin(x-50)", r"\arcsin(x-50)+1", r"\arcsin(x)-50"],
    ),
    (r"\sqrt{x}", [r"x^{1/2}"], [r"\sqrt{-x}", r"-\sqrt{x}", r"\sqrt{|x|}+1", r"\sqrt{x+1}"]),
    (r"\sqrt{-1-x^2}", [], [r"\sqrt{-2-x^2}", "0", "1", r"-\sqrt{-1-x^2}", "x"]),
    (r"\sqrt{1-x^2}", [r"\sqrt{(1-x)(1+x)}"], [r"1-x", r"\sqrt{x^2-1}", r"\sqrt{1+x^2}", r"1-x^2", r"-\sqrt{1-x^2}"]),
    (
        r"\sqrt{(x-5)(6-x)}",
        [r"\sqrt{-x^2+11x-30}"],
        [r"\sqrt{(x-5)(x-6)}", r"\sqrt{(5-x)(6-x)}", r"2\sqrt{(x-5)(6-x)}", "0"],
    ),
    (r"\ln(\ln(\ln x))", [r"\ln\ln\ln x"], [r"\ln\ln x", r"3\ln x", r"\ln^3x", r"\ln(\ln(\ln x))+1"]),
]

AT_THE_INTEGERS: list[Case] = [
    (r"\sin(\pi n)", [r"\sin(n\pi)"], ["0", r"\pi\sin n", r"\cos(\pi n)", "n"]),
    (
        r"\cos(2\pi x)",
        [r"\cos(-2\pi x)", r"1-2\sin^2(\pi x)"],
        ["1", r"\cos(\pi x)", r"\cos(4\pi x)", r"\cos^2(\pi x)"],
    ),
    (
        "x",
        [],
        [r"x+x(x-1)(x-2)(x-3)(x+1)(x+2)", r"x+\sin(\pi x)", r"x\cos(2\pi x)", r"\lfloor x\rfloor", r"\lceil x\rceil"],
    ),
    ("x^3-x", ["x(x-1)(x+1)", "(x^2-1)x"], ["0", "x(x-1)(x+1)(x^2+1)", "x^2-x", r"\sin(\pi x)"]),
    ("2^x", [r"e^{x\ln2}", r"\left(\frac12\right)^{-x}"], [r"1+x+\frac{x(x-1)}{2}", "x+1", "x^2", "2x"]),
    (r"\frac{x^7-x}{1}", ["x^7-x", "x(x^6-1)"], ["0", "x^7", "x^6-x", "7x"]),
]


@pytest.mark.parametrize(("reference", "answer", "right"), rows(COINCIDENCES))
def test_near_is_not_equal(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(PIECES + STEPS))
def test_equal_on_one_piece_is_not_equal(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(NARROW_DOMAINS))
def test_a_narrow_domain_is_looked_into(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(AT_THE_INTEGERS))
def test_equal_at_the_integers_is_not_equal(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


CASES = [*COINCIDENCES, *PIECES, *STEPS, *NARROW_DOMAINS, *AT_THE_INTEGERS]
