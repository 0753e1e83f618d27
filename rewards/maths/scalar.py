"""Two expressions decided: equal, different, or not known, cheapest method first."""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction

from rlvr.rewards.maths import constant_signs as signs
from rlvr.rewards.maths import formal
from rlvr.rewards.maths.approximation import Unsupported
from rlvr.rewards.maths.canonical import canonical
from rlvr.rewards.maths.explicit_sums import written_out
from rlvr.rewards.maths.logarithms import proportion
from rlvr.rewards.maths.points import compare
from rlvr.rewards.maths.terms import Infinity, difference, text
from rlvr.rewards.maths.tree import Node, TooLarge, Undefined, walk
from rlvr.rewards.maths.truth import Decision, NeedsSymbolic, Truth

_SIMPLE = frozenset({"num", "dec", "sym", "neg", "add", "mul", "percent", "degree"})
_STRUCTURAL = Decision(Truth.TRUE, "the same expression")


def equal(a: Node, b: Node, *, symbolic: bool) -> Decision:
    """Decide whether two expressions are equal wherever both are real.

    Raises:
        NeedsSymbolic: If only computer algebra could tell, and `symbolic` is False.
        TooLarge: If a bound on the work was met first.
    """
    if a == b:
        return formal.UNDEFINED if is_undefined(a) else _STRUCTURAL
    a, b = written_out(a), written_out(b)
    too_large: TooLarge | None = None
    try:
        decided = formal.decide(a, b)
    except TooLarge as error:
        too_large, decided = error, None
    if decided is None:
        decided = _by_points(a, b)
    if decided.truth is not Truth.UNKNOWN:
        return decided
    if too_large is not None:
        raise too_large
    if not symbolic:
        raise NeedsSymbolic
    return decided


def _by_points(a: Node, b: Node) -> Decision:
    try:
        return compare(a, b, _seed(a, b))
    except Unsupported:
        return Decision(Truth.UNKNOWN, "no values to compare")


def _seed(a: Node, b: Node) -> str:
    """Return a text that both expressions enter, in whichever order they come."""
    try:
        return " ".join(sorted((text(canonical(a)), text(canonical(b)))))
    except (TooLarge, Undefined):
        return ""


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
    if all(one.head in _SIMPLE for one in walk(a)):
        return False
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
