"""ChainSum: add several numbers, one partial sum at a time.

The scratch work is short and regular (`12+34=46 46+57=103`), so that a very small model can learn it and reinforcement
has something to sharpen. A demonstration may be asked to slip, which makes a base model that is right only sometimes.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, ClassVar

from rlvr.envs.formats import render
from rlvr.envs.registry import register
from rlvr.envs.task import Problem, Solution, Task, Turn
from rlvr.envs.taskset import Taskset
from rlvr.envs.tasksets.slips import require_chance, slipping
from rlvr.rewards.numeric import Numeric

SIZES = ((2, 2), (3, 2), (4, 2), (3, 3), (4, 3), (5, 3), (6, 3), (5, 4), (6, 4), (8, 5))
"""How many numbers a sum has at each level, and how many digits each number."""

SLIPS = (-10, -1, 1, 10)
"""By how much a slipped partial sum is off: one in the last digit or in the one before."""


@register("ChainSum")
class ChainSum(Taskset):
    """Add several numbers, writing each partial sum.

    | level  | 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 |
    |--------|---|---|---|---|---|---|---|---|---|---|
    | terms  | 2 | 3 | 4 | 3 | 4 | 5 | 6 | 5 | 6 | 8 |
    | digits | 2 | 2 | 2 | 3 | 3 | 3 | 3 | 4 | 4 | 5 |

    Args:
        slip: The chance in [0, 1] that a partial sum of a *demonstration* is off by 1 or 10; the later steps and the
            answer follow from the slipped value. Tasks, the oracle and verdicts do not depend on it.
        **options: `rubric` and `instructions`, as every taskset takes.

    Raises:
        ValueError: `slip` is not in [0, 1].
    """

    family: ClassVar[str] = "arithmetic"
    verifier = Numeric()

    def __init__(self, slip: float = 0.0, **options: Any) -> None:
        super().__init__(**options)
        self.slip = require_chance(slip)

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draws numbers of exactly the level's digits."""
        num_terms, num_digits = SIZES[level]
        low = 10 ** (num_digits - 1)
        terms = [rng.randrange(low, 10 * low) for _ in range(num_terms)]
        return Problem(f"Compute {'+'.join(map(str, terms))}.", str(sum(terms)), {"terms": terms})

    def solve(self, task: Task, turns: tuple[Turn, ...] = ()) -> Solution:  # noqa: ARG002 single-turn
        """Adds from left to right."""
        return _added(task.metadata["terms"], lambda total: total)

    def demonstration(self, task: Task, rng: random.Random, turns: tuple[Turn, ...] = ()) -> str:  # noqa: ARG002 single-turn
        """Adds from left to right, and slips at each step with the chance `slip`."""
        return render(self.extract, _added(task.metadata["terms"], slipping(self.slip, SLIPS, rng)))

    def num_distinct(self, level: int) -> int:
        """Every ordered choice of terms is a problem of its own."""
        num_terms, num_digits = SIZES[level]
        return int((9 * 10 ** (num_digits - 1)) ** num_terms)


def _added(terms: list[int], written: Callable[[int], int]) -> Solution:
    """Adds the terms, passing each partial sum through `written` before it is used."""
    total, steps = terms[0], []
    for term in terms[1:]:
        partial = written(total + term)
        steps.append(f"{total}+{term}={partial}")
        total = partial
    return Solution(str(total), " ".join(steps))
