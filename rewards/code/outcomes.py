"""How one test ended, and the score that the results of all tests make."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rlvr.rewards.score import Score, Verdict, shown
from rlvr.sandbox.programs.languages import PYTHON
from rlvr.sandbox.programs.program import Execution, ProgramOutcome


class TestOutcome(StrEnum):
    """How one test of one program ended."""

    __test__ = False

    AC = "AC"
    """Accepted: the answer is right, and the program ended with exit code 0 within its limits."""
    WA = "WA"
    """The answer is wrong."""
    PE = "PE"
    """The right tokens, but not laid out as the comparator asks."""
    RE = "RE"
    """It exited with another code, a signal ended it, or it gave no answer that can be read."""
    TLE = "TLE"
    """It exceeded its time."""
    MLE = "MLE"
    """It exceeded its memory."""
    OLE = "OLE"
    """It wrote too much."""
    VIOLATION = "VIOLATION"
    """It did what no honest program does."""
    INFRA = "INFRA"
    """We failed, not the program."""


_JAVASCRIPT_ERROR: Final = re.compile(r"^(?:Uncaught |\[?)\w*(?:Error|Exception)\b.*|^FATAL ERROR.*", re.MULTILINE)
_LIMITS: Final = frozenset({TestOutcome.TLE, TestOutcome.MLE, TestOutcome.OLE})


@dataclass(frozen=True, slots=True)
class TestResult:
    """The result of one test."""

    __test__ = False

    outcome: TestOutcome
    """AC, or what went wrong."""
    reason: str = ""
    """Why, without a word of the expected output; empty for AC."""
    execution: Execution | None = None
    """What the sandbox said; None if the program was not run."""

    @property
    def is_accepted(self) -> bool:
        """Whether the test passed."""
        return self.outcome is TestOutcome.AC


def failed_execution(execution: Execution, language: str = PYTHON) -> TestResult | None:
    """Return the result of a program that did not end well, or None if it did and its output decides."""
    if execution.outcome is ProgramOutcome.OK and execution.exit_code == 0:
        return None
    outcome = TestOutcome.RE
    if execution.outcome is not ProgramOutcome.OK:
        outcome = TestOutcome(execution.outcome.value)
    reason = execution.reason or f"exit code {execution.exit_code}"
    has_run = execution.exit_code is not None or execution.signal is not None
    said = error_line(execution.stderr, language) if outcome is TestOutcome.RE and has_run else ""
    return TestResult(outcome, f"{reason}: {said}" if said else reason, execution)


def error_line(stderr: bytes, language: str = PYTHON) -> str:
    """Return the line of standard error that names the exception, quoted and cut: the last, but for JavaScript."""
    text = stderr[-4096:].decode("utf-8", "replace").rstrip()
    found = _JAVASCRIPT_ERROR.search(text) if language == "javascript" else None
    line = found[0] if found else text.rpartition("\n")[2].strip()
    return shown(line) if line else ""


def score_of(results: Sequence[TestResult | None], rule: str, weights: Sequence[float]) -> Score:
    """Return the score of a program.

    Args:
        results: Of each test in order; None where a test was not run because an earlier one had decided.
        rule: `all`, `fraction`, `weighted` or `first_k`.
        weights: Of each test, positive.
    """
    assert results, "a reference without tests is refused when it is read"
    num_tests = len(results)
    failure = next(((n, one) for n, one in enumerate(results) if one is not None and not one.is_accepted), None)
    if failure is None:
        assert None not in results, "a test is left out only after one has failed"
        score = Score.correct("the test passed" if num_tests == 1 else f"all {num_tests} tests passed")
        return _with_part(score, 1.0)
    number, result = failure
    lost = result if rule in ("all", "first_k") else _lost(results) or result
    if lost.outcome is TestOutcome.INFRA:
        return _with_part(Score.unscored(f"a test could not be run: {lost.reason}"), None)
    reason = f"test {number + 1} of {num_tests}: {result.outcome.value}: {result.reason}"
    if rule in ("all", "first_k"):
        passed = number / num_tests
    else:
        share = [weight for weight, one in zip(weights, results, strict=True) if one is not None and one.is_accepted]
        passed = sum(share) / sum(weights)
    if rule != "all" and passed > 0:
        return _with_part(Score.partial(passed, reason), passed)
    return _with_part(Score.limit(reason) if result.outcome in _LIMITS else Score.wrong(reason), passed)


def _lost(results: Sequence[TestResult | None]) -> TestResult | None:
    return next((one for one in results if one is not None and one.outcome is TestOutcome.INFRA), None)


def _with_part(score: Score, passed: float | None) -> Score:
    assert score.verdict is not Verdict.CORRECT or passed == 1.0, "a program that fails a test is not correct"
    return Score(score.value, score.verdict, score.reason, {"tests": passed})
