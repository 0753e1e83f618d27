import json
from pathlib import Path

from rlvr.grpo.report.pairs import NUM_SHOWN, before_and_after, two_runs
from rlvr.grpo.report.run import read_run
from tests.grpo.report.made import line, make_run, rollout, write_lines


def scored(task: int, verdict: str) -> dict[str, object]:
    value = {"CORRECT": 1.0, "UNSCORED": None}.get(verdict, 0.0)
    return rollout(1, task, score={"value": value, "verdict": verdict})


def test_every_task_has_its_outcome(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "run", [line(1)])
    tasks = [
        ("WRONG", "CORRECT"),
        ("LIMIT", "CORRECT"),
        ("CORRECT", "NO_ANSWER"),
        ("WRONG", "WRONG"),
        ("UNSCORED", "CORRECT"),
    ]
    for side, when in enumerate(("before", "after")):
        more = scored(99, "WRONG") if when == "after" else rollout(1, 0, number=1)
        write_lines(folder / f"eval_{when}.jsonl", [*(scored(n, both[side]) for n, both in enumerate(tasks)), more])
    outcomes = before_and_after(read_run(folder)).outcomes
    assert [(one.name, one.num_tasks) for one in outcomes] == [
        ("became right", 2),
        ("became wrong", 1),
        ("stayed wrong", 1),
        ("not judged", 1),
    ]
    (pair,) = outcomes[1].pairs
    assert [side["verdict"] for side in pair.sides] == ["CORRECT", "NO_ANSWER"]


def test_few_of_many_are_shown_and_always_the_same(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "run", [line(1)])
    for when in ("before", "after"):
        write_lines(folder / f"eval_{when}.jsonl", (scored(task, "CORRECT") for task in range(100)))
    (outcome,) = before_and_after(read_run(folder)).outcomes
    assert (outcome.name, outcome.num_tasks, len(outcome.pairs)) == ("stayed right", 100, NUM_SHOWN)
    assert [pair.task for pair in outcome.pairs] == [
        pair.task for pair in before_and_after(read_run(folder)).outcomes[0].pairs
    ]


def test_without_the_responses_the_summarys_examples_are_taken(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "run", [line(1)], is_finished=False)
    pairs = before_and_after(read_run(folder))
    assert (pairs.outcomes, pairs.notes) == (
        [],
        ["without eval_before.jsonl and eval_after.jsonl, there are no two evaluations to compare"],
    )
    sides = {"before": {"response": "a", "verdict": "WRONG"}, "after": {"response": "b", "verdict": "CORRECT"}}
    example = {"task_id": "T-v0/test/0/1", "prompt": "p", **sides}
    (folder / "summary.json").write_text(json.dumps({"examples": [example]}))
    pairs = before_and_after(read_run(folder))
    assert [one.name for one in pairs.outcomes] == ["became right"]
    assert pairs.outcomes[0].pairs[0].sides[1]["turns"][0]["response"] == "b"


def test_two_runs_are_compared_on_the_tasks_that_they_share(tmp_path: Path) -> None:
    runs = [make_run(tmp_path / name, [line(1)]) for name in ("a", "b")]
    verdicts = (("CORRECT", "CORRECT", "WRONG", "WRONG"), ("CORRECT", "WRONG", "CORRECT", "WRONG"))
    for folder, said in zip(runs, verdicts, strict=True):
        write_lines(folder / "eval_after.jsonl", (scored(task, verdict) for task, verdict in enumerate(said)))
    pairs = two_runs([read_run(folder) for folder in runs], ("A", "B"))
    assert pairs.heads == ("A, after", "B, after")
    assert {one.name: one.num_tasks for one in pairs.outcomes} == {
        "only B right": 1,
        "only A right": 1,
        "both wrong": 1,
        "both right": 1,
    }
    only_a = next(one for one in pairs.outcomes if one.name == "only A right")
    assert only_a.pairs[0].task == "ChainSum-v0/train/1/1"
