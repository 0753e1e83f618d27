"""A dry run tries what the run will do, and leaves nothing."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from rlvr.cli.dry_run import dry_run_lines
from rlvr.grpo.config import Config
from rlvr.grpo.dry_run import DryRun, dry_run
from rlvr.grpo.policy import Policy
from rlvr.grpo.sampler import Sampler, make_sampler
from rlvr.grpo.sync import SyncError
from rlvr.grpo.trainer import train
from rlvr.rewards.score import Score
from tests.grpo.runs import Heard, records
from tests.grpo.small import small_config


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """A run that would be in `tmp_path / "run"`, with an empty place for temporary files."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return small_config(f"run.dir={tmp_path / 'run'}", "warmup.is_enabled=false", "grpo.num_steps=2")


def test_it_keeps_nothing(config: Config, tmp_path: Path) -> None:
    dry_run(config, Heard())
    assert [path.name for path in tmp_path.rglob("*")] == ["temporary"]


def test_its_group_is_the_first_of_the_run(config: Config) -> None:
    found = dry_run(config, Heard()).group
    train(config, Heard())
    first = [row for row in records(config.run.dir) if row["step"] == 1][: config.grpo.group_size]
    assert [row["task_id"] for row in first] == [rollout.task_id for rollout in found.rollouts]
    for row, rollout in zip(first, found.rollouts, strict=True):
        assert row["turns"][0]["response"] == rollout.turns[0].response
        assert row["score"]["verdict"] == rollout.score.verdict


def test_the_estimate_is_the_sum_of_its_parts(config: Config) -> None:
    found = dry_run(config, Heard())
    assert min(found.sample_s, found.learn_s, found.check_s, found.ram_mb) > 0
    assert found.total_s == pytest.approx(2 * (found.sample_s + found.learn_s) + found.check_s)
    assert found.num_tokens > 0
    assert found.gpu_mb is None
    without = small_config("warmup.is_enabled=false", "run.val_every=0", "run.num_eval_tasks=0")
    assert dry_run(without, Heard()).check_s == 0


def test_it_learns_from_as_many_tokens_as_a_step_has(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []

    def count(_learner: object, credited: list[object], _step: int, _version: int) -> None:
        sizes.append(len(credited))

    many = config.model_copy(update={"grpo": config.grpo.model_copy(update={"num_tasks": 20, "group_size": 2})})
    monkeypatch.setattr("rlvr.grpo.learner.Learner.update", count)
    dry_run(many, Heard())
    assert sizes == [20]


def test_a_sampler_with_other_weights_is_found_out(config: Config) -> None:
    def stale(config: Config, policy: Policy, folder: Path) -> Sampler:
        model: Any = type(policy.model)(policy.model.config)
        other = replace(policy, model=model.eval())
        with torch.no_grad():
            for parameter in other.model.parameters():
                parameter.normal_(0, 0.5)
        return make_sampler(config, other, folder)

    with pytest.raises(SyncError):
        dry_run(config, Heard(), sampler_maker=stale)


def test_what_is_printed(config: Config) -> None:
    found = dry_run(config, Heard())
    text = "\n".join(dry_run_lines(found))
    rollout = found.group.rollouts[0]
    assert rollout.prompt.splitlines()[0] in text
    assert "teaches nothing" in text
    assert "2 steps" in text
    assert "without its warm start" not in text
    hostile = replace(
        rollout, turns=(replace(rollout.turns[0], response="\x1b[2J\u202eright"),), score=Score.correct("1\x07")
    )
    shown = "\n".join(dry_run_lines(_with(found, hostile)))
    assert "‹U+001B›[2J‹U+202E›right" in shown
    assert "‹U+0007›" in shown
    assert "the group has something to teach" in shown
    assert not set(shown) & {"\x1b", "\u202e", "\x07"}


def _with(found: DryRun, rollout: object) -> DryRun:
    _, *rest = found.group.rollouts
    rewards = (1.0, *(0.0 for _ in rest))
    return replace(found, group=replace(found.group, rollouts=(rollout, *rest), rewards=rewards))  # type: ignore[arg-type]
