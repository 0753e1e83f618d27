"""Two expressions decided: equal, different, or not known, cheapest method first."""

from __future__ import annotations

import zlib
from collections.abc import Hashable
from fractions import Fraction

from rlvr.rewards.maths.tree import ZERO, Node, TooLarge, Undefined, symbols, walk
from rlvr.rewards.maths.truth import Decision, NeedsSymbolic, Truth
from rlvr.rewards.maths.values import constant_signs as signs
from rlvr.rewards.maths.values import formal
from rlvr.rewards.maths.values.affordable import is_affordable
from rlvr.rewards.maths.values.approximation import Unsupported
from rlvr.rewards.maths.values.canonical import canonical
from rlvr.rewards.maths.values.doubles import double, sign_of_difference
from rlvr.rewards.maths.values.explicit_sums import written_out
from rlvr.rewards.maths.values.monomials import Canonical, Infinity
from rlvr.rewards.maths.values.pieces import compare
from rlvr.rewards.maths.values.proportions import exact_sign, sign_at_points
from rlvr.rewards.maths.values.radicals import is_complex
from rlvr.rewards.maths.values.terms import difference, text

_SIMPLE = frozenset({"num", "dec", "sym", "neg", "add", "mul", "percent", "degree"})
_STRUCTURAL = Decision(Truth.TRUE, "the same expression")


def equal(a: Node, b: Node, *, symbolic: bool) -> Decision:
    """Decide whether two expressions are equal wherever both are real.

    Raises:
        NeedsSymbolic: If only computer algebra could tell, and `symbolic` is False.
        TooLarge: If a bound on the work was met first.
    """
    try:
        return _equal(a, b, symbolic=symbolic)
    except RecursionError:
        raise TooLarge("an expression is nested too deeply") from None


def _equal(a: Node, b: Node, *, symbolic: bool) -> Decision:
    if a == b:
        return formal.UNDEFINED if is_undefined(a) else _STRUCTURAL
    too_large: TooLarge | None = None
    try:
        decided = formal.decide(a, b)
    except TooLarge as error:
        too_large, decided = error, None
    if decided is None:
        a, b = written_out(a), written_out(b)
        decided = _by_points(a, b)
    if decided.truth is not Truth.UNKNOWN:
        return decided
    if too_large is not None:
        raise too_large
    return _by_algebra(a, b, decided, symbolic=symbolic)


def _by_algebra(a: Node, b: Node, decided: Decision, *, symbolic: bool) -> Decision:
    if not (is_affordable(a) and is_affordable(b)):
        return decided
    if not symbolic:
        raise NeedsSymbolic
    from rlvr.rewards.maths.values.symbolic import decide  # sympy takes longer to import than a thousand comparisons

    return decide(a, b)


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
        if left == right:
            return 0
        if isinstance(left, Infinity):
            return left.value if _is_real(b, right) else None
        if isinstance(right, Infinity):
            return -right.value if _is_real(a, left) else None
        if any(isinstance(one, dict) and is_complex(one) for one in (left, right)):
            return None
        sign = signs.sign(difference(left, right))
        return _order_by_digits(a, b) if sign is None else sign
    except (Undefined, TooLarge, RecursionError):
        return None


def _order_by_digits(a: Node, b: Node) -> int | None:
    sign = sign_of_difference(a, b)
    if sign is not None or symbols(a) or symbols(b) or not isinstance(approximate(a), float):
        return sign
    return 0 if _by_points(a, b).truth is Truth.TRUE else None


def _is_real(node: Node, found: Canonical) -> bool:
    return not isinstance(found, dict) or isinstance(approximate(node), float)


def sign_ratio(a: Node, b: Node) -> int | None:
    """Return the sign of the constant k, not zero, with `a = k b` wherever both are real, or None if there is none."""
    try:
        found = exact_sign(canonical(a), canonical(b))
        if found is None and not (symbols(a) or symbols(b)):
            return _ratio_of_constants(a, b)
        return sign_at_points(a, b, zlib.crc32(_seed(a, b).encode())) if found is None else found or None
    except (Undefined, TooLarge, Unsupported, RecursionError):
        return None


def _ratio_of_constants(a: Node, b: Node) -> int | None:
    first, second = order(a, ZERO), order(b, ZERO)
    return first * second or None if first is not None and second is not None else None


def value(a: Node) -> Fraction | None:
    """Return the exact rational value of a tree, or None if the exact tier finds none."""
    try:
        found = canonical(a)
    except (Undefined, TooLarge, RecursionError):
        return None
    return Fraction(found) if isinstance(found, int | Fraction) else None


def approximate(a: Node) -> float | complex | None:
    """Return a double near the value of a constant; None for other trees, an overflow, or no value."""
    try:
        found = canonical(a)
        if isinstance(found, int | Fraction):
            return float(found)
        if isinstance(found, Infinity):
            return float("inf") * found.value
        near = signs.bounded(found)
        return near[0] if near is not None and near[1] < 1e-10 * abs(near[0]) else double(a)
    except (Undefined, TooLarge, OverflowError, RecursionError):
        return None


def is_undefined(a: Node) -> bool:
    """Return True if a tree contains what has no value anywhere, such as a division by zero."""
    if all(one.head in _SIMPLE for one in walk(a)):
        return False
    try:
        canonical(a)
    except Undefined:
        return True
    except (TooLarge, RecursionError):
        return False
    return False


def canonical_key(node: Node) -> Hashable | None:
    """Return a hashable canonical form: equal keys imply equality. None if there is none."""
    try:
        found = canonical(node)
    except (Undefined, TooLarge, RecursionError):
        return None
    return frozenset(found.items()) if isinstance(found, dict) else found
