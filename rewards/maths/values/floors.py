r"""Expressions in one symbol with whole parts, compared over one period.

The whole part of `p x + r` with rational p and r grows by a whole number when x grows by a period of all of them. So x
is written as an offset within the period and a number of periods: between two steps every whole part is then affine in
the number of periods, and sameness is asked of what remains there and at every step.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from fractions import Fraction

from rlvr.rewards.maths.tree import Node, TooLarge, Undefined, num, replaced, sym, walk
from rlvr.rewards.maths.values.canonical import canonical, symbol_atom
from rlvr.rewards.maths.values.kinks import is_kink
from rlvr.rewards.maths.values.substitution import substituted

MAX_STEPS = 48
"""Steps of all whole parts within one period."""
_OFFSET, _PERIODS = sym("offset in a period"), sym("number of periods")
_Line = tuple[Fraction, Fraction]


def agree(a: Node, b: Node, name: str, are_same: Callable[[Node, Node], bool]) -> bool:
    """Return True if two trees whose piecewise parts are whole parts of rational multiples of a symbol are the same."""
    lines: dict[Node, _Line] = {}
    for one in itertools.chain(walk(a), walk(b)):
        if is_kink(one):
            line = _line(one.args[1], name) if one.args[0] == "floor" else None
            if line is None:
                return False
            lines[one] = line
    if not lines:
        return False
    slopes = [slope for slope, _ in lines.values()]
    period = Fraction(math.lcm(*[one.denominator for one in slopes]), math.gcd(*[one.numerator for one in slopes]))
    if sum(abs(one) * period for one in slopes) > MAX_STEPS:
        return False
    steps = sorted({step for line in lines.values() for step in _steps(line, period)} | {Fraction(0), period})
    for low, high in itertools.pairwise(steps):
        for place, offset in ((low, num(low)), ((low + high) / 2, _OFFSET)):
            whole = {
                node: (math.floor(slope * place + start), slope * period) for node, (slope, start) in lines.items()
            }
            moved = Node("add", (offset, Node("mul", (num(period), _PERIODS))))
            first, second = (substituted(_flat(tree, whole), {name: moved}) for tree in (a, b))
            if not are_same(first, second):
                return False
    return True


def _line(argument: Node, name: str) -> _Line | None:
    try:
        terms = canonical(argument)
    except (TooLarge, Undefined):
        return None
    if not isinstance(terms, dict) or not terms.keys() <= {(), ((symbol_atom(name), 1),)}:
        return None
    return Fraction(terms[((symbol_atom(name), 1),)]), Fraction(terms.get((), 0))


def _steps(line: _Line, period: Fraction) -> list[Fraction]:
    slope, start = line
    low, high = sorted((start, start + slope * period))
    wholes = range(math.ceil(low), math.floor(high) + 1)
    return [step for step in ((whole - start) / slope for whole in wholes) if 0 <= step < period]


def _flat(node: Node, whole: Mapping[Node, tuple[int, Fraction]]) -> Node:
    def formula(one: Node) -> Node | None:
        if one not in whole:
            return None
        start, rise = whole[one]
        return Node("add", (num(start), Node("mul", (num(rise), _PERIODS))))

    return replaced(node, formula)
