"""Elementary functions of values with error bounds, in doubles or at any precision.

A bound comes from the derivative where it is simple; for other functions the value is also taken at both ends of the
error, which is a bound for functions that are monotone there and leaves a margin for those that are not.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from rlvr.rewards.maths.values.measured import Algebra, BeyondRange, Measured, NoValue, Unsure

MAX_COMPLEX = 1e6
"""The largest part of a complex number that a function is asked for."""
MAX_GAMMA = 1e15
"""The largest number that the gamma function is asked for."""
MAX_GAMMA_BITS = 3_000
"""Bits of precision at which the gamma function is asked for."""
_DOMAINS: dict[str, Callable[[Any], bool]] = {
    "ln": lambda x: x > 0,
    "sqrt": lambda x: x >= 0,
    "arcsin": lambda x: -1 <= x <= 1,
    "arccos": lambda x: -1 <= x <= 1,
    "arcosh": lambda x: x >= 1,
    "artanh": lambda x: -1 < x < 1,
    "gamma": lambda x: x > 0 or x != int(x),
}
_BOUNDARIES = {"ln": (0,), "sqrt": (0,), "arcsin": (-1, 1), "arccos": (-1, 1), "arcosh": (1,), "artanh": (-1, 1)}
_GENTLE = frozenset({"arctan", "tanh", "arsinh"})
"""Functions whose slope is at most 1."""
_QUOTIENTS = {
    "tan": ("sin", "cos"),
    "cot": ("cos", "sin"),
    "tanh": ("sinh", "cosh"),
    "coth": ("cosh", "sinh"),
}
_RECIPROCALS = {"sec": "cos", "csc": "sin", "sech": "cosh", "csch": "sinh"}
_OF_RECIPROCAL = {"arcsec": "arccos", "arccsc": "arcsin", "arcoth": "artanh", "arsech": "arcosh", "arcsch": "arsinh"}


class Elementary(Algebra):
    """The operations on measured values in one arithmetic, functions included."""

    def power(self, base: Measured, exponent: Measured) -> Measured:
        """Return a power whose exponent is a measured value: of a positive number, or by the principal logarithm."""
        value, error = base
        if self.is_real(value) and value <= error:
            if abs(value) <= error:
                raise (NoValue if error == 0 or self.arithmetic.is_snapping else Unsure)("a power of zero")
            if not self.is_complex:
                whole = self.as_integer(exponent)
                if whole is None:
                    raise NoValue("a power of a negative number")
                return self.whole_power(base, whole)
        return self.function("exp", [self.product(exponent, self.function("ln", [base]))])

    def function(self, name: str, values: list[Measured]) -> Measured:
        """Return a function's value; NoValue outside of its real domain unless complex numbers are meant."""
        special = _SPECIAL.get(name)
        if special is not None:
            return special(self, values)
        (measured,) = values
        self._refuse_tiny(measured[0])
        if measured[1] > 1:
            raise Unsure("no digit of a number is certain")
        if name in _QUOTIENTS:
            over, under = _QUOTIENTS[name]
            return self.quotient(self.function(over, values), self.function(under, values))
        if name in _RECIPROCALS:
            return self.quotient(self.rational(1), self.function(_RECIPROCALS[name], values))
        if name in _OF_RECIPROCAL:
            return self.function(_OF_RECIPROCAL[name], [self.quotient(self.rational(1), measured)])
        if name not in self.arithmetic.functions:
            raise NoValue(f"no rule for {name}")
        if not self.is_real(measured[0]):
            return self._of_complex(name, measured)
        return self._of_real(name, measured)

    def _refuse_tiny(self, value: Any) -> None:
        """Raise Unsure for a part so small that mpmath would raise its own precision far above ours to see it."""
        least = self.arithmetic.least
        if least and any(0 < abs(part) < least for part in (value.real, value.imag)):
            raise Unsure("a number is very small")

    def _of_real(self, name: str, measured: Measured) -> Measured:
        value, error = measured
        if name in ("exp", "sinh", "cosh") and abs(value) > self.arithmetic.max_exponent:
            raise BeyondRange("an exponential is too large")
        if name == "gamma" and (abs(value) > MAX_GAMMA or self.arithmetic.bits > MAX_GAMMA_BITS):
            raise BeyondRange("the gamma function of a large number")
        if name in ("sin", "cos"):
            if abs(value) * self.unit > 1:
                raise BeyondRange("the angle is too large")
            return self.arithmetic.functions[name](value), error + 2 * self.unit
        is_inside = _DOMAINS.get(name)
        if is_inside is not None and not (is_inside(value - error) and is_inside(value + error)):
            if not is_inside(value - error) and not is_inside(value + error) and not is_inside(value):
                return self._outside(name, measured)
            return self._at_boundary(name, measured)
        return self._probed(name, value, error)

    def _probed(self, name: str, value: Any, error: Any) -> Measured:
        function = self.arithmetic.functions[name]
        found = function(value)
        rounding = abs(found) * self.unit + self.arithmetic.tiny
        if not error:
            return found, rounding
        if name in _GENTLE:
            return found, error + rounding
        if name == "ln":
            return found, error / (value - error) + rounding
        if name == "exp" and error < 0.5:
            return found, 2 * found * error + rounding
        step = max(error, abs(value) * self.unit)
        is_inside = _DOMAINS.get(name)
        near = [one for one in (value - step, value + step) if is_inside is None or is_inside(one)]
        spread = max([abs(function(one) - found) for one in near], default=None)
        if spread is None:
            raise Unsure("the edge of a domain")
        return found, 2 * spread + rounding

    def _outside(self, name: str, measured: Measured) -> Measured:
        if not self.is_complex or name not in self.arithmetic.complex_functions:
            raise NoValue(f"{name} outside of its domain")
        if name == "ln" and measured[0]:
            size, error = self.function("ln", [(-measured[0], measured[1])])
            return self.arithmetic.complex(size, self.arithmetic.pi), error + 4 * self.unit
        return self._of_complex(name, (self.arithmetic.complex(measured[0], 0), measured[1]))

    def _at_boundary(self, name: str, measured: Measured) -> Measured:
        """Return the value where the error reaches over the domain's edge: at the edge itself, if that is allowed."""
        value, error = measured
        for edge in _BOUNDARIES.get(name, ()):
            if abs(value - edge) <= error and self.arithmetic.is_snapping and self.is_small(error):
                exact = self.real(edge)
                if not _DOMAINS[name](exact):
                    raise NoValue(f"{name} at the edge of its domain")
                found = self.arithmetic.functions[name](exact)
                return found, (error * 4) ** self.arithmetic.rational(1, 2)
        raise Unsure("the edge of a domain")

    def _of_complex(self, name: str, measured: Measured) -> Measured:
        value, error = measured
        if name not in self.arithmetic.complex_functions:
            raise NoValue(f"{name} of a complex number")
        if max(abs(value.real), abs(value.imag)) > min(self.arithmetic.max_exponent, MAX_COMPLEX):
            raise BeyondRange("a complex value is too large")
        if name == "ln":
            self.refuse_zero(abs(value), error)
            if error and value.real < error and abs(value.imag) <= error:
                if not self.arithmetic.is_snapping:
                    raise Unsure("a branch cut")
                value = self.arithmetic.complex(value.real, 0)
        function = self.arithmetic.complex_functions[name]
        found = function(value)
        rounding = abs(found) * self.unit + self.unit
        if not error:
            return found, rounding
        step = max(error, abs(value) * self.unit)
        aside = function(value + self.arithmetic.complex(step, 0)), function(value + self.arithmetic.complex(0, step))
        return found, 4 * max(abs(aside[0] - found), abs(aside[1] - found)) + rounding

    def _absolute(self, values: list[Measured]) -> Measured:
        value, error = values[0]
        size = abs(value)
        return size, error + size * self.unit

    def _floor(self, values: list[Measured]) -> Measured:
        value, error = values[0]
        if not self.is_real(value):
            raise NoValue("the floor of a complex number")
        if abs(value) * self.unit > 1:
            raise BeyondRange("a number is too large for its floor")
        low, high = self.arithmetic.floor(value - error), self.arithmetic.floor(value + error)
        if low != high and not (self.arithmetic.is_snapping and self.is_small(error)):
            raise Unsure("a number is near an integer")
        return self.rational(high)

    def _ceiling(self, values: list[Measured]) -> Measured:
        value, error = values[0]
        found, bound = self._floor([(-value, error)])
        return -found, bound

    def _sign(self, values: list[Measured]) -> Measured:
        value, error = values[0]
        if not self.is_real(value):
            raise NoValue("the sign of a complex number")
        if abs(value) <= error:
            if error and not (self.arithmetic.is_snapping and self.is_small(error)):
                raise Unsure("a number is near zero")
            return self.rational(0)
        return self.rational(1 if value > 0 else -1)

    def _least(self, values: list[Measured]) -> Measured:
        return self._extreme(values, min)

    def _greatest(self, values: list[Measured]) -> Measured:
        return self._extreme(values, max)

    def _extreme(self, values: list[Measured], choose: Callable[[list[Any]], Any]) -> Measured:
        if any(not self.is_real(value) for value, _ in values):
            raise NoValue("an order of complex numbers")
        return choose([value for value, _ in values]), max([error for _, error in values])

    def _logarithm(self, values: list[Measured]) -> Measured:
        base = values[1] if len(values) > 1 else self.rational(10)
        return self.quotient(self.function("ln", [values[0]]), self.function("ln", [base]))

    def _modulo(self, values: list[Measured]) -> Measured:
        value, modulus = values
        count = self._floor([self.quotient(value, modulus)])
        taken, error = self.product(modulus, count)
        return value[0] - taken, value[1] + error

    def _arccotangent(self, values: list[Measured]) -> Measured:
        found, error = self.function("arctan", values)
        half, bound = self.quotient(self.constant("pi"), self.rational(2))
        return half - found, error + 2 * bound

    def _real_part(self, values: list[Measured]) -> Measured:
        return values[0][0].real, values[0][1]

    def _imaginary_part(self, values: list[Measured]) -> Measured:
        return values[0][0].imag, values[0][1]

    def _conjugate(self, values: list[Measured]) -> Measured:
        return values[0][0].conjugate(), values[0][1]

    def _argument(self, values: list[Measured]) -> Measured:
        found, error = self.function("ln", [(self.arithmetic.complex(values[0][0]), values[0][1])])
        return found.imag, error

    def large(self, name: str, integers: list[int]) -> Measured:
        """Return a factorial or a binomial coefficient that is too large to be computed exactly."""
        if any(not 0 <= one < 10**15 for one in integers) or not 53 < self.arithmetic.bits <= MAX_GAMMA_BITS:
            raise Unsure(f"{name} of large numbers")
        gamma = self.arithmetic.functions["gamma"]
        if name == "fact":
            found = gamma(self.real(integers[0] + 1))
        elif name == "binom" and len(integers) == 2:
            top, bottom = integers
            found = gamma(self.real(top + 1)) / gamma(self.real(bottom + 1)) / gamma(self.real(top - bottom + 1))
        else:
            raise Unsure(f"{name} of large numbers")
        return found, found * self.unit * 64

    def unknown_function(self, name: str, values: list[Measured]) -> Measured:
        """Return the value of a fixed smooth function that only this name has."""
        code = zlib.crc32(name.encode()) + len(values)
        total, error = self.rational(Fraction(code % 1009, 64))
        for index, value in enumerate(values):
            part, more = self.product(self.rational(Fraction(64 + (code >> (index % 16)) % 127 + 7 * index, 64)), value)
            total, error = total + part, error + more
        found, bound = self.function("sin", [(total, error + abs(total) * self.unit)])
        return found + 2, bound + 3 * self.unit


_SPECIAL: dict[str, Callable[[Elementary, list[Measured]], Measured]] = {
    "abs": Elementary._absolute,
    "floor": Elementary._floor,
    "ceil": Elementary._ceiling,
    "sgn": Elementary._sign,
    "min": Elementary._least,
    "max": Elementary._greatest,
    "log": Elementary._logarithm,
    "mod": Elementary._modulo,
    "arccot": Elementary._arccotangent,
    "re": Elementary._real_part,
    "im": Elementary._imaginary_part,
    "conj": Elementary._conjugate,
    "arg": Elementary._argument,
}
