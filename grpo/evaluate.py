"""Accuracy and pass@k of a policy on a split, with confidence intervals."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rlvr.envs.ids import TaskId
from rlvr.grpo.rollout import Rollout
from rlvr.rewards.score import Verdict

_Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over tasks with its 95% interval."""

    mean: float
    """In [0, 1]."""
    low: float
    """Lower end of the interval."""
    high: float
    """Upper end."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a policy scored."""

    accuracy: Estimate
    """Share of right responses."""
    accuracy_by_taskset: dict[str, float]
    """The same for each taskset; one of which nothing could be judged is not in it."""
    pass_at_k: dict[int, Estimate]
    """For each k up to the samples per task: the chance that one of k is right."""
    mean_value: float
    """Mean `Score.value`, partial credit and format included."""
    num_tasks: int
    """Tasks with at least one scored sample."""
    num_unscored: int
    """Samples that we failed to judge; they are left out."""
    rollouts: tuple[Rollout, ...]
    """Everything that was sampled, task by task."""


def estimate(groups: Sequence[Sequence[Rollout]]) -> Evaluation:
    """Estimate from rollouts, equally many of each task.

    Raises:
        ValueError: There are no tasks, or no sample could be judged.
    """
    if not groups:
        raise ValueError("there are no tasks to evaluate on: the taskset has none in this split and level")
    samples, rollouts = len(groups[0]), [rollout for group in groups for rollout in group]
    counts = _counts(groups)
    if not counts:
        raise ValueError("not one response could be judged; the first reason: " + rollouts[0].score.reason)
    values = [rollout.score.value for rollout in rollouts if rollout.score.value is not None]
    complete = [(right, size) for right, size in counts if size == samples]
    return Evaluation(
        accuracy=wilson([right / size for right, size in counts]),
        accuracy_by_taskset=_by_taskset(groups),
        pass_at_k={
            k: wilson([pass_at_k(size, right, k) for right, size in complete])
            for k in range(1, samples + 1)
            if complete
        },
        mean_value=sum(values) / len(values),
        num_tasks=len(counts),
        num_unscored=len(rollouts) - len(values),
        rollouts=tuple(rollouts),
    )


def pass_at_k(num_samples: int, num_right: int, k: int) -> float:
    """1 - C(n - c, k) / C(n, k), unbiased. Source: Codex, arXiv:2107.03374, equation 1."""
    return 1.0 - math.comb(num_samples - num_right, k) / math.comb(num_samples, k)


def wilson(values: Sequence[float]) -> Estimate:
    """Mean of per-task values in [0, 1] with its 95% Wilson interval, the tasks being the independent draws.

    For values of 0 and 1 this is Wilson (1927); for fractions the variance is smaller, so the interval is wide enough.
    """
    return wilson_interval(sum(values) / len(values), len(values))


def wilson_interval(mean: float, n: int) -> Estimate:
    """The 95% Wilson interval of a mean over n tasks."""
    scale = 1 + _Z95**2 / n
    centre = (mean + _Z95**2 / (2 * n)) / scale
    half = _Z95 * math.sqrt(mean * (1 - mean) / n + _Z95**2 / (4 * n * n)) / scale
    # At 0 and at 1 an end of the interval is the mean itself, and may not miss it by a rounding error.
    return Estimate(mean, min(mean, max(0.0, centre - half)), max(mean, min(1.0, centre + half)))


def _counts(groups: Sequence[Sequence[Rollout]]) -> list[tuple[int, int]]:
    """(right, scored) of each task that has a scored sample."""
    verdicts = [[rollout.score.verdict for rollout in group] for group in groups]
    scored = [[verdict for verdict in group if verdict is not Verdict.UNSCORED] for group in verdicts]
    return [(sum(verdict is Verdict.CORRECT for verdict in group), len(group)) for group in scored if group]


def _by_taskset(groups: Sequence[Sequence[Rollout]]) -> dict[str, float]:
    shares: dict[str, list[float]] = {}
    for group in groups:
        for right, size in _counts([group]):
            shares.setdefault(TaskId.parse(group[0].task_id).name, []).append(right / size)
    return {name: sum(values) / len(values) for name, values in shares.items()}
