"""One test that is code: it runs in a judge's slot, and its calls are relayed to the program in another."""

from __future__ import annotations

import marshal
import re
from dataclasses import dataclass

from rlvr.rewards.code.launchers import launcher
from rlvr.rewards.code.outcomes import TestOutcome, TestResult, error_line, failed_execution
from rlvr.rewards.code.runner import Runner
from rlvr.sandbox.programs.program import Execution, Limits, LinkedExecution, Program, ProgramOutcome

_RECORD = re.compile(rb"([a-z]+) ([ -~]*)\n")


@dataclass(frozen=True, slots=True)
class JudgedTest:
    """A test's code, and what of it is the test."""

    source: bytes
    """Never enters the program's slot."""
    class_name: str = ""
    """The `unittest` class whose method it is; empty for none."""
    method: str = ""
    """The method, or the function that is called with the entry point; empty where the code itself is the test."""
    methods: tuple[str, ...] = ()
    """All test methods of the code, each as `class.method`."""
    modules: tuple[str, ...] = ()
    """Modules of the standard library that the code takes for imported."""
    unknown: frozenset[str] = frozenset()
    """Names that the code reads, and that neither it nor Python defines."""


@dataclass(frozen=True, slots=True)
class JudgedCase:
    """A test that is code, for one program."""

    source: bytes
    """The program."""
    preamble: str
    """Source that runs before the program, and before the test's code."""
    name: str
    """The entry point."""
    test: JudgedTest
    """The test."""

    def run(self, runner: Runner, limits: Limits) -> TestResult:
        """Run program and test side by side."""
        program = Program(self.source, marshal.dumps((self.name, self.preamble), 2), launcher=launcher("candidate"))
        return self._judged(runner.run_linked(program, self._judge(), limits))

    def _judge(self) -> Program:
        test = self.test
        job = {
            "entry_point": self.name,
            "preamble": self.preamble,
            "modules": test.modules,
            "class": test.class_name,
            "method": test.method,
            "methods": test.methods,
        }
        return Program(test.source, marshal.dumps(job, 2), launcher=launcher("judge"))

    def _judged(self, linked: LinkedExecution) -> TestResult:
        program, judge = linked.program, linked.judge
        failure = None if program.was_cut else failed_execution(program)
        if failure is not None:
            return failure
        word, about = _record(judge)
        if not word:
            return _without_record(program, judge)
        if word == "passed" and program.was_cut:
            return TestResult(TestOutcome.RE, "it did not end when the test had", program)
        if word == "name" and about in self.test.unknown:
            reason = f"the test reads the name {about!r}, which nothing defines: give it in the preamble"
            return TestResult(TestOutcome.INFRA, reason, program)
        outcome, reason = _WORDS[word]
        said = error_line(program.stderr) if word == "raised" else ""
        return TestResult(outcome, reason.format(about, self.name) + (f": {said}" if said else ""), program)


def _record(judge: Execution) -> tuple[str, str]:
    """Return the word and the name that the judge has recorded; empty if it did not end as it should.

    It ends by itself, except that it waits for the program's end when the test has passed.
    """
    found = _RECORD.fullmatch(judge.stdout)
    word, about = (one.decode() for one in found.groups()) if found else ("", "")
    has_ended = judge.exit_code == 0 or (judge.was_cut and word == "passed")
    return (word, about) if judge.outcome is ProgramOutcome.OK and has_ended and word in _WORDS else ("", "")


def _without_record(program: Execution, judge: Execution) -> TestResult:
    if judge.outcome is ProgramOutcome.OK:
        return TestResult(TestOutcome.RE, "it ended before the test did", program)
    if judge.outcome in (ProgramOutcome.RE, ProgramOutcome.VIOLATION):
        return TestResult(TestOutcome.RE, "the test broke down over what it was given", program)
    if judge.outcome is ProgramOutcome.INFRA:
        return TestResult(TestOutcome.INFRA, judge.reason, program)
    return TestResult(TestOutcome(judge.outcome.value), f"in the test, over what it was given: {judge.reason}", program)


_WORDS = {
    "passed": (TestOutcome.AC, ""),
    "failed": (TestOutcome.WA, "an assertion failed"),
    "unfit": (TestOutcome.WA, "the test raised {0} over what it was given"),
    "name": (TestOutcome.WA, "the test raised NameError over what it was given"),
    "skipped": (TestOutcome.WA, "the test was skipped, which is no pass"),
    "raised": (TestOutcome.RE, "{1} raised {0}"),
    "lost": (TestOutcome.RE, "it ended before the test did"),
    "malformed": (TestOutcome.VIOLATION, "what it answered cannot be read: {0}"),
    "task": (TestOutcome.INFRA, "the test itself cannot be run: {0}"),
}
"""By the word of a judge's record: how the test ended, and why."""
