"""Single calls on real workers: every way a call can end, from every kind of caller inside this process."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from pathlib import Path
from typing import Any

import pytest

from rlvr.sandbox import Budget, CallResult, DeadlinePool, Outcome, PoolClosedError, Target, default_pool, in_worker
from rlvr.sandbox.loading import load_object
from tests.sandbox.callees import PATH, Adder

SHORT = Budget(0.3)
LITTLE_CPU = Budget(20.0, cpu_s=0.15)  # a busy machine may take long to grant it
FIRST = Budget(1.5, cpu_s=0.4)


def callee(name: str) -> Target:
    return Target.function(f"{PATH}:{name}")


@pytest.fixture(scope="module")
def pool() -> Iterator[DeadlinePool]:
    with DeadlinePool(2, memory_mb=256) as pool:
        yield pool


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _wait_until_dead(pid: int) -> None:
    deadline = time.monotonic() + 10
    while _is_alive(pid):
        assert time.monotonic() < deadline, f"process {pid} is alive"
        time.sleep(0.01)


# How calls end


def test_a_value_comes_back(pool: DeadlinePool) -> None:
    result = pool.run(Target.function("math:factorial"), 10)
    assert (result.outcome, result.value, result.error) == (Outcome.OK, 3628800, "")
    assert result.is_ok


def test_a_method_is_called_on_a_copy(pool: DeadlinePool) -> None:
    assert pool.run(Target.method(Adder(5), "add"), 2).value == 7
    assert pool.run(Target.method(load_object(f"{PATH}:Adder")(6), "add"), 2).value == 8


@pytest.mark.parametrize("value", [None, True, -1.5, "\ud800 \udfff \0", {"a": [1, {"b": None}]}, 10**400, "x" * 10**6])
def test_values_cross_both_ways(value: Any, pool: DeadlinePool) -> None:
    assert pool.run(callee("echo"), value).value == value


def test_the_callee_knows_where_it_is(pool: DeadlinePool) -> None:
    assert pool.run(callee("is_worker")).value is True
    assert not in_worker()
    assert pool.run(callee("process_id")).value != os.getpid()


@pytest.mark.parametrize("name", ["hang", "big_integer"])
def test_cpu_time_is_limited(name: str, pool: DeadlinePool) -> None:
    result = pool.run(callee(name), budget=LITTLE_CPU)
    assert result.outcome is Outcome.CPU_LIMIT
    assert result.cpu_s >= 0.15
    assert "of CPU time; the budget is 0.15 s" in result.error


def test_wall_time_is_limited_and_counts_twice(pool: DeadlinePool) -> None:
    started = time.monotonic()
    result = pool.run(callee("nap"), 60, budget=SHORT)
    assert result.outcome is Outcome.UNFINISHED
    assert 0.6 <= time.monotonic() - started < 3
    assert "twice" in result.error


def test_a_nap_within_the_deadline_is_fine(pool: DeadlinePool) -> None:
    assert pool.run(callee("nap"), 0.2, budget=Budget(5.0, cpu_s=0.1)).value == "awake"


def test_a_stopped_worker_is_a_wall_deadline() -> None:
    with DeadlinePool(1) as pool:
        pid = pool.run(callee("process_id")).value
        os.kill(pid, signal.SIGSTOP)
        assert pool.run(callee("process_id"), budget=SHORT).value != pid
        assert not _is_alive(pid)


def test_memory_is_limited(pool: DeadlinePool) -> None:
    assert pool.run(callee("hog"), 100).value == 100 * 2**20
    result = pool.run(callee("hog"), 400)
    assert result.outcome is Outcome.MEMORY_LIMIT
    assert "256 MiB" in result.error
    assert pool.run(callee("fail_as"), "memory").outcome is Outcome.MEMORY_LIMIT


def test_what_earlier_calls_kept_is_not_charged_to_a_later_one() -> None:
    with DeadlinePool(1, memory_mb=256) as pool:
        assert pool.run(callee("keep"), 200).value == 200
        assert pool.run(callee("keep"), 150).value == 150
        assert pool.run(callee("keep"), 300).outcome is Outcome.MEMORY_LIMIT


@pytest.mark.parametrize(("name", "args", "how"), [("leave", [3], "exit status 3"), ("kill_itself", [], "SIGSEGV")])
def test_a_worker_that_dies_twice(name: str, args: list[int], how: str, pool: DeadlinePool) -> None:
    result = pool.run(callee(name), *args)
    assert result.outcome is Outcome.DIED
    assert how in result.error


def test_a_worker_that_dies_once_is_forgiven(pool: DeadlinePool, tmp_path: Path) -> None:
    assert pool.run(callee("crash_once"), str(tmp_path / "marker")).value == "second time"


def test_a_worker_that_leaves_a_child_behind_is_seen_to_die(pool: DeadlinePool) -> None:
    assert pool.run(callee("fork_and_leave"), budget=Budget(20.0)).outcome is Outcome.DIED


def test_an_exception_comes_back_exactly(pool: DeadlinePool) -> None:
    result = pool.run(callee("fail"), "bad \ud800 input")
    assert result.outcome is Outcome.RAISED
    assert result.error.endswith(".OddError: bad \ud800 input")
    assert result.traceback.startswith("Traceback (most recent call last):")
    assert "raise OddError(text)" in result.traceback
    assert "worker.py" not in result.traceback
    assert pool.run(Target.function("builtins:int"), "x").error == (
        "ValueError: invalid literal for int() with base 10: 'x'"
    )


@pytest.mark.parametrize(
    ("name", "args", "error"),
    [
        ("fail_as", ["exit"], "SystemExit: 7"),
        ("fail_as", ["interrupt"], "KeyboardInterrupt: stop"),
        ("fail_without_text", [], "Unspeakable: (its text cannot be made)"),
        ("echo", [], "TypeError: echo() missing 1 required positional argument: 'value'"),
        ("give_set", [], "the result is not JSON: Object of type set is not JSON serializable"),
        ("give_text", [65 * 2**20], "the limit is 67,108,864"),
        ("listen", [], "EOFError: EOF when reading a line"),
    ],
)
def test_what_raises_is_answered(name: str, args: list[Any], error: str, pool: DeadlinePool) -> None:
    result = pool.run(callee(name), *args, budget=Budget(10.0))
    assert result.outcome is Outcome.RAISED
    assert error in result.error


def test_output_does_not_reach_the_channel(pool: DeadlinePool, capfd: pytest.CaptureFixture[str]) -> None:
    assert pool.run(callee("talk")).value == "said"
    assert capfd.readouterr() == ("", "")


def test_a_forked_copy_of_the_callee_does_not_answer(pool: DeadlinePool) -> None:
    assert [pool.run(callee("fork_and_return")).value for _ in range(3)] == ["parent"] * 3


def test_children_of_a_call_die_with_it(pool: DeadlinePool, tmp_path: Path) -> None:
    marker = tmp_path / "pid"
    assert pool.run(callee("start_child"), str(marker), budget=LITTLE_CPU).outcome is Outcome.CPU_LIMIT
    _wait_until_dead(int(marker.read_text()))


def test_a_thread_that_a_call_left_behind_is_not_charged_to_others() -> None:
    with DeadlinePool(1) as pool:
        pid = pool.run(callee("process_id")).value
        results = pool.run_many(callee("act"), [("spin", None), *[("nap", 0.3)] * 3], LITTLE_CPU)
        assert [result.value for result in results] == ["left", "awake", "awake", "awake"]
        assert pool.run(callee("spin_in_thread")).is_ok
        _wait_until_dead(pid)
        assert pool.run(callee("process_id")).is_ok


# Loading


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("math:no_such", "NameMissingError: math has no 'no_such'"),
        ("no_such_module:x", "there is no module 'no_such_module'"),
        ("math:pi", "TypeError: math:pi is not callable"),
    ],
)
def test_a_target_that_cannot_be_loaded_says_why(path: str, error: str, pool: DeadlinePool) -> None:
    results = pool.run_many(Target.function(path), [(1,)] * 20)
    assert {result.outcome for result in results} == {Outcome.RAISED}
    assert all(result.error.startswith(f"{path} cannot be loaded: ") and error in result.error for result in results)


def test_loading_does_not_count_against_the_call(pool: DeadlinePool, tmp_path: Path) -> None:
    file = tmp_path / "slow.py"
    file.write_text("import time; time.sleep(0.5); block = bytes(300 * 2**20)\ndef f(): return len(block)\n")
    assert pool.run(Target.function(f"{file}:f"), budget=Budget(0.2)).value == 300 * 2**20


def test_a_target_that_loads_for_ever_is_given_up(tmp_path: Path) -> None:
    file = tmp_path / "endless.py"
    file.write_text("while True: pass\n")
    with DeadlinePool(2, load_deadline_s=0.3) as pool:
        results = pool.run_many(Target.function(f"{file}:f"), [()] * 50)
        assert {result.outcome for result in results} == {Outcome.NO_WORKER}
        assert "was not loaded within 0.3 s" in results[0].error
        assert pool.run(callee("echo"), 1).value == 1


def test_a_target_whose_loading_ends_the_worker_is_given_up(pool: DeadlinePool, tmp_path: Path) -> None:
    file = tmp_path / "deadly.py"
    file.write_text("import os; os._exit(4)\n")
    results = pool.run_many(Target.function(f"{file}:f"), [()] * 5)
    assert {result.outcome for result in results} == {Outcome.NO_WORKER}
    assert "2 times (exit status 4)" in results[0].error


def test_many_targets_make_room_for_each_other(pool: DeadlinePool) -> None:
    for _ in range(2):
        assert [pool.run(Target.method(Adder(n), "add"), 1).value for n in range(40)] == list(range(1, 41))


# Callers


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


# The pool's own life


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
    assert not _is_alive(pid)
    with pytest.raises(PoolClosedError, match="was closed"):
        pool.run(callee("echo"), 1)
    pool.close()


def test_a_pool_that_nobody_holds_ends_its_workers() -> None:
    pid = DeadlinePool(1).run(callee("process_id")).value
    _wait_until_dead(pid)


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
