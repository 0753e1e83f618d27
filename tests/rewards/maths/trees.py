r"""Random expressions as plain tuples, their values by floats, and their spellings in LaTeX, ASCII and Unicode.

Written for the property tests and independent of the parser: a tree is `("num", Fraction)`, `("sym", name)`,
`("add" | "mul", *trees)`, `("neg" | "sqrt" | "sin" | "cos", tree)`, `("div", tree, tree)` or `("pow", tree, int)`.
What reads in two ways is never written: no sine without brackets before a product, no number before a fraction.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from random import Random
from typing import Any

from hypothesis import strategies as st

Tree = tuple[Any, ...]

SYMBOLS = ("x", "y", "a", "n")
STYLES = ("latex", "ascii", "unicode")
POINTS: tuple[Mapping[str, float], ...] = (
    {"x": 0.7, "y": 1.9, "a": 2.3, "n": 3.1},
    {"x": 5.3, "y": 0.4, "a": 1.2, "n": 0.9},
    {"x": 11.7, "y": 7.1, "a": 0.3, "n": 6.2},
    {"x": -1.3, "y": 2.7, "a": -3.4, "n": 4.8},
)
_SUM, _PRODUCT, _FACTOR, _ATOM = range(4)
"""How tightly a text holds together: it is bracketed where it must hold tighter."""

whole = st.integers(0, 20).map(lambda value: ("num", Fraction(value)))
fraction = st.builds(lambda p, q: ("num", Fraction(p, q)), st.integers(1, 20), st.sampled_from([2, 3, 4, 5, 7, 8]))
numbers = st.one_of(whole, fraction)
leaves = st.one_of(numbers, st.sampled_from(SYMBOLS).map(lambda name: ("sym", name)))


def _larger(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    many = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        many.map(lambda parts: ("add", *parts)),
        many.map(lambda parts: ("mul", *parts)),
        st.tuples(st.just("div"), inner, inner),
        st.tuples(st.just("pow"), inner, st.integers(2, 3)),
        st.tuples(st.sampled_from(["neg", "neg", "sqrt", "sin", "cos"]), inner),
    )


expressions: st.SearchStrategy[Tree] = st.recursive(leaves, _larger, max_leaves=7)


def value(tree: Tree, point: Mapping[str, float]) -> float | None:
    """Return the value of `tree` at `point`; None where it is not real, or so large or so small that floats mislead."""
    try:
        found = _value(tree, point)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    return found if abs(found) < 1e9 else None


def _value(tree: Tree, point: Mapping[str, float]) -> float:
    head, *parts = tree
    if head == "num":
        return float(parts[0])
    if head == "sym":
        return point[parts[0]]
    if head == "pow":
        return float(_value(parts[0], point) ** parts[1])
    values = [_value(part, point) for part in parts]
    if head == "div" and abs(values[1]) < 1e-6:
        raise ZeroDivisionError
    return _OPERATIONS[head](values)


_OPERATIONS: dict[str, Callable[[list[float]], float]] = {
    "add": sum,
    "mul": math.prod,
    "neg": lambda values: -values[0],
    "div": lambda values: values[0] / values[1],
    "sqrt": lambda values: math.sqrt(values[0]),
    "sin": lambda values: math.sin(values[0]),
    "cos": lambda values: math.cos(values[0]),
}


def num_leaves(tree: Tree) -> int:
    """Return how many numbers and symbols `tree` has, exponents not counted."""
    return 1 if tree[0] in ("num", "sym") else sum(num_leaves(part) for part in tree[1:] if isinstance(part, tuple))


def with_leaf(tree: Tree, index: int, change: Callable[[Tree], Tree]) -> Tree:
    """Return `tree` with its leaf `index`, counted from the left, replaced by its `change`."""
    if tree[0] in ("num", "sym"):
        return change(tree) if index == 0 else tree
    parts: list[Any] = [tree[0]]
    for part in tree[1:]:
        inside = isinstance(part, tuple)
        parts.append(with_leaf(part, index, change) if inside else part)
        index -= num_leaves(part) if inside else 0
    return tuple(parts)


def shuffled(tree: Tree, rng: Random) -> Tree:
    """Return `tree` with the parts of its sums and products in another order."""
    head, *parts = tree
    parts = [shuffled(part, rng) if isinstance(part, tuple) else part for part in parts]
    if head in ("add", "mul"):
        rng.shuffle(parts)
    return (head, *parts)


def spelled(tree: Tree, style: str, rng: Random, needed: int = _SUM) -> str:
    """Return `tree` in `style` as a part that must hold together as tightly as `needed`."""
    text, held = _text(tree, style, rng)
    if held < needed or (tree[0] not in ("num", "sym") and rng.random() < 0.1):
        text = bracketed(text, style, rng)
    return text


def bracketed(text: str, style: str, rng: Random) -> str:
    """Return `text` in round brackets."""
    shapes = ["({})"] if style != "latex" else ["({})", r"\left({}\right)", r"\left( {} \right)", r"\bigl({}\bigr)"]
    return rng.choice(shapes).replace("{}", text)


def _text(tree: Tree, style: str, rng: Random) -> tuple[str, int]:
    head = tree[0]
    if head == "num":
        return _number(tree[1], style, rng)
    if head == "sym":
        return tree[1], _ATOM
    if head in ("add", "neg"):
        return _sum(tree if head == "add" else ("add", tree), style, rng), _SUM
    return {"mul": _product, "div": _quotient, "pow": _power, "sqrt": _root}.get(head, _function)(tree, style, rng)


def _number(number: Fraction, style: str, rng: Random) -> tuple[str, int]:
    p, q = number.numerator, number.denominator
    if q == 1:
        return str(p), _ATOM
    if q in (2, 4, 5, 8) and rng.random() < 0.2:
        return f"{p / q}", _ATOM
    if style == "latex":
        short = [rf"\frac{p}{q}", rf"\frac {p}{q}"] if p < 10 else [rf"\frac{{{p}}}{q}"]
        return rng.choice(
            [*short, rf"\frac{{{p}}}{{{q}}}", rf"\dfrac{{{p}}}{{{q}}}", rf"\tfrac{{{p}}}{{{q}}}"]
        ), _FACTOR
    return f"{p}/{q}", _PRODUCT


def _sum(tree: Tree, style: str, rng: Random) -> str:
    text = ""
    for part in tree[1:]:
        sign, term = ("-", part[1]) if part[0] == "neg" else ("+", part)
        minus = "−" if style == "unicode" else "-"
        shown = "+" if sign == "+" else minus
        space = rng.choice(["", " "]) if text else ""
        text += "" if not text and sign == "+" else f"{space}{shown}{space}"
        text += spelled(term, style, rng, _PRODUCT)
    return text


def _product(tree: Tree, style: str, rng: Random) -> tuple[str, int]:
    signs = {"latex": [r"\cdot ", r" \times ", r" \cdot "], "ascii": ["*", " * "], "unicode": ["·", " × ", "⋅"]}[style]
    text = ""
    for part in tree[1:]:
        factor = spelled(part, style, rng, _FACTOR)
        can_touch = text.isdigit() and (part[0] in ("sym", "sqrt") or factor.startswith(("(", r"\left(")))
        sign = rng.choice(["", " ", *signs]) if can_touch else rng.choice(signs)
        text += f"{sign if text else ''}{factor}"
    return text, _PRODUCT


def _quotient(tree: Tree, style: str, rng: Random) -> tuple[str, int]:
    if style == "latex" and rng.random() < 0.8:
        over, under = spelled(tree[1], style, rng), spelled(tree[2], style, rng)
        if rng.random() < 0.1:
            return rf"{{{over} \over {under}}}", _FACTOR
        return rf"\{rng.choice(['frac', 'dfrac', 'tfrac', 'cfrac'])}{{{over}}}{{{under}}}", _FACTOR
    signs = {"latex": ["/", r" \div "], "ascii": ["/", " / "], "unicode": ["/", " ÷ "]}[style]
    return rng.choice(signs).join(spelled(part, style, rng, _FACTOR) for part in tree[1:]), _PRODUCT


def _power(tree: Tree, style: str, rng: Random) -> tuple[str, int]:
    exponent = tree[2]
    raised = {
        "latex": [f"^{exponent}", f"^{{{exponent}}}"],
        "ascii": [f"^{exponent}", f"**{exponent}", f"^({exponent})"],
    }
    mark = rng.choice(raised.get(style, ["²" if exponent == 2 else "³"]))
    if tree[1][0] in ("sin", "cos") and style == "latex" and rng.random() < 0.5:
        return rf"\{tree[1][0]}{mark}({spelled(tree[1][1], style, rng)})", _FACTOR
    return spelled(tree[1], style, rng, _ATOM) + mark, _FACTOR


def _root(tree: Tree, style: str, rng: Random) -> tuple[str, int]:
    inside = spelled(tree[1], style, rng)
    if style == "latex":
        short = [rf"\sqrt{inside}", rf"\sqrt {inside}"] if len(inside) == 1 and inside.isdigit() else []
        return rng.choice([*short, rf"\sqrt{{{inside}}}", rf"\sqrt{{ {inside} }}"]), _FACTOR
    if style == "unicode":
        return (f"√{inside}" if inside.isdigit() else f"√({inside})"), _FACTOR
    return f"sqrt({inside})", _FACTOR


def _function(tree: Tree, style: str, rng: Random) -> tuple[str, int]:
    name, inside = tree[0], spelled(tree[1], style, rng)
    if style != "latex":
        return f"{name}({inside})", _FACTOR
    if tree[1][0] == "sym" and rng.random() < 0.5:
        return rng.choice([rf"\{name} {inside}", rf"\{name}{{{inside}}}"]), _PRODUCT
    return rf"\{name}{bracketed(inside, style, rng)}", _FACTOR
