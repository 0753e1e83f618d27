"""A pool's callers in this process, and its life from the first worker to the last."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from pathlib import Path
from queue import Queue
from typing import Any

import pytest

from rlvr.sandbox import Budget, CallResult, DeadlinePool, Outcome, PoolClosedError, default_pool
from tests.sandbox.processes import callee, is_alive, wait_until_dead

FIRST = Budget(1.5, cpu_s=0.4)


@pytest.fixture(scope="module")
def pool() -> Iterator[DeadlinePool]:
    with DeadlinePool(2, memory_mb=256) as pool:
        yield pool


def _from_main(pool: DeadlinePool) -> CallResult:
    return pool.run(callee("hang"), budget=FIRST)


def _from_thread(pool: DeadlinePool) -> CallResult:
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(_from_main, pool).result()


def _from_asyncio(pool: DeadlinePool) -> CallResult:
    async def main() -> CallResult:
        hanging = asyncio.create_task(pool.run_async(callee("hang"), budget=FIRST))
        assert (await pool.run_async(callee("echo"), 1)).value == 1
        assert not hanging.done()
        return await hanging

    return asyncio.run(main())


@pytest.mark.parametrize("call", [_from_main, _from_thread, _from_asyncio])
def test_a_first_call_on_a_cold_pool_ends_in_time(call: Callable[[DeadlinePool], CallResult]) -> None:
    def attempt() -> float:
        started = time.monotonic()
        with DeadlinePool(2) as pool:
            assert call(pool).outcome in (Outcome.CPU_LIMIT, Outcome.UNFINISHED)
            return time.monotonic() - started

    assert any(attempt() < 1.5 for _ in range(3))  # a busy machine can make any one of them late


def test_asyncio_cancellation_is_safe() -> None:
    async def main(pool: DeadlinePool) -> CallResult:
        tasks = [asyncio.create_task(pool.run_async(callee("nap"), 0.2)) for _ in range(5)]
        await asyncio.sleep(0.1)
        for task in tasks:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(end, asyncio.CancelledError) for end in ends)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(pool.run_async(callee("nap"), 0.4), 0.05)
        return await pool.run_async(callee("echo"), "alive")

    with DeadlinePool(1) as pool:
        assert asyncio.run(main(pool)).value == "alive"


def test_a_callback_may_submit_and_may_not_wait(pool: DeadlinePool) -> None:
    seen = Queue[Any]()

    def callback(_: Future[CallResult]) -> None:
        seen.put(pool.submit(callee("echo"), "second"))
        try:
            pool.run(callee("echo"), "third")
        except RuntimeError as error:
            seen.put(str(error))

    pool.submit(callee("echo"), "first").add_done_callback(callback)
    assert seen.get(timeout=10).result(timeout=10).value == "second"
    assert "use submit()" in seen.get(timeout=10)


def test_a_failure_of_the_pool_itself_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OSError("no more")

    noticed = Queue[threading.ExceptHookArgs]()
    monkeypatch.setattr(threading, "excepthook", noticed.put)
    pool = DeadlinePool(1)
    pid = pool.run(callee("process_id")).value
    monkeypatch.setattr(pool._supervisor._crew, "look", fail)
    result = pool.run(callee("echo"), 1)
    assert (result.outcome, result.error) == (Outcome.NO_WORKER, "the pool's own thread failed: OSError: no more")
    assert not pool.is_open
    wait_until_dead(pid)
    assert noticed.get(timeout=10).exc_type is OSError


def test_many_threads_share_a_pool(pool: DeadlinePool) -> None:
    def caller(number: int) -> list[int]:
        return [pool.run(callee("echo"), number * 100 + index).value for index in range(20)]

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(caller, range(8))) == [[n * 100 + i for i in range(20)] for n in range(8)]


def test_submitted_calls_complete_in_any_number(pool: DeadlinePool) -> None:
    futures = [pool.submit(callee("echo"), index) for index in range(500)]
    done, _ = wait_for(futures, timeout=30)
    assert len(done) == 500
    assert [future.result().value for future in futures] == list(range(500))


def test_the_default_pool_is_one_and_comes_back() -> None:
    pool = default_pool()
    assert default_pool() is pool
    assert pool.num_workers == os.cpu_count()
    assert pool.run(callee("echo"), 1).value == 1
    pool.close()
    assert default_pool() is not pool
    assert default_pool().run(callee("echo"), 1).value == 1


def test_a_worker_killed_from_outside_is_replaced(pool: DeadlinePool) -> None:
    for _ in range(3):
        pid = pool.run(callee("process_id")).value
        os.kill(pid, signal.SIGKILL)
        assert pool.run(callee("echo"), 1).value == 1


def test_closing_ends_every_call_and_every_worker() -> None:
    pool = DeadlinePool(1)
    pid = pool.run(callee("process_id")).value
    futures = [pool.submit(callee("nap"), 30, budget=Budget(60.0)) for _ in range(3)]
    time.sleep(0.1)
    pool.close()
    assert {future.result(timeout=1).outcome for future in futures} == {Outcome.NO_WORKER}
    assert "the pool was closed" in futures[0].result().error
    assert not is_alive(pid)
    with pytest.raises(PoolClosedError, match="was closed"):
        pool.run(callee("echo"), 1)
    pool.close()


def test_a_pool_that_nobody_holds_ends_its_workers() -> None:
    pid = DeadlinePool(1).run(callee("process_id")).value
    wait_until_dead(pid)


def test_a_pool_that_was_never_used_starts_nothing() -> None:
    num_threads = threading.active_count()
    with DeadlinePool(3):
        assert threading.active_count() == num_threads


def test_no_worker_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/no/such/python")
    with DeadlinePool(2) as pool:
        result = pool.run(callee("echo"), 1)
        assert result.outcome is Outcome.NO_WORKER
        assert "/no/such/python" in result.error
        monkeypatch.undo()
        assert pool.run(callee("echo"), 1).value == 1


def test_a_worker_that_does_not_start_says_what_it_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho no python today >&2\nexit 9\n")
    python.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(python))
    with DeadlinePool(2) as pool:
        results = pool.run_many(callee("echo"), [(1,)] * 3)
    assert {result.outcome for result in results} == {Outcome.NO_WORKER}
    assert "exit status 9 no python today" in results[0].error


@pytest.mark.parametrize("options", [{"num_workers": 0}, {"memory_mb": 0}, {"load_deadline_s": 0}])
def test_options_are_positive(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="give a positive number"):
        DeadlinePool(**options)


def test_arguments_that_are_not_json_are_the_callers_error(pool: DeadlinePool) -> None:
    with pytest.raises(ValueError, match=r"the argument list of .*echo is not JSON"):
        pool.run(callee("echo"), {1})
    with pytest.raises(ValueError, match=r"call 1 of .*echo is not JSON"):
        pool.run_many(callee("echo"), [(1,), ({1},)])
