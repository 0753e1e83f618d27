import random
import statistics

import pytest

from rlvr.grpo.evaluate import wilson
from rlvr.grpo.report.series import MAX_POINTS, checks, exact, trend


def test_a_running_mean_with_students_interval() -> None:
    values = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0]
    points = trend("reward", list(enumerate(values, 1))).points
    middle = points[3]
    window = values[1:6]
    error = 2.776 * statistics.stdev(window) / 5**0.5
    assert (middle.step, middle.raw) == (4, 8.0)
    assert middle.value == pytest.approx(statistics.fmean(window))
    assert (middle.low, middle.high) == pytest.approx((middle.value - error, middle.value + error))
    assert points[0].value == pytest.approx(statistics.fmean(values[:3])), "at the ends the window is cut"


def test_one_step_has_a_value_and_no_interval() -> None:
    (point,) = trend("reward", [(7, 0.5)]).points
    assert (point.step, point.value, point.low, point.high) == (7, 0.5, None, None)


def test_the_interval_covers_a_constant_mean() -> None:
    """In about 95 of 100 windows of five draws; the normal's 1.96 in the place of Student's t would give 88."""
    noise = random.Random(0)
    lines = [[(step, noise.gauss(0, 1)) for step in range(5)] for _ in range(500)]
    points = [trend("noise", line).points[2] for line in lines]
    covering = sum((point.low or 0) <= 0 <= (point.high or 0) for point in points)
    assert 0.92 < covering / len(points) < 0.98


def test_a_long_run_keeps_its_ends_and_its_extremes() -> None:
    values = [(step, 1.0) for step in range(1, 10_001)]
    values[5000] = (5001, 99.0)
    line = trend("norm", values)
    assert len(line.points) == MAX_POINTS
    assert (line.points[0].step, line.points[-1].step) == (1, 10_000)
    assert len(line.raw) <= 2 * MAX_POINTS
    assert (5001, 99.0) in line.raw
    assert len(exact("lr", values).points) == MAX_POINTS


def test_a_check_has_a_wilson_band_where_its_tasks_are_known() -> None:
    known, unknown = checks("val", [(5, 0.75, 64), (10, 0.5, None)]).points
    expected = wilson([1.0] * 48 + [0.0] * 16)
    assert (known.low, known.high) == (expected.low, expected.high)
    assert (unknown.low, unknown.high) == (None, None)
