"""Monomials: products of powers of atoms, the units of canonical values.

A monomial is a tuple of (atom, exponent) sorted by atom; an exponent is an int or a Fraction, never zero. Atoms are
texts, told apart by their first character:

| first | atom | exponents |
|---|---|---|
| `!` | the imaginary unit | 1 |
| `#` | a prime in hexadecimal | above 0 and below 1, or too large to compute |
| `%` | a positive integer that was not factored | as a prime's |
| `$` | pi, e | any |
| `^` | a positive number to a power that is not rational (`Exponential`) | any |
| `~` | anything else under a name: a function's value, a sum in a denominator (`Sum`) | any |
| others | a symbol | any |
"""

from __future__ import annotations

from enum import Enum
from fractions import Fraction
from math import comb
from typing import TypeAlias

MAX_BITS = 20_000
"""Bits of an integer that a power may make."""
MAX_TERMS = 100
"""Terms of a power that is multiplied out."""
Rational: TypeAlias = int | Fraction
Monomial: TypeAlias = tuple[tuple[str, Rational], ...]
Terms: TypeAlias = dict[Monomial, Rational]


class Infinity(Enum):
    """The two infinities of the real line."""

    PLUS = 1
    MINUS = -1


Canonical: TypeAlias = int | Fraction | Infinity | Terms
"""A value as `terms` has it."""

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


class Arctangent(str):
    """The atom of the arctangent of a rational."""

    argument: Fraction


class Sine(str):
    """The atom of a sine; its square is 1 minus the square of `cosine`."""

    cosine: str


def plain(value: Rational) -> Rational:
    """Return `value` as an int if it is one."""
    return value.numerator if type(value) is Fraction and value.denominator == 1 else value


def magnitude(value: Rational) -> Rational:
    """Return the absolute value of a rational."""
    return -value if value < 0 else value


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


def terms_of_power(num_terms: int, exponent: int) -> int:
    """Return the most terms that a sum of `num_terms` terms to the power `exponent` has."""
    return comb(exponent + num_terms - 1, num_terms - 1) if exponent < 1_000 else MAX_TERMS + 1
