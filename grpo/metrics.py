"""The numbers of one step, as they stand in `metrics.jsonl`.

Everything that depends on the clock or the machine is under the one key `timing`, so two runs of one configuration
give the same lines but for that key.
"""

import statistics
from collections import Counter
from collections.abc import Sequence
from typing import Any

from rlvr.grpo.alarms import ALARMS
from rlvr.grpo.audit import Audited
from rlvr.grpo.behaviour import repetition, token_lengths, top_answer
from rlvr.grpo.checkpoint import TrainState
from rlvr.grpo.credited import Credited, explain_silence
from rlvr.grpo.evaluate import Evaluation
from rlvr.grpo.group import Group
from rlvr.grpo.grpo_config import GrpoConfig
from rlvr.grpo.learner import UpdateReport
from rlvr.grpo.rollout import Rollout
from rlvr.grpo.sampled import Place
from rlvr.rewards.score import Verdict


def step_metrics(
    step: int,
    places: Sequence[Place],
    credited: Sequence[Credited],
    update: UpdateReport,
    lr: float,
    state: TrainState,
    grpo: GrpoConfig,
) -> dict[str, Any]:
    """One line of `metrics.jsonl`, without `timing`.

    Reward, accuracy and lengths are those of all that was sampled: what was replaced for want of spread counts too, or
    they would look worse as the policy gets better.

    Args:
        step: Counted from 1.
        places: What was sampled in the step.
        credited: What was learned from, one per place.
        update: What learning reported.
        lr: Learning rate of the step.
        state: Where the run stood when the step was sampled.
        grpo: Says where a KL penalty went.
    """
    replaced = [group for place in places for group in place.replaced]
    groups = [*replaced, *(one.group for one in credited)]
    rollouts = [rollout for group in groups for rollout in group.rollouts]
    rewards = [reward for group in groups for _, reward in group.scored]
    verdicts = Counter(rollout.score.verdict for rollout in rollouts)
    silences = Counter(one.silence for one in credited)
    num_scored = len(rollouts) - verdicts[Verdict.UNSCORED]
    return {
        "step": step,
        "policy_version": state.policy_version,
        "levels": state.standing.levels,
        "reward": _mean(rewards),
        "accuracy": verdicts[Verdict.CORRECT] / num_scored if num_scored else None,
        "verdicts": {verdict.value: verdicts[verdict] for verdict in Verdict},
        "unscored": verdicts[Verdict.UNSCORED] / max(1, len(rollouts)),
        "parts": _mean_parts(rollouts),
        "num_groups": len(credited),
        "num_groups_replaced": len(replaced),
        "num_groups_with_signal": silences[None],
        "no_signal": {reason: count for reason, count in sorted(silences.items(), key=str) if reason is not None},
        "warning": explain_silence(credited),
        "advantage_std": _advantage_std(credited),
        **_looks(groups, rollouts),
        "loss": update.loss,
        "grad_norm": update.grad_norm,
        "clip_fraction": update.clip_fraction,
        "dropped_fraction": update.dropped_fraction,
        "kl": update.kl if grpo.kl_in == "loss" else _penalty_kl(places, credited, grpo.kl_coef),
        "entropy": update.entropy,
        "max_sync_gap": update.sync_gap.max,
        "mean_sync_gap": update.sync_gap.mean,
        "num_updates": update.num_updates,
        "lr": lr,
    }


def val_metrics(checked: Evaluation, audited: Audited | None, suffix: str = "") -> dict[str, Any]:
    """What a check on `val` adds to its step's line.

    Args:
        checked: The check.
        audited: What the audit said of it, if there is one.
        suffix: Is appended to the keys of the accuracies.
    """
    found: dict[str, Any] = {f"val_accuracy{suffix}": checked.accuracy.mean, "num_val_tasks": checked.num_tasks}
    if len(checked.accuracy_by_taskset) > 1:
        found[f"val_accuracies{suffix}"] = checked.accuracy_by_taskset
    if audited is not None:
        found |= {f"val_accuracy_audited{suffix}": audited.accuracy, "num_val_unaudited": audited.num_unscored}
    return found


def scalars(metrics: dict[str, Any], prefix: str = "") -> dict[str, float]:
    """The numbers of a metrics line under dotted names, for curves; an alarm is 1 where it fires, else 0."""
    found: dict[str, float] = {}
    for key, value in metrics.items():
        if key == "alarms":
            fired = {alarm["name"] for alarm in value}
            found |= {f"{key}.{name}": float(name in fired) for name in ALARMS}
        elif isinstance(value, dict):
            found |= scalars(value, f"{prefix}{key}.")
        elif isinstance(value, int | float) and key != "step":
            found[prefix + key] = float(value)
    return found


def _looks(groups: Sequence[Group], rollouts: Sequence[Rollout]) -> dict[str, Any]:
    """What responses look like apart from their scores."""
    num_tokens, top = sum(rollout.num_tokens for rollout in rollouts), top_answer(groups)
    return {
        "num_tokens": num_tokens,
        "mean_tokens": num_tokens / max(1, len(rollouts)),
        "tokens": token_lengths(rollouts),
        "truncated": sum(rollout.is_truncated for rollout in rollouts) / max(1, len(rollouts)),
        "repetition": repetition(rollouts),
        "top_answer": top.text,
        "top_answer_share": top.share,
    }


def _penalty_kl(places: Sequence[Place], credited: Sequence[Credited], kl_coef: float) -> float | None:
    """KL per token, by what the penalty took from the rewards; dealing these out anew leaves their sum as it is."""
    if kl_coef == 0:
        return None
    scored = [pair for place in places for pair in place.group.scored]
    left = sum(reward for one in credited for _, reward in one.group.scored)
    num_tokens = sum(rollout.num_tokens for rollout, _ in scored)
    return (sum(reward for _, reward in scored) - left) / kl_coef / max(1, num_tokens)


def _advantage_std(credited: Sequence[Credited]) -> float | None:
    """Spread of the advantages over the scored rollouts that were learned from."""
    values = [
        one.mean_advantage(row)
        for one in credited
        for row, reward in enumerate(one.group.rewards)
        if reward is not None
    ]
    return statistics.pstdev(values) if values else None


def _mean_parts(rollouts: Sequence[Rollout]) -> dict[str, float]:
    values: dict[str, list[float]] = {}
    for rollout in rollouts:
        for name, value in rollout.score.parts.items():
            if value is not None:
                values.setdefault(name, []).append(value)
    return {name: sum(part) / len(part) for name, part in sorted(values.items())}


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
