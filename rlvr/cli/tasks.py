"""Choosing tasks on a command line, for the commands that show or play one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rlvr.cli.errors import UsageError
from rlvr.cli.options import parse_options

if TYPE_CHECKING:
    from rlvr.envs.task import Task, Turn
    from rlvr.envs.taskset import Taskset


def chosen_taskset(name: str, options: Sequence[str] | None) -> "Taskset":
    """Make the taskset that the command line names.

    Args:
        name: A registered name, `file.py:Class` or `module:Class`.
        options: Its arguments, as `key=value`.

    Raises:
        ValueError: If the name or an option leads nowhere.
    """
    from rlvr.envs.registry import make_taskset

    return make_taskset(name, **parse_options(options or ()))


def chosen_level(taskset: "Taskset", level: int | None) -> int:
    """Return the level asked for, by default the taskset's first."""
    return next(iter(taskset.levels)) if level is None else level


def nth_task(taskset: "Taskset", split: str, level: int | None, index: int) -> "Task":
    """Return the task at a position of a split.

    Raises:
        UsageError: If a data set has no such task; a split or level that is not there is the taskset's own ValueError.
    """
    level = chosen_level(taskset, level)
    available = taskset.num_tasks(split, level)
    if available is not None and index >= available:
        raise UsageError(f"{taskset.name} has {available} tasks in {split!r} at level {level}: there is no {index}")
    return taskset.nth_task(split, level, index)


def transcript(taskset: "Taskset", task: "Task") -> dict[str, Any]:
    """Let the oracle play a task.

    Returns:
        The task's fields, the oracle's `turns`, its last `response` and the `score`, as JSON; None where there is no
        oracle.
    """
    fields = task.to_json()
    try:
        responses = taskset.oracle_responses(task)
    except NotImplementedError:
        return fields | {"turns": None, "response": None, "score": None}
    turns: list[Turn] = []
    score = None
    for response in responses:
        step = taskset.advance(task, tuple(turns), response)
        turns.append(step.turn)
        score = step.score
    return fields | {
        "turns": [turn.to_json() for turn in turns],
        "response": responses[-1],
        "score": score.to_json() if score else None,
    }
