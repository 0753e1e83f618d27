"""Spellings of calculus, remarks, connectives and displays that other suites use, and what must not pass with them."""

import pytest

from rlvr.rewards import MathVerifier, Verdict
from tests.rewards.maths.rows import Case, check, rows

CASES: list[Case] = [
    ("5", [r"5\text{ (about }5\text{)}"], [r"5\text{ approximately} \times 10", r"5\text{ (about }5\text{)}+1"]),
    ("5", [], [r"5\text{ (about }5\text{) is wrong, it is }6", r"5\text{ approx}\text{ six}", r"5\text{ or about }6"]),
    ("2", [], [r"2\text{ nearly three}", r"2\text{ around three quarters}", r"2\text{ i.e. negative two}"]),
    (
        r"\sqrt2",
        [r"\sqrt2 (\approx 1.414)", r"\sqrt{2}\,(\text{approximately }1.414)"],
        [r"\sqrt2 (\approx 1.414) + 1"],
    ),
    (r"\frac{y}{x}", [], [r"\frac{dy}{dx}", r"\frac{\partial y}{\partial x}"]),
    (r"\frac{d}{dx} f(x)", [r"\frac{d f(x)}{dx}", r"\frac{df(x)}{d x}"], [r"\frac{d}{dy} f(x)", r"\frac{f(x)}{x}"]),
    (r"\frac{d}{2}", [r"d/2"], [r"\frac12"]),
    (r"p \land q", [r"p\land q"], [r"p \lor q", "p, q"]),
    ("1, 2", [r"x=1 \lor x=2"], [r"x=1 \lor x=3"]),
    (r"\int_a^b x\,dx", [r"\int^b_a x dx", r"\int\limits_a^b x\,dx"], [r"\int_b^a x\,dx"]),
    (r"\int \sin x\,dx", [r"\int \sin x dx"], [r"\int \cos x dx"]),
    (r"\prod_{a=b}^{c} x", [r"\prod^c_{a = b} x"], [r"\prod^b_{a = c} x"]),
    (r"\frac13", [r"0.\overline3", r"0.\bar3"], [r"0.\overline{4}"]),
    (r"(-\infty,\infty)", [r"\text{all real numbers}"], [r"\text{no solution}"]),
    ("5", [r"\therefore x = 5", "= 5", r"\text{The area is } 5"], [r"\text{The area is not } 5", r"\therefore x = 6"]),
    (r"\frac x2", [r"f^{-1}(x) = \frac x2"], [r"f^{-1}(x) = 2x"]),
    ("12", [r"\textcolor{blue}{12}", r"\color{red}{12}"], [r"\textcolor{12}{5}", r"\phantom{12}"]),
]


@pytest.mark.parametrize(("reference", "answer", "is_right"), rows(CASES))
def test_a_spelling_means_what_it_says(reference: str, answer: str, is_right: bool) -> None:
    check(reference, answer, is_right)


@pytest.mark.parametrize(
    "response",
    [
        "The answer is:\n\n\\[\n5\n\\]",
        "The answer is:\n$$\n5\n$$\nDone.",
        "The answer is 5<|im_end|>",
    ],
)
def test_a_formula_after_the_marker_is_its_sentence(response: str) -> None:
    assert MathVerifier(extract="marker")(response, "5").verdict is Verdict.CORRECT
    assert MathVerifier(extract="marker")(response, "6").verdict is Verdict.WRONG
