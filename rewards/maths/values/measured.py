"""Sums, products and powers of values with error bounds, in doubles or at any precision."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, TypeAlias

from rlvr.rewards.maths.values.arithmetics import Arithmetic

Measured: TypeAlias = tuple[Any, Any]
"""A value and a bound on its error."""


class NoValue(Exception):  # noqa: N818  a claim about the point
    """An expression has no value at a point, or none that is real."""


class Unsure(Exception):  # noqa: N818  a claim about the precision
    """The precision does not tell on which side of a boundary a value is."""


class BeyondRange(Unsure):
    """A number is too large for the arithmetic, whatever its precision."""


class Algebra:
    """The algebraic operations on measured values in one arithmetic."""

    def __init__(self, arithmetic: Arithmetic, *, is_complex: bool) -> None:
        self.arithmetic = arithmetic
        self.unit = arithmetic.unit
        self.real = arithmetic.real
        self.zero = arithmetic.tiny * 0
        self.is_complex = is_complex

    def is_real(self, value: Any) -> bool:
        """Return True if a value has the type of real numbers."""
        return type(value) is self.real

    def is_small(self, error: Any) -> bool:
        """Return True if an error is as small as rounding alone makes it."""
        return bool(error * error < self.unit)

    def rational(self, value: int | Fraction) -> Measured:
        """Return a rational number."""
        made = self.arithmetic.rational(value.numerator, value.denominator)
        bottom = value.denominator
        if -0x20000000000000 < value.numerator < 0x20000000000000 and bottom & (bottom - 1) == 0 and bottom < 1 << 60:
            return made, self.zero
        return made, abs(made) * self.unit

    def constant(self, name: str) -> Measured:
        """Return pi, e or the imaginary unit."""
        if name == "i":
            return self.arithmetic.complex(0, 1), self.zero
        if name not in ("pi", "e"):
            raise NoValue("an infinity")
        value = self.arithmetic.pi if name == "pi" else self.arithmetic.e
        return value, value * self.unit

    def product(self, left: Measured, right: Measured) -> Measured:
        """Return a product."""
        (x, dx), (y, dy) = left, right
        value = x * y
        return value, abs(x) * dy + abs(y) * dx + dx * dy + abs(value) * self.unit + self.arithmetic.tiny

    def quotient(self, over: Measured, under: Measured) -> Measured:
        """Return a quotient; NoValue for a division by zero."""
        (x, dx), (y, dy) = over, under
        size = abs(y)
        self.refuse_zero(size, dy)
        value = x / y
        error = (dx + abs(value) * dy) / (size - dy) + abs(value) * self.unit + self.arithmetic.tiny
        return value, error

    def refuse_zero(self, size: Any, error: Any) -> None:
        """Raise NoValue for a divisor that is zero, Unsure for one that may be."""
        if size <= error:
            if error == 0 or (self.arithmetic.is_snapping and self.is_small(error)):
                raise NoValue("a division by zero")
            raise Unsure("a divisor is near zero")

    def rational_power(self, base: Measured, exponent: int | Fraction) -> Measured:
        """Return a power with an exact exponent."""
        if exponent.denominator == 1:
            return self.whole_power(base, exponent.numerator)
        value, error = base
        if not self.is_real(value):
            return self._principal_power(base, exponent)
        if abs(value) <= error:
            return self._power_near_zero(base, exponent)
        if value < 0:
            if exponent.denominator % 2 == 0:
                return self._principal_power(base, exponent)
            size, bound = self.rational_power((-value, error), exponent)
            return (-size if exponent.numerator % 2 else size), bound
        power = self.arithmetic.rational(exponent.numerator, exponent.denominator)
        self._refuse_large(power, value)
        found = value**power
        log = self.arithmetic.functions["ln"](value)
        relative = abs(power) * error / (value - error) + (abs(power * log) + 4) * self.unit
        return found, found * relative * 2 + self.arithmetic.tiny

    def _power_near_zero(self, base: Measured, exponent: int | Fraction) -> Measured:
        value, error = base
        if error and not (self.arithmetic.is_snapping and self.is_small(error)):
            raise Unsure("a root of a number near zero")
        if exponent <= 0:
            raise NoValue("a division by zero")
        power = self.arithmetic.rational(exponent.numerator, exponent.denominator)
        return value * 0, (error * 2) ** power

    def _refuse_large(self, power: Any, value: Any) -> None:
        if abs(power) * abs(self.arithmetic.functions["ln"](value)) > self.arithmetic.max_exponent:
            raise BeyondRange("a power is too large")

    def whole_power(self, base: Measured, exponent: int) -> Measured:
        """Return a power with a whole exponent."""
        value, error = base
        size = abs(value)
        if exponent == 0:
            if size <= error:
                raise NoValue("zero to the power zero")
            return self.rational(1)
        if exponent < 0:
            self.refuse_zero(size, error)
        if exponent.bit_length() > 60 or (size and abs(exponent) > 64 and self._is_large(exponent, size)):
            raise BeyondRange("a power is too large")
        found = value**exponent
        edge = size + error if exponent > 0 else size - error
        slope = abs(exponent) * edge ** (exponent - 1)
        rounding = self.unit * (4 + exponent.bit_length() if self.is_real(value) else 4 + abs(exponent))
        return found, slope * error + abs(found) * rounding + self.arithmetic.tiny

    def _is_large(self, exponent: int, size: Any) -> bool:
        return bool(abs(exponent * self.arithmetic.functions["ln"](size)) > self.arithmetic.max_exponent)

    def _principal_power(self, base: Measured, exponent: int | Fraction) -> Measured:
        power = self.arithmetic.rational(exponent.numerator, exponent.denominator)
        return self.power(base, (power, abs(power) * self.unit))

    def power(self, base: Measured, exponent: Measured) -> Measured:
        """Return a power whose exponent is a measured value: of a positive number, or by the principal logarithm."""
        raise NotImplementedError

    def as_integer(self, measured: Measured) -> int | None:
        """Return the value as an integer if it is exactly one, and small."""
        value, error = measured
        if not self.is_real(value) or error or abs(value) > 1_000:
            return None
        whole = self.arithmetic.floor(value)
        return whole if whole == value else None
