"""Runs the tests of many programs over a sandbox's slots.

The first test of every program starts first, so that what must be compiled is compiled side by side; the others follow
in order, program by program. As many run at one time as the sandbox has slots. Where the first failure decides, no
later test of that program is started, and what ran beside it is not looked at: the results are the same on any number
of slots.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from rlvr.rewards.code.outcomes import TestOutcome, TestResult
from rlvr.rewards.code.runner import Case, Runner
from rlvr.sandbox.programs.errors import SandboxError
from rlvr.sandbox.programs.program import Limits


class Suite:
    """The tests of one program, and their results.

    Args:
        cases: The tests; at least one.
        limits: Of each.
        stops_early: Whether the first test that fails decides.
    """

    def __init__(self, cases: Sequence[Case], limits: Limits, *, stops_early: bool) -> None:
        self._cases, self._limits, self._stops_early = cases, limits, stops_early
        self._found: list[TestResult | None] = [None] * len(cases)
        self._first_failure = len(cases)
        self._lock = threading.Lock()

    @property
    def results(self) -> list[TestResult | None]:
        """The results in the tests' order; None where one was not run, or is not looked at."""
        end = self._first_failure + 1 if self._stops_early else len(self._found)
        return self._found[:end] + [None] * (len(self._found) - end)

    def steps(self) -> Iterator[int]:
        """Yield the number of each test that is to be started next."""
        for number in range(len(self._cases)):
            if self._stops_early and number > self._first_failure:
                return
            yield number

    def run(self, runner: Runner, number: int) -> None:
        """Run one test."""
        try:
            result = self._cases[number].run(runner, self._limits)
        except SandboxError as error:
            result = TestResult(TestOutcome.INFRA, str(error))
        except Exception as error:  # noqa: BLE001  whatever it is, it is ours, and costs this program its score only
            result = TestResult(TestOutcome.INFRA, f"{type(error).__name__}: {error}")
        with self._lock:
            self._found[number] = result
            if not result.is_accepted:
                self._first_failure = min(self._first_failure, number)


def run_suites(runner: Runner, suites: Sequence[Suite]) -> None:
    """Run the tests of all suites; their `results` are complete afterwards."""
    todo = _steps(suites)
    lock, stopped = threading.Lock(), threading.Event()

    def work() -> None:
        while True:
            with lock:
                step = None if stopped.is_set() else next(todo, None)
            if step is None:
                return
            suite, number = step
            suite.run(runner, number)

    num_cases = sum(len(suite.results) for suite in suites)
    # One more than there are slots: the sandbox starts another program while one lasts.
    num_threads = min(num_cases, runner.num_slots + 1)
    if num_threads <= 1:
        work()
        return
    with ThreadPoolExecutor(num_threads, thread_name_prefix="rlvr-tests") as threads:
        try:
            for done in [threads.submit(work) for _ in range(num_threads)]:
                done.result()
        finally:
            stopped.set()  # Ctrl-C waits for the programs that run, and for no others


def _steps(suites: Sequence[Suite]) -> Iterator[tuple[Suite, int]]:
    yield from ((suite, 0) for suite in suites)
    yield from ((suite, number) for suite in suites for number in suite.steps() if number)
