"""CodeRepair: mend a program with a bug, in several attempts, told each time which test fails.

What a reply shows of the first test that fails is a policy: always the test's input and what the program printed or how
it ended, which is what anybody who runs it sees; what it should have printed only for the example, which stands in the
prompt. So the answers of the hidden tests stay hidden over any number of attempts.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, ClassVar

from rlvr.envs.problems.exercise import Exercise, exercise_of
from rlvr.envs.problems.levels import LEVELS
from rlvr.envs.problems.planting import planted
from rlvr.envs.registry import register
from rlvr.envs.task import Problem, Reply, Solution, Task, Turn
from rlvr.envs.taskset import Taskset
from rlvr.rewards.code.outcomes import TestOutcome, TestResult
from rlvr.rewards.code.verifier import CodeVerifier
from rlvr.rewards.score import Score

SHOWN_CHARS = 600
"""How much of an input, and of an output, a reply shows."""

_PRINTED = (TestOutcome.WA, TestOutcome.PE)


@register("CodeRepair")
class CodeRepair(Taskset):
    """Mend a program that fails a test; each attempt is answered with the first test that it fails.

    The problems are those of `Programs`, all of them as programs that read standard input and print. The program to
    mend is our solution with one bug.

    Args:
        attempts: How many attempts there are; at least 2.
        **options: `rubric` and `instructions`, as every taskset takes.
    """

    family: ClassVar[str] = "code"
    is_bounded: ClassVar[bool] = True
    extract = "code"
    verifier: CodeVerifier = CodeVerifier()
    max_turns = 4

    def __init__(self, attempts: int = 4, **options: Any) -> None:
        super().__init__(**options)
        if attempts < 2:
            raise ValueError(f"attempts is {attempts}: give at least 2, or take the taskset Programs")
        self.max_turns = attempts

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draws a problem; its tests and its bug follow from its statement."""
        family = rng.choice(LEVELS[level])
        exercise = exercise_of(family, family.drawn(rng), "program")
        program = planted(exercise).program
        prompt = (
            f"{exercise.prompt}\n\nThis program is wrong:\n```python\n{program}```\n{_first_report(exercise)}\n"
            f"Give the whole program, mended. You have {self.max_turns} attempts."
        )
        return Problem(prompt, lambda: exercise.reference, {"solution": exercise.solution, "program": program})

    def solve(self, task: Task, turns: tuple[Turn, ...] = ()) -> Solution:  # noqa: ARG002 it is right at once
        """The solution without the bug."""
        return Solution(task.metadata["solution"])

    def reply(self, task: Task, turns: tuple[Turn, ...]) -> Reply:
        """Runs the last program and tells of the first test that it fails."""
        return self.replies([(task, turns)])[0]

    def replies(self, episodes: Sequence[tuple[Task, tuple[Turn, ...]]]) -> list[Reply]:
        """Runs the last program of each episode, all of them side by side."""
        answers = [turns[-1].answer for _, turns in episodes]
        pairs = [(answer, task.reference) for answer, (task, _) in zip(answers, episodes, strict=True) if answer]
        found = iter(self.verifier.results_many(pairs))
        return [
            _reply(task, next(found)) if answer else Reply("There is no program: give it in a fenced code block.")
            for answer, (task, _) in zip(answers, episodes, strict=True)
        ]

    def num_distinct(self, level: int) -> int:
        """Each way of filling the gaps of each family's statement."""
        return sum(family.num_specs for family in LEVELS[level])


def _reply(task: Task, results: list[TestResult | None] | Score) -> Reply:
    if isinstance(results, Score):
        return Reply(score=results)
    for number, result in enumerate(results):
        if result is not None and result.outcome is TestOutcome.INFRA:
            return Reply(score=Score.unscored(f"a test could not be run: {result.reason}"))
        if result is not None and not result.is_accepted:
            test = task.reference["tests"][number]
            return Reply(report(number, test["input"], *_shown(result), test["output"]))
    return Reply(score=Score.correct(f"all {len(results)} tests passed"))


def _shown(result: TestResult) -> tuple[str, str]:
    """What a program printed, or how else it ended."""
    if result.outcome in _PRINTED and result.execution is not None:
        return result.execution.stdout[: 4 * SHOWN_CHARS].decode("utf-8", "replace"), ""
    return "", f"{result.outcome.value}: {result.reason}"


def _first_report(exercise: Exercise) -> str:
    bug = planted(exercise)
    arguments, value = bug.case
    ending = f"RE: exit code 1: {bug.error}" if bug.error else ""
    expected = exercise.family.returns.write(value)
    return report(bug.number, exercise.stdin(arguments), bug.printed, ending, expected)


def report(number: int, stdin: str, printed: str, ending: str, expected: str) -> str:
    """Tell of a test that failed.

    Args:
        number: Its number, from 0; 0 is the example.
        stdin: Its input.
        printed: What the program printed, if that decided.
        ending: How the program ended, if that decided; else empty.
        expected: What it should have printed, which is shown for the example only.
    """
    which = "the example" if number == 0 else f"test {number + 1}"
    how = f"It ended so: {ending}" if ending else f"It printed:\n{_cut(printed)}"
    should = f"\nIt should print:\n{_cut(expected)}" if number == 0 else ""
    return f"It fails {which}. Input:\n{_cut(stdin)}\n{how}{should}"


def _cut(text: str) -> str:
    text = text.rstrip("\n")
    return text if len(text) <= SHOWN_CHARS else f"{text[:SHOWN_CHARS]}... ({len(text)} characters)"
