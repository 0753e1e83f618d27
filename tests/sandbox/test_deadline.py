"""Every way a single call can end, on real workers."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rlvr.sandbox import Budget, DeadlinePool, Outcome, Target, in_worker
from rlvr.sandbox.loading import load_object
from tests.sandbox.callees import PATH, Adder
from tests.sandbox.processes import LITTLE_CPU, SHORT, callee, is_alive, wait_until_dead


@pytest.fixture(scope="module")
def pool() -> Iterator[DeadlinePool]:
    with DeadlinePool(2, memory_mb=256) as pool:
        yield pool


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
        assert not is_alive(pid)


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
    wait_until_dead(int(marker.read_text()))


def test_a_thread_that_a_call_left_behind_is_not_charged_to_others() -> None:
    with DeadlinePool(1) as pool:
        pid = pool.run(callee("process_id")).value
        results = pool.run_many(callee("act"), [("spin", None), *[("nap", 0.3)] * 3], LITTLE_CPU)
        assert [result.value for result in results] == ["left", "awake", "awake", "awake"]
        assert pool.run(callee("spin_in_thread")).is_ok
        wait_until_dead(pid)
        assert pool.run(callee("process_id")).is_ok
