import json
from pathlib import Path
from typing import Any

import pytest

from rlvr.grpo.report.charts import charts
from rlvr.grpo.report.facts import duration, facts_of, notes_of, status
from rlvr.grpo.report.page import write_report
from rlvr.grpo.report.run import Accuracy, ReportError, read_run
from rlvr.grpo.report.sample import sample_rollouts
from tests.grpo.report.made import SETTINGS, evaluation, line, make_run

NOTHING = sample_rollouts([])


def test_a_finished_run_is_read_whole(tmp_path: Path) -> None:
    run = read_run(make_run(tmp_path / "run", map(line, range(1, 41))))
    assert (run.num_steps, run.num_val_tasks, run.notes) == (40, 64, [])
    assert run.accuracies["before"] == Accuracy(0.5, 0.46, 0.54, 512, 0)
    after = run.accuracies["after"]
    assert (after.mean, after.step) == (0.9, 40)
    assert after.high == pytest.approx(0.94)
    assert status(run) == "Finished: 40 steps."
    facts = facts_of(run, NOTHING)
    assert (facts["taskset"], facts["algorithm"], facts["steps"]) == ("ChainSum, level 1", "grpo", "40 of 40")
    assert facts["model"] == "tiny Qwen3, built on the spot (4 layers, width 128)"


def test_a_mixture_and_lora_are_named(tmp_path: Path) -> None:
    strands = [{"name": "ChainSum", "level": 1, "max_level": 4}, {"name": "Countdown", "level": 0}]
    model = {"path": "models/base", "lora": {"rank": 16}}
    run = read_run(
        make_run(tmp_path / "run", [line(1)], settings={**SETTINGS, "task": {"mixture": strands}, "model": model})
    )
    facts = facts_of(run, NOTHING)
    assert (facts["taskset"], facts["model"], facts["LoRA"]) == (
        "ChainSum, levels 1 to 4, Countdown, level 0",
        "models/base",
        "rank 16",
    )
    assert run.num_val_tasks == 2 * 64


def test_an_evaluation_stands_where_its_weights_were(tmp_path: Path) -> None:
    """A run that went on after its evaluation: the accuracy after is of step 20, and no summary holds any more."""
    folder = make_run(tmp_path / "run", map(line, range(1, 31)))
    (folder / "eval_after.json").write_text(json.dumps(evaluation(0.8, 20)))
    (folder / "summary.json").write_text('{"num_steps": 20}')
    run = read_run(folder)
    assert run.accuracies["after"].step == 20
    assert status(run).startswith("Not finished: 30 of 40 steps so far.")


def test_the_accuracy_is_in_the_summary_too(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "run", [line(1)], is_finished=False)
    summary = {"num_steps": 1, "accuracy_after": 0.5, "accuracy_after_interval": [0.4, 0.6], "num_eval_tasks": 9}
    (folder / "summary.json").write_text(json.dumps(summary))
    assert read_run(folder).accuracies == {"after": Accuracy(0.5, 0.4, 0.6, 9, 1)}


@pytest.mark.parametrize(
    ("name", "content", "note"),
    [
        ("metrics.jsonl", json.dumps(line(1)) + "\n" + json.dumps(line(2))[:99], "ends in the middle of line 2"),
        (
            "metrics.jsonl",
            '{"step": 1}\n\x00\x00\n[1]\n{"step": 2}\n',
            "2 damaged lines are left out, the first of them line 2",
        ),
        ("metrics.jsonl", "", "metrics.jsonl has no step yet"),
        ("metrics.jsonl", None, "metrics.jsonl is missing"),
        ("metrics.jsonl", "[" * 100_000, "ends in the middle of line 1"),
        ("config.toml", "[run", "config.toml is damaged"),
        ("config.toml", None, "config.toml is missing"),
        ("summary.json", '{"num_ste', "summary.json is damaged"),
        ("eval_after.json", "", "eval_after.json is damaged"),
    ],
)
def test_what_is_damaged_or_missing_is_a_note(tmp_path: Path, name: str, content: str | None, note: str) -> None:
    folder = make_run(tmp_path / "run", [line(1)])
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_text(content)
    run = read_run(folder)
    assert any(note in said for said in run.notes), run.notes


def test_steps_that_taught_nothing_are_counted(tmp_path: Path) -> None:
    run = read_run(make_run(tmp_path / "run", [line(n, warning="no signal" if n > 1 else None) for n in range(1, 7)]))
    (note,) = notes_of(run)
    assert note.startswith("5 steps taught nothing: step 2: no signal; ")
    assert note.endswith(" and 2 more")


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "run", [line(1)])
    (folder / "checkpoints" / "step-1").mkdir(parents=True)
    cases: list[tuple[Path, str]] = [
        (tmp_path / "none", "there is no"),
        (tmp_path, "is no run folder: it holds neither config.toml nor metrics.jsonl"),
        (folder / "metrics.jsonl", "is a file, not a run's folder; did you mean"),
        (folder / "checkpoints" / "step-1", "is no run folder; did you mean"),
    ]
    for path, message in cases:
        with pytest.raises(ReportError, match=message):
            read_run(path)


@pytest.mark.parametrize(("seconds", "text"), [(3.21, "3.2 s"), (90, "1 min 30 s"), (7384, "2 h 3 min")])
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def drawn(tmp_path: Path, *lines: dict[str, Any]) -> dict[str, list[str]]:
    found = charts([read_run(make_run(tmp_path / "run", lines, is_finished=False))])
    return {chart.plan.key: [one.name for one in chart.series] for chart in found.others}


def test_every_number_of_a_line_has_its_curve(tmp_path: Path) -> None:
    watched = {"tokens": {"p10": 1, "p50": 2, "p90": 3, "max": 4}, "repetition": 0.1, "top_answer_share": 0.2}
    watched |= {"advantage_std": 0.5, "val_accuracies": {"A": 0.5, "B": 0.6}}
    found = drawn(tmp_path, line(1, **watched), line(2, **watched))
    assert found["lengths"] == ["10th percentile", "median", "90th percentile", "longest"]
    assert found["verdicts"] == ["CORRECT", "WRONG"], "those that never came are left out"
    assert found["phases"] == ["sample and score", "update", "push"]
    assert {"parts", "length", "entropy", "kl", "clip_fraction", "sync_gap", "grad_norm", "speed"} <= set(found)
    assert {"repetition", "top_answer", "advantage_std", "val_by_taskset"} <= set(found)
    assert not {"dropped_fraction", "levels"} & set(found), "what never changes is no news"


def test_older_lines_have_fewer_curves_and_the_page_says_which(tmp_path: Path) -> None:
    run = read_run(
        make_run(tmp_path / "run", [{"step": 1, "reward": 0.5}, {"step": 2, "reward": "x"}], is_finished=False)
    )
    found = charts([run])
    assert found.main is not None
    assert [one.name for one in found.main.series] == ["reward"]
    assert found.others == []
    assert "KL to the starting model" in found.absent


def test_alarms_are_marked_on_the_main_curve_and_on_their_own(tmp_path: Path) -> None:
    lines = [line(n, alarms=[{"name": "entropy", "message": "low"}] if n == 3 else []) for n in range(1, 5)]
    found = charts([read_run(make_run(tmp_path / "run", lines))])
    marked = [chart.plan.key for chart in [found.main, *found.others] if chart is not None and chart.marks]
    assert marked == ["reward", "entropy"]


def test_two_runs_share_their_charts(tmp_path: Path) -> None:
    runs = [read_run(make_run(tmp_path / name, map(line, range(1, 11)))) for name in ("a", "b")]
    found = charts(runs)
    assert found.main is not None
    assert [(one.name, one.is_dashed) for one in found.main.series] == [("A", False), ("B", True)]
    assert [one.name for one in found.others[0].whiskers] == [
        f"{run}, test {when}" for run in "AB" for when in ("before", "after")
    ]


def test_numbers_beyond_any_drawing_are_left_out(tmp_path: Path) -> None:
    strange = [10**400, -1e308, 1e-320, float("inf"), float("nan"), True, "1", None, [1]]
    folder = make_run(
        tmp_path / "run", (line(n, grad_norm=value, max_sync_gap=value) for n, value in enumerate(strange, 1))
    )
    write_report([read_run(folder)], tmp_path / "page.html")
    found = charts([read_run(folder)])
    (norms,) = (chart.series[0] for chart in found.others if chart.plan.key == "grad_norm")
    assert [(point.step, point.raw) for point in norms.points] == [(3, 0.0)]


def test_a_check_before_the_first_step_and_an_audit_have_their_places(tmp_path: Path) -> None:
    start = {"val_accuracy_start": 0.25, "val_accuracy_audited_start": 0.25, "num_val_tasks": 8}
    end = {"val_accuracy": 0.75, "val_accuracy_audited": 0.125, "num_val_tasks": 8}
    found = charts([read_run(make_run(tmp_path / "run", [line(1, **start), line(2, **end)]))])
    assert found.main is not None
    _, val, audited = found.main.series
    assert [(point.step, point.value) for point in val.points] == [(0, 0.25), (2, 0.75)]
    assert [(point.step, point.value) for point in audited.points] == [(0, 0.25), (2, 0.125)]
    assert (audited.points[1].low, audited.points[1].high) != (None, None)


def test_the_held_out_text_is_drawn_from_before_the_first_step_on(tmp_path: Path) -> None:
    start = {"held_out_loss_start": 2.5, "held_out_kl_start": 0.0}
    lines = [line(1, **start), line(2, held_out_loss=2.75, held_out_kl=0.125), line(3)]
    found = {chart.plan.key: chart for chart in charts([read_run(make_run(tmp_path / "run", lines))]).others}
    (loss,), (kl,) = found["held_out_loss"].series, found["held_out_kl"].series
    assert [(point.step, point.value) for point in loss.points] == [(0, 2.5), (2, 2.75)]
    assert [(point.step, point.value, point.low) for point in kl.points] == [(0, 0.0, None), (2, 0.125, None)]
    assert not {"held_out_loss", "held_out_kl"} & drawn(tmp_path / "without", line(1)).keys()


@pytest.mark.parametrize("is_checked_last", [False, True])
def test_the_held_out_text_is_drawn_to_after_the_last_step(tmp_path: Path, is_checked_last: bool) -> None:
    end = {"held_out_loss": 3.0, "held_out_kl": 0.5} if is_checked_last else {}
    lines = [line(1, held_out_loss_start=2.5, held_out_kl_start=0.0), line(2), line(3, **end)]
    folder = make_run(tmp_path / "run", lines)
    summary = json.loads((folder / "summary.json").read_text()) | {"held_out_loss_after": 3.0, "held_out_kl": 0.5}
    (folder / "summary.json").write_text(json.dumps(summary))
    found = {chart.plan.key: chart.series[0] for chart in charts([read_run(folder)]).others}
    assert [(point.step, point.value) for point in found["held_out_loss"].points] == [(0, 2.5), (3, 3.0)]
    assert [(point.step, point.value) for point in found["held_out_kl"].points] == [(0, 0.0), (3, 0.5)]
