"""Trees to sympy's objects and back, one head at a time."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy  # type: ignore[import-untyped]

from rlvr.rewards.maths.tree import IMAGINARY, INFINITY, PI, E, Node, num, sym, symbols, walk

_FUNCTIONS: dict[str, Any] = {
    **{name: getattr(sympy, name) for name in ("sin", "cos", "tan", "cot", "sec", "csc")},
    **{name: getattr(sympy, name) for name in ("sinh", "cosh", "tanh", "coth", "sech", "csch")},
    **{f"arc{name}": getattr(sympy, f"a{name}") for name in ("sin", "cos", "tan", "sec", "csc")},
    **{f"ar{name}": getattr(sympy, f"a{name}") for name in ("sinh", "cosh", "tanh", "coth", "sech", "csch")},
    "exp": sympy.exp,
    "ln": sympy.log,
    "abs": sympy.Abs,
    "floor": sympy.floor,
    "ceil": sympy.ceiling,
    "sgn": sympy.sign,
    "fact": sympy.factorial,
    "fact2": sympy.factorial2,
    "binom": sympy.binomial,
    "min": sympy.Min,
    "max": sympy.Max,
    "mod": sympy.Mod,
    "conj": sympy.conjugate,
    "re": sympy.re,
    "im": sympy.im,
    "arg": sympy.arg,
    "gamma": sympy.gamma,
}
_NAMES = {made: name for name, made in _FUNCTIONS.items() if name not in ("exp", "ln")}
_CONSTANTS = {"pi": sympy.pi, "e": sympy.E, "i": sympy.I, "oo": sympy.oo}


class Untranslatable(Exception):  # noqa: N818  a claim about the tree
    """A tree or an object has no counterpart."""


def as_sympy(node: Node) -> Any:
    """Return a tree as a sympy object, with real symbols; those that count are integers of at least 0."""
    counting = frozenset(
        name for one in walk(node) if one.head in ("sum", "prod") for each in one.args[2:] for name in symbols(each)
    )
    return _Builder(counting).built(node, {})


class _Builder:
    def __init__(self, counting: frozenset[str]) -> None:
        self.counting = counting

    def built(self, node: Node, bound: dict[str, Any]) -> Any:
        head, args = node
        if head in ("num", "dec"):
            return sympy.Rational(args[0].numerator, args[0].denominator)
        if head == "sym":
            return bound.get(args[0]) or self.symbol(args[0])
        if head == "const":
            return _CONSTANTS[args[0]]
        if head in ("sum", "prod", "int", "lim", "diff"):
            return self.process(head, args, bound)
        parts = [self.built(one, bound) for one in args if isinstance(one, Node)]
        if head == "fn":
            return _function(args[0], parts)
        if head == "call":
            return sympy.Function(f"call {args[0]}", real=True)(*parts)
        return _arithmetic(head, parts)

    def symbol(self, name: str) -> Any:
        if name in self.counting:
            return sympy.Symbol(name, integer=True, nonnegative=True)
        return sympy.Symbol(name, real=True)

    def process(self, head: str, args: tuple[Any, ...], bound: dict[str, Any]) -> Any:
        if args[1].head != "sym":
            raise Untranslatable(f"a {head} over a {args[1].head}")
        name = args[1].args[0]
        if head in ("sum", "prod"):
            variable = sympy.Dummy(name, integer=True)
        else:
            variable = self.symbol(name) if len(args) == 2 else sympy.Dummy(name, real=True)
        body = self.built(args[0], {**bound, name: variable})
        ends = [self.built(one, bound) for one in args[2:] if isinstance(one, Node)]
        if head == "diff":
            return sympy.Derivative(body, variable)
        if head == "lim":
            return sympy.Limit(body, variable, ends[0], args[3] if len(args) > 3 and args[3] else "+-")
        kind = {"sum": sympy.Sum, "prod": sympy.Product, "int": sympy.Integral}[head]
        return kind(body, (variable, *ends)) if ends else kind(body, variable)


def _arithmetic(head: str, parts: list[Any]) -> Any:
    first, *others = parts
    if head == "neg":
        return -first
    if head == "add":
        return sympy.Add(*parts)
    if head == "mul":
        return sympy.Mul(*parts)
    if head == "div":
        return sympy.Mul(first, sympy.Pow(others[0], -1))
    if head == "pow":
        return _power(first, others[0])
    if head == "root":
        return _power(first, sympy.Pow(others[0], -1))
    if head in ("percent", "degree"):
        return first / 100 if head == "percent" else first
    raise Untranslatable(f"a {head}")


def _power(base: Any, exponent: Any) -> Any:
    """Return a power; an odd root of what may be negative is real."""
    if isinstance(exponent, sympy.Rational) and exponent.q % 2 and exponent.q > 1 and base.is_nonnegative is not True:
        return sympy.sign(base) ** exponent.p * sympy.Abs(base) ** exponent
    return sympy.Pow(base, exponent)


def _function(name: str, parts: list[Any]) -> Any:
    if name == "log":
        return sympy.log(parts[0]) / sympy.log(parts[1] if len(parts) > 1 else 10)
    if name == "arccot":
        return sympy.pi / 2 - sympy.atan(parts[0])
    made = _FUNCTIONS.get(name)
    if made is None:
        raise Untranslatable(f"the function {name}")
    return made(*parts)


def worked_out(made: Any) -> Any:
    """Return a sympy object with its sums, integrals, limits and derivatives carried out; the first case of several."""
    done = made.doit()
    if done.has(sympy.Piecewise):
        done = done.replace(lambda one: isinstance(one, sympy.Piecewise), _general_case)
    return done


def _general_case(made: Any) -> Any:
    """Return the case of a piecewise expression that holds but for single points or outside of convergence."""
    cases = [one for one, condition in made.args if not condition.has(sympy.Eq)]
    finished = [one for one in cases if not one.has(sympy.Sum, sympy.Integral, sympy.Product)]
    return finished[0] if finished else made.args[-1][0]


def is_zero(made: Any) -> bool | None:
    """Return True if an object simplifies to zero, False if it is another number, None if neither is shown."""
    for simplify in _SIMPLIFICATIONS:
        made = simplify(made)
        if made.is_number and made.is_zero is not None:
            return bool(made.is_zero)
    return None


_SIMPLIFICATIONS: tuple[Callable[[Any], Any], ...] = (
    sympy.expand,
    sympy.cancel,
    sympy.trigsimp,
    sympy.radsimp,
    sympy.simplify,
)


def as_node(made: Any) -> Node:
    """Return a sympy object as a tree.

    Raises:
        Untranslatable: If it has a part that no head stands for, such as an integral that stayed one.
    """
    if isinstance(made, sympy.Rational):
        return num(Fraction(int(made.p), int(made.q)) if made.q != 1 else int(made.p))
    if isinstance(made, sympy.Symbol):
        return sym(made.name)
    constant = _LEAVES.get(made)
    if constant is not None:
        return constant
    if isinstance(made, sympy.Pow | sympy.exp):
        base, exponent = made.as_base_exp()
        return Node("pow", (as_node(base), as_node(exponent)))
    parts = tuple(as_node(one) for one in made.args)
    if isinstance(made, sympy.Add | sympy.Mul):
        return Node("add" if isinstance(made, sympy.Add) else "mul", parts)
    if isinstance(made, sympy.log):
        return Node("fn", ("ln", *parts))
    name = _NAMES.get(made.func)
    if name is not None:
        return Node("fn", (name, *parts))
    called = str(made.func)
    if called.startswith("call "):
        return Node("call", (called[5:], *parts))
    raise Untranslatable(f"sympy's {called}")


_LEAVES = {
    sympy.pi: PI,
    sympy.E: E,
    sympy.I: IMAGINARY,
    sympy.oo: INFINITY,
    -sympy.oo: Node("neg", (INFINITY,)),
    sympy.GoldenRatio: Node("div", (Node("add", (num(1), Node("root", (num(5), num(2))))), num(2))),
}
