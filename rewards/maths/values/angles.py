r"""Cosines and sines of rational multiples of pi, and the roots of unity made of them.

Every multiple is brought to a cosine between 0 and a right angle. Twelfths, tenths and eighths of pi are radicals; the
others are atoms such as `~cos(pi*1/7)`.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from rlvr.rewards.maths.values.monomials import IMAGINARY, PI_ATOM, Canonical, Terms, plain
from rlvr.rewards.maths.values.radicals import root_of_sum
from rlvr.rewards.maths.values.terms import Budget, add, atom, negative, scaled, text, times

_HALF = Fraction(1, 2)
_SQRT2: Terms = {(("#2", _HALF),): 1}
_SQRT3: Terms = {(("#3", _HALF),): 1}
_SQRT5: Terms = {(("#5", _HALF),): 1}
_SQRT6: Terms = {(("#2", _HALF), ("#3", _HALF)): 1}
_COSINES: dict[Fraction, Canonical] = {
    Fraction(0): 1,
    Fraction(1, 12): scaled({**_SQRT6, **_SQRT2}, Fraction(1, 4)),
    Fraction(1, 6): scaled(_SQRT3, _HALF),
    Fraction(1, 5): scaled({(): 1, **_SQRT5}, Fraction(1, 4)),
    Fraction(1, 4): scaled(_SQRT2, _HALF),
    Fraction(1, 3): _HALF,
    Fraction(2, 5): scaled({(): -1, **_SQRT5}, Fraction(1, 4)),
    Fraction(5, 12): add((scaled(_SQRT6, Fraction(1, 4)), scaled(_SQRT2, Fraction(-1, 4)))),
    Fraction(1, 2): 0,
}
_SQUARED_COSINES: dict[Fraction, Terms] = {
    Fraction(1, 8): {(): _HALF, **scaled(_SQRT2, Fraction(1, 4))},
    Fraction(3, 8): {(): _HALF, **scaled(_SQRT2, Fraction(-1, 4))},
    Fraction(1, 10): {(): Fraction(5, 8), **scaled(_SQRT5, Fraction(1, 8))},
    Fraction(3, 10): {(): Fraction(5, 8), **scaled(_SQRT5, Fraction(-1, 8))},
}


@lru_cache(maxsize=1024)
def cosine(turns: Fraction) -> Canonical:
    """Return the cosine of `turns` times pi."""
    turns = turns % 2
    if turns > 1:
        turns = 2 - turns
    if turns > _HALF:
        return negative(cosine(1 - turns))
    known = _COSINES.get(turns)
    if known is not None:
        return known
    square = _SQUARED_COSINES.get(turns)
    if square is not None:
        return root_of_sum(square, _HALF, Budget())
    return atom(f"~cos({text({((PI_ATOM, 1),): plain(turns)})})")


def sine(turns: Fraction) -> Canonical:
    """Return the sine of `turns` times pi."""
    return cosine(turns - _HALF)


def root_of_unity(turns: Fraction, budget: Budget) -> Canonical:
    """Return e to the power of i pi times `turns`."""
    return add((cosine(turns), times(atom(IMAGINARY), sine(turns), budget)))


@lru_cache(maxsize=1)
def arccosines() -> dict[frozenset[object], Fraction]:
    """Return the multiples of pi from 0 to a right angle whose cosines are radicals, by the cosine's terms."""
    turns = {*_COSINES, *_SQUARED_COSINES}
    return {key(cosine(one)): one for one in turns}


def key(value: Canonical) -> frozenset[object]:
    """Return a hashable form of a value."""
    return frozenset(value.items()) if isinstance(value, dict) else frozenset((value,))
