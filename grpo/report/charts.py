"""From the lines of one run, or of two, to charts that can be drawn."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from rlvr.grpo.report.fields import number, whole
from rlvr.grpo.report.marks import Mark, marks
from rlvr.grpo.report.plans import EXPECTED, PLANS, REWARD, Plan
from rlvr.grpo.report.run import Accuracy, Run
from rlvr.grpo.report.series import Point, Series, checks, exact, trend
from rlvr.grpo.report.visible import visible

VAL_COLOR, TEST_COLOR = 1, 3
RUN_NAMES = ("A", "B")
"""What the page calls two runs that it compares."""


@dataclass(frozen=True, slots=True)
class Whisker:
    """An accuracy on `test` with its interval."""

    name: str
    """For the legend."""
    accuracy: Accuracy
    """Where and what it is."""
    color: int
    """Which colour of the page."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that is drawn in one frame."""

    plan: Plan
    """Heading, unit, kind of axis."""
    series: Sequence[Series]
    """Its lines."""
    whiskers: Sequence[Whisker] = ()
    """Single measurements with an interval."""
    marks: Sequence[tuple[str, Mark]] = ()
    """Alarms, each with its label."""
    bound: tuple[str, float] | None = None
    """A setting that bounds the numbers, and its value."""


@dataclass(frozen=True, slots=True)
class Charts:
    """The curves of a page."""

    main: Chart | None
    """Reward, and for a single run the accuracies beside it."""
    others: list[Chart] = field(default_factory=list)
    """All others that have numbers."""
    absent: list[str] = field(default_factory=list)
    """Titles of those that one would look for and that have none."""


def charts(runs: Sequence[Run]) -> Charts:
    """The charts of one run, or of two overlaid."""
    labelled = [
        (label, mark) for run, label in zip(runs, _labels(runs), strict=True) for label, mark in _marks(run, label)
    ]
    main = _main(runs, labelled)
    found = [chart for plan in PLANS if (chart := _chart(plan, runs, labelled))]
    if len(runs) > 1 and (val := _val(runs)):
        found.insert(0, val)
    shown = {chart.plan.key for chart in found}
    absent = [plan.title for plan in PLANS if plan.key in EXPECTED and plan.key not in shown]
    return Charts(main, found, absent)


def _main(runs: Sequence[Run], labelled: Sequence[tuple[str, Mark]]) -> Chart | None:
    chart = _chart(REWARD, runs, ())
    if len(runs) > 1:
        return replace(chart, marks=labelled) if chart else None
    val = _val(runs)
    lines = [*(chart.series if chart else ()), *(val.series if val else ())]
    plan = replace(REWARD, title="Reward and accuracy", unit="reward, accuracy")
    return Chart(plan, lines, val.whiskers if val else (), labelled) if lines or val else None


def _val(runs: Sequence[Run]) -> Chart | None:
    """Checks on `val` with Wilson bands, and the accuracies on `test`."""
    plan = Plan(
        "val", "Accuracy", "share of tasks", "Checks on val; the squares are test.", lambda _: {}, is_share=True
    )
    series = []
    for at, run in enumerate(runs):
        is_alone = len(runs) == 1
        for key, name, color in (("val_accuracy", "val accuracy", 0), ("val_accuracy_audited", "val, audited", 1)):
            if values := _checked(run, key):
                said = name if is_alone else RUN_NAMES[at] if color == 0 else f"{RUN_NAMES[at]}, audited"
                series.append(checks(said, values, VAL_COLOR + color if is_alone else at + 2 * color, is_dashed=at > 0))
    whiskers = [*_whiskers(runs)]
    return Chart(plan, series, whiskers) if series or whiskers else None


def _checked(run: Run, key: str) -> list[tuple[int, float, int | None]]:
    """The checks on `val` with their numbers of tasks; the one before the first step stands in that step's line."""
    return [
        (step, share, whole(line, "num_val_tasks") or run.num_val_tasks)
        for line in run.lines
        for step, name in ((line["step"] - 1, f"{key}_start"), (line["step"], key))
        if (share := number(line, name)) is not None
    ]


def _whiskers(runs: Sequence[Run]) -> Iterable[Whisker]:
    for at, run in enumerate(runs):
        for when, accuracy in run.accuracies.items():
            name = f"test {when}" if len(runs) == 1 else f"{RUN_NAMES[at]}, test {when}"
            yield Whisker(name, accuracy, TEST_COLOR if len(runs) == 1 else at)


def _chart(plan: Plan, runs: Sequence[Run], labelled: Sequence[tuple[str, Mark]]) -> Chart | None:
    curves = [_curves(plan, run) for run in runs]
    names = list(dict.fromkeys(chain.from_iterable(curves)))
    if not names:
        return None
    series = [
        _line(plan, name, found[name], place if len(names) > 1 else None, at if len(runs) > 1 else None)
        for at, found in enumerate(curves)
        for place, name in enumerate(names)
        if name in found
    ]
    if plan.is_news and all(len({value for _, value in line}) == 1 for found in curves for line in found.values()):
        return None
    own = [(label, mark) for label, mark in labelled if mark.name in plan.alarms]
    clamped = [_clamped(one, is_share=plan.is_share) for one in series]
    return Chart(_scaled(plan, curves), clamped, marks=own, bound=_bound(plan, runs))


def _line(plan: Plan, name: str, values: Sequence[tuple[int, float]], place: int | None, run: int | None) -> Series:
    """One curve; several in a chart have neither single steps nor bands, which would hide each other.

    Args:
        plan: Of the chart.
        name: Of the curve.
        values: By step.
        place: Among the curves of the chart; None where it is the only one.
        run: Which of two it is of; None where there is one.
    """
    said = [*([RUN_NAMES[run]] if run is not None else []), *([name] if place is not None or run is None else [])]
    color = place if place is not None else run or 0
    line = (exact if plan.is_exact else trend)(", ".join(said), values, color, is_dashed=run == 1)
    if place is None:
        return line
    return replace(line, raw=(), points=[replace(point, low=None, high=None) for point in line.points])


def _clamped(series: Series, *, is_share: bool) -> Series:
    """The interval of a mean holds only what the numbers can be: none below 0 if none is, and shares up to 1."""
    values = [*(point.value for point in series.points), *(value for _, value in series.raw)]
    floor = 0.0 if min(values) >= 0 else -math.inf
    ceiling = 1.0 if is_share and max(values) <= 1 else math.inf
    return replace(series, points=[_within(point, floor, ceiling) for point in series.points])


def _within(point: Point, floor: float, ceiling: float) -> Point:
    if point.low is None or point.high is None:
        return point
    return replace(point, low=max(floor, point.low), high=min(ceiling, point.high))


def _curves(plan: Plan, run: Run) -> Mapping[str, Sequence[tuple[int, float]]]:
    """The numbers of a plan by name; of several curves, those that are 0 throughout are left out."""
    found: dict[str, list[tuple[int, float]]] = {}
    for line in run.lines:
        for read, step in ((plan.start, line["step"] - 1), (plan.read, line["step"])):
            for name, value in read(line).items() if read else ():
                if value is not None:
                    found.setdefault(visible(name), []).append((step, value))
    last = whole(run.summary, "num_steps") or 0
    for name, value in plan.end(run.summary).items() if plan.end else ():
        points = found.get(visible(name), [])
        if value is not None and points and points[-1][0] < last:  # else the last check on val has it
            points.append((last, value))
    alive = {name: values for name, values in found.items() if any(value for _, value in values)}
    return alive if alive and len(found) > 1 else found


def _scaled(plan: Plan, curves: Iterable[Mapping[str, Sequence[tuple[int, float]]]]) -> Plan:
    """A logarithmic axis only where every number has a logarithm."""
    values = (value for found in curves for line in found.values() for _, value in line)
    return replace(plan, is_log=plan.is_log and all(value > 0 for value in values))


def _bound(plan: Plan, runs: Sequence[Run]) -> tuple[str, float] | None:
    """The setting that bounds the numbers, where it is the same in all runs.

    In bfloat16 it is the mean gap between sampler and trainer that is bounded, and the largest that is drawn.
    """
    values = {number(run.settings, plan.bound) for run in runs} if plan.bound else set()
    is_on_the_mean = plan.key == "sync_gap" and any(run.settings.get("model.dtype") != "float32" for run in runs)
    if is_on_the_mean or len(values) != 1:
        return None
    value = values.pop()
    return (plan.bound or "", value) if value is not None else None


def _labels(runs: Sequence[Run]) -> Sequence[str]:
    return RUN_NAMES[: len(runs)] if len(runs) > 1 else ("",)


def _marks(run: Run, label: str) -> Iterable[tuple[str, Mark]]:
    return ((f"{label}{mark.number}", mark) for mark in marks(run.lines))
