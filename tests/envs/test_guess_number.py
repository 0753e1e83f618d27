import random
import re

import pytest

import rlvr
from rlvr.envs.tasksets.guess_number import HIGHER, LOWER, SLIPS, WIDTHS, GuessNumber

TASK = rlvr.Task("GuessNumber-v0/train/0/0", "", 12, {"low": 10, "high": 17})


def replied(answer: str | None) -> rlvr.Reply:
    return GuessNumber().reply(TASK, (rlvr.Turn("", answer),))


@pytest.mark.parametrize(
    ("answer", "observation"),
    [
        ("11", HIGHER),
        ("17", LOWER),
        ("9", "That is out of range. My number is from 10 to 17."),
        ("-3", "That is out of range. My number is from 10 to 17."),
        ("11.5", "That was no guess. Give one whole number from 10 to 17."),
        ("11 or 12", "That was no guess. Give one whole number from 10 to 17."),
        (None, "That was no guess. Give one whole number from 10 to 17."),
    ],
)
def test_every_guess_but_the_right_one_goes_on(answer: str | None, observation: str) -> None:
    assert replied(answer) == rlvr.Reply(observation)


@pytest.mark.parametrize("answer", ["12", "12.0", "+12"])
def test_the_number_itself_ends_the_game(answer: str) -> None:
    assert replied(answer) == rlvr.Reply("Right.", score=True)


def test_halving_finds_every_number_of_the_widest_range_in_time() -> None:
    taskset = GuessNumber()
    assert WIDTHS[9] == 2**taskset.max_turns - 1
    for hidden in (1, 2, 511, 512, 513, 1022, 1023):
        task = rlvr.Task("GuessNumber-v0/train/9/0", "", hidden, {"low": 1, "high": 1023})
        assert taskset.verify_turns(task, taskset.oracle_responses(task)).verdict == "CORRECT"


def test_the_anchor_is_what_is_left() -> None:
    taskset = GuessNumber()
    turns = (
        rlvr.Turn("", "11", HIGHER),
        rlvr.Turn("", None, "no"),
        rlvr.Turn("", "15", LOWER),
        rlvr.Turn("", "16", LOWER),
    )
    assert taskset.anchor(TASK, ()) == "10..17"
    assert taskset.anchor(TASK, turns) == "12..14"


def test_the_number_lies_in_the_range_of_the_prompt() -> None:
    taskset = GuessNumber()
    for level in range(10):
        for task in taskset.tasks("val", level, 20):
            low, high = task.metadata["low"], task.metadata["high"]
            assert low <= task.reference <= high
            assert high - low + 1 == WIDTHS[level]
            assert f"from {low} to {high}" in task.prompt


def test_slip_is_a_chance() -> None:
    with pytest.raises(ValueError, match=r"slip must lie in \[0, 1\], got -0.1"):
        GuessNumber(slip=-0.1)


@pytest.mark.parametrize("level", range(10))
def test_halving_needs_as_many_guesses_as_the_docstring_says(level: int) -> None:
    needed, width = (4, 4, 5, 6, 6, 7, 8, 9, 10, 10)[level], WIDTHS[level]
    games = [rlvr.Task("", "", hidden, {"low": 7, "high": 6 + width}) for hidden in range(7, 7 + width)]
    enough, fewer = (GuessNumber(guesses=count) for count in (needed, needed - 1))
    assert max(len(enough.oracle_responses(game)) for game in games) == needed
    assert {enough.verify_turns(game, enough.oracle_responses(game)).value for game in games} == {1.0}
    assert {fewer.verify_turns(game, fewer.oracle_responses(game)).value for game in games} == {0.0, 1.0}


def test_as_many_guesses_as_asked_end_the_game() -> None:
    taskset = GuessNumber(guesses=2)
    assert "You have 2 guesses." in taskset.task("train", 0, 0).prompt
    ended = taskset.advance(TASK, (rlvr.Turn("", "11", HIGHER),), "<answer>13</answer>")
    assert ended.score is not None
    assert (ended.score.value, taskset.advance(TASK, (), "<answer>13</answer>").score) == (0.0, None)
    with pytest.raises(ValueError, match=r"guesses must be 2 or more, got 1\."):
        GuessNumber(guesses=1)


def test_demonstrations_slip_in_the_guess_as_often_as_asked() -> None:
    turns = (rlvr.Turn("", "11", HIGHER), rlvr.Turn("", "15", LOWER))
    halving, always = GuessNumber(), GuessNumber(slip=1.0)
    assert halving.demonstration(TASK, random.Random(0), turns) == halving.oracle(TASK, turns)
    assert always.oracle(TASK, turns) == halving.oracle(TASK, turns)
    for seed in range(300):
        low, high, guess = map(int, re.findall(r"-?\d+", always.demonstration(TASK, random.Random(seed), turns)))
        assert (low, high) == (12, 14), "what is left is stated right"
        assert guess - 13 in SLIPS
    some = GuessNumber(slip=0.4)
    halved = sum(
        some.demonstration(TASK, random.Random(seed), turns) == some.oracle(TASK, turns) for seed in range(400)
    )
    assert 200 <= halved <= 280, "six times in ten"
