"""The real roots of a polynomial with rational coefficients, exactly, or None.

A polynomial is a tuple of integers, the constant term first. It is split by how often its roots repeat (Yun), its
rational roots are found between the signs of a Sturm sequence and divided out, and what is left must be quadratic, a
quadratic in the square of the unknown, or without real roots. Anything else has roots that no short expression names,
and the answer is None.

The cost is bounded by the degree and by the size of the coefficients, not by the values of the roots.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import gcd, isqrt, lcm

from rlvr.rewards.maths.tree import TWO, Node, num

MAX_DEGREE = 12
"""The degree of a polynomial."""
MAX_BITS = 2_000
"""The bits of a coefficient of a quadratic, or of a simpler polynomial."""
MAX_SCALED_BITS = 160
"""The bits of a coefficient of any other, made monic; they bound how often an interval is halved."""

Polynomial = tuple[int, ...]


def cleared(coefficients: Sequence[Fraction | int]) -> Polynomial:
    """Return the integers in the same ratio as `coefficients`, without a common factor or zeros at the end."""
    scale = lcm(*(one.denominator for one in coefficients))
    return _primitive([int(one * scale) for one in coefficients])


def real_roots(polynomial: Polynomial) -> list[tuple[Node, int]] | None:
    """Return the distinct real roots, each with how often it occurs, or None if they cannot be named.

    Args:
        polynomial: As `cleared` returns it; not zero.
    """
    if len(polynomial) > MAX_DEGREE + 1 or any(one.bit_length() > MAX_BITS for one in polynomial):
        return None
    found: list[tuple[Node, int]] = []
    for part, times in _by_multiplicity(polynomial):
        roots = _simple_roots(part)
        if roots is None:
            return None
        found.extend((root, times) for root in roots)
    return found


def rational(value: Fraction) -> Node:
    """Return the tree of `value`, with an int where it is one."""
    return num(value.numerator if value.denominator == 1 else value)


def _simple_roots(polynomial: Polynomial) -> list[Node] | None:
    """Return the real roots of a polynomial that has each but once."""
    if len(polynomial) <= 2:
        return [rational(Fraction(-polynomial[0], polynomial[1]))] if len(polynomial) == 2 else []
    if len(polynomial) == 3:
        return _quadratic(polynomial)
    found = _rational_roots(polynomial)
    if found is None:
        return None
    for root in found:
        polynomial = _divided(polynomial, (-root.numerator, root.denominator))
    rest = _irrational_roots(polynomial)
    return None if rest is None else [rational(root) for root in found] + rest


def _irrational_roots(polynomial: Polynomial) -> list[Node] | None:
    if len(polynomial) <= 3:
        return _quadratic(polynomial) if len(polynomial) == 3 else []
    sequence = _sturm(polynomial)
    if _changes_at_infinity(sequence, -1) == _changes_at_infinity(sequence, 1):
        return []
    if not any(polynomial[1:-1]):
        return _pure(polynomial)
    if len(polynomial) == 5 and not polynomial[1] and not polynomial[3]:
        return _biquadratic(polynomial)
    return None


def _quadratic(polynomial: Polynomial) -> list[Node]:
    """Return the roots of `a x^2 + b x + c`: rational numbers, or a rational and a square root; the smaller first."""
    c, b, a = polynomial
    inside = b * b - 4 * a * c
    if inside < 0:
        return []
    whole = isqrt(inside)
    if whole * whole == inside:
        signs = (-1, 1) if a > 0 else (1, -1)
        return [rational(Fraction(sign * whole - b, 2 * a)) for sign in signs[: 2 if whole else 1]]
    surd = Node("root", (rational(Fraction(inside, 4 * a * a)), TWO))
    middle = rational(Fraction(-b, 2 * a))
    return [Node("add", (middle, side)) if b else side for side in (Node("neg", (surd,)), surd)]


def _biquadratic(polynomial: Polynomial) -> list[Node]:
    """Return the roots of `a x^4 + b x^2 + c`, whose squares are the roots of a quadratic; none of them is 0."""
    c, b, a = polynomial[::2]
    squares = _quadratic((c, b, a))
    positive = squares[1:] if c * a < 0 else squares if b * a < 0 else []
    surds = [Node("root", (square, TWO)) for square in positive]
    return surds + [Node("neg", (surd,)) for surd in surds]


def _pure(polynomial: Polynomial) -> list[Node]:
    """Return the roots of `a x^n + c` that has some."""
    degree = len(polynomial) - 1
    power = Fraction(-polynomial[0], polynomial[-1])
    root = Node("root", (rational(abs(power)), num(degree)))
    if degree % 2:
        return [root if power > 0 else Node("neg", (root,))]
    return [Node("neg", (root,)), root]


def _rational_roots(polynomial: Polynomial) -> list[Fraction] | None:
    """Return the rational roots of a polynomial that has each but once, or None if that is too much work.

    Every rational root is a multiple of 1/a, `a` the leading coefficient. So the unknown is scaled until only integers
    matter, and the intervals in which a Sturm sequence counts a root are halved until they hold one integer each.
    """
    leading = polynomial[-1]
    degree = len(polynomial) - 1
    scaled = [one * leading ** (degree - 1 - index) for index, one in enumerate(polynomial[:-1])] + [1]
    if any(one.bit_length() > MAX_SCALED_BITS for one in scaled):
        return None
    sequence = _sturm(_primitive(scaled))
    bound = 1 + max(map(abs, scaled))
    pending = [(-bound, bound, _changes(sequence, -bound), _changes(sequence, bound))]
    found = []
    while pending:
        low, high, changes_low, changes_high = pending.pop()
        if changes_low == changes_high:
            continue
        if high - low == 1:
            if _at(scaled, high) == 0:
                found.append(Fraction(high, leading))
            continue
        middle = (low + high) // 2
        changes = _changes(sequence, middle)
        pending += [(low, middle, changes_low, changes), (middle, high, changes, changes_high)]
    return found


def _by_multiplicity(polynomial: Polynomial) -> list[tuple[Polynomial, int]]:
    """Return the parts whose roots occur once, twice, ... with those numbers; constant parts are dropped."""
    common = _common(polynomial, _derivative(polynomial))
    if len(common) == 1:
        return [(polynomial, 1)] if len(polynomial) > 1 else []
    parts = []
    once = _divided(polynomial, common)
    times = 1
    while len(once) > 1:
        again = _common(once, common)
        if len(again) < len(once):
            parts.append((_divided(once, again), times))
        once, common, times = again, _divided(common, again), times + 1
    return parts


def _sturm(polynomial: Polynomial) -> list[Polynomial]:
    """Return the polynomial, its derivative, and the negated remainders."""
    sequence = [polynomial, _derivative(polynomial)]
    while len(sequence[-1]) > 1:
        rest = _remainder(sequence[-2], sequence[-1])
        if not rest:
            break
        sequence.append(tuple(-one for one in rest))
    return sequence


def _changes(sequence: list[Polynomial], point: int) -> int:
    """Return how often the signs of `sequence` change at `point`, zeros left out."""
    return _sign_changes([_at(one, point) for one in sequence])


def _changes_at_infinity(sequence: list[Polynomial], side: int) -> int:
    return _sign_changes([one[-1] * (side if len(one) % 2 == 0 else 1) for one in sequence])


def _sign_changes(values: list[int]) -> int:
    signs = [value > 0 for value in values if value]
    return sum(a != b for a, b in pairwise(signs))


def _at(polynomial: Sequence[int], point: int) -> int:
    total = 0
    for one in reversed(polynomial):
        total = total * point + one
    return total


def _derivative(polynomial: Polynomial) -> Polynomial:
    return _primitive([index * one for index, one in enumerate(polynomial)][1:])


def _common(a: Polynomial, b: Polynomial) -> Polynomial:
    """Return the greatest common divisor."""
    while b:
        a, b = b, _remainder(a, b)
    return _primitive(a)


def _remainder(a: Polynomial, b: Polynomial) -> Polynomial:
    """Return a positive multiple of the remainder of `a` divided by `b`, without a common factor."""
    rest = list(a)
    factor = abs(b[-1])
    sign = 1 if b[-1] > 0 else -1
    while len(rest) >= len(b):
        top = rest[-1] * sign
        shift = len(rest) - len(b)
        rest = [one * factor for one in rest]
        for index, one in enumerate(b):
            rest[shift + index] -= top * one
        rest.pop()
    return _primitive(rest)


def _divided(a: Polynomial, b: Polynomial) -> Polynomial:
    """Return the quotient of `a` by `b`, which divides it, up to a positive factor."""
    rest: list[Fraction] = [Fraction(one) for one in a]
    quotient: list[Fraction] = []
    while len(rest) >= len(b):
        top = rest[-1] / b[-1]
        quotient.append(top)
        shift = len(rest) - len(b)
        for index, one in enumerate(b):
            rest[shift + index] -= top * one
        rest.pop()
    return cleared(quotient[::-1])


def _primitive(coefficients: Sequence[int]) -> Polynomial:
    """Return `coefficients` without a common factor or zeros at the end; the signs stay."""
    end = len(coefficients)
    while end and not coefficients[end - 1]:
        end -= 1
    shared = gcd(*coefficients[:end]) or 1
    return tuple(one // shared for one in coefficients[:end])
