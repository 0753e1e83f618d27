r"""Exact values and canonical forms of trigonometric functions and their inverses.

Tangents and the like become sines and cosines; the argument's sign and its whole quarter turns are taken out; multiple
angles such as `\sin 2x` are multiplied out by the arguments' whole factors.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from rlvr.rewards.maths.tree import Undefined
from rlvr.rewards.maths.values import constant_signs as signs
from rlvr.rewards.maths.values.angles import arccosines, key
from rlvr.rewards.maths.values.angles import cosine as cosine_of_turns
from rlvr.rewards.maths.values.angles import sine as sine_of_turns
from rlvr.rewards.maths.values.monomials import PI_ATOM, Arctangent, Canonical, Infinity, Monomial, Sine, Terms
from rlvr.rewards.maths.values.radicals import inverse
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

MAX_MULTIPLE = 12
"""The largest whole multiple of an angle that is multiplied out."""
MAX_ADDENDS = 3
"""Terms of an angle that are taken apart."""
_PI = ((PI_ATOM, 1),)


def trigonometric(name: str, angle: Canonical, budget: Budget) -> Canonical:
    """Return the value of `sin`, `cos`, `tan`, `cot`, `sec` or `csc`."""
    if not isinstance(angle, int | Fraction | dict):
        raise Undefined("a trigonometric function of an infinity")
    if name == "sin":
        return sine(angle, budget)
    if name == "cos":
        return cosine(angle, budget)
    if name == "tan":
        return times(sine(angle, budget), inverse(cosine(angle, budget), budget), budget)
    if name == "cot":
        return times(cosine(angle, budget), inverse(sine(angle, budget), budget), budget)
    return inverse(cosine(angle, budget) if name == "sec" else sine(angle, budget), budget)


def cosine(angle: Canonical, budget: Budget) -> Canonical:
    """Return the cosine of `angle`."""
    return _both(angle, budget)[0]


def sine(angle: Canonical, budget: Budget) -> Canonical:
    """Return the sine of `angle`."""
    return _both(angle, budget)[1]


def _both(angle: Canonical, budget: Budget) -> tuple[Canonical, Canonical]:
    if not isinstance(angle, dict):
        return (1, 0) if angle == 0 else _of_rest(as_terms(angle), budget)
    turns = Fraction(angle.get(_PI, 0))
    if len(angle) == 1 and turns:
        return cosine_of_turns(turns), sine_of_turns(turns)
    if (turns * 2).denominator != 1 or not turns:
        return _of_rest(angle, budget)
    rest = {monomial: one for monomial, one in angle.items() if monomial != _PI}
    cos, sin = _of_rest(rest, budget)
    quarters = int(turns * 2) % 4
    for _ in range(quarters):
        cos, sin = negative(sin), cos
    return cos, sin


def _of_rest(angle: Terms, budget: Budget) -> tuple[Canonical, Canonical]:
    """Return the cosine and the sine of an angle that is no multiple of pi, and without quarter turns."""
    if 2 <= len(angle) <= MAX_ADDENDS:
        return _of_sum(angle, budget)
    if leading_sign(angle) < 0:
        cos, sin = _of_rest(scaled(angle, -1), budget)
        return cos, negative(sin)
    multiple = content(angle).numerator
    if not 2 <= multiple <= MAX_MULTIPLE:
        names = _names(angle)
        return atom(names[0]), atom(names[1])
    base, other = _names(scaled(angle, Fraction(1, multiple)))
    first, second = chebyshev(multiple)
    cosines: Terms = {_power(base, power): one for power, one in first}
    sines: Terms = {(*_power(base, power), (other, 1)): one for power, one in second}
    return settled(cosines), settled(sines)


def _power(name: str, exponent: int) -> Monomial:
    return ((name, exponent),) if exponent else ()


def _of_sum(angle: Terms, budget: Budget) -> tuple[Canonical, Canonical]:
    cos: Canonical = 1
    sin: Canonical = 0
    for monomial, one in angle.items():
        other_cos, other_sin = _both({monomial: one}, budget)
        cos, sin = (
            difference(times(cos, other_cos, budget), times(sin, other_sin, budget)),
            add((times(sin, other_cos, budget), times(cos, other_sin, budget))),
        )
    return cos, sin


def _names(angle: Terms) -> tuple[str, Sine]:
    """Return the atoms of the cosine and the sine of an angle."""
    written = text(angle)
    cosine_name = f"~cos({written})"
    sine_name = Sine(f"~sin({written})")
    sine_name.cosine = cosine_name
    return cosine_name, sine_name


@lru_cache(maxsize=32)
def chebyshev(count: int) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    """Return the powers of a cosine, with coefficients, of which the cosine and the sine of its `count`-fold are made.

    The first are the terms of the Chebyshev polynomial of the first kind; the second, times the sine, of the second.
    """
    before: dict[int, int] = {0: 1}
    first: dict[int, int] = {1: 1}
    second_before: dict[int, int] = {}
    second: dict[int, int] = {0: 1}
    for _ in range(count - 1):
        before, first = first, _next(first, before)
        second_before, second = second, _next(second, second_before)
    return tuple(first.items()), tuple(second.items())


def _next(current: dict[int, int], before: dict[int, int]) -> dict[int, int]:
    made = {power + 1: 2 * one for power, one in current.items()}
    for power, one in before.items():
        made[power] = made.get(power, 0) - one
    return made


def inverse_trigonometric(name: str, value: Canonical, budget: Budget) -> Canonical | None:
    """Return the value of `arcsin` and its like if it is exact; `arccos` as a right angle less the arcsine."""
    if not isinstance(value, int | Fraction | dict):
        return None
    if name == "arccos":
        return difference(_angle(Fraction(1, 2)), arcsine(value))
    if name in ("arcsec", "arccsc"):
        return inverse_trigonometric("arccos" if name == "arcsec" else "arcsin", inverse(value, budget), budget)
    if name == "arcsin":
        return arcsine(value)
    if name == "arctan":
        return arctangent(value, budget)
    return difference(_angle(Fraction(1, 2)), arctangent(value, budget))


def arcsine(value: Canonical) -> Canonical:
    """Return the arcsine of a value that is not infinite."""
    if _is_negative(value):
        return negative(arcsine(negative(value)))
    turns = arccosines().get(key(value))
    return atom(f"~arcsin({text(value)})") if turns is None else _angle(Fraction(1, 2) - turns)


def arctangent(value: Canonical, budget: Budget) -> Canonical:
    """Return the arctangent of a value that is not infinite."""
    if _is_negative(value):
        return negative(arctangent(negative(value), budget))
    sign = signs.sign(value)
    if sign is not None:
        cosine_squared = inverse(add((1, times(value, value, budget))), budget)
        turns = _squared_cosines().get(key(cosine_squared))
        if turns is not None:
            return _angle(turns * sign)
    made = Arctangent(f"~arctan({text(value)})")
    if not isinstance(value, int | Fraction):
        return atom(f"{made}")
    made.argument = Fraction(value)
    return atom(made)


def _squared_cosines() -> dict[frozenset[object], Fraction]:
    if not _SQUARES:
        for turns in arccosines().values():
            cos = cosine_of_turns(turns)
            _SQUARES[key(times(cos, cos, Budget()))] = turns
    return _SQUARES


_SQUARES: dict[frozenset[object], Fraction] = {}


def _is_negative(value: Canonical) -> bool:
    if isinstance(value, dict):
        return leading_sign(value) < 0
    return not isinstance(value, Infinity) and value < 0


def _angle(turns: Fraction) -> Canonical:
    return {_PI: turns if turns.denominator != 1 else turns.numerator} if turns else 0
