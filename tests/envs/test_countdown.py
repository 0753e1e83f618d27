import re

import pytest

from rlvr.envs.tasksets.countdown import SIZES, Countdown
from rlvr.rewards.arithmetic import evaluate


@pytest.mark.parametrize("level", range(10))
def test_every_task_is_solvable_within_its_level(level: int) -> None:
    size = SIZES[level]
    assert size.count * size.largest <= size.max_target
    for task in Countdown().tasks("train", level, 40):
        numbers, target = task.reference["numbers"], task.reference["target"]
        expression = task.metadata["expression"]
        assert len(numbers) == size.count
        assert all(1 <= number <= size.largest for number in numbers)
        assert 1 <= target <= size.max_target
        assert target not in numbers
        assert sorted(map(int, re.findall(r"\d+", expression))) == sorted(numbers)
        assert set(re.sub(r"[\d()]", "", expression)) <= set(size.operators) | {"+"}
        assert evaluate(expression) == target
        for left, operator, right, result in re.findall(r"(\d+)([-+*/])(\d+)=(\d+)", task.metadata["steps"]):
            assert evaluate(f"{left}{operator}{right}") == int(result)


def test_any_valid_expression_is_right_and_no_other() -> None:
    taskset = Countdown()
    task = taskset.task("train", 0, 0)
    a, b, c = task.reference["numbers"]
    expression = task.metadata["expression"]
    verdicts = {
        text: taskset.verify(task, f"<answer>{text}</answer>").verdict
        for text in (f"({expression})", f"0+{expression}", str(task.reference["target"]), f"{a}+{b}*{c}*1")
    }
    assert list(verdicts.values()) == ["CORRECT", "WRONG", "WRONG", "WRONG"]
