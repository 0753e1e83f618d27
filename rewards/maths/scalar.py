"""Two expressions decided: equal, different, or not known, cheapest method first."""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction

from rlvr.rewards.maths import constant_signs as signs
from rlvr.rewards.maths.canonical import canonical
from rlvr.rewards.maths.independence import is_independent
from rlvr.rewards.maths.logarithms import proportion
from rlvr.rewards.maths.terms import Canonical, Infinity, difference
from rlvr.rewards.maths.tree import Node, TooLarge, Undefined
from rlvr.rewards.maths.truth import Decision, NeedsSymbolic, Truth

_UNDEFINED = Decision(Truth.FALSE, "undefined")
_SAME = Decision(Truth.TRUE, "equal canonical forms")
_APART = Decision(Truth.FALSE, "different canonical forms")


def equal(a: Node, b: Node, *, symbolic: bool) -> Decision:
    """Decide whether two expressions are equal wherever both are real.

    Raises:
        NeedsSymbolic: If only computer algebra could tell, and `symbolic` is False.
        TooLarge: If a bound on the work was met first.
    """
    try:
        left, right = canonical(a), canonical(b)
    except Undefined:
        return _UNDEFINED
    decided = _from_canonical(left, right)
    if decided is not None:
        return decided
    if not symbolic:
        raise NeedsSymbolic
    return Decision(Truth.UNKNOWN, "no method decides")


def _from_canonical(left: Canonical, right: Canonical) -> Decision | None:
    if left == right:
        return _SAME
    if isinstance(left, Infinity) or isinstance(right, Infinity):
        return _APART
    rest = difference(left, right)
    return _APART if not isinstance(rest, dict) or is_independent(rest) else None


def order(a: Node, b: Node) -> int | None:
    """Return the sign of `a - b` for two real constants or infinities, or None if it is not known."""
    try:
        left, right = canonical(a), canonical(b)
    except (Undefined, TooLarge):
        return None
    if left == right:
        return 0
    if isinstance(left, Infinity):
        return left.value
    if isinstance(right, Infinity):
        return -right.value
    return signs.sign(difference(left, right))


def sign_ratio(a: Node, b: Node) -> int | None:
    """Return the sign of the constant k with `a = k b`, or None if there is none."""
    try:
        left, right = canonical(a), canonical(b)
    except (Undefined, TooLarge):
        return None
    ratio = proportion(left, right)
    return None if ratio is None else (1 if ratio > 0 else -1)


def value(a: Node) -> Fraction | None:
    """Return the exact rational value of a tree, or None if the exact tier finds none."""
    try:
        found = canonical(a)
    except (Undefined, TooLarge):
        return None
    return Fraction(found) if isinstance(found, int | Fraction) else None


def approximate(a: Node) -> float | complex | None:
    """Return a double near the value of a constant; None for other trees or an overflow."""
    try:
        found = canonical(a)
        if isinstance(found, int | Fraction):
            return float(found)
    except (Undefined, TooLarge, OverflowError):
        return None
    if isinstance(found, Infinity):
        return float("inf") * found.value
    near = signs.bounded(found)
    return None if near is None else near[0]


def is_undefined(a: Node) -> bool:
    """Return True if a tree contains what has no value anywhere, such as a division by zero."""
    try:
        canonical(a)
    except Undefined:
        return True
    except TooLarge:
        return False
    return False


def canonical_key(node: Node) -> Hashable | None:
    """Return a hashable canonical form: equal keys imply equality. None if there is none."""
    try:
        found = canonical(node)
    except (Undefined, TooLarge):
        return None
    return frozenset(found.items()) if isinstance(found, dict) else found
