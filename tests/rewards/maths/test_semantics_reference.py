r"""The reference as data sets write it: in dollars, in brackets, in a box, as adjacent spans, or as no mathematics."""

import pytest

from rlvr.rewards import BadReferenceError, Verdict, check_reference
from tests.rewards.maths.rows import VERIFIER, Case, check, rows

WRAPPED: list[Case] = [
    ("$42$", ["42", "$42$", r"\boxed{42}", r"\(42\)", "42.0"], ["41", "$41$", "24", "4.2"]),
    ("$$42$$", ["42", r"\[42\]"], ["43", "-42"]),
    (r"\[ 42 \]", ["42", "$42$"], ["43", "4"]),
    (r"\( 42 \)", ["42", "$42$"], ["43", "2"]),
    (r"\boxed{42}", ["42", r"\boxed{42}"], ["43", r"\boxed{43}"]),
    (r"$\boxed{42}$", ["42"], ["43", "-42"]),
    (r"\[\boxed{\frac{1}{2}}\]", ["1/2", "0.5", r"\frac12"], ["2", "1/3", "12"]),
    (r"$$\boxed{x = 5}$$", ["5", "x=5"], ["6", "x=6", "-5"]),
    (r"\fbox{42}", ["42"], ["43"]),
    ("$\n42\n$", ["42"], ["4"]),
    ("42.", ["42"], ["4.2"]),
    ("$42$.", ["42"], ["4.2", "43"]),
    (" 42 ", ["42"], ["43"]),
]

SPANS: list[Case] = [
    ("$1$,$2$", ["1,2", "2,1", "$1$, $2$", r"\{1,2\}", r"1\text{ and }2"], ["1", "2", "12", "1,3", "1,2,3", "1.2"]),
    ("$1$ and $2$", ["1,2", r"1\text{ and }2", "2, 1", r"\{1,2\}"], ["1", "3", "(2,1)", "12"]),
    ("$1$ and $2$ and $3$", ["1,2,3", "3,2,1"], ["1,2", "6", "123"]),
    ("$x=1$, $x=2$", ["1,2", "x=1,2", "x=2 or x=1"], ["x=1", "x=1,3", "1,2,3"]),
    ("$(1,2)$, $(3,4)$", ["(1,2),(3,4)", "(3,4),(1,2)"], ["(1,2)", "(1,2,3,4)", "(2,1),(4,3)"]),
    (r"$-1$ or $4$", ["-1,4", "4 or -1", r"\{-1,4\}"], ["-1", "4", "1,4", "3"]),
]

WORDS: list[Case] = [
    (
        "neither of them",
        [r"\text{Neither of them}", "neither  of them"],
        ["both of them", "neither", "them of neither"],
    ),
    ("It is impossible!", ["it is impossible!"], ["it is possible!", "impossible"]),
    ("a)", [], ["b)", "1"]),
    ("Tom & Jerry", ["tom & jerry"], ["Jerry & Tim", "Tom"]),
]


@pytest.mark.parametrize(("reference", "answer", "right"), rows(WRAPPED + SPANS + WORDS))
def test_what_wraps_a_reference_is_removed(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


SOUND = [
    "42",
    "$42$",
    r"\frac{1}{2}",
    "x^2+1",
    "(1,2)",
    r"\{1,2\}",
    r"(-\infty, 0]",
    "x > 3",
    r"\text{even}",
    r"\text{(C)}",
    "y = 2x+3",
    r"\begin{pmatrix}1\\2\end{pmatrix}",
    r"90^\circ",
    r"15\mbox{ cm}^2",
    r"\$18.90",
    "2516_8",
    r"1 \pm \sqrt{19}",
    "12:00",
    "1:2:3",
    r"\sum_{k=1}^n k",
    r"\boxed{7}",
    "$1$,$2$",
    "18",
    "-1,234.5",
]
UNSOUND = ["", "   ", "$$", r"\boxed{}", r"\frac{1}{0}", r"\boxed{4"]
EMPTY = ["", "   ", "$$"]


@pytest.mark.parametrize("reference", SOUND)
def test_a_sound_reference_has_no_fault_and_is_itself(reference: str) -> None:
    assert check_reference(reference) is None
    check(reference, reference, True)


@pytest.mark.parametrize("reference", UNSOUND)
def test_an_unsound_reference_has_a_fault_in_words(reference: str) -> None:
    fault = check_reference(reference)
    assert isinstance(fault, str)
    assert fault


@pytest.mark.parametrize("reference", UNSOUND)
@pytest.mark.parametrize("answer", ["42", "0", "1", "x"])
def test_no_answer_is_right_against_an_unsound_reference(reference: str, answer: str) -> None:
    assert not VERIFIER(rf"\boxed{{{answer}}}", reference).value


@pytest.mark.parametrize("reference", EMPTY)
def test_an_empty_reference_is_our_failure_and_never_a_zero(reference: str) -> None:
    assert VERIFIER(r"\boxed{42}", reference).verdict is Verdict.UNSCORED
    with pytest.raises(BadReferenceError):
        VERIFIER.grade("42", reference)


CASES = [*WRAPPED, *SPANS, *WORDS]
