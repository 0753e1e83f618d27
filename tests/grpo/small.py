"""A small run: its configuration, hand-made rollouts, the tasks it trains on."""

import os
from collections.abc import Sequence
from pathlib import Path

from rlvr.envs.registry import make_taskset
from rlvr.envs.taskset import Taskset
from rlvr.grpo.config import Config
from rlvr.grpo.course import Course, Strand
from rlvr.grpo.recipe import load_recipe
from rlvr.grpo.resolve import resolve
from rlvr.grpo.rollout import Rollout
from rlvr.rewards.score import Score

HERE = Path(__file__).parent
RECIPE = HERE / "small.toml"
"""A run of seconds with the torch sampler."""

TASKS = HERE / "user_tasks.py"
"""Tasksets as a user's file."""

DATA = Path(os.environ.get("RLVR_DATA", HERE.parents[2] / "shared" / "data"))
"""Real data sets."""


def small_config(*overrides: str) -> Config:
    """The small recipe with `section.key=value` on top, resolved for this machine."""
    return resolve(load_recipe(RECIPE, overrides))


def course_of(*tasksets: str | Taskset, level: int = 0) -> Course:
    """A mixture of equal parts at one level."""
    made = [one if isinstance(one, Taskset) else make_taskset(one) for one in tasksets]
    return Course([Strand(taskset, 1.0, level, level) for taskset in made], 0)


def made_rollout(
    prompt: Sequence[int],
    sampled: Sequence[int],
    score: Score | None = None,
    *,
    index: int = 0,
    version: int = 0,
    logprobs: Sequence[float] | None = None,
    finish: str = "stop",
    task_id: str = "ChainSum-v0/train/0/0",
) -> Rollout:
    """A single-turn rollout with given tokens, 0.0 WRONG and log-probabilities of -1 unless said otherwise."""
    size, total = len(sampled), len(prompt) + len(sampled)
    return Rollout(
        task_id=task_id,
        index=index,
        prompt="",
        turns=(),
        score=score or Score.wrong(),
        policy_version=version,
        token_ids=(*prompt, *sampled),
        loss_mask=tuple(position >= total - size for position in range(total)),
        sampler_logprobs=(*(0.0 for _ in prompt), *(logprobs if logprobs is not None else [-1.0] * size)),
        finish_reasons=(finish,),
    )
