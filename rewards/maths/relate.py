r"""Statements with relations in them: equations, inequalities, memberships, and lists of these."""

from __future__ import annotations

from typing import Protocol

from rlvr.rewards.maths import labels, settle
from rlvr.rewards.maths.members import Same, in_any_order, in_order
from rlvr.rewards.maths.sets import realsets
from rlvr.rewards.maths.tree import Node, walk
from rlvr.rewards.maths.truth import Decision, Truth
from rlvr.rewards.maths.values import scalar

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_SYMMETRIC = frozenset({"=", "!=", "~", "parallel", "perp"})
_LISTED = frozenset({"list", "set", "tuple", "any"})
_JOINED = frozenset({"list", "any", "union", "inter", "minus", "complement", "add", "neg"})
_STRUCTURES = frozenset({"list", "tuple", "set", "interval", "union", "inter", "minus", "numbers", "builder", "matrix"})


class Comparer(Protocol):
    """What these rules need of the comparison that calls them."""

    symbolic: bool

    def same(self, reference: Node, answer: Node) -> Decision:
        """Decide two members."""
        ...

    def sets(self, reference: Node, answer: Node) -> Decision:
        """Decide two sets."""
        ...


def _no(rule: str) -> Decision:
    return Decision(Truth.FALSE, rule)


def related(comparer: Comparer, reference: Node, answer: Node) -> Decision:
    """Decide two sides of which at least one holds a relation."""
    if reference.head == answer.head == "rel":
        return _relations(comparer, reference, answer)
    if _is_order(reference) or _is_order(answer):
        found = _as_sets(comparer, reference, answer)
        if found is not None:
            return found
    ours, theirs = _listed(reference), _listed(answer)
    if _names(ours) != _names(theirs) and (ours if _names(ours) else theirs).head in ("list", "any"):
        # Different names tell which value is whose, so values without names must come in their order.
        return _unnamed(comparer, ours, theirs)
    if {ours.head, theirs.head} <= {"list", "set", "any"}:
        return in_any_order(ours.args, theirs.args, _unlabelling(comparer))
    if {ours.head, theirs.head} <= {"list", "tuple"}:
        return in_order(ours.args, theirs.args, _unlabelling(comparer))
    return _no("a relation against a value")


def _names(node: Node) -> tuple[Node, ...]:
    """Return the names that the members of a list have, where they are of several unknowns: not `x_1 = 1, x_2 = 2`."""
    found = [labels.labelled(member) for member in node.args if isinstance(member, Node)]
    names = tuple(label[0] for label in found if label)
    unknowns = {str(name.args[0]).partition("_")[0] for name in names}
    return names if node.head in _LISTED and len(names) == len(found) and len(unknowns) > 1 else ()


def _unnamed(comparer: Comparer, ours: Node, theirs: Node) -> Decision:
    if _names(ours) and _names(theirs):
        return in_any_order(ours.args, theirs.args, comparer.same)
    bare = theirs if _names(ours) else ours
    if bare.head not in ("list", "tuple") or labels.has_relation(bare):
        return _no("values without their names")
    return in_order(ours.args, theirs.args, _unlabelling(comparer))


def _unlabelling(comparer: Comparer) -> Same:
    def same(reference: Node, answer: Node) -> Decision:
        return comparer.same(*labels.unlabelled(reference, answer))

    return same


def _listed(node: Node) -> Node:
    """Return `(p, q) = (3, 2)` as the list `p = 3, q = 2`, and `x = {1, 2}` as the list of its values."""
    label = labels.labelled(node)
    if label is None or label[1].head not in _LISTED:
        return node
    name, values = label
    if name.head == "tuple" and values.head == "tuple" and len(name.args) == len(values.args):
        pairs = zip(name.args, values.args, strict=True)
        return Node("list", tuple(Node("rel", (("=",), one, value)) for one, value in pairs))
    if values.head == "tuple":
        return node
    return Node("list", tuple(Node("rel", (("=",), name, value)) for value in values.args))


def _is_order(node: Node) -> bool:
    if node.head in ("list", "any"):
        return any(_is_order(member) for member in node.args)
    return node.head == "rel" and any(operator not in ("=", "equiv") for operator in node.args[0])


def _as_sets(comparer: Comparer, reference: Node, answer: Node) -> Decision | None:
    """Compare an inequality with a set, or inequalities joined by words, as the sets of what satisfies them."""
    subjects = {one for one in map(_subject, (reference, answer)) if one is not None}
    if len(subjects) > 1:
        return _no("inequalities in different variables")
    if not subjects:
        return None
    subject = subjects.pop()
    if is_solved(reference) and not is_solved(answer):
        return None
    sides = []
    for side in (reference, answer):
        if side.head in ("rel", "list", "any"):
            members = side.args if side.head != "rel" else (side,)
            joined = "or" if side.head == "any" else None
            sides.append(realsets.of_relations(members, subject, joined=joined, symbolic=comparer.symbolic))
        else:
            sides.append(realsets.as_set(side, open_pairs=True, symbolic=comparer.symbolic))
    if sides[0] is None or sides[1] is None:
        return None
    truth = realsets.same_set(sides[0], sides[1], symbolic=comparer.symbolic)
    return Decision(truth, "the same solutions" if truth is Truth.TRUE else "different solutions")


def is_solved(node: Node) -> bool:
    """Return whether every condition in `node` compares a bare symbol or function value with constants only."""
    if node.head == "builder":
        return is_solved(node.args[1])
    if node.head == "rel":
        return all(
            one.head in ("sym", "call") or settle.is_constant(one) or _has_structure(one) for one in node.args[1:]
        )
    return all(is_solved(one) for one in node.args if isinstance(one, Node)) if node.head in _JOINED else True


def _subject(node: Node) -> Node | None:
    """Return the one symbol or function value that the relations in `node` are about, or None."""
    members = node.args if node.head in ("list", "any") else (node,)
    found = {realsets.subject(member) for member in members if member.head == "rel"} - {None}
    return next(iter(found)) if len(found) == 1 else None


def _relations(comparer: Comparer, reference: Node, answer: Node) -> Decision:
    ours, theirs = _ascending(reference), _ascending(answer)
    if len(ours.args) == len(theirs.args) == 3 and ours.args[0] == theirs.args[0] == ("=",):
        return _equations(comparer, ours, theirs)
    if _is_order(ours) and _is_order(theirs):
        found = _as_sets(comparer, ours, theirs)
        if found is not None:
            return found
    if _is_sided(ours) and _is_sided(theirs):
        sign = _ratio_sign(ours, theirs)
        operators = ours.args[0][0], theirs.args[0][0]
        turned = _FLIPPED.get(operators[1], operators[1])
        if sign is not None and operators[0] == (operators[1] if sign > 0 else turned):
            return Decision(Truth.TRUE, "the same inequality")
    if ours.args[0] != theirs.args[0]:
        return _no("different relations")
    decision = in_order(ours.args[1:], theirs.args[1:], comparer.same)
    if decision.truth is not Truth.TRUE and set(ours.args[0]) <= _SYMMETRIC and len(ours.args) == 3:
        return in_order(ours.args[1:], theirs.args[:0:-1], comparer.same)
    return decision


def _ascending(node: Node) -> Node:
    """Return a chain that only descends with its sides turned around."""
    operators, members = node.args[0], node.args[1:]
    if not all(operator in (">", ">=") for operator in operators):
        return node
    return Node("rel", (tuple(_FLIPPED[operator] for operator in reversed(operators)), *reversed(members)))


def _is_sided(node: Node) -> bool:
    return len(node.args) == 3 and node.args[0][0] in (*_FLIPPED, "!=") and not _has_structure(node)


def _has_structure(node: Node) -> bool:
    return any(one.head in _STRUCTURES or one.head == "text" for one in walk(node))


def _ratio_sign(ours: Node, theirs: Node) -> int | None:
    if not (any(one.head == "sym" for one in walk(ours)) and any(one.head == "sym" for one in walk(theirs))):
        return None
    return scalar.sign_ratio(*(Node("add", (side.args[1], Node("neg", (side.args[2],)))) for side in (ours, theirs)))


def _equations(comparer: Comparer, ours: Node, theirs: Node) -> Decision:
    """Compare two equations: side by side, or as the same up to a factor that is not zero."""
    left, right = ours.args[1:], theirs.args[1:]
    if not (_has_structure(ours) or _has_structure(theirs)) and _ratio_sign(ours, theirs) is not None:
        return Decision(Truth.TRUE, "the same equation up to a factor")
    for other in (right, right[::-1]):
        if all(comparer.same(one, two).truth is Truth.TRUE for one, two in zip(left, other, strict=True)):
            return Decision(Truth.TRUE, "the same equation side by side")
    return _no("different equations")
