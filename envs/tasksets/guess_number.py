"""GuessNumber: find a hidden number by asking higher or lower.

The package's multi-turn taskset. A guess that is no whole number in the range, or no guess at all, is a turn like any
other; only the number itself is rewarded.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, ClassVar

from rlvr.envs.formats import render
from rlvr.envs.registry import register
from rlvr.envs.task import Problem, Reply, Solution, Task, Turn
from rlvr.envs.taskset import Taskset
from rlvr.envs.tasksets.slips import require_chance, slipping
from rlvr.rewards.numeric import parse_number

WIDTHS = (8, 12, 20, 35, 60, 100, 180, 320, 570, 1023)
"""How many numbers the range holds at each level; halving finds one of 1023 in ten guesses."""

MAX_LOW = 999
"""The largest first number of a range."""

SLIPS = (-100, -10, -1, 1, 10, 100)
"""By how much a guess that slipped is off: one in one of its last three digits."""

HIGHER = "My number is higher."
LOWER = "My number is lower."


@register("GuessNumber")
class GuessNumber(Taskset):
    """Guess a hidden number; each wrong guess is answered with higher or lower.

    | level | 0 | 1  | 2  | 3  | 4  | 5   | 6   | 7   | 8   | 9    |
    |-------|---|----|----|----|----|-----|-----|-----|-----|------|
    | range | 8 | 12 | 20 | 35 | 60 | 100 | 180 | 320 | 570 | 1023 |

    There are ten guesses at every level: many to spare at level 0, none at level 9.

    Args:
        guesses: How many guesses there are; at least 2. Halving, which is what the oracle does, needs up to 4 at level
            0 or 1, 5 at level 2, 6, 6, 7, 8, 9, 10 and 10 at the next ones.
        slip: The chance in [0, 1] that the guess of a *demonstration* is off by 1, 10 or 100; the numbers that are left
            it always states right. Tasks, the oracle and verdicts do not depend on it.
        **options: `rubric` and `instructions`, as every taskset takes.

    Raises:
        ValueError: `guesses` is below 2, or `slip` is not in [0, 1].
    """

    family: ClassVar[str] = "game"
    is_bounded: ClassVar[bool] = True
    max_turns = 10
    content_split = False

    def __init__(self, guesses: int = 10, slip: float = 0.0, **options: Any) -> None:
        super().__init__(**options)
        if guesses < 2:
            raise ValueError(f"guesses must be 2 or more, got {guesses}.")
        self.max_turns = guesses
        self.slip = require_chance(slip)

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draws a range and a number in it."""
        low = rng.randint(1, MAX_LOW)
        high = low + WIDTHS[level] - 1
        return Problem(
            f"I am thinking of a whole number from {low} to {high}. Guess it. After a wrong guess I say whether my "
            f"number is higher or lower. You have {self.max_turns} guesses.",
            rng.randint(low, high),
            {"low": low, "high": high},
        )

    def solve(self, task: Task, turns: tuple[Turn, ...] = ()) -> Solution:
        """Halves what is left."""
        return _halved(*_left(task, turns), lambda number: number)

    def demonstration(self, task: Task, rng: random.Random, turns: tuple[Turn, ...] = ()) -> str:
        """Halves what is left, and slips with the chance `slip`."""
        return render(self.extract, _halved(*_left(task, turns), slipping(self.slip, SLIPS, rng)))

    def reply(self, task: Task, turns: tuple[Turn, ...]) -> Reply:
        """Says higher or lower, what was wrong with the guess, or that it is right."""
        guess = _guess(turns[-1])
        low, high = task.metadata["low"], task.metadata["high"]
        if guess is None:
            return Reply(f"That was no guess. Give one whole number from {low} to {high}.")
        if not low <= guess <= high:
            return Reply(f"That is out of range. My number is from {low} to {high}.")
        if guess == task.reference:
            return Reply("Right.", score=True)
        return Reply(HIGHER if guess < task.reference else LOWER)

    def anchor(self, task: Task, turns: tuple[Turn, ...]) -> str:
        """The numbers that are left."""
        low, high = _left(task, turns)
        return f"{low}..{high}"

    def num_distinct(self, level: int) -> int:
        """Each range and each number in it."""
        return MAX_LOW * WIDTHS[level]


def _guess(turn: Turn) -> int | None:
    """The whole number that a turn guesses."""
    number = None if turn.answer is None else parse_number(turn.answer)
    return number if isinstance(number, int) else None


def _halved(low: int, high: int, written: Callable[[int], int]) -> Solution:
    """Says what is left and guesses its middle, passed through `written`."""
    return Solution(str(written((low + high) // 2)), f"{low} to {high}")


def _left(task: Task, turns: tuple[Turn, ...]) -> tuple[int, int]:
    """The smallest and largest number that the replies leave possible."""
    low, high = task.metadata["low"], task.metadata["high"]
    for turn in turns:
        guess = _guess(turn)
        if guess is not None and turn.observation == HIGHER:
            low = max(low, guess + 1)
        elif guess is not None and turn.observation == LOWER:
            high = min(high, guess - 1)
    return low, high
