r"""Values with units: the unit of a sum or quotient, and what is left to compare once the units agree."""

from __future__ import annotations

from typing import Protocol

from rlvr.rewards.maths.options import MathOptions
from rlvr.rewards.maths.tree import Node, children, replaced, walk
from rlvr.rewards.maths.truth import Decision, Truth
from rlvr.rewards.maths.units import is_same

_SIGNS = frozenset({"neg", "pm", "mp"})
_FUNCTIONS = frozenset({"fn", "call", "pow", "root"})
_MEMBERWISE = frozenset({"list", "any", "set", "tuple", "matrix"})


class Comparer(Protocol):
    """What these rules need of the comparison that calls them."""

    options: MathOptions

    def same(self, reference: Node, answer: Node) -> Decision:
        """Decide two values."""
        ...


def compared(comparer: Comparer, reference: Node, answer: Node) -> Decision:
    """Decide two values of which at least one has a unit."""
    ours, theirs = unit_of(reference), unit_of(answer)
    if ours and theirs and (odd := _conflict({ours}, {theirs})):
        return Decision(Truth.FALSE, odd)
    if not theirs and comparer.options.units == "required":
        return Decision(Truth.FALSE, "the unit is missing")
    return comparer.same(bare(reference), bare(answer))


def compared_within(comparer: Comparer, reference: Node, answer: Node) -> Decision | None:
    """Decide relations and intervals by what is left without the one unit of their parts; None for lists."""
    ours, theirs = units_in(reference), units_in(answer)
    if {reference.head, answer.head} & _MEMBERWISE or max(len(ours), len(theirs)) > 1:
        return None
    if odd := _conflict(ours, theirs):
        return Decision(Truth.FALSE, odd)
    if ours and not theirs and comparer.options.units == "required":
        return Decision(Truth.FALSE, "the unit is missing")
    return comparer.same(stripped(reference), stripped(answer))


def lifted(node: Node) -> Node:
    r"""Return `node` with units at the outside of expressions: `2 + \sqrt{3}\text{ cm}` is as a whole in cm."""
    if not any(True for _ in children(node)):
        return node
    if node.head == "quantity":
        inside = lifted(node.args[0])
        return Node("quantity", (bare(inside), node.args[1]))
    if node.head == "matrix":
        return node
    node = Node(node.head, tuple(lifted(one) if isinstance(one, Node) else one for one in node.args))
    names = [one.args[1] for one in node.args if isinstance(one, Node) and one.head == "quantity"]
    if not names or not _carries(node, names):
        return node
    inside = Node(node.head, tuple(bare(one) if isinstance(one, Node) else one for one in node.args))
    return inside if node.head == "div" and len(names) == 2 else Node("quantity", (inside, names[0]))


def _carries(node: Node, names: list[str]) -> bool:
    """Return whether the unit of the parts is the unit of the whole, or cancels in it."""
    if node.head in _SIGNS or node.head == "add":
        return all(is_same(names[0], name) for name in names[1:])
    if node.head == "mul":
        return len(names) == 1
    if node.head == "div":
        return node.args[0].head == "quantity" and all(is_same(names[0], name) for name in names[1:])
    return False


def bare(node: Node) -> Node:
    """Return the value of a quantity; any other tree as it is."""
    return node.args[0] if node.head == "quantity" else node


def stripped(node: Node) -> Node:
    """Return `node` without any unit in it."""
    return replaced(node, lambda one: stripped(one.args[0]) if one.head == "quantity" else None)


def unit_of(node: Node) -> str | None:
    """Return the unit of a value; that of an angle in degrees is `degree`."""
    if node.head == "quantity":
        return str(node.args[1])
    return "degree" if _is_angle(node) else None


def _is_angle(node: Node) -> bool:
    if node.head == "degree":
        return True
    return node.head not in _FUNCTIONS and any(_is_angle(one) for one in children(node))


def units_in(node: Node) -> set[str]:
    """Return the names of all units in `node`."""
    return {one.args[1] for one in walk(node) if one.head == "quantity"}


def _conflict(reference: set[str], answer: set[str]) -> str | None:
    """Return why two sides' units are not the same, or None where they are, or where one side has none."""
    if not (reference and answer):
        return None
    for ours, theirs in ((reference, answer), (answer, reference)):
        odd = next((one for one in ours if not any(is_same(one, other) for other in theirs)), None)
        if odd is not None:
            names = [", ".join(sorted(side)) for side in (answer, reference)]
            return f"the unit is {names[0]!a} instead of {names[1]!a}"
    return None
