"""Sums and products over explicit ranges of integers, written out term by term within a stated number of nodes."""

from __future__ import annotations

from rlvr.rewards.maths.tree import ONE, ZERO, Node, TooLarge, Undefined, walk
from rlvr.rewards.maths.values.canonical import canonical
from rlvr.rewards.maths.values.substitution import for_index, substituted

MAX_WRITTEN = 6_000
"""Nodes that the sums and products of one tree may become."""


def written_out(node: Node) -> Node:
    """Return a tree with its sums and products over explicit ranges written out, those left whole that are too long."""
    if not any(one.head in ("sum", "prod") for one in walk(node)):
        return node
    return _Writer().written(node)


class _Writer:
    def __init__(self) -> None:
        self.left = MAX_WRITTEN

    def written(self, node: Node) -> Node:
        if node.head in ("sum", "prod") and len(node.args) == 4 and node.args[1].head == "sym":
            parts = self.parts(*node.args)
            if parts is not None:
                return _joined(node.head, parts)
        return Node(node.head, tuple([self.written(one) if isinstance(one, Node) else one for one in node.args]))

    def parts(self, body: Node, variable: Node, first: Node, last: Node) -> list[Node] | None:
        low, high = _integer(first), _integer(last)
        if low is None or high is None or for_index(body, variable.args[0], low) is None:
            return None
        cost = max(0, high - low + 1) * sum(1 for _ in walk(body))
        if cost > self.left:
            return None
        self.left -= cost
        values = [for_index(body, variable.args[0], index) for index in range(low, high + 1)]
        return [self.written(substituted(body, one)) for one in values if one is not None]


def _joined(head: str, parts: list[Node]) -> Node:
    if len(parts) > 1:
        return Node("add" if head == "sum" else "mul", tuple(parts))
    return parts[0] if parts else (ZERO if head == "sum" else ONE)


def _integer(node: Node) -> int | None:
    try:
        found = canonical(node)
    except (TooLarge, Undefined):
        return None
    return found if isinstance(found, int) else None
