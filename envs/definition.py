"""What can be said about a taskset before any task is drawn: whether its definition holds together.

`check_definition` runs once per object, at the end of its making. The other functions read the author's class: which
methods it wrote, in what form, and so where what judges has to run.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rlvr.envs.ids import SPLIT_BUCKETS
from rlvr.rewards.extraction import parse_spec

if TYPE_CHECKING:
    from rlvr.envs.taskset import Taskset

BASE = "rlvr.envs.taskset"
"""The module whose methods count as not written by the author."""


def check_definition(taskset: Taskset) -> None:
    """Refuses a taskset whose attributes and methods contradict each other.

    Raises:
        ValueError: It names the attribute and the remedy.
    """
    name = type(taskset).__name__
    if "/" in taskset.name:
        raise ValueError(f"{name}.name is {taskset.name!r}: a name stands in ids, whose parts / divides.")
    parse_spec(taskset.extract)
    extra = set(taskset.rubric) - {"correct", "format"}
    if extra and not _is_written(taskset, "parts"):
        raise ValueError(f"the rubric of {name} weighs {', '.join(sorted(extra))}: write parts() that returns them.")
    if taskset.max_turns < 1:
        raise ValueError(f"{name}.max_turns must be 1 or more, not {taskset.max_turns}.")
    if taskset.max_turns > 1 and not _is_written(taskset, "reply"):
        raise ValueError(f"{name}.max_turns is {taskset.max_turns}: write reply(), or leave it at 1.")
    if taskset.max_turns == 1 and _is_written(taskset, "reply"):
        raise ValueError(f"{name} has a reply(), which one turn never calls: set max_turns to 2 or more.")
    unknown = set(taskset.splits) - set(SPLIT_BUCKETS)
    if unknown and taskset.content_split:
        raise ValueError(f"{name}.splits has {', '.join(sorted(unknown))}; known are {', '.join(SPLIT_BUCKETS)}.")


def needs_worker(taskset: Taskset) -> bool:
    """Whether any part of judging a response could go on without end, and so has to run where it can be killed."""
    methods = ("check", "parts", "reply", "replies")
    return not parse_spec(taskset.extract).is_bounded or not all(is_bounded(taskset, method) for method in methods)


def runs_inline(taskset: Taskset) -> bool:
    """Whether everything that judges takes time linear in the response, by construction."""
    return not needs_worker(taskset) and not taskset.verifier.uses_sandbox


def is_bounded(taskset: Taskset, method: str) -> bool:
    """Whether a method of the author's ends by construction.

    It does when it is the default one (`check` over a bounded verifier), or when the class that claims `is_bounded`
    wrote or inherited it: a claim does not cover what a subclass overrides.
    """
    owner = _owner(type(taskset), method)
    if owner.__module__ == BASE:
        return method != "check" or taskset.verifier.is_bounded
    return taskset.is_bounded and issubclass(_owner(type(taskset), "is_bounded"), owner)


def grades_together(taskset: Taskset) -> bool:
    """Whether responses are graded by a verifier that waits for programs, and so many at a time."""
    is_default = _owner(type(taskset), "check").__module__ == BASE
    return is_default and taskset.verifier.uses_sandbox and taskset.verifier.is_bounded


@functools.cache
def takes_turns(solve: Callable[..., Any]) -> bool:
    """Whether a `solve` can be given the turns as well as the task."""
    parameters = inspect.signature(solve).parameters.values()
    positional = [each for each in parameters if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)]
    return len(positional) > 2 or any(each.kind is each.VAR_POSITIONAL for each in parameters)


def _is_written(taskset: Taskset, method: str) -> bool:
    return _owner(type(taskset), method).__module__ != BASE


def _owner(cls: type, attribute: str) -> type:
    """The class that an attribute comes from."""
    return next(each for each in cls.__mro__ if attribute in each.__dict__)
