r"""Two statements decided: which rule fits their forms, and what it says.

`Comparison.same` reduces both sides (`settle`), drops a label or unit that one side has alone, and then compares by
form: words as words, lists and tuples member by member, intervals and inequalities as sets, relations as relations,
matrices entry by entry, and everything else as numbers. It never raises for a tree but `NeedsSymbolic` and `TooLarge`.
"""

from __future__ import annotations

from functools import lru_cache

from rlvr.rewards.maths import labels, matrices, numbers, plusminus, quantities, relate, settle, wordings
from rlvr.rewards.maths.effort import spend
from rlvr.rewards.maths.members import in_any_order, in_order
from rlvr.rewards.maths.options import MathOptions
from rlvr.rewards.maths.sets import realsets
from rlvr.rewards.maths.tree import Node, TooLarge, Undefined, walk
from rlvr.rewards.maths.truth import Decision, Truth
from rlvr.rewards.maths.values import scalar

_COST = 20
"""What it costs to find the rule for two members, in units of `effort`."""
MAX_NODES = 60_000
"""Nodes of one side; more are `TooLarge`."""

_UNEVALUATED = frozenset({"sum", "prod", "int", "lim", "diff"})
_LISTS = frozenset({"list", "any", "set", "tuple"})
_SETS = frozenset({"interval", "union", "inter", "minus", "complement", "builder", "numbers"})
_RATIOS = frozenset({"ratio", "clock"})


def _no(rule: str) -> Decision:
    return Decision(Truth.FALSE, rule)


class Comparison:
    """Compares references with answers under one set of options.

    Args:
        options: The policies.
        symbolic: Whether tier 2 may be asked, which is so in a worker only.
    """

    __slots__ = ("options", "symbolic")

    def __init__(self, options: MathOptions, *, symbolic: bool) -> None:
        self.options = options
        self.symbolic = symbolic

    def statements(self, reference: Node, answer: Node) -> Decision:
        """Decide whether `answer` states what `reference` states.

        Raises:
            NeedsSymbolic: If only tier 2 could tell, and it may not be asked.
            TooLarge: If a cap is passed.
        """
        if reference.head == "num" and answer.head == "num":
            return Decision(Truth.TRUE if reference == answer else Truth.FALSE, "integers")
        if max(_num_nodes(reference), _num_nodes(answer)) > MAX_NODES:
            raise TooLarge(f"more than {MAX_NODES} parts")
        if reference == answer and not self._is_undefined(answer):
            return Decision(Truth.TRUE, "the same expression")
        ours, theirs = (settle.settled(side, self._equal) for side in (reference, answer))
        if settle.FALSEHOOD in (ours, theirs):
            return _no("a chain of equations does not hold")
        if self.options.labels:
            ours, theirs = labels.unlabelled(ours, theirs)
        if unevaluated := (_heads(theirs) & _UNEVALUATED) - _heads(ours):
            return _no(f"an unevaluated {min(unevaluated)} restates the task")
        return self.same(ours, theirs)

    def same(self, reference: Node, answer: Node) -> Decision:
        """Decide two settled statements, or two members of them, by their forms."""
        spend(_COST)
        ours, theirs = reference.head, answer.head
        if ours == theirs == "num":
            return Decision(Truth.TRUE if reference == answer else Truth.FALSE, "integers")
        if "choice" in (ours, theirs):
            return wordings.chosen(self, reference, answer)
        if "text" in (ours, theirs):
            return wordings.worded(self, reference, answer)
        if "quantity" in (ours, theirs):
            return quantities.compared(self, reference, answer)
        if plusminus.has_signs(reference) or plusminus.has_signs(answer):
            return self.same(plusminus.choices(reference), plusminus.choices(answer))
        if "based" in (ours, theirs):
            return Decision(Truth.TRUE if reference == answer else Truth.FALSE, "digits and base")
        if "dots" in (heads := _heads(reference) | _heads(answer)):
            return self._dotted(reference, answer)
        if "quantity" in heads and (decision := quantities.compared_within(self, reference, answer)):
            return decision
        if "matrix" in heads:
            return self._matrices(reference, answer)
        if labels.has_relation(reference) or labels.has_relation(answer):
            return relate.related(self, reference, answer)
        return self._structures(reference, answer)

    def _structures(self, reference: Node, answer: Node) -> Decision:
        ours, theirs = reference.head, answer.head
        if _is_set(reference) or _is_set(answer):
            return self.sets(reference, answer)
        if ours in _LISTS or theirs in _LISTS:
            return self._lists(reference, answer)
        if ours in _RATIOS or theirs in _RATIOS:
            return self._ratios(reference, answer)
        if not (_is_number(reference) and _is_number(answer)):
            return self._part_by_part(reference, answer, "what is no number differs in form")
        return numbers.compared(reference, answer, self.options, symbolic=self.symbolic)

    def _dotted(self, reference: Node, answer: Node) -> Decision:
        if reference.head == answer.head == "dots":
            return Decision(Truth.TRUE, "dots")
        return self._part_by_part(reference, answer, "dots stand for what is compared member by member")

    def _part_by_part(self, reference: Node, answer: Node, otherwise: str) -> Decision:
        """Compare two trees of the same form by their parts; anything else is wrong, for the reason `otherwise`."""
        if reference.head != answer.head or len(reference.args) != len(answer.args):
            return _no(otherwise)
        for one, other in zip(reference.args, answer.args, strict=True):
            is_tree = isinstance(one, Node) and isinstance(other, Node)
            if (self.same(one, other).truth is not Truth.TRUE) if is_tree else one != other:
                return _no(otherwise)
        return Decision(Truth.TRUE, "equal part by part")

    def _matrices(self, reference: Node, answer: Node) -> Decision:
        reference, answer = _as_nested_rows(reference, answer), _as_nested_rows(answer, reference)
        if {reference.head, answer.head} & {"list", "any", "set"}:
            return self._lists(reference, answer)
        try:
            ours, theirs = matrices.evaluate(reference), matrices.evaluate(answer)
        except Undefined:
            return _no("the shapes of the matrices do not fit")
        ours, theirs = _as_rows(ours), _as_rows(theirs)
        if ours.head == theirs.head == "matrix":
            if [len(row) for row in ours.args] != [len(row) for row in theirs.args]:
                return _no("matrices of different shapes")
            entries = [[entry for row in side.args for entry in row] for side in (ours, theirs)]
            return in_order(entries[0], entries[1], self.same)
        if "matrix" in (ours.head, theirs.head):
            return _no("a matrix against something else")
        return (
            self.same(ours, theirs) if "matrix" not in _heads(ours) | _heads(theirs) else _no("matrices in functions")
        )

    def sets(self, reference: Node, answer: Node) -> Decision:
        """Compare two sides of which at least one is an interval, a union or another set beyond braces."""
        reference, answer = _as_union(reference), _as_union(answer)
        pairs = not (reference.head == answer.head == "tuple")
        if relate.is_solved(reference) and not relate.is_solved(answer):
            return _no("a condition that is not solved restates the task")
        ours, theirs = (
            realsets.as_set(side, open_pairs=pairs, symbolic=self.symbolic) if side.head != "list" else None
            for side in (reference, answer)
        )
        if ours is None or theirs is None:
            if reference.head == answer.head and reference.head in _SETS:
                return self._part_by_part(reference, answer, "sets that differ in a part")
            return _no("a set against something else")
        truth = realsets.same_set(ours, theirs, symbolic=self.symbolic, same=self._near)
        return Decision(truth, "the same set" if truth is Truth.TRUE else "different sets")

    def _lists(self, reference: Node, answer: Node) -> Decision:
        ours, theirs = reference.head, answer.head
        if {ours, theirs} <= {"tuple", "list"} and "tuple" in (ours, theirs):
            return in_order(reference.args, answer.args, self.same)
        if "tuple" not in (ours, theirs) and ours in _LISTS and theirs in _LISTS:
            is_ordered = self.options.ordered_lists and "set" not in (ours, theirs)
            match = in_order if is_ordered else in_any_order
            return match(reference.args, answer.args, self.same)
        for several, one in ((reference, answer), (answer, reference)):
            if several.head == "set" and one.head not in _LISTS and len(several.args) == 1:
                return self.same(several.args[0], one) if several is reference else self.same(one, several.args[0])
        return _no("a tuple against a set" if ours in _LISTS and theirs in _LISTS else "one value against several")

    def _as_written(self, reference: Node, answer: Node) -> Decision:
        """Compare `7:32`, which may be a time, with a value: only the fraction of the same two numbers is the same."""
        clock, other = (reference, answer) if reference.head == "clock" else (answer, reference)
        if other.head == "div" and len(clock.args) == 2:
            return in_order(clock.args, other.args, self.same)
        return _no("a time or ratio against a value")

    def _ratios(self, reference: Node, answer: Node) -> Decision:
        ours, theirs = reference, answer
        both = ours.head in _RATIOS and theirs.head in _RATIOS
        is_clock = ours.head == theirs.head == "clock"
        if both and (is_clock or max(len(ours.args), len(theirs.args)) > 2):
            return in_order(ours.args, theirs.args, self.same)
        if "clock" in (ours.head, theirs.head):
            return self._as_written(ours, theirs)
        sides = [
            Node("div", side.args) if side.head in _RATIOS and len(side.args) == 2 else side for side in (ours, theirs)
        ]
        if any(side.head in _RATIOS for side in sides):
            return _no("a ratio of several against one value")
        return self.same(*sides)

    def _equal(self, one: Node, other: Node) -> Truth:
        if not (_is_number(one) and _is_number(other)):
            return self.same(one, other).truth
        return scalar.equal(one, other, symbolic=self.symbolic).truth

    def _near(self, one: Node, other: Node) -> Truth:
        return numbers.compared(one, other, self.options, symbolic=self.symbolic).truth

    def _is_undefined(self, node: Node) -> bool:
        return any(scalar.is_undefined(one) for one in _expressions(node))


@lru_cache(maxsize=4096)
def _heads(node: Node) -> frozenset[str]:
    return frozenset(one.head for one in walk(node))


def _num_nodes(node: Node) -> int:
    return sum(1 for _ in walk(node))


_STRUCTURES = _LISTS | _SETS | _RATIOS | {"rel", "quantity", "choice", "text", "matrix", "based", "dots"}


def _is_number(node: Node) -> bool:
    return not (_heads(node) & (_STRUCTURES | {"pm", "mp"}))


def _expressions(node: Node) -> list[Node]:
    """Return the largest expressions in a structure."""
    if node.head not in _STRUCTURES:
        return [node] if _is_number(node) else []
    return [
        found
        for argument in node.args
        for one in (argument if node.head == "matrix" else (argument,))
        if isinstance(one, Node)
        for found in _expressions(one)
    ]


def _is_set(node: Node) -> bool:
    """Return whether `node` is a set beyond braces: an interval, a union, or a difference written with a minus."""
    return node.head in _SETS or (node.head == "add" and any(_is_set(one) or one.head == "set" for one in node.args))


def _as_union(node: Node) -> Node:
    r"""Return intervals that are listed, as in `(-\infty, 2) \text{ or } (3, \infty)`, as their union."""
    if node.head not in ("list", "any") or len(node.args) < 2:
        return node
    is_pair = [one.head == "tuple" and len(one.args) == 2 for one in node.args]
    if not all(pair or _is_set(one) for pair, one in zip(is_pair, node.args, strict=True)):
        return node
    union: Node = node.args[0]
    for one in node.args[1:]:
        union = Node("union", (union, one))
    return union


def _as_nested_rows(node: Node, other: Node) -> Node:
    """Return `[[1, 2], [3, 4]]` as the matrix that it is beside another one."""
    is_nested = node.head in ("list", "interval") and all(
        one.head == "list" or (one.head == "interval" and one.args[2:] == ("[", "]"))
        for one in node.args
        if isinstance(one, Node)
    )
    if not is_nested or "matrix" not in _heads(other):
        return node
    rows = [one.args[:2] if one.head == "interval" else one.args for one in node.args if isinstance(one, Node)]
    return Node("matrix", tuple(rows)) if len({len(row) for row in rows}) == 1 else node


def _as_rows(node: Node) -> Node:
    """Return a tuple as the column vector that it also is."""
    return Node("matrix", tuple((one,) for one in node.args)) if node.head == "tuple" and node.args else node
