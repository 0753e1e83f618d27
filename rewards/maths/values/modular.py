"""Identities between rational functions, tested modulo a large prime at points made of the function itself.

Every atom gets a residue: symbols, pi, e and what is not understood a pseudo-random one, small primes' square roots and
the imaginary unit their own square roots modulo the prime. If the sum of terms is not zero there, it is not zero; where
all atoms are understood that proves two expressions different. If it is zero at several points, it vanishes but for
one chance in 2^50 or less (Schwartz, 1980; Zippel, 1979).
"""

from __future__ import annotations

import math
import zlib
from fractions import Fraction
from functools import lru_cache

from rlvr.rewards.maths import effort
from rlvr.rewards.maths.values.monomials import E_ATOM, IMAGINARY, PI_ATOM, Rational, Sum, Terms
from rlvr.rewards.maths.values.terms import text

PRIME = 2305843007326098241
"""A prime modulo which -1 and all primes up to 23 are squares."""
MAX_EXPONENT = 10_000_000
"""Exponents up to which a zero is believed, because a polynomial of a small degree has few zeros."""
NUM_POINTS = 2
"""Points at which an identity must hold."""
_ROOTS = 12
"""Roots of an unknown that may be taken: its exponents are multiples of a twelfth."""
_SQUARES = frozenset({2, 3, 5, 7, 11, 13, 17, 19, 23})


class _NoResidueError(Exception):
    """A term cannot be evaluated modulo the prime."""


def vanishes(terms: Terms) -> bool | None:
    """Return True if a sum of terms is zero wherever it is defined, False if it is not, None if this cannot tell."""
    if not any(isinstance(name, Sum) for monomial in terms for name, _ in monomial):
        return None
    seed = zlib.crc32(text(terms).encode())
    for attempt in range(NUM_POINTS):
        residues = _Residues(f"{seed} {attempt}")
        try:
            residue = residues.of_terms(terms)
        except (_NoResidueError, ValueError):
            return None
        if residue:
            return None if residues.has_unknown or residues.seen >= {PI_ATOM, E_ATOM} else False
    return None if residues.has_constants else True


class _Residues:
    """The residues of atoms at one point."""

    def __init__(self, salt: str) -> None:
        self.salt = salt
        self.has_unknown = False
        """Whether an atom's own relations were not respected, so that only a zero means something."""
        self.has_constants = False
        """Whether a constant's residue is fixed, so that a zero may have been looked for."""
        self.seen: set[str] = set()
        """The unknowns that were drawn."""

    def of_terms(self, terms: Terms) -> int:
        total = 0
        effort.spend(len(terms))
        for monomial, one in terms.items():
            part = one if type(one) is int else one.numerator * pow(one.denominator, -1, PRIME)
            for name, exponent in monomial:
                part = part * self.of_power(name, exponent) % PRIME
            total += part
        return total % PRIME

    def of_power(self, name: str, exponent: Rational) -> int:
        if isinstance(name, Sum):
            return self.of_sum(name, exponent)
        first = name[0]
        if first == "#" or first == "%":
            return self.of_prime(name, exponent)
        if name == IMAGINARY:
            self.has_constants = True
            return square_root(PRIME - 1)
        if first in "~^":
            self.has_unknown = True
            if name.startswith(("~cos(", "~sin(")):
                return self.of_angle(name, exponent)
        return pow(self.drawn(name), _twelfths(exponent), PRIME)

    def of_angle(self, name: str, exponent: Rational) -> int:
        """Return the power of a point's coordinate on the circle, so that squares of sine and cosine add up to 1."""
        if exponent.denominator != 1 or abs(exponent.numerator) > MAX_EXPONENT:
            raise _NoResidueError
        slope = self.drawn(name[4:])
        over = 1 - slope * slope if name[1] == "c" else 2 * slope
        return pow(over * pow(1 + slope * slope, -1, PRIME), exponent.numerator, PRIME)

    def of_sum(self, name: Sum, exponent: Rational) -> int:
        whole = math.floor(exponent)
        if abs(whole) > MAX_EXPONENT:
            raise _NoResidueError
        residue = pow(self.of_terms(name.terms), whole, PRIME) if whole else 1
        if whole != exponent:
            self.has_unknown = True
            rest = exponent - whole
            residue = residue * self.drawn(f"{name}^{rest.numerator}/{rest.denominator}") % PRIME
        return residue

    def of_prime(self, name: str, exponent: Rational) -> int:
        value = int(name[1:], 16)
        whole = math.floor(exponent)
        if abs(whole) > MAX_EXPONENT:
            raise _NoResidueError
        residue = pow(value, whole, PRIME)
        if whole == exponent:
            return residue
        if exponent - whole == Fraction(1, 2) and value in _SQUARES:
            self.has_constants = True
            return residue * square_root(value) % PRIME
        self.has_unknown = True
        return residue * self.drawn(f"{name}^{(exponent - whole).numerator}/{exponent.denominator}") % PRIME

    def drawn(self, name: str) -> int:
        """Return the residue of an unknown."""
        self.seen.add(name)
        code = f"{self.salt} {name}".encode()
        return (zlib.crc32(code) << 29 | zlib.crc32(code, 1) >> 3) % (PRIME - 2) + 2


def _twelfths(exponent: Rational) -> int:
    parts = Fraction(exponent * _ROOTS)
    if parts.denominator != 1 or abs(parts.numerator) > MAX_EXPONENT:
        raise _NoResidueError
    return parts.numerator


@lru_cache(maxsize=64)
def square_root(residue: int) -> int:
    """Return a square root modulo the prime of a residue that has one (Tonelli and Shanks)."""
    odd, twos = PRIME - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    other = next(one for one in range(2, 100) if pow(one, (PRIME - 1) // 2, PRIME) == PRIME - 1)
    step, power = pow(other, odd, PRIME), pow(residue, odd, PRIME)
    root = pow(residue, (odd + 1) // 2, PRIME)
    while power != 1:
        order, square = 0, power
        while square != 1:
            square, order = square * square % PRIME, order + 1
        scale = pow(step, 1 << (twos - order - 1), PRIME)
        twos, step = order, scale * scale % PRIME
        root, power = root * scale % PRIME, power * step % PRIME
    return root
