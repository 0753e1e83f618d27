"""Chooses the bug of a problem: one that fails some of its tests, if possible not all of the first ones."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rlvr.envs.problems.bugs import bugs_of
from rlvr.envs.problems.choosing import Case, Run, fails
from rlvr.envs.problems.exercise import Exercise, all_tests
from rlvr.envs.problems.running import Ended, runner_of


@dataclass(frozen=True, slots=True)
class Planted:
    """A solution with a bug, and how it shows."""

    program: str
    """The whole program."""
    number: int
    """The number of the first test that fails."""
    case: Case
    """That test."""
    printed: str
    """What it prints there; empty if it raises."""
    error: str
    """The type of what it raises there; empty if it prints."""


@lru_cache(maxsize=4096)
def planted(exercise: Exercise) -> Planted:
    """Plant a bug in an exercise's solution; which one follows from the statement alone."""
    sources = bugs_of(exercise.spec.source)
    random.Random(exercise.spec.statement.encode()).shuffle(sources)  # noqa: S311  for bugs, not secrets
    found = _chosen(exercise, sources, exercise.first_tests) or _chosen(exercise, sources, all_tests(exercise))
    assert found is not None, f"no bug shows in the tests of: {exercise.spec.statement}"
    return found


def _chosen(exercise: Exercise, sources: Sequence[str], tests: Sequence[Case]) -> Planted | None:
    """Take the first bug that fails some of the tests and not all, else the first that fails all."""
    shown = None
    for source in sources:
        run = runner_of(source, exercise.family.name)
        failed = [number for number, case in enumerate(tests) if fails(run, case)]
        if not failed or any(run(arguments) is None for arguments, _ in tests):
            continue
        if shown is None or len(failed) < len(tests):
            shown = _shown(exercise, source, run, failed[0], tests)
        if len(failed) < len(tests):
            break
    return shown


def _shown(exercise: Exercise, source: str, run: Run, number: int, tests: Sequence[Case]) -> Planted:
    ended = run(tests[number][0])
    assert ended is not None, "an endless bug is not planted"
    printed, error = _written(exercise, ended)
    return Planted(exercise.whole(source), number, tests[number], printed, error)


def _written(exercise: Exercise, ended: Ended) -> tuple[str, str]:
    if ended.error:
        return "", ended.error
    try:
        return exercise.family.returns.write(ended.value), ""
    except Exception as error:  # noqa: BLE001  it returned what cannot be printed as the answer, as the program finds
        return "", type(error).__name__
