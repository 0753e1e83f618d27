"""Whether two sets are the same.

Real constants are compared exactly, as the emptiness of the symmetric difference. What is not placed on the line is
matched: every interval and element of one set must have an equal in the other. Where nothing matches, the sets differ
if each is one interval, or elements only; otherwise pieces might still add up to the same, and the truth is UNKNOWN.

An interval that holds nothing, such as `[2, 1]`, was hardly meant so: it may be a list or a point. By itself it is the
same as the one with the same ends, and whether it is the empty set is left open; in a union it is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rlvr.rewards.maths.sets import linesets
from rlvr.rewards.maths.sets.cuts import Undecided, infinite_sign
from rlvr.rewards.maths.sets.setalgebra import MAX_PAIRS, Piece, RealSet
from rlvr.rewards.maths.tree import IMAGINARY, Node, TooLarge, walk
from rlvr.rewards.maths.truth import NeedsSymbolic, Truth
from rlvr.rewards.maths.values import scalar

Same = Callable[[Node, Node], Truth]
"""Whether two constants or expressions are the same."""


def same_set(a: RealSet, b: RealSet, *, symbolic: bool = False, same: Same | None = None) -> Truth:
    """Tell whether two sets hold the same.

    Args:
        a: A set.
        b: Another one.
        symbolic: Whether tier 2 may be asked.
        same: A more generous comparison of numbers, for a tolerance; used end by end where the exact one fails.

    Raises:
        NeedsSymbolic: If tier 2 could tell, and `symbolic` is false.
        TooLarge: If the sets have too many pieces.
    """
    try:
        truth = _same_exactly(a, b, symbolic=symbolic)
    except Undecided:
        truth = Truth.UNKNOWN
    if truth is Truth.TRUE or same is None:
        return truth
    return Truth.TRUE if _same_pieces(a, b, same) else truth


def _same_exactly(a: RealSet, b: RealSet, *, symbolic: bool) -> Truth:
    line = linesets.same(a.line, b.line, symbolic=symbolic)
    if a.is_placed and b.is_placed:
        return _same_nothing(a, b, symbolic=symbolic) if line is Truth.TRUE else line

    def equal(one: Node, other: Node) -> Truth:
        return _same_element(one, other, symbolic=symbolic)

    def equal_intervals(one: Node, other: Node) -> Truth:
        return _same_interval(one, other, symbolic=symbolic)

    truths = (line, _matched(a.elements, b.elements, equal), _matched(a.intervals, b.intervals, equal_intervals))
    if truths == (Truth.TRUE, Truth.TRUE, Truth.TRUE):
        return Truth.TRUE
    are_elements = not (a.intervals or b.intervals or any(map(_may_be_real, (*a.elements, *b.elements))))
    are_simple = are_elements or (_is_interval(a) and _is_interval(b))
    return Truth.FALSE if are_simple and Truth.FALSE in truths else Truth.UNKNOWN


def _may_be_real(element: Node) -> bool:
    """Tell whether `element` may be a real constant that nobody could place on the line."""
    return element.head != "tuple" and not any(one.head == "sym" or one == IMAGINARY for one in walk(element))


def _same_nothing(a: RealSet, b: RealSet, *, symbolic: bool) -> Truth:
    """Tell whether two sets with the same numbers are the same if they are intervals that hold none."""
    if a.written is None or b.written is None:
        return Truth.TRUE if a.written == b.written else Truth.UNKNOWN
    return _same_interval(a.written, b.written, symbolic=symbolic)


def _is_interval(a: RealSet) -> bool:
    """Tell whether `a` is one interval."""
    if a.intervals:
        return len(a.intervals) == 1 and not a.elements and a.line == linesets.EMPTY
    pieces = a.pieces()
    return pieces is not None and len(pieces) == 1


def _matched(a: Sequence[Node], b: Sequence[Node], equal: Callable[[Node, Node], Truth]) -> Truth:
    """Tell whether each member of either sequence has an equal in the other."""
    known_a, known_b = set(a), set(b)
    rest_a = [one for one in a if one not in known_b]
    rest_b = [one for one in b if one not in known_a]
    if len(rest_a) * len(b) + len(rest_b) * len(a) > MAX_PAIRS:
        raise TooLarge(f"{len(rest_a)} and {len(rest_b)} elements to match make more than {MAX_PAIRS} pairs")
    found = [_found(one, b, equal) for one in rest_a] + [_found(one, a, equal) for one in rest_b]
    if all(one is Truth.TRUE for one in found):
        return Truth.TRUE
    return Truth.FALSE if Truth.FALSE in found else Truth.UNKNOWN


def _found(wanted: Node, among: Sequence[Node], equal: Callable[[Node, Node], Truth]) -> Truth:
    """Tell whether `wanted` has an equal in `among`; a question for tier 2 waits until no other member settles it."""
    asked: NeedsSymbolic | None = None
    is_open = False
    for one in among:
        try:
            truth = equal(wanted, one)
        except NeedsSymbolic as error:
            asked = error
            continue
        if truth is Truth.TRUE:
            return truth
        is_open = is_open or truth is Truth.UNKNOWN
    if asked is not None:
        raise asked
    return Truth.UNKNOWN if is_open else Truth.FALSE


def _same_element(a: Node, b: Node, *, symbolic: bool) -> Truth:
    """Tell whether two elements are the same: two expressions, or two tuples of expressions."""
    if (a.head == "tuple") != (b.head == "tuple"):
        return Truth.FALSE
    if a.head != "tuple":
        return scalar.equal(a, b, symbolic=symbolic).truth
    if len(a.args) != len(b.args):
        return Truth.FALSE
    return _all(a.args, b.args, lambda one, other: _same_element(one, other, symbolic=symbolic))


def _same_interval(a: Node, b: Node, *, symbolic: bool) -> Truth:
    """Tell whether two intervals have the same brackets and ends."""
    if a.args[2:] != b.args[2:]:
        return Truth.FALSE
    return _all(a.args[:2], b.args[:2], lambda one, other: _same_end(one, other, symbolic=symbolic))


def _same_end(a: Node, b: Node, *, symbolic: bool) -> Truth:
    side_a, side_b = infinite_sign(a), infinite_sign(b)
    if side_a or side_b or a == b:
        return Truth.TRUE if side_a == side_b else Truth.FALSE
    return scalar.equal(a, b, symbolic=symbolic).truth


def _all(a: Sequence[Node], b: Sequence[Node], equal: Callable[[Node, Node], Truth]) -> Truth:
    """Tell whether all members at the same place are equal; a question for tier 2 waits until none differs."""
    asked: NeedsSymbolic | None = None
    found = Truth.TRUE
    for one, other in zip(a, b, strict=True):
        try:
            truth = equal(one, other)
        except NeedsSymbolic as error:
            asked = error
            continue
        if truth is Truth.FALSE:
            return truth
        found = truth if truth is Truth.UNKNOWN else found
    if asked is not None:
        raise asked
    return found


def _same_pieces(a: RealSet, b: RealSet, same: Same) -> bool:
    """Tell whether the sets have as many pieces, with the same brackets and ends that are the same as `same` says."""
    pieces_a, pieces_b = a.pieces(), b.pieces()
    if pieces_a is None or pieces_b is None or len(pieces_a) != len(pieces_b):
        return False
    return all(_same_piece(one, other, same) for one, other in zip(pieces_a, pieces_b, strict=True))


def _same_piece(a: Piece, b: Piece, same: Same) -> bool:
    if (a.has_low, a.has_high) != (b.has_low, b.has_high):
        return False
    for one, other in ((a.low, b.low), (a.high, b.high)):
        side = infinite_sign(one)
        if side != infinite_sign(other) or not (side or same(one, other) is Truth.TRUE):
            return False
    return True
