"""The numbers that expressions are evaluated in: doubles, and mpmath's floats of any precision.

Both come as one `Arithmetic`, so that one evaluator serves both. mpmath is imported when high precision is first asked
for; its context belongs to the thread, because a context's precision is state.
"""

from __future__ import annotations

import cmath
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_REAL = {
    "ln": math.log,
    "exp": math.exp,
    "sqrt": math.sqrt,
    "sin": math.sin,
    "cos": math.cos,
    "arcsin": math.asin,
    "arccos": math.acos,
    "arctan": math.atan,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "tanh": math.tanh,
    "arsinh": math.asinh,
    "arcosh": math.acosh,
    "artanh": math.atanh,
    "gamma": math.gamma,
}
_COMPLEX = {
    "ln": cmath.log,
    "exp": cmath.exp,
    "sqrt": cmath.sqrt,
    "sin": cmath.sin,
    "cos": cmath.cos,
    "arcsin": cmath.asin,
    "arccos": cmath.acos,
    "arctan": cmath.atan,
    "sinh": cmath.sinh,
    "cosh": cmath.cosh,
    "tanh": cmath.tanh,
    "arsinh": cmath.asinh,
    "arcosh": cmath.acosh,
    "artanh": cmath.atanh,
}
_MPMATH_NAMES = {
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arsinh": "asinh",
    "arcosh": "acosh",
    "artanh": "atanh",
}


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """One kind of numbers with its functions. Values are of the types `real` and `complex`, errors of `real`."""

    bits: int
    """Bits of precision."""
    unit: Any
    """A bound on the relative error of one operation."""
    tiny: Any
    """A bound on what underflow takes away."""
    real: type
    """The type of real numbers."""
    complex: Callable[..., Any]
    """Makes a complex number of a real and an imaginary part."""
    rational: Callable[[int, int], Any]
    """Makes the real number nearest to a fraction; OverflowError beyond the range."""
    pi: Any
    """The number pi."""
    e: Any
    """The number e."""
    functions: dict[str, Callable[[Any], Any]]
    """The functions of real numbers, on their domains."""
    complex_functions: dict[str, Callable[[Any], Any]]
    """The functions of complex numbers, by their principal values."""
    floor: Callable[[Any], int]
    """The whole part of a real number."""
    is_snapping: bool
    """Whether a number within its error of zero is taken for zero; otherwise the question stays open."""
    max_exponent: float
    """A bound on the natural logarithm of what an exponential may make."""
    least: Any
    """The smallest number but zero that a function is asked for; mpmath raises its precision for smaller ones."""


def _double(numerator: int, denominator: int) -> float:
    return numerator / denominator


DOUBLES = Arithmetic(
    bits=53,
    unit=2.0**-51,
    tiny=1e-300,
    real=float,
    complex=complex,
    rational=_double,
    pi=math.pi,
    e=math.e,
    functions=_REAL,
    complex_functions=_COMPLEX,
    floor=math.floor,
    is_snapping=False,
    max_exponent=700.0,
    least=0.0,
)
"""Double precision: what is different here is proven different."""

_LOCAL = threading.local()


def precise(bits: int) -> Arithmetic:
    """Return mpmath's numbers of `bits` bits, which are set as the precision of this thread's context."""
    context = getattr(_LOCAL, "context", None)
    if context is None:
        context = _LOCAL.context = _new_context()
    context.prec = bits
    return _arithmetic(context, bits)


def _new_context() -> Any:
    """Return mpmath's own context; the import costs more than most comparisons, so it waits until here."""
    import mpmath  # type: ignore[import-untyped]

    return mpmath.MPContext()


@lru_cache(maxsize=64)
def _arithmetic(context: Any, bits: int) -> Arithmetic:
    functions = {name: getattr(context, _MPMATH_NAMES.get(name, name)) for name in _COMPLEX}
    return Arithmetic(
        bits=bits,
        unit=context.ldexp(1, 3 - bits),
        tiny=context.mpf(0),
        real=context.mpf,
        complex=context.mpc,
        rational=lambda numerator, denominator: context.mpf(numerator) / denominator,
        pi=+context.pi,
        e=+context.e,
        functions={**functions, "gamma": context.gamma},
        complex_functions=functions,
        floor=lambda value: int(context.floor(value)),
        is_snapping=bits >= 400,
        max_exponent=2.0**60,
        least=context.ldexp(1, -4 * bits),
    )
