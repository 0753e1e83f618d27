"""Canonical forms of the named functions: one table from a name to what it does with canonical arguments."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from rlvr.rewards.maths.tree import Undefined
from rlvr.rewards.maths.values import discrete
from rlvr.rewards.maths.values.discrete import complex_parts, named
from rlvr.rewards.maths.values.logarithms import logarithm, natural
from rlvr.rewards.maths.values.monomials import E_ATOM, IMAGINARY, Canonical, Infinity
from rlvr.rewards.maths.values.powers import power
from rlvr.rewards.maths.values.radicals import inverse
from rlvr.rewards.maths.values.terms import Budget, add, atom, difference, negative, text, times
from rlvr.rewards.maths.values.trig import inverse_trigonometric, trigonometric

_TRIGONOMETRIC = frozenset({"sin", "cos", "tan", "cot", "sec", "csc"})
_INVERSE = frozenset({"arcsin", "arccos", "arctan", "arccot", "arcsec", "arccsc"})
_HYPERBOLIC = frozenset({"sinh", "cosh", "tanh", "coth", "sech", "csch"})
_AREA = frozenset({"arsinh", "arcosh", "artanh", "arcoth", "arsech", "arcsch"})
_HALF = Fraction(1, 2)

_Unary = Callable[[Canonical, Budget], Canonical]


def apply(name: str, values: list[Canonical], budget: Budget) -> Canonical:
    """Return the value of a function of `FUNCTIONS` at canonical `values`, an atom where no rule knows better."""
    if len(values) == 1:
        value = values[0]
        if name in _TRIGONOMETRIC:
            return trigonometric(name, value, budget)
        if name in _INVERSE:
            return _or_named(inverse_trigonometric(name, value, budget), name, value)
        if name in _HYPERBOLIC:
            return _hyperbolic(name, value, budget)
        if name in _AREA:
            return _area(name, value, budget)
        known = _UNARY.get(name)
        if known is not None:
            return known(value, budget)
    return _several(name, values, budget)


def _several(name: str, values: list[Canonical], budget: Budget) -> Canonical:
    if name in ("min", "max") and values:
        return discrete.extreme(name, values, budget)
    if name in ("gcd", "lcm") and values:
        return discrete.gcd(values, budget) if name == "gcd" else discrete.lcm(values, budget)
    if len(values) == 2:
        if name == "log":
            return logarithm(values[0], values[1], budget)
        if name == "binom":
            return discrete.binomial(values[0], values[1], budget)
        if name == "mod":
            return discrete.modulo(values[0], values[1], budget)
    return atom(f"~{name}({','.join([text(value) for value in values])})")


def _or_named(found: Canonical | None, name: str, value: Canonical) -> Canonical:
    return named(name, value) if found is None else found


def _exponential(value: Canonical, budget: Budget) -> Canonical:
    return power(atom(E_ATOM), value, budget)


def _common_logarithm(value: Canonical, budget: Budget) -> Canonical:
    return logarithm(value, 10, budget)


def _hyperbolic(name: str, value: Canonical, budget: Budget) -> Canonical:
    up, down = _exponential(value, budget), _exponential(negative(value), budget)
    if name in ("sinh", "csch"):
        result = times(difference(up, down), _HALF, budget)
        return result if name == "sinh" else inverse(result, budget)
    cosh = add((up, down))
    if name == "tanh":
        return times(difference(up, down), inverse(cosh, budget), budget)
    if name == "coth":
        return times(cosh, inverse(difference(up, down), budget), budget)
    cosh = times(cosh, _HALF, budget)
    return cosh if name == "cosh" else inverse(cosh, budget)


def _area(name: str, value: Canonical, budget: Budget) -> Canonical:
    """Return an inverse hyperbolic function as a logarithm."""
    if isinstance(value, Infinity):
        return named(name, value)
    if name in ("arcoth", "arsech", "arcsch"):
        turned = {"arcoth": "artanh", "arsech": "arcosh", "arcsch": "arsinh"}[name]
        return _area(turned, inverse(value, budget), budget)
    if name == "artanh":
        ratio = times(add((1, value)), inverse(difference(1, value), budget), budget)
        return times(natural(ratio, budget), _HALF, budget)
    square = add((times(value, value, budget), 1 if name == "arsinh" else -1))
    return natural(add((value, power(square, _HALF, budget))), budget)


def _real(value: Canonical, budget: Budget) -> Canonical:
    del budget
    parts = complex_parts(value)
    return named("re", value) if parts is None else parts[0]


def _imaginary(value: Canonical, budget: Budget) -> Canonical:
    del budget
    parts = complex_parts(value)
    return named("im", value) if parts is None else parts[1]


def _conjugate(value: Canonical, budget: Budget) -> Canonical:
    parts = complex_parts(value)
    if parts is None:
        return named("conj", value)
    return difference(parts[0], times(atom(IMAGINARY), parts[1], budget))


def _argument(value: Canonical, budget: Budget) -> Canonical:
    del budget
    if value == 0:
        raise Undefined("the argument of zero")
    return named("arg", value)


_UNARY: dict[str, _Unary] = {
    "exp": _exponential,
    "ln": natural,
    "log": _common_logarithm,
    "abs": discrete.absolute,
    "floor": discrete.floor,
    "ceil": discrete.ceiling,
    "sgn": discrete.signum,
    "fact": discrete.factorial,
    "fact2": discrete.double_factorial,
    "gamma": discrete.gamma,
    "phi": discrete.totient,
    "re": _real,
    "im": _imaginary,
    "conj": _conjugate,
    "arg": _argument,
}
