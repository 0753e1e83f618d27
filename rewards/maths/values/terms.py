"""Exact values as sums of terms: the arithmetic under the canonical forms.

A canonical value is an int, a Fraction, an `Infinity`, or `Terms`: a dict from monomials to rational coefficients that
are not zero, never empty and never a number alone.

Values are never changed once they are made. Two equal values are equal at every point where both are defined; the
opposite is not promised. Every rewriting keeps a value wherever it is defined and may only add points.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import gcd, lcm

from rlvr.rewards.maths import effort
from rlvr.rewards.maths.tree import TooLarge, Undefined
from rlvr.rewards.maths.values.monomials import (
    MAX_BITS,
    Canonical,
    Infinity,
    Monomial,
    Rational,
    Sine,
    Sum,
    Terms,
    join,
    plain,
)

MAX_PRODUCT = 400
"""Terms of a product of sums that is multiplied out."""
MAX_TEXT = 50_000
"""Characters of an atom's name."""
MAX_WORK = 20_000
"""Products of two terms in one canonical form."""


class Budget:
    """How many products of terms may still be made for one canonical form."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MAX_WORK

    def spend(self, cost: int) -> None:
        """Take `cost` products off; TooLarge if there are not so many left."""
        effort.spend(cost)
        self.left -= cost
        if self.left < 0:
            raise TooLarge(f"an expression takes more than {MAX_WORK} products of terms")


def settled(terms: Terms) -> Canonical:
    """Return `terms` as a canonical value, without zeros and a number as a number."""
    if 0 in terms.values():
        terms = {monomial: one for monomial, one in terms.items() if one}
    if not terms:
        return 0
    for monomial, one in terms.items():
        if type(one) is Fraction and one.denominator == 1:
            terms[monomial] = one.numerator
    return terms[()] if len(terms) == 1 and () in terms else terms


def as_terms(value: Canonical) -> Terms:
    """Return a value that is not infinite as terms, those of zero being none."""
    if isinstance(value, dict):
        return value
    assert not isinstance(value, Infinity), "an infinity has no terms"
    return {(): value} if value else {}


def atom(name: str, exponent: Rational = 1) -> Terms:
    """Return the power of one atom as terms."""
    return {((name, exponent),): 1}


def add(values: Iterable[Canonical]) -> Canonical:
    """Return the sum of `values`."""
    number: Rational = 0
    terms: Terms = {}
    infinite: Infinity | None = None
    for value in values:
        if isinstance(value, dict):
            for monomial, one in value.items():
                terms[monomial] = terms.get(monomial, 0) + one
        elif isinstance(value, Infinity):
            if infinite is not None and value is not infinite:
                raise Undefined("the difference of two infinities")
            infinite = value
        else:
            number += value
    if infinite is not None:
        return infinite
    if not terms:
        return plain(number)
    if number:
        terms[()] = terms.get((), 0) + number
    return settled(terms)


def negative(value: Canonical) -> Canonical:
    """Return the opposite of `value`."""
    if isinstance(value, dict):
        return {monomial: -one for monomial, one in value.items()}
    if isinstance(value, Infinity):
        return Infinity.MINUS if value is Infinity.PLUS else Infinity.PLUS
    return -value


def difference(left: Canonical, right: Canonical) -> Canonical:
    """Return `left` minus `right`."""
    return add((left, negative(right)))


def times(left: Canonical, right: Canonical, budget: Budget) -> Canonical:
    """Return the product of two values."""
    if isinstance(left, dict):
        if isinstance(right, dict):
            return _product(left, right, budget)
        left, right = right, left
    if isinstance(left, Infinity) or isinstance(right, Infinity):
        return _infinite_product(left, right)
    if isinstance(right, dict):
        return settled({monomial: one * left for monomial, one in right.items()}) if left else 0
    result = left * right
    if result.numerator.bit_length() > 4 * MAX_BITS:
        raise TooLarge(f"a product has more than {4 * MAX_BITS} bits")
    return plain(result)


def _infinite_product(left: Canonical, right: Canonical) -> Canonical:
    sign = 1
    for value in (left, right):
        if isinstance(value, dict) or value == 0:
            raise Undefined("infinity times zero or an unknown")
        sign *= value.value if isinstance(value, Infinity) else (1 if value > 0 else -1)
    return Infinity(sign)


def _product(left: Terms, right: Terms, budget: Budget) -> Canonical:
    if len(left) * len(right) > MAX_PRODUCT:
        return _product(atom(as_sum(left)), atom(as_sum(right)), budget)
    budget.spend(len(left) * len(right))
    result: Terms = {}
    unfolded: list[Canonical] = []
    for monomial, one in left.items():
        for other, two in right.items():
            factor, joined, folded = join(monomial, other)
            coefficient = one * two if factor == 1 else one * two * factor
            if folded:
                unfolded.append(unfold({joined: coefficient}, folded, budget))
            else:
                result[joined] = result.get(joined, 0) + coefficient
    whole = settled(result)
    return add((whole, *unfolded)) if unfolded else whole


def unfold(value: Canonical, folded: Iterable[tuple[str, int]], budget: Budget) -> Canonical:
    """Return `value` times the powers of sums and of squares of sines in `folded`, multiplied out."""
    for name, count in folded:
        value = times(value, repeated(_unfolded(name), count, budget), budget)
    return value


def _unfolded(name: str) -> Terms:
    if isinstance(name, Sum):
        return name.terms
    assert isinstance(name, Sine), "only sums and sines are multiplied out"
    return {(): 1, ((name.cosine, 2),): -1}


def repeated(terms: Canonical, count: int, budget: Budget) -> Canonical:
    """Return `terms` to the power `count` of at least 1 by multiplication."""
    result = terms
    for bit in bin(count)[3:]:
        result = times(result, result, budget)
        if bit == "1":
            result = times(result, terms, budget)
    return result


def content(terms: Terms) -> Rational:
    """Return the positive rational that leaves coprime whole coefficients when `terms` is divided by it."""
    top, bottom = 0, 1
    for one in terms.values():
        top = gcd(top, one.numerator)
        bottom = lcm(bottom, one.denominator)
    return plain(Fraction(top, bottom)) if bottom != 1 else top


def scaled(terms: Terms, factor: Rational) -> Terms:
    """Return `terms` times a rational that is not zero."""
    return {monomial: plain(one * factor) for monomial, one in terms.items()} if factor != 1 else terms


def leading_sign(terms: Terms) -> int:
    """Return the sign of the coefficient of the last monomial, by which a sum and its opposite are told apart."""
    return 1 if terms[max(terms)] > 0 else -1


def as_sum(terms: Terms) -> Sum:
    """Return `terms` as one atom."""
    made = Sum(f"~({text(terms)})")
    made.terms = terms
    return made


def text(value: Canonical) -> str:
    """Return a text that only this value has."""
    if isinstance(value, dict):
        if sum([len(name) for monomial in value for name, _ in monomial]) > MAX_TEXT:
            raise TooLarge(f"a part of an expression takes more than {MAX_TEXT} characters")
        return "+".join([f"{_number(one)}{_powers(monomial)}" for monomial, one in sorted(value.items())])
    return value.name if isinstance(value, Infinity) else _number(value)


def _number(value: Rational) -> str:
    return f"{value:x}" if type(value) is int else f"{value.numerator:x}/{value.denominator:x}"


def _powers(monomial: Monomial) -> str:
    return "".join([f"*{name}^{_number(one)}" for name, one in monomial])
