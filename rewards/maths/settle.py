r"""What a statement comes down to before it is compared: `x = 2 + 3 = 5` to `x = 5`, `\pi \approx 3.14` to `\pi`."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from rlvr.rewards.maths.labels import is_label, labelled
from rlvr.rewards.maths.tree import Node, children, renamed
from rlvr.rewards.maths.truth import Truth

Equal = Callable[[Node, Node], Truth]
"""Whether two expressions are the same."""

FALSEHOOD = Node("false", ())
"""A chain such as `4 = 3`, which says nothing that could be right."""

_BINDING = frozenset({"sum", "prod", "int", "lim"})
_VARIABLES = frozenset({"sym", "call"})


def is_constant(node: Node) -> bool:
    """Return whether no symbol is free in `node` and no unknown function is in it."""
    if node.head in _BINDING and len(node.args) == 4:
        body, variable, *rest = node.args
        free = renamed(body, variable, Node("num", (1,)))
        return is_constant(free) and all(is_constant(one) for one in rest if isinstance(one, Node))
    if node.head in _VARIABLES or node.head == "text":
        return False
    return all(is_constant(one) for one in children(node))


def settled(node: Node, equal: Equal) -> Node:
    """Return `node` with its approximations cut off and its chains of equations reduced to their last member."""
    if node.head == "rel":
        return _settled_relation(node, equal)
    if node.head == "builder":
        return _with_common_letter(node)
    if node.head in ("list", "tuple", "set", "any"):
        members = tuple(settled(member, equal) for member in node.args)
        if node.head == "list" and len(members) > 1 and _is_range(members[-1]):
            # A condition such as `k` in the integers after an answer only says what its letter stands for.
            return settled(members[0] if len(members) == 2 else Node("list", members[:-1]), equal)
        if FALSEHOOD in members:
            return FALSEHOOD
        settled_node = Node(node.head, members)
        return _spread(settled_node) if node.head in ("list", "any") else settled_node
    return node


def _with_common_letter(node: Node) -> Node:
    r"""Return `\{2k : k \in \mathbb{Z}\}` with a letter that is the same for every such set."""
    condition = node.args[1]
    if condition.head != "rel" or condition.args[0] != ("in",) or condition.args[1].head != "sym":
        return node
    return renamed(node, condition.args[1], Node("sym", ("element",)))


def _is_range(node: Node) -> bool:
    return (
        node.head == "rel" and node.args[0] == ("in",) and node.args[1].head == "sym" and node.args[2].head == "numbers"
    )


def _settled_relation(node: Node, equal: Equal) -> Node:
    operators, members = node.args[0], node.args[1:]
    if "~" in operators:
        first = operators.index("~")
        if first == 0 and is_label(members[0]):
            return settled(Node("rel", (("=", *operators[1:]), *members)), equal)
        operators, members = operators[:first], members[: first + 1]
        if not operators:
            return settled(members[0], equal)
    if any(operator != "=" for operator in operators):
        return Node("rel", (operators, *members))
    return _settled_chain(list(members), equal)


def _settled_chain(members: list[Node], equal: Equal) -> Node:
    label: Node | None = None
    while len(members) > 1 and is_label(members[0]):
        label = members.pop(0)
    if len(members) > 1 and (len(members) > 2 or label is not None or all(map(is_constant, members))):
        constants = [member for member in members if is_constant(member)]
        if any(equal(constants[0], other) is not Truth.TRUE for other in constants[1:]):
            return FALSEHOOD
        if any(equal(one, other) is Truth.FALSE for one, other in pairwise(members)):
            return FALSEHOOD
        members = members[-1:]
    if len(members) > 1:
        return Node("rel", (("=",) * (len(members) - 1), *members))
    value = settled(members[0], equal)
    return value if label is None else Node("rel", (("=",), label, value))


def _spread(node: Node) -> Node:
    """Let the label of a list's first member stand for all: `a = 4, -8` is `a = (4, -8)`."""
    if not node.args:
        return node
    first, rest = node.args[0], node.args[1:]
    parts = labelled(first)
    if parts is None or any(member.head == "rel" for member in rest):
        return node
    return Node("rel", (first.args[0], parts[0], Node(node.head, (parts[1], *rest))))
