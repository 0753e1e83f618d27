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


def test_demonstrations_slip_as_often_as_asked() -> None:
    turns = (rlvr.Turn("", "11", HIGHER), rlvr.Turn("", "15", LOWER))
    halving, always = GuessNumber(), GuessNumber(slip=1.0)
    assert halving.demonstration(TASK, random.Random(0), turns) == halving.oracle(TASK, turns)
    assert always.oracle(TASK, turns) == halving.oracle(TASK, turns)
    for seed in range(300):
        low, high, middle = map(int, re.findall(r"-?\d+", always.demonstration(TASK, random.Random(seed), turns))[:3])
        assert {low - 12, high - 14, middle - (low + high) // 2} <= set(SLIPS), "each number is off, and used as it is"
    some = GuessNumber(slip=0.4)
    halved = sum(
        some.demonstration(TASK, random.Random(seed), turns) == some.oracle(TASK, turns) for seed in range(400)
    )
    assert 60 <= halved <= 115, "three numbers, each right six times in ten"
