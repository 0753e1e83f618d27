"""LinearEquation: solve ax + b = cx + d for x.

Levels 0 to 2 have x on one side, 3 to 5 on both, all with whole answers; from level 6 the answer is a fraction more
often than not.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from rlvr.envs.registry import register
from rlvr.envs.task import Problem, Solution, Task, Turn
from rlvr.envs.taskset import Taskset
from rlvr.rewards.puzzles import LinearEquationChecker


@dataclass(frozen=True, slots=True)
class _Size:
    """What a level draws."""

    slope: int
    """The largest coefficient of x."""

    constant: int
    """The largest constant, and the largest whole answer."""

    is_signed: bool = True
    """Whether there are negative numbers."""

    is_two_sided: bool = True
    """Whether x stands on both sides."""

    is_whole: bool = True
    """Whether the answer is a whole number by construction."""


SIZES = (
    _Size(5, 20, is_signed=False, is_two_sided=False),
    _Size(9, 50, is_signed=False, is_two_sided=False),
    _Size(9, 20, is_two_sided=False),
    _Size(9, 10),
    _Size(12, 20),
    _Size(20, 50),
    _Size(9, 9, is_whole=False),
    _Size(12, 20, is_whole=False),
    _Size(20, 50, is_whole=False),
    _Size(50, 200, is_whole=False),
)
"""The sizes by level."""


@register("LinearEquation")
class LinearEquation(Taskset):
    """Solve a linear equation in x.

    | level                 | 0  | 1  | 2   | 3   | 4   | 5   | 6   | 7   | 8   | 9    |
    |-----------------------|----|----|-----|-----|-----|-----|-----|-----|-----|------|
    | sides with x          | 1  | 1  | 1   | 2   | 2   | 2   | 2   | 2   | 2   | 2    |
    | coefficients up to    | 5  | 9  | ±9  | ±9  | ±12 | ±20 | ±9  | ±12 | ±20 | ±50  |
    | constants up to       | 20 | 50 | ±20 | ±10 | ±20 | ±50 | ±9  | ±20 | ±50 | ±200 |

    Whole answers are as large as the constants.
    """

    family: ClassVar[str] = "math"
    verifier = LinearEquationChecker()

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draws the coefficients, and either the answer or the last constant."""
        size = SIZES[level]
        a = _drawn(size.slope, size.is_signed, rng, lowest=2 if not size.is_two_sided else 1)
        c = 0
        if size.is_two_sided:
            c = _drawn(size.slope, size.is_signed, rng)
            while c == a:
                c = _drawn(size.slope, size.is_signed, rng)
        b = _drawn(size.constant, size.is_signed, rng)
        drawn = _drawn(size.constant, size.is_signed, rng)
        d = (a - c) * drawn + b if size.is_whole else drawn
        answer = Fraction(d - b, a - c)
        steps = f"{_term(a - c)} = {d - b}\nx = {answer}"
        return Problem(f"Solve {_side(a, b)} = {_side(c, d)} for x.", str(answer), {"steps": steps})

    def solve(self, task: Task, turns: tuple[Turn, ...] = ()) -> Solution:  # noqa: ARG002 single-turn
        """Collects x on one side, then divides."""
        return Solution(task.reference, task.metadata["steps"])

    def num_distinct(self, level: int) -> int:
        """Each choice of coefficients and of the last draw is an equation of its own."""
        size = SIZES[level]
        signs = 2 if size.is_signed else 1
        slopes = signs * size.slope
        pairs = slopes * (slopes - 1) if size.is_two_sided else signs * (size.slope - 1)
        return pairs * (signs * size.constant) ** 2


def _drawn(largest: int, is_signed: bool, rng: random.Random, lowest: int = 1) -> int:
    """A number from lowest to largest, or its negative."""
    number = rng.randint(lowest, largest)
    return -number if is_signed and rng.random() < 0.5 else number


def _term(coefficient: int) -> str:
    """`3x`, `x` or `-x`."""
    return f"{coefficient}x" if abs(coefficient) != 1 else "x" if coefficient == 1 else "-x"


def _side(slope: int, constant: int) -> str:
    """`3x + 5`, `3x` or `5`."""
    if slope == 0:
        return str(constant)
    if constant == 0:
        return _term(slope)
    return f"{_term(slope)} {'+' if constant > 0 else '-'} {abs(constant)}"
