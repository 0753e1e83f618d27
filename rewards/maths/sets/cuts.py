"""Points of the real line: exact constants that can be put in order.

A `Cut` is a constant's tree with its rational value, if it has one, and a double near it. Two rationals are compared as
such; anything else is asked of `scalar.order`, which is exact, and then of `scalar.equal`. The double only sorts, and
every neighbour of the sorted points is then compared exactly, so it can make an answer unknown but never wrong.

Left out: points with symbols in them, and complex ones; `formalsets` compares those by equality alone.
"""

from __future__ import annotations

from fractions import Fraction
from math import floor, inf
from typing import NamedTuple

from rlvr.rewards.maths.tree import INFINITY, Node, num, symbols
from rlvr.rewards.maths.truth import Truth
from rlvr.rewards.maths.values import scalar

INTEGER, FRACTIONAL, IRRATIONAL = 1, 2, 4
"""The classes of real numbers, one bit each: the integers, the other rationals, the irrationals."""

_SAFE_SIZE = 2**40
_SAFE_GAP = 1e-3


class Undecided(Exception):  # noqa: N818  a state of the comparison, which its callers turn into UNKNOWN
    """Which of two points is the greater could not be told."""


class Cut(NamedTuple):
    """A point of the real line."""

    node: Node
    """The constant as it was written."""
    value: Fraction | int | None
    """Its exact value; None if it is irrational, or not found to be rational."""
    near: float
    """A double near it; it sorts, and decides nothing."""


def cut_at(node: Node) -> Cut | None:
    """Return the point that the constant `node` is, or None if it is not found to be a finite real constant."""
    head, args = node
    value = args[0] if head == "num" else scalar.value(node)
    if value is not None:
        return Cut(node, value, _nearest(value))
    if symbols(node):
        return None
    near = scalar.approximate(node)
    if not isinstance(near, float) or not -inf < near < inf:
        return None
    return Cut(node, None, near)


def infinite_sign(node: Node) -> int:
    """Return 1 for plus infinity, -1 for minus infinity, 0 for anything else."""
    if node.head == "neg":
        return -infinite_sign(node.args[0])
    return 1 if node == INFINITY else 0


def rational_cut(value: Fraction | int) -> Cut:
    """Return the point `value`."""
    return Cut(num(value), value, _nearest(value))


def compare(a: Cut, b: Cut, *, symbolic: bool) -> int:
    """Return the sign of `a - b`.

    Raises:
        Undecided: If it is not known.
        NeedsSymbolic: If tier 2 could tell, and `symbolic` is false.
    """
    if a.value is not None and b.value is not None:
        return (a.value > b.value) - (a.value < b.value)
    if a.node == b.node:
        return 0
    found = scalar.order(a.node, b.node)
    if found is not None:
        return found
    truth = scalar.equal(a.node, b.node, symbolic=symbolic).truth
    if truth is Truth.TRUE:
        return 0
    if truth is Truth.FALSE and abs(a.near - b.near) > _SAFE_GAP * max(1.0, abs(a.near), abs(b.near)):
        return 1 if a.near > b.near else -1
    raise Undecided


def sort_key(cut: Cut) -> Fraction | int | float:
    """Return the number to sort `cut` by, before its neighbours are compared exactly."""
    return cut.near if cut.value is None else cut.value


def ordered(cuts: list[Cut], *, symbolic: bool) -> list[Cut]:
    """Return `cuts` in ascending order, each point once.

    Raises:
        Undecided: If the order of two points is not known.
        NeedsSymbolic: If tier 2 could tell, and `symbolic` is false.
    """
    cuts = sorted(cuts, key=sort_key)
    kept = cuts[:1]
    for cut in cuts[1:]:
        side = compare(kept[-1], cut, symbolic=symbolic)
        if side > 0:
            raise Undecided
        if side < 0:
            kept.append(cut)
    return kept


def class_of(cut: Cut) -> int | None:
    """Return the bits of the classes that `cut` may be in: one bit, or `FRACTIONAL | IRRATIONAL`; None if not known."""
    if cut.value is not None:
        return INTEGER if cut.value == int(cut.value) else FRACTIONAL
    if abs(cut.near) < _SAFE_SIZE and abs(cut.near - round(cut.near)) > _SAFE_GAP:
        return FRACTIONAL | IRRATIONAL
    return None


def has_integer_between(low: Cut, high: Cut, *, symbolic: bool) -> bool:
    """Tell whether an integer lies strictly between two points.

    Raises:
        Undecided: If it is not known.
        NeedsSymbolic: If tier 2 could tell, and `symbolic` is false.
    """
    if low.value is None and class_of(low) is None:
        raise Undecided
    following = floor(low.near if low.value is None else low.value) + 1
    return compare(rational_cut(following), high, symbolic=symbolic) < 0


def _nearest(value: Fraction | int) -> float:
    try:
        return float(value)
    except OverflowError:
        return inf if value > 0 else -inf
