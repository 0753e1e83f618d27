r"""Piecewise functions written by fewer of them: by absolute values, signs and whole parts alone.

`\max(u, v)` becomes `(u + v + |u - v|)/2`, `\sqrt{u^2}` becomes `|u|`, `\lceil u \rceil` becomes
`-\lfloor -u \rfloor`, and `|u|` loses its bars where `u` is a sum of squares. Each rewriting keeps the value wherever
it is real. Arguments of complex numbers stay as they are.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from rlvr.rewards.maths.tree import TWO, Node, TooLarge, Undefined, num, sym, walk
from rlvr.rewards.maths.values.canonical import canonical
from rlvr.rewards.maths.values.powers import is_positive
from rlvr.rewards.maths.values.squares import polynomial_root

PIECEWISE = frozenset({"abs", "floor", "ceil", "sgn", "min", "max", "mod", "arg"})
"""Functions whose formula differs from place to place."""
_BRANCHED = frozenset({"arcsin", "arccos", "arctan", "arccot", "arcsec", "arccsc"})
_PERIODIC = frozenset({"sin", "cos", "tan", "cot", "sec", "csc"})
_ROUNDING = frozenset({"floor", "ceil"})


def is_piecewise(node: Node) -> bool:
    """Return True if a tree follows different formulas in different places for certain."""
    return any(is_kink(one) for one in walk(node)) or any(_square_in(one) is not None for one in walk(node))


def is_kink(node: Node) -> bool:
    """Return True if the head of a tree is a piecewise function of something that varies.

    The arcsine of a sine is one, and the like: it is a different branch in every period.
    """
    if node[0] != "fn":
        return False
    name = node[1][0]
    if name in _BRANCHED:
        return any(one[0] == "fn" and one[1][0] in _PERIODIC and varies(one) for one in walk(node[1][1]))
    return name in PIECEWISE and varies(node)


def varies(node: Node) -> bool:
    """Return True if a tree is no constant."""
    return any(one[0] in ("sym", "call") for one in walk(node))


def simplified(node: Node) -> Node:
    """Return a tree whose only piecewise functions are `abs`, `sgn`, `floor` and `arg`, in fewer places if possible."""
    if node.head == "matrix" or not any(isinstance(one, Node) for one in node.args):
        return node
    node = _rounded_inside(node)
    node = Node(node.head, tuple([simplified(one) if isinstance(one, Node) else one for one in node.args]))
    if node.head == "fn":
        return _of_function(node)
    square = _square_in(node)
    if square is not None:
        return _of_function(square) if square.head == "fn" else square
    if node.head == "pow" and node.args[0].head == "fn" and node.args[0].args[0] == "abs" and _is_square(node):
        return Node("pow", (node.args[0].args[1], node.args[1]))
    return node


def _rounded_inside(node: Node) -> Node:
    """Return the floor of a maximum as the maximum of the floors, and the like."""
    if node.head == "fn" and node.args[0] in _ROUNDING and node.args[1].head == "fn":
        inner = node.args[1].args
        if inner[0] in ("min", "max"):
            return Node("fn", (inner[0], *[Node("fn", (node.args[0], one)) for one in inner[1:]]))
    return node


def _of_function(node: Node) -> Node:
    name: str = node.args[0]
    values: list[Node] = list(node.args[1:])
    if name == "ceil" and len(values) == 1:
        return _negative(Node("fn", ("floor", _negative(values[0]))))
    if name == "mod" and len(values) == 2:
        count = Node("fn", ("floor", Node("div", (values[0], values[1]))))
        return Node("add", (values[0], _negative(Node("mul", (values[1], count)))))
    if name in ("min", "max"):
        return _extreme(values, name == "max")
    if name == "abs" and _is_sum_of_squares(values[0]):
        return values[0]
    if name in ("ln", "log") and values[0].head == "fn" and values[0].args[0] == "abs":
        square = Node("pow", (values[0].args[1], TWO))
        return Node("div", (Node("fn", (name, square, *values[1:])), TWO))
    return node


def _extreme(values: list[Node], is_greatest: bool) -> Node:
    found = values[0]
    for value in values[1:]:
        gap = Node("fn", ("abs", Node("add", (found, _negative(value)))))
        found = Node("div", (Node("add", (found, value, gap if is_greatest else _negative(gap))), TWO))
    return found


def _negative(node: Node) -> Node:
    inner: Node = node.args[0]
    return inner if node.head == "neg" else Node("neg", (node,))


def _is_sum_of_squares(node: Node) -> bool:
    """Return True if every term of a tree is certainly not negative."""
    try:
        terms = canonical(node)
    except (TooLarge, Undefined):
        return False
    if not isinstance(terms, dict) or any(one < 0 for one in terms.values()):
        return False
    powers = [factor for monomial in terms for factor in monomial]
    return all(is_positive(name) or (name[0] not in "!~" and _is_even(power)) for name, power in powers)


def _is_even(value: Any) -> bool:
    return type(value) is int and value % 2 == 0


def _is_square(node: Node) -> bool:
    return node.head == "pow" and node.args[1].head == "num" and _is_even(node.args[1].args[0])


def _radicand(node: Node) -> tuple[Node, int] | None:
    """Return what stands under an even root, and the root's index."""
    if node[0] == "root":
        index = node[1][1][1][0] if node[1][1][0] == "num" else None
        return (node[1][0], index) if _is_even(index) and index else None
    if node[0] == "pow" and node[1][1][0] in ("num", "div", "dec") and not varies(node[1][1]):
        exponent = _rational(node[1][1])
        if exponent is not None and exponent.numerator == 1 and exponent.denominator % 2 == 0:
            return node[1][0], exponent.denominator
    return None


def _rational(node: Node) -> Fraction | None:
    try:
        found = canonical(node)
    except (TooLarge, Undefined):
        return None
    return Fraction(found) if isinstance(found, int | Fraction) else None


def _square_in(node: Node) -> Node | None:
    """Return an even root of a product with squares, or of a polynomial that is one, with absolute values instead."""
    found = _radicand(node)
    if found is None or not varies(found[0]):
        return None
    inside, index = found
    factors = inside.args if inside.head == "mul" else (inside,)
    squares = [one for one in factors if _is_square(one)]
    if not squares:
        return _root_of_polynomial(inside) if index == 2 else None
    parts = [
        Node("pow", (Node("fn", ("abs", one.args[0])), num(Fraction(one.args[1].args[0], index)))) for one in squares
    ]
    rest = [one for one in factors if not _is_square(one)]
    return _product([*parts, Node("root", (_product(rest), num(index)))] if rest else parts)


def _root_of_polynomial(inside: Node) -> Node | None:
    try:
        terms = canonical(inside)
        root = polynomial_root(terms) if isinstance(terms, dict) else None
    except (TooLarge, Undefined):
        return None
    if root is None or not all(name.isidentifier() for monomial in root for name, _ in monomial):
        return None
    parts = [
        _product([num(one), *[Node("pow", (sym(name), num(power))) for name, power in monomial]])
        for monomial, one in root.items()
    ]
    return Node("fn", ("abs", Node("add", tuple(parts)) if len(parts) > 1 else parts[0]))


def _product(parts: list[Node]) -> Node:
    return Node("mul", tuple(parts)) if len(parts) > 1 else parts[0]
