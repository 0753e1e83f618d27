import dataclasses
import json
import math
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.rewards.score import SHOWN_CHARS, Score, Verdict, as_score, shown

EVERY_KIND = [
    Score.correct("equal", "5"),
    Score.partial(0.25, "a quarter"),
    Score.wrong("different", "6"),
    Score.no_answer("no tag"),
    Score.limit("too slow", "9**9"),
    Score.unscored("no worker"),
    Score(0.5, Verdict.WRONG, "by a rubric", {"correct": 0.0, "format": 1.0, "steps": None}, "\ud800\x00"),
]


def test_the_constructors_give_the_designs_values() -> None:
    assert [score.value for score in EVERY_KIND[:6]] == [1.0, 0.25, 0.0, 0.0, 0.0, None]
    assert [score.verdict.value for score in EVERY_KIND[:6]] == list(Verdict.__members__)


@pytest.mark.parametrize("score", EVERY_KIND)
def test_a_score_survives_json_and_pickle(score: Score) -> None:
    assert Score.from_json(json.loads(json.dumps(score.to_json()))) == score
    assert pickle.loads(pickle.dumps(score)) == score
    assert isinstance(hash(score), int)


def test_a_verdict_may_be_named_and_a_value_whole() -> None:
    score = Score(1, "CORRECT")  # type: ignore[arg-type]
    assert score.verdict is Verdict.CORRECT
    assert json.dumps(score.value) == "1.0"
    with pytest.raises(ValueError, match="RIGHT"):
        Score(1.0, "RIGHT")  # type: ignore[arg-type]


def test_a_score_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Score.correct().value = 0.5  # type: ignore[misc]


@pytest.mark.parametrize("value", [-0.01, 1.01, math.nan, math.inf])
def test_a_value_outside_the_unit_interval_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        Score(value, Verdict.PARTIAL)
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        as_score(value)


@pytest.mark.parametrize(("value", "verdict"), [(None, Verdict.WRONG), (0.0, Verdict.UNSCORED)])
def test_only_unscored_has_no_value(value: float | None, verdict: Verdict) -> None:
    with pytest.raises(ValueError, match="UNSCORED"):
        Score(value, verdict)


@pytest.mark.parametrize(
    "data", [{}, {"value": 1.0}, {"value": 1.0, "verdict": "RIGHT"}, {"value": 2, "verdict": "WRONG"}]
)
def test_json_that_is_no_score_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"score|Verdict"):
        Score.from_json(data)


def test_what_a_check_returns_becomes_a_score() -> None:
    assert as_score(result=True) == Score.correct()
    assert as_score(result=False) == Score.wrong()
    assert as_score(EVERY_KIND[6]) is EVERY_KIND[6]
    assert as_score(0.5) == Score(0.5, Verdict.PARTIAL)
    assert as_score(1) == Score.correct()
    assert as_score(0.0) == Score.wrong()
    assert as_score(np.float32(0.5)) == Score(0.5, Verdict.PARTIAL)
    assert as_score(np.bool_(True)) == Score.correct()


@pytest.mark.parametrize("result", [None, "1", [1.0], 2, -1, 10**400, object()])
def test_what_is_no_score_is_refused_by_its_value(result: object) -> None:
    with pytest.raises(ValueError, match="expected a Score"):
        as_score(result)


def test_a_forgotten_return_is_named() -> None:
    with pytest.raises(ValueError, match="forget to return"):
        as_score(None)


def test_an_answer_is_recorded_once() -> None:
    assert Score.correct().with_answer("5").answer == "5"
    assert Score.correct(answer="5").with_answer("6").answer == "5"


@given(st.text(st.characters(), max_size=2 * SHOWN_CHARS) | st.just("\ud800\n\x00" * 50))
def test_what_a_reason_quotes_is_short_ascii_on_one_line(text: str) -> None:
    quoted = shown(text)
    assert quoted.isascii()
    assert quoted.isprintable()
    assert len(quoted) < 10 * SHOWN_CHARS + 40
