"""Lines of `rollouts.jsonl`: every rollout with its score breakdown, so that any of them can be judged again."""

from collections.abc import Iterator, Sequence
from typing import Any

from rlvr.grpo.credited import Credited
from rlvr.grpo.rollout import Rollout
from rlvr.grpo.sampled import Place

SCHEMA = 1
"""Version of the line's layout."""


def rollout_records(step: int, places: Sequence[Place], credited: Sequence[Credited]) -> Iterator[dict[str, Any]]:
    """One record per rollout of a step, place by place; those of replaced groups come before what took their place.

    Args:
        step: Counted from 1.
        places: What was sampled.
        credited: What was learned from, one per place.
    """
    for place, learned in zip(places, credited, strict=True):
        for group in place.replaced:
            for rollout, reward in zip(group.rollouts, group.rewards, strict=True):
                yield _record(step, rollout, reward, 0.0, is_trained=False)
        group = learned.group
        for row, (rollout, reward) in enumerate(zip(group.rollouts, group.rewards, strict=True)):
            yield _record(step, rollout, reward, learned.mean_advantage(row), is_trained=reward is not None)


def _record(step: int, rollout: Rollout, reward: float | None, advantage: float, *, is_trained: bool) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "step": step,
        **rollout_record(rollout),
        "reward": reward,
        "advantage": advantage,
        "trained": is_trained,
    }


def rollout_record(rollout: Rollout) -> dict[str, Any]:
    """The part of a record that needs no training: task, conversation, score."""
    return {
        "task_id": rollout.task_id,
        "rollout": rollout.index,
        "prompt": rollout.prompt,
        "turns": [turn.to_json() for turn in rollout.turns],
        "score": rollout.score.to_json(),
        "policy_version": rollout.policy_version,
        "num_tokens": rollout.num_tokens,
        "finish_reasons": list(rollout.finish_reasons),
    }
