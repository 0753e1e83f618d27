"""Programs: small programming problems without end, judged by hidden tests in the sandbox.

A problem asks for a function, or for a program that reads standard input and prints. Its tests are made with our own
solution of it; those after the example in the prompt are hidden. They are chosen among many so that solutions with a
small mistake fail. `rlvr.envs.problems` has the problems.
"""

from __future__ import annotations

import random
from typing import Any, ClassVar, Literal

from rlvr.envs.problems.exercise import exercise_of
from rlvr.envs.problems.levels import LEVELS
from rlvr.envs.registry import register
from rlvr.envs.task import Problem, Solution, Task, Turn
from rlvr.envs.taskset import Taskset
from rlvr.rewards.code.verifier import CodeVerifier


@register("Programs")
class Programs(Taskset):
    """Write a small program that passes hidden tests.

    | level | what is asked |
    |-------|---------------|
    | 0 | one expression of one integer |
    | 1 | an expression of two integers, or a case distinction |
    | 2 | selecting and measuring numbers of a list, counting letters |
    | 3 | rewriting texts, choosing and ordering words, measuring rows |
    | 4 | several steps over a list, blocks and runs, digits |
    | 5 | rules applied again and again, bases, intervals |
    | 6 | machines that follow commands |
    | 7 | counting ways, best choices, schedules |
    | 8 | cheapest ways on boards and networks, regions, loads |
    | 9 | evaluating expressions, costs of edits, winning moves |

    Args:
        form: `"function"` or `"program"` asks for that only; by default about half of the problems ask for each.
        **options: `rubric` and `instructions`, as every taskset takes.

    Raises:
        ValueError: `form` is something else.
    """

    family: ClassVar[str] = "code"
    extract = "code"
    verifier = CodeVerifier()

    def __init__(self, form: Literal["function", "program"] | None = None, **options: Any) -> None:
        super().__init__(**options)
        if form not in (None, "function", "program"):
            raise ValueError(f"form is {form!r}: give 'function', 'program' or nothing")
        self.form = form

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draws a problem; its tests follow from its statement."""
        family = rng.choice(LEVELS[level])
        exercise = exercise_of(family, family.drawn(rng), self.form)
        return Problem(exercise.prompt, lambda: exercise.reference, {"solution": exercise.solution})

    def solve(self, task: Task, turns: tuple[Turn, ...] = ()) -> Solution:  # noqa: ARG002 single-turn
        """The solution that the tests were made with."""
        return Solution(task.metadata["solution"])

    def num_distinct(self, level: int) -> int:
        """Each way of filling the gaps of each family's statement."""
        return sum(family.num_specs for family in LEVELS[level])
