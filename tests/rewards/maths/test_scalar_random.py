"""Canonical forms against values: random trees with equal forms have equal values, and equal values are never FALSE."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from random import Random

import pytest

from rlvr.rewards.maths.tree import PI, TWO, E, Node, TooLarge, num, sym
from rlvr.rewards.maths.truth import NeedsSymbolic, Truth
from rlvr.rewards.maths.values.approximation import Reading, evaluate
from rlvr.rewards.maths.values.arithmetics import DOUBLES
from rlvr.rewards.maths.values.measured import NoValue, Unsure
from rlvr.rewards.maths.values.scalar import canonical_key, equal, is_undefined

X, Y = sym("x"), sym("y")
LEAVES = [X, X, X, Y, num(1), TWO, num(3), num(-1), num(-2), num(Fraction(1, 2)), PI, E]
FRACTIONS: list[int | Fraction] = [Fraction(p, q) for p, q in ((1, 2), (1, 3), (2, 3), (3, 2), (-1, 2))]
EXPONENTS = [num(one) for one in (2, 3, -1, -2, *FRACTIONS)]
FUNCTIONS = [
    "sin",
    "cos",
    "tan",
    "sec",
    "ln",
    "exp",
    "abs",
    "arcsin",
    "arccos",
    "arctan",
    "sinh",
    "cosh",
    "floor",
    "sgn",
]
POINTS = [
    {"x": Fraction(37, 53), "y": Fraction(91, 64)},
    {"x": Fraction(-37, 53), "y": Fraction(91, 64)},
    {"x": Fraction(201, 64), "y": Fraction(-33, 64)},
    {"x": Fraction(-203, 64), "y": Fraction(-67, 64)},
    {"x": Fraction(905, 64), "y": Fraction(331, 64)},
]


def tree(rng: Random, depth: int) -> Node:
    """Return a random tree."""
    if depth == 0 or rng.random() < 0.15:
        return rng.choice(LEAVES)
    head = rng.choices(["add", "mul", "div", "pow", "power", "root", "neg", "fn"], [22, 23, 10, 10, 6, 8, 4, 17])[0]
    first = tree(rng, depth - 1)
    if head in ("add", "mul", "div"):
        return Node(head, (first, tree(rng, depth - 1)))
    if head == "pow":
        return Node("pow", (first, rng.choice(EXPONENTS)))
    if head == "power":
        return Node("pow", (first, tree(rng, depth - 1)))
    if head == "root":
        return Node("root", (first, num(rng.choice([2, 2, 3, 4]))))
    return Node("neg", (first,)) if head == "neg" else Node("fn", (rng.choice(FUNCTIONS), first))


def values(node: Node) -> list[Reading | None]:
    """Return the values of a tree at the points, None where it has none."""
    found: list[Reading | None] = []
    for point in POINTS:
        try:
            reading = evaluate(node, point, DOUBLES)
        except (NoValue, Unsure):
            found.append(None)
        else:
            found.append(reading if reading.error < 1e-6 else None)
    return found


def agree(left: list[Reading | None], right: list[Reading | None]) -> bool:
    """Return True if two trees have the same values where both have one."""
    pairs = [(one, other) for one, other in zip(left, right, strict=True) if one and other]
    return all(abs(one.value - other.value) <= 4 * (one.error + other.error) for one, other in pairs)


@pytest.mark.parametrize("seed", range(4))
def test_that_equal_forms_have_equal_values(seed: int) -> None:
    rng = Random(seed)
    groups: dict[object, list[Node]] = defaultdict(list)
    for _ in range(2_000):
        node = tree(rng, rng.choice([2, 3]))
        if is_undefined(node):
            assert not any(values(node)), node
        else:
            groups[canonical_key(node)].append(node)
    for key, (first, *others) in groups.items():
        for other in others if key is not None else []:
            assert agree(values(first), values(other)), (first, other)


@pytest.mark.parametrize("seed", range(4))
def test_that_rewritten_trees_are_not_told_apart(seed: int) -> None:
    rng = Random(seed)
    for _ in range(150):
        node = tree(rng, 3)
        if is_undefined(node) or not any(values(node)):
            continue
        for other in (
            Node("add", (Node("mul", (Node("add", (node, X)), TWO)), Node("neg", (Node("add", (node, X, X)),)))),
            Node("div", (Node("mul", (Node("add", (X, num(7))), node)), Node("add", (num(7), X)))),
            Node("root", (Node("pow", (node, num(3))), num(3))),
        ):
            assert truth(node, other) in (Truth.TRUE, None), (node, other)
            assert truth(node, Node("add", (other, num(Fraction(1, 10**9))))) is not Truth.TRUE, (node, other)


SMALL = [Node("pow", (num(10), num(-one))) for one in (20, 50, 80, 150, 400)]
SMALL += [Node("fn", ("exp", num(-one))) for one in (60, 150, 500, 3000)]


@pytest.mark.parametrize("seed", range(4))
def test_that_a_small_part_is_never_lost(seed: int) -> None:
    rng = Random(seed)
    for _ in range(60):
        node = tree(rng, 3)
        readings = [one for one in values(node) if one]
        if is_undefined(node) or not any(abs(one.value) > one.error for one in readings):
            continue
        small = Node("mul", (rng.choice(SMALL), node))
        for wrap in ("neg", "exp", "arctan"):
            a, b = (_wrapped(wrap, one) for one in (node, Node("add", (node, small))))
            assert truth(a, b) is not Truth.TRUE, (a, b)


def _wrapped(name: str, node: Node) -> Node:
    return Node("neg", (node,)) if name == "neg" else Node("fn", (name, node))


def truth(a: Node, b: Node) -> Truth | None:
    """Return the truth of an equality, None where it is not decided here."""
    try:
        found = equal(a, b, symbolic=False).truth
    except (NeedsSymbolic, TooLarge):
        return None
    return None if found is Truth.UNKNOWN else found
