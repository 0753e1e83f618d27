import math
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.rewards.rubric import Rubric
from rlvr.rewards.score import Score, Verdict

unit = st.floats(0, 1)


def test_the_value_is_the_weighted_mean_and_the_verdict_that_of_correct() -> None:
    rubric = Rubric(correct=1.0, format=0.1)
    right = rubric.combine(Score.correct("equal", "5"), {"format": 0.0})
    assert right.value == pytest.approx(1 / 1.1)
    assert (right.verdict, right.reason, right.answer) == (Verdict.CORRECT, "equal", "5")
    wrong = rubric.combine(Score.wrong(), {"format": 1.0})
    assert wrong.value == pytest.approx(0.1 / 1.1)
    assert wrong.verdict is Verdict.WRONG
    assert wrong.parts == {"correct": 0.0, "format": 1.0}


@pytest.mark.parametrize("score", [Score.wrong(), Score.no_answer(), Score.limit()])
def test_what_is_not_right_is_worth_nothing_by_itself(score: Score) -> None:
    combined = Rubric().combine(score)
    assert (combined.value, combined.verdict, combined.parts) == (0.0, score.verdict, {"correct": 0.0})


def test_a_perfect_response_is_worth_exactly_one() -> None:
    rubric = Rubric(correct=0.7, format=0.1, steps=0.3)
    assert rubric.combine(Score.correct(), {"format": 1.0, "steps": 1.0}).value == 1.0


def test_parts_keep_their_raw_values_and_those_without_a_weight_count_nothing() -> None:
    combined = Rubric(correct=1.0, length=0.0).combine(Score.correct(), {"length": 0.3, "other": 0.2, "broken": None})
    assert combined.value == 1.0
    assert combined.parts == {"correct": 1.0, "length": 0.3, "other": 0.2, "broken": None}


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"steps": None}, "unscored"),
        ({}, "no such part"),
        ({"steps": 1.5}, "must lie"),
        ({"steps": math.nan}, "must lie"),
    ],
)
def test_a_weighted_part_that_we_failed_to_measure_leaves_no_score(parts: dict[str, float | None], reason: str) -> None:
    combined = Rubric(correct=1.0, steps=0.5).combine(Score.correct(answer="5"), parts)
    assert (combined.value, combined.verdict, combined.answer) == (None, Verdict.UNSCORED, "5")
    assert "'steps'" in combined.reason
    assert reason in combined.reason


def test_an_unscored_verdict_stays_unscored() -> None:
    combined = Rubric(correct=1.0, format=0.1).combine(Score.unscored("no worker"), {"format": 1.0})
    assert (combined.value, combined.reason) == (None, "no worker")
    assert combined.parts == {"correct": None, "format": 1.0}


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"format": 0.21}, "at most 0.2"),
        ({"correct": 0.0}, "greater than 0"),
        ({"correct": -1.0}, "'correct'"),
        ({"steps": math.nan}, "'steps'"),
        ({"steps": math.inf}, "'steps'"),
        ({"steps": True}, "'steps'"),
        ({"steps": "1"}, "'steps'"),
    ],
)
def test_weights_that_teach_the_wrong_thing_are_refused(weights: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Rubric(**weights)


@pytest.mark.parametrize("correct", [1.0, 0.5, 0.7, 3.0, 1e-3])
def test_a_fifth_of_being_right_is_the_most_that_format_may_be(correct: float) -> None:
    assert Rubric(correct=correct, format=0.2 * correct)["format"] == 0.2 * correct


def test_a_rubric_is_an_immutable_mapping() -> None:
    rubric = Rubric(correct=1.0, format=0.1, steps=0.5)
    assert dict(rubric) == {"correct": 1.0, "format": 0.1, "steps": 0.5}
    assert pickle.loads(pickle.dumps(rubric)) == rubric == Rubric(**rubric)
    assert hash(rubric) == hash(Rubric(**rubric))
    assert repr(Rubric()) == "Rubric(correct=1.0)"
    with pytest.raises(AttributeError, match="immutable"):
        rubric.correct = 2.0


@given(unit, unit, unit, st.floats(0.01, 10), st.floats(0, 10))
def test_no_response_that_is_wrong_beats_its_right_twin(
    format_part: float, other_format: float, steps: float, correct: float, weight: float
) -> None:
    rubric = Rubric(correct=correct, format=0.2 * correct, steps=weight)
    right = rubric.combine(Score.correct(), {"format": format_part, "steps": steps}).value
    wrong = rubric.combine(Score.wrong(), {"format": other_format, "steps": steps}).value
    assert right is not None
    assert wrong is not None
    assert 0 <= wrong < right <= 1
