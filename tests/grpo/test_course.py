import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import rlvr
from rlvr.envs.registry import make_taskset
from rlvr.grpo.course import Course, Strand

LEVELS = {"ChainSum": 0, "Countdown": 0}


class Rows(rlvr.RowTaskset):
    """A data set of prompts and answers."""

    def problem(self, row: dict[str, Any]) -> rlvr.Problem:
        return rlvr.Problem(row["prompt"], row["answer"])


def mixture(*weights: float, seed: int = 0) -> Course:
    names = ["ChainSum", "Countdown"][: len(weights)]
    return Course([Strand(make_taskset(name), weight, 0, 0) for name, weight in zip(names, weights, strict=True)], seed)


def names(course: Course, step: int, size: int = 20) -> Counter[str]:
    return Counter(task.id.partition("-v")[0] for task in course.step_tasks(step, size, LEVELS))


@pytest.mark.parametrize("weights", [(1, 1), (3, 1), (1, 9)])
def test_every_step_has_its_share_of_each_taskset(weights: tuple[float, float]) -> None:
    course = mixture(*weights)
    for step in range(5):
        share = 20 * weights[0] / sum(weights)
        assert abs(names(course, step)["ChainSum"] - share) <= 1


def test_tasks_are_those_of_their_place_whoever_asked_before() -> None:
    there = mixture(2, 1).step_tasks(7, 8, LEVELS)
    course = mixture(2, 1)
    for step in (3, 7, 0):
        found = course.step_tasks(step, 8, LEVELS)
        assert (found == there) == (step == 7)


def test_another_seed_and_another_level_give_other_tasks() -> None:
    ours = mixture(1).step_tasks(0, 8, {"ChainSum": 0})
    assert mixture(1, seed=1).step_tasks(0, 8, {"ChainSum": 0}) != ours
    assert all("/3/" in task.id for task in mixture(1).step_tasks(0, 8, {"ChainSum": 3}))


def test_no_task_stands_twice_in_a_run_and_no_replacement_is_one_of_them() -> None:
    course = mixture(1, 1)
    ids = [task.id for step in range(20) for task in course.step_tasks(step, 16, LEVELS)]
    again = [course.replacement(place, attempt, LEVELS).id for place in range(320) for attempt in (1, 2)]
    assert len({*ids, *again}) == 320 * 3


def test_a_replacement_is_of_the_taskset_whose_place_it_takes() -> None:
    course = mixture(1, 2)
    for place in range(30):
        first, second = course.nth_task(place, LEVELS), course.replacement(place, 1, LEVELS)
        assert first.id.partition("/")[0] == second.id.partition("/")[0]
        assert course.replacement(place, 1, LEVELS) == second
        assert course.replacement(place, 2, LEVELS) != second


def test_a_data_set_is_gone_through_once_an_epoch(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps({"prompt": f"Say {n}.", "answer": str(n)}) + "\n" for n in range(60)))
    taskset = Rows(path=path)
    size = taskset.num_tasks("train")
    course = Course([Strand(taskset, 1.0, 0, 0)], 0)
    levels = {taskset.name: 0}
    epochs = [[course.nth_task(place, levels).id for place in range(n * size, (n + 1) * size)] for n in range(2)]
    assert set(epochs[0]) == set(epochs[1])
    assert len(set(epochs[0])) == size
    assert epochs[0] != epochs[1]


def test_responses_are_judged_by_the_taskset_of_their_task() -> None:
    course = mixture(1, 1)
    tasks = course.step_tasks(0, 6, LEVELS)
    right = [(task, (), course.taskset_of(task.id).oracle(task)) for task in tasks]
    assert [step.score.value for step in course.advance_many(right) if step.score] == [1.0] * 6
    wrong = [(task, (), "<answer>no</answer>") for task in tasks]
    assert [step.score.value for step in course.advance_many(wrong) if step.score] == [0.0] * 6


def test_held_out_tasks_are_equally_many_of_each() -> None:
    ids = [task.id for task in mixture(1, 5).held_out("val", 3, LEVELS)]
    assert [one.partition("-")[0] for one in ids] == ["ChainSum"] * 3 + ["Countdown"] * 3
