"""What canonical forms alone decide of two trees."""

from __future__ import annotations

from rlvr.rewards.maths.tree import Node, Undefined
from rlvr.rewards.maths.truth import Decision, Truth
from rlvr.rewards.maths.values import arctangents, modular
from rlvr.rewards.maths.values.canonical import canonical
from rlvr.rewards.maths.values.independence import is_independent
from rlvr.rewards.maths.values.monomials import Canonical, Infinity
from rlvr.rewards.maths.values.terms import difference

UNDEFINED = Decision(Truth.FALSE, "undefined")
SAME = Decision(Truth.TRUE, "equal canonical forms")
APART = Decision(Truth.FALSE, "different canonical forms")
IDENTICAL = Decision(Truth.TRUE, "a polynomial identity")
NOT_IDENTICAL = Decision(Truth.FALSE, "not a polynomial identity")
ANGLES = Decision(Truth.TRUE, "equal sums of angles")
OTHER_ANGLES = Decision(Truth.FALSE, "different sums of angles")


def decide(a: Node, b: Node) -> Decision | None:
    """Return the decision of the exact tier, or None if it has none.

    Raises:
        TooLarge: If a canonical form is past its bounds.
    """
    try:
        return decide_values(canonical(a), canonical(b))
    except Undefined:
        return UNDEFINED


def decide_values(left: Canonical, right: Canonical) -> Decision | None:
    """Return what two canonical values show."""
    if left == right:
        return SAME
    if isinstance(left, Infinity) or isinstance(right, Infinity):
        return APART
    rest = difference(left, right)
    if not isinstance(rest, dict):
        return APART if rest else SAME
    if is_independent(rest):
        return APART
    vanishes = modular.vanishes(rest)
    if vanishes is not None:
        return IDENTICAL if vanishes else NOT_IDENTICAL
    vanishes = arctangents.vanishes(rest)
    return None if vanishes is None else ANGLES if vanishes else OTHER_ANGLES
