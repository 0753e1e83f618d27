r"""One equation of a worked solution: how it may be read, and whether it holds.

Prose is not unambiguous: `50 - 20% = 40` takes a fifth off, and `5*3 = 15 + 3 = 18` goes on with the result. So a claim
has several readings, and is accused only if every one of them fails; where words around the numbers may change what
is computed, it carries a doubt and is not checkable. Equality is the engine's (`numbers.compared`): exact, except
that a side written as a decimal may be the other side correctly rounded to the digits that it shows.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from rlvr.rewards.maths import numbers
from rlvr.rewards.maths.grammar.lexicon import Unreadable
from rlvr.rewards.maths.grammar.reading import parse
from rlvr.rewards.maths.options import MathOptions
from rlvr.rewards.maths.plusminus import has_signs
from rlvr.rewards.maths.settle import is_constant
from rlvr.rewards.maths.tree import PI, Node, TooLarge, num, walk
from rlvr.rewards.maths.truth import Decision, Truth
from rlvr.rewards.maths.values import scalar

MAX_SIDE_CHARS = 500
"""Characters of one side of an equation; a longer one is not checked."""

NOISE_DECIMALS = 9
"""Decimals from which on a last digit may be a computer's rounding."""

_OPTIONS = MathOptions(tolerance=0.0, decimals="rounded")
_EXPRESSIONS = frozenset(
    {"num", "dec", "sym", "const", "neg", "add", "mul", "div", "pow", "root", "percent", "degree", "fn", "call"}
    | {"sum", "prod", "int", "lim", "quantity"}
)
_ANGULAR = frozenset(("sin", "cos", "tan", "cot", "sec", "csc"))
_KEY = re.compile(r"(\d+(?:\.\d*)?|\.\d+)|\\[A-Za-z]+|[^\s{}$]")
_OPERATION = re.compile(
    r"[\d)}\w%]\s*(?:[-+*/^!]|\\(?:times|cdot|div))|\\(?:[dtc]?frac|sqrt|d?binom|log|ln|sin|cos|tan)"
)
_NUMBER = re.compile(r"\d*\.?\d+")
_PERCENT_CHANGE = re.compile(r"([-+])(\d*\.?\d+)\\%")


@dataclass(frozen=True, slots=True)
class Side:
    """One member of an equation, cleaned of words and currency."""

    text: str
    """What the engine reads."""
    others: tuple[str, ...] = ()
    """Shorter readings, for a dash that may be punctuation or a result with which the line goes on."""
    doubt: str = ""
    """Why words near it may change what it means."""
    is_rough: bool = False
    """Whether it is said to be "about" so much."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One relation between two neighbours of a chain of equations."""

    text: str
    """The equation as it stands in the solution."""
    left: Side
    """What stands before the relation."""
    right: Side
    """What stands after it."""
    relation: str
    """`=` or `~`."""
    line: int
    """The line on which it ends, from 1."""

    @property
    def key(self) -> tuple[str, ...]:
        """The numbers and signs in it, in order of size: equal for `2+3=5`, `3 + 2 = 5.0` and `5 = 2+3`."""
        return tuple(sorted(_key(self.left.text) + _key(self.right.text)))

    @property
    def is_trivial(self) -> bool:
        """Whether nothing is computed: no operation in it, or both sides made of the same numbers and signs."""
        sides = (self.left.text, self.right.text)
        return not _computes(*sides) or sorted(_key(sides[0])) == sorted(_key(sides[1]))


def decided(claim: Claim, *, symbolic: bool) -> Decision:
    """Decide one claim: TRUE, FALSE, or UNKNOWN where it is not checkable, with the reason.

    Raises:
        NeedsSymbolic: If only computer algebra could tell, and `symbolic` is False.
    """
    if doubt := claim.left.doubt or claim.right.doubt:
        return Decision(Truth.UNKNOWN, doubt)
    is_rough = claim.relation == "~" or claim.left.is_rough or claim.right.is_rough
    first: Decision | None = None
    for left, right in _readings(claim):
        decision = _compared(left, right, is_rough, symbolic)
        if decision.truth is Truth.TRUE:
            return decision
        first = first or decision
    assert first is not None, "a claim has at least one reading"
    return first


def _readings(claim: Claim) -> Iterator[tuple[str, str]]:
    left, right = claim.left, claim.right
    yield left.text, right.text
    if "%" in left.text or "%" in right.text:
        if "%" in right.text or left.text.count("%") == len(_NUMBER.findall(left.text)):
            yield left.text.replace("\\%", ""), right.text.replace("\\%", "")
        yield left.text.replace("100\\%", "100"), right.text.replace("\\%", "")
        yield left.text, right.text.replace("\\%", "")
        yield _PERCENT_CHANGE.sub(r"*(1\g<1>\g<2>\\%)", left.text), right.text
    for other in left.others:
        yield other, right.text
    for other in right.others:
        yield left.text, other


def _computes(*sides: str) -> bool:
    return any(map(_OPERATION.search, sides))


def _key(text: str) -> list[str]:
    return [_number_key(found.group(1)) if found.group(1) else found.group() for found in _KEY.finditer(text)]


def _number_key(digits: str) -> str:
    return (digits.rstrip("0").rstrip(".") if "." in digits else digits).lstrip("0") or "0"


class _Measured(NamedTuple):
    """The tree of a side without its units, and their names."""

    node: Node
    units: frozenset[str]


@lru_cache(maxsize=8192)
def _node(text: str) -> _Measured | str:
    """Return the tree of one side and its units, or why there is none."""
    if len(text) > MAX_SIDE_CHARS:
        return f"a side has more than {MAX_SIDE_CHARS} characters"
    try:
        whole = parse(text)
        node = _in_radians(_without_units(whole))
    except (Unreadable, TooLarge) as error:
        return str(error)
    except RecursionError:
        return "a side is nested too deeply"
    odd = next((one.head for one in walk(node) if one.head not in _EXPRESSIONS), None)
    if odd is not None or has_signs(node):
        return f"it holds a {odd or 'pm'}, which is no number"
    return _Measured(node, frozenset(one.args[1] for one in walk(whole) if one.head == "quantity"))


def _without_units(node: Node) -> Node:
    if node.head == "quantity":
        return _without_units(node.args[0])
    if node.head in ("add", "mul", "div", "neg") and any(one.head == "quantity" for one in walk(node)):
        return Node(node.head, tuple(_without_units(one) for one in node.args))
    return node


def _in_radians(node: Node, *, is_angle: bool = False) -> Node:
    """Return a tree in which the degrees of an angle within a function are converted."""
    if is_angle and node.head == "degree":
        return Node("div", (Node("mul", (node.args[0], PI)), num(180)))
    if not any(one.head == "degree" for one in walk(node)):
        return node
    is_angle = is_angle or (node.head == "fn" and node.args[0] in _ANGULAR)
    arguments = (_in_radians(one, is_angle=is_angle) if isinstance(one, Node) else one for one in node.args)
    return Node(node.head, tuple(arguments))


@lru_cache(maxsize=16384)
def _compared(left: str, right: str, is_rough: bool, symbolic: bool) -> Decision:
    one, other = _node(left), _node(right)
    if isinstance(one, str) or isinstance(other, str):
        return Decision(Truth.UNKNOWN, one if isinstance(one, str) else str(other))
    (ours, our_units), (theirs, their_units) = one, other
    try:
        decision = numbers.compared(ours, theirs, _OPTIONS, symbolic=symbolic)
        if decision.truth is Truth.FALSE and (_is_noise(ours, theirs) or (is_rough and _is_near(ours, theirs))):
            return Decision(Truth.TRUE, "a correct rounding")
    except TooLarge as error:
        return Decision(Truth.UNKNOWN, str(error))
    if decision.truth is not Truth.FALSE:
        return decision
    if our_units != their_units and (min(len(our_units), len(their_units)) or not _computes(left, right)):
        return Decision(Truth.UNKNOWN, "the units differ")
    if any(side.head == "const" and side.args[0] in "ei" for side in (ours, theirs)):
        return Decision(Truth.UNKNOWN, "a letter that may be a name")
    if not (is_constant(ours) and is_constant(theirs)):
        return Decision(Truth.UNKNOWN, "an equation in variables, which need not hold for all of them")
    return decision


def _is_noise(left: Node, right: Node) -> bool:
    """Return whether one side is the other as a computer's arithmetic leaves it: 14.999999999999998 for 15."""
    if not any(side.head == "dec" and side.args[1] >= NOISE_DECIMALS for side in (left, right)):
        return False
    ours, theirs = _value(left), _value(right)
    return ours is not None and theirs is not None and abs(ours - theirs) * 10**NOISE_DECIMALS <= abs(ours)


def _is_near(left: Node, right: Node) -> bool:
    """Return whether one side is the other rounded, up, down or off, to the digits that it shows."""
    for shown, exact in ((left, right), (right, left)):
        if not _is_literal(shown) or (value := _value(exact)) is None:
            continue
        written = _value(shown)
        place = None if written is None else _place(written)
        if written is not None and place is not None and abs(written - value) < _allowed(place, value):
            return True
    return False


def _value(node: Node) -> Fraction | None:
    exact = scalar.value(node)
    if exact is not None:
        return exact
    double = scalar.approximate(node)
    return Fraction(double) if isinstance(double, float) and math.isfinite(double) else None


def _is_literal(node: Node) -> bool:
    while node.head in ("neg", "percent"):
        node = node.args[0]
    return node.head in ("num", "dec")


def _allowed(place: Fraction, value: Fraction) -> Fraction:
    """Return how far off a rounded number may be: a unit of its last digit, of tens and more half of one."""
    return place if place <= 1 else max(Fraction(1), min(place / 2, abs(value) / 20))


def _place(value: Fraction) -> Fraction | None:
    """Return the unit of the last digit other than 0 that a finite decimal shows: 1/100 of 3.14, 100 of 1200."""
    place = Fraction(1)
    for _ in range(30):
        if (value / place).denominator == 1:
            break
        place /= 10
    while value and (value / (place * 10)).denominator == 1:
        place *= 10
    return place if (value / place).denominator == 1 else None
