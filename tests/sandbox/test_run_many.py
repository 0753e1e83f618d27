"""Lists of calls on real workers: whatever one of them does, the others keep their results."""

import os
import random
import time
from collections.abc import Iterator
from typing import Any

import pytest

from rlvr.sandbox import Budget, CallResult, DeadlinePool, Outcome, PoolClosedError, Target
from tests.sandbox.callees import PATH

ACT = Target.function(f"{PATH}:act")
LITTLE = Budget(0.5, cpu_s=0.1)
LITTLE_CPU = Budget(20.0, cpu_s=0.1)  # a busy machine may take long to grant it


@pytest.fixture(scope="module")
def pool() -> Iterator[DeadlinePool]:
    with DeadlinePool(2, memory_mb=256) as pool:
        pool.run_many(ACT, [("echo", index) for index in range(5000)])  # from here on chunks are long
        yield pool


def _echoes(count: int) -> list[tuple[str, Any]]:
    return [("echo", index) for index in range(count)]


def test_results_come_in_order(pool: DeadlinePool) -> None:
    results = pool.run_many(ACT, _echoes(20_000))
    assert [result.value for result in results] == list(range(20_000))
    assert pool.run_many(ACT, []) == []


def test_calls_are_read_as_they_proceed(pool: DeadlinePool) -> None:
    seen = 0
    lead = 0

    def source() -> Iterator[tuple[str, int]]:
        for index in range(30_000):
            nonlocal lead
            lead = max(lead, index - seen)
            yield "echo", index

    def count(index: int, result: CallResult) -> None:
        nonlocal seen
        seen += 1

    assert len(pool.run_many(ACT, source(), on_result=count)) == 30_000
    assert lead < 10_000


def test_every_result_is_reported_once(pool: DeadlinePool) -> None:
    reported: dict[int, Any] = {}

    def report(index: int, result: CallResult) -> None:
        assert index not in reported
        reported[index] = result.value

    calls = [*_echoes(300), ("leave", 1), *_echoes(300)]
    pool.run_many(ACT, calls, on_result=report)
    assert len(reported) == 601


def test_an_error_in_the_callback_reaches_the_caller_and_frees_the_pool(pool: DeadlinePool) -> None:
    def report(index: int, result: CallResult) -> None:
        raise LookupError(index)

    with pytest.raises(LookupError):
        pool.run_many(ACT, [("nap", 0.05)] * 200, on_result=report)
    started = time.monotonic()
    assert pool.run(ACT, "echo", 1).value == 1
    assert time.monotonic() - started < 2


def test_one_hanging_call_among_a_thousand_costs_its_deadline_only(pool: DeadlinePool) -> None:
    calls = _echoes(1000)
    calls[500] = ("hang", None)

    def attempt() -> float:
        started = time.monotonic()
        results = pool.run_many(ACT, calls, Budget(20.0, cpu_s=0.4))
        assert results.pop(500).outcome is Outcome.CPU_LIMIT
        assert [result.value for result in results] == [value for kind, value in calls if kind == "echo"]
        return time.monotonic() - started

    assert any(attempt() < 1.0 for _ in range(3))  # a busy machine can make any one of them late


def test_the_innocent_of_a_chunk_keep_their_results(pool: DeadlinePool) -> None:
    guilty = {
        "hang": Outcome.CPU_LIMIT,
        "nap": Outcome.UNFINISHED,
        "leave": Outcome.DIED,
        "hog": Outcome.MEMORY_LIMIT,
        "fail": Outcome.RAISED,
    }
    calls = [*_echoes(400), *[(kind, 999) for kind in guilty for _ in range(2)]]
    random.Random(5).shuffle(calls)
    results = pool.run_many(ACT, calls, LITTLE)
    for (kind, value), result in zip(calls, results, strict=True):
        assert result.outcome is guilty.get(kind, Outcome.OK), (kind, result)
        assert kind != "echo" or result.value == value


def test_only_hanging_calls(pool: DeadlinePool) -> None:
    results = pool.run_many(ACT, [("hang", None)] * 6, LITTLE_CPU)
    assert [result.outcome for result in results] == [Outcome.CPU_LIMIT] * 6


def test_a_single_call_does_not_wait_for_a_long_list(pool: DeadlinePool) -> None:
    def report(index: int, result: CallResult) -> None:
        if index == 5:
            started = time.monotonic()
            assert pool.run(ACT, "echo", "now").value == "now"
            waits.append(time.monotonic() - started)

    waits: list[float] = []
    pool.run_many(ACT, [("nap", 0.02)] * 150, on_result=report)
    assert waits[0] < 0.75  # the list takes 1.5 s on two workers


def test_large_arguments_and_results_cross(pool: DeadlinePool) -> None:
    texts = [chr(ord("a") + index) * 5_000_000 for index in range(6)]
    results = pool.run_many(ACT, [("echo", text) for text in texts], Budget(10.0))
    assert [result.value for result in results] == texts


def test_closing_during_a_list_ends_it() -> None:
    pool = DeadlinePool(1)
    results = pool.run_many(ACT, [("nap", 0.05)] * 100, on_result=lambda index, _: pool.close() if index == 2 else None)
    outcomes = [result.outcome for result in results]
    assert outcomes[:3] == [Outcome.OK] * 3
    assert set(outcomes[4:]) == {Outcome.NO_WORKER}
    with pytest.raises(PoolClosedError):
        pool.run_many(ACT, [])


def test_workers_share_the_work(pool: DeadlinePool) -> None:
    target = Target.function(f"{PATH}:process_id")
    pids = {result.value for result in pool.run_many(target, [()] * 4000)}
    assert len(pids) == 2
    assert os.getpid() not in pids
