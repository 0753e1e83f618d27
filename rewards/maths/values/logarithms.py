r"""Canonical logarithms: `\ln 12` is `2\ln2 + \ln3`, `\log_4 8` is 3/2; a logarithm without a base has base 10.

Positive factors and odd powers of one unknown are taken out, which keeps the logarithm real where it was;
`\ln(xy)` stays whole.
"""

from __future__ import annotations

from fractions import Fraction

from rlvr.rewards.maths.tree import Undefined
from rlvr.rewards.maths.values.factors import factored, perfect_power
from rlvr.rewards.maths.values.monomials import (
    E_ATOM,
    IMAGINARY,
    PI_ATOM,
    Canonical,
    Exponential,
    Infinity,
    Logarithm,
    Monomial,
    Rational,
    Terms,
    magnitude,
    plain,
)
from rlvr.rewards.maths.values.powers import absolute_name, is_positive
from rlvr.rewards.maths.values.radicals import inverse
from rlvr.rewards.maths.values.terms import Budget, add, atom, content, scaled, settled, text, times


def logarithm(value: Canonical, base: Canonical, budget: Budget) -> Canonical:
    """Return the logarithm of `value` to `base`; Undefined for the base 1."""
    over, under = natural(value, budget), natural(base, budget)
    ratio = proportion(over, under)
    return times(over, inverse(under, budget), budget) if ratio is None else ratio


def proportion(over: Canonical, under: Canonical) -> Rational | None:
    """Return the rational k for which `over` is k times `under`, both sums of the same terms; None without one."""
    if not isinstance(over, dict) or not isinstance(under, dict) or len(over) != len(under):
        return None
    ratio: Rational | None = None
    for monomial, one in under.items():
        other = over.get(monomial)
        if other is None:
            return None
        found = Fraction(other) / one
        if ratio is None:
            ratio = found
        elif found != ratio:
            return None
    return None if ratio is None else plain(ratio)


def natural(value: Canonical, budget: Budget) -> Canonical:
    """Return the natural logarithm; Undefined for zero."""
    if isinstance(value, dict):
        if len(value) > 1:
            size = content(value)
            return add((_of_rational(size), _named(scaled(value, 1 / Fraction(size)))))
        ((monomial, one),) = value.items()
        return _of_term(monomial, one, budget)
    if isinstance(value, Infinity):
        if value is Infinity.MINUS:
            raise Undefined("the logarithm of minus infinity")
        return value
    if value == 0:
        raise Undefined("the logarithm of zero")
    result = _of_rational(magnitude(value))
    return result if value > 0 else add((result, {((IMAGINARY, 1), (PI_ATOM, 1)): 1}))


def _named(argument: Canonical) -> Terms:
    made = Logarithm(f"~ln({text(argument)})")
    made.argument = argument
    return atom(made)


def _of_rational(value: Rational) -> Canonical:
    terms: Terms = {}
    for number, sign in ((value.numerator, 1), (value.denominator, -1)):
        primes, cofactor = factored(number)
        if cofactor > 1:
            base, count = perfect_power(cofactor)
            primes = (*primes, (base, count))
        for prime, count in primes:
            ((monomial, _),) = _named(prime).items()
            terms[monomial] = terms.get(monomial, 0) + sign * count
    return settled(terms)


def _of_term(monomial: Monomial, one: Rational, budget: Budget) -> Canonical:
    """Return the logarithm of one term; the factors that are positive are taken out."""
    parts: list[Canonical] = [_of_rational(magnitude(one))]
    unknown: list[tuple[str, Rational]] = []
    for name, exponent in monomial:
        if is_positive(name):
            parts.append(times(_of_positive(name, budget), exponent, budget))
        else:
            unknown.append((name, exponent))
    if one < 0 or len(unknown) > 1 or (unknown and unknown[0][0] == IMAGINARY):
        parts.append(_of_sign(tuple(unknown), one))
    elif unknown:
        name, exponent = unknown[0]
        is_even = exponent.numerator % 2 == 0
        parts.append(scaled(_named(atom(absolute_name(name) if is_even else name)), exponent))
    return add(parts)


def _of_sign(unknown: Monomial, one: Rational) -> Canonical:
    if not unknown:
        return {((IMAGINARY, 1), (PI_ATOM, 1)): 1}
    return _named({unknown: 1 if one > 0 else -1})


def _of_positive(name: str, budget: Budget) -> Canonical:
    if name == E_ATOM:
        return 1
    if isinstance(name, Exponential):
        return times(natural(name.base, budget), name.exponent, budget)
    return _named(int(name[1:], 16) if name[0] in "#%" else atom(name))
