r"""Exact values and canonical forms of trigonometric functions and their inverses.

Tangents and the like become sines and cosines; the argument's sign and its whole quarter turns are taken out; multiple
angles such as `\sin 2x` are multiplied out by the arguments' whole factors.
"""

from __future__ import annotations

from fractions import Fraction

from rlvr.rewards.maths import constant_signs as signs
from rlvr.rewards.maths.angles import arccosines, key
from rlvr.rewards.maths.angles import cosine as cosine_of_turns
from rlvr.rewards.maths.angles import sine as sine_of_turns
from rlvr.rewards.maths.monomials import PI_ATOM, Canonical, Infinity, Sine, Terms
from rlvr.rewards.maths.radicals import inverse
from rlvr.rewards.maths.terms import (
    Budget,
    add,
    as_terms,
    atom,
    content,
    difference,
    leading_sign,
    negative,
    scaled,
    text,
    times,
)
from rlvr.rewards.maths.tree import Undefined

MAX_MULTIPLE = 6
"""The largest whole multiple of an angle that is multiplied out."""
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
    if leading_sign(angle) < 0:
        cos, sin = _of_rest(scaled(angle, -1), budget)
        return cos, negative(sin)
    size = content(angle)
    multiple = size.numerator
    if 2 <= multiple <= MAX_MULTIPLE:
        return _multiple(scaled(angle, Fraction(1, multiple)), multiple, budget)
    written = text(angle)
    name = f"~cos({written})"
    made = Sine(f"~sin({written})")
    made.cosine = name
    return atom(name), atom(made)


def _multiple(angle: Terms, count: int, budget: Budget) -> tuple[Canonical, Canonical]:
    cos, sin = first = _of_rest(angle, budget)
    for _ in range(count - 1):
        cos, sin = (
            difference(times(cos, first[0], budget), times(sin, first[1], budget)),
            add((times(sin, first[0], budget), times(cos, first[1], budget))),
        )
    return cos, sin


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
    return atom(f"~arctan({text(value)})")


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
