"""An alarm is told once when its trouble begins, again after it has been gone, and the same after a resumption."""

import json
import random
from typing import Any

import pytest

from rlvr.grpo.alarms import WINDOW
from rlvr.grpo.watch import REST, Watch


def told(truncated: list[float], seen: int = 0) -> list[tuple[int, str]]:
    """The steps at which something is told, of a run that is resumed after `seen` steps from what it wrote."""
    lines: list[dict[str, Any]] = [
        {"step": step, "mean_tokens": 9.0, "truncated": one} for step, one in enumerate(truncated, 1)
    ]
    first = Watch()
    for line in lines[:seen]:
        line["alarms"] = first.add(line)
    second = Watch(json.loads(json.dumps(lines[:seen])))
    for line in lines[seen:]:
        line["alarms"] = second.add(line)
    return [(line["step"], alarm["name"]) for line in lines for alarm in line["alarms"]]


def test_an_alarm_is_told_once_while_its_trouble_lasts() -> None:
    assert told([0.0] * 10 + [1.0] * 50) == [(12, "truncation")]


@pytest.mark.parametrize(("gap", "times"), [(6, 1), (7, 2), (40, 2)])
def test_it_is_told_again_only_after_a_rest(gap: int, times: int) -> None:
    """The mean over five lines keeps the trouble for three more, and lets the next begin with its second."""
    assert len(told([1.0] * 10 + [0.0] * gap + [1.0] * 10)) == times
    assert REST == 5


@pytest.mark.parametrize("seed", range(4))
def test_a_resumed_run_is_told_the_same_wherever_it_was_cut(seed: int) -> None:
    rng = random.Random(seed)
    truncated = [rng.choice([0.0, 0.2, 0.9]) if step % 20 < 12 else 0.0 for step in range(60)]
    whole = told(truncated)
    assert len(whole) > 1
    assert all(told(truncated, seen) == whole for seen in range(0, len(truncated), 7))


def test_what_depends_on_the_clock_is_not_read() -> None:
    lines = [{"step": step, "truncated": 1.0, "timing": {"step_s": random.random()}} for step in range(1, 9)]
    assert [Watch(lines[:-1]).add(line) for line in (lines[-1], {"step": 8, "truncated": 1.0})] == [[], []]


def test_a_line_older_than_the_window_is_forgotten() -> None:
    """Repetition is compared with the first lines of the window."""
    lines = [{"step": step, "repetition": 0.0 if step <= 5 else 0.4} for step in range(1, WINDOW + 20)]
    watch = Watch(lines[: WINDOW + 9])
    assert watch.add(lines[WINDOW + 9]) == []
    risen = [{"step": step, "repetition": 0.66} for step in range(5)]
    fired = [alarm for line in risen for alarm in watch.add(line)]
    assert [alarm["name"] for alarm in fired] == ["repetition"]
    assert "40% at the start" in fired[0]["message"]
