"""A run that was killed and started again ends up as one that was left alone, bit for bit."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch

from rlvr.grpo.run_folder import OWN
from rlvr.grpo.trainer import train
from tests.grpo.runs import Heard, Training, lines, metrics, records, rescored, snapshot
from tests.grpo.small import TASKS, small_config

pytestmark = pytest.mark.slow

STEPS = 24
HELD_OUT = f"run.held_out_text={TASKS}"
SETTINGS = (f"task.name={TASKS}:Plain", f"grpo.num_steps={STEPS}", "grpo.num_updates=2", "grpo.kl_coef=0.01", HELD_OUT)


@dataclass(frozen=True, slots=True)
class Pair:
    """One run left alone and one that was killed, of the same configuration."""

    settings: tuple[str, ...]
    """What was set."""
    whole: Path
    """The run folder of the first."""
    killed: Path
    """The run folder of the second."""
    steps_at_kill: int
    """Lines of metrics that the second had written when it was killed."""
    said: str
    """What the second printed when it was started again."""


@pytest.fixture(scope="module", params=["torch", "vllm"])
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Both runs go at the same time; the second is killed, with its log ahead of its checkpoint, and resumed."""
    parent = tmp_path_factory.mktemp(request.param)
    settings = (*SETTINGS, f"sampler.backend={request.param}")
    whole, killed = Training(parent / "whole", *settings), Training(parent / "killed", *settings)
    killed.kill_after(3)
    assert not (killed.folder / "summary.json").exists(), "it was finished before it could be killed"
    steps_at_kill = len(lines(killed.folder))
    said = Training(killed.folder, *settings).finish()
    whole.finish()
    return Pair(settings, whole.folder, killed.folder, steps_at_kill, said)


def test_the_second_start_says_that_it_resumes(pair: Pair) -> None:
    assert pair.steps_at_kill > 3
    assert re.search(rf"resuming from {pair.killed}/checkpoints/step-\d+ \(step \d+ of {STEPS}\)", pair.said)


def test_the_logs_are_the_same(pair: Pair) -> None:
    assert metrics(pair.killed) == metrics(pair.whole)
    assert [line["step"] for line in metrics(pair.whole)] == list(range(1, STEPS + 1))
    for name in ("rollouts.jsonl", "eval_before.jsonl", "eval_after.jsonl", "eval_after.json"):
        assert (pair.killed / name).read_bytes() == (pair.whole / name).read_bytes(), name


def test_alarms_fired_and_are_in_the_logs(pair: Pair) -> None:
    """Or that they survive would be true of nothing; the random model's responses seldom end."""
    steps = {alarm["name"]: line["step"] for line in metrics(pair.killed) for alarm in line["alarms"]}
    assert steps["truncation"] == 5
    assert "alarms so far: truncation (step 5)" in pair.said or "(step 3 of" in pair.said


def test_the_weights_and_the_optimizer_are_the_same(pair: Pair) -> None:
    one, two = (folder / "checkpoints" / f"step-{STEPS}" for folder in (pair.whole, pair.killed))
    assert (one / "model.safetensors").read_bytes() == (two / "model.safetensors").read_bytes()
    states: list[dict[str, Any]] = [
        torch.load(folder / "optimizer.pt", weights_only=True)["adamw"] for folder in (one, two)
    ]
    assert states[0]["param_groups"] == states[1]["param_groups"]
    for number, moments in states[0]["state"].items():
        assert all(torch.equal(tensor, states[1]["state"][number][name]) for name, tensor in moments.items())
    assert states[0]["state"]


def test_the_weights_moved(pair: Pair) -> None:
    """Or all the above would say little."""
    found = metrics(pair.whole)
    assert found[-1]["policy_version"] == 2 * (STEPS - 1)
    assert all(0 < line["max_sync_gap"] < 5e-4 for line in found)
    assert found[-1]["kl"] > 1e-3
    assert found[0]["kl"] < 1e-6


def test_the_summary_says_what_was_measured(pair: Pair) -> None:
    summaries = [json.loads((folder / "summary.json").read_text()) for folder in (pair.whole, pair.killed)]
    summary = summaries[0]
    keys = {"accuracy_before", "accuracy_after", "num_eval_tasks", "sampler", "max_sync_gap", "wall_s", "seed"}
    assert keys <= summary.keys()
    assert (summary["num_eval_tasks"], summary["seed"], summary["num_steps"]) == (4, 0, STEPS)
    assert summary["sampler"].split()[0] in pair.settings[-1]
    assert summary["max_sync_gap"] == max(line["max_sync_gap"] for line in metrics(pair.whole))
    assert len(summary["examples"]) == 4
    assert all(one.pop("wall_s") > 0 for one in summaries)
    assert summaries[0] == summaries[1]


def test_the_run_folder_holds_what_it_promises(pair: Pair) -> None:
    for folder in (pair.whole, pair.killed):
        names = {path.name for path in folder.iterdir()} - {".lock"}
        assert names == {"config.toml", *OWN} - {"warmup", "warmup.json", "wandb", "wandb.json", "report.html"}
        assert (folder / "reward_curve.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
        assert {path.name for path in (folder / "checkpoints").iterdir()} == {f"step-{STEPS - 3}", f"step-{STEPS}"}
        assert list((folder / "tensorboard").iterdir())


def test_every_rollout_is_recorded_and_scores_the_same_again(pair: Pair, tmp_path: Path) -> None:
    found = records(pair.killed)
    assert len(found) == STEPS * 8
    assert {(one["step"], one["task_id"], one["rollout"]) for one in found} == {
        (one["step"], one["task_id"], index) for one in found for index in range(4)
    }
    keys = "schema step task_id rollout prompt turns score reward advantage policy_version trained num_tokens"
    assert found[0].keys() == {*keys.split(), "finish_reasons"}
    assert all(one["reward"] == one["score"]["value"] and one["trained"] for one in found)
    for before, again in rescored(pair.killed, f"{TASKS}:Plain", tmp_path / "out.jsonl"):
        assert (again["value"], again["verdict"]) == (before["value"], before["verdict"])


def test_a_finished_run_says_so_and_is_left_alone(pair: Pair) -> None:
    before, view = snapshot(pair.whole), Heard()
    summary = train(small_config(f"run.dir={pair.whole}", *pair.settings), view)
    assert view.said == [f"{pair.whole} is finished ({STEPS} steps); nothing to do. --fresh starts over"]
    assert summary == json.loads((pair.whole / "summary.json").read_text())
    assert snapshot(pair.whole) == before
