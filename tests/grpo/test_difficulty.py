"""What a model does at each level: solved, informative, unsolved, guessable."""

import random

import pytest

import rlvr
from rlvr.cli.errors import UsageError
from rlvr.cli.probe import advice, chosen_levels
from rlvr.grpo.difficulty import LevelReport, best_guess, probe_levels
from rlvr.grpo.evaluate import Estimate
from rlvr.grpo.policy import Policy
from rlvr.grpo.prompts import PromptFormat
from rlvr.grpo.ranks import ALONE
from rlvr.grpo.setup import Setup
from rlvr.rewards.score import Score
from tests.grpo.answers import answering
from tests.grpo.small import course_of, made_rollout, small_config


class Parity(rlvr.Taskset):
    """Says whether a number is odd; three in four are."""

    def generate(self, rng: random.Random, level: int) -> rlvr.Problem:
        number = rng.randrange(10**6) * 4 + (rng.random() < 0.75)
        return rlvr.Problem(f"Is {number} odd?", "yes" if number % 2 else "no")

    def solve(self, task: rlvr.Task, turns: tuple[rlvr.Turn, ...] = ()) -> str:
        return str(task.reference)


def setup_of(policy: Policy) -> Setup:
    """A model that is always right with two numbers, now and then with three, never with four."""
    config = small_config("sampler.max_tokens=40")
    knows = answering(lambda numbers, seed: len(numbers) == 2 or (len(numbers) == 3 and seed % 2 == 0))
    prompts = PromptFormat(policy.tokenizer, policy.end_ids)
    return Setup(config, policy, course_of("ChainSum"), prompts, knows(config, policy, config.run.dir), ALONE)


def test_levels_are_told_apart(policy: Policy) -> None:
    reports = list(probe_levels(setup_of(policy), [0, 1, 2], "val", 8, 8))
    assert [report.level for report in reports] == [0, 1, 2]
    assert [report.solved for report in reports] == [1, 0, 0]
    assert [report.informative for report in reports] == [0, 1, 0]
    assert [report.unsolved for report in reports] == [0, 0, 1]
    assert (reports[0].accuracy.mean, reports[2].accuracy.mean) == (1, 0)
    assert 0.2 < reports[1].accuracy.mean < 0.8
    assert all(report.num_tasks == 8 for report in reports)
    assert advice(reports) == "Train at level 1, where 100% of the tasks teach."


def test_one_answer_that_is_right_for_many_tasks_is_found() -> None:
    taskset = Parity()
    tasks = taskset.tasks("val", 0, 40)
    right = sum(task.reference == "yes" for task in tasks) / 40
    assert right > 0.6
    rollouts = [made_rollout([1], [2], Score.wrong(answer="no"), task_id=task.id) for task in tasks for _ in range(2)]
    assert best_guess(taskset, rollouts) == ("yes", right)


def test_sums_cannot_be_guessed_and_games_are_not_asked() -> None:
    sums, game = course_of("ChainSum").tasksets[0], course_of("GuessNumber").tasksets[0]
    for taskset, most in ((sums, 0.1), (game, None)):
        rollouts = [made_rollout([1], [2], task_id=task.id) for task in taskset.tasks("val", 3, 40)]
        _, share = best_guess(taskset, rollouts)
        assert share is None if most is None else share is not None and share <= most


@pytest.mark.parametrize(
    ("text", "levels"),
    [(None, [0, 1, 2, 3, 4, 5]), ("2", [2]), ("0-2", [0, 1, 2]), ("3,0,3", [3, 0]), ("0-1,4", [0, 1, 4])],
)
def test_levels_as_they_are_written(text: str | None, levels: list[int]) -> None:
    assert chosen_levels(text, range(6)) == levels


@pytest.mark.parametrize("text", ["", "a", "0-", "1-2-3", "9", "0-6", "-1", "3-1"])
def test_levels_that_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--levels"):
        chosen_levels(text, range(6))


def report(level: int, solved: float, informative: float, guessable: float | None = 0.0) -> LevelReport:
    mean = solved + informative / 2
    unsolved = 1 - solved - informative
    accuracy = Estimate(mean, mean, mean)
    return LevelReport(level, accuracy, solved, informative, unsolved, 0.0, "42", guessable, 32, 0)


@pytest.mark.parametrize(
    ("reports", "said"),
    [
        ([report(0, 1, 0), report(1, 0.9, 0)], "Everything is solved"),
        ([report(0, 0, 0), report(1, 0, 0)], "raise --samples"),
        ([report(0, 0.9, 0.1), report(1, 0.2, 0.6)], "Train at level 1, where 60%"),
        ([report(0, 0.2, 0.6, 0.5)], "always answering '42' would do as well"),
        ([report(0, 0.2, 0.6, None)], "60% of the tasks teach."),
    ],
)
def test_the_advice(reports: list[LevelReport], said: str) -> None:
    assert said in advice(reports)
