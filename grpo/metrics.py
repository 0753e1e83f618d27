"""The numbers of one step, as they stand in `metrics.jsonl`.

Everything that depends on the clock or the machine is under the one key `timing`, so two runs of one configuration
give the same lines but for that key.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from rlvr.grpo.group import Group, explain_silence
from rlvr.grpo.learner import UpdateReport
from rlvr.grpo.rollout import Rollout
from rlvr.rewards.score import Verdict


def step_metrics(step: int, groups: Sequence[Group], update: UpdateReport, lr: float, version: int) -> dict[str, Any]:
    """One line of `metrics.jsonl`, without `timing`.

    Args:
        step: Counted from 1.
        groups: What was sampled in the step.
        update: What learning reported.
        lr: Learning rate of the step.
        version: The policy version that sampled the step.
    """
    rollouts = [rollout for group in groups for rollout in group.rollouts]
    rewards = [reward for group in groups for _, reward in group.scored]
    verdicts = Counter(rollout.score.verdict for rollout in rollouts)
    silences = Counter(group.silence for group in groups)
    num_scored = len(rollouts) - verdicts[Verdict.UNSCORED]
    num_tokens = sum(rollout.num_tokens for rollout in rollouts)
    return {
        "step": step,
        "policy_version": version,
        "reward": _mean(rewards),
        "accuracy": verdicts[Verdict.CORRECT] / num_scored if num_scored else None,
        "verdicts": {verdict.value: verdicts[verdict] for verdict in Verdict},
        "parts": _mean_parts(rollouts),
        "num_groups": len(groups),
        "num_groups_with_signal": silences[None],
        "no_signal": {reason: count for reason, count in sorted(silences.items(), key=str) if reason is not None},
        "warning": explain_silence(groups),
        "num_tokens": num_tokens,
        "mean_tokens": num_tokens / max(1, len(rollouts)),
        "truncated": sum(rollout.is_truncated for rollout in rollouts) / max(1, len(rollouts)),
        "loss": update.loss,
        "grad_norm": update.grad_norm,
        "clip_fraction": update.clip_fraction,
        "kl": update.kl,
        "entropy": update.entropy,
        "max_sync_gap": update.sync_gap.max,
        "mean_sync_gap": update.sync_gap.mean,
        "num_updates": update.num_updates,
        "lr": lr,
    }


def scalars(metrics: dict[str, Any], prefix: str = "") -> dict[str, float]:
    """The numbers of a metrics line under dotted names, for curves."""
    found: dict[str, float] = {}
    for key, value in metrics.items():
        if isinstance(value, dict):
            found |= scalars(value, f"{prefix}{key}.")
        elif isinstance(value, int | float) and key != "step":
            found[prefix + key] = float(value)
    return found


def _mean_parts(rollouts: Sequence[Rollout]) -> dict[str, float]:
    values: dict[str, list[float]] = {}
    for rollout in rollouts:
        for name, value in rollout.score.parts.items():
            if value is not None:
                values.setdefault(name, []).append(value)
    return {name: sum(part) / len(part) for name, part in sorted(values.items())}


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
