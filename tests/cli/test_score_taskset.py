"""`rlvr score --taskset`: the same verdicts as the environment's and the trainer's."""

import json
from pathlib import Path
from typing import Any

import pytest

import rlvr
from rlvr.cli.score_fields import FieldError
from rlvr.cli.score_plan import Plan, build_grader, with_run_settings
from tests.cli.command import read_rows, write_rows
from tests.cli.command import rlvr as run

MY_TASKS = Path(__file__).with_name("my_tasks.py")


def graded(plan: Plan, row: dict[str, Any]) -> rlvr.Score:
    grader = build_grader(plan)
    requests: Any = [grader.request(row, json.dumps(row))]
    return grader.grade_many(requests)[0]


@pytest.mark.parametrize("name", ["ChainSum", "Countdown", "KnightsAndKnaves", "LinearEquation", f"{MY_TASKS}:Reverse"])
def test_oracle_is_right_and_a_slip_is_wrong(tmp_path: Path, name: str) -> None:
    taskset = rlvr.make_taskset(name)
    tasks = taskset.tasks("val", 1, 5)
    rows = [{"task_id": task.id, "response": taskset.oracle(task)} for task in tasks]
    write_rows(tmp_path / "in", [*rows, {"task_id": tasks[0].id, "response": "<answer>17 green apples</answer>"}])
    done = run("score", "in", "-o", "out", "--taskset", name, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    scores = [row["score"] for row in read_rows(tmp_path / "out")]
    assert [score["verdict"] for score in scores] == [*["CORRECT"] * 5, "WRONG"]
    assert scores[0]["parts"] == {"correct": 1.0}


def turns_of(game: rlvr.Taskset, task: rlvr.Task) -> list[str]:
    return list(game.oracle_responses(task))


def test_games_are_replayed_from_turns_strings_or_chat() -> None:
    game = rlvr.make_taskset("GuessNumber")
    task = game.task("val", 5, 0)
    responses = turns_of(game, task)
    assert len(responses) > 2
    plan = Plan(taskset="GuessNumber")
    chat = [{"role": "user", "content": task.prompt}]
    for response in responses:
        chat += [{"role": "assistant", "content": response}, {"role": "user", "content": "higher or lower"}]
    for turns in ([{"response": response, "observation": "?"} for response in responses], responses, chat):
        assert graded(plan, {"task_id": task.id, "turns": turns}).verdict == rlvr.Verdict.CORRECT
        assert graded(plan, {"task_id": task.id, "turns": turns[:2]}).verdict == rlvr.Verdict.WRONG


def test_single_turn_rows_may_have_one_turn() -> None:
    taskset = rlvr.make_taskset("ChainSum")
    task = taskset.task("val", 0, 0)
    plan = Plan(taskset="ChainSum")
    oracle = taskset.oracle(task)
    assert graded(plan, {"task_id": task.id, "turns": [{"response": oracle}]}).value == 1.0
    assert graded(plan, {"task_id": task.id, "turns": [oracle], "response": "ignored"}).value == 1.0
    assert graded(plan, {"task_id": task.id, "response": [{"role": "assistant", "content": oracle}]}).value == 1.0
    with pytest.raises(FieldError, match="2 turns"):
        graded(plan, {"task_id": task.id, "turns": [oracle, oracle]})


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"response": "x"}, "no field 'task_id'"),
        ({"task_id": 3, "response": "x"}, "text such as"),
        ({"task_id": "Countdown-v0/val/0/0", "response": "x"}, "Countdown-v0"),
        ({"task_id": "ChainSum-v0/val/99/0", "response": "x"}, "no level 99"),
        ({"task_id": "ChainSum-v0/val/0/0"}, "no field 'response'"),
        ({"task_id": "ChainSum-v0/val/0/0", "turns": []}, "no field|expected"),
    ],
)
def test_rows_without_a_task_or_response(row: dict[str, Any], reason: str) -> None:
    with pytest.raises(FieldError, match=reason):
        graded(Plan(taskset="ChainSum"), row)


def test_task_that_cannot_be_drawn_costs_its_row() -> None:
    with pytest.raises(FieldError, match="KeyError: 'no level nine'"):
        graded(Plan(taskset=f"{MY_TASKS}:Unsolved"), {"task_id": "Unsolved-v0/train/9/0", "response": "yes"})


def test_fields_and_extraction_can_be_named() -> None:
    taskset = rlvr.make_taskset("ChainSum")
    task = taskset.task("val", 0, 0)
    row = {"meta": {"id": task.id}, "text": f"so it is #### {task.reference}"}
    plan = Plan(taskset="ChainSum", response_field="text", reference_field="meta.id")
    assert graded(plan, row).verdict == rlvr.Verdict.NO_ANSWER
    plan = Plan(taskset="ChainSum", response_field="text", reference_field="meta.id", extract="hash")
    assert graded(plan, row).verdict == rlvr.Verdict.CORRECT


def run_folder(folder: Path, task: str) -> Path:
    (folder / "config.toml").write_text(f"[task]\n{task}", encoding="utf-8")
    taskset = rlvr.make_taskset("ChainSum")
    tasks = taskset.tasks("train", 0, 2)
    responses = [taskset.oracle(tasks[0]), f"<answer>{tasks[1].reference}</answer>"]
    rows = [
        {"task_id": task.id, "turns": [{"response": response}], "score": {"value": 0.5}}
        for task, response in zip(tasks, responses, strict=True)
    ]
    write_rows(folder / "rollouts.jsonl", rows)
    return folder / "rollouts.jsonl"


def test_rollouts_take_the_rubric_of_their_run(tmp_path: Path) -> None:
    run_folder(tmp_path, 'name = "ChainSum-v0"\nlevel = 0\ninstructions = ""\nrubric = {correct = 1.0, format = 0.2}\n')
    done = run("score", "rollouts.jsonl", "-o", "out", "--taskset", "ChainSum", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert b"using config.toml" in done.stderr
    rows = read_rows(tmp_path / "out")
    assert rows[0]["score"]["value"] == 1.0
    assert rows[1]["score"]["value"] == pytest.approx(1.0 / 1.2)
    assert rows[1]["score_input"] == {"value": 0.5}
    override = ["--rubric", "correct=1.0", "--overwrite"]
    done = run("score", "rollouts.jsonl", "-o", "out", "--taskset", "ChainSum", *override, cwd=tmp_path)
    assert [row["score"]["value"] for row in read_rows(tmp_path / "out")] == [1.0, 1.0]


def test_only_the_configuration_of_the_same_taskset_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = run_folder(tmp_path, 'name = "Countdown"\nrubric = {correct = 1.0, format = 0.2}\n')
    plan = Plan(taskset="ChainSum")
    assert with_run_settings(plan, str(file)) == plan
    assert "Countdown" in capsys.readouterr().err
    assert with_run_settings(Plan(verifier="exact"), str(file)) == Plan(verifier="exact")
    run_folder(tmp_path, 'name = "ChainSum"\n')
    assert with_run_settings(plan, str(file)) == plan
    assert with_run_settings(plan, str(tmp_path / "elsewhere" / "rollouts.jsonl")) == plan


def test_options_are_merged_and_those_given_win(tmp_path: Path) -> None:
    file = run_folder(tmp_path, 'name = "GSM8K"\n[task.options]\npath = "theirs"\nhub = "x"\n')
    plan = with_run_settings(Plan(taskset="GSM8K", options={"path": "ours"}), str(file))
    assert plan.options == {"path": "ours", "hub": "x"}
