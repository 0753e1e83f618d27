r"""Expressions in one symbol with corners, compared piece by piece.

Where every absolute value and sign is of something affine, the corners are known. Between two of them each is one
formula, and beyond the outermost too, so sameness is asked of every piece by itself and of every corner. Corners of
affine roots, logarithms and denominators part the pieces further, for a formula may continue differently behind them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from rlvr.rewards.maths.tree import ONE, ZERO, Node, TooLarge, Undefined, num, replaced, symbols, walk
from rlvr.rewards.maths.truth import Truth
from rlvr.rewards.maths.values import formal
from rlvr.rewards.maths.values.approximation import Unsupported, evaluate
from rlvr.rewards.maths.values.arithmetics import DOUBLES, precise
from rlvr.rewards.maths.values.canonical import canonical, symbol_atom
from rlvr.rewards.maths.values.kinks import is_kink
from rlvr.rewards.maths.values.measured import NoValue, Unsure
from rlvr.rewards.maths.values.points import HIGH_BITS, LOW_BITS, Outcome, at_high_precision, look
from rlvr.rewards.maths.values.sampling import Draws
from rlvr.rewards.maths.values.substitution import substituted

MAX_PIECES = 48
"""Pieces of two expressions, those within pieces included."""
MIN_AGREED = 2
"""Points of a piece at which sameness is confirmed."""
MIN_WIDTH = Fraction(1, 10**9)
"""The width of a piece, relative to where it is, between corners that are not rational."""
_CRITICAL = frozenset({"abs", "sgn", "ln", "log"})
_PLACES = (0.03, 0.11, 0.31, 0.52, 0.77, 0.96)
_DISTANCES = (0.07, 0.4, 1.3, 3.7, 17.0, 211.0, 54321.0)


class Differ(Exception):  # noqa: N818  a proof, not a failure
    """Two values differ at a point."""


class Unproven(Exception):  # noqa: N818  a state of the comparison
    """A piece could not be decided."""


class _Corner(NamedTuple):
    place: Fraction
    """Where it is, exactly if it is rational."""
    node: Node
    is_exact: bool


class Pieces:
    """One comparison of two trees in the symbol `name`."""

    def __init__(self, name: str, draws: Draws) -> None:
        self.name = name
        self.draws = draws
        self.left = MAX_PIECES

    def agree(self, a: Node, b: Node, low: Fraction | None = None, high: Fraction | None = None) -> bool:
        """Return True if two trees are the same between two corners, False if neither has values there.

        Raises:
            Differ: If they are different somewhere.
            Unproven: If that is not known.
        """
        corners = [one for one in self._corners(a, b) if _is_between(one.place, low, high)]
        if not corners and not any(is_kink(one) for tree in (a, b) for one in walk(tree)):
            return self._agree_smoothly(a, b, low, high)
        has_agreed = False
        edges = [low, *[one.place for one in corners], high]
        for left, right in itertools.pairwise(edges):
            self.left -= 1
            if self.left < 0:
                raise Unproven
            inside = next(self._inside(left, right))
            first, second = (self._resolved(tree, inside) for tree in (a, b))
            has_agreed |= self.agree(first, second, left, right)
        for corner in corners:
            self._compare_at(a, b, corner)
        return has_agreed

    def _corners(self, a: Node, b: Node) -> list[_Corner]:
        found: dict[Fraction, _Corner] = {}
        for tree in (a, b):
            for one in walk(tree):
                for argument in _critical(one, self.name):
                    corner = self._corner(argument, must_be_affine=one.head == "fn" and one.args[0] in ("abs", "sgn"))
                    if corner is not None:
                        found[corner.place] = corner
        ordered = [found[place] for place in sorted(found)]
        for left, right in itertools.pairwise(ordered):
            size = max(Fraction(1), abs(left.place), abs(right.place))
            if not (left.is_exact and right.is_exact) and right.place - left.place < MIN_WIDTH * size:
                raise Unproven
        return ordered

    def _corner(self, argument: Node, *, must_be_affine: bool) -> _Corner | None:
        """Return where an affine argument is zero; None if it never is, or is not affine and need not be."""
        slope = self._slope(argument)
        if slope is None:
            if must_be_affine:
                raise Unproven
            return None
        start = substituted(argument, {self.name: ZERO})
        node = Node("div", (Node("neg", (start,)), slope))
        try:
            found = canonical(node)
            if isinstance(found, int | Fraction):
                return _Corner(Fraction(found), num(found), is_exact=True)
            value = evaluate(node, {}, precise(LOW_BITS)).value
            return _Corner(Fraction(float(value)), node, is_exact=False)
        except (Undefined, TooLarge, NoValue, Unsure, Unsupported, OverflowError, TypeError):
            raise Unproven from None

    def _slope(self, argument: Node) -> Node | None:
        try:
            terms = canonical(argument)
        except (Undefined, TooLarge):
            return None
        if not isinstance(terms, dict):
            return None
        name = symbol_atom(self.name)
        for monomial in terms:
            others = [factor for factor in monomial if factor[0] != name]
            if len(monomial) - len(others) > 1 or any(each[0] not in "#%$" for each, _ in others):
                return None
            if len(others) < len(monomial) and (name, 1) not in monomial:
                return None
        one, none = (substituted(argument, {self.name: value}) for value in (ONE, ZERO))
        return Node("add", (one, Node("neg", (none,))))

    def _inside(self, low: Fraction | None, high: Fraction | None) -> Iterator[Fraction]:
        """Yield generic points between two corners."""
        if low is not None and high is not None:
            for part in _PLACES:
                yield low + (high - low) * self.draws.between(part - 0.02, part + 0.02)
            return
        sign = -1 if low is None and high is not None else 1
        start = high if low is None else low
        for distance in (*_DISTANCES, 2 * abs(float(start or 0)) + 1):
            step = self.draws.between(0.9 * distance, 1.1 * distance)
            yield (start or 0) + sign * step
            if start is None:
                yield -step

    def _resolved(self, node: Node, inside: Fraction) -> Node:
        """Return a tree with the formula that each innermost corner has on the side where a point is."""

        def formula(one: Node) -> Node | None:
            if not is_kink(one) or any(is_kink(each) for part in one.args[1:] for each in walk(part)):
                return None
            if one.args[0] not in ("abs", "sgn"):
                raise Unproven
            is_positive = self._is_positive(one.args[1], inside)
            if one.args[0] == "sgn":
                return ONE if is_positive else Node("neg", (ONE,))
            return one.args[1] if is_positive else Node("neg", (one.args[1],))

        return replaced(node, formula)

    def _is_positive(self, argument: Node, inside: Fraction) -> bool:
        arithmetic = precise(LOW_BITS)
        try:
            value, error, _ = evaluate(argument, {self.name: inside}, arithmetic)
        except (NoValue, Unsure, Unsupported):
            raise Unproven from None
        if abs(value) <= error:
            raise Unproven
        return bool(value > 0)

    def _agree_smoothly(self, a: Node, b: Node, low: Fraction | None, high: Fraction | None) -> bool:
        samples = [{self.name: place} for place in self._inside(low, high)]
        found = [(look(a, b, one, DOUBLES, is_complex=False), one) for one in samples]
        if any(outcome is Outcome.DIFFER for outcome, _ in found):
            raise Differ
        inside = [one for outcome, one in found if outcome is not Outcome.OUTSIDE]
        if not inside or _are_the_same(a, b):
            return bool(inside)
        agreed = 0
        for one in inside:
            outcome = at_high_precision(a, b, one, HIGH_BITS, is_complex=False)
            if outcome is Outcome.DIFFER:
                raise Differ
            agreed += outcome is Outcome.AGREE
            if agreed == MIN_AGREED:
                return True
        raise Unproven

    def _compare_at(self, a: Node, b: Node, corner: _Corner) -> None:
        first, second = (substituted(tree, {self.name: corner.node}) for tree in (a, b))
        outcome = look(first, second, {}, precise(HIGH_BITS), is_complex=False)
        if outcome is Outcome.DIFFER:
            raise Differ
        if outcome not in (Outcome.AGREE, Outcome.OUTSIDE) and not _are_the_same(first, second):
            raise Unproven


def _critical(node: Node, name: str) -> tuple[Node, ...]:
    """Return the parts of a tree at whose zeros its formula may change."""
    head, args = node
    is_whole_power = head == "pow" and args[1].head == "num" and type(args[1].args[0]) is int
    if head == "div" or (head == "fn" and args[0] in _CRITICAL):
        found: Node = args[1]
    elif head in ("root", "pow") and not is_whole_power:
        found = args[0]
    else:
        return ()
    return (found,) if name in symbols(found) else ()


def _is_between(place: Fraction, low: Fraction | None, high: Fraction | None) -> bool:
    return (low is None or low < place) and (high is None or place < high)


def _are_the_same(a: Node, b: Node) -> bool:
    try:
        decided = formal.decide(a, b)
    except TooLarge:
        return False
    return decided is not None and decided.truth is Truth.TRUE
