"""Axes: from numbers to places on a drawing, with ticks at round numbers and labels that are short."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

_ROUND = (1, 2, 5, 10)
_THOUSAND, _MILLION = 1e3, 1e6
_TINY = 1e-3


@dataclass(frozen=True, slots=True)
class Axis:
    """A stretch of numbers on a stretch of the drawing."""

    low: float
    """The number at the start."""
    high: float
    """The number at the end; above `low`."""
    start: float
    """Where `low` is drawn."""
    end: float
    """Where `high` is drawn."""
    is_log: bool = False
    """Whether equal distances are equal ratios."""

    def at(self, value: float) -> float:
        """Where a number is drawn, to a tenth; what is outside stays outside."""
        low, high, value = (
            map(math.log10, (self.low, self.high, value)) if self.is_log else (self.low, self.high, value)
        )
        return round(self.start + (value - low) / (high - low) * (self.end - self.start), 1)

    def ticks(self, count: int, *, is_whole: bool = False) -> list[float]:
        """About so many round numbers on the axis."""
        if self.is_log:
            first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
            every = max(1, math.ceil((last - first + 1) / count))
            return [10.0**power for power in range(first, last + 1, every)]
        size = _round_up((self.high - self.low) / count)
        size = max(1.0, size) if is_whole else size
        first, last = math.ceil(self.low / size - 1e-9), math.floor(self.high / size + 1e-9)
        return [number * size for number in range(first, last + 1)]


def value_axis(values: Iterable[float], start: float, end: float, *, is_share: bool, is_log: bool) -> Axis:
    """The vertical axis that holds all values: whole powers of ten, or from 0, or from 0 to 1."""
    known = [value for value in values if not is_log or value > 0]
    if is_log and known:
        first, last = math.floor(math.log10(min(known))), math.ceil(math.log10(max(known)))
        return Axis(10.0**first, 10.0 ** max(last, first + 1), start, end, is_log=True)
    low, high = min([0.0, *known]), max([1.0 if is_share else 0.0, *known])
    if high == low:
        high = 1.0
    room = 0.0 if is_share and low == 0.0 and high == 1.0 else 0.05 * (high - low)
    return Axis(low - (room if low < 0 else 0.0), high + room, start, end)


def label(value: float) -> str:
    """A number in a few characters: 0.25, 12k, 3e-5."""
    if value == 0:
        return "0"
    size = abs(value)
    for unit, name in ((_MILLION, "M"), (_THOUSAND * 10, "k")):
        if size >= unit:
            return f"{value / (_THOUSAND if name == 'k' else _MILLION):.4g}{name}"
    if size < _TINY:
        mantissa, _, exponent = f"{value:.1e}".partition("e")
        return f"{float(mantissa):g}e{int(exponent)}"
    return f"{value:.4g}"


def _round_up(size: float) -> float:
    unit = 10.0 ** math.floor(math.log10(size))
    return next(step * unit for step in _ROUND if step * unit >= size * (1 - 1e-9))
