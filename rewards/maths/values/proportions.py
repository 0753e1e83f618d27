"""Whether one expression is a constant times another, as two forms of an equation are, and the constant's sign."""

from __future__ import annotations

from fractions import Fraction

from rlvr.rewards.maths.tree import Node, TooLarge, symbols
from rlvr.rewards.maths.truth import Truth
from rlvr.rewards.maths.values import constant_signs as signs
from rlvr.rewards.maths.values.approximation import Unsupported, evaluate
from rlvr.rewards.maths.values.arithmetics import DOUBLES
from rlvr.rewards.maths.values.logarithms import proportion
from rlvr.rewards.maths.values.measured import NoValue, Unsure
from rlvr.rewards.maths.values.monomials import Canonical, Monomial, Terms
from rlvr.rewards.maths.values.pieces import compare
from rlvr.rewards.maths.values.sampling import Draws, Sample, generic, scattered
from rlvr.rewards.maths.values.substitution import at
from rlvr.rewards.maths.values.terms import Budget, difference, settled, times

NUM_POINTS = 24
"""Points at which a ratio is looked at."""
MIN_POINTS = 4
"""Points at which it must be the same."""


def exact_sign(left: Canonical, right: Canonical) -> int | None:
    """Return the sign of the constant k with `left` = k `right`, 0 if there certainly is none, None if not known."""
    if not isinstance(left, dict) or not isinstance(right, dict):
        return None
    ratio = proportion(left, right)
    if ratio is not None:
        return 1 if ratio > 0 else -1
    ours, theirs = _by_unknowns(left), _by_unknowns(right)
    if ours.keys() != theirs.keys():
        return 0 if all(_is_plain(monomial) for monomial in (*ours, *theirs)) else None
    try:
        return _common_sign(ours, theirs)
    except TooLarge:
        return None


def _by_unknowns(terms: Terms) -> dict[Monomial, Canonical]:
    """Return the constant coefficients of the products of unknowns."""
    found: dict[Monomial, Terms] = {}
    for monomial, one in terms.items():
        unknown = tuple(factor for factor in monomial if factor[0][0] not in "!#%$")
        constant = tuple(factor for factor in monomial if factor[0][0] in "!#%$")
        found.setdefault(unknown, {})[constant] = one
    return {unknown: settled(constants) for unknown, constants in found.items()}


def _is_plain(monomial: Monomial) -> bool:
    return all(name[0] not in "~^" for name, _ in monomial)


def _common_sign(ours: dict[Monomial, Canonical], theirs: dict[Monomial, Canonical]) -> int | None:
    budget = Budget()
    first = max(ours)
    for unknown, coefficient in ours.items():
        crossed = difference(times(coefficient, theirs[first], budget), times(ours[first], theirs[unknown], budget))
        if crossed != 0:
            return 0 if all(_is_plain(monomial) for monomial in ours) and not isinstance(crossed, dict) else None
    sign, other = signs.sign(ours[first]), signs.sign(theirs[first])
    return None if sign is None or other is None else sign * other


def sign_at_points(a: Node, b: Node, seed: int) -> int | None:
    """Return the sign of k with `a` = k `b` from values at points, confirmed by an exact comparison; None without k."""
    names = sorted(symbols(a) | symbols(b))
    draws = Draws(seed)
    ratios: list[tuple[float, float]] = []
    places: list[Sample] = []
    for point in (*generic(names, draws), *scattered(names, draws, NUM_POINTS)):
        ratio = _ratio(a, b, point)
        if ratio is None:
            continue
        if ratios and abs(ratio[0] - ratios[0][0]) > 2 * (ratio[1] + ratios[0][1]):
            return None
        ratios.append(ratio)
        places.append(point)
    if len(ratios) < MIN_POINTS or abs(ratios[0][0]) <= ratios[0][1]:
        return None
    place = places[0]
    crossed = Node("mul", (a, at(b, place))), Node("mul", (b, at(a, place)))
    if compare(*crossed, str(seed)).truth is not Truth.TRUE:
        return None
    return 1 if ratios[0][0] > 0 else -1


def _ratio(a: Node, b: Node, point: dict[str, Fraction]) -> tuple[float, float] | None:
    try:
        ratio, error, _ = evaluate(Node("div", (a, b)), point, DOUBLES)
    except (NoValue, Unsure, Unsupported):
        return None
    return (ratio, error) if isinstance(ratio, float) else None
