"""Two processes under `torchrun` learn what one process learns, and are as easy to interrupt."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.grpo.answers import run, seldom
from tests.grpo.ranked import KILLED_AT, LORA, SETTINGS
from tests.grpo.runs import DEADLINE_S, lines, metrics, records

pytestmark = pytest.mark.slow

TORCHRUN = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", "tests.grpo.ranked")


@dataclass(frozen=True, slots=True)
class Runs:
    """One configuration, trained in several ways; folders of runs."""

    one: Path
    """By one process."""
    two: Path
    """By two."""
    killed: Path
    """By two, killed and started again."""
    adapter_one: Path
    """An adapter, by one process."""
    adapter_two: Path
    """By two."""
    lines_at_kill: int
    """Steps that the last one had logged when it was killed."""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    folder = tmp_path_factory.mktemp("ranks")
    run(folder / "one", seldom, *SETTINGS)
    run(folder / "adapter-one", seldom, *LORA)
    first = torchrun(folder)
    assert "SIGKILL" in first.stderr, first.stderr[-3000:]
    lines_at_kill = len(lines(folder / "killed"))
    second = torchrun(folder)
    assert second.returncode == 0, second.stderr[-3000:]
    return Runs(
        one=folder / "one",
        two=folder / "whole",
        killed=folder / "killed",
        adapter_one=folder / "adapter-one",
        adapter_two=folder / "adapter",
        lines_at_kill=lines_at_kill,
    )


def torchrun(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *TORCHRUN, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S, check=False)


def first_moments(folder: Path, step: int) -> list[torch.Tensor]:
    """Of the optimizer; after one update they are a tenth of the gradient."""
    saved = torch.load(folder / f"checkpoints/step-{step}/optimizer.pt", weights_only=True)
    return [one["exp_avg"] for one in saved["adamw"]["state"].values()]


def is_close(one: Any, two: Any) -> bool:
    """Equal, but for the last bits of floats."""
    if isinstance(one, dict):
        return one.keys() == two.keys() and all(is_close(value, two[key]) for key, value in one.items())
    if isinstance(one, float) and isinstance(two, float):
        return one == pytest.approx(two, rel=1e-5, abs=1e-5)
    return bool(one == two)


@pytest.mark.parametrize("what", ["weights", "adapter"])
def test_the_gradient_of_two_is_that_of_one(runs: Runs, what: str) -> None:
    folders = (runs.one, runs.two) if what == "weights" else (runs.adapter_one, runs.adapter_two)
    one, two = (first_moments(folder, 1) for folder in folders)
    largest = max(float(moment.abs().max()) for moment in one)
    assert largest > 0
    assert max(float((ours - theirs).abs().max()) for ours, theirs in zip(one, two, strict=True)) <= 1e-5 * largest


def test_two_train_the_adapter_that_one_trains(runs: Runs) -> None:
    one, two = metrics(runs.adapter_one), metrics(runs.adapter_two)
    assert all(is_close(ours, theirs) for ours, theirs in zip(one, two, strict=True)), (one, two)
    assert one[-1]["policy_version"] == 1


def test_two_measure_what_one_measures(runs: Runs) -> None:
    one, two = metrics(runs.one), metrics(runs.two)
    assert all(is_close(ours, theirs) for ours, theirs in zip(one, two, strict=True)), (one, two)
    assert sum(line["num_groups_replaced"] for line in one) > 0, "replacements were not put to the test"
    assert [line["step"] for line in one if "val_accuracy" in line] == [2, 4]


@pytest.mark.parametrize("key", ["task_id", "rollout", "reward", "advantage", "trained", "turns", "policy_version"])
def test_two_record_what_one_records(runs: Runs, key: str) -> None:
    one, two = records(runs.one), records(runs.two)
    assert len({row["task_id"] for row in one}) > 4 * 3
    assert all(is_close(ours[key], theirs[key]) for ours, theirs in zip(one, two, strict=True))


def test_two_evaluate_what_one_evaluates(runs: Runs) -> None:
    for when in ("before", "after"):
        one, two = [(folder / f"eval_{when}.jsonl").read_text() for folder in (runs.one, runs.two)]
        assert [json.loads(line)["turns"] for line in one.splitlines()] == [
            json.loads(line)["turns"] for line in two.splitlines()
        ]


def test_two_that_are_killed_go_on_as_if_nothing_had_been(runs: Runs) -> None:
    assert runs.lines_at_kill == KILLED_AT
    assert metrics(runs.killed) == metrics(runs.two)
    for name in ("rollouts.jsonl", "eval_before.jsonl", "eval_after.jsonl", "checkpoints/step-4/model.safetensors"):
        assert (runs.killed / name).read_bytes() == (runs.two / name).read_bytes(), name


def test_the_summary_says_how_many_there_were(runs: Runs) -> None:
    folders = (runs.one, runs.two, runs.killed)
    summaries = [json.loads((folder / "summary.json").read_text()) for folder in folders]
    assert [summary["num_ranks"] for summary in summaries] == [1, 2, 2]
