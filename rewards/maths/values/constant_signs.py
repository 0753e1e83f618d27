"""Signs and whole parts of exact real constants, proven with an error bound in double precision.

Only sums of roots of integers and powers of pi and e are read here, which is what canonical forms need to write
`|2 - sqrt 5|` or `floor(pi)`; other constants are compared at a higher level.
"""

from __future__ import annotations

import math

from rlvr.rewards.maths.values.monomials import Canonical, Infinity, Monomial, Terms

_ATOMS = {"$pi": math.pi, "$e": math.e}
_ROUNDING = 2.0**-50


def bounded(terms: Terms) -> tuple[float, float] | None:
    """Return a double near the value of `terms` and a bound on its error; None for other constants or overflow."""
    total = error = 0.0
    try:
        for monomial, one in terms.items():
            size = _size(monomial)
            if size is None:
                return None
            part = float(one) * size
            total += part
            error += abs(part) * (len(monomial) + len(terms)) * _ROUNDING
    except (OverflowError, ValueError):
        return None
    return (total, error) if math.isfinite(error) else None


def _size(monomial: Monomial) -> float | None:
    size = 1.0
    for name, exponent in monomial:
        if name[0] in "#%":
            size *= float(int(name[1:], 16)) ** float(exponent)
        elif name in _ATOMS:
            size *= _ATOMS[name] ** float(exponent)
        else:
            return None
    return size


def sign(value: Canonical) -> int | None:
    """Return the sign of a real constant, or None if it is not one or the sign is not certain."""
    if isinstance(value, dict):
        found = bounded(value)
        if found is None or abs(found[0]) <= found[1]:
            return None
        return 1 if found[0] > 0 else -1
    if isinstance(value, Infinity):
        return value.value
    return (value > 0) - (value < 0)


def floor(value: Canonical) -> int | None:
    """Return the largest integer that is not above a real constant, or None if that is not certain."""
    if isinstance(value, dict):
        found = bounded(value)
        if found is None or found[1] > 0.25:
            return None
        low, high = math.floor(found[0] - found[1]), math.floor(found[0] + found[1])
        return low if low == high else None
    return None if isinstance(value, Infinity) else math.floor(value)
