"""HumanEval and MBPP: their own solutions are right, and what is no solution is not."""

import json
from pathlib import Path
from typing import Any

import pytest

import rlvr
from rlvr.envs.row_files import MissingData
from rlvr.rewards import BadReferenceError
from tests.envs.test_rows import DATA

HUMAN_EVAL, SANITIZED = DATA / "HumanEval.jsonl.gz", DATA / "mbpp_sanitized.json"
PATHS = {"HumanEval": HUMAN_EVAL, "MBPP": SANITIZED}
NEEDS_DATA = pytest.mark.skipif(
    not (HUMAN_EVAL.is_file() and SANITIZED.is_file()), reason=f"no data: {HUMAN_EVAL}, {SANITIZED}; set RLVR_DATA"
)
ROW: dict[str, Any] = {
    "task_id": "HumanEval/0",
    "prompt": "def twice(x: int) -> int:\n    '''Twice x.'''\n",
    "canonical_solution": "    return 2 * x\n",
    "entry_point": "twice",
    "test": "def check(candidate):\n    assert candidate(2) == 4\n    assert candidate(-1) == -2\n",
}
MBPP_ROW: dict[str, Any] = {
    "task_id": 1,
    "text": "Write a function to double a number.",
    "code": "def twice(x):\n    return 2 * x",
    "test_list": ["assert twice(2) == 4", "assert twice(-1) == -2", "assert twice(0) == 0"],
    "test_setup_code": "",
    "challenge_test_list": [],
}


def written(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_a_row_of_human_eval_asks_for_the_function(tmp_path: Path) -> None:
    taskset = rlvr.make_taskset("HumanEval", path=written(tmp_path / "rows.jsonl", [ROW]), instructions="")
    task = taskset.task("train", 0, 0)
    assert task.prompt == (
        "Complete this Python function, and give all of it.\n```python\n"
        "def twice(x: int) -> int:\n    '''Twice x.'''\n```"
    )
    assert task.reference["kind"] == "assert"
    assert task.metadata["solution"] == ROW["prompt"] + ROW["canonical_solution"]
    assert ROW["canonical_solution"].strip() not in task.prompt


@pytest.mark.parametrize(("num_shown", "shown"), [(0, 0), (1, 1), (3, 3), (9, 3)])
def test_a_row_of_mbpp_shows_as_many_asserts_as_asked_for(tmp_path: Path, num_shown: int, shown: int) -> None:
    path = written(tmp_path / "rows.jsonl", [MBPP_ROW])
    task = rlvr.make_taskset("MBPP", path=path, num_shown=num_shown).task("train", 0, 0)
    assert [test in task.prompt for test in MBPP_ROW["test_list"]] == [True] * shown + [False] * (3 - shown)
    assert "Write it in Python, as twice." in task.prompt
    assert len(task.reference["tests"]["asserts"]) == 3


def test_rows_of_evalplus_will_do(tmp_path: Path) -> None:
    test = "import numpy as np\n" + ROW["test"] + "    assert np.allclose(candidate(1), 2)\n"
    task = rlvr.make_taskset("HumanEval", path=written(tmp_path / "h.jsonl", [ROW | {"test": test}])).task(
        "train", 0, 0
    )
    assert "import numpy" not in task.reference["tests"]["test"]
    row = MBPP_ROW | {"test": "for x in [1, 2]:\n    assert twice(x) == 2 * x\n"}
    task = rlvr.make_taskset("MBPP", path=written(tmp_path / "m.jsonl", [row])).task("train", 0, 0)
    assert task.reference["tests"]["asserts"] == [row["test"]]


def test_rows_that_nobody_can_pass_are_left_out(tmp_path: Path) -> None:
    foreign = MBPP_ROW | {"code": "class Node: pass\ndef twice(x): pass", "test_setup_code": "n = Node()"}
    path = written(tmp_path / "rows.jsonl", [MBPP_ROW, foreign, MBPP_ROW | {"text": "Double a number."}])
    taskset = rlvr.make_taskset("MBPP", path={"test": path})
    assert [task.id for task in taskset.tasks("test")] == ["MBPP-v0/test/0/0", "MBPP-v0/test/0/2"]
    with pytest.raises(ValueError, match=r"row 1 of .*Node"):
        taskset.task("test", 0, 1)


@pytest.mark.parametrize(
    ("name", "row", "message"),
    [
        ("HumanEval", ROW | {"test": "assert True"}, r"row 0 of .*BadReferenceError: .*check\(candidate\)"),
        ("HumanEval", {"prompt": "def f(): 1"}, "row 0 of .*base_input is None"),
        ("MBPP", MBPP_ROW | {"test_list": []}, "row 0 of .*test_list is empty"),
        ("MBPP", {"text": "Add."}, "row 0 of .*test_list is empty"),
    ],
)
def test_a_malformed_row_is_told_by_its_number(tmp_path: Path, name: str, row: dict[str, Any], message: str) -> None:
    taskset = rlvr.make_taskset(name, path=written(tmp_path / "rows.jsonl", [row]))
    with pytest.raises(ValueError, match=message):
        taskset.tasks("train")
    assert not issubclass(BadReferenceError, MissingData)


@pytest.mark.parametrize("name", PATHS)
def test_without_data_the_error_names_path_and_hub(name: str) -> None:
    with pytest.raises(MissingData, match=r"^path: .* or hub="):
        rlvr.make_taskset(name)
    with pytest.raises(ValueError, match="num_shown is -1"):
        rlvr.make_taskset("MBPP", path=__file__, num_shown=-1)


@NEEDS_DATA
@pytest.mark.parametrize(("name", "rows"), [("HumanEval", 164), ("MBPP", 427)])
def test_the_splits_of_the_real_files(name: str, rows: int) -> None:
    taskset = rlvr.make_taskset(name, path=PATHS[name])
    counts = [taskset.num_tasks(split) or 0 for split in taskset.splits]
    assert sum(counts) == rows
    assert all(count > 0 for count in counts)
    assert rlvr.make_taskset(name, path={"test": PATHS[name]}).num_tasks("test") == rows


@NEEDS_DATA
@pytest.mark.usefixtures("some_tier")
@pytest.mark.parametrize("name", PATHS)
def test_the_solutions_of_the_real_rows_are_right_and_stubs_are_not(name: str) -> None:
    """A tenth of the rows; all of them are judged by the verifier's own tests."""
    taskset = rlvr.make_taskset(name, path={"test": PATHS[name]})
    tasks = taskset.tasks("test")[::10]
    right = taskset.verify_many([(task, taskset.oracle(task)) for task in tasks])
    assert {score.verdict.value for score in right} == {"CORRECT"}
    stubs = [task.metadata["solution"].split("def ")[0] + "def f(*args): pass" for task in tasks]
    wrong = taskset.verify_many([(task, f"```python\n{stub}\n```") for task, stub in zip(tasks, stubs, strict=True)])
    assert {score.verdict.value for score in wrong} == {"WRONG"}


@NEEDS_DATA
@pytest.mark.usefixtures("some_tier")
@pytest.mark.parametrize("name", PATHS)
def test_it_plays_in_gymnasium(name: str) -> None:
    env = rlvr.make(name, path=PATHS[name])
    prompt, _ = env.reset(seed=3)
    assert "```python" in prompt
    _, reward, terminated, _, info = env.step(env.taskset.oracle(env.task))
    assert (reward, terminated, info["score"]["verdict"]) == (1.0, True, "CORRECT")
