"""Draws the problem that a task id stands for."""

from __future__ import annotations

import operator
from dataclasses import replace
from typing import TYPE_CHECKING

from rlvr.envs.ids import SPLIT_BUCKETS, TaskId, prompt_bucket
from rlvr.envs.task import Problem

if TYPE_CHECKING:
    from rlvr.envs.taskset import Taskset

MAX_ATTEMPTS = 1000
"""How many problems are drawn for one id before the level counts as too small."""

MIN_DISTINCT = 1000
"""How many different problems a level must have, so that the splits do not run dry."""


def checked_id(taskset: Taskset, split: str, level: int, index: int) -> TaskId:
    """The id of a task, if the taskset has that split and level.

    Raises:
        ValueError: Unknown split or level, or a negative index.
    """
    if split not in taskset.splits:
        raise ValueError(f"{taskset.name} has no split {split!r}; it has {', '.join(taskset.splits)}.")
    if level not in taskset.levels:
        raise ValueError(f"{taskset.name} has no level {level!r}; it has {', '.join(map(str, taskset.levels))}.")
    if index < 0:
        raise ValueError(f"the index of a task must be 0 or more, not {index}.")
    return TaskId(taskset.name, taskset.version, split, operator.index(level), operator.index(index))


def draw_problem(taskset: Taskset, task_id: TaskId) -> Problem:
    """The first problem drawn for an id whose prompt falls into the id's split.

    Only the problem's own prompt is hashed, without the instructions, so that other instructions ask for the same
    tasks.

    Raises:
        ValueError: The level has too few problems.
        TypeError: `generate` returned something else than a Problem.
    """
    level = task_id.level
    distinct = taskset.num_distinct(level)
    if taskset.content_split and distinct is not None and distinct < MIN_DISTINCT:
        raise ValueError(f"level {level} of {taskset.name} has {distinct} problems; it needs {MIN_DISTINCT}.")
    for attempt in range(MAX_ATTEMPTS):
        problem = taskset.generate(task_id.rng(attempt), level)
        if not isinstance(problem, Problem):
            raise TypeError(f"{type(taskset).__name__}.generate must return a Problem, not {problem!r:.80}.")
        if not taskset.content_split or prompt_bucket(problem.prompt) in SPLIT_BUCKETS[task_id.split]:
            return replace(problem, reference=problem.reference()) if callable(problem.reference) else problem
    raise ValueError(
        f"level {level} of {taskset.name} gave no problem for {task_id.split!r} in {MAX_ATTEMPTS} draws: it has too "
        f"few different prompts. Vary the prompt more, or set content_split = False."
    )
