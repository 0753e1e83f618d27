"""Members of lists, sets and tuples, matched one to one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rlvr.rewards.maths.tree import Node, TooLarge
from rlvr.rewards.maths.truth import Decision, NeedsSymbolic, Truth
from rlvr.rewards.maths.values import scalar

MAX_LEFT_OVER = 64
"""Members without an equal spelling that are still compared each with each."""

Same = Callable[[Node, Node], Decision]


def in_order(reference: Sequence[Node], answer: Sequence[Node], same: Same) -> Decision:
    """Compare member by member."""
    if len(reference) != len(answer):
        return Decision(Truth.FALSE, f"{len(answer)} members instead of {len(reference)}")
    truth = Truth.TRUE
    for place, (one, other) in enumerate(zip(reference, answer, strict=True), 1):
        decision = same(one, other)
        if decision.truth is Truth.FALSE:
            return Decision(Truth.FALSE, f"member {place}: {decision.rule}")
        if decision.truth is Truth.UNKNOWN:
            truth = Truth.UNKNOWN
    return Decision(truth, "equal member by member")


def in_any_order(reference: Sequence[Node], answer: Sequence[Node], same: Same) -> Decision:
    """Compare as multisets: every member of one side has a partner of its own on the other."""
    if len(reference) != len(answer):
        return Decision(Truth.FALSE, f"{len(answer)} members instead of {len(reference)}")
    ours, theirs = _without_equal_keys(list(reference), list(answer))
    if len(ours) > MAX_LEFT_OVER:
        return Decision(Truth.FALSE, f"{len(ours)} members without a partner")
    is_unknown = needs_symbolic = False
    for one in ours:
        partner = None
        for place, other in enumerate(theirs):
            try:
                truth = same(one, other).truth
            except NeedsSymbolic:
                truth, needs_symbolic = Truth.UNKNOWN, True
            if truth is Truth.TRUE:
                partner = place
                break
            is_unknown |= truth is Truth.UNKNOWN
        if partner is None:
            if needs_symbolic:
                raise NeedsSymbolic
            rule = "a member may have no partner" if is_unknown else "a member has no partner"
            return Decision(Truth.UNKNOWN if is_unknown else Truth.FALSE, rule)
        del theirs[partner]
    return Decision(Truth.TRUE, "equal in some order")


def _without_equal_keys(ours: list[Node], theirs: list[Node]) -> tuple[list[Node], list[Node]]:
    """Take away the pairs whose canonical forms are the same, in time linear in the members."""
    if len(ours) <= 2:
        return ours, theirs
    waiting: dict[object, list[Node]] = {}
    for node in theirs:
        waiting.setdefault(_key(node), []).append(node)
    left = []
    for node in ours:
        partners = waiting.get(_key(node))
        if partners:
            partners.pop()
        else:
            left.append(node)
    return left, [node for nodes in waiting.values() for node in nodes]


def _key(node: Node) -> object:
    if node.head in ("tuple", "list", "set"):
        return (node.head, tuple(_key(member) for member in node.args))
    try:
        key = scalar.canonical_key(node)
    except TooLarge:
        key = None
    return node if key is None else ("canonical", key)
