import contextlib
import time
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.rewards import arithmetic
from rlvr.rewards.arithmetic import Arithmetic, ExpressionError, evaluate, numbers, parse_expression
from rlvr.rewards.score import BadReferenceError, Verdict
from tests.rewards.hostile import corpus, text_of

CASES = corpus("arithmetic")["cases"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2*3", 7),
        ("(1+2)*3", 9),
        ("2-3-4", -5),
        ("2/3/4", Fraction(1, 6)),
        ("2 - (3 - 4)", 3),
        ("-3+5", 2),
        ("-(2+3)*4", -20),
        ("2*-3", -6),
        ("2--3", 5),
        ("+2", 2),
        ("--2", 2),
        ("-2*-2", 4),
        ("0.1+0.2", Fraction(3, 10)),
        (".5*2", 1),
        ("1/3", Fraction(1, 3)),
        ("8 × 3 ÷ 4 − 1", 5),
        ("2·3⋅4∗5", 120),
        (r"3 \times 4 \div 2 \cdot 5", 30),
        ("((((7))))", 7),
        ("007", 7),
        ("\t1\n+\u00a01 ", 2),
    ],
)
def test_expressions_have_their_exact_value(text: str, value: Fraction) -> None:
    assert evaluate(text) == value


@pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(case["text"])[:40])
def test_everything_else_is_refused_by_a_typed_error(case: dict[str, Any]) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate(text_of(case["text"]))
    assert type(caught.value).__name__ == case["error"]


def test_the_whole_hostile_corpus_is_refused_in_a_moment() -> None:
    started = time.process_time()
    for case in CASES:
        with pytest.raises(ExpressionError):
            evaluate(text_of(case["text"]))
    assert time.process_time() - started < 1.5, "an unbounded evaluation takes far longer"


def test_the_largest_expressions_within_the_bounds_are_cheap() -> None:
    started = time.process_time()
    nines = ["9" * 9] * arithmetic.MAX_NUMBERS
    for text in ("*".join(nines), "/".join(nines), "1/" + "+1/".join(str(n) for n in range(1001, 1100))):
        evaluate(text)
    assert evaluate("(" * 50 + "1" + ")" * 50) == 1
    assert time.process_time() - started < 1.0


def test_the_numbers_are_those_written_from_left_to_right() -> None:
    assert [str(number) for number in numbers("-3*(12 + 0.5)/3 - -7")] == ["3", "12", "1/2", "3", "7"]


def test_the_verifier_compares_the_value_with_a_number() -> None:
    verifier = Arithmetic()
    assert verifier("<think>..</think><answer>(1+2)*3</answer>", "9").verdict is Verdict.CORRECT
    assert verifier.grade("1/3+1/3", "2/3").verdict is Verdict.CORRECT
    assert verifier.grade("1+2*3", 9).verdict is Verdict.WRONG
    assert verifier.grade("9 or 10", 9).verdict is Verdict.WRONG
    with pytest.raises(BadReferenceError):
        verifier.grade("9", "nine")


Tree = tuple[str, Any, Any] | int
trees: st.SearchStrategy[Tree] = st.recursive(
    st.integers(0, 99), lambda inner: st.tuples(st.sampled_from("+-*/"), inner, inner), max_leaves=12
)
STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2}


def value_of(tree: Tree) -> Fraction:
    if isinstance(tree, int):
        return Fraction(tree)
    operator, left, right = tree[0], value_of(tree[1]), value_of(tree[2])
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    return left * right if operator == "*" else left / right


def leaves(tree: Tree) -> list[int]:
    return [tree] if isinstance(tree, int) else leaves(tree[1]) + leaves(tree[2])


def text_of_tree(tree: Tree, *, is_bare: bool, above: int = 0) -> str:
    """Render with all parentheses, or with only those that precedence needs."""
    if isinstance(tree, int):
        return str(tree)
    strength = STRENGTH[tree[0]]
    left = text_of_tree(tree[1], is_bare=is_bare, above=strength)
    right = text_of_tree(tree[2], is_bare=is_bare, above=strength + 1)
    text = f"{left}{tree[0]}{right}"
    return text if is_bare and strength >= above else f"({text})"


@given(trees)
def test_random_expressions_agree_with_fraction_arithmetic(tree: Tree) -> None:
    for is_bare in (True, False):
        text = text_of_tree(tree, is_bare=is_bare)
        try:
            wanted = value_of(tree)
        except ZeroDivisionError:
            with pytest.raises(arithmetic.DivisionByZeroError):
                evaluate(text)
            continue
        parsed = parse_expression(text.replace("*", " × "))
        assert parsed.value == wanted
        assert list(parsed.numbers) == leaves(tree)


@given(st.text() | st.text(alphabet="0123456789.+-*/() "))
def test_no_text_makes_it_raise_anything_else(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        assert isinstance(evaluate(text), Fraction)
