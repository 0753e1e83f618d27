r"""A tree as a rational function of one unknown: polynomials, each raised to an integer power.

Products, quotients and powers keep their factors, so `(x-1)^{100}(x+2)/(x-3)` is never expanded; a sum multiplies its
terms out over a common denominator. Nothing is cancelled: `x^2/x` keeps the factor that makes it undefined at 0.

A coefficient is an exact rational, or the tree of another constant (`\sqrt{2}`, `\pi`) that is combined without being
evaluated. Whatever has the unknown under a root, in an exponent or inside a function is not a rational function: None.
"""

from __future__ import annotations

from fractions import Fraction

from rlvr.rewards.maths.sets.cuts import Undecided
from rlvr.rewards.maths.sets.roots import MAX_BITS, MAX_DEGREE, rational
from rlvr.rewards.maths.tree import ZERO, Node, walk
from rlvr.rewards.maths.values import scalar

MAX_POWER = 1_000
"""An exponent outside of sums; inside one the degree is bounded."""
MAX_FACTORS = 64
"""Factors of a product."""
MAX_TREE = 200
"""Nodes of a coefficient that is not rational."""

Coefficient = Fraction | int | Node
Polynomial = list[Coefficient]
"""The constant term first; the last coefficient may be 0."""
Factors = list[tuple[Polynomial, int]]
"""Polynomials and the powers they are raised to, none of which is 0."""


class NotRational(Exception):  # noqa: N818  a state of the reading, which `factors` turns into None
    """The tree is not a rational function within the bounds."""


def factors(node: Node, unknown: Node) -> Factors | None:
    """Return `node` as a product of powers of polynomials in `unknown`, or None if it is none within the bounds."""
    try:
        return _factors(node, unknown)
    except NotRational:
        return None


def contains(node: Node, unknown: Node) -> bool:
    """Tell whether `unknown` occurs in `node`."""
    return any(one == unknown for one in walk(node))


def sign(coefficient: Coefficient) -> int:
    """Return the sign of a constant.

    Raises:
        Undecided: If it is not known.
    """
    if not isinstance(coefficient, Node):
        return (coefficient > 0) - (coefficient < 0)
    found = scalar.order(coefficient, ZERO)
    if found is None:
        raise Undecided
    return found


def as_node(coefficient: Coefficient) -> Node:
    """Return the tree of `coefficient`."""
    return coefficient if isinstance(coefficient, Node) else rational(Fraction(coefficient))


def product(a: Coefficient, b: Coefficient) -> Coefficient:
    """Return `a * b`."""
    if not isinstance(a, Node) and not isinstance(b, Node):
        return _bounded(a * b)
    if a == 0 or b == 0:
        return 0
    return b if a == 1 else a if b == 1 else _sized(Node("mul", (as_node(a), as_node(b))))


def total(a: Coefficient, b: Coefficient) -> Coefficient:
    """Return `a + b`."""
    if not isinstance(a, Node) and not isinstance(b, Node):
        return _bounded(a + b)
    return b if a == 0 else a if b == 0 else _sized(Node("add", (as_node(a), as_node(b))))


def _factors(node: Node, unknown: Node) -> Factors:
    head, args = node
    if node == unknown:
        return [([0, 1], 1)]
    if head == "neg":
        return [([-1], 1), *_factors(args[0], unknown)]
    if not contains(node, unknown):
        return [([_constant(node)], 1)]
    if head == "mul":
        return _limited([one for part in args for one in _factors(part, unknown)])
    if head == "div":
        return _limited(_factors(args[0], unknown) + _raised(_factors(args[1], unknown), -1))
    if head == "pow":
        return _raised(_factors(args[0], unknown), _exponent(args[1]))
    if head == "add" and len(args) <= MAX_TREE:
        return _sum([_factors(part, unknown) for part in args])
    raise NotRational


def _constant(node: Node) -> Coefficient:
    value = scalar.value(node)
    if value is not None:
        return _bounded(value)
    if scalar.is_undefined(node):
        raise NotRational
    return _sized(node)


def _exponent(node: Node) -> int:
    value = scalar.value(node)
    if value is None or value.denominator != 1 or not 0 < abs(value) <= MAX_POWER:
        raise NotRational
    return int(value)


def _raised(factors: Factors, power: int) -> Factors:
    if any(abs(power * times) > MAX_POWER for _, times in factors):
        raise NotRational
    # A denominator of a denominator still excludes its roots: 1/(1/x) is x^2/x.
    kept = [(polynomial, power * times + (power < 0 > times)) for polynomial, times in factors]
    return kept + [(polynomial, -1) for polynomial, times in factors if power < 0 > times]


def _sum(terms: list[Factors]) -> Factors:
    """Return the sum of `terms` over the product of all their denominators."""
    below = _limited([(polynomial, times) for term in terms for polynomial, times in term if times < 0])
    above: Polynomial = []
    for term in terms:
        part = _expanded([one for one in term if one[1] > 0])
        if below:
            others = [one for other in terms if other is not term for one in other]
            part = _multiplied(part, _expanded([(polynomial, -times) for polynomial, times in others if times < 0]))
        above = _added(above, part)
    return [(above, 1), *below]


def _expanded(factors: Factors) -> Polynomial:
    degree = sum((len(polynomial) - 1) * times for polynomial, times in factors)
    if degree > MAX_DEGREE:
        raise NotRational
    found: Polynomial = [1]
    for polynomial, times in factors:
        for _ in range(times):
            found = _multiplied(found, polynomial)
    return found


def _multiplied(a: Polynomial, b: Polynomial) -> Polynomial:
    if len(a) + len(b) - 2 > MAX_DEGREE:
        raise NotRational
    found: Polynomial = [0] * (len(a) + len(b) - 1)
    for i, one in enumerate(a):
        for j, other in enumerate(b):
            found[i + j] = total(found[i + j], product(one, other))
    return found


def _added(a: Polynomial, b: Polynomial) -> Polynomial:
    if len(a) < len(b):
        a, b = b, a
    return [total(one, b[index]) if index < len(b) else one for index, one in enumerate(a)]


def _limited(factors: Factors) -> Factors:
    if len(factors) > MAX_FACTORS:
        raise NotRational
    return factors


def _bounded(value: Fraction | int) -> Fraction | int:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
        raise NotRational
    return value


def _sized(node: Node) -> Node:
    if sum(1 for _ in walk(node)) > MAX_TREE:
        raise NotRational
    return node
