"""Trees evaluated at a point, each value with a bound on its error.

Two values further apart than their errors are different: that is a proof up to the accuracy of the platform's
elementary functions, for which every bound leaves a margin. Without imaginary units a value must be real from the
leaves up: an even root of a negative number ends the evaluation with `NoValue`. Odd roots of real numbers are real.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from rlvr.rewards.maths import effort
from rlvr.rewards.maths.tree import Node, TooLarge, Undefined, walk
from rlvr.rewards.maths.values.arithmetics import DOUBLES, Arithmetic
from rlvr.rewards.maths.values.canonical import canonical
from rlvr.rewards.maths.values.elementary import Elementary
from rlvr.rewards.maths.values.measured import BeyondRange, Measured, NoValue, Unsure

MAX_EXPONENT_NODES = 40
"""Nodes of an exponent whose exact value is looked for."""

Point = Mapping[str, Fraction]
"""A rational number for each symbol."""


class Unsupported(Exception):  # noqa: N818  a claim about the tree
    """The tree has a part that cannot be evaluated, such as a limit."""


def refuse_unsupported(node: Node) -> None:
    """Raise Unsupported if a tree has a part that has no numerical value."""
    for one in walk(node):
        if one[0] not in _RULES:
            raise Unsupported(f"no value of a {one.head}")


class Reading(NamedTuple):
    """What an evaluation found."""

    value: Any
    """The value, in the arithmetic's numbers."""
    error: Any
    """A bound on its error."""
    is_fragile: bool
    """Whether a part is certainly not zero and yet so small that a sum may hide it, so that sameness means nothing."""


def evaluate(node: Node, point: Point, arithmetic: Arithmetic, *, is_complex: bool = False) -> Reading:
    """Return the value of a tree at a point, with a bound on its error.

    Raises:
        NoValue: If the tree has no value there, or none that is real unless `is_complex`.
        Unsure: If this arithmetic cannot tell.
        Unsupported: If there is no way to evaluate a part.
    """
    rules = _Watchful if arithmetic.bits > DOUBLES.bits else _Evaluator
    evaluator = rules(point, Elementary(arithmetic, is_complex=is_complex))
    try:
        found = evaluator.value(node)
    except (OverflowError, ZeroDivisionError, ValueError) as error:
        raise Unsure(f"{error}") from None
    except RecursionError:
        raise TooLarge("an expression is nested too deeply") from None
    if not found[1] < arithmetic.real("inf"):
        raise BeyondRange("a value is too large")
    return Reading(*found, evaluator.is_fragile)


class _Evaluator:
    """The rules from a head to a value, at one point."""

    def __init__(self, point: Point, numbers: Elementary) -> None:
        self.point = point
        self.numbers = numbers
        self.is_fragile = False
        self.cost = 1 + (numbers.arithmetic.bits >> 4)

    def value(self, node: Node) -> Measured:
        effort.spend(self.cost)
        rule = _RULES.get(node[0])
        if rule is None:
            raise Unsupported(f"no value of a {node.head}")
        return rule(self, node[1])

    def number(self, args: tuple[Any, ...]) -> Measured:
        return self.numbers.rational(args[0])

    def symbol(self, args: tuple[Any, ...]) -> Measured:
        value = self.point.get(args[0])
        return self.numbers.unknown_function(args[0], []) if value is None else self.numbers.rational(value)

    def constant(self, args: tuple[Any, ...]) -> Measured:
        return self.numbers.constant(args[0])

    def same(self, args: tuple[Any, ...]) -> Measured:
        return self.value(args[0])

    def percent(self, args: tuple[Any, ...]) -> Measured:
        return self.numbers.quotient(self.value(args[0]), self.numbers.rational(100))

    def negative(self, args: tuple[Any, ...]) -> Measured:
        value, error = self.value(args[0])
        return -value, error

    def sum(self, args: tuple[Any, ...]) -> Measured:
        return self.total([self.value(one) for one in args])

    def total(self, parts: list[Measured]) -> Measured:
        unit = self.numbers.unit
        total, error = parts[0]
        for value, more in parts[1:]:
            total = total + value
            error = error + more + abs(total) * unit
        return total, error

    def product(self, args: tuple[Any, ...]) -> Measured:
        result = self.value(args[0])
        for one in args[1:]:
            result = self.numbers.product(result, self.value(one))
        return result

    def quotient(self, args: tuple[Any, ...]) -> Measured:
        return self.numbers.quotient(self.value(args[0]), self.value(args[1]))

    def root(self, args: tuple[Any, ...]) -> Measured:
        index = self.exact(args[1])
        if index is None:
            inverse = self.numbers.quotient(self.numbers.rational(1), self.value(args[1]))
            return self.numbers.power(self.value(args[0]), inverse)
        if index == 0:
            raise NoValue("a root of index zero")
        return self.numbers.rational_power(self.value(args[0]), Fraction(1) / index)

    def power(self, args: tuple[Any, ...]) -> Measured:
        base, exponent = args
        exact = self.exact(exponent)
        if exact is not None:
            return self.numbers.rational_power(self.value(base), exact)
        return self.numbers.power(self.value(base), self.value(exponent))

    def exact(self, node: Node) -> int | Fraction | None:
        """Return the rational value of an index or an exponent, if it has one whatever the point."""
        if node[0] == "num":
            return node[1][0]  # type: ignore[no-any-return]
        if not _is_simple_constant(node):
            return None
        try:
            found = canonical(node)
        except Undefined:
            raise NoValue("an undefined exponent") from None
        return found if isinstance(found, int | Fraction) else None

    def function(self, args: tuple[Any, ...]) -> Measured:
        name = args[0]
        if name in _DISCRETE:
            return self.discrete(args)
        values = [self.value(one) for one in args[1:]]
        self.watch(name, values[0])
        return self.numbers.function(name, values)

    def watch(self, name: str, argument: Measured) -> None:
        """Take note of an argument at which a function is so near to its limit that digits do not show the rest."""

    def discrete(self, args: tuple[Any, ...]) -> Measured:
        """Return the value of a function of integers at constants; there is none between the integers."""
        try:
            found = canonical(Node("fn", args))
        except Undefined:
            raise NoValue("an undefined function value") from None
        if isinstance(found, int | Fraction):
            return self.numbers.rational(found)
        integers = [self.exact(one) for one in args[1:]]
        if not all(type(one) is int for one in integers):
            raise NoValue("a function of integers between them")
        return self.numbers.large(args[0], [one for one in integers if isinstance(one, int)])

    def call(self, args: tuple[Any, ...]) -> Measured:
        return self.numbers.unknown_function(args[0], [self.value(one) for one in args[1:]])


_RULES: dict[str, Callable[[_Evaluator, tuple[Any, ...]], Measured]] = {
    "num": _Evaluator.number,
    "dec": _Evaluator.number,
    "sym": _Evaluator.symbol,
    "const": _Evaluator.constant,
    "neg": _Evaluator.negative,
    "add": _Evaluator.sum,
    "mul": _Evaluator.product,
    "div": _Evaluator.quotient,
    "pow": _Evaluator.power,
    "root": _Evaluator.root,
    "percent": _Evaluator.percent,
    "degree": _Evaluator.same,
    "fn": _Evaluator.function,
    "call": _Evaluator.call,
}


class _Watchful(_Evaluator):
    """The same rules where sameness will be believed: parts that a sum would hide are noted."""

    def __init__(self, point: Point, numbers: Elementary) -> None:
        super().__init__(point, numbers)
        self.least = numbers.real(2) ** (-numbers.arithmetic.bits // 8)

    def value(self, node: Node) -> Measured:
        found = super().value(node)
        size = abs(found[0])
        if found[1] < size < self.least:
            self.is_fragile = True
        return found

    def watch(self, name: str, argument: Measured) -> None:
        bits = self.numbers.arithmetic.bits
        size = abs(argument[0])
        if (name in _SATURATED and size > bits / 16) or (name in _LEVEL and size * self.least > 1):
            self.is_fragile = True

    def total(self, parts: list[Measured]) -> Measured:
        hidden = self.least * max(abs(value) for value, _ in parts)
        if any(error < abs(value) < hidden for value, error in parts):
            self.is_fragile = True
        return super().total(parts)


def _is_simple_constant(node: Node) -> bool:
    """Return True if a tree has no symbols and not many nodes."""
    return all(one[0] != "sym" and count <= MAX_EXPONENT_NODES for count, one in enumerate(walk(node)))


_SATURATED = frozenset({"tanh", "coth"})
_LEVEL = frozenset({"arctan", "arccot", "arcsec", "arccsc", "arcoth", "arcsch"})
"""Functions that come near to a limit for large arguments: exponentially, and like a reciprocal."""
_DISCRETE = frozenset({"fact", "fact2", "binom", "gcd", "lcm", "phi"})
