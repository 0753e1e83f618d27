"""Where a rational function of one unknown is positive, negative, zero and undefined.

Its factors' real roots are found exactly, put in order, and passed from right to left: the sign changes where an odd
number of them meet. A root of a factor in a denominator is excluded, even where another factor cancels it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from rlvr.rewards.maths.sets import linesets
from rlvr.rewards.maths.sets.cuts import Cut, Undecided, compare, cut_at, sort_key
from rlvr.rewards.maths.sets.linesets import ALL, IN, LineSet
from rlvr.rewards.maths.sets.rationals import Coefficient, Factors, Polynomial, as_node, product, sign, total
from rlvr.rewards.maths.sets.roots import cleared, rational, real_roots
from rlvr.rewards.maths.tree import TWO, Node

HOLDS = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (1, 0), "=": (0,), "!=": (-1, 1)}
"""The signs of a difference for which each relation holds."""


class _Root(NamedTuple):
    """A point where a factor is zero."""

    cut: Cut
    times: int
    """How often the sign changes there; negative for a factor of a denominator."""
    is_pole: bool


def where(factors: Factors, operator: str, *, symbolic: bool) -> LineSet | None:
    """Return where the function with `factors` is related to 0 as `operator` says, or None if its roots have no names.

    Raises:
        Undecided: If a sign or the order of two roots is not known.
        NeedsSymbolic: If tier 2 could tell, and `symbolic` is false.
        NotRational: If a root is past the bounds of `rationals`.
    """
    leading = 1
    roots: list[_Root] = []
    for untrimmed, times in factors:
        polynomial = _trimmed(untrimmed)
        if not polynomial and times < 0:
            return None
        found = _roots_of(polynomial) if polynomial else []
        if found is None:
            return None
        roots += [_Root(cut, times * repeated, times < 0) for cut, repeated in found]
        leading *= sign(polynomial[-1]) ** (times % 2) if polynomial else 0
    return _swept(_met(roots, symbolic=symbolic), leading, HOLDS[operator])


def _swept(roots: list[_Root], leading: int, signs: tuple[int, ...]) -> LineSet:
    """Return the points whose sign is among `signs`, given the sign at plus infinity."""
    gaps, at = [ALL if leading in signs else 0], []
    for root in reversed(roots):
        leading = -leading if root.times % 2 else leading
        at.append(IN if 0 in signs and not root.is_pole else 0)
        gaps.append(ALL if leading in signs else 0)
    return linesets.simplified(LineSet(tuple(root.cut for root in roots), tuple(gaps[::-1]), tuple(at[::-1])))


def _met(roots: list[_Root], *, symbolic: bool) -> list[_Root]:
    """Return `roots` in ascending order, those at the same point added up."""
    met: list[_Root] = []
    for root in sorted(roots, key=lambda one: sort_key(one.cut)):
        side = compare(met[-1].cut, root.cut, symbolic=symbolic) if met else -1
        if side > 0:
            raise Undecided
        if side == 0:
            last = met.pop()
            met.append(_Root(last.cut, last.times + root.times, last.is_pole or root.is_pole))
        else:
            met.append(root)
    return met


def _trimmed(polynomial: Polynomial) -> Polynomial:
    end = len(polynomial)
    while end and sign(polynomial[end - 1]) == 0:
        end -= 1
    return polynomial[:end]


def _roots_of(polynomial: Polynomial) -> list[tuple[Cut, int]] | None:
    known = [one for one in polynomial if not isinstance(one, Node)]
    named = real_roots(cleared(known)) if len(known) == len(polynomial) else _roots_by_formula(polynomial)
    if named is None:
        return None
    found = []
    for root, times in named:
        cut = cut_at(root)
        if cut is None:
            raise Undecided
        found.append((cut, times))
    return found


def _roots_by_formula(polynomial: Polynomial) -> list[tuple[Node, int]] | None:
    """Return the roots of a polynomial of degree at most 2 whose coefficients are any real constants."""
    if len(polynomial) > 3:
        return None
    if len(polynomial) == 1:
        return []
    if len(polynomial) == 2:
        return [(_quotient(_opposite(polynomial[0]), polynomial[1]), 1)]
    c, b, a = polynomial
    inside = total(product(b, b), product(-4, product(a, c)))
    twice, middle = product(2, a), _opposite(b)
    side = sign(inside)
    if side <= 0:
        return [(_quotient(middle, twice), 2)] if side == 0 else []
    surd = Node("root", (as_node(inside), TWO))
    return [(_quotient(total(middle, one), twice), 1) for one in (surd, Node("neg", (surd,)))]


def _opposite(one: Coefficient) -> Coefficient:
    return Node("neg", (one,)) if isinstance(one, Node) else -one


def _quotient(above: Coefficient, below: Coefficient) -> Node:
    if isinstance(above, Node) or isinstance(below, Node):
        return Node("div", (as_node(above), as_node(below)))
    return rational(Fraction(above) / below)
