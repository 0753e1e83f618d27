r"""Sums of arctangents of rationals and multiples of pi, decided exactly, as `\arctan\frac12 + \arctan\frac13`.

The arctangent of a/b is the argument of b + ai, so a sum of arctangents is the argument of a product of Gaussian
integers up to whole turns, and a double tells the turns apart.
"""

from __future__ import annotations

import math
from fractions import Fraction

from rlvr.rewards.maths.values.monomials import PI_ATOM, Arctangent, Terms

MAX_FACTORS = 64
"""Gaussian integers in the product."""
MAX_BITS = 8_000
"""Bits of the product."""


def vanishes(terms: Terms) -> bool | None:
    """Return whether a sum of terms is zero, None if it is no sum of arctangents of rationals and multiples of pi."""
    turns = Fraction(0)
    angles: list[tuple[Fraction, Fraction]] = []
    for monomial, one in terms.items():
        if len(monomial) != 1 or monomial[0][1] != 1:
            return None
        name = monomial[0][0]
        if name == PI_ATOM:
            turns = Fraction(one)
        elif isinstance(name, Arctangent):
            angles.append((name.argument, Fraction(one)))
        else:
            return None
    scale = math.lcm(*(one.denominator for _, one in angles))
    return _is_whole(angles, turns * 4 * scale, scale) and _is_small(angles, turns)


def _is_whole(angles: list[tuple[Fraction, Fraction]], eighths: Fraction, scale: int) -> bool | None:
    """Return whether `scale` times the sum is a whole number of turns."""
    if eighths.denominator != 1:
        return False
    factors = [(argument, int(one * scale)) for argument, one in angles]
    sizes = [argument.numerator.bit_length() + argument.denominator.bit_length() for argument, _ in factors]
    bits = sum(abs(count) * size for size, (_, count) in zip(sizes, factors, strict=True))
    if sum(abs(count) for _, count in factors) > MAX_FACTORS or bits > MAX_BITS:
        return None
    real, imaginary = 1, 0
    factors.append((Fraction(1), eighths.numerator % 8))
    for argument, count in factors:
        over, under = (argument.numerator if count > 0 else -argument.numerator), argument.denominator
        for _ in range(abs(count)):
            real, imaginary = real * under - imaginary * over, real * over + imaginary * under
    return imaginary == 0 and real > 0


def _is_small(angles: list[tuple[Fraction, Fraction]], turns: Fraction) -> bool:
    total = float(turns) * math.pi + sum(math.atan(argument) * one for argument, one in angles)
    return abs(total) * math.lcm(*(one.denominator for _, one in angles)) < 1
