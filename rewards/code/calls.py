"""One call of a program's function, whose result is compared with data on the host: no judge is needed."""

from __future__ import annotations

import marshal
from dataclasses import dataclass
from typing import Any

from rlvr.rewards.code.checker import Checker
from rlvr.rewards.code.inside.encoding import CrossingError
from rlvr.rewards.code.inside.encoding import num_parts as num_written
from rlvr.rewards.code.launchers import launcher
from rlvr.rewards.code.outcomes import TestOutcome, TestResult, failed_execution
from rlvr.rewards.code.runner import Runner
from rlvr.rewards.code.values import Opaque, decode, decode_exact, is_same
from rlvr.rewards.score import shown
from rlvr.sandbox.programs.program import Execution, Limits, Program


@dataclass(frozen=True, slots=True)
class CallTest:
    """What a function is called with, and what it must return."""

    arguments: bytes
    """The positional and the named arguments, a pair, marshalled."""
    output: Any
    """The expected value, in exact builtin types; never leaves this process."""
    num_parts: int
    """How many parts it is as a result."""
    is_exact: bool = False
    """Whether the result must equal it as Python's `==` has it; else it has JSON's types, and a tuple is a list."""


@dataclass(frozen=True, slots=True)
class CallCase:
    """A test that is a call, for one program."""

    source: bytes
    """The program."""
    preamble: str
    """Source that runs before it, in its namespace."""
    name: str
    """The function's name."""
    test: CallTest
    """The call."""
    float_tol: float = 0.0
    """The absolute and relative tolerance of floats, where the test is not exact."""
    checker: Checker | None = None
    """What judges the result, if it is not compared."""

    def run(self, runner: Runner, limits: Limits) -> TestResult:
        """Run the program, call the function, and compare its result."""
        # Version 2 of the format is the newest that every Python reads alike.
        job = marshal.dumps((self.name, self.test.arguments, self.preamble, self.test.is_exact), 2)
        execution = runner.run(Program(self.source, job, launcher=launcher("function")), limits)
        failure = failed_execution(execution)
        if failure is not None:
            return failure
        if not execution.stdout:
            return TestResult(TestOutcome.RE, f"it ended before {self.name} returned", execution)
        if self.checker is not None:
            return self.checker.judge_result(runner, limits, self.test.arguments, self.test.output, execution)
        return self._compared(execution)

    def _compared(self, execution: Execution) -> TestResult:
        if num_written(execution.stdout) not in (1, self.test.num_parts):
            return TestResult(TestOutcome.WA, "it returned another value", execution)
        try:
            got = decode_exact(execution.stdout) if self.test.is_exact else decode(execution.stdout)
        except CrossingError as error:
            return TestResult(TestOutcome.RE, f"its result cannot be read: {error}", execution)
        if self._is_right(got):
            return TestResult(TestOutcome.AC, execution=execution)
        what = f"a value of type {shown(got.type_name)}" if isinstance(got, Opaque) else "another value"
        return TestResult(TestOutcome.WA, f"it returned {what}", execution)

    def _is_right(self, got: Any) -> bool:
        if self.test.is_exact:
            return bool(got == self.test.output)
        return is_same(got, self.test.output, self.float_tol)
