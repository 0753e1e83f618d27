import pickle
from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.envs.task import Reply, Task, Turn, as_json
from rlvr.rewards.score import Score

TASK = Task("ChainSum-v0/val/3/42", "Compute 1+2.", {"a": [1, 2]}, {"b": None})
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def test_a_task_is_frozen_hashable_and_knows_its_place() -> None:
    with pytest.raises(FrozenInstanceError):
        TASK.prompt = "other"  # type: ignore[misc]
    assert (TASK.split, TASK.level, TASK.index) == ("val", 3, 42)
    assert len({TASK, pickle.loads(pickle.dumps(TASK))}) == 1


def test_records_survive_json() -> None:
    turn = Turn("r", None, "o")
    assert Task.from_json(TASK.to_json()) == TASK
    assert Turn.from_json(turn.to_json()) == turn
    assert Reply.from_json(Reply("o").to_json()) == Reply("o")
    assert Reply.from_json(Reply("o", score=True).to_json()) == Reply("o", Score.correct())


@given(VALUES)
def test_as_json_is_idempotent_and_has_no_tuples(value: Any) -> None:
    once = as_json(value, "x")
    assert as_json(once, "x") == once
    assert "(" not in repr(once) or isinstance(value, str) or "(" in str(value)


@pytest.mark.parametrize("value", [{1, 2}, {1: "a"}, object(), [b"x"], {"a": {"b": 1j}}])
def test_as_json_names_what_has_no_json_form(value: Any) -> None:
    with pytest.raises(ValueError, match="the reference must be made of"):
        as_json(value, "the reference")
