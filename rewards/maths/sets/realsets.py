r"""Sets of real numbers, read from trees: `as_set`; and whether two are the same: `same_set`.

| written | read as |
|---|---|
| `[0, 1)`, and `(0, 1)` where a set is due | an interval |
| `\{1, 2\}`, `\emptyset` | a finite set |
| `A \cup B`, `A \cap B`, `A \setminus B`, `A - B`, `\overline{A}`, `A^c` | that, complements in the reals |
| `\mathbb{N}`, `\mathbb{Z}`, `\mathbb{Q}`, `\mathbb{R}`, `\mathbb{C}` | itself |
| `1 < x \le 2`, `x \ne 3`, `x^2 < 4`, `|x| > 1`, `x \in [0, 1]` | the values for which it holds |
| `\{x : x > 0\}`, `\{x \in \mathbb{R} \mid x \ne 0\}` | the same, within the set named |

A comma between relations may mean "and" or "or": it means "and" unless nothing would be left (`x < 1, x > 2`).
A set of a single number may lack its braces in a difference: `\mathbb{R} \setminus 2`.

What has no such reading is None: sets of sets, images (`\{2k : k \in \mathbb{Z}\}`), inequalities beyond rational
functions and absolute values, operations that depend on what a symbol stands for, anything undefined.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rlvr.rewards.maths.sets import linesets
from rlvr.rewards.maths.sets.cuts import Undecided, infinite_sign
from rlvr.rewards.maths.sets.inequalities import MIRRORED, solve, subject, variable
from rlvr.rewards.maths.sets.rationals import contains
from rlvr.rewards.maths.sets.samesets import same_set
from rlvr.rewards.maths.sets.setalgebra import (
    Piece,
    RealSet,
    complement_of,
    difference_of,
    intersection_of,
    union_of,
)
from rlvr.rewards.maths.sets.setforms import MINUS_INFINITY, finite_set, interval_set, single, unplaced_interval
from rlvr.rewards.maths.tree import INFINITY, Node, TooLarge
from rlvr.rewards.maths.truth import Truth

__all__ = [
    "Piece",
    "RealSet",
    "as_set",
    "complement_of",
    "difference_of",
    "intersection_of",
    "of_relations",
    "same_set",
    "subject",
    "union_of",
    "variable",
]

_SETS = frozenset({"interval", "set", "union", "inter", "minus", "complement", "numbers", "builder"})
"""Heads of trees that can only be sets."""
_ORDERS = {"<": 1, "<=": 1, ">": -1, ">=": -1}
"""The direction of each order relation."""


def as_set(node: Node, *, open_pairs: bool = False, symbolic: bool = False) -> RealSet | None:
    """Return the set that `node` is, or None if it is none that can be read here.

    Args:
        node: Any tree.
        open_pairs: Whether a tuple of two is an open interval; it always is as an operand, and with an infinite end.
        symbolic: Whether tier 2 may be asked.

    Raises:
        NeedsSymbolic: If tier 2 could tell the order of two ends, and `symbolic` is false.
        TooLarge: If the set has too many pieces, or the tree is too deep.
    """
    try:
        return _read(node, is_operand=open_pairs and node.head == "tuple", symbolic=symbolic)
    except Undecided:
        return None
    except RecursionError:
        # A tree this deep is past every cap of the parser; it was built by hand.
        raise TooLarge("the tree of the set is too deep") from None


def of_relations(
    nodes: Sequence[Node], unknown: Node, *, joined: str | None = None, symbolic: bool = False
) -> RealSet | None:
    r"""Return the values of `unknown` for which the relations hold, or None if one cannot be read.

    Args:
        nodes: Relations; a number after one with `=` or `!=` shares its left side, as in `x \ne 1, 2`.
        unknown: The symbol or function value that they are about.
        joined: "and" or "or"; None for "and" unless nothing would be left.
        symbolic: Whether tier 2 may be asked.

    Raises:
        NeedsSymbolic: If tier 2 could tell, and `symbolic` is false.
        TooLarge: If the set has too many pieces.
    """
    try:
        return _relations(nodes, unknown, joined=joined, symbolic=symbolic)
    except Undecided:
        return None
    except RecursionError:
        raise TooLarge("the tree of the relations is too deep") from None


def _read(node: Node, *, is_operand: bool, symbolic: bool) -> RealSet | None:
    head = node.head
    if head == "tuple":
        if len(node.args) != 2 or not (is_operand or any(map(infinite_sign, node.args))):
            return None
        return interval_set(Node("interval", (*node.args, "(", ")")), symbolic=symbolic)
    reader = _READERS.get(head)
    if reader is not None:
        return reader(node, symbolic=symbolic)
    return single(node) if is_operand else None


def _operand(node: Node, *, symbolic: bool) -> RealSet | None:
    return _read(node, is_operand=True, symbolic=symbolic)


def _operands(node: Node, *, symbolic: bool) -> list[RealSet] | None:
    """Return the sets that `node` joins; those of a chain of the same operation are all its own."""
    pending, nodes = [node], []
    while pending:
        one = pending.pop()
        if one.head == node.head and (one is node or node.head != "minus"):
            pending.extend(one.args)
        else:
            nodes.append(one)
    found = []
    for one in reversed(nodes):
        part = _operand(one, symbolic=symbolic)
        if part is None or part.written is not None:
            # An interval with its ends the wrong way round is no part that anyone means.
            return None
        found.append(part)
    return found


def _union(node: Node, *, symbolic: bool) -> RealSet | None:
    sets = _operands(node, symbolic=symbolic)
    return None if sets is None else union_of(sets, symbolic=symbolic)


def _intersection(node: Node, *, symbolic: bool) -> RealSet | None:
    sets = _operands(node, symbolic=symbolic)
    return None if sets is None else intersection_of(sets, symbolic=symbolic)


def _difference(node: Node, *, symbolic: bool) -> RealSet | None:
    sets = _operands(node, symbolic=symbolic)
    if sets is None:
        return None
    return difference_of(sets[0], union_of(sets[1:], symbolic=symbolic), symbolic=symbolic)


def _sum(node: Node, *, symbolic: bool) -> RealSet | None:
    r"""Return the difference that a sum is if it takes sets from a set: `\mathbb{R} - \{0\}`."""
    first, *others = node.args
    if first.head not in _SETS and not any(one.head == "neg" and one.args[0].head in _SETS for one in others):
        return None
    if any(one.head != "neg" for one in others):
        return None
    return _difference(Node("minus", (first, *(one.args[0] for one in others))), symbolic=symbolic)


def _complement(node: Node, *, symbolic: bool) -> RealSet | None:
    found = _operand(node.args[0], symbolic=symbolic)
    return None if found is None else complement_of(found)


def _function(node: Node, *, symbolic: bool) -> RealSet | None:
    """Return the complement that the overline of a set is, which reads as the conjugate of an expression."""
    is_complement = node.args[0] == "conj" and node.args[1].head in (*_SETS, "tuple")
    return _complement(Node("complement", node.args[1:]), symbolic=symbolic) if is_complement else None


def _power(node: Node, *, symbolic: bool) -> RealSet | None:
    """Return the complement that a set with the exponent `c` is."""
    is_complement = node.args[1] == Node("sym", ("c",)) and node.args[0].head in (*_SETS, "tuple")
    return _complement(node, symbolic=symbolic) if is_complement else None


def _numbers(node: Node, *, symbolic: bool) -> RealSet | None:  # noqa: ARG001  as all readers have it
    numbers = linesets.NUMBERS.get(node.args[0])
    return None if numbers is None else RealSet(numbers)


def _builder(node: Node, *, symbolic: bool) -> RealSet | None:
    variable, condition = node.args
    within: list[Node] = []
    if variable.head == "rel" and variable.args[0] == ("in",):
        within, variable = [variable], variable.args[1]
    if variable.head != "sym":
        return None
    conditions = condition.args if condition.head in ("list", "any") else (condition,)
    joined = "or" if condition.head == "any" else None
    found = _relations(conditions, variable, joined=joined, symbolic=symbolic)
    if not within or found is None:
        return found
    domain = _relation(within[0], variable, symbolic=symbolic)
    return None if domain is None else intersection_of([found, domain], symbolic=symbolic)


def _list(node: Node, *, symbolic: bool) -> RealSet | None:
    unknown = subject(node)
    if unknown is None:
        return None
    return _relations(node.args, unknown, joined="or" if node.head == "any" else None, symbolic=symbolic)


def _relation_alone(node: Node, *, symbolic: bool) -> RealSet | None:
    unknown = subject(node)
    return None if unknown is None else _relation(node, unknown, symbolic=symbolic)


def _relations(nodes: Sequence[Node], unknown: Node, *, joined: str | None, symbolic: bool) -> RealSet | None:
    sets: list[RealSet] = []
    shared: Node | None = None
    for node in nodes:
        if node.head != "rel" and shared is not None:
            node = Node("rel", (shared.args[0], shared.args[1], node))
        if node.head != "rel":
            return None
        shared = node if node.args[0] in (("=",), ("!=",)) else None
        found = _relation(node, unknown, symbolic=symbolic)
        if found is None:
            return None
        sets.append(found)
    if joined == "or":
        return union_of(sets, symbolic=symbolic)
    both = intersection_of(sets, symbolic=symbolic)
    if joined is None and len(sets) > 1 and both is not None and _is_empty(both, symbolic=symbolic):
        return union_of(sets, symbolic=symbolic)
    return both


def _is_empty(found: RealSet, *, symbolic: bool) -> bool:
    return found.is_placed and linesets.is_empty(found.line, symbolic=symbolic) is Truth.TRUE


def _relation(node: Node, unknown: Node, *, symbolic: bool) -> RealSet | None:
    operators, *members = node.args
    if len(members) == 3 and members[1] == unknown:
        found = _between(operators, members, symbolic=symbolic)
        if found is not None:
            return found
    links = zip(operators, members, members[1:], strict=False)
    sets = [_link(left, operator, right, unknown, symbolic=symbolic) for operator, left, right in links]
    known = [one for one in sets if one is not None]
    return intersection_of(known, symbolic=symbolic) if len(known) == len(sets) else None


def _between(operators: Sequence[str], members: Sequence[Node], *, symbolic: bool) -> RealSet | None:
    """Return the interval that a chain such as `a < x <= b` or `b >= x > a` is."""
    low, unknown, high = members
    directions = [_ORDERS.get(one, 0) for one in operators]
    if directions not in ([1, 1], [-1, -1]):
        return None
    left, right = ("[" if len(operators[0]) == 2 else "(", "]" if len(operators[1]) == 2 else ")")
    if directions[0] < 0:
        low, high = high, low
        left, right = ("[" if right == "]" else "(", "]" if left == "[" else ")")
    found = interval_set(Node("interval", (low, high, left, right)), symbolic=symbolic)
    return None if found is None or any(contains(one, unknown) for one in found.intervals) else found


def _link(left: Node, operator: str, right: Node, unknown: Node, *, symbolic: bool) -> RealSet | None:
    """Return the values of `unknown` for which one relation between two members holds."""
    if operator in ("in", "notin") or (operator == "=" and right.head in _SETS):
        found = _operand(right, symbolic=symbolic) if left == unknown else None
        return complement_of(found) if found is not None and operator == "notin" else found
    line = solve(left, operator, right, unknown, symbolic=symbolic)
    if line is not None:
        return RealSet(line)
    if right == unknown and operator in _ORDERS:
        left, operator, right = right, MIRRORED[operator], left
    if left != unknown or operator not in _ORDERS or contains(right, unknown):
        return None
    end = "[" if len(operator) == 2 else "("
    if operator[0] == ">":
        return unplaced_interval(right, INFINITY, end, ")")
    return unplaced_interval(MINUS_INFINITY, right, "(", "]" if end == "[" else ")")


_READERS: dict[str, Callable[..., RealSet | None]] = {
    "interval": interval_set,
    "set": finite_set,
    "union": _union,
    "inter": _intersection,
    "minus": _difference,
    "add": _sum,
    "complement": _complement,
    "pow": _power,
    "fn": _function,
    "numbers": _numbers,
    "builder": _builder,
    "list": _list,
    "any": _list,
    "rel": _relation_alone,
}
