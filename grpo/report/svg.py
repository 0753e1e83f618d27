"""A chart as SVG: axes, bands, lines, whiskers, alarms. Colours and fonts are the style sheet's.

The drawing has a fixed size in its own units and is scaled to its card, so that it needs no script. What a pointer or
the arrow keys read off it is done by `charts.js`, from the numbers of `readings`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rlvr.grpo.report.axes import Axis, label, value_axis
from rlvr.grpo.report.charts import Chart, Whisker
from rlvr.grpo.report.marks import Mark
from rlvr.grpo.report.markup import Html, element
from rlvr.grpo.report.series import Point, Series

_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 10, 26, 30
_MAX_DOTS = 60
_PER_TICK_X, _PER_TICK_Y = 46, 30


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a chart is drawn."""

    x: Axis
    """Steps."""
    y: Axis
    """Values; it starts at the bottom."""
    width: int
    """Of the whole drawing."""
    height: int
    """Of the whole drawing."""


def draw(chart: Chart, width: int, height: int) -> Html:
    """Draw a chart in a box of that many units, which is also how many pixels wide it looks best."""
    frame = _frame(chart, width, height)
    clip = f"clip-{chart.plan.key}-{width}"
    inside = element("rect", x=_LEFT, y=_TOP, width=width - _LEFT - _RIGHT, height=height - _TOP - _BOTTOM)
    return element(
        "svg",
        element("clipPath", inside, id=clip),
        _grid(frame, chart),
        _bound(frame, chart),
        element("g", (_series(frame, one) for one in chart.series), clip_path=f"url(#{clip})"),
        (_whisker(frame, one) for one in chart.whiskers),
        (_mark(frame, name, one) for name, one in chart.marks),
        element("line", class_="cursor", x1=0, x2=0, y1=_TOP, y2=height - _BOTTOM, hidden=True),
        viewBox=f"0 0 {width} {height}",
        role="img",
        aria_label=spoken(chart),
        tabindex=0,
        data_chart=chart.plan.key,
        data_x=f"{frame.x.low:g} {frame.x.high:g} {_LEFT} {width - _RIGHT} {width}",
    )


def readings(chart: Chart) -> list[dict[str, Any]]:
    """The numbers of a chart for the page's script: `[step, value, low, high, raw]` for each point of each line."""
    return [{"name": one.name, "points": [_reading(point) for point in one.points]} for one in chart.series]


def spoken(chart: Chart) -> str:
    """The chart in words, for those who cannot see it."""
    ends = [f"{one.name} {label(one.points[0].value)} to {label(one.points[-1].value)}" for one in chart.series]
    tests = [f"{one.name} {label(one.accuracy.mean)}" for one in chart.whiskers]
    fired = [f"alarm {mark.name} at step {mark.first}" for _, mark in chart.marks]
    return f"{chart.plan.title}, {chart.plan.unit}: {'; '.join([*ends, *tests, *fired])}"


def _reading(point: Point) -> list[float | None]:
    values = (point.value, point.low, point.high, point.raw)
    return [point.step, *(None if value is None else float(f"{value:.4g}") for value in values)]


def _frame(chart: Chart, width: int, height: int) -> Frame:
    lines = [point for one in chart.series for point in one.points]
    tests = [one.accuracy for one in chart.whiskers]
    steps = [*(point.step for point in lines), *(one.step for one in tests)]
    values = [*(point.value for point in lines), *(value for one in chart.series for _, value in one.raw)]
    values += [value for one in tests for value in (one.low, one.high)]
    if chart.bound and (chart.plan.is_log or chart.bound[1] <= 1.5 * max(values)):
        values.append(chart.bound[1])
    first, last = min(steps), max(steps)
    x = Axis(first, last if last > first else first + 1, _LEFT, width - _RIGHT)
    bottom = height - _BOTTOM
    y = value_axis(values, bottom, _TOP, is_share=chart.plan.is_share, is_log=chart.plan.is_log)
    return Frame(x, y, width, height)


def _grid(frame: Frame, chart: Chart) -> Html:
    rows = [(value, frame.y.at(value)) for value in frame.y.ticks((frame.height - _TOP - _BOTTOM) // _PER_TICK_Y)]
    ticks = frame.x.ticks((frame.width - _LEFT - _RIGHT) // _PER_TICK_X, is_whole=True)
    bottom, right = frame.height - _BOTTOM, frame.width - _RIGHT
    return element(
        "g",
        (element("line", x1=_LEFT, x2=right, y1=y, y2=y) for _, y in rows),
        (_text(label(value), _LEFT - 6, y + 4, "end") for value, y in rows),
        (_step(frame, step, bottom + 14) for step in ticks),
        _text("step", right, frame.height - 3, "end"),
        _text(chart.plan.unit, 2, 10, "start"),
        class_="grid",
    )


def _step(frame: Frame, step: float, y: float) -> Html:
    """A tick's label, which at the right edge would else be cut."""
    x, edge = frame.x.at(step), frame.width - _RIGHT
    return _text(label(step), edge + 4, y, "end") if x > edge - 8 else _text(label(step), x, y, "middle")


def _text(said: str, x: float, y: float, anchor: str) -> Html:
    return element("text", said, x=x, y=y, text_anchor=anchor)


def _bound(frame: Frame, chart: Chart) -> Html | None:
    if chart.bound is None or not frame.y.low <= chart.bound[1] <= frame.y.high:
        return None
    name, value = chart.bound
    y, right = frame.y.at(value), frame.width - _RIGHT
    said = _text(f"{name} = {label(value)}", right, y - 4 if y > _TOP + 14 else y + 12, "end")
    return element("g", element("line", x1=_LEFT, x2=right, y1=y, y2=y), said, class_="bound")


def _series(frame: Frame, series: Series) -> Html:
    places = [(frame.x.at(point.step), frame.y.at(point.value)) for point in series.points]
    is_dotted = len(places) == 1 or (series.has_dots and len(places) <= _MAX_DOTS)
    return element(
        "g",
        _band(frame, series),
        _path([(frame.x.at(step), frame.y.at(value)) for step, value in series.raw], "raw"),
        _path(places, "line"),
        (element("circle", cx=x, cy=y, r=2.5) for x, y in places) if is_dotted else None,
        class_=f"c{series.color}{' dashed' if series.is_dashed else ''}",
    )


def _band(frame: Frame, series: Series) -> Html | None:
    banded = [(p.step, p.low, p.high) for p in series.points if p.low is not None and p.high is not None]
    if frame.y.is_log:
        banded = [(step, max(low, frame.y.low), high) for step, low, high in banded]
    there = [(frame.x.at(step), frame.y.at(high)) for step, _, high in banded]
    back = [(frame.x.at(step), frame.y.at(low)) for step, low, _ in reversed(banded)]
    return element("path", class_="band", d=f"{_moves([*there, *back])}Z") if len(banded) > 1 else None


def _path(places: Sequence[tuple[float, float]], name: str) -> Html | None:
    return element("path", class_=name, d=_moves(places)) if len(places) > 1 else None


def _moves(places: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in places)


def _whisker(frame: Frame, whisker: Whisker) -> Html:
    one = whisker.accuracy
    x, low, mean, high = frame.x.at(one.step), frame.y.at(one.low), frame.y.at(one.mean), frame.y.at(one.high)
    bar = f"M{x:g} {low:g}V{high:g}M{x - 4:g} {low:g}h8M{x - 4:g} {high:g}h8"
    said = f"{whisker.name}: {one.mean:.3f}, 95% interval {one.low:.3f} to {one.high:.3f}"
    return element(
        "g",
        element("title", said),
        element("path", d=bar, class_="line"),
        element("rect", x=x - 3.5, y=mean - 3.5, width=7, height=7),
        class_=f"whisker c{whisker.color}",
    )


def _mark(frame: Frame, name: str, mark: Mark) -> Html:
    """A flag at the first step of an alarm, over a shade that lasts as long as it fired; it leads to that step."""
    x, end, bottom = frame.x.at(mark.first), frame.x.at(mark.last), frame.height - _BOTTOM
    steps = f"step {mark.first}" if mark.first == mark.last else f"steps {mark.first} to {mark.last}"
    width = max(11, 5 + 6 * len(name))
    flag = min(x, frame.width - width - 1)
    return element(
        "a",
        element("title", f"alarm {mark.name}, {steps}: {mark.message}"),
        element("rect", class_="shade", x=x, y=_TOP, width=max(0.0, end - x), height=bottom - _TOP),
        element("line", x1=x, x2=x, y1=_TOP - 14, y2=bottom),
        element("rect", class_="flag", x=flag, y=_TOP - 15, width=width, height=13),
        element("text", name, x=flag + width / 2, y=_TOP - 5, text_anchor="middle"),
        href=f"#step={mark.first}",
        tabindex=-1,
        class_="mark",
    )
