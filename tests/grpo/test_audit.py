"""A second judge on `val`: who may be one, what it judges, and what the run says of it."""

from pathlib import Path
from typing import Any

import pytest

from rlvr.envs.registry import make_taskset
from rlvr.grpo.audit import AuditError, audit_verdicts, open_audit, summarize
from rlvr.grpo.course import Course, Strand
from rlvr.grpo.recipe import RecipeError, load_recipe
from rlvr.grpo.rollout import Rollout
from rlvr.grpo.run_folder import RunFolderError
from rlvr.rewards.score import Score, Verdict
from tests.grpo.answers import run
from tests.grpo.runs import metrics
from tests.grpo.small import TASKS

VERDICTS = {"right": Verdict.CORRECT, "wrong": Verdict.WRONG, "none": Verdict.NO_ANSWER}


def said(task_id: str, response: str, verdict: Verdict = Verdict.CORRECT, *earlier: str) -> Rollout:
    """A rollout that its own verifier gave a verdict, whatever it said."""
    value = None if verdict is Verdict.UNSCORED else float(verdict is Verdict.CORRECT)
    turns = tuple(turn(one) for one in (*earlier, response))
    return Rollout(task_id, 0, "", turns, Score(value, verdict), 0, (1, 2), (False, True), (0.0, -1.0), ("stop",))


def turn(response: str) -> Any:
    from rlvr.envs.task import Turn

    return Turn(response, None)


def course(audit: str | None) -> Course:
    opened = None if audit is None else open_audit(audit, {})
    return Course(
        [Strand(make_taskset("ChainSum"), 1.0, 0, 0, opened), Strand(make_taskset("Countdown"), 1.0, 0, 0)], 0
    )


@pytest.mark.parametrize("audit", ["ChainSum", "ChainSum-v0", "numeric", "math", "rlvr.rewards.numeric:Numeric"])
def test_tasksets_and_verifiers_audit_by_name(audit: str) -> None:
    mixed = course(audit)
    task = mixed.strands[0].taskset.task("val", 0, 0)
    right = [f"<answer>{task.reference}</answer>", "<answer>0</answer>"]
    found = audit_verdicts(mixed, [said(task.id, response) for response in right])
    assert found == [Verdict.CORRECT, Verdict.WRONG]


def test_without_an_audit_a_taskset_is_believed() -> None:
    mixed = course("ChainSum")
    other = mixed.strands[1].taskset.task("val", 0, 0).id
    sums = mixed.strands[0].taskset.task("val", 0, 0).id
    rollouts = [said(other, "x"), said(sums, "x"), said(other, "x", Verdict.WRONG), said(sums, "x", Verdict.WRONG)]
    found = audit_verdicts(mixed, rollouts)
    assert [verdict is Verdict.CORRECT for verdict in found] == [True, False, False, False]
    assert summarize(rollouts, found).accuracy == 0.25


def test_a_game_is_replayed_by_a_taskset_and_ended_by_a_verifier() -> None:
    game = make_taskset(f"{TASKS}:Echo")
    rollout = said(game.task("val", 0, 0).id, "stop", Verdict.WRONG, "go on")
    for audit, verdict in ((f"{TASKS}:Echo", Verdict.CORRECT), ("exact", Verdict.UNSCORED)):
        played = Course([Strand(game, 1.0, 0, 0, open_audit(audit, {}))], 0)
        assert (audit_verdicts(played, [rollout])[0] is Verdict.CORRECT) == (verdict is Verdict.CORRECT)


def test_what_one_of_the_two_could_not_judge_is_left_out() -> None:
    rollouts = [said("", "", verdict) for verdict in (Verdict.CORRECT, Verdict.CORRECT, Verdict.UNSCORED)]
    found = summarize(rollouts, [Verdict.CORRECT, Verdict.UNSCORED, Verdict.UNSCORED])
    assert (found.accuracy, found.num_unscored) == (1.0, 1)
    assert summarize(rollouts[:1], [Verdict.UNSCORED]).accuracy is None


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("ChainSun", {}, r"task\.audit: no taskset 'ChainSun'.*did you mean"),
        ("numeric", {"slip": 1}, "numeric is a verifier, which takes no options"),
        ("ChainSum", {"slop": 1}, "has no option 'slop'"),
        ("GSM8K", {}, "task.audit: path: GSM8K needs its rows"),
        ("missing.py:Judge", {}, "missing.py"),
        ("rlvr.rewards.score:Score", {}, "not a subclass or object of rlvr.Verifier"),
    ],
)
def test_what_cannot_audit_is_refused_with_the_setting(name: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(AuditError, match=message):
        open_audit(name, options)


def test_options_without_an_audit_are_refused() -> None:
    with pytest.raises(RecipeError, match="audit_options are those of audit"):
        load_recipe(None, ["task.audit_options={slip = 0.1}"])
    mixture = "task.mixture=[{name = 'ChainSum', audit = 'numeric'}, {name = 'Countdown'}]"
    assert [strand.audit for strand in load_recipe(None, [mixture]).task.strands] == ["numeric", None]


def test_a_run_writes_what_its_audit_says_and_val_alone_is_audited(tmp_path: Path) -> None:
    """`Word` pays for a word; every response of the script has it, and one in two is right."""
    settings = (f"task.audit={TASKS}:Sums", f"task.name={TASKS}:Word", "grpo.num_steps=4", "run.num_val_tasks=16")
    heard = run(tmp_path / "run", lambda numbers, seed: seed % 2 == 0, *settings)
    lines = metrics(tmp_path / "run")
    assert [line["step"] for line in lines if "val_accuracy" in line] == [3]
    assert (lines[0]["val_accuracy_start"], lines[2]["val_accuracy"]) == (1.0, 1.0)
    assert 0 < lines[0]["val_accuracy_audited_start"] < 1
    assert 0 < lines[2]["val_accuracy_audited"] < 1
    assert {line["num_val_unaudited"] for line in (lines[0], lines[2])} == {0}
    assert "accuracy_audited" not in str((tmp_path / "run" / "eval_after.json").read_text())
    assert heard.steps[3]["alarms"] == []
    with pytest.raises(RunFolderError, match=r"task\.audit was .*, is None"):
        run(tmp_path / "run", lambda numbers, seed: True, *settings[1:])
