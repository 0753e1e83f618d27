"""The tests of a reference, each ready to be run with one program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rlvr.rewards.code.calls import CallCase, CallTest
from rlvr.rewards.code.checker import Checker
from rlvr.rewards.code.comparators import Comparator
from rlvr.rewards.code.judged import JudgedCase
from rlvr.rewards.code.outcomes import TestOutcome, TestResult, failed_execution
from rlvr.rewards.code.reference import AnyReference, FunctionReference, StdinReference, StdinTest
from rlvr.rewards.code.runner import Case, Runner
from rlvr.rewards.score import BadReferenceError
from rlvr.sandbox.programs.program import MAX_SOURCE_BYTES, Limits, Program

_MB: Final = 2**20


@dataclass(frozen=True, slots=True)
class StdinCase:
    """What a program reads and must write, for one program."""

    source: bytes
    """The program."""
    comparator: Comparator
    """How its output is compared, if no checker is."""
    checker: Checker | None
    """What judges its output."""
    language: str
    """What it is written in."""
    test: StdinTest
    """Input and output."""

    def run(self, runner: Runner, limits: Limits) -> TestResult:
        """Run the program on the input, and compare its output."""
        execution = runner.run(Program(self.source, self.test.input, language=self.language), limits)
        failure = failed_execution(execution, self.language)
        if failure is not None:
            return failure
        if self.checker is not None:
            return self.checker.judge_output(runner, limits, self.test.input, self.test.output, execution)
        difference = self.comparator.difference(execution.stdout, self.test.output)
        if not difference:
            return TestResult(TestOutcome.AC, execution=execution)
        is_layout = self.comparator.is_layout(execution.stdout, self.test.output)
        if is_layout:
            return TestResult(TestOutcome.PE, f"right tokens, but {difference}", execution)
        return TestResult(TestOutcome.WA, difference, execution)


def source_bytes(program: str) -> bytes | None:
    """Return a program as the sandbox takes it, or None if it is too long to be run."""
    # A lone surrogate crosses, so that the program ends as the interpreter ends it: with a SyntaxError.
    source = program.encode("utf-8", "surrogatepass")
    return source if len(source) <= MAX_SOURCE_BYTES else None


def cases_of(source: bytes, reference: AnyReference, limits: Limits) -> Sequence[Case]:
    """Return the tests of a reference for one program.

    Raises:
        BadReferenceError: under these limits no program could pass.
    """
    if isinstance(reference, StdinReference):
        return _stdin_cases(source, reference, limits)
    preamble = reference.preamble
    if isinstance(reference, FunctionReference):
        name, tolerance, checker = reference.fn_name, reference.float_tol, reference.checker
        return [CallCase(source, preamble, name, test, tolerance, checker) for test in reference.tests]
    name = reference.entry_point
    return [
        CallCase(source, preamble, name, test)
        if isinstance(test, CallTest)
        else JudgedCase(source, preamble, name, test)
        for test in reference.tests
    ]


def _stdin_cases(source: bytes, reference: StdinReference, limits: Limits) -> Sequence[Case]:
    for number, test in enumerate(reference.tests):
        if reference.checker is None and len(test.output) > limits.output_mb * _MB:
            raise BadReferenceError(
                f"tests[{number}].output has {len(test.output):,} bytes and output_mb is {limits.output_mb:g}: "
                f"no program could pass; raise limits.output_mb"
            )
    comparator, checker, language = reference.comparator, reference.checker, reference.language
    return [StdinCase(source, comparator, checker, language, test) for test in reference.tests]
