"""Work is counted per thread, and only inside `limited`."""

import threading

import pytest

from rlvr.rewards.maths.effort import Exhausted, limited, spend
from rlvr.rewards.maths.truth import NeedsSymbolic


def test_work_is_counted_until_none_is_left() -> None:
    with limited(10):
        spend(6)
        spend(4)
        with pytest.raises(Exhausted):
            spend(1)
    assert issubclass(Exhausted, NeedsSymbolic)


def test_nothing_is_counted_outside_and_limits_nest() -> None:
    spend(10**9)
    with limited(5):
        with limited(100):
            spend(50)
        spend(5)
        with pytest.raises(Exhausted):
            spend(1)


def test_another_thread_has_its_own_count() -> None:
    spent: list[bool] = []

    def spend_much() -> None:
        spend(10**9)
        spent.append(True)

    with limited(1):
        thread = threading.Thread(target=spend_much)
        thread.start()
        thread.join(10)
    assert spent == [True]
