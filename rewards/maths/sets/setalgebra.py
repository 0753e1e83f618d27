r"""`RealSet`: a set as an answer names it, and union, intersection, difference and complement of such sets.

Most of a set is a `LineSet`. What is not a real constant stays beside it, as written: intervals with symbols in their
ends (`[a, b)`) and elements that are symbolic, complex or tuples (`\{x, y\}`, `\{i\}`). A union keeps them all. The
other operations are None where they would depend on what a symbol stands for: `\{1, x\} \cap \{1, 2\}` may hold 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rlvr.rewards.maths.sets import linesets
from rlvr.rewards.maths.sets.cuts import Undecided
from rlvr.rewards.maths.sets.linesets import ALL, IN, LineSet
from rlvr.rewards.maths.tree import INFINITY, Node, TooLarge, symbols
from rlvr.rewards.maths.truth import Truth
from rlvr.rewards.maths.values import scalar

MAX_PAIRS = 10_000
"""Pairs of elements that are not real constants, compared in one operation."""


class Piece(NamedTuple):
    """An interval or a point of a set."""

    low: Node
    """The lower end; minus infinity is the `neg` of `oo`."""
    high: Node
    """The upper end; the same as the lower one for a point."""
    has_low: bool
    has_high: bool


@dataclass(frozen=True, slots=True)
class RealSet:
    """A set of real numbers, and of what cannot be placed among them."""

    line: LineSet
    """Its real constants."""
    intervals: tuple[Node, ...] = ()
    """Its intervals with symbols in their ends, as nodes; an infinite end is open."""
    elements: tuple[Node, ...] = ()
    """Its elements that are not real constants."""
    written: Node | None = None
    """The interval that it was written as, if that holds nothing: `[2, 1]` and `[3, 1]` are two answers."""

    @property
    def is_placed(self) -> bool:
        """Whether it is all real constants."""
        return not self.intervals and not self.elements

    def pieces(self) -> list[Piece] | None:
        """Return its intervals and points in ascending order, none touching the next; None if it is not just those."""
        return _pieces(self.line) if self.is_placed and linesets.is_plain(self.line) else None


def union_of(sets: Sequence[RealSet], *, symbolic: bool = False) -> RealSet:
    """Return what is in any of `sets`.

    Raises:
        Undecided: If the order of two ends is not known.
        NeedsSymbolic: If tier 2 could tell, and `symbolic` is false.
        TooLarge: If it has too many pieces.
    """
    if len(sets) == 1:
        return sets[0]
    line = linesets.union([one.line for one in sets], symbolic=symbolic)
    intervals = dict.fromkeys(part for one in sets for part in one.intervals)
    return RealSet(line, tuple(intervals), tuple(dict.fromkeys(part for one in sets for part in one.elements)))


def intersection_of(sets: Sequence[RealSet], *, symbolic: bool = False) -> RealSet | None:
    """Return what is in all of `sets`, or None if that depends on a symbol; raises what `union_of` does."""
    found = sets[0]
    for one in sets[1:]:
        if not _is_constant(found) or not _is_constant(one):
            return None
        line = linesets.intersection(found.line, one.line, symbolic=symbolic)
        found = RealSet(line, (), _elements_in(found, one, wanted=True, symbolic=symbolic))
    return found


def difference_of(a: RealSet, b: RealSet, *, symbolic: bool = False) -> RealSet | None:
    """Return what is in `a` and not in `b`, or None if that depends on a symbol; raises what `union_of` does."""
    if not _is_constant(a) or not _is_constant(b):
        return None
    if a.line.beyond and b.elements:
        return None
    line = linesets.difference(a.line, b.line, symbolic=symbolic)
    return RealSet(line, (), _elements_in(a, b, wanted=False, symbolic=symbolic))


def complement_of(a: RealSet) -> RealSet | None:
    """Return the real numbers that are not in `a`, or None if that depends on a symbol."""
    return RealSet(linesets.complement(a.line)) if _is_constant(a) else None


def _is_constant(a: RealSet) -> bool:
    return not a.intervals and not any(symbols(one) for one in a.elements)


def _elements_in(a: RealSet, b: RealSet, *, wanted: bool, symbolic: bool) -> tuple[Node, ...]:
    """Return the elements beside the line that are in both sets, or else those of `a` that are not in `b`."""
    if len(a.elements) * len(b.elements) > MAX_PAIRS:
        raise TooLarge(f"sets of {len(a.elements)} and {len(b.elements)} elements make more than {MAX_PAIRS} pairs")
    kept = [one for one in a.elements if _is_in(one, b, symbolic=symbolic) is wanted]
    if wanted and a.line.beyond:
        kept += [one for one in b.elements if one not in kept]
    return tuple(kept)


def _is_in(element: Node, a: RealSet, *, symbolic: bool) -> bool:
    if a.line.beyond or element in a.elements:
        return True
    truths = {scalar.equal(element, one, symbolic=symbolic).truth for one in a.elements}
    if Truth.TRUE not in truths and Truth.UNKNOWN in truths:
        raise Undecided
    return Truth.TRUE in truths


def _pieces(line: LineSet) -> list[Piece]:
    found: list[Piece] = []
    low, has_low = (Node("neg", (INFINITY,)), False) if line.gaps[0] else (None, False)
    for index, cut in enumerate(line.cuts):
        is_held = line.at[index] == IN
        if low is not None:
            found.append(Piece(low, cut.node, has_low, is_held))
            low = None
        elif is_held and not line.gaps[index + 1]:
            found.append(Piece(cut.node, cut.node, True, True))
        if line.gaps[index + 1] == ALL:
            low, has_low = cut.node, is_held
    if low is not None:
        found.append(Piece(low, INFINITY, has_low, False))
    return found
