"""Exact values as sums of terms: the arithmetic under the canonical forms.

A canonical value is an int, a Fraction, an `Infinity`, or `Terms`: a dict from monomials to rational coefficients that
are not zero, never empty and never a number alone. A monomial is a tuple of (atom, exponent) sorted by atom; an
exponent is an int or a Fraction, never zero. Atoms are texts, told apart by their first character:

| first | atom | exponents |
|---|---|---|
| `!` | the imaginary unit | 1 |
| `#` | a prime in hexadecimal | above 0 and below 1, or too large to compute |
| `%` | a positive integer that was not factored | as a prime's |
| `$` | pi, e | any |
| `^` | a positive number to a power that is not rational (`Exponential`) | any |
| `~` | anything else under a name: a function's value, a sum in a denominator (`Sum`) | any |
| others | a symbol | any |

Values are never changed once they are made. Two equal values are equal at every point where both are defined; the
opposite is not promised. Every rewriting keeps a value wherever it is defined and may only add points.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from fractions import Fraction
from math import comb, gcd, lcm
from typing import TypeAlias

from rlvr.rewards.maths.tree import TooLarge, Undefined

MAX_BITS = 20_000
"""Bits of an integer that a power may make."""
MAX_TERMS = 100
"""Terms of a power that is multiplied out."""
MAX_WORK = 20_000
"""Products of two terms in one canonical form."""

Rational: TypeAlias = int | Fraction
Monomial: TypeAlias = tuple[tuple[str, Rational], ...]
Terms: TypeAlias = dict[Monomial, Rational]


class Infinity(Enum):
    """The two infinities of the real line."""

    PLUS = 1
    MINUS = -1


Canonical: TypeAlias = int | Fraction | Infinity | Terms

IMAGINARY, PI_ATOM, E_ATOM = "!i", "$pi", "$e"


class Sum(str):
    """The atom of a sum that stays whole, with its terms: `1/(x + 1)` is this atom to the power -1."""

    terms: Terms


class Exponential(str):
    """The atom of a positive number to a power that is not rational: `2^x` and `e^x`."""

    base: Canonical
    exponent: Terms


class Logarithm(str):
    """The atom of a natural logarithm."""

    argument: Canonical


class Sine(str):
    """The atom of a sine; its square is 1 minus the square of `cosine`."""

    cosine: str


class Budget:
    """How many products of terms may still be made for one canonical form."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MAX_WORK

    def spend(self, cost: int) -> None:
        """Take `cost` products off; TooLarge if there are not so many left."""
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


def plain(value: Rational) -> Rational:
    """Return `value` as an int if it is one."""
    return value.numerator if type(value) is Fraction and value.denominator == 1 else value


def magnitude(value: Rational) -> Rational:
    """Return the absolute value of a rational."""
    return -value if value < 0 else value


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
    if len(left) * len(right) > 25 * MAX_TERMS:
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


def join(left: Monomial, right: Monomial) -> tuple[Rational, Monomial, list[tuple[str, int]]]:
    """Return the product of two monomials: a factor, a monomial, and the atoms to be multiplied out, with powers."""
    folded: list[tuple[str, int]] = []
    if not left:
        return 1, right, folded
    if not right:
        return 1, left, folded
    powers = dict(left)
    factor: Rational = 1
    for name, exponent in right:
        old = powers.get(name)
        if old is None:
            powers[name] = exponent
            continue
        del powers[name]
        scale, rest = reduced(name, plain(old + exponent), folded)
        factor = factor * scale
        if rest:
            powers[name] = rest
    return factor, tuple(sorted(powers.items())), folded


def reduced(name: str, exponent: Rational, folded: list[tuple[str, int]]) -> tuple[Rational, Rational]:
    """Return the factor and the exponent that the power of an atom leaves; what must be multiplied out is noted."""
    first = name[0]
    if first == "#" or first == "%":
        return _reduced_prime(int(name[1:], 16), exponent)
    if first == "!":
        assert isinstance(exponent, int), "i only has whole powers"
        return (1, -1)[exponent // 2 % 2], exponent % 2
    if first == "~" and exponent >= 1:
        if isinstance(name, Sum):
            whole = int(exponent)
            if terms_of_power(len(name.terms), whole) <= MAX_TERMS:
                folded.append((name, whole))
                return 1, plain(exponent - whole)
        elif isinstance(name, Sine) and isinstance(exponent, int) and 2 <= exponent <= 16:
            folded.append((name, exponent // 2))
            return 1, exponent % 2
    return 1, exponent


def _reduced_prime(prime: int, exponent: Rational) -> tuple[Rational, Rational]:
    whole = exponent.__floor__()
    if abs(whole) * prime.bit_length() > MAX_BITS:
        return 1, exponent
    factor = prime**whole if whole >= 0 else Fraction(1, prime**-whole)
    return factor, plain(exponent - whole)


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


def terms_of_power(num_terms: int, exponent: int) -> int:
    """Return the most terms that a sum of `num_terms` terms to the power `exponent` has."""
    return comb(exponent + num_terms - 1, num_terms - 1) if exponent < 1_000 else MAX_TERMS + 1


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
        return "+".join([f"{_number(one)}{_powers(monomial)}" for monomial, one in sorted(value.items())])
    return value.name if isinstance(value, Infinity) else _number(value)


def _number(value: Rational) -> str:
    return f"{value:x}" if type(value) is int else f"{value.numerator:x}/{value.denominator:x}"


def _powers(monomial: Monomial) -> str:
    return "".join([f"*{name}^{_number(one)}" for name, one in monomial])
