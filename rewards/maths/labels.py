r"""Names before a value: `x =`, `f(x) =`, `Maximum =`, `(p, q) =`, `x \in`, and when they may be left out."""

from __future__ import annotations

from rlvr.rewards.maths.grammar.caveats import is_answer
from rlvr.rewards.maths.tree import Node

_MATRIX_POWERS = (Node("neg", (Node("num", (1,)),)), Node("sym", ("T",)))


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
