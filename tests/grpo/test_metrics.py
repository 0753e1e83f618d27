import json

import pytest

from rlvr.grpo.group import make_groups
from rlvr.grpo.learner import UpdateReport
from rlvr.grpo.metrics import scalars, step_metrics
from rlvr.grpo.sync import SyncGap
from rlvr.rewards.score import Score, Verdict
from tests.grpo.small import made_rollout

REPORT = UpdateReport(0.5, 2.0, 0.1, None, 1.5, SyncGap(1e-6, 1e-7), 1)
RIGHT = Score(1.0, Verdict.CORRECT, parts={"correct": 1.0, "format": 0.0})
WRONG = Score(0.0, Verdict.WRONG, parts={"correct": 0.0, "format": 1.0})
LOST = Score(None, Verdict.UNSCORED, "lost", parts={"correct": None})


def metrics(*scores: Score) -> dict[str, object]:
    rollouts = [
        made_rollout([1], range(size + 1), score, index=size, finish="length" if size else "stop")
        for size, score in enumerate(scores)
    ]
    return step_metrics(7, make_groups(rollouts, 2), REPORT, 3e-4, 12)


def test_the_numbers_of_a_step() -> None:
    line = metrics(RIGHT, WRONG, LOST, WRONG)
    assert (line["step"], line["policy_version"], line["lr"]) == (7, 12, 3e-4)
    assert line["reward"] == line["accuracy"] == pytest.approx(1 / 3)
    assert line["verdicts"] == {"CORRECT": 1, "PARTIAL": 0, "WRONG": 2, "NO_ANSWER": 0, "LIMIT": 0, "UNSCORED": 1}
    assert line["parts"] == pytest.approx({"correct": 1 / 3, "format": 2 / 3})
    assert (line["num_groups"], line["num_groups_with_signal"]) == (2, 1)
    assert (line["no_signal"], line["warning"]) == ({"all unscored but one": 1}, None)
    assert (line["num_tokens"], line["mean_tokens"], line["truncated"]) == (10, 2.5, 0.75)
    assert (line["loss"], line["grad_norm"], line["max_sync_gap"]) == (0.5, 2.0, 1e-6)


def test_a_step_in_which_nothing_could_be_scored() -> None:
    line = metrics(LOST, LOST)
    assert (line["reward"], line["accuracy"], line["parts"]) == (None, None, {})
    assert line["warning"] == "no learning signal in 1 groups: 1 all unscored"


def test_the_keys_are_always_the_same_and_json() -> None:
    keys = metrics(RIGHT, WRONG).keys()
    assert metrics(LOST, LOST).keys() == metrics(WRONG, WRONG).keys() == keys
    assert "timing" not in keys
    assert json.loads(json.dumps(metrics(RIGHT, LOST), allow_nan=False)) == metrics(RIGHT, LOST)


def test_scalars_are_the_numbers_under_dotted_names() -> None:
    found = scalars({"step": 3, "loss": 0.5, "warning": "x", "kl": None, "verdicts": {"WRONG": 2, "deep": {"a": 1}}})
    assert found == {"loss": 0.5, "verdicts.WRONG": 2.0, "verdicts.deep.a": 1.0}
