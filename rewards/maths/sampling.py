"""Where expressions in symbols are compared: fixed generic points, points around the kinks, and whole numbers.

A point gives each symbol a rational number that is exact in double precision. The numbers follow from a seed that is
made of the two expressions, so that no expression can be written for the points at which it will be looked at.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from fractions import Fraction

from rlvr.rewards.maths.tree import Node, walk

_DENOMINATOR = 1 << 16
_RANGES = (
    (0.5, 3.0, (1,)),
    (0.5, 3.0, (-1,)),
    (0.05, 0.95, (1,)),
    (3.0, 60.0, (1, -1)),
    (0.05, 0.95, (-1,)),
    (0.5, 3.0, (-1, 1)),
    (20.0, 900.0, (1,)),
    (5.0, 40.0, (-1,)),
)
"""Lowest and highest magnitude, and the signs that the symbols take in turn."""
_GRID = (0.013, 0.11, 0.37, 0.73, 1.37, 2.6, 4.9, 7.3, 12.7, 33.3, 101.9, 1003.7, 123456.7)
KINKED = frozenset({"abs", "floor", "ceil", "sgn", "min", "max", "mod", "arg"})
"""Functions whose formula differs from place to place."""
MAX_DENSE = 72
"""Points around kinks."""
NUM_EDGES = 24
"""Points on the edges."""
NUM_WHOLE = 24
"""Points of whole numbers."""

Sample = dict[str, Fraction]


class Draws:
    """Pseudo-random numbers that follow from a seed."""

    __slots__ = ("state",)

    def __init__(self, seed: int) -> None:
        self.state = seed & 0xFFFFFFFFFFFFFFFF

    def below(self, bound: int) -> int:
        """Return an integer of at least 0 and below `bound`."""
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        return (self.state >> 33) % bound

    def between(self, low: float, high: float) -> Fraction:
        """Return a number between two bounds with an odd numerator over a power of two."""
        span = max(1, int((high - low) * _DENOMINATOR))
        return Fraction((int(low * _DENOMINATOR) + self.below(span)) | 1, _DENOMINATOR)


def generic(names: list[str], draws: Draws) -> Iterator[Sample]:
    """Yield points of both signs and of several magnitudes."""
    for low, high, signs in _RANGES:
        yield {name: signs[index % len(signs)] * draws.between(low, high) for index, name in enumerate(names)}


def scattered(names: list[str], draws: Draws, count: int) -> Iterator[Sample]:
    """Yield points whose coordinates have magnitudes and signs of their own."""
    for _ in range(count):
        point = {}
        for name in names:
            low, high, _ = _RANGES[draws.below(len(_RANGES))]
            point[name] = draws.between(low, high) * (1 if draws.below(2) else -1)
        yield point


def has_kinks(node: Node) -> bool:
    """Return True if a tree may follow different formulas in different places."""
    return any(_is_kink(one) for one in walk(node))


def _is_kink(node: Node) -> bool:
    if node.head == "fn":
        return node.args[0] in KINKED or (node.args[0].startswith("ar") and node.args[1].head != "sym")
    if node.head == "root":
        return node.args[0].head not in ("sym", "num")
    return node.head == "pow" and node.args[0].head not in ("sym", "num", "const") and node.args[1].head != "num"


def kink_arguments(node: Node) -> Iterator[Node]:
    """Yield the trees at whose zeros a formula changes."""
    for one in walk(node):
        if not _is_kink(one):
            continue
        if one.head != "fn":
            inner = one.args[0]
            yield inner.args[0] if inner.head == "pow" else inner
        elif one.args[0] in ("min", "max"):
            first, *others = one.args[1:]
            for other in others:
                yield Node("add", (first, Node("neg", (other,))))
        else:
            yield one.args[1]


def constants(node: Node) -> set[float]:
    """Return the magnitudes of the numbers written in a tree, with their halves and roots."""
    found: set[float] = set()
    for one in walk(node):
        if one.head in ("num", "dec"):
            try:
                size = float(one.args[0])
            except OverflowError:
                continue
            found |= {size, size / 2, math.sqrt(size)}
    return found


def dense(names: list[str], centres: list[float], draws: Draws) -> Iterator[Sample]:
    """Yield points between, beside and beyond `centres`, and on a wide grid of both signs."""
    marks = sorted({0.0, *centres, *(-one for one in centres), *_GRID, *(-one for one in _GRID)})
    pool = [(low + high) / 2 for low, high in itertools.pairwise(marks)]
    pool += [
        mark + step for mark in centres for step in (-0.037, 0.041, -0.037 - abs(mark) / 64, 0.041 + abs(mark) / 64)
    ]
    pool += [2.2 * marks[0] - 1, 2.3 * marks[-1] + 1]
    stride = max(1, len(pool) // MAX_DENSE) if len(names) == 1 else 1
    if len(names) == 1:
        for mark in pool[::stride]:
            yield {names[0]: _dyadic(mark)}
        return
    for _ in range(MAX_DENSE):
        yield {name: _dyadic(pool[draws.below(len(pool))]) for name in names}


def edges(names: list[str], centres: list[float], draws: Draws) -> Iterator[Sample]:
    """Yield points on the edges themselves, where a whole part jumps: at `centres` and at small whole numbers."""
    marks = [*(Fraction(one) for one in centres), *(Fraction(one) for one in range(-3, 4))][:NUM_EDGES]
    for mark in marks:
        yield {name: mark if len(names) == 1 else marks[draws.below(len(marks))] for name in names}


def _dyadic(value: float) -> Fraction:
    return Fraction(round(value * _DENOMINATOR) | 1, _DENOMINATOR)


def whole(names: list[str], draws: Draws) -> Iterator[Sample]:
    """Yield points of whole numbers from 0 up: small ones in order, then larger ones, ascending and descending."""
    for step in range(NUM_WHOLE):
        bound = 4 + step if step < 12 else 30 + step
        if len(names) == 1:
            yield {names[0]: Fraction(step if step < 16 else step + draws.below(60))}
            continue
        drawn = sorted(draws.below(bound) for _ in names)
        ordered = drawn if step % 2 else drawn[::-1]
        yield {name: Fraction(one) for name, one in zip(names, ordered, strict=True)}
