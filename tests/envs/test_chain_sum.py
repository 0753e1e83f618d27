import random
import re

import pytest

import rlvr
from rlvr.envs.tasksets.chain_sum import SIZES, ChainSum


@pytest.mark.parametrize("level", range(10))
def test_a_level_has_its_number_of_terms_and_digits(level: int) -> None:
    for task in ChainSum(instructions="").tasks("train", level, 20):
        terms = re.fullmatch(r"Compute ([\d+]+)\.", task.prompt)
        assert terms is not None
        numbers = terms[1].split("+")
        assert (len(numbers), {len(number) for number in numbers}) == (SIZES[level][0], {SIZES[level][1]})
        assert task.reference == str(sum(map(int, numbers)))


def test_the_work_is_one_partial_sum_after_another() -> None:
    taskset = ChainSum()
    task = rlvr.Task("ChainSum-v0/train/1/0", "", "103", {"terms": [12, 34, 57]})
    assert taskset.oracle(task) == "<think>12+34=46 46+57=103</think><answer>103</answer>"


def test_slip_is_a_chance() -> None:
    with pytest.raises(ValueError, match=r"slip must lie in \[0, 1\], got 1.5"):
        ChainSum(slip=1.5)
    with pytest.raises(ValueError, match="slip"):
        ChainSum(slip=float("nan"))


def test_a_slip_is_followed_to_the_end_and_changes_no_verdict() -> None:
    taskset = ChainSum(slip=1.0)
    task = taskset.task("train", 2, 0)
    response = taskset.demonstration(task, random.Random(3))
    sums = [tuple(map(int, step)) for step in re.findall(r"(\d+)\+(\d+)=(\d+)", response)]
    assert all(abs(a + b - c) in (1, 10) for a, b, c in sums)
    assert [a for a, *_ in sums[1:]] == [c for *_, c in sums[:-1]]
    assert response.endswith(f"<answer>{sums[-1][2]}</answer>")
    assert taskset.task("train", 2, 0) == ChainSum().task("train", 2, 0)
    assert taskset.verify(task, taskset.oracle(task)).value == 1.0


def test_slips_come_as_often_as_asked_and_from_the_given_randomness() -> None:
    taskset = ChainSum(slip=0.25)
    tasks = taskset.tasks("train", 0, 400)
    shown = [taskset.demonstration(task, random.Random(task.index)) for task in tasks]
    assert shown == [taskset.demonstration(task, random.Random(task.index)) for task in tasks]
    slipped = sum(taskset.verify(task, response).value == 0.0 for task, response in zip(tasks, shown, strict=True))
    assert 70 <= slipped <= 130
    never = ChainSum()
    assert all(never.demonstration(task, random.Random(0)) == never.oracle(task) for task in tasks)
