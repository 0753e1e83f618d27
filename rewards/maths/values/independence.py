"""Which canonical values are certainly not zero.

Roots of distinct primes to exponents between 0 and 1, and their products, are linearly independent over the rationals
(Besicovitch, 1940), also with the imaginary unit; pi is transcendental, and so is e; powers of symbols are independent
functions where all are positive. A sum of such terms is therefore zero only if it has no terms.
"""

from __future__ import annotations

from rlvr.rewards.maths.values.monomials import Rational, Terms

_NOT_INDEPENDENT = "%^~"


def is_independent(terms: Terms) -> bool:
    """Return True if a sum of terms, which has at least one, is certain not to vanish identically."""
    has_pi = has_e = False
    for monomial in terms:
        for name, exponent in monomial:
            first = name[0]
            if first in _NOT_INDEPENDENT or (first == "#" and not 0 < exponent < 1):
                return False
            has_pi = has_pi or name == "$pi"
            has_e = has_e or name == "$e"
    return not (has_pi and has_e and _mixes(terms))


def _mixes(terms: Terms) -> bool:
    """Return True if the powers of pi and of e differ between the terms, so that their relations are unknown."""
    return len({_transcendental(monomial) for monomial in terms}) > 1


def _transcendental(monomial: tuple[tuple[str, Rational], ...]) -> tuple[tuple[str, Rational], ...]:
    return tuple(one for one in monomial if one[0][0] == "$")
