import pickle

import numpy as np
import pytest
from gymnasium.spaces import Discrete, Text
from hypothesis import given
from hypothesis import strategies as st

from rlvr.envs.spaces import MAX_SAMPLE, AnyText


@given(st.text())
def test_every_text_is_contained(text: str) -> None:
    assert text in AnyText()


def test_long_texts_and_lone_surrogates_are_contained_and_other_things_are_not() -> None:
    assert "a" * 1_000_000 in AnyText()
    assert "\ud800" in AnyText()
    for other in (b"a", 1, None, ["a"], np.array(["a"])):
        assert other not in AnyText()


def test_samples_come_from_its_own_seed() -> None:
    first, second = AnyText(seed=3), AnyText(seed=3)
    samples = [first.sample() for _ in range(50)]
    assert samples == [second.sample() for _ in range(50)]
    assert all(sample in first and len(sample) <= MAX_SAMPLE for sample in samples)
    assert "" in [first.sample() for _ in range(500)]
    first.seed(3)
    assert first.sample() == samples[0]
    with pytest.raises(ValueError, match="neither mask"):
        first.sample(mask=np.ones(3))


def test_it_equals_its_kind_and_pickles() -> None:
    space = AnyText(seed=1)
    copy = pickle.loads(pickle.dumps(space))
    assert copy == space == AnyText()
    assert hash(copy) == hash(space)
    assert copy.sample() == space.sample()
    assert space != Text(5)
    assert space != Discrete(2)
    assert repr(space) == "AnyText()"
    assert not space.is_np_flattenable
    assert space.from_jsonable(space.to_jsonable(["a", "ü"])) == ["a", "ü"]
