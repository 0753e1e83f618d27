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
    return Node(node.head, _each(node.args, values))


def _each(args: tuple[Any, ...], values: Mapping[str, Node]) -> tuple[Any, ...]:
    return tuple([_one(one, values) for one in args])


def _one(one: Any, values: Mapping[str, Node]) -> Any:
    if isinstance(one, Node):
        return substituted(one, values)
    return _each(one, values) if type(one) is tuple else one


def at(node: Node, point: Mapping[str, Fraction]) -> Node:
    """Return a tree with its symbols replaced by the numbers of a point."""
    return substituted(node, {name: num(int(one) if one.denominator == 1 else one) for name, one in point.items()})


def with_bound_name(node: Node) -> Node:
    """Return a tree that binds a variable with the variable renamed by how deeply the body binds others."""
    variable = node.args[1]
    if variable.head != "sym":
        return node
    name = sym(f"bound variable {sum(binds(one) for one in walk(node.args[0]))}")
    body = substituted(node.args[0], {variable.args[0]: name})
    return Node(node.head, (body, name, *node.args[2:]))
