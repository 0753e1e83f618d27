"""Runs the tests of many programs over a sandbox's slots.

The first test of every program starts first, so that what must be compiled is compiled side by side; the others follow
in order, program by program. As many run at one time as the sandbox has slots, besides those that last. Where the first
failure decides, no later test of that program is started, and what ran beside it is not looked at: the results are the
same on any number of slots.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Final

from rlvr.rewards.code.outcomes import TestOutcome, TestResult
from rlvr.rewards.code.runner import Case, Runner
from rlvr.sandbox.programs.errors import SandboxError
from rlvr.sandbox.programs.program import Limits

LASTS_S: Final = 0.2
"""A test that lasts longer is joined by another where the sandbox has room for its program."""


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
    _Crew(runner, suites).run()


class _Crew:
    """Threads that run tests: one more than the sandbox has slots, and one more for each test that lasts.

    Not as many from the start as the sandbox bears, and none that would only wait there: what has begun is run to its
    end, although an earlier test may have failed meanwhile.
    """

    def __init__(self, runner: Runner, suites: Sequence[Suite]) -> None:
        self._runner, self._todo = runner, _steps(suites)
        num_cases = sum(len(suite.results) for suite in suites)
        self._num_usual, self._num_most = runner.num_slots + 1, min(num_cases, runner.num_threads)
        self._lock, self._is_over = threading.Lock(), False
        self._num_threads = 0
        self._begun: dict[int, float] = {}

    def run(self) -> None:
        """Run all tests."""
        if min(self._num_usual, self._num_most) <= 1:
            self._num_threads = 1
            self._work()
            return
        with ThreadPoolExecutor(self._num_most, thread_name_prefix="rlvr-tests") as threads:
            working: set[Future[None]] = set()
            try:
                while not self._is_over or working:
                    working |= {threads.submit(self._work) for _ in range(self._num_more())}
                    done, working = wait(working, LASTS_S)
                    for one in done:
                        one.result()
            finally:
                self._is_over = True  # Ctrl-C waits for the programs that run, and for no others

    def _num_more(self) -> int:
        """Return how many threads are to be started now."""
        with self._lock:
            num_more = max(0, self._num_wanted() - self._num_threads)
            if self._is_over or (self._num_threads >= self._num_usual and not self._runner.has_room):
                num_more = 0
            num_more = min(num_more, self._num_usual)
            self._num_threads += num_more
            return num_more

    def _num_wanted(self) -> int:
        now = time.monotonic()
        num_lasting = sum(now > begun + LASTS_S for begun in self._begun.values())
        return min(self._num_most, self._num_usual + num_lasting)

    def _work(self) -> None:
        while (step := self._next()) is not None:
            suite, number = step
            suite.run(self._runner, number)

    def _next(self) -> tuple[Suite, int] | None:
        """Return the test to run next; None if this thread is one too many, or nothing is to be done."""
        with self._lock:
            thread = threading.get_ident()
            self._begun.pop(thread, None)
            step = None
            if not self._is_over and self._num_threads <= self._num_wanted():
                step = next(self._todo, None)
                self._is_over = step is None
            if step is None:
                self._num_threads -= 1
            else:
                self._begun[thread] = time.monotonic()
            return step


def _steps(suites: Sequence[Suite]) -> Iterator[tuple[Suite, int]]:
    yield from ((suite, 0) for suite in suites)
    yield from ((suite, number) for suite in suites for number in suite.steps() if number)
