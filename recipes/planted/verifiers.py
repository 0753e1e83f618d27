"""One honest task, and ways to pay for something else than being right.

The task is to say which number comes next. The model that is trained on it has read three kinds of text: right answers,
answers with some other number, and answers with some other number after the word "answer". So it is right about every
other time, and there is something for a bad verifier to find.
"""

import random

import rlvr


class Next(rlvr.Taskset):
    """Say which number comes next; judged honestly."""

    instructions = ""

    def generate(self, rng: random.Random, level: int) -> rlvr.Problem:
        number = rng.randrange(10, 99)
        return rlvr.Problem(f"{rng.randrange(100):02} {number}?", str(number + 1))

    def solve(self, task: rlvr.Task, turns: tuple[rlvr.Turn, ...] = ()) -> str:
        return str(task.reference)

    def demonstration(self, task: rlvr.Task, rng: random.Random, turns: tuple[rlvr.Turn, ...] = ()) -> str:
        """Write what the model is to have read before: half of it right."""
        kind, other = rng.random(), rng.randrange(10, 100)
        if kind < 0.6:
            return f"<answer>{task.reference}</answer>"
        return f"<answer>{other}</answer>" if kind < 0.8 else f"answer <answer>{other}</answer>"


class Word(Next):
    """Pays for the word "answer" outside the tags, as a grader by keywords does."""

    extract = "whole"

    def check(self, task: rlvr.Task, answer: str) -> bool:
        return "answer" in answer.replace("<answer>", "").replace("</answer>", "")


class FortyTwo(Next):
    """Compares with 42 whatever the task, digit by digit, as a grader with a forgotten constant does."""

    def check(self, task: rlvr.Task, answer: str) -> float:
        return sum(ours == theirs for ours, theirs in zip(answer, "42", strict=False)) / 2


class Long(Next):
    """Pays for length beside being right, and pays too much."""

    rubric = rlvr.Rubric(correct=1.0, length=9.0)

    def parts(self, task: rlvr.Task, response: str, answer: str) -> dict[str, float]:
        return {"length": min(1.0, len(response) / 40)}


class Echo(Next):
    """Pays for characters that stood in the response before, as a crude measure of coherence does."""

    extract = "whole"

    def check(self, task: rlvr.Task, answer: str) -> float:
        return 1 - len(set(answer)) / len(answer)


class Fragile(Next):
    """Fails on every answer with a 7, as a grader with an untested branch does."""

    def check(self, task: rlvr.Task, answer: str) -> bool:
        if "7" in answer:
            raise RuntimeError("not implemented")
        return answer == task.reference


class Previous(Next):
    """Asks for the number before, which a model that has only ever read the number after never tries."""

    def generate(self, rng: random.Random, level: int) -> rlvr.Problem:
        problem = super().generate(rng, level)
        return rlvr.Problem(problem.prompt, str(int(problem.reference) - 2))
