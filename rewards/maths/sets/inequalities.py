r"""What one relation between two expressions says of its unknown: the set of real numbers for which it holds.

`x < 3` is a ray, read without further ado. Otherwise the difference of the sides must be a rational function of the
unknown (`x^2 < 4`, `(x-1)(x+2)/x \ge 0`), after each absolute value in it (`|x-1| < 2`) has been split into its two
cases. The unknown is the one symbol of a relation, or one function value (`0 < f(x) < 1`).

Left out: the unknown under a root, in an exponent or inside another function, and relations with a parameter.
"""

from __future__ import annotations

from collections.abc import Iterator

from rlvr.rewards.maths.sets import linesets
from rlvr.rewards.maths.sets.crossings import HOLDS, where
from rlvr.rewards.maths.sets.cuts import cut_at, infinite_sign
from rlvr.rewards.maths.sets.linesets import LineSet
from rlvr.rewards.maths.sets.rationals import NotRational, contains, factors
from rlvr.rewards.maths.tree import ZERO, Node, children, symbols
from rlvr.rewards.maths.values import scalar

MAX_CASES = 4
"""Absolute values of a relation; each doubles the cases."""
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
"""The relation as it reads from right to left."""


def subject(node: Node) -> Node | None:
    """Return what the relation, or the list of relations, `node` is about: its one symbol, or its one function value.

    In a chain of three with other symbols too, it is the symbol in the middle: `a < x < b` is about `x`. The left side
    of a membership is its subject whatever the set holds. None if there is no such thing, or more than one.
    """
    if node.head in ("list", "any"):
        found = {subject(one) for one in node.args if one.head == "rel"}
        return next(iter(found)) if len(found) == 1 else None
    if node.head != "rel":
        return None
    operators: tuple[str, ...] = node.args[0]
    members: tuple[Node, ...] = node.args[1:]
    if operators[0] in ("in", "notin"):
        return members[0] if members[0].head in ("sym", "call") else None
    unknowns = {unknown for one in members for unknown in _unknowns(one)}
    if len(unknowns) == 1:
        return unknowns.pop()
    is_bounded = len(members) == 3 and members[1].head == "sym" and all(one[0] in "<>" for one in operators)
    return members[1] if is_bounded and not any(contains(one, members[1]) for one in members[::2]) else None


def variable(node: Node) -> str | None:
    """Return the name of the one symbol that the relation `node` is about, or None."""
    found = subject(node)
    return str(found.args[0]) if found is not None and found.head == "sym" else None


def solve(left: Node, operator: str, right: Node, unknown: Node, *, symbolic: bool) -> LineSet | None:
    """Return the real values of `unknown` for which the relation holds, or None if they have no exact form here.

    Args:
        left: The left side, an expression.
        operator: One of `HOLDS`.
        right: The right side, an expression.
        unknown: A symbol or a function value.
        symbolic: Whether tier 2 may be asked.

    Raises:
        Undecided: If a sign or the order of two points is not known.
        NeedsSymbolic: If tier 2 could tell, and `symbolic` is false.
    """
    if operator not in HOLDS:
        return None
    if right == unknown:
        left, operator, right = right, MIRRORED[operator], left
    if left == unknown and not contains(right, unknown):
        return _ray(operator, right)
    if not contains(left, unknown) and not contains(right, unknown):
        return _constant(left, operator, right)
    difference = left if right == ZERO else Node("add", (left, Node("neg", (right,))))
    try:
        return _by_cases(difference, operator, unknown, MAX_CASES, symbolic=symbolic)
    except NotRational:
        return None


def _ray(operator: str, end: Node) -> LineSet | None:
    """Return the numbers that are related to the constant `end`."""
    infinite = infinite_sign(end)
    if infinite:
        if operator in ("=", "!="):
            return None
        return linesets.REALS if (operator[0] == "<") == (infinite > 0) else linesets.EMPTY
    cut = cut_at(end)
    if cut is None:
        return None
    if operator in ("=", "!="):
        found = linesets.points([cut])
        return found if operator == "=" else linesets.complement(found)
    has_end = operator in ("<=", ">=")
    low, high = (None, cut) if operator[0] == "<" else (cut, None)
    return linesets.interval(low, high, has_low=has_end, has_high=has_end, symbolic=False)


def _constant(left: Node, operator: str, right: Node) -> LineSet | None:
    """Return all numbers or none, as the relation between constants is true or false."""
    side = scalar.order(left, right)
    if side is None:
        return None
    return linesets.REALS if side in HOLDS[operator] else linesets.EMPTY


def _by_cases(difference: Node, operator: str, unknown: Node, left: int, *, symbolic: bool) -> LineSet | None:
    """Solve `difference` against 0, with an innermost absolute value replaced by its inside, and by the opposite."""
    split = _innermost(difference, unknown)
    if split is None:
        parts = factors(difference, unknown)
        return None if parts is None else where(parts, operator, symbolic=symbolic)
    if not left:
        return None
    inside = split.args[1]
    found = []
    for condition, case in ((">=", inside), ("<", Node("neg", (inside,)))):
        region = _by_cases(inside, condition, unknown, left, symbolic=symbolic)
        rest = _by_cases(_replaced(difference, split, case), operator, unknown, left - 1, symbolic=symbolic)
        if region is None or rest is None:
            return None
        found.append(linesets.intersection(region, rest, symbolic=symbolic))
    return linesets.union(found, symbolic=symbolic)


def _innermost(node: Node, unknown: Node) -> Node | None:
    """Return an absolute value of `unknown` in `node` that has no other in it."""
    for child in children(node):
        found = _innermost(child, unknown)
        if found is not None:
            return found
    is_absolute = node.head == "fn" and node.args[0] == "abs" and len(node.args) == 2
    return node if is_absolute and contains(node.args[1], unknown) else None


def _replaced(node: Node, old: Node, new: Node) -> Node:
    if node == old:
        return new
    return Node(node.head, tuple(_replaced(one, old, new) if isinstance(one, Node) else one for one in node.args))


def _unknowns(node: Node) -> Iterator[Node]:
    """Yield the symbols and the function values with symbols in `node`; the symbols inside the latter are theirs."""
    pending = [node]
    while pending:
        one = pending.pop()
        if one.head == "sym" or (one.head == "call" and symbols(one)):
            yield one
        else:
            pending.extend(children(one))
