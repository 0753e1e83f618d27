"""Scalar arithmetic on the entries of matrices: plain numbers are folded, anything else grows a tree of known size."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from rlvr.rewards.maths.tree import TWO, Node, TooLarge, Undefined, num, walk

MAX_ENTRY = 5_000
"""Nodes of one entry, a shared part counted wherever it stands."""
MAX_BITS = 2_000
"""Bits of a number that is folded."""


class Entry(NamedTuple):
    """A scalar with the size of its tree, so that growth is seen without walking it."""

    node: Node
    size: int


def entry(node: Node) -> Entry:
    """Return `node` as an entry."""
    return Entry(node, 1) if node.head in ("num", "sym") else Entry(node, sum(1 for _ in walk(node)))


def sized(node: Node) -> Entry:
    """Return `node` as an entry that may not be past `MAX_ENTRY`."""
    return _grown(node, sum(1 for _ in walk(node)))


def number(node: Node) -> Fraction | int | None:
    """Return the plain number that `node` is; None for anything else, decimals among it, which carry a tolerance."""
    if node.head == "num":
        value: Fraction | int = node.args[0]
        return value
    if node.head == "neg" and node.args[0].head == "num":
        return -node.args[0].args[0]  # type: ignore[no-any-return]
    return None


def folded(value: Fraction | int) -> Entry | None:
    """Return the number `value` as an entry, or None if it is too large to be folded."""
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
        return None
    return Entry(num(value.numerator if value.denominator == 1 else value), 1)


def negative(one: Entry) -> Entry:
    """Return the opposite of `one`."""
    if one.node.head == "neg":
        return Entry(one.node.args[0], one.size - 1)
    return one if one.node == num(0) else Entry(Node("neg", (one.node,)), one.size + 1)


def total(entries: Sequence[Entry]) -> Entry:
    """Return the sum of `entries`, of which there is at least one."""
    known: Fraction | int = 0
    rest = []
    for one in entries:
        value = number(one.node)
        if value is None:
            rest.append(one)
        else:
            known += value
    constant = folded(known)
    if constant is None:
        rest = list(entries)
    elif known or not rest:
        rest.append(constant)
    if len(rest) == 1:
        return rest[0]
    return _grown(Node("add", tuple(one.node for one in rest)), 1 + sum(one.size for one in rest))


def times(a: Entry, b: Entry) -> Entry:
    """Return the product of two entries; 0 times what is not a number stays, for that may be undefined."""
    known_a, known_b = number(a.node), number(b.node)
    if known_a is not None and known_b is not None:
        product = folded(known_a * known_b)
        if product is not None:
            return product
    if known_a == 1:
        return b
    return a if known_b == 1 else _grown(Node("mul", (a.node, b.node)), 1 + a.size + b.size)


def quotient(above: Entry, below: Entry) -> Entry:
    """Return `above / below`.

    Raises:
        Undefined: If `below` is the number 0.
    """
    known_above, known_below = number(above.node), number(below.node)
    if known_below == 0:
        raise Undefined("a division by zero")
    if known_above is not None and known_below is not None:
        found = folded(Fraction(known_above) / known_below)
        if found is not None:
            return found
    return _grown(Node("div", (above.node, below.node)), 1 + above.size + below.size)


def length(entries: Sequence[Entry]) -> Entry:
    """Return the square root of the sum of the squares of `entries`."""
    inside = total([times(one, one) for one in entries])
    return _grown(Node("root", (inside.node, TWO)), inside.size + 2)


def _grown(node: Node, size: int) -> Entry:
    if size > MAX_ENTRY:
        raise TooLarge(f"an entry of a matrix has {size} nodes; at most {MAX_ENTRY}")
    return Entry(node, size)
