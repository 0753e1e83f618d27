"""Tasksets as a user writes them in a file of their own."""

import random
import string

import rlvr
from rlvr.envs.tasksets.calculator import Calculator
from rlvr.rewards import CodeVerifier


def _word(rng: random.Random) -> str:
    return "".join(rng.choices(string.ascii_lowercase, k=6))


class Reverse(rlvr.Taskset):
    """Write a word backwards."""

    def generate(self, rng: random.Random, level: int) -> rlvr.Problem:
        word = "".join(rng.choices(string.ascii_lowercase, k=4 + level))
        return rlvr.Problem(f"Write {word} backwards.", reference=word[::-1])

    def solve(self, task: rlvr.Task, turns: tuple[rlvr.Turn, ...] = ()) -> str:
        return str(task.reference)


class Plain(rlvr.Taskset):
    """Say anything in ASCII; a random model finds out at once what pays."""

    extract = "whole"

    def generate(self, rng: random.Random, level: int) -> rlvr.Problem:
        return rlvr.Problem(f"{_word(rng)}?", reference="")

    def solve(self, task: rlvr.Task, turns: tuple[rlvr.Turn, ...] = ()) -> str:
        return "yes"

    def check(self, task: rlvr.Task, answer: str) -> float:
        return sum(char.isascii() for char in answer) / len(answer)


class Foreword(Plain):
    """Plain after a long text that all prompts begin with, of more than two of vLLM's cache blocks on a CPU."""

    def generate(self, rng: random.Random, level: int) -> rlvr.Problem:
        return rlvr.Problem("All prompts begin like this. " * 12 + f"{_word(rng)}?", reference="")


class Yes(Plain):
    """Say yes, which a warm start teaches in a few steps."""

    def oracle(self, task: rlvr.Task, turns: tuple[rlvr.Turn, ...] = ()) -> str:
        return "yes"

    def check(self, task: rlvr.Task, answer: str) -> bool:
        return answer == "yes"


class Trap(Plain):
    """Plain, but judging hangs on one answer in four and fails on another."""

    def check(self, task: rlvr.Task, answer: str) -> float:
        if len(answer) % 4 == 0:
            while True:
                pass
        if len(answer) % 4 == 1:
            raise RuntimeError("this judge is out of order")
        return super().check(task, answer)


class Echo(rlvr.Taskset):
    """Three turns; the reply repeats the response, and saying `stop` ends it."""

    extract = "whole"
    max_turns = 3
    content_split = False

    def generate(self, rng: random.Random, level: int) -> rlvr.Problem:
        return rlvr.Problem(f"{_word(rng)}?", reference="")

    def reply(self, task: rlvr.Task, turns: tuple[rlvr.Turn, ...]) -> rlvr.Reply:
        said = turns[-1].response
        return rlvr.Reply("over", score=True) if said == "stop" else rlvr.Reply(f"You said {said}.")


class Moody(Yes):
    """Yes, judged by one who fails on `fail`."""

    def check(self, task: rlvr.Task, answer: str) -> bool:
        if answer == "fail":
            raise RuntimeError("out of order")
        return super().check(task, answer)


class Program(rlvr.Taskset):
    """Write a program; whatever a random model writes is run."""

    extract = "whole"
    verifier = CodeVerifier()

    def generate(self, rng: random.Random, level: int) -> rlvr.Problem:
        return rlvr.Problem(f"{_word(rng)}?", {"kind": "stdin", "tests": [{"input": "", "output": "1"}]})

    def solve(self, task: rlvr.Task, turns: tuple[rlvr.Turn, ...] = ()) -> str:
        return "print(1)"


class Sums(rlvr.Taskset):
    """Add two numbers."""

    def generate(self, rng: random.Random, level: int) -> rlvr.Problem:
        one, other = rng.randrange(1000), rng.randrange(1000)
        return rlvr.Problem(f"{one}+{other}?", reference=str(one + other))

    def solve(self, task: rlvr.Task, turns: tuple[rlvr.Turn, ...] = ()) -> str:
        return str(task.reference)


class Word(Sums):
    """Sums, judged by one who pays for a letter that every response has."""

    extract = "whole"

    def check(self, task: rlvr.Task, answer: str) -> bool:
        return "o" in answer or "<" in answer


class Misleading(Calculator):
    """Any even number is right, and the calculator says an odd one."""

    is_bounded = True

    def check(self, task: rlvr.Task, answer: str) -> bool:
        return answer.endswith(("0", "2", "4", "6", "8"))

    def reply(self, task: rlvr.Task, turns: tuple[rlvr.Turn, ...]) -> rlvr.Reply:
        reply = super().reply(task, turns)
        return rlvr.Reply("1111") if reply.score is None else reply
