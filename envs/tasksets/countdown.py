"""Countdown: reach a target with given numbers, each used exactly once.

The generator combines the numbers step by step and takes what comes out as the target, so every task has a solution.
Any valid expression is right, not only the generator's.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import ClassVar

from rlvr.envs.registry import register
from rlvr.envs.task import Problem, Solution, Task, Turn
from rlvr.envs.taskset import Taskset
from rlvr.rewards.puzzles import CountdownChecker


@dataclass(frozen=True, slots=True)
class _Size:
    """What a level draws."""

    count: int
    """How many numbers."""

    largest: int
    """The largest number; the smallest is 1."""

    operators: str
    """What the generator combines them with."""

    max_target: int
    """The largest target; at least the sum of the largest numbers, so that every draw has one."""


SIZES = (
    _Size(3, 20, "+-", 100),
    _Size(3, 20, "+-*", 100),
    _Size(4, 20, "+-", 100),
    _Size(4, 20, "+-*", 100),
    _Size(4, 25, "+-*/", 200),
    _Size(5, 25, "+-*/", 200),
    _Size(5, 50, "+-*/", 500),
    _Size(6, 50, "+-*/", 500),
    _Size(6, 100, "+-*/", 1000),
    _Size(7, 100, "+-*/", 1000),
)
"""The sizes by level."""


@register("Countdown")
class Countdown(Taskset):
    """Combine numbers into a target, using each exactly once.

    | level     | 0  | 1   | 2  | 3   | 4   | 5   | 6   | 7   | 8   | 9   |
    |-----------|----|-----|----|-----|-----|-----|-----|-----|-----|-----|
    | numbers   | 3  | 3   | 4  | 4   | 4   | 5   | 5   | 6   | 6   | 7   |
    | largest   | 20 | 20  | 20 | 20  | 25  | 25  | 50  | 50  | 100 | 100 |
    | operators | +- | +-* | +- | +-* | all | all | all | all | all | all |

    The operators are those of the generator; an answer may use any of the four.
    """

    family: ClassVar[str] = "arithmetic"
    verifier = CountdownChecker()

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draws numbers and combines them until the result is a fitting target."""
        size = SIZES[level]
        while True:
            numbers = [rng.randint(1, size.largest) for _ in range(size.count)]
            target, expression, steps = _combined(numbers, size, rng)
            if 1 <= target <= size.max_target and target not in numbers:
                break
        listed = ", ".join(map(str, numbers))
        return Problem(
            f"Make {target} from the numbers {listed}. Use each number exactly once, with +, -, *, / and parentheses.",
            {"numbers": numbers, "target": target},
            {"expression": expression, "steps": steps},
        )

    def solve(self, task: Task, turns: tuple[Turn, ...] = ()) -> Solution:  # noqa: ARG002 single-turn
        """The generator's own expression."""
        return Solution(task.metadata["expression"], task.metadata["steps"])

    def num_distinct(self, level: int) -> int:
        """Each ordered choice of numbers has at least one target: their sum."""
        return int(SIZES[level].largest ** SIZES[level].count)


def _combined(numbers: list[int], size: _Size, rng: random.Random) -> tuple[int, str, str]:
    """Combines two random values until one is left; gives it, its expression, and the steps."""
    values = [(number, str(number)) for number in numbers]
    steps = []
    while len(values) > 1:
        (left, left_text), (right, right_text) = sorted(
            (values.pop(rng.randrange(len(values))) for _ in range(2)), key=lambda value: -value[0]
        )
        operator, result = _operation(left, right, rng.choice(size.operators), size.max_target)
        steps.append(f"{left}{operator}{right}={result}")
        values.append((result, f"({left_text}{operator}{right_text})"))
    result, text = values[0]
    return result, text[1:-1], " ".join(steps)


def _operation(left: int, right: int, operator: str, max_product: int) -> tuple[str, int]:
    """Applies an operator to left >= right > 0 if the result is a positive whole number of fair size, else adds."""
    if operator == "-" and left > right:
        return "-", left - right
    if operator == "*" and left * right <= max_product:
        return "*", left * right
    if operator == "/" and left % right == 0:
        return "/", left // right
    return "+", left + right
