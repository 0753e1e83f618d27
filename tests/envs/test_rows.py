import gzip
import json
import os
import pickle
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import rlvr
from rlvr.envs.ids import SPLIT_BUCKETS, prompt_bucket
from rlvr.envs.row_files import MissingData, read_file
from rlvr.envs.tasksets.competition_math import CompetitionMath
from rlvr.envs.tasksets.gsm8k import GSM8K

DATA = Path(os.environ.get("RLVR_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
MATH_500 = DATA / "math500.jsonl"
GSM8K_TRAIN = DATA / "gsm8k_train.jsonl"
ROWS = [
    {"question": f"How much is {n} and {n}?", "answer": f"It is <<{n}+{n}={2 * n}>>{2 * n}.\n#### {2 * n}"}
    for n in range(600, 660)
]


class Sums(rlvr.RowTaskset):
    """The same rows, as a user would read them."""

    instructions = ""

    def problem(self, row: dict[str, Any]) -> rlvr.Problem:
        return rlvr.Problem(row["question"], row["answer"].rpartition("#### ")[2])

    def solve(self, task: rlvr.Task, turns: tuple[rlvr.Turn, ...] = ()) -> str:
        return str(task.reference)


def written(folder: Path, name: str = "rows.jsonl", rows: list[dict[str, Any]] | None = None) -> Path:
    file = folder / name
    text = "\n".join(map(json.dumps, ROWS if rows is None else rows)) + "\n"
    file.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return file


def test_one_file_gives_all_splits_by_the_prompts_hash(tmp_path: Path) -> None:
    file = written(tmp_path)
    taskset = Sums(path=file)
    seen = []
    for split, buckets in SPLIT_BUCKETS.items():
        tasks = taskset.tasks(split)
        assert len(tasks) == taskset.num_tasks(split) > 0
        assert all(prompt_bucket(task.prompt) in buckets for task in tasks)
        assert all(task.prompt == ROWS[task.index]["question"] for task in tasks)
        assert all(task.metadata["file_sha256"] == sha256(file.read_bytes()).hexdigest() for task in tasks)
        seen += [task.index for task in tasks]
    assert sorted(seen) == list(range(len(ROWS)))


def test_the_index_is_the_row_number(tmp_path: Path) -> None:
    taskset = Sums(path=written(tmp_path))
    task = taskset.task("train", 0, 7)
    assert (task.id, task.prompt) == ("Sums-v0/train/0/7", ROWS[7]["question"])
    assert taskset.task_from_id(task.id) == task
    with pytest.raises(ValueError, match=r"Sums-v0/train/0/60: there is no row 60; .* has 60"):
        taskset.task("train", 0, 60)


def test_tasks_ends_where_the_rows_do_and_nth_task_starts_over(tmp_path: Path) -> None:
    taskset = Sums(path=written(tmp_path))
    count = taskset.num_tasks("val")
    assert taskset.tasks("val", 0, count) == taskset.tasks("val")
    assert taskset.nth_task("val", 0, count) == taskset.nth_task("val", 0, 0)
    with pytest.raises(ValueError, match=f"has {count} tasks in 'val' at level 0; asked for 0..{count + 1}"):
        taskset.tasks("val", 0, count + 1)


def test_a_relative_path_stays_what_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path)
    monkeypatch.chdir(tmp_path)
    taskset = Sums(path="rows.jsonl")
    monkeypatch.chdir("/")
    assert taskset.task("train", 0, 0).prompt == ROWS[0]["question"]


def test_a_file_for_a_split_is_that_split(tmp_path: Path) -> None:
    other = written(tmp_path, "test.jsonl", ROWS[:10])
    taskset = Sums(path={"train": written(tmp_path), "test": other})
    assert [task.index for task in taskset.tasks("test")] == list(range(10))
    assert taskset.num_tasks("train") + taskset.num_tasks("val") == len(ROWS)
    whole = Sums(path={"train": written(tmp_path), "val": other, "test": other})
    assert whole.num_tasks("train") == len(ROWS)
    only = Sums(path={"test": other})
    with pytest.raises(MissingData, match=r"^path: Sums has no rows for the split 'train'"):
        only.tasks("train")


@pytest.mark.parametrize("name", ["rows.jsonl.gz", "rows.ndjson"])
def test_other_names_of_json_lines(tmp_path: Path, name: str) -> None:
    assert list(read_file(str(written(tmp_path, name))).rows) == ROWS


def test_a_json_array_and_parquet_hold_the_same_rows(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    array = tmp_path / "rows.json"
    array.write_text(json.dumps(ROWS))
    table = tmp_path / "rows.parquet"
    parquet.write_table(pyarrow.Table.from_pylist(ROWS), table)
    assert list(read_file(str(array)).rows) == ROWS
    assert list(read_file(str(table)).rows) == ROWS
    assert Sums(path=table).tasks("val")[0].prompt == Sums(path=array).tasks("val")[0].prompt


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl", b'{"question": 1}\n\n{"question"', "line 3: not JSON"),
        ("a.jsonl", b"[1]\n", r"row 1: not a JSON object: \[1\]"),
        ("a.json", b'{"question": 1}', "holds one JSON dict"),
        ("a.jsonl.gz", b"no gzip", "not a whole gzip file"),
        ("a.parquet", b"no parquet", "not a Parquet file"),
        ("a.txt", b"", "unknown kind of file '.txt'; it must end in .jsonl"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=message):
        Sums(path=tmp_path / name).tasks("train")


def test_a_row_that_makes_no_problem_is_named(tmp_path: Path) -> None:
    file = written(tmp_path, rows=[ROWS[0], {"q": "?"}])
    with pytest.raises(ValueError, match=r"row 1 of .*rows\.jsonl: KeyError: 'question'"):
        Sums(path=file).tasks("train")


def test_missing_data_is_an_error_that_begins_with_the_path(tmp_path: Path) -> None:
    for make in (Sums, GSM8K, lambda: rlvr.make("GSM8K")):
        with pytest.raises(MissingData, match=r"^path: "):
            make()
    gone = tmp_path / "gone.jsonl"
    with pytest.raises(MissingData, match=f"^{gone}: there is no such file for the split 'train' of Sums"):
        Sums(path=gone)
    with pytest.raises(ValueError, match="no split 'dev'"):
        Sums(path={"dev": written(tmp_path)})
    with pytest.raises(ValueError, match="not from both"):
        Sums(path=written(tmp_path), hub="a/b")


def test_rows_are_read_late_and_left_out_of_pickles(tmp_path: Path) -> None:
    taskset = Sums(path=written(tmp_path))
    task = taskset.tasks("train")[0]
    small = len(pickle.dumps(taskset))
    (tmp_path / "rows.jsonl").unlink()
    copy = pickle.loads(pickle.dumps(taskset))
    assert small < 1000
    assert copy.verify(task, copy.oracle(task)).verdict == "CORRECT"
    assert taskset.task("train", 0, task.index) == task


def test_an_environment_draws_from_its_own_split(tmp_path: Path) -> None:
    env = rlvr.make("tests.envs.test_rows:Sums", split="val", path=written(tmp_path))
    indices = {task.index for task in env.taskset.tasks("val")}
    drawn = {env.reset(seed=seed)[1]["task_id"] for seed in range(40)}
    assert drawn == {f"Sums-v0/val/0/{index}" for index in indices}


def test_a_folder_in_the_hubs_layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    datasets = pytest.importorskip("datasets")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    folder = tmp_path / "sums"
    folder.mkdir()
    written(folder, "train.jsonl")
    written(folder, "test.jsonl", ROWS[:5])
    taskset = GSM8K(hub=str(folder))
    assert taskset.num_tasks("test") == 5
    assert taskset.num_tasks("train") + taskset.num_tasks("val") == len(ROWS)
    task = taskset.tasks("test")[2]
    assert task.reference == "1204"
    assert task.metadata["fingerprint"]
    with pytest.raises(MissingData, match=r"^path: the data set 'no/such' cannot be loaded"):
        GSM8K(hub="no/such").tasks("train")


def test_gsm8k_reads_the_number_and_leaves_out_the_annotations(tmp_path: Path) -> None:
    row = {"question": "How many?", "answer": "There are <<1000+234=1234>>1,234.\n#### 1,234"}
    taskset = GSM8K(path=written(tmp_path, rows=[row]))
    task = taskset.task("train", 0, 0)
    assert task.reference == "1234"
    assert taskset.oracle(task) == "<think>There are 1,234.</think><answer>1234</answer>"
    assert [taskset.verify(task, f"<answer>{text}</answer>").value for text in ("$1,234.00", "1235", "1234 or 5")] == [
        1,
        0,
        0,
    ]
    with pytest.raises(ValueError, match="no line '#### N'"):
        GSM8K(path=written(tmp_path, rows=[{"question": "?", "answer": "7"}])).tasks("train")


@pytest.mark.skipif(not GSM8K_TRAIN.is_file(), reason=f"no data: {GSM8K_TRAIN} is missing; set RLVR_DATA")
def test_every_gsm8k_oracle_is_right() -> None:
    taskset = GSM8K(path=GSM8K_TRAIN)
    tasks = [task for split in taskset.splits for task in taskset.tasks(split)]
    assert len(tasks) == 7473
    assert {taskset.verify(task, taskset.oracle(task)).value for task in tasks} == {1.0}


def test_math_takes_the_answer_or_what_is_boxed_last(tmp_path: Path) -> None:
    rows = [
        {
            "problem": "a?",
            "solution": r"Not \boxed{1} but $\boxed{\frac{1}{2}}$.",
            "level": "Level 3",
            "type": "Algebra",
        },
        {"problem": "b?", "solution": r"So \boxed{7}.", "answer": "8", "subject": "Algebra"},
    ]
    taskset = CompetitionMath(path=written(tmp_path, rows=rows))
    one, other = (taskset.task("train", 0, index) for index in range(2))
    assert (one.reference, other.reference) == (r"\frac{1}{2}", "8")
    assert (one.metadata["level"], one.metadata["type"], other.metadata["subject"]) == ("Level 3", "Algebra", "Algebra")
    said = [r"\boxed{0.5}", r"\boxed{1/3}", "0.5", r"<think>\boxed{0.5}</think>", r"\boxed{0.5 \text{ or } 1/3}"]
    assert [taskset.verify(one, text).value for text in said] == [1, 0, 0, 0, 0]
    with pytest.raises(ValueError, match="boxes none"):
        CompetitionMath(path=written(tmp_path, rows=[{"problem": "?", "solution": "7"}])).tasks("train")


@pytest.mark.skipif(not MATH_500.is_file(), reason=f"no data: {MATH_500} is missing; set RLVR_DATA")
def test_every_math_oracle_is_right() -> None:
    taskset = CompetitionMath(path=MATH_500)
    tasks = [task for split in taskset.splits for task in taskset.tasks(split)]
    assert len(tasks) == 500
    scores = taskset.verify_many([(task, taskset.oracle(task)) for task in tasks])
    assert [task.id for task, score in zip(tasks, scores, strict=True) if score.value != 1.0] == []
    others = taskset.verify_many([(task, taskset.oracle(next_)) for task, next_ in pairwise(tasks)])
    assert sum(score.value or 0 for score in others) < 25
