"""That what a task author's methods do costs one verdict at most."""

import asyncio
import os
import subprocess
import sys
import threading
import warnings
from pathlib import Path
from typing import Any

import pytest

import rlvr
from rlvr.envs.definition import runs_inline
from rlvr.envs.tasksets.chain_sum import ChainSum
from rlvr.envs.tasksets.guess_number import GuessNumber
from rlvr.rewards.exact import Exact
from rlvr.rewards.guard import UnguardedWarning
from rlvr.rewards.verifier import Verifier
from rlvr.sandbox.loading import NotLoadable
from tests.envs.authored import STOPPED, Checked, Echo, Reverse

TASKSET = Checked()
TASK = TASKSET.task("train", 0, 0)
RIGHT = TASKSET.oracle(TASK)


def answered(answer: str) -> str:
    return f"<answer>{answer}</answer>"


def test_an_exception_in_check_is_unscored_with_its_text() -> None:
    score = TASKSET.verify(TASK, answered("raise"))
    assert (score.value, score.verdict) == (None, "UNSCORED")
    assert "KeyError" in score.reason
    assert "no such thing" in score.reason


@pytest.mark.parametrize("answer", ["two", "none"])
def test_what_is_no_score_is_unscored(answer: str) -> None:
    assert TASKSET.verify(TASK, answered(answer)).verdict == "UNSCORED"


def test_a_loop_costs_its_deadline_and_nothing_else() -> None:
    pairs = [(TASK, RIGHT), (TASK, answered("loop")), (TASK, RIGHT), (TASK, answered("exit")), (TASK, answered("no"))]
    right, loop, *rest = [score.verdict for score in TASKSET.verify_many(pairs)]
    assert (right, *rest) == ("CORRECT", "CORRECT", "LIMIT", "WRONG")
    assert loop in STOPPED


def test_from_a_thread() -> None:
    verdicts: list[str] = []
    thread = threading.Thread(target=lambda: verdicts.append(TASKSET.verify(TASK, answered("loop")).verdict))
    thread.start()
    assert TASKSET.verify(TASK, RIGHT).verdict == "CORRECT"
    thread.join(60)
    assert len(verdicts) == 1
    assert verdicts[0] in STOPPED


def test_from_asyncio() -> None:
    async def main() -> list[str]:
        scores = await asyncio.gather(
            asyncio.to_thread(TASKSET.verify, TASK, answered("loop")),
            asyncio.to_thread(TASKSET.verify, TASK, RIGHT),
        )
        return [score.verdict for score in (*scores, TASKSET.verify(TASK, RIGHT))]

    loop, *rest = asyncio.run(main())
    assert loop in STOPPED
    assert rest == ["CORRECT", "CORRECT"]


def test_a_users_check_runs_in_another_process() -> None:
    assert int(TASKSET.verify(TASK, answered("pid")).reason) != os.getpid()


def test_a_limit_keeps_the_rubrics_parts() -> None:
    score = TASKSET.replace(rubric={"correct": 1.0, "format": 0.1}).verify(TASK, f"<think></think>{answered('exit')}")
    assert score.verdict == "LIMIT"
    assert dict(score.parts) == {"correct": 0.0, "format": 1.0}


def test_a_reply_that_raises_ends_the_episode_unscored() -> None:
    taskset = Echo()
    task = taskset.task("train", 0, 0)
    for answer, text in (("raise", "no such word"), ("bad", "expected a Reply")):
        step = taskset.advance(task, (), answered(answer))
        assert step.score is not None
        assert (step.score.value, step.score.verdict, step.is_truncated) == (None, "UNSCORED", False)
        assert text in step.score.reason


def test_a_reply_that_loops_is_over_its_limit() -> None:
    taskset = Echo()
    task = taskset.task("train", 0, 0)
    steps = taskset.advance_many([(task, (), answered("loop")), (task, (), answered("what")), (task, (), "")])
    assert steps[0].score is not None
    assert steps[0].score.verdict in STOPPED
    assert [step.score for step in steps[1:]] == [None, None]
    assert [step.turn.observation for step in steps] == ["", "what is not it ().", "None is not it ()."]


def test_turns_are_replayed_offline_as_they_were_played() -> None:
    taskset = Echo()
    task = taskset.task("train", 0, 0)
    right = answered(task.reference)
    assert taskset.verify_turns(task, [answered("what"), "mumble", right]).verdict == "CORRECT"
    assert taskset.verify_turns(task, [right, answered("raise")]).verdict == "CORRECT"
    for responses in ([], ["a"], ["a"] * 3, [*["a"] * 3, right]):
        score = taskset.verify_turns(task, responses)
        assert (score.value, score.verdict, score.reason) == (0.0, "WRONG", "out of turns")


def test_a_game_with_format_pays_the_mean_of_its_turns() -> None:
    taskset = Echo().replace(rubric={"correct": 1.0, "format": 0.2})
    task = taskset.task("train", 0, 0)
    well_formed = "<think></think><answer>what</answer>"
    wrong = taskset.verify_turns(task, [well_formed] * 3)
    half = taskset.verify_turns(task, [well_formed, answered(task.reference)])
    assert (wrong.verdict, half.verdict) == ("WRONG", "CORRECT")
    assert [wrong.value, half.value] == pytest.approx([0.2 / 1.2, (1.0 + 0.1) / 1.2])


def test_reply_to_gives_the_observation_or_the_score() -> None:
    taskset = GuessNumber()
    task = taskset.task("train", 0, 0)
    assert taskset.reply_to(task, (rlvr.Turn("r", None),)).score is None
    final = taskset.reply_to(task, (rlvr.Turn("r", str(task.reference)),)).score
    assert isinstance(final, rlvr.Score)
    assert final.verdict == "CORRECT"


def test_a_slow_extraction_runs_under_the_deadline_too() -> None:
    taskset = Reverse().replace(extract=r"regex:^(a+)+$", instructions="")
    task = taskset.task("train", 0, 0)
    assert not runs_inline(taskset)
    assert taskset.verify(task, "a" * 40 + "b").verdict in STOPPED
    game = Echo().replace(extract=r"regex:^(a+)+$")
    step = game.advance(game.task("train", 0, 0), (), "a" * 40 + "b")
    assert step.turn.answer is None


class Slow(Verifier):
    def grade(self, answer: str, reference: Any) -> bool:
        return bool(answer == reference)


class Overridden(ChainSum):
    def check(self, task: rlvr.Task, answer: str) -> bool:
        return False


class Claimed(Overridden):
    is_bounded = True


class Replied(GuessNumber):
    def reply(self, task: rlvr.Task, turns: tuple[rlvr.Turn, ...]) -> rlvr.Reply:
        return super().reply(task, turns)


class Inherited(GuessNumber):
    max_turns = 12


class Unbounded(Reverse):
    verifier = Slow()


@pytest.mark.parametrize(
    ("cls", "expected"),
    [(Reverse, True), (ChainSum, True), (GuessNumber, True), (Inherited, True), (Claimed, True),
     (Checked, False), (Overridden, False), (Replied, False), (Unbounded, False)],
)  # fmt: skip
def test_only_what_is_linear_by_construction_runs_here(cls: type[rlvr.Taskset], expected: bool) -> None:
    assert runs_inline(cls()) is expected


def test_an_unbounded_verifier_is_guarded_and_right() -> None:
    taskset = Unbounded()
    task = taskset.task("train", 0, 0)
    assert [taskset.verify(task, text).verdict for text in (taskset.oracle(task), answered("no"))] == [
        "CORRECT",
        "WRONG",
    ]


def test_a_class_that_no_worker_can_load_runs_here_with_one_warning() -> None:
    class Local(Reverse):
        verifier = Exact()

        def check(self, task: rlvr.Task, answer: str) -> bool:
            if answer == "raise":
                raise ValueError("here")
            return bool(answer == task.reference)

    taskset = Local()
    task = taskset.task("train", 0, 0)
    with pytest.warns(UnguardedWarning, match="Local runs without a deadline"):
        assert taskset.verify(task, taskset.oracle(task)).verdict == "CORRECT"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert taskset.verify(task, answered("raise")).verdict == "UNSCORED"
    with pytest.raises(NotLoadable, match="move it into a file"):
        taskset.require_loadable()


def test_what_a_worker_can_load_or_need_not_is_not_refused() -> None:
    class Local(Reverse):
        pass

    for taskset in (Local(), Checked(), Echo(), GuessNumber()):
        taskset.require_loadable()


SCRIPT = """
import rlvr
class Mine(rlvr.Taskset):
    def generate(self, rng, level):
        return rlvr.Problem(f"Say {rng.random()}.", "yes")
    def solve(self, task):
        return "yes"
    def check(self, task, answer):
        return answer == "yes"
env = rlvr.TextEnv(Mine())
for _ in range(3):
    env.reset(seed=0)
    assert env.step("<answer>yes</answer>")[1] == 1.0
try:
    Mine().require_loadable()
except ValueError as error:
    print("refused:", error)
"""


def test_a_class_in_the_main_script_plays_with_one_warning_and_is_refused_for_training(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120, check=True)
    assert done.stderr.count("UnguardedWarning") == 1
    assert done.stdout.startswith("refused: __main__.Mine is written in the main script")
