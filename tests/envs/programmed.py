"""Tasksets whose responses are programs, as users write them, importable by worker processes."""

import random
from collections.abc import Sequence

import rlvr
from rlvr.rewards import CodeVerifier
from rlvr.sandbox import in_worker


class Double(rlvr.Taskset):
    """Print twice a number."""

    extract = "code"
    verifier = CodeVerifier()

    def generate(self, rng: random.Random, level: int) -> rlvr.Problem:
        tests = [{"input": f"{number}\n", "output": f"{2 * number}\n"} for number in (0, 1, 7)]
        prompt = f"Read a number and print its double. ({rng.randrange(10**6)})"
        return rlvr.Problem(prompt, {"kind": "stdin", "tests": tests})

    def solve(self, task: rlvr.Task, turns: tuple[rlvr.Turn, ...] = ()) -> str:
        return "print(2 * int(input()))"


class Rated(Double):
    """With a part of the author's own, which says where it ran."""

    rubric = rlvr.Rubric(correct=1.0, brevity=0.25)

    def parts(self, task: rlvr.Task, response: str, answer: str) -> dict[str, float]:
        assert in_worker(), "the author's method could go on without end"
        if "loop" in answer:
            while True:
                pass
        return {"brevity": float(len(answer) < 30)}


class Checked(Double):
    """Runs programs in a check that claims nothing."""

    def check(self, task: rlvr.Task, answer: str) -> rlvr.Score:
        return self.verifier.grade_many([(answer, task.reference)])[0]


class Claimed(Checked):
    """Runs programs in a check that claims to end."""

    is_bounded = True


class Repair(Double):
    """Three attempts; each reply says why the last one failed."""

    is_bounded = True
    max_turns = 3

    def reply(self, task: rlvr.Task, turns: tuple[rlvr.Turn, ...]) -> rlvr.Reply:
        return self.replies([(task, turns)])[0]

    def replies(self, episodes: Sequence[tuple[rlvr.Task, tuple[rlvr.Turn, ...]]]) -> list[rlvr.Reply]:
        answers = [turns[-1].answer for _, turns in episodes]
        if "raise" in answers:
            raise KeyError("no such program")
        if "few" in answers:
            return []
        pairs = [(answer, task.reference) for answer, (task, _) in zip(answers, episodes, strict=True) if answer]
        graded = iter(self.verifier.grade_many(pairs))
        scores = [next(graded) if answer else rlvr.Score.wrong("no program") for answer in answers]
        return [
            rlvr.Reply("", score) if score.value != 0 else rlvr.Reply(f"It failed: {score.reason}") for score in scores
        ]
