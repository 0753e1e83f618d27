"""Symbols of a tree replaced by other trees."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from rlvr.rewards.maths.tree import Node, num, sym, walk

_BINDING = frozenset({"sum", "prod", "lim"})


def binds(node: Node) -> bool:
    """Return True if a tree's value does not depend on the value of its own variable."""
    return node.head in _BINDING or (node.head == "int" and len(node.args) == 4)


def substituted(node: Node, values: Mapping[str, Node]) -> Node:
    """Return a tree with the symbols in `values` replaced, except where a sum or the like binds them."""
    if node.head == "sym":
        return values.get(node.args[0], node)
    if binds(node) and node.args[1].head == "sym":
        inner = {name: one for name, one in values.items() if name != node.args[1].args[0]}
        return Node(node.head, (substituted(node.args[0], inner), node.args[1], *_each(node.args[2:], values)))
    made = Node(node.head, _each(node.args, values))
    return _member(made) if node.head == "call" else made


def _member(node: Node) -> Node:
    """Return the member of a sequence whose index became a number as the symbol that it is elsewhere: `a_1`."""
    name, *arguments = node.args
    if not name.endswith("_") or len(arguments) != 1:
        return node
    index = _integer(arguments[0])
    return node if index is None or index < 0 else sym(f"{name}{index}")


def _integer(node: Node) -> int | None:
    """Return the value of a sum of integers."""
    if node.head == "num":
        value = node.args[0]
        return value if isinstance(value, int) else None
    if node.head == "neg":
        inner = _integer(node.args[0])
        return None if inner is None else -inner
    if node.head != "add":
        return None
    parts = [_integer(one) for one in node.args]
    known = [one for one in parts if one is not None]
    return sum(known) if len(known) == len(parts) else None


def _each(args: tuple[Any, ...], values: Mapping[str, Node]) -> tuple[Any, ...]:
    return tuple([_one(one, values) for one in args])


def _one(one: Any, values: Mapping[str, Node]) -> Any:
    if isinstance(one, Node):
        return substituted(one, values)
    return _each(one, values) if type(one) is tuple else one


def at(node: Node, point: Mapping[str, Fraction]) -> Node:
    """Return a tree with its symbols replaced by the numbers of a point."""
    return substituted(node, {name: num(int(one) if one.denominator == 1 else one) for name, one in point.items()})


def for_index(body: Node, name: str, index: int) -> dict[str, Node] | None:
    """Return what the symbols of a body become where its variable is `index`: `k` and `a_k`, too.

    None if a subscript speaks of the variable in another way, as `a_{k+1}` does.
    """
    values = {name: num(index)}
    for other in indexed(body, name):
        base, _, subscript = other.partition("_")
        if subscript != name:
            return None
        values[other] = sym(f"{base}_{index}")
    return values


def indexed(body: Node, name: str) -> frozenset[str]:
    """Return the symbols and unknown functions of a body whose subscript speaks of a variable."""
    named = (one.args[0] for one in walk(body) if one.head in ("sym", "call"))
    return frozenset(one for one in named if name in one.partition("_")[2])


def with_bound_name(node: Node) -> Node:
    """Return a tree that binds a variable with the variable renamed by how deeply the body binds others."""
    variable = node.args[1]
    if variable.head != "sym" or indexed(node.args[0], variable.args[0]):
        return node
    name = sym(f"bound variable {sum(binds(one) for one in walk(node.args[0]))}")
    body = substituted(node.args[0], {variable.args[0]: name})
    return Node(node.head, (body, name, *node.args[2:]))
