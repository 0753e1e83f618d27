"""Functions of whole numbers and the piecewise ones: factorials, binomials, divisors, whole parts, absolute values.

Each costs a stated number of bits before it is computed. What is not a constant, or too large, is an atom.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from rlvr.rewards.maths.tree import Undefined
from rlvr.rewards.maths.values import constant_signs as signs
from rlvr.rewards.maths.values.factors import factored
from rlvr.rewards.maths.values.monomials import (
    IMAGINARY,
    MAX_BITS,
    PI_ATOM,
    Canonical,
    Infinity,
    Rational,
    Terms,
    plain,
)
from rlvr.rewards.maths.values.powers import absolute_name, is_positive, power
from rlvr.rewards.maths.values.radicals import is_complex
from rlvr.rewards.maths.values.terms import (
    Budget,
    add,
    as_terms,
    atom,
    content,
    difference,
    leading_sign,
    negative,
    scaled,
    settled,
    text,
    times,
)

MAX_FACTORIAL = 1_500
"""The largest argument of a factorial that is computed."""


def named(name: str, *values: Canonical) -> Canonical:
    """Return the atom of a function's value at `values`."""
    return atom(f"~{name}({','.join([text(value) for value in values])})")


def factorial(value: Canonical, budget: Budget) -> Canonical:
    """Return the factorial; Undefined for negative integers."""
    del budget
    if type(value) is int:
        if value < 0:
            raise Undefined("the factorial of a negative integer")
        if value <= MAX_FACTORIAL:
            return math.factorial(value)
    return named("fact", value)


def double_factorial(value: Canonical, budget: Budget) -> Canonical:
    """Return the product of every other integer down from `value`."""
    del budget
    if type(value) is int and -1 <= value <= MAX_FACTORIAL:
        return math.prod(range(value, 1, -2))
    return named("fact2", value)


def gamma(value: Canonical, budget: Budget) -> Canonical:
    """Return the gamma function at whole and half numbers; Undefined at the integers from 0 down."""
    if type(value) is int:
        if value <= 0:
            raise Undefined("a pole of the gamma function")
        return factorial(value - 1, budget)
    if isinstance(value, Fraction) and value.denominator == 2 and abs(value) < 200:
        result: Fraction = Fraction(1)
        while value > 1:
            value -= 1
            result *= value
        while value < 0:
            result /= value
            value += 1
        return settled({((PI_ATOM, Fraction(1, 2)),): plain(result)})
    return named("gamma", value)


def binomial(top: Canonical, bottom: Canonical, budget: Budget) -> Canonical:
    """Return the binomial coefficient, a polynomial in `top` when `bottom` is a small integer."""
    if type(bottom) is int:
        if bottom < 0:
            return 0
        if type(top) is int and top >= 0:
            return _whole_binomial(top, bottom)
        if bottom <= 8 and not isinstance(top, Infinity):
            result: Canonical = Fraction(1, math.factorial(bottom))
            for step in range(bottom):
                result = times(result, difference(top, step), budget)
            return result
    return named("binom", top, bottom)


def _whole_binomial(top: int, bottom: int) -> Canonical:
    if bottom > top:
        return 0
    small = min(bottom, top - bottom)
    if small * top.bit_length() <= MAX_BITS:
        return math.comb(top, small)
    return named("binom", top, small)


def gcd(values: list[Canonical], budget: Budget) -> Canonical:
    """Return the greatest common divisor; that of different symbols is 1, as of the polynomials that they are."""
    return 1 if _are_different_symbols(values) else _of_integers("gcd", math.gcd, values, budget)


def lcm(values: list[Canonical], budget: Budget) -> Canonical:
    """Return the least common multiple; that of different symbols is their product, as of polynomials."""
    if not _are_different_symbols(values):
        return _of_integers("lcm", math.lcm, values, budget)
    product: Canonical = 1
    for value in values:
        product = times(product, value, budget)
    return product


def _are_different_symbols(values: list[Canonical]) -> bool:
    monomials = [monomial for value in values if isinstance(value, dict) for monomial in value]
    names = {monomial[0][0] for monomial in monomials if len(monomial) == 1}
    symbols: list[Canonical] = [atom(name) for name in names if name.isidentifier()]
    return len(symbols) == len(values) > 1 and all(value in symbols for value in values)


def _of_integers(name: str, combine: Callable[..., int], values: list[Canonical], budget: Budget) -> Canonical:
    integers = [value for value in values if type(value) is int]
    budget.spend(len(integers))
    if len(integers) == len(values) and sum(one.bit_length() for one in integers) <= 4 * MAX_BITS:
        return combine(*integers)
    return atom(f"~{name}({','.join(sorted({text(value) for value in values}))})")


def modulo(value: Canonical, modulus: Canonical, budget: Budget) -> Canonical:
    """Return the remainder with the sign of the modulus."""
    del budget
    if modulus == 0:
        raise Undefined("a remainder modulo zero")
    if isinstance(value, int | Fraction) and isinstance(modulus, int | Fraction):
        return plain(value % modulus)
    return named("mod", value, modulus)


def totient(value: Canonical, budget: Budget) -> Canonical:
    """Return Euler's totient of a positive integer that can be factored."""
    del budget
    if type(value) is int and value > 0:
        primes, cofactor = factored(value)
        if cofactor == 1:
            return math.prod([(prime - 1) * int(prime ** (count - 1)) for prime, count in primes])
    return named("phi", value)


def floor(value: Canonical, budget: Budget) -> Canonical:
    """Return the largest integer that is not above `value`; whole terms are taken out."""
    del budget
    known = signs.floor(value)
    if known is not None:
        return known
    whole, rest = _whole_part(value)
    return add((whole, named("floor", rest)))


def ceiling(value: Canonical, budget: Budget) -> Canonical:
    """Return the smallest integer that is not below `value`."""
    return negative(floor(negative(value), budget))


def _whole_part(value: Canonical) -> tuple[Canonical, Canonical]:
    if not isinstance(value, dict) or () not in value:
        return 0, value
    whole = math.floor(value[()])
    return whole, difference(value, whole)


def absolute(value: Canonical, budget: Budget) -> Canonical:
    """Return the absolute value, of an exact complex constant too."""
    sign = signs.sign(value)
    if sign is not None:
        return negative(value) if sign < 0 else value
    assert isinstance(value, dict), "the sign of a number is certain"
    if is_complex(value):
        return _modulus(value, budget)
    size = content(value)
    rest = scaled(value, leading_sign(value) / Fraction(size))
    if len(rest) == 1:
        return scaled(_absolute_monomial(rest), size)
    return scaled(as_terms(named("abs", rest)), size)


def _absolute_monomial(terms: Terms) -> Terms:
    ((monomial, _),) = terms.items()
    names: list[tuple[str, Rational]] = []
    for name, exponent in monomial:
        is_even = type(exponent) is int and exponent % 2 == 0
        is_bare = is_positive(name) or is_even or (isinstance(exponent, Fraction) and exponent.denominator % 2 == 0)
        names.append((name if is_bare else absolute_name(name), exponent))
    return {tuple(sorted(names)): 1}


def _modulus(terms: Terms, budget: Budget) -> Canonical:
    parts = complex_parts(terms)
    if parts is None:
        return named("abs", terms)
    square = add((times(parts[0], parts[0], budget), times(parts[1], parts[1], budget)))
    return power(square, Fraction(1, 2), budget)


def complex_parts(value: Canonical) -> tuple[Canonical, Canonical] | None:
    """Return the real and the imaginary part of a value whose other atoms are certainly real."""
    if not isinstance(value, dict):
        return None if isinstance(value, Infinity) else (value, 0)
    real: Terms = {}
    imaginary: Terms = {}
    for monomial, one in value.items():
        rest = monomial[1:] if monomial and monomial[0][0] == IMAGINARY else monomial
        if not all(_is_real(name, exponent) for name, exponent in rest):
            return None
        (real if rest is monomial else imaginary)[rest] = one
    return settled(real), settled(imaginary)


def _is_real(name: str, exponent: Rational) -> bool:
    return is_positive(name) or (name[0] not in "~!" and type(exponent) is int)


def signum(value: Canonical, budget: Budget) -> Canonical:
    """Return the sign of a real value."""
    del budget
    sign = signs.sign(value)
    return named("sgn", value) if sign is None else sign


def extreme(name: str, values: list[Canonical], budget: Budget) -> Canonical:
    """Return the least (`min`) or the greatest (`max`) of `values`; those that are certain to lose are left out."""
    budget.spend(len(values) ** 2)
    kept: list[Canonical] = []
    for value in values:
        if not any(_wins(other, value, name) for other in kept):
            kept = [other for other in kept if not _wins(value, other, name)] + [value]
    if len(kept) == 1:
        return kept[0]
    return atom(f"~{name}({','.join(sorted([text(value) for value in kept]))})")


def _wins(value: Canonical, other: Canonical, name: str) -> bool:
    if isinstance(value, Infinity) or isinstance(other, Infinity):
        favourite = Infinity.PLUS if name == "max" else Infinity.MINUS
        return value is favourite or (isinstance(other, Infinity) and other is not favourite)
    sign = signs.sign(difference(value, other))
    return sign is not None and (sign >= 0 if name == "max" else sign <= 0)
