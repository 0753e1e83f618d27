r"""Square roots of sums of terms that are exact: of polynomials, `\sqrt{x^2 - 2x + 1}`, and of `3 + 2\sqrt2`."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from rlvr.rewards.maths.values.monomials import Monomial, Rational, Terms, plain

MAX_ROOT_TERMS = 8
"""Terms of the root of a polynomial."""
_Vector = tuple[int, ...]


def rational_root(value: Rational) -> Fraction | None:
    """Return the square root of a rational, if it is a rational."""
    if value < 0:
        return None
    top, bottom = isqrt(value.numerator), isqrt(value.denominator)
    return Fraction(top, bottom) if top * top == value.numerator and bottom * bottom == value.denominator else None


def polynomial_root(terms: Terms) -> Terms | None:
    """Return a polynomial whose square is `terms`, if there is one with few terms, up to its sign."""
    if len(terms) < 3 or len(terms) > MAX_ROOT_TERMS * (MAX_ROOT_TERMS + 1) // 2:
        return None
    names = sorted({name for monomial in terms for name, _ in monomial})
    rest: dict[_Vector, Rational] = {}
    for monomial, one in terms.items():
        vector = _vector(monomial, names)
        if vector is None:
            return None
        rest[vector] = one
    root = _root(rest)
    return None if root is None else {_monomial(vector, names): plain(one) for vector, one in root.items()}


def _vector(monomial: Monomial, names: list[str]) -> _Vector | None:
    powers = dict(monomial)
    if any(type(exponent) is not int or name[0] == "!" for name, exponent in monomial):
        return None
    return tuple([int(powers.get(name, 0)) for name in names])


def _monomial(vector: _Vector, names: list[str]) -> Monomial:
    return tuple((name, exponent) for name, exponent in zip(names, vector, strict=True) if exponent)


def _root(rest: dict[_Vector, Rational]) -> dict[_Vector, Fraction] | None:
    """Return the root term by term from the leading one, by the order of the exponents."""
    lead = max(rest)
    first = rational_root(rest[lead])
    if first is None or any(exponent % 2 for exponent in lead):
        return None
    half = tuple([exponent // 2 for exponent in lead])
    root: dict[_Vector, Fraction] = {}
    term: Fraction | None = first
    place = half
    while term is not None:
        if len(root) == MAX_ROOT_TERMS or place in root:
            return None
        _subtract(rest, root, place, term)
        root[place] = term
        if not rest:
            return root
        lead = max(rest)
        place = tuple([exponent - other for exponent, other in zip(lead, half, strict=True)])
        term = rest[lead] / (2 * first) if place < half else None
    return None


def _subtract(rest: dict[_Vector, Rational], root: dict[_Vector, Fraction], place: _Vector, term: Fraction) -> None:
    """Take from `rest` what the square of `root` gains when `term` is added to it."""
    for vector, one in (*((vector, 2 * one) for vector, one in root.items()), (place, term)):
        total = tuple([left + right for left, right in zip(vector, place, strict=True)])
        left = rest.get(total, 0) - one * term
        if left:
            rest[total] = left
        else:
            rest.pop(total, None)
