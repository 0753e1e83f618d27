"""How long a run took, by its own account and by a clock beside it."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.grpo.answers import run, seldom
from tests.grpo.runs import Heard

STEP_S = 0.25
NUM_STEPS = 6
ROUNDING_S = 0.05


class Slow(Heard):
    """Makes each step take a while, and is interrupted after one of them."""

    def __init__(self, last: int | None = None) -> None:
        super().__init__()
        self._last = last

    def step(self, metrics: dict[str, Any], num_steps: int) -> None:
        super().step(metrics, num_steps)
        time.sleep(STEP_S)
        if metrics["step"] == self._last:
            raise KeyboardInterrupt


def trained_s(folder: Path, last: int | None = None) -> float:
    """Train, or go on, up to a step; returns the seconds that the clock beside it saw."""
    began_s = time.monotonic()
    run(folder, seldom, f"grpo.num_steps={NUM_STEPS}", "run.checkpoint_every=1", view=Slow(last))
    return time.monotonic() - began_s


def wall_s(folder: Path) -> float:
    seconds = json.loads((folder / "summary.json").read_text())["wall_s"]
    assert isinstance(seconds, float)
    return seconds


def test_a_run_took_no_longer_than_the_clock_says(tmp_path: Path) -> None:
    seen_s = trained_s(tmp_path / "run")
    assert NUM_STEPS * STEP_S <= wall_s(tmp_path / "run") <= seen_s + ROUNDING_S


def test_a_resumed_run_took_as_long_as_its_parts(tmp_path: Path) -> None:
    began_s = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        trained_s(tmp_path / "run", last=4)
    first_s = time.monotonic() - began_s
    state = json.loads((tmp_path / "run" / "checkpoints" / "step-3" / "state.json").read_text())
    assert 3 * STEP_S <= state["elapsed_s"] <= first_s
    second_s = trained_s(tmp_path / "run")
    steps_s = (NUM_STEPS - 3) * STEP_S
    assert state["elapsed_s"] + steps_s <= wall_s(tmp_path / "run") <= first_s + second_s + ROUNDING_S
