r"""Roots of exact values: `\sqrt{12}` is `2\sqrt3`, `\sqrt{3 + 2\sqrt2}` is `1 + \sqrt2`.

`1/(1 + \sqrt2)` is `\sqrt2 - 1`: square roots are removed from the denominators of constants.

An even root of a negative number is imaginary; an odd root of a real number is real, so `(-8)^{1/3}` is -2. Sums of
other radicals, roots of symbols and nested radicals of a depth above 2 stay as they are.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from rlvr.rewards.maths.tree import Undefined
from rlvr.rewards.maths.values import constant_signs
from rlvr.rewards.maths.values.factors import factored, whole_root
from rlvr.rewards.maths.values.monomials import (
    IMAGINARY,
    Canonical,
    Monomial,
    Rational,
    Terms,
    magnitude,
    plain,
    reduced,
)
from rlvr.rewards.maths.values.squares import polynomial_root, rational_root
from rlvr.rewards.maths.values.terms import (
    Budget,
    as_sum,
    atom,
    content,
    leading_sign,
    scaled,
    settled,
    text,
    times,
    unfold,
)

MAX_RATIONALISED = 8
"""Terms of a denominator whose square roots are removed."""


def prime_powers(number: Rational, exponent: Rational) -> tuple[Rational, Monomial]:
    """Return a positive rational to a rational power as a factor and a monomial in primes."""
    if type(number) is int:
        return _int_power(number, exponent)
    factor, over = _int_power(number.numerator, exponent)
    scale, under = _int_power(number.denominator, -exponent)
    return factor * scale, tuple(sorted(over + under))


@lru_cache(maxsize=4096)
def _int_power(number: int, exponent: Rational) -> tuple[Rational, Monomial]:
    if type(exponent) is Fraction and exponent.numerator == 1:
        root = whole_root(number, exponent.denominator)
        if root is not None:
            return root, ()
    primes, cofactor = factored(number)
    factor: Rational = 1
    powers = []
    named = [(f"#{prime:x}", count) for prime, count in primes]
    if cofactor > 1:
        named.append((f"%{cofactor:x}", 1))
    for name, count in named:
        scale, rest = reduced(name, plain(exponent * count), [])
        factor = factor * scale
        if rest:
            powers.append((name, rest))
    return plain(factor), tuple(sorted(powers))


def root_of_sum(terms: Terms, exponent: Fraction, budget: Budget) -> Canonical:
    """Return a sum of two or more terms to a power that is not whole."""
    size = content(terms)
    factor, powers = prime_powers(size, exponent)
    rest = scaled(terms, 1 / Fraction(size))
    if exponent.denominator % 2 and leading_sign(rest) < 0 and not is_complex(rest):
        rest, factor = scaled(rest, -1), (-factor if exponent.numerator % 2 else factor)
    outside: Terms = {powers: factor}
    if exponent.denominator == 2 and len(rest) == 2:
        root = _denested(rest, budget)
        if root is not None:
            return times(outside, _whole_power(root, exponent.numerator, budget), budget)
    if exponent.denominator % 2 == 0:
        whole = polynomial_root(rest)
        if whole is not None:
            return times(outside, _absolute_power(whole, 2 * exponent, budget), budget)
    return times(outside, atom(as_sum(rest), exponent), budget)


def _absolute_power(terms: Terms, exponent: Fraction, budget: Budget) -> Canonical:
    """Return the absolute value of a sum to a power."""
    sign = constant_signs.sign(terms)
    if sign is None:
        return scaled_powers(((f"~abs({text(scaled(terms, leading_sign(terms)))})", 1),), 1, plain(exponent), budget)
    base = scaled(terms, sign)
    if exponent.denominator == 1:
        return _whole_power(base, exponent.numerator, budget)
    return root_of_sum(base, exponent, budget)


def _denested(terms: Terms, budget: Budget) -> Terms | None:
    r"""Return the square root of `a + b\sqrt c`, if it is a sum of two square roots."""
    whole = terms.get(())
    if whole is None or whole <= 0:
        return None
    radical = {monomial: one for monomial, one in terms.items() if monomial}
    square = times(radical, radical, budget)
    if isinstance(square, dict) or not isinstance(square, int | Fraction) or square <= 0:
        return None
    inner = rational_root(whole * whole - square)
    if inner is None:
        return None
    first, second = square_root((whole + inner) / Fraction(2)), square_root((whole - inner) / Fraction(2))
    sign = 1 if next(iter(radical.values())) > 0 else -1
    result = dict(first)
    for monomial, one in second.items():
        result[monomial] = result.get(monomial, 0) + sign * one
    made = settled(result)
    return made if isinstance(made, dict) else None


def square_root(value: Fraction) -> Terms:
    """Return the square root of a positive rational as one term."""
    factor, powers = prime_powers(plain(value), Fraction(1, 2))
    return {powers: factor}


def _whole_power(terms: Terms, exponent: int, budget: Budget) -> Canonical:
    result: Canonical = terms
    for _ in range(abs(exponent) - 1):
        result = times(result, terms, budget)
    return result if exponent > 0 else inverse(result, budget)


def inverse(value: Canonical, budget: Budget) -> Canonical:
    """Return 1 divided by `value`; Undefined for zero and the infinities."""
    if isinstance(value, dict):
        if len(value) == 1:
            ((monomial, one),) = value.items()
            return inverse_monomial(monomial, one, budget)
        return _inverse_of_sum(value, budget)
    if not isinstance(value, int | Fraction) or value == 0:
        raise Undefined("a division by zero or by infinity")
    return plain(Fraction(1, 1) / value)


def inverse_monomial(monomial: Monomial, coefficient: Rational, budget: Budget) -> Canonical:
    """Return 1 divided by one term."""
    return scaled_powers(monomial, Fraction(1) / coefficient, -1, budget)


def scaled_powers(monomial: Monomial, factor: Rational, exponent: Rational, budget: Budget) -> Canonical:
    """Return `factor` times the power of a monomial, atom by atom."""
    folded: list[tuple[str, int]] = []
    powers = []
    for name, old in monomial:
        scale, rest = reduced(name, plain(old * exponent), folded)
        factor = factor * scale
        if rest:
            powers.append((name, rest))
    return unfold(settled({tuple(powers): plain(factor)}), folded, budget)


def _inverse_of_sum(terms: Terms, budget: Budget) -> Canonical:
    over: Canonical = 1
    under: Canonical = terms
    for _ in range(4):
        if not isinstance(under, dict) or len(under) == 1:
            return times(over, inverse(under, budget), budget)
        name = _removable(under)
        if name is None or len(under) > MAX_RATIONALISED:
            break
        conjugate = {key: -one if _has(key, name) else one for key, one in under.items()}
        over, under = times(over, conjugate, budget), times(under, conjugate, budget)
        if under == 0:
            raise Undefined("a division by zero")
    return opaque_power(terms, -1, budget)


def is_complex(terms: Terms) -> bool:
    """Return True if the imaginary unit is a factor of a term."""
    return any(monomial and monomial[0][0] == IMAGINARY for monomial in terms)


def _removable(terms: Terms) -> str | None:
    """Return an atom whose square is rational, if all atoms of `terms` are such."""
    found: str | None = None
    for monomial in terms:
        for name, exponent in monomial:
            if name == IMAGINARY or (name[0] == "#" and exponent == Fraction(1, 2)):
                found = name
            else:
                return None
    return found


def _has(monomial: Monomial, name: str) -> bool:
    return any(one == name for one, _ in monomial)


def opaque_power(terms: Terms, exponent: int, budget: Budget) -> Canonical:
    """Return a whole power of a sum that is not multiplied out, its common factors apart."""
    common = _common_powers(terms)
    size = plain(content(terms) * leading_sign(terms))
    rest = scaled(terms, 1 / Fraction(size))
    if common:
        lowered = times(rest, {tuple((name, -power) for name, power in common): 1}, budget)
        assert isinstance(lowered, dict), "a common factor leaves a sum"
        rest = lowered
    factor, primes = prime_powers(magnitude(size), exponent)
    outside = scaled_powers(common, -factor if size < 0 and exponent % 2 else factor, exponent, budget)
    return times(times(outside, {primes: 1}, budget) if primes else outside, atom(as_sum(rest), exponent), budget)


def _common_powers(terms: Terms) -> Monomial:
    monomials = iter(terms)
    lowest = {name: exponent for name, exponent in next(monomials) if name[0] not in "!#%"}
    for monomial in monomials:
        powers = dict(monomial)
        lowest = {name: min(exponent, powers.get(name, 0)) for name, exponent in lowest.items()}
        for name, exponent in monomial:
            if exponent < 0 and name not in lowest and name[0] not in "!#%":
                lowest[name] = exponent
    return tuple(sorted((name, exponent) for name, exponent in lowest.items() if exponent))
