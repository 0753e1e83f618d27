"""Expressions compared by values with every piece seen: agreement at points alone proves nothing across corners.

What differs at a point is different, corners or not. Where values agree and a tree has corners, sameness counts only if
it is shown with the piecewise parts written alike, with equal ones taken for one new symbol, on every piece between
the corners of affine arguments, over one period of whole parts, or for every choice of signs of absolute values.
"""

from __future__ import annotations

import itertools
import zlib

from rlvr.rewards.maths.tree import Node, TooLarge, Undefined, num, replaced, sym, symbols, walk
from rlvr.rewards.maths.truth import Decision, Truth
from rlvr.rewards.maths.values import floors, formal, points
from rlvr.rewards.maths.values.approximation import Unsupported
from rlvr.rewards.maths.values.canonical import canonical
from rlvr.rewards.maths.values.kinks import is_kink, is_piecewise, simplified
from rlvr.rewards.maths.values.monomials import Infinity, Terms
from rlvr.rewards.maths.values.regions import Differ, Pieces, Unproven
from rlvr.rewards.maths.values.sampling import Draws
from rlvr.rewards.maths.values.terms import text

MAX_PARTS = 6
"""Piecewise parts whose arguments are compared by values."""
MAX_SIGNS = 3
"""Absolute values whose signs are all tried."""
_UNKNOWN = Decision(Truth.UNKNOWN, "no method decides")
_DIFFER = Decision(Truth.FALSE, "differ at a point")
_AGREE = Decision(Truth.TRUE, "agree on every piece")


def compare(a: Node, b: Node, seed: str) -> Decision:
    """Decide by values whether two trees are equal.

    Raises:
        Unsupported: If a tree has parts that have no numerical value.
    """
    decided = points.compare(a, b, seed)
    if decided.truth is not Truth.TRUE or not (is_piecewise(a) or is_piecewise(b)):
        return decided
    try:
        if points.has_complex(a) or points.has_complex(b):
            return _AGREE if _are_same(*_with_symbols(a, b)) else _UNKNOWN
        return _piecewise(simplified(a), simplified(b), seed)
    except (TooLarge, Undefined):
        return _UNKNOWN


def _piecewise(a: Node, b: Node, seed: str) -> Decision:
    if _are_same(a, b) or _are_same(*_with_symbols(a, b)):
        return _AGREE
    names = sorted(symbols(a) | symbols(b))
    if len(names) == 1:
        if floors.agree(a, b, names[0], _are_same):
            return _AGREE
        try:
            return _AGREE if Pieces(names[0], Draws(zlib.crc32(seed.encode()))).agree(a, b) else _UNKNOWN
        except Differ:
            return _DIFFER
        except Unproven:
            pass
    return _AGREE if _agree_for_all_signs(a, b) else _UNKNOWN


def _are_same(a: Node, b: Node) -> bool:
    """Return True if two trees are equal, of which agreement at points shows it only without corners."""
    if a == b:
        return True
    decided = formal.decide(a, b)
    if decided is not None:
        return decided.truth is Truth.TRUE
    if is_piecewise(a) or is_piecewise(b):
        return False
    try:
        return points.compare(a, b, f"{text(canonical(a))} {text(canonical(b))}").truth is Truth.TRUE
    except Unsupported:
        return False


def _with_symbols(a: Node, b: Node) -> tuple[Node, Node]:
    """Return two trees with each outermost piecewise part as a symbol, which equal ones share."""
    known = _Known()
    return replaced(a, known.named), replaced(b, known.named)


class _Known:
    """The piecewise parts that were met, each with its symbol."""

    def __init__(self) -> None:
        self.by_text: dict[str, Node] = {}
        self.parts: list[tuple[Node, Node]] = []

    def named(self, one: Node) -> Node | None:
        """Return a piecewise part as a multiple of its symbol, or as a sum of such."""
        if not is_kink(one):
            return None
        value = canonical(one)
        if isinstance(value, Infinity):
            return None
        if not isinstance(value, dict):
            return num(value)
        key = text(value)
        if key not in self.by_text:
            equal = next((made for part, made in self.parts[:MAX_PARTS] if _have_equal_arguments(part, one)), None)
            self.by_text[key] = self._summed(value) if equal is None else equal
            self.parts.append((one, self.by_text[key]))
        return self.by_text[key]

    def _summed(self, value: Terms) -> Node:
        made = [
            Node("mul", (num(factor), self.by_text.setdefault(text({monomial: 1}), sym(f"piece {len(self.by_text)}"))))
            if monomial
            else num(factor)
            for monomial, factor in value.items()
        ]
        return Node("add", tuple(made)) if len(made) > 1 else made[0]


def _have_equal_arguments(part: Node, other: Node) -> bool:
    """Return True if two parts apply one function to arguments that are the same by their values."""
    (name, *ours), (other_name, *theirs) = part.args, other.args
    if name != other_name or len(ours) != 1 or len(theirs) != 1:
        return False
    if _are_same(ours[0], theirs[0]):
        return True
    return name == "abs" and _are_same(ours[0], Node("neg", (theirs[0],)))


def _agree_for_all_signs(a: Node, b: Node) -> bool:
    """Return True if two trees are the same whatever the signs within their absolute values are."""
    inside: list[Node] = []
    for one in itertools.chain(walk(a), walk(b)):
        if is_kink(one):
            if one.args[0] != "abs" or any(is_kink(each) for each in walk(one.args[1])):
                return False
            if one.args[1] not in inside:
                inside.append(one.args[1])
    if not inside or len(inside) > MAX_SIGNS:
        return False
    return all(
        _are_same(*(_signed(tree, dict(zip(inside, signs, strict=True))) for tree in (a, b)))
        for signs in itertools.product((False, True), repeat=len(inside))
    )


def _signed(node: Node, negative: dict[Node, bool]) -> Node:
    def formula(one: Node) -> Node | None:
        if not is_kink(one):
            return None
        return Node("neg", (one.args[1],)) if negative[one.args[1]] else one.args[1]

    return replaced(node, formula)
