"""The audit: a second, trusted judge of what the policy answers on `val`, which pays for nothing.

A verifier that can be cheated calls the cheat CORRECT on `val` too, so accuracy by that verifier cannot tell. What the
policy was never paid by can: another taskset that judges the same tasks, or a verifier that compares with their
references. It sees `val` only, and steers nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rlvr.envs.registry import make_taskset
from rlvr.envs.task import Task
from rlvr.envs.taskset import Taskset
from rlvr.grpo.course import Course
from rlvr.grpo.rollout import Rollout
from rlvr.rewards.names import VERIFIER_NAMES, verifier_named
from rlvr.rewards.score import Score, Verdict
from rlvr.rewards.verifier import Verifier
from rlvr.sandbox.loading import load_object


class AuditError(ValueError):
    """`task.audit` names nothing that can judge."""


class References(Taskset):
    """Judges other tasksets' tasks by a verifier and their references; of a game, the last response.

    Args:
        verifier: Extracts by its own rule, and compares.
    """

    def __init__(self, verifier: Verifier) -> None:
        super().__init__()
        self.verifier = verifier
        self.extract = verifier.extract


@dataclass(frozen=True, slots=True)
class Audited:
    """What the audit found on a check."""

    accuracy: float | None
    """Share of CORRECT, by the audit where a taskset has one; None where it could judge nothing."""
    num_unscored: int
    """Responses that the task's verifier judged and the audit could not."""


def open_audit(name: str, options: Mapping[str, Any]) -> Taskset:
    """Make what judges, by name.

    Args:
        name: A taskset (`ChainSum`, `file.py:Class`) or a verifier (`numeric`, `file.py:Class`).
        options: Arguments of a taskset; a verifier takes none.

    Raises:
        AuditError: The name leads to neither, or what it names refuses its options.
    """
    try:
        if name in VERIFIER_NAMES or (":" in name and not _is_taskset(name)):
            if options:
                raise AuditError(f"{name} is a verifier, which takes no options")
            audit: Taskset = References(verifier_named(name))
        else:
            audit = make_taskset(name, **options)
        audit.require_loadable()
    except ValueError as error:
        raise AuditError(f"task.audit: {error}") from None
    return audit


def audit_verdicts(course: Course, rollouts: Sequence[Rollout]) -> list[Verdict]:
    """The verdict of each rollout by the audit of its taskset, or its own where there is none or it is UNSCORED."""
    verdicts = [rollout.score.verdict for rollout in rollouts]
    for strand in course.strands:
        if strand.audit is None:
            continue
        rows = [
            row
            for row, rollout in enumerate(rollouts)
            if course.taskset_of(rollout.task_id) is strand.taskset and verdicts[row] is not Verdict.UNSCORED
        ]
        episodes = [
            (strand.taskset.task_from_id(rollouts[row].task_id), [turn.response for turn in rollouts[row].turns])
            for row in rows
        ]
        for row, score in zip(rows, _judged(strand.audit, episodes), strict=True):
            verdicts[row] = score.verdict
    return verdicts


def summarize(rollouts: Sequence[Rollout], verdicts: Sequence[Verdict]) -> Audited:
    """Count what the audit said of the rollouts that their own verifier could judge."""
    own = [rollout.score.verdict for rollout in rollouts]
    kept = [final for ours, final in zip(own, verdicts, strict=True) if ours is not Verdict.UNSCORED]
    scored = [verdict for verdict in kept if verdict is not Verdict.UNSCORED]
    right = sum(verdict is Verdict.CORRECT for verdict in scored)
    return Audited(right / len(scored) if scored else None, len(kept) - len(scored))


def _is_taskset(path: str) -> bool:
    found = load_object(path)
    return isinstance(found, type) and issubclass(found, Taskset)


def _judged(audit: Taskset, episodes: Sequence[tuple[Task, Sequence[str]]]) -> list[Score]:
    if audit.max_turns > 1:
        return audit.verify_turns_many(episodes)
    return audit.verify_many([(task, responses[-1]) for task, responses in episodes])
