r"""Identities, and near misses of identities: equal means equal at every real point where both sides are real.

Left out as policy: `(-8)^{1/3}`, `\log 100` without a base, `0^0`, identities that hold for integers only.
"""

import pytest

from tests.rewards.maths.rows import Case, check, rows

RADICALS: list[Case] = [
    (
        r"\frac{1}{\sqrt n}",
        [r"\sqrt{1/n}", r"\sqrt{\frac1n}", "n^{-1/2}", r"\frac{\sqrt n}{n}", r"\frac{1}{n^{1/2}}", "1/sqrt(n)"],
        [
            r"\sqrt n",
            r"\frac1n",
            "n^{-2}",
            r"\frac{1}{\sqrt{n+1}}",
            r"-\frac{1}{\sqrt n}",
            r"\sqrt{\frac{1}{n^2}}",
            r"\frac{n}{\sqrt n}",
        ],
    ),
    (
        r"\sqrt{x^2}",
        ["|x|", r"\sqrt[4]{x^4}", r"|-x|", r"\left|x\right|", r"\sqrt{(-x)^2}"],
        ["x", "-x", "x^2", r"\sqrt[3]{x^3}"],
    ),
    (
        "-2",
        [r"\sqrt[3]{-8}", r"\sqrt[5]{-32}", r"-\sqrt4", r"-\sqrt[3]{8}", "-8^{1/3}"],
        [r"\sqrt{4}", r"\sqrt[3]{8}", r"\pm2", r"\sqrt[3]{-2}"],
    ),
    (
        "x",
        [r"\sqrt[3]{x^3}", r"\sqrt[5]{x^5}", r"\frac{x^2}{x}", r"x\cdot1"],
        [r"\sqrt{x^2}", r"\sqrt[4]{x^4}", "|x|", r"\sqrt[3]{x}"],
    ),
    (r"-\sqrt[3]{x}", [r"\sqrt[3]{-x}"], [r"\sqrt[3]{x}", r"\sqrt{-x}", r"-\sqrt{x}"]),
    (
        r"3\sqrt{13}",
        [r"\sqrt{117}", r"\sqrt{9\cdot13}", r"3 \cdot 13^{1/2}", "3*sqrt(13)", "3√13", r"\frac{39}{\sqrt{13}}"],
        [r"13\sqrt3", r"\sqrt{39}", r"\sqrt{13}", "39", r"\sqrt[3]{13}", r"3+\sqrt{13}"],
    ),
    (
        r"\frac{\sqrt{3}}{3}",
        [r"\frac{1}{\sqrt3}", r"\sqrt{\frac13}", "3^{-1/2}", r"\frac{\sqrt{12}}{6}"],
        [r"\sqrt3", r"\frac{\sqrt3}{2}", r"\frac{3}{\sqrt3}", "1", r"\frac13", r"\sqrt{\frac{3}{3}}"],
    ),
    (
        r"11\sqrt2",
        [r"\sqrt{242}", r"11 \sqrt{2}", r"\sqrt2\cdot11", "11sqrt2", "11*sqrt(2)"],
        [r"2\sqrt{11}", r"\sqrt{22}", r"11^{\sqrt2}", r"11\sqrt{3}"],
    ),
    (
        r"1+\sqrt2",
        [r"\sqrt{3+2\sqrt2}", r"\frac{1}{\sqrt2-1}", r"\sqrt 2+1"],
        [r"\sqrt3", r"1-\sqrt2", r"\sqrt{3-2\sqrt2}", r"\sqrt{3}+\sqrt{2}"],
    ),
    (
        r"\sqrt3+\sqrt2",
        [r"\frac{1}{\sqrt3-\sqrt2}", r"\sqrt{5+2\sqrt6}"],
        [r"\sqrt5", r"\sqrt6", r"\sqrt{5+\sqrt6}", r"\sqrt3-\sqrt2"],
    ),
    (
        r"\frac{1+\sqrt5}{2}",
        [r"\frac{2}{\sqrt5-1}", r"\sqrt{\frac{3+\sqrt5}{2}}", r"\frac12+\frac{\sqrt5}{2}"],
        ["2", r"\frac{1-\sqrt5}{2}", "1.618", r"1+\frac{\sqrt5}{2}"],
    ),
    (
        r"\sqrt{\frac{20}{21}}",
        [r"\frac{2\sqrt{105}}{21}", r"\frac{2\sqrt5}{\sqrt{21}}"],
        [r"\frac{20}{21}", r"\sqrt{\frac{21}{20}}", r"\frac{\sqrt{20}}{21}"],
    ),
    (r"\sqrt{xy}", [r"\sqrt{x}\sqrt{y}", r"(xy)^{1/2}"], [r"\sqrt{x}+\sqrt{y}", r"\sqrt{x}y", "xy", r"\sqrt{x+y}"]),
    (r"\sqrt{x^2+y^2}", [r"(x^2+y^2)^{1/2}", r"\sqrt{y^2+x^2}"], ["x+y", "|x|+|y|", r"\sqrt{x+y}", "|x+y|", "x^2+y^2"]),
    (
        "4",
        ["8^{2/3}", "16^{1/2}", r"\sqrt{16}", "2^2", r"64^{\frac13}", r"\sqrt[3]{64}"],
        ["8^{3/2}", r"\pm4", "-4", r"\sqrt{2}", r"\sqrt[4]{16}"],
    ),
    ("|x-2|", ["|2-x|", r"\sqrt{(x-2)^2}", r"\left|x-2\right|"], ["x-2", "2-x", "|x|-2", "|x+2|"]),
    ("|x||y|", ["|xy|", r"\sqrt{x^2y^2}"], ["xy", "|x|+|y|", "|x+y|"]),
]

TRIGONOMETRY: list[Case] = [
    (
        r"\arcsin x",
        [r"\sin^{-1} x", r"\sin^{-1}(x)", "arcsin(x)", r"\arcsin(x)", "asin(x)"],
        [r"\frac{1}{\sin x}", r"\csc x", r"(\sin x)^{-1}", r"\arccos x", r"\sin x"],
    ),
    (
        "1",
        [r"\sin^2x+\cos^2x", r"\sec^2y-\tan^2y", r"\cosh^2t-\sinh^2t", r"\tan\frac{\pi}{4}", r"\tan x\cot x"],
        [r"\sin^2x-\cos^2x", r"\sin x+\cos x", r"\sin^2x+\cos^2y"],
    ),
    (
        r"\cot x",
        [r"\frac{1}{\tan x}", r"\frac{\cos x}{\sin x}", r"\cot(x)", r"\frac{\cos(x)}{\sin(x)}", "1/tan(x)"],
        [r"\tan x", r"\cot y", r"-\cot x", r"\cot 2x", r"\frac{\sin x}{\cos x}", r"\tan^{-1}x"],
    ),
    (
        r"2 \sin b \cos a",
        [r"2\cos a\sin b", r"\sin(a+b)-\sin(a-b)"],
        [r"2\sin a\cos b", r"\sin 2b", r"2\sin b\cos b", r"2\sin(b\cos a)", r"\sin(a+b)+\sin(a-b)"],
    ),
    (
        r"\sin 2x",
        [r"2\sin x\cos x", r"\sin(2x)", r"\sin(x+x)"],
        [r"2\sin x", r"\sin^2 x", r"\sin x", r"\cos2x", r"\sin(2)x"],
    ),
    (
        r"\cos 2x",
        [r"1-2\sin^2x", r"2\cos^2x-1", r"\cos^2x-\sin^2x", r"(\cos x-\sin x)(\cos x+\sin x)"],
        [r"2\cos x", r"1-\sin^2x", r"2\sin^2x-1", r"\cos^2x"],
    ),
    (
        r"\sin^2 x",
        [r"(\sin x)^2", r"\sin(x)^2", r"1-\cos^2 x", r"\frac{1-\cos 2x}{2}"],
        [r"\sin(x^2)", r"\sin x^2", r"\sin 2x", r"\cos^2x", r"\sin\sin x"],
    ),
    (
        r"\tan^2 y+1",
        [r"\sec^2(y)", r"\frac{1}{\cos^2y}", r"1+\tan^2(y)"],
        [r"\csc^2y", r"\tan^2(y+1)", r"\sec y", r"\sec^2x"],
    ),
    (
        r"\tan x",
        [r"\frac{\sin x}{\cos x}", r"\frac{\sin 2x}{1+\cos 2x}"],
        [r"\frac{\cos x}{\sin x}", r"\sin x\cos x", r"\tan(-x)"],
    ),
    (
        r"\sin x",
        [r"\sin(\pi-x)", r"\cos\left(\frac{\pi}{2}-x\right)", r"-\sin(-x)"],
        [r"\sin(\pi+x)", r"\cos(x+\frac\pi2)", "sin", r"\sin"],
    ),
    (
        r"\sin x+\cos x",
        [r"\sqrt2\sin\left(x+\frac{\pi}{4}\right)", r"\cos x+\sin x"],
        [r"\sin 2x", r"2\sin x", r"\sqrt2\sin\left(x-\frac{\pi}{4}\right)", "1"],
    ),
    (
        r"\frac{\pi}{4}",
        [r"\arctan 1", r"\arcsin\frac{\sqrt2}{2}", r"\arctan\frac12+\arctan\frac13"],
        ["45", r"\frac{4}{\pi}", "1", r"\arctan\frac12", r"\arcsin\frac12"],
    ),
    (
        r"\frac{\sqrt{2}}{2}",
        [r"\frac{1}{\sqrt2}", r"\sin\frac{\pi}{4}", r"\cos\frac\pi4", "2^{-1/2}"],
        [r"\sqrt2", r"\frac12", "0.707", r"\frac{2}{\sqrt2}"],
    ),
    (r"\frac{1+\sqrt5}{4}", [r"\cos\frac{\pi}{5}"], [r"\cos\frac{\pi}{4}", r"\sin\frac{\pi}{5}", "0.809"]),
    (r"\arctan x+\arctan\frac1x", [], [r"\frac{\pi}{2}", r"-\frac{\pi}{2}", "0"]),
    (r"\sinh x", [r"\frac{e^x-e^{-x}}{2}"], [r"\cosh x", r"\sin x", r"\frac{e^x+e^{-x}}{2}", "e^x"]),
]

LOGARITHMS: list[Case] = [
    (
        r"\ln a+\ln b",
        [r"\ln(ab)", r"\ln ab", r"\ln b+\ln a"],
        [r"\ln(a+b)", r"\ln a\ln b", r"\ln\frac ab", r"\log_2(ab)"],
    ),
    (
        "3",
        [r"\log_2 8", r"\ln e^3", r"\log_{10}1000", r"\log_3 27", r"\frac{\ln8}{\ln2}"],
        [r"\log_8 2", r"\log_2 9", r"\ln 3", r"\log_2 3"],
    ),
    (
        r"\log_a b",
        [r"\frac{\ln b}{\ln a}", r"\log_{a}(b)", r"\frac{1}{\log_b a}"],
        [r"\log_b a", r"\frac{\ln a}{\ln b}", r"\ln b-\ln a"],
    ),
    (r"2\ln x", [r"\ln x^2", r"\ln(x^2)", r"\ln x+\ln x"], [r"(\ln x)^2", r"\ln^2 x", r"\ln 2x", r"\ln(x+2)"]),
    ("e^{x+y}", ["e^xe^y", r"e^x\cdot e^y", r"\exp(x+y)"], ["e^{xy}", "e^x+e^y", "(e^x)^y", "ex+y"]),
    ("2^{n+1}", [r"2\cdot2^n", "2*2^n", "2^n+2^n"], ["2^n+1", "4^n", "2^{2n}", "2n+1"]),
    ("4^n", ["2^{2n}", "(2^n)^2", r"2^n\cdot2^n"], ["2^{n^2}", r"2\cdot2^n", "4n", "2^{n+2}"]),
]

FUNCTIONS: list[Case] = [
    (
        r"\binom{10}{3}",
        ["120", r"{10 \choose 3}", r"\dbinom{10}{7}", r"\frac{10!}{3!7!}"],
        ["720", "30", r"\frac{10}{3}", r"\binom{3}{10}"],
    ),
    (
        r"\binom{n}{2}",
        [r"\frac{n(n-1)}{2}", r"\frac{n^2-n}{2}"],
        [r"\frac{n}{2}", r"\frac{n(n+1)}{2}", "n(n-1)", r"\binom{n}{3}"],
    ),
    (r"n(n-1)", [r"\frac{n!}{(n-2)!}", "n^2-n"], [r"\frac{n!}{2!}", "n^2-1", r"\frac{n!}{(n-1)!}"]),
    (r"(2n)!", [r"\left(2n\right)!"], ["2n!", "2(n!)", "(2n-1)!", "n!^2"]),
    (
        "2",
        [
            r"\lfloor 2.7\rfloor",
            r"\lceil 1.1\rceil",
            r"\min(2,5)",
            r"\max(1,2)",
            r"\gcd(4,6)",
            r"\left\lfloor\sqrt5\right\rfloor",
        ],
        [r"\lceil2.1\rceil", r"\max(2,5)", r"\gcd(4,8)", r"\lfloor1.9\rfloor"],
    ),
    (
        "-2",
        [r"\lfloor-1.5\rfloor", r"\lceil-2.5\rceil"],
        [r"\lfloor-2.5\rfloor", r"\lceil-1.5\rceil", r"\lfloor1.5\rfloor"],
    ),
    (
        "12",
        [r"\operatorname{lcm}(4,6)", r"\operatorname{lcm}(6,4)", r"\gcd(24,36)"],
        [r"\gcd(4,6)", r"\operatorname{lcm}(4,5)"],
    ),
    (
        r"\left\lfloor\frac n2\right\rfloor",
        [r"\lfloor n/2\rfloor", r"\lfloor0.5n\rfloor"],
        [r"\frac n2", r"\left\lceil\frac n2\right\rceil", "n"],
    ),
    (r"\max(a,b)", [r"\max(b,a)", r"\max\{a,b\}"], [r"\min(a,b)", "a", "a+b", r"\max(a,c)"]),
    (
        "18+2\\pi",
        [r"2\pi+18", r"2(9+\pi)", r"2\left(\pi+9\right)"],
        [r"20\pi", r"18-2\pi", r"18+\pi", r"9+2\pi", "24.28"],
    ),
]


@pytest.mark.parametrize(("reference", "answer", "right"), rows(RADICALS))
def test_radicals_and_absolute_values(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(TRIGONOMETRY))
def test_trigonometric_and_hyperbolic_identities(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(LOGARITHMS + FUNCTIONS))
def test_logarithms_powers_and_the_functions_of_integers(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


CASES = [*RADICALS, *TRIGONOMETRY, *LOGARITHMS, *FUNCTIONS]
