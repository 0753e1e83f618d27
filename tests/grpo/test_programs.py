"""A run whose responses are programs: its sandbox, from the first verdict to its end."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rlvr.grpo.recipe import load_recipe
from rlvr.grpo.standalone import evaluate_model
from rlvr.grpo.trainer import train
from rlvr.grpo.warmup import warm_start_only
from rlvr.rewards.code import default
from rlvr.sandbox import Execution, Limits, Program, ProgramOutcome, SandboxError
from tests.grpo.runs import Heard, metrics, records
from tests.grpo.small import RECIPE, TASKS, small_config
from tests.rewards.code.fakes import FakeSandbox, ended, wrote

TASK = f"task.name={TASKS}:Program"


def script(program: Program, limits: Limits) -> Execution:
    """Right, wrong or lost, by what the program ends with."""
    last = program.code[-1] % 3
    return ended(ProgramOutcome.INFRA) if last == 2 else wrote(b"%d" % last)


class Opened(FakeSandbox):
    """Says how it was opened."""

    tier_detail = "scripted"

    def __init__(self, tier: str, num_slots: int | None) -> None:
        super().__init__(script)
        self.tier, self.asked_slots, self.is_closed = tier, num_slots, False

    @property
    def is_weak(self) -> bool:
        return self.tier == "process"

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Opened]]:
    found: list[Opened] = []

    def open_sandbox(tier: str, *, num_slots: int | None = None) -> Opened:
        if tier == "docker":
            raise SandboxError("no engine", "start one")
        found.append(Opened(tier, num_slots))
        return found[-1]

    monkeypatch.setattr("rlvr.sandbox.programs.tiers.open_sandbox", open_sandbox)
    yield found
    assert all(sandbox.is_closed for sandbox in found)


def config_in(tmp_path: Path, *overrides: str) -> Any:
    return small_config(f"run.dir={tmp_path / 'run'}", TASK, "run.sandbox=bubblewrap", *overrides)


def test_lost_programs_are_left_out_and_counted(tmp_path: Path, opened: list[Opened]) -> None:
    train(config_in(tmp_path, "run.num_sandbox_slots=3", "grpo.num_steps=2"), Heard())
    assert [(sandbox.tier, sandbox.asked_slots) for sandbox in opened] == [("bubblewrap", 3)]
    assert opened[0].most_at_once > 1
    rows = records(tmp_path / "run")
    verdicts = {row["score"]["verdict"] for row in rows}
    assert {"UNSCORED"} < verdicts <= {"CORRECT", "WRONG", "NO_ANSWER", "UNSCORED"}
    for row in rows:
        is_lost = row["score"]["verdict"] == "UNSCORED"
        assert (row["reward"] is None, row["trained"]) == (is_lost, not is_lost)
    assert sum(line["verdicts"].get("UNSCORED", 0) for line in metrics(tmp_path / "run")) > 0


def test_a_finished_run_and_one_without_programs_open_none(tmp_path: Path, opened: list[Opened]) -> None:
    config = config_in(tmp_path, "grpo.num_steps=1", "run.num_eval_tasks=0")
    train(config, Heard())
    train(config, Heard())
    train(small_config(f"run.dir={tmp_path / 'plain'}", f"task.name={TASKS}:Plain", "grpo.num_steps=1"), Heard())
    assert len(opened) == 1


def test_a_weak_sandbox_must_be_allowed(tmp_path: Path, opened: list[Opened]) -> None:
    weak = config_in(tmp_path, "run.sandbox=process", "grpo.num_steps=1", "run.num_eval_tasks=0")
    for refused in (lambda: train(weak, Heard()), lambda: warm_start_only(weak, Heard(), None)):
        with pytest.raises(default.WeakSandboxError, match=r"run\.allow_weak_sandbox=true"):
            refused()
    train(config_in(tmp_path, "run.sandbox=process", "run.allow_weak_sandbox=true", "grpo.num_steps=1"), Heard())
    assert [sandbox.tier for sandbox in opened] == ["process"] * 3


def test_a_sandbox_that_does_not_open_stops_the_run_at_once(tmp_path: Path, opened: list[Opened]) -> None:
    with pytest.raises(SandboxError, match="no engine: start one"):
        train(config_in(tmp_path, "run.sandbox=docker"), Heard())
    assert not (tmp_path / "run" / "checkpoints").exists()


def test_an_evaluation_takes_the_configured_sandbox_even_a_weak_one(tiny_folder: Path, opened: list[Opened]) -> None:
    config = load_recipe(RECIPE, [TASK, f"model.path={tiny_folder}", "run.sandbox=process"])
    result, _ = evaluate_model(config, "test", 16, 1)
    assert result.num_tasks + result.num_unscored == 16
    assert [sandbox.tier for sandbox in opened] == ["process"]
