r"""What a statement comes down to before it is compared: chains, approximations, labels, and signs `\pm`.

`settled` reduces `x = 2 + 3 = 5` to `x = 5` and `\pi \approx 3.14` to `\pi`; `unlabelled` drops the `x =` that only one
of two sides has; `expanded` turns `1 \pm \sqrt{2}` into its two values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from rlvr.rewards.maths.caveats import is_answer
from rlvr.rewards.maths.tree import Node, TooLarge, children, renamed, walk
from rlvr.rewards.maths.truth import Truth

MAX_SIGNS = 6
"""Independent signs `\\pm` of one expression."""

Equal = Callable[[Node, Node], Truth]
"""Whether two expressions are the same."""

FALSEHOOD = Node("false", ())
"""A chain such as `4 = 3`, which says nothing that could be right."""

_MATRIX_POWERS = (Node("neg", (Node("num", (1,)),)), Node("sym", ("T",)))
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


def labelled(node: Node) -> tuple[Node, Node] | None:
    r"""Return the label and the value of `x = 5` or `x \in S`, or None for anything else."""
    if node.head != "rel" or len(node.args) != 3:
        return None
    (operator,), left, right = node.args
    if left.head == "text" and right.head == "text" and not is_answer(left.args[0]):
        return None
    if operator == "=" and is_label(left):
        return left, right
    if operator != "in" or not is_label(left):
        return None
    if right.head == "tuple" and len(right.args) == 2:
        right = Node("interval", (*right.args, "(", ")"))
    return left, right


def is_label(node: Node) -> bool:
    r"""Return whether `node` only names something: `x_1`, `f(x)`, `Maximum`, `(p, q)`, `|AB|`, `A:B`, `AB`."""
    head = node.head
    if head in ("sym", "text"):
        return True
    if head == "call":
        return True
    if head == "tuple":
        return bool(node.args) and all(one.head == "sym" for one in node.args)
    if head == "fn":
        return node.args[0] in ("abs", "conj") and _is_name(node.args[1])
    if head in ("ratio", "div", "inter", "union"):
        return all(_is_name(one) for one in node.args)
    if head == "degree":
        return _is_name(node.args[0])
    if head == "pow":
        return node.args[0].head == "sym" and node.args[0].args[0].isupper() and node.args[1] in _MATRIX_POWERS
    return _is_name(node)


def _is_name(node: Node) -> bool:
    """Return whether `node` is one symbol, or capitals side by side, which name a segment or a figure, or an angle."""
    if node.head == "sym":
        return True
    if node.head == "mul" and node.args[0] == Node("sym", ("m",)) and len(node.args) == 2:
        return node.args[1].head == "sym" and " " in node.args[1].args[0]
    return node.head == "mul" and all(one.head == "sym" and one.args[0][0].isupper() for one in node.args)


def unlabelled(reference: Node, answer: Node) -> tuple[Node, Node]:
    """Return both sides without the label that only one of them has, or that both have alike."""
    ours, theirs = labelled(reference), labelled(answer)
    if ours and theirs:
        return (ours[1], theirs[1]) if ours[0] == theirs[0] else (reference, answer)
    if ours and not has_relation(answer):
        return ours[1], answer
    if theirs and not has_relation(reference):
        return reference, theirs[1]
    return reference, answer


def has_relation(node: Node) -> bool:
    """Return whether a relation stands in `node` or among its members."""
    if node.head in ("list", "tuple", "set", "any"):
        return any(has_relation(member) for member in node.args)
    return node.head == "rel"


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
