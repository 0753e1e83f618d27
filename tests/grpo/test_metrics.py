import json
from typing import Any

import pytest

from rlvr.grpo.alarms import ALARMS
from rlvr.grpo.algorithms.table import ALGORITHMS
from rlvr.grpo.checkpoint import TrainState
from rlvr.grpo.credited import credit
from rlvr.grpo.group import Group, make_groups
from rlvr.grpo.learner import UpdateReport
from rlvr.grpo.metrics import scalars, step_metrics
from rlvr.grpo.sampled import Place
from rlvr.grpo.standing import Standing
from rlvr.grpo.sync import SyncGap
from rlvr.rewards.score import Score, Verdict
from tests.grpo.small import course_of, made_rollout, small_config

REPORT = UpdateReport(0.5, 2.0, 0.1, 0.0, None, 1.5, SyncGap(1e-6, 1e-7), 1)
STATE = TrainState(6, 12, 0, 0, 0.0, Standing({"ChainSum": 0}))
RIGHT = Score(1.0, Verdict.CORRECT, parts={"correct": 1.0, "format": 0.0})
WRONG = Score(0.0, Verdict.WRONG, parts={"correct": 0.0, "format": 1.0})
LOST = Score(None, Verdict.UNSCORED, "lost", parts={"correct": None})


def metrics(*scores: Score, num_replaced: int = 0) -> dict[str, Any]:
    """A line of groups of two, the first of which were replaced by the one after them."""
    rollouts = [
        made_rollout([1], range(size + 1), score, index=size, finish="length" if size else "stop")
        for size, score in enumerate(scores)
    ]
    groups = make_groups(rollouts, small_config("grpo.group_size=2"))
    kept = groups[num_replaced:]
    places = [Place(kept[0], tuple(groups[:num_replaced])), *map(Place, kept[1:])]
    credited = credit(kept, ALGORITHMS["grpo"], course_of("ChainSum"))
    return step_metrics(7, places, credited, REPORT, 3e-4, STATE, small_config().grpo)


def test_the_numbers_of_a_step() -> None:
    line = metrics(RIGHT, WRONG, LOST, WRONG)
    assert (line["step"], line["policy_version"], line["lr"]) == (7, 12, 3e-4)
    assert line["reward"] == line["accuracy"] == pytest.approx(1 / 3)
    assert line["verdicts"] == {"CORRECT": 1, "PARTIAL": 0, "WRONG": 2, "NO_ANSWER": 0, "LIMIT": 0, "UNSCORED": 1}
    assert line["parts"] == pytest.approx({"correct": 1 / 3, "format": 2 / 3})
    assert (line["num_groups"], line["num_groups_with_signal"]) == (2, 1)
    assert (line["no_signal"], line["warning"]) == ({"all unscored but one": 1}, None)
    assert (line["num_tokens"], line["mean_tokens"], line["truncated"]) == (10, 2.5, 0.75)
    assert (line["unscored"], line["tokens"]) == (0.25, {"p10": 1, "p50": 2, "p90": 4, "max": 4})
    assert (line["top_answer"], line["top_answer_share"], line["repetition"]) == (None, 0.0, 0.0)
    assert line["advantage_std"] == pytest.approx((1 / 3) ** 0.5), "1/sqrt(2), -1/sqrt(2), and a 0 without company"
    assert (line["loss"], line["grad_norm"], line["max_sync_gap"]) == (0.5, 2.0, 1e-6)


def test_what_was_replaced_counts_in_the_reward_but_not_among_the_groups() -> None:
    line = metrics(RIGHT, RIGHT, RIGHT, WRONG, num_replaced=1)
    assert (line["num_groups"], line["num_groups_replaced"], line["num_groups_with_signal"]) == (1, 1, 1)
    assert (line["accuracy"], line["no_signal"]) == (0.75, {})


def test_a_step_in_which_nothing_could_be_scored() -> None:
    line = metrics(LOST, LOST)
    assert (line["reward"], line["accuracy"], line["parts"]) == (None, None, {})
    assert (line["unscored"], line["advantage_std"]) == (1.0, None)
    assert line["warning"] == "no learning signal in 1 groups: 1 all unscored"


def test_the_keys_are_always_the_same_and_json() -> None:
    keys = metrics(RIGHT, WRONG).keys()
    assert metrics(LOST, LOST).keys() == metrics(WRONG, WRONG).keys() == keys
    assert "timing" not in keys
    assert json.loads(json.dumps(metrics(RIGHT, LOST), allow_nan=False)) == metrics(RIGHT, LOST)


def test_scalars_are_the_numbers_under_dotted_names() -> None:
    found = scalars({"step": 3, "loss": 0.5, "warning": "x", "kl": None, "verdicts": {"WRONG": 2, "deep": {"a": 1}}})
    assert found == {"loss": 0.5, "verdicts.WRONG": 2.0, "verdicts.deep.a": 1.0}


def test_a_penalty_in_the_reward_tells_the_kl_too() -> None:
    """0.1 * 3 nats taken from each of two rollouts of two tokens, and dealt out anew."""
    pair = (made_rollout([1], [2, 3], RIGHT), made_rollout([1], [2, 3], WRONG))
    grpo = small_config("grpo.kl_coef=0.1", "grpo.kl_in=reward").grpo
    credited = credit([Group(pair, (-0.3, 0.7))], ALGORITHMS["grpo"], course_of("ChainSum"))
    line = step_metrics(7, [Place(Group(pair, (1.0, 0.0)))], credited, REPORT, 3e-4, STATE, grpo)
    assert line["kl"] == pytest.approx(1.5)


def test_alarms_are_curves_too() -> None:
    found = scalars({"step": 3, "alarms": [{"name": "kl", "message": "far"}]})
    assert found == {f"alarms.{name}": float(name == "kl") for name in ALARMS}
