r"""Random expressions and structures: right in every spelling, and not right with one leaf changed."""

from fractions import Fraction
from random import Random

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from rlvr.rewards import Verdict
from tests.rewards.maths.rows import VERIFIER
from tests.rewards.maths.trees import (
    POINTS,
    STYLES,
    SYMBOLS,
    Tree,
    expressions,
    fraction,
    num_leaves,
    numbers,
    shuffled,
    spelled,
    value,
    whole,
    with_leaf,
)

random_numbers = st.integers(0, 2**32 - 1).map(Random)
styles = st.sampled_from(STYLES)
bounded = settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)


def is_right(answer: str, reference: str) -> bool:
    return VERIFIER.grade(answer, reference).verdict is Verdict.CORRECT


def assume_defined(tree: Tree) -> None:
    """Keep the trees that are real at two of the points at least."""
    assume(sum(value(tree, point) is not None for point in POINTS) >= 2)


def assume_different(one: Tree, other: Tree) -> None:
    """Keep the pairs that clearly differ at a point where both are real."""
    values = [(value(one, point), value(other, point)) for point in POINTS]
    assume(any(a is not None and b is not None and abs(a - b) > 1e-3 * (1 + abs(a) + abs(b)) for a, b in values))


def changed(leaf: Tree, rng: Random) -> Tree:
    """Return another leaf of the same kind."""
    if leaf[0] == "sym":
        return ("sym", rng.choice([name for name in SYMBOLS if name != leaf[1]]))
    return ("num", abs(leaf[1] + rng.choice([1, 2, 7, Fraction(1, 2)])))


@bounded
@given(expressions, styles, styles, random_numbers)
def test_an_expression_is_itself_in_every_spelling(tree: Tree, style: str, other: str, rng: Random) -> None:
    assume_defined(tree)
    reference, answer = spelled(tree, style, rng), spelled(shuffled(tree, rng), other, rng)
    assert is_right(answer, reference), (answer, reference)


@bounded
@given(expressions, styles, styles, random_numbers)
def test_an_expression_with_one_leaf_changed_is_another(tree: Tree, style: str, other: str, rng: Random) -> None:
    assume_defined(tree)
    changed_tree = with_leaf(tree, rng.randrange(num_leaves(tree)), lambda leaf: changed(leaf, rng))
    assume_different(tree, changed_tree)
    reference, answer = spelled(tree, style, rng), spelled(shuffled(changed_tree, rng), other, rng)
    assert not is_right(answer, reference), (answer, reference)
    assert not is_right(reference, answer), (answer, reference)


@bounded
@given(expressions, expressions, styles, random_numbers)
def test_two_different_expressions_are_not_equal(one: Tree, other: Tree, style: str, rng: Random) -> None:
    assume_defined(one)
    assume_different(one, other)
    assert not is_right(spelled(one, style, rng), spelled(other, style, rng))


def as_tuple(parts: list[Tree], style: str, rng: Random) -> str:
    inside = ", ".join(spelled(part, style, rng) for part in parts)
    return rng.choice([f"({inside})", rf"\left({inside}\right)"]) if style == "latex" else f"({inside})"


def as_set(parts: list[Tree], style: str, rng: Random) -> str:
    inside = ", ".join(spelled(part, style, rng) for part in parts)
    return rng.choice([rf"\{{{inside}\}}", rf"\left\{{{inside}\right\}}"]) if style == "latex" else f"{{{inside}}}"


def as_interval(low: Tree, high: Tree, shape: str, style: str, rng: Random) -> str:
    inside = f"{spelled(low, style, rng)}, {spelled(high, style, rng)}"
    is_sized = style == "latex" and rng.random() < 0.5
    return rf"\left{shape[0]}{inside}\right{shape[1]}" if is_sized else f"{shape[0]}{inside}{shape[1]}"


@bounded
@given(st.lists(expressions, min_size=2, max_size=3), styles, styles, random_numbers)
def test_a_tuple_is_its_members_in_order(parts: list[Tree], style: str, other: str, rng: Random) -> None:
    for part in parts:
        assume_defined(part)
    reference = as_tuple(parts, style, rng)
    assert is_right(as_tuple([shuffled(part, rng) for part in parts], other, rng), reference)
    at = rng.randrange(len(parts))
    altered = with_leaf(parts[at], rng.randrange(num_leaves(parts[at])), lambda leaf: changed(leaf, rng))
    assert not is_right(as_tuple([*parts, parts[0]], other, rng), reference)
    assume_different(parts[at], altered)
    assert not is_right(as_tuple([*parts[:at], altered, *parts[at + 1 :]], other, rng), reference)


@bounded
@given(st.lists(expressions, min_size=2, max_size=2), styles, styles, random_numbers)
def test_a_tuple_turned_around_is_another(parts: list[Tree], style: str, other: str, rng: Random) -> None:
    for part in parts:
        assume_defined(part)
    assume_different(parts[0], parts[1])
    assert not is_right(as_tuple(parts[::-1], other, rng), as_tuple(parts, style, rng))


@bounded
@given(st.lists(numbers, min_size=2, max_size=5, unique=True), styles, styles, random_numbers)
def test_a_set_is_its_members_in_any_order(parts: list[Tree], style: str, other: str, rng: Random) -> None:
    reference = as_set(parts, style, rng)
    turned = [shuffled(part, rng) for part in parts]
    rng.shuffle(turned)
    assert is_right(as_set(turned, other, rng), reference)
    assert not is_right(as_set(turned[1:], other, rng), reference)
    assert not is_right(as_set([*turned, ("num", Fraction(97))], other, rng), reference)
    assert not is_right(as_set([("num", Fraction(97)), *turned[1:]], other, rng), reference)
    assert not is_right(as_tuple(turned, other, rng), reference)


@bounded
@given(whole, fraction, styles, styles, random_numbers, st.sampled_from(["()", "[)", "(]", "[]"]))
def test_an_interval_is_its_endpoints(low: Tree, size: Tree, style: str, other: str, rng: Random, shape: str) -> None:
    high = ("num", low[1] + size[1])
    reference = as_interval(low, high, shape, style, rng)
    assert is_right(as_interval(low, high, shape, other, rng), reference)
    turned = {"(": "[", "[": "("}.get(shape[0], "(") + shape[1]
    assert not is_right(as_interval(low, high, turned, other, rng), reference)
    closed = shape[0] + {")": "]", "]": ")"}[shape[1]]
    assert not is_right(as_interval(low, high, closed, other, rng), reference)
    longer = ("num", high[1] + 1)
    assert not is_right(as_interval(low, longer, shape, other, rng), reference)
    assert not is_right(as_interval(("neg", longer), high, shape, other, rng), reference)


@bounded
@given(expressions, styles, random_numbers)
def test_an_expression_plus_or_minus_one_is_both(tree: Tree, style: str, rng: Random) -> None:
    assume_defined(tree)
    text = spelled(tree, style, rng, needed=1)
    sign = r"\pm" if style == "latex" else "±"
    reference = f"{text} {sign} 1"
    assert is_right(f"{text} + 1, {text} - 1", reference)
    assert is_right(f"{text} - 1, {text} + 1", reference)
    assert not is_right(f"{text} + 1", reference)
    assert not is_right(f"{text} + 1, {text} - 2", reference)
