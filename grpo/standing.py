"""Where a run stands as to `val`: the level of each taskset, and whether it is time to stop.

Pure: a standing and a check give the next standing. It is saved with every checkpoint, so a resumed run is steered as
an undisturbed one would be. Nothing here ever sees `test`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rlvr.grpo.config import RunConfig
from rlvr.grpo.task_config import CurriculumConfig


@dataclass(frozen=True, slots=True)
class Standing:
    """What the checks on `val` have led to so far."""

    levels: dict[str, int]
    """Present level of each taskset."""
    recent: dict[str, list[float]] = field(default_factory=dict)
    """Accuracies on `val` of each taskset at its present level, the newest last, as many as the window holds."""
    best: float = -1.0
    """Highest mean accuracy on `val` at the present levels; -1 before the first check."""
    num_stale: int = 0
    """Checks since that one."""


def after_check(
    standing: Standing, accuracies: Mapping[str, float], top: Mapping[str, int], curriculum: CurriculumConfig
) -> Standing:
    """Take a check on `val` into account: raise levels, note whether accuracy still grows.

    Args:
        standing: Before the check.
        accuracies: Of each taskset at its present level.
        top: The level of each taskset past which it is not raised.
        curriculum: The window and the accuracy at which a level is raised.
    """
    seen_now = {name: [*standing.recent.get(name, []), accuracy] for name, accuracy in accuracies.items()}
    recent = standing.recent | {name: seen[-curriculum.window :] for name, seen in seen_now.items()}
    raised = {
        name
        for name, seen in recent.items()
        if len(seen) == curriculum.window
        and sum(seen) / len(seen) >= curriculum.raise_at
        and standing.levels[name] < top[name]
    }
    if raised:
        levels = {name: level + (name in raised) for name, level in standing.levels.items()}
        kept = {name: [] if name in raised else seen for name, seen in recent.items()}
        return Standing(levels, kept)
    mean = sum(accuracies.values()) / len(accuracies)
    if mean > standing.best:
        return replace(standing, recent=recent, best=mean, num_stale=0)
    return replace(standing, recent=recent, num_stale=standing.num_stale + 1)


def reason_to_stop(standing: Standing, top: Mapping[str, int], run: RunConfig) -> str | None:
    """Say why the run should end before its last step, or None.

    Args:
        standing: After the latest check.
        top: The highest level of each taskset; a run does not stop for its accuracy below it.
        run: `stop_at` and `patience`.
    """
    is_at_top = all(standing.levels[name] >= level for name, level in top.items())
    if run.stop_at is not None and is_at_top and standing.best >= run.stop_at:
        return f"val accuracy {standing.best:.3f} has reached run.stop_at ({run.stop_at:g})"
    if run.patience is not None and standing.num_stale >= run.patience:
        return f"val accuracy has not passed {standing.best:.3f} in {standing.num_stale} checks (run.patience)"
    return None
