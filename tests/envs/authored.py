"""Tasksets as users write them, importable by worker processes."""

import os
import random
import string
import time
from typing import Any

import rlvr
from rlvr.rewards.exact import Exact

STOPPED = ("LIMIT", "UNSCORED")
"""What a loop comes to: LIMIT, or UNSCORED on a machine too busy to give it its share of the processor in time."""


class Reverse(rlvr.Taskset):
    """Write a word backwards; the example of the documentation, unregistered."""

    def generate(self, rng, level):  # type: ignore[no-untyped-def]  # as in the documentation, without types
        word = "".join(rng.choices(string.ascii_lowercase, k=4 + level))
        return rlvr.Problem(f"Write {word} backwards.", reference=word[::-1])

    def solve(self, task):  # type: ignore[no-untyped-def,override]
        return task.reference


class Checked(Reverse):
    """Whose check does what the answer says."""

    def check(self, task: rlvr.Task, answer: str) -> Any:
        match answer:
            case "raise":
                raise KeyError("no such thing")
            case "loop":
                while True:
                    pass
            case "exit":
                os._exit(3)
            case "sleep":
                time.sleep(60)
            case "half":
                return 0.5
            case "two":
                return 2.0
            case "none":
                return None
            case "pid":
                return rlvr.Score.wrong(str(os.getpid()))
            case "score":
                return rlvr.Score.correct("because")
        return answer == task.reference


class Measured(Reverse):
    """With a part of its own."""

    rubric = rlvr.Rubric(correct=1.0, format=0.1, brevity=0.4)

    def parts(self, task: rlvr.Task, response: str, answer: str) -> dict[str, float]:
        if answer == "broken":
            raise RuntimeError("no ruler")
        if answer == "missing":
            return {}
        return {"brevity": 1.0 if len(response) < 100 else 0.0}


class OutOfInit(Reverse):
    """With options of its own, which knows nothing of rubric and instructions."""

    def __init__(self, shout: bool = False) -> None:
        self.shout = shout

    def generate(self, rng: random.Random, level: int) -> rlvr.Problem:
        problem: rlvr.Problem = super().generate(rng, level)  # type: ignore[no-untyped-call]
        return rlvr.Problem(problem.prompt.upper(), problem.reference) if self.shout else problem


class Echo(rlvr.Taskset):
    """A game that ends when the word is said; its reply does what the answer says."""

    max_turns = 3
    content_split = False
    verifier = Exact()

    def generate(self, rng: random.Random, level: int) -> rlvr.Problem:
        return rlvr.Problem("Say the word.", rng.choice(["yes", "no"]))

    def solve(self, task: rlvr.Task, turns: tuple[rlvr.Turn, ...] = ()) -> rlvr.Solution:
        return rlvr.Solution(task.reference if turns else "what", f"turn {len(turns)}")

    def reply(self, task: rlvr.Task, turns: tuple[rlvr.Turn, ...]) -> rlvr.Reply:
        answer = turns[-1].answer
        match answer:
            case "raise":
                raise KeyError("no such word")
            case "loop":
                while True:
                    pass
            case "bad":
                return 1  # type: ignore[return-value]
        if answer == task.reference:
            return rlvr.Reply("Yes.", score=True)
        seen = "|".join(turn.observation for turn in turns)
        return rlvr.Reply(f"{answer} is not it ({seen}).")


class Lookalike(Reverse):
    """Whose every prompt is the same."""

    def generate(self, rng: random.Random, level: int) -> rlvr.Problem:
        return rlvr.Problem("Always this.", "x")
