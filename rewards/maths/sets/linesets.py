r"""Sets of real numbers as step functions on the line, with union, intersection, difference and emptiness.

A `LineSet` names its cuts in ascending order, what it holds at each, and what it holds in each gap between them. In a
gap it may hold all reals, none, or some of three classes: integers, other rationals, irrationals; so
`\mathbb{Z} \setminus \{0\}` and `(0, \infty) \cap \mathbb{Q}` are as exact as `[0, 1)`. Every operation is one merge
of two lists of cuts and one bit operation at each; two sets are the same if and only if their symmetric difference is
empty.

Whether 0 is a natural number is not for us to say. What is held at a cut is therefore two bits, one for each
convention, and `\mathbb{N}` holds 0 under one of them: `\mathbb{N} \cup \{0\}` is the non-negative integers, and
whether `\mathbb{N}` alone is so is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import and_, or_, xor
from typing import NamedTuple

from rlvr.rewards.maths.sets.cuts import (
    FRACTIONAL,
    INTEGER,
    IRRATIONAL,
    Cut,
    Undecided,
    class_of,
    compare,
    has_integer_between,
    rational_cut,
)
from rlvr.rewards.maths.tree import TooLarge
from rlvr.rewards.maths.truth import Truth

ALL = INTEGER | FRACTIONAL | IRRATIONAL
"""A gap that holds every real number."""
IN = 3
"""A cut that is held under both conventions about 0."""
MAX_CUTS = 20_000
"""Cuts of one set."""


class LineSet(NamedTuple):
    """A set of real numbers; `gaps` has one member more than `cuts` and `at`."""

    cuts: tuple[Cut, ...]
    """The points where something may change, in ascending order."""
    gaps: tuple[int, ...]
    """The classes held between the cuts, before the first and after the last: bits of `ALL`."""
    at: tuple[int, ...]
    """What is held at each cut: bits of `IN`."""
    beyond: int = 0
    """1 if it also holds the complex numbers that are not real."""


EMPTY = LineSet((), (0,), ())
REALS = LineSet((), (ALL,), ())
NUMBERS = {
    "N": LineSet((rational_cut(0),), (0, INTEGER), (2,)),
    "Z": LineSet((), (INTEGER,), ()),
    "Q": LineSet((), (INTEGER | FRACTIONAL,), ()),
    "R": REALS,
    "C": LineSet((), (ALL,), (), 1),
}
"""The sets of numbers by their letters."""


def points(cuts: list[Cut]) -> LineSet:
    """Return the set of `cuts`, which are in ascending order."""
    if len(cuts) > MAX_CUTS:
        raise TooLarge(f"a set of {len(cuts)} points has more than {MAX_CUTS}")
    return LineSet(tuple(cuts), (0,) * (len(cuts) + 1), (IN,) * len(cuts))


def interval(low: Cut | None, high: Cut | None, *, has_low: bool, has_high: bool, symbolic: bool) -> LineSet:
    """Return the numbers from `low` to `high`, each end held if so said; None is the infinite end of that side."""
    if low is None or high is None:
        if high is not None:
            return LineSet((high,), (ALL, 0), (IN if has_high else 0,))
        return REALS if low is None else LineSet((low,), (0, ALL), (IN if has_low else 0,))
    side = compare(low, high, symbolic=symbolic)
    if side < 0:
        return LineSet((low, high), (0, ALL, 0), (IN if has_low else 0, IN if has_high else 0))
    return points([low]) if side == 0 and has_low and has_high else EMPTY


def union(sets: Iterable[LineSet], *, symbolic: bool) -> LineSet:
    """Return the union of `sets`, by halves, so that a thousand of them cost as little as their cuts.

    Raises:
        Undecided: If the order of two cuts is not known.
        NeedsSymbolic: If tier 2 could tell, and `symbolic` is false.
        TooLarge: If the union has more than `MAX_CUTS` cuts.
    """
    pending = list(sets)
    while len(pending) > 1:
        odd = [pending.pop()] if len(pending) % 2 else []
        pairs = zip(pending[::2], pending[1::2], strict=True)
        pending = [_merge(a, b, or_, symbolic=symbolic) for a, b in pairs] + odd
    return pending[0] if pending else EMPTY


def intersection(a: LineSet, b: LineSet, *, symbolic: bool) -> LineSet:
    """Return the numbers of both sets; raises what `union` does."""
    return _merge(a, b, and_, symbolic=symbolic)


def difference(a: LineSet, b: LineSet, *, symbolic: bool) -> LineSet:
    """Return the numbers of `a` that are not in `b`; raises what `union` does."""
    return _merge(a, b, _without, symbolic=symbolic)


def complement(a: LineSet) -> LineSet:
    """Return the real numbers that are not in `a`."""
    return LineSet(a.cuts, tuple(ALL ^ gap for gap in a.gaps), tuple(IN ^ here for here in a.at))


def simplified(a: LineSet) -> LineSet:
    """Return `a` without the cuts at which nothing changes."""
    return _merge(a, EMPTY, or_, symbolic=False)


def same(a: LineSet, b: LineSet, *, symbolic: bool) -> Truth:
    """Tell whether two sets hold the same numbers; raises what `union` does."""
    return is_empty(_merge(a, b, xor, symbolic=symbolic), symbolic=symbolic)


def is_empty(a: LineSet, *, symbolic: bool) -> Truth:
    """Tell whether `a` holds no number; UNKNOWN if that depends on whether 0 is natural. Raises what `union` does."""
    if a.beyond or any(gap & (FRACTIONAL | IRRATIONAL) for gap in a.gaps):
        return Truth.FALSE
    if any(here == IN for here in a.at) or _holds_integers(a, symbolic=symbolic):
        return Truth.FALSE
    held = 0
    for here in a.at:
        held |= here
    return {0: Truth.TRUE, IN: Truth.FALSE}.get(held, Truth.UNKNOWN)


def is_plain(a: LineSet) -> bool:
    """Tell whether `a` is a finite union of intervals and points, with no classes of numbers in its gaps."""
    return not a.beyond and all(gap in (0, ALL) for gap in a.gaps) and all(here in (0, IN) for here in a.at)


def _holds_integers(a: LineSet, *, symbolic: bool) -> bool:
    """Tell whether a gap holds an integer, given that gaps hold nothing else."""
    for index, gap in enumerate(a.gaps):
        if gap and (index == 0 or index == len(a.cuts)):
            return True
        if gap and has_integer_between(a.cuts[index - 1], a.cuts[index], symbolic=symbolic):
            return True
    return False


def _without(a: int, b: int) -> int:
    return a & ~b


def _merge(a: LineSet, b: LineSet, operation: Callable[[int, int], int], *, symbolic: bool) -> LineSet:
    if len(a.cuts) + len(b.cuts) > 2 * MAX_CUTS:
        raise TooLarge(f"sets of {len(a.cuts)} and {len(b.cuts)} cuts have more than {2 * MAX_CUTS}")
    cuts: list[Cut] = []
    at: list[int] = []
    gaps = [operation(a.gaps[0], b.gaps[0])]
    i = j = 0
    while i < len(a.cuts) or j < len(b.cuts):
        side = _side(a.cuts[i : i + 1], b.cuts[j : j + 1], symbolic=symbolic)
        cut = a.cuts[i] if side <= 0 else b.cuts[j]
        here = operation(
            a.at[i] if side <= 0 else _inside(a.gaps[i], cut), b.at[j] if side >= 0 else _inside(b.gaps[j], cut)
        )
        i += side <= 0
        j += side >= 0
        gap = operation(a.gaps[i], b.gaps[j])
        if gap != gaps[-1] or gap not in (0, ALL) or here != (IN if gap else 0):
            cuts.append(cut)
            at.append(here)
            gaps.append(gap)
    return LineSet(tuple(cuts), tuple(gaps), tuple(at), operation(a.beyond, b.beyond))


def _side(a: tuple[Cut, ...], b: tuple[Cut, ...], *, symbolic: bool) -> int:
    """Return -1 if the next cut is that of `a`, 1 if it is that of `b`, 0 if it is both."""
    if a and b:
        return compare(a[0], b[0], symbolic=symbolic)
    return -1 if a else 1


def _inside(gap: int, cut: Cut) -> int:
    """Return what is held at `cut` by a set that has it inside a gap."""
    if gap in (0, ALL):
        return IN if gap else 0
    classes = class_of(cut)
    if classes is None or (gap & classes) not in (0, classes):
        raise Undecided
    return IN if gap & classes else 0
