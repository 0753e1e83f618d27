"""Where a run's numbers and alarms go beside its log: TensorBoard always, Weights & Biases when asked."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from rlvr.grpo.alarms import ALARMS
from rlvr.grpo.run_folder import RunFolder
from rlvr.grpo.wandb_curves import WandbCurves, WandbMissingError
from tests.grpo.answers import run, seldom
from tests.grpo.runs import Heard, metrics
from tests.grpo.small import small_config

TIGHT = ("grpo.num_steps=6", "sampler.max_tokens=4", "run.num_eval_tasks=0")
"""Every response is cut off, so `truncation` fires at step 5."""


class StandIn(ModuleType):
    """What `rlvr.grpo.wandb_curves` uses of wandb; it remembers what it is told."""

    def __init__(self) -> None:
        super().__init__("wandb")
        self.told: list[tuple[str, dict[str, Any]]] = []

    def init(self, **settings: Any) -> "StandIn":
        self.told.append(("init", settings))
        return self

    def log(self, numbers: dict[str, float], step: int) -> None:
        self.told.append(("log", {"numbers": numbers, "step": step}))

    def alert(self, title: str, text: str) -> None:
        self.told.append(("alert", {"title": title, "text": text}))

    def finish(self, exit_code: int) -> None:
        self.told.append(("finish", {"exit_code": exit_code}))

    def of(self, kind: str) -> list[dict[str, Any]]:
        """What was told of one kind."""
        return [said for one, said in self.told if one == kind]


@pytest.fixture
def wandb(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """A wandb that can be imported."""
    module = StandIn()
    module.__spec__ = importlib.util.spec_from_loader("wandb", loader=None)
    monkeypatch.setitem(sys.modules, "wandb", module)
    return module


def cut_off(folder: Path, *overrides: str) -> Heard:
    """A run with an alarm."""
    return run(folder, seldom, *TIGHT, *overrides)


def test_tensorboard_has_the_numbers_and_the_alarms(tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    cut_off(tmp_path / "run")
    lines = metrics(tmp_path / "run")
    assert [line["step"] for line in lines for alarm in line["alarms"] if alarm["name"] == "truncation"] == [5]
    events = EventAccumulator(str(tmp_path / "run" / "tensorboard"))
    events.Reload()
    names = {"reward", "tokens/p90", "advantage_std", "val_accuracy_start", "alarms/truncation", "timing/step_s"}
    assert names <= set(events.Tags()["scalars"])
    assert {f"alarms/{name}" for name in ALARMS} <= set(events.Tags()["scalars"])
    assert [(one.step, one.value) for one in events.Scalars("alarms/truncation")] == [
        (step, float(step == 5)) for step in range(1, 7)
    ]
    (text,) = events.Tensors("alarms/truncation/text_summary")
    assert b"ran into the token limit" in text.tensor_proto.string_val[0]


def test_wandb_is_told_what_the_log_has(tmp_path: Path, wandb: StandIn) -> None:
    cut_off(tmp_path / "run", "run.wandb=digits")
    (opened,) = wandb.of("init")
    assert (opened["project"], opened["name"], opened["dir"]) == ("digits", "run", str(tmp_path / "run"))
    assert opened["config"]["grpo"]["num_steps"] == 6
    logged, lines = wandb.of("log"), metrics(tmp_path / "run")
    assert [one["step"] for one in logged] == [1, 2, 3, 4, 5, 6]
    assert [one["numbers"]["tokens/max"] for one in logged] == [line["tokens"]["max"] for line in lines]
    assert all(isinstance(value, float) for one in logged for value in one["numbers"].values())
    (alert,) = (one for one in wandb.of("alert") if one["title"] == "truncation at step 5")
    assert "ran into the token limit" in alert["text"]
    assert wandb.of("finish") == [{"exit_code": 0}]


def test_a_resumed_run_is_the_same_one_on_wandb_and_a_fresh_one_is_not(tmp_path: Path, wandb: StandIn) -> None:
    config = small_config(f"run.dir={tmp_path / 'run'}", "run.wandb=digits")
    for is_fresh in (False, False, True):
        with RunFolder(config, is_fresh=is_fresh) as folder, WandbCurves(folder, "digits"):
            pass
    first, second, third = (one["id"] for one in wandb.of("init"))
    assert first == second != third
    assert all(one["resume"] == "allow" for one in wandb.of("init"))


def test_a_failed_run_ends_as_one_on_wandb(tmp_path: Path, wandb: StandIn) -> None:
    config = small_config(f"run.dir={tmp_path / 'run'}")
    with RunFolder(config) as folder, pytest.raises(RuntimeError), WandbCurves(folder, "digits"):
        raise RuntimeError
    assert wandb.of("finish") == [{"exit_code": 1}]


def test_a_run_that_asks_for_wandb_says_at_once_that_it_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "wandb", None)
    with pytest.raises(WandbMissingError, match=r"run\.wandb is 'digits' .* pip install 'rlvr\[wandb\]'"):
        cut_off(tmp_path / "run", "run.wandb=digits")
    assert not (tmp_path / "run").exists()
