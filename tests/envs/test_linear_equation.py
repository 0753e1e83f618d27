import re
from fractions import Fraction

import pytest

from rlvr.envs.tasksets.linear_equation import SIZES, LinearEquation


def side(text: str) -> tuple[Fraction, Fraction]:
    """The slope and the constant of one side, read from its text alone."""
    slope = re.search(r"(-?\d*)x", text)
    rest = re.sub(r"-?\d*x", "", text).replace(" ", "")
    factor = {"": "1", "-": "-1"}.get(slope[1], slope[1]) if slope else "0"
    return Fraction(factor), Fraction(rest or "0")


@pytest.mark.parametrize("level", range(10))
def test_the_answer_solves_the_equation_as_written(level: int) -> None:
    answers = []
    for task in LinearEquation(instructions="").tasks("train", level, 60):
        found = re.fullmatch(r"Solve (.+) = (.+) for x\.", task.prompt)
        assert found is not None
        (a, b), (c, d) = side(found[1]), side(found[2])
        answer = Fraction(task.reference)
        assert a * answer + b == c * answer + d
        assert (c != 0) == SIZES[level].is_two_sided
        answers.append(answer)
    is_whole = [answer.denominator == 1 for answer in answers]
    assert all(is_whole) if SIZES[level].is_whole else sum(is_whole) < 30


def test_the_label_may_be_given_and_a_hedge_may_not() -> None:
    taskset = LinearEquation()
    task = taskset.task("train", 6, 0)
    verdicts = [
        taskset.verify(task, f"<answer>{text}</answer>").verdict
        for text in (f"x = {task.reference}", f"y = {task.reference}", f"{task.reference} or 1")
    ]
    assert verdicts == ["CORRECT", "WRONG", "WRONG"]


def test_the_stated_number_of_equations_is_the_true_one() -> None:
    taskset = LinearEquation()
    assert taskset.num_distinct(0) == 4 * 20 * 20
    assert taskset.num_distinct(3) == 18 * 17 * 20 * 20
