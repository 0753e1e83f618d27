"""What holds for every procedural taskset that comes with the package."""

import itertools
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import rlvr
from rlvr.envs.drawing import MIN_DISTINCT

NAMES = ["Calculator", "ChainSum", "Countdown", "GuessNumber", "KnightsAndKnaves", "LinearEquation"]
GOLDEN: dict[str, dict[str, object]] = json.loads(Path(__file__).with_name("golden_tasks.json").read_text())


@pytest.fixture(params=NAMES)
def taskset(request: pytest.FixtureRequest) -> rlvr.Taskset:
    return rlvr.make_taskset(request.param, instructions="")


def test_the_tasks_behind_old_ids_have_not_changed(taskset: rlvr.Taskset) -> None:
    """If this fails, the same id gives another task: raise the taskset's version."""
    golden = {task_id: task for task_id, task in GOLDEN.items() if task_id.startswith(f"{taskset.name}-v")}
    assert len(golden) == 6
    for task_id, expected in golden.items():
        task = taskset.task_from_id(task_id)
        assert {"prompt": task.prompt, "reference": task.reference} == expected


def test_every_oracle_is_right_at_every_level(taskset: rlvr.Taskset) -> None:
    for level in range(10):
        for split in ("train", "val", "test"):
            for task in taskset.tasks(split, level, 12):
                score = taskset.verify_turns(task, taskset.oracle_responses(task))
                assert (score.value, score.verdict) == (1.0, "CORRECT"), task


def test_another_tasks_answer_is_wrong(taskset: rlvr.Taskset) -> None:
    tasks = [task for level in (0, 5, 9) for task in taskset.tasks("train", level, 30)]
    for task, other in itertools.pairwise(tasks):
        if task.reference != other.reference:
            assert taskset.verify(task, taskset.oracle_responses(other)[-1]).verdict == "WRONG"


def test_every_level_states_enough_problems_and_has_them(taskset: rlvr.Taskset) -> None:
    for level in range(10):
        assert (taskset.num_distinct(level) or 0) >= MIN_DISTINCT
        tasks = taskset.tasks("train", level, 150)
        assert len({(task.prompt, repr(task.reference)) for task in tasks}) > 130


@pytest.mark.parametrize("name", [name for name in NAMES if name != "GuessNumber"])
def test_no_problem_is_in_two_splits(name: str) -> None:
    taskset = rlvr.make_taskset(name, instructions="")
    prompts = {split: {task.prompt for task in taskset.tasks(split, 0, 300)} for split in taskset.splits}
    assert not prompts["train"] & prompts["val"]
    assert not prompts["train"] & prompts["test"]
    assert not prompts["val"] & prompts["test"]


def test_it_pickles_and_is_bounded(taskset: rlvr.Taskset) -> None:
    copy = pickle.loads(pickle.dumps(taskset))
    assert copy.tasks("val", 5, 3) == taskset.tasks("val", 5, 3)
    taskset.require_loadable()


def test_prompts_and_oracles_are_plain_text(taskset: rlvr.Taskset) -> None:
    for level in range(10):
        for task in taskset.tasks("test", level, 5):
            text = task.prompt + "".join(taskset.oracle_responses(task))
            assert text.isascii()
            assert "  " not in text


SCRIPT = """
import json, sys, rlvr
tasks = [rlvr.make_taskset(name).task(split, 5, 3).to_json() for name in sys.argv[1:] for split in ("train", "val")]
print(json.dumps(tasks))
"""


def test_every_process_draws_the_same_tasks() -> None:
    outputs = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT, *NAMES],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        ).stdout
        for seed in ("0", "1", "12345")
    }
    here = [rlvr.make_taskset(name).task(split, 5, 3).to_json() for name in NAMES for split in ("train", "val")]
    assert [json.loads(output) for output in outputs] == [here]
