"""The task of the README, as a user's file."""

import random
import string
from typing import Any

import rlvr


@rlvr.register("Reverse")
class Reverse(rlvr.Taskset):
    """Write a word backwards."""

    def generate(self, rng: random.Random, level: int) -> rlvr.Problem:
        word = "".join(rng.choices(string.ascii_lowercase, k=4 + level))
        return rlvr.Problem(f"Write {word} backwards.", reference=word[::-1])

    def solve(self, task: rlvr.Task, turns: tuple[rlvr.Turn, ...] = ()) -> Any:
        return task.reference


class Unsolved(rlvr.Taskset):
    """Has no oracle, and an index at which drawing fails."""

    content_split = False

    def generate(self, rng: random.Random, level: int) -> rlvr.Problem:
        if level == 9:
            raise KeyError("no level nine")
        return rlvr.Problem("Say yes.", reference="yes")
