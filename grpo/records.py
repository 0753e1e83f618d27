"""Lines of `rollouts.jsonl`: every rollout with its score breakdown, so that any of them can be judged again."""

from collections.abc import Iterator, Sequence
from typing import Any

from rlvr.grpo.group import Group
from rlvr.grpo.rollout import Rollout

SCHEMA = 1
"""Version of the line's layout."""


def rollout_records(
    step: int, groups: Sequence[Group], advantages: Sequence[Sequence[float]]
) -> Iterator[dict[str, Any]]:
    """One record per rollout of a step, in order.

    Args:
        step: Counted from 1.
        groups: What was sampled.
        advantages: One list per group, one number per rollout.
    """
    for group, values in zip(groups, advantages, strict=True):
        for rollout, reward, advantage in zip(group.rollouts, group.rewards, values, strict=True):
            yield {
                "schema": SCHEMA,
                "step": step,
                **rollout_record(rollout),
                "reward": reward,
                "advantage": advantage,
                "trained": reward is not None,
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
