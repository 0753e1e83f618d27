"""Lines of a chart with what is known of their uncertainty.

A number that is measured at every step wanders, because each step draws other tasks. Its line is the running mean, and
the band is the 95% interval of that mean by Student's t, from the spread of the steps in the window; a real trend
inside the window widens the band, never narrows it. A check on `val` has a Wilson band instead, over its tasks.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from rlvr.grpo.evaluate import wilson_interval

MAX_POINTS = 250
"""Points that a line is drawn with at most: running means in between are left out, extremes of single steps are not."""
_MIN_WINDOW = 5
_WINDOW_SHARE = 20
_T95 = (math.nan, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)
_Z95 = 1.959964


@dataclass(frozen=True, slots=True)
class Point:
    """A step of a line."""

    step: int
    """Where it is."""
    value: float
    """What is drawn."""
    low: float | None = None
    """Lower end of the band, if there is one."""
    high: float | None = None
    """Upper end."""
    raw: float | None = None
    """What was measured at this very step, where the line is a mean."""


@dataclass(frozen=True, slots=True)
class Series:
    """A line of a chart."""

    name: str
    """What the legend calls it."""
    points: Sequence[Point]
    """By step."""
    raw: Sequence[tuple[int, float]] = ()
    """The single steps behind a running mean, drawn faintly."""
    color: int = 0
    """Which colour of the page."""
    is_dashed: bool = False
    """Whether it belongs to the second of two runs and shares its colour with the first."""
    has_dots: bool = False
    """Whether its points are few and each is a measurement."""


def trend(name: str, values: Sequence[tuple[int, float]], color: int = 0, *, is_dashed: bool = False) -> Series:
    """The running mean with its 95% interval, centred, over a twentieth of the run and at least five steps."""
    half = max(_MIN_WINDOW, len(values) // _WINDOW_SHARE) // 2
    points = [_mean_at(values, place, half) for place in _places(values)]
    return Series(name, points, _thinned(values), color, is_dashed=is_dashed)


def exact(name: str, values: Sequence[tuple[int, float]], color: int = 0, *, is_dashed: bool = False) -> Series:
    """Numbers that are set and not measured, as they are."""
    return Series(name, [Point(*values[place]) for place in _places(values)], color=color, is_dashed=is_dashed)


def checks(
    name: str, values: Sequence[tuple[int, float, int | None]], color: int = 0, *, is_dashed: bool = False
) -> Series:
    """Shares of so many tasks, each with its 95% Wilson interval where the number is known."""
    points = []
    for step, share, num_tasks in (values[place] for place in _places(values)):
        around = wilson_interval(share, num_tasks) if num_tasks and 0 <= share <= 1 else None
        points.append(Point(step, share, around.low if around else None, around.high if around else None))
    return Series(name, points, color=color, is_dashed=is_dashed, has_dots=True)


def _places(values: Sequence[object]) -> Sequence[int]:
    """All places, or so many at equal distances, with both ends."""
    if len(values) <= MAX_POINTS:
        return range(len(values))
    return [round(at * (len(values) - 1) / (MAX_POINTS - 1)) for at in range(MAX_POINTS)]


def _mean_at(values: Sequence[tuple[int, float]], place: int, half: int) -> Point:
    window = [value for _, value in values[max(0, place - half) : place + half + 1]]
    step, raw = values[place]
    mean = statistics.fmean(window)
    if len(window) == 1:
        return Point(step, mean, raw=raw)
    error = _t95(len(window) - 1) * statistics.stdev(window, mean) / math.sqrt(len(window))
    return Point(step, mean, mean - error, mean + error, raw)


def _t95(freedom: int) -> float:
    """The 97.5% quantile of Student's t; beyond the table by its expansion (Abramowitz and Stegun, 26.7.5)."""
    if freedom < len(_T95):
        return _T95[freedom]
    z = _Z95
    return z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)


def _thinned(values: Sequence[tuple[int, float]]) -> Sequence[tuple[int, float]]:
    """The same line with few points: of each stretch the lowest and the highest, in their order."""
    size = -(-len(values) // MAX_POINTS)
    if size <= 2:
        return values
    kept: list[tuple[int, float]] = []
    for start in range(0, len(values), size):
        stretch = values[start : start + size]
        ends = {min(stretch, key=lambda one: one[1]), max(stretch, key=lambda one: one[1])}
        kept += sorted(ends)
    return kept
