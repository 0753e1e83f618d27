r"""Powers of exact values: whole, rational and symbolic exponents.

Exponents add up on one base: `2^{x+1}` is `2 \cdot 2^x` and `4^x` is `(2^x)^2`. A power too large to compute keeps its
exponent, so `2^{10^9}` is a term of its own. What would change where the value is real stays whole:
`\sqrt{x^2}` becomes `|x|`, `\sqrt{xy}` is not split.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, lcm, prod

from rlvr.rewards.maths.tree import TooLarge, Undefined
from rlvr.rewards.maths.values.angles import root_of_unity
from rlvr.rewards.maths.values.factors import factored
from rlvr.rewards.maths.values.monomials import (
    E_ATOM,
    IMAGINARY,
    MAX_BITS,
    MAX_TERMS,
    PI_ATOM,
    Canonical,
    Exponential,
    Infinity,
    Logarithm,
    Monomial,
    Rational,
    Sum,
    Terms,
    magnitude,
    plain,
    terms_of_power,
)
from rlvr.rewards.maths.values.radicals import (
    inverse,
    is_complex,
    opaque_power,
    prime_powers,
    root_of_sum,
    scaled_powers,
)
from rlvr.rewards.maths.values.terms import Budget, as_sum, atom, repeated, scaled, settled, text, times

MAX_DIMENSION = 12
"""Radicals that a sum's powers may be made of, for a power beyond `MAX_TERMS` to be multiplied out."""


def power(base: Canonical, exponent: Canonical, budget: Budget) -> Canonical:
    """Return `base` to the power `exponent`; Undefined for 0^0, 0^{-1} and infinite exponents."""
    if type(exponent) is int:
        return whole_power(base, exponent, budget)
    if isinstance(exponent, Fraction):
        return _rational_power(base, exponent, budget)
    if isinstance(exponent, Infinity) or isinstance(base, Infinity):
        raise Undefined("a power with an infinity")
    assert isinstance(exponent, dict), "an exponent is a canonical value"
    return _symbolic_power(base, exponent, budget)


def whole_power(base: Canonical, exponent: int, budget: Budget) -> Canonical:
    """Return `base` to a whole power."""
    if exponent == 1:
        return base
    if isinstance(base, dict):
        return _power_of_terms(base, exponent, budget) if exponent else 1
    if isinstance(base, Infinity):
        if exponent <= 0:
            raise Undefined("a power of infinity")
        return Infinity(base.value if exponent % 2 else 1)
    if base == 0:
        if exponent <= 0:
            raise Undefined("zero to a power that is not positive")
        return 0
    return _power_of_number(base, exponent)


def _power_of_number(base: Rational, exponent: int) -> Canonical:
    if base in (1, -1):
        return base if exponent % 2 else 1
    if exponent.bit_length() > MAX_BITS:
        raise TooLarge(f"an exponent has more than {MAX_BITS} bits")
    if max(base.numerator.bit_length(), base.denominator.bit_length()) * abs(exponent) <= MAX_BITS:
        return plain(Fraction(base) ** exponent) if exponent < 0 else base**exponent
    factor, monomial = prime_powers(magnitude(base), exponent)
    return settled({monomial: -factor if base < 0 and exponent % 2 else factor})


def _power_of_terms(terms: Terms, exponent: int, budget: Budget) -> Canonical:
    if len(terms) == 1:
        ((monomial, one),) = terms.items()
        outside = _power_of_number(one, exponent)
        return times(outside, scaled_powers(monomial, 1, exponent, budget), budget)
    if exponent < 0:
        inverted = inverse(terms, budget)
        return inverted if exponent == -1 else whole_power(inverted, -exponent, budget)
    if terms_of_power(len(terms), exponent) <= MAX_TERMS or _stays_small(terms, exponent):
        return repeated(terms, exponent, budget)
    return opaque_power(terms, exponent, budget)


def _stays_small(terms: Terms, exponent: int) -> bool:
    """Return True if all powers of a sum of radicals have few terms, and this one has no large coefficients."""
    indices: dict[str, int] = {}
    bits = denominators = 0
    for monomial, one in terms.items():
        size = one.numerator.bit_length()
        for name, power in monomial:
            if name[0] not in "!#" or power > 1:
                return False
            indices[name] = lcm(indices.get(name, 1), 2 if name == IMAGINARY else power.denominator)
            size += 0 if name == IMAGINARY else ceil(int(name[1:], 16).bit_length() * power)
        bits = max(bits, size)
        denominators = max(denominators, one.denominator.bit_length())
    bits += denominators + len(terms).bit_length()
    return prod(indices.values()) <= MAX_DIMENSION and bits * exponent <= MAX_BITS


def _rational_power(base: Canonical, exponent: Fraction, budget: Budget) -> Canonical:
    if isinstance(base, dict):
        if len(base) > 1:
            return root_of_sum(base, exponent, budget)
        ((monomial, one),) = base.items()
        return _power_of_term(monomial, one, exponent, budget)
    if isinstance(base, Infinity):
        if base is Infinity.MINUS or exponent < 0:
            raise Undefined("a root of an infinity")
        return base
    if base == 0:
        if exponent < 0:
            raise Undefined("zero to a negative power")
        return 0
    factor, powers = prime_powers(magnitude(base), exponent)
    outside = settled({powers: factor})
    return outside if base > 0 else times(outside, _power_of_minus_one(exponent, budget), budget)


def _power_of_minus_one(exponent: Fraction, budget: Budget) -> Canonical:
    if exponent.denominator % 2:
        return -1 if exponent.numerator % 2 else 1
    return root_of_unity(exponent, budget)


def _power_of_term(monomial: Monomial, one: Rational, exponent: Fraction, budget: Budget) -> Canonical:
    """Return a rational power of one term with atoms."""
    factor, primes = prime_powers(magnitude(one), exponent)
    outside = settled({primes: factor})
    positive = tuple((name, old) for name, old in monomial if is_positive(name))
    others = tuple((name, old) for name, old in monomial if not is_positive(name))
    outside = times(outside, scaled_powers(positive, 1, exponent, budget), budget)
    if others and any(_is_complex(name) for name, _ in others):
        if others[0][0] != IMAGINARY or len(others) > 1:
            return times(outside, atom(as_sum({others: 1 if one > 0 else -1}), exponent), budget)
        angle = exponent / 2 if one > 0 else -exponent / 2
        return times(outside, root_of_unity(angle, budget), budget)
    if exponent.denominator % 2:
        sign = -1 if one < 0 and exponent.numerator % 2 else 1
        return times(outside, scaled_powers(others, sign, exponent, budget), budget)
    return times(outside, _even_root(others, one < 0, exponent, budget), budget)


def _is_complex(name: str) -> bool:
    return name == IMAGINARY or (isinstance(name, Sum) and is_complex(name.terms)) or name.startswith("~exp(")


def _even_root(monomial: Monomial, is_negative: bool, exponent: Fraction, budget: Budget) -> Canonical:
    """Return a power with an even denominator of a monomial whose atoms may be negative, or of its opposite."""
    outside: list[tuple[str, Rational]] = []
    inside: list[tuple[str, Rational]] = []
    for name, old in monomial:
        if type(old) is int:
            square, odd = old - old % 2, old % 2
            raised = plain(square * exponent)
            if raised:
                outside.append((name if type(raised) is int and raised % 2 == 0 else absolute_name(name), raised))
            if odd:
                inside.append((name, 1))
        else:
            inside.append((name, old))
    if len(monomial) == 1 and inside and not is_negative:
        ((name, old),) = monomial
        base = name if old.numerator % 2 else absolute_name(name)
        return scaled_powers(((base, old),), 1, exponent, budget)
    result: Canonical = {tuple(sorted(outside)): 1} if outside else 1
    if inside:
        group: Terms = {tuple(inside): -1 if is_negative else 1}
        return times(result, atom(as_sum(group), exponent), budget)
    return times(result, _power_of_minus_one(exponent, budget), budget) if is_negative else result


def is_positive(name: str) -> bool:
    """Return True if an atom is a positive number wherever it is real."""
    return name[0] in "#%$^" or name.startswith("~abs(")


def absolute_name(name: str) -> str:
    """Return the atom of the absolute value of an atom."""
    return f"~abs({text(name.terms if isinstance(name, Sum) else atom(name))})"


def _symbolic_power(base: Canonical, exponent: Terms, budget: Budget) -> Canonical:
    if isinstance(base, dict):
        if len(base) > 1:
            return _opaque_exponent(base, exponent, budget)
        ((monomial, one),) = base.items()
        if one < 0 or not all(is_positive(name) for name, _ in monomial):
            return _opaque_exponent(base, exponent, budget)
        result = _number_to(one, exponent, budget) if one != 1 else 1
        for name, old in monomial:
            result = times(result, exponential(name, scaled(exponent, old), budget), budget)
        return result
    if base == 0 or isinstance(base, Infinity):
        return _opaque_exponent(base, exponent, budget)
    if base < 0:
        sign = _opaque_exponent(-1, exponent, budget)
        return times(sign, _number_to(-base, exponent, budget), budget)
    return _number_to(base, exponent, budget)


def _number_to(base: Rational, exponent: Terms, budget: Budget) -> Canonical:
    """Return a positive rational to a symbolic power, prime by prime."""
    result: Canonical = 1
    for number, sign in ((base.numerator, 1), (base.denominator, -1)):
        primes, cofactor = factored(number)
        named = [(f"#{prime:x}", count) for prime, count in primes]
        if cofactor > 1:
            named.append((f"%{cofactor:x}", 1))
        for name, count in named:
            result = times(result, exponential(name, scaled(exponent, sign * count), budget), budget)
    return result


def _opaque_exponent(base: Canonical, exponent: Terms, budget: Budget) -> Canonical:
    whole = exponent.get((), 0)
    if type(whole) is not int or base == 0:
        whole = 0
    rest = {monomial: one for monomial, one in exponent.items() if monomial or not whole}
    opaque = atom(f"~pow({text(base)},{text(rest)})")
    return times(whole_power(base, whole, budget), opaque, budget) if whole else opaque


def exponential(name: str, exponent: Terms, budget: Budget) -> Canonical:
    """Return a positive atom to a symbolic power, term by term."""
    result: Canonical = 1
    for monomial, one in exponent.items():
        part = _exponential_term(name, monomial, one, budget) if monomial else power(_value_of(name), one, budget)
        result = times(result, part, budget)
    return result


def _value_of(name: str) -> Canonical:
    return int(name[1:], 16) if name[0] in "#%" else atom(name)


def _exponential_term(name: str, monomial: Monomial, one: Rational, budget: Budget) -> Canonical:
    if name == E_ATOM:
        if monomial == ((IMAGINARY, 1), (PI_ATOM, 1)):
            return root_of_unity(Fraction(one), budget)
        changed = _without_logarithm(monomial, one, budget)
        if changed is not None:
            return changed
    elif name[0] in "#%":
        inverted = (f"~ln({name[1:]})", -1)
        if inverted in monomial:
            rest = tuple(factor for factor in monomial if factor != inverted)
            return exponential(E_ATOM, {rest: one}, budget)
    if monomial[0][0] == IMAGINARY:
        whole = Fraction(one)
        inner = text({monomial: plain(Fraction(1, whole.denominator))})
        return atom(f"~exp({name},{inner})", whole.numerator)
    made = Exponential(f"^({name}|{text({monomial: 1})})")
    made.base, made.exponent = _value_of(name), {monomial: 1}
    return atom(made, one)


def _without_logarithm(monomial: Monomial, one: Rational, budget: Budget) -> Canonical | None:
    """Return e to a term with a logarithm as a power of the logarithm's argument."""
    for index, (name, exponent) in enumerate(monomial):
        if isinstance(name, Logarithm) and exponent == 1:
            rest = monomial[:index] + monomial[index + 1 :]
            argument = name.argument
            if not rest:
                return power(argument, one, budget)
            if isinstance(argument, int):
                return _number_to(argument, {rest: one}, budget)
            if isinstance(argument, dict) and list(argument.values()) == [1] and not is_complex(argument):
                ((key, _),) = argument.items()
                if len(key) == 1 and is_positive(key[0][0]):
                    return exponential(key[0][0], scaled({rest: one}, key[0][1]), budget)
    return None
