r"""Intervals and finite sets from the trees of their ends and elements.

What is a real constant is placed on the line. Where an end or an element is not, it is kept as written, provided that
it is an expression at all and has a value: no set, list, text, `\pm` or dots, and nothing undefined.
"""

from __future__ import annotations

from rlvr.rewards.maths.sets import linesets
from rlvr.rewards.maths.sets.cuts import Cut, cut_at, infinite_sign, ordered
from rlvr.rewards.maths.sets.setalgebra import RealSet
from rlvr.rewards.maths.tree import INFINITY, Node, walk
from rlvr.rewards.maths.values import scalar

MINUS_INFINITY = Node("neg", (INFINITY,))
"""The lower end of a set that has none."""
_NOT_ELEMENTS = frozenset(
    {
        *("interval", "set", "union", "inter", "minus", "complement", "numbers", "builder"),
        *("list", "any", "rel", "ratio", "clock", "text", "quantity", "matrix", "dots", "pm", "mp"),
    }
)
"""Heads that no element of a set of numbers or tuples has in it."""


def interval_set(node: Node, *, symbolic: bool) -> RealSet | None:
    """Return the set that the `interval` node `node` is, or None if an end has no place in one.

    Raises:
        Undecided: If the order of its ends is not known.
        NeedsSymbolic: If tier 2 could tell, and `symbolic` is false.
    """
    low, high, left, right = node.args
    sides = infinite_sign(low), infinite_sign(high)
    if sides[0] > 0 or sides[1] < 0:
        return None
    cuts = None if sides[0] else cut_at(low), None if sides[1] else cut_at(high)
    if (cuts[0] is None and not sides[0]) or (cuts[1] is None and not sides[1]):
        return unplaced_interval(low, high, "(" if sides[0] else left, ")" if sides[1] else right)
    line = linesets.interval(*cuts, has_low=left == "[", has_high=right == "]", symbolic=symbolic)
    return RealSet(line, written=node if line == linesets.EMPTY else None)


def unplaced_interval(low: Node, high: Node, left: str, right: str) -> RealSet | None:
    """Return the interval whose ends are not both known constants, as it is written; None if one has no place in it."""
    if not all(infinite_sign(one) or (is_element(one) and one.head != "tuple") for one in (low, high)):
        return None
    return RealSet(linesets.EMPTY, intervals=(Node("interval", (low, high, left, right)),))


def finite_set(node: Node, *, symbolic: bool) -> RealSet | None:
    """Return the set that the `set` node `node` is, each element once, or None if an element has no place in one.

    Raises:
        Undecided: If the order of two elements is not known.
        NeedsSymbolic: If tier 2 could tell, and `symbolic` is false.
        TooLarge: If it has too many elements.
    """
    cuts: list[Cut] = []
    elements: list[Node] = []
    for one in node.args:
        cut = cut_at(one) if one.head != "tuple" else None
        if cut is not None:
            cuts.append(cut)
        elif is_element(one):
            elements.append(one)
        else:
            return None
    return RealSet(linesets.points(ordered(cuts, symbolic=symbolic)), (), tuple(elements))


def single(node: Node) -> RealSet | None:
    """Return the set of the one real number that stands where a set is due; None for anything else."""
    cut = cut_at(node)
    return None if cut is None else RealSet(linesets.points([cut]))


def is_element(node: Node) -> bool:
    """Tell whether `node` is an expression, or a tuple of some, that has a value."""
    return not any(one.head in _NOT_ELEMENTS or one == INFINITY for one in walk(node)) and not scalar.is_undefined(node)
