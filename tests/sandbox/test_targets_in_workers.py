"""What happens while workers load what they are to call."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rlvr.sandbox import Budget, DeadlinePool, Outcome, Target
from tests.sandbox.callees import Adder
from tests.sandbox.processes import callee


@pytest.fixture(scope="module")
def pool() -> Iterator[DeadlinePool]:
    with DeadlinePool(2, memory_mb=256) as pool:
        yield pool


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
