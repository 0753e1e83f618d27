r"""The signs `\pm` and `\mp`: an expression with them stands for the values of every choice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rlvr.rewards.maths.labels import labelled
from rlvr.rewards.maths.tree import Node, TooLarge, children, walk

MAX_SIGNS = 6
"""Independent signs `\\pm` of one expression."""
MAX_VALUES = 4_000
"""Members of a list with every sign `\\pm` chosen both ways."""


def choices(node: Node) -> Node:
    r"""Return `node` with every sign `\pm` in it chosen both ways: a list, or a list or set with more members."""
    if not has_signs(node):
        return node
    if node.head in ("list", "set", "any"):
        values = [value for member in node.args for value in expanded(member)]
        if len(values) > MAX_VALUES:
            raise TooLarge(f"more than {MAX_VALUES} values for the signs \\pm")
        return Node(node.head, tuple(values))
    if node.head == "rel":
        label = labelled(node)
        if label is not None and not has_signs(label[0]):
            return Node("rel", (node.args[0], label[0], choices(label[1])))
    values = expanded(node)
    return values[0] if len(values) == 1 else Node("list", tuple(values))


def has_signs(node: Node) -> bool:
    r"""Return whether `\pm` or `\mp` stands in `node`."""
    return any(one.head in ("pm", "mp") for one in walk(node))


def expanded(node: Node) -> list[Node]:
    r"""Return the values of `node` for every choice of its signs `\pm`; each `\mp` is opposite to the `\pm` before it.

    Raises:
        TooLarge: If more than `MAX_SIGNS` signs are free.
    """
    num_signs = sum(one.head == "pm" for one in walk(node)) + 1
    if num_signs > MAX_SIGNS + 1:
        raise TooLarge(f"more than {MAX_SIGNS} signs \\pm in one expression")
    values = []
    for choice in range(2**num_signs):
        signs = iter([bool(choice >> place & 1) for place in range(num_signs)])
        values.append(_signed(node, _Signs(signs)))
    return list(dict.fromkeys(values))


class _Signs:
    """Deals out the chosen signs in the order of the text."""

    __slots__ = ("last", "signs")

    def __init__(self, signs: Iterator[bool]) -> None:
        self.signs = signs
        self.last: bool | None = None

    def take(self, head: str) -> bool:
        if head == "pm" or self.last is None:
            is_negative = next(self.signs)
            self.last = is_negative if head == "pm" else not is_negative
            return is_negative
        return not self.last


def _signed(node: Node, signs: _Signs) -> Node:
    if node.head in ("pm", "mp"):
        is_negative = signs.take(node.head)
        inside = _signed(node.args[0], signs)
        return Node("neg", (inside,)) if is_negative else inside
    if not any(True for _ in children(node)):
        return node
    arguments: list[Any] = []
    for one in node.args:
        if isinstance(one, Node):
            arguments.append(_signed(one, signs))
        elif node.head == "matrix":
            arguments.append(tuple(_signed(entry, signs) for entry in one))
        else:
            arguments.append(one)
    return Node(node.head, tuple(arguments))
