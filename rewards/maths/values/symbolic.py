"""Computer algebra for what values cannot decide: infinite sums, integrals, limits, derivatives.

sympy works on objects that are built here node by node; no text is ever parsed. What it finds is turned back into a
tree and decided by the other tiers, so that its simplifications are checked by values. The import is heavy and a
calculation has no bound of its own: this module belongs in a worker process that is killed at a deadline.
"""

from __future__ import annotations

from rlvr.rewards.maths.tree import Node, walk
from rlvr.rewards.maths.truth import Decision, Truth
from rlvr.rewards.maths.values import formal
from rlvr.rewards.maths.values.affordable import is_affordable
from rlvr.rewards.maths.values.approximation import Unsupported
from rlvr.rewards.maths.values.pieces import compare
from rlvr.rewards.maths.values.sympy_objects import Untranslatable, as_node, as_sympy, is_zero, worked_out

_UNKNOWN = Decision(Truth.UNKNOWN, "no method decides")
_PROCESSES = frozenset({"sum", "prod", "int", "lim", "diff"})


def decide(a: Node, b: Node) -> Decision:
    """Decide whether two trees are equal with everything that can be worked out in them worked out."""
    if not (is_affordable(a) and is_affordable(b)):
        return _UNKNOWN
    try:
        decided = _by_working_out(a, b)
        return _by_simplifying(a, b) if decided.truth is Truth.UNKNOWN else decided
    except Exception:  # noqa: BLE001  sympy's algorithms raise whatever they meet, and none of it is an answer
        return _UNKNOWN


def _by_working_out(a: Node, b: Node) -> Decision:
    if not any(one.head in _PROCESSES for tree in (a, b) for one in walk(tree)):
        return _UNKNOWN
    try:
        left, right = (as_node(worked_out(as_sympy(tree))) for tree in (a, b))
        decided = formal.decide(left, right)
        return compare(left, right, "worked out") if decided is None else decided
    except (Untranslatable, Unsupported):
        return _UNKNOWN


def _by_simplifying(a: Node, b: Node) -> Decision:
    found = is_zero(worked_out(as_sympy(Node("add", (a, Node("neg", (b,)))))))
    if found is None:
        return _UNKNOWN
    return Decision(Truth.TRUE if found else Truth.FALSE, "computer algebra")
