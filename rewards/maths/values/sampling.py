r"""Where expressions in symbols are compared: fixed generic points, points around the kinks, and whole numbers.

A point gives each symbol a rational number with a denominator of nine digits. The numbers follow from a seed that is
made of the two expressions, so that no expression can be written for the points at which it will be looked at, as
`\sin(2^{60}\pi x)` is for dyadic ones.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from fractions import Fraction

from rlvr.rewards.maths.tree import Node, TooLarge, Undefined, children, walk
from rlvr.rewards.maths.values.canonical import canonical
from rlvr.rewards.maths.values.kinks import PIECEWISE, varies

_LEAST_DENOMINATOR = 1 << 29
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
MAX_DENSE = 72
"""Points around kinks."""
NUM_EDGES = 24
"""Points on the edges."""
NUM_WHOLE, NUM_NEGATIVE, NUM_BEYOND = 14, 4, 12
"""Points of whole numbers: small ones, negative ones, and those beyond every number in the trees."""
MAX_SIZE = 1e100
"""The largest number around which points are placed."""
LEAST_BEYOND = 30
"""The least number that the last of them are beyond."""
_COUNTING = frozenset({"fact", "fact2", "binom", "gcd", "lcm", "phi", "gamma"})

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
        """Return a number between two bounds with a large odd denominator."""
        bottom = (_LEAST_DENOMINATOR + self.below(_LEAST_DENOMINATOR)) | 1
        start = int(low * bottom)
        return Fraction(start + 1 + self.below(max(1, int(high * bottom) - start)), bottom)

    def near(self, value: float) -> Fraction:
        """Return a number within a ten thousandth of a value, with a large odd denominator."""
        bottom = (_LEAST_DENOMINATOR + self.below(_LEAST_DENOMINATOR)) | 1
        return Fraction(round(value * bottom) + 1 + self.below(50_000), bottom)


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
        return node.args[0] in PIECEWISE or (node.args[0].startswith("ar") and node.args[1].head != "sym")
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
        try:
            size = _size(one)
        except OverflowError:
            continue
        if size is not None and size < MAX_SIZE:
            found |= {size, size / 2, math.sqrt(size)}
    return found


def _size(node: Node) -> float | None:
    """Return the magnitude of a written number, or of a power of one to another."""
    head, args = node
    if head in ("num", "dec"):
        return float(args[0])
    if head == "pow" and args[0][0] == "num" and args[1][0] == "num":
        return math.pow(args[0][1][0], args[1][1][0])
    return None


def literal_bits(node: Node) -> int:
    """Return a bound on the bits of every number that is written in a tree, as a power too."""
    return max(_bits(one) for one in walk(node))


def _bits(node: Node) -> int:
    head, args = node
    if head in ("num", "dec"):
        return max(args[0].numerator.bit_length(), args[0].denominator.bit_length())  # type: ignore[no-any-return]
    if head == "pow" and args[0][0] in ("num", "dec", "const") and args[1][0] != "sym" and not varies(args[1]):
        exponent = _rational(args[1])
        return 2 if exponent is None else math.ceil(abs(Fraction(exponent))) * max(2, _bits(args[0]))
    return 2


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
            yield {names[0]: draws.near(mark)}
        return
    for _ in range(MAX_DENSE):
        yield {name: draws.near(pool[draws.below(len(pool))]) for name in names}


def edges(names: list[str], centres: list[float], draws: Draws) -> Iterator[Sample]:
    """Yield points on the edges themselves, where a whole part jumps: at `centres` and at small whole numbers."""
    marks = [*(Fraction(one) for one in centres), *(Fraction(one) for one in range(-3, 4))][:NUM_EDGES]
    for mark in marks:
        yield {name: mark if len(names) == 1 else marks[draws.below(len(marks))] for name in names}


def whole(names: list[str], draws: Draws, beyond: int, *, has_negative: bool) -> Iterator[Sample]:
    """Yield points of whole numbers: from 0 up, ascending and descending, then below 0, then past a bound."""
    for step in range(NUM_WHOLE):
        if len(names) == 1:
            yield {names[0]: Fraction(step)}
        else:
            yield _in_order(names, sorted(draws.below(4 + step) for _ in names), step)
    for step in range(NUM_NEGATIVE if has_negative else 0):
        yield {name: Fraction(-1 - step - draws.below(3) * index) for index, name in enumerate(names)}
    for step in range(NUM_BEYOND):
        value = beyond
        values: list[int] = []
        for _ in names:
            value += 1 + draws.below(7) + (2 * beyond if step % 4 > 1 and values else 0)
            values.append(value)
        yield _in_order(names, values, step)


def _in_order(names: list[str], values: list[int], step: int) -> Sample:
    ordered = values if step % 2 else values[::-1]
    return {name: Fraction(one) for name, one in zip(names, ordered, strict=True)}


def is_counting(node: Node) -> bool:
    """Return True if a tree has a function of whole numbers that are not negative."""
    return any(one.head == "fn" and one.args[0] in _COUNTING for one in walk(node))


def largest_constant(*nodes: Node) -> int:
    """Return a whole number that is not below the magnitude of any constant in the trees that is rational."""
    largest = LEAST_BEYOND
    for node in nodes:
        pending = [node]
        while pending:
            one = pending.pop()
            found = None if varies(one) else _rational(one)
            if found is None:
                pending.extend(children(one))
            else:
                largest = max(largest, math.ceil(abs(Fraction(found))))
    return largest


def _rational(node: Node) -> int | Fraction | None:
    try:
        found = canonical(node)
    except (TooLarge, Undefined):
        return None
    return found if isinstance(found, int | Fraction) else None
