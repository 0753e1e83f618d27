"""One test of one program: what the sandbox runs, and what its execution means."""

from __future__ import annotations

import json
import marshal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from rlvr.rewards.code.outcomes import TestOutcome, TestResult, failed_execution
from rlvr.rewards.code.reference import FunctionReference, FunctionTest, StdinReference, StdinTest
from rlvr.rewards.code.values import MalformedValueError, Opaque, decode, is_same, num_written
from rlvr.rewards.score import BadReferenceError, shown
from rlvr.sandbox.programs.program import MAX_SOURCE_BYTES, Execution, Limits, Program

_LEAST_DISK_MB: Final = 4
_MB: Final = 2**20


@dataclass(frozen=True, slots=True)
class Case:
    """One test, ready to run."""

    make: Callable[[], Program]
    """Makes what the sandbox runs; called when the test's turn comes."""
    judge: Callable[[Execution], TestResult]
    """Decides, from what came out."""


def source_bytes(program: str) -> bytes | None:
    """Return a program as the sandbox takes it, or None if it is too long to be run."""
    # A lone surrogate crosses, so that the program ends as the interpreter ends it: with a SyntaxError.
    source = program.encode("utf-8", "surrogatepass")
    return source if len(source) <= MAX_SOURCE_BYTES else None


def cases_of(source: bytes, reference: StdinReference | FunctionReference, limits: Limits) -> Sequence[Case]:
    """Return the tests of a reference for one program.

    Raises:
        BadReferenceError: under these limits no program could pass.
    """
    if isinstance(reference, StdinReference):
        return [_stdin_case(source, reference, test, n, limits) for n, test in enumerate(reference.tests)]
    return [_function_case(source, reference, test, limits) for test in reference.tests]


def _stdin_case(source: bytes, reference: StdinReference, test: StdinTest, number: int, limits: Limits) -> Case:
    if len(test.output) > limits.output_mb * _MB:
        raise BadReferenceError(
            f"tests[{number}].output has {len(test.output):,} bytes and output_mb is {limits.output_mb:g}: "
            f"no program could pass; raise limits.output_mb"
        )

    def judge(execution: Execution) -> TestResult:
        failure = failed_execution(execution, reference.language)
        if failure is not None:
            return failure
        difference = reference.comparator.difference(execution.stdout, test.output)
        if not difference:
            return TestResult(TestOutcome.AC, execution=execution)
        is_layout = reference.comparator.is_layout(execution.stdout, test.output)
        if is_layout:
            return TestResult(TestOutcome.PE, f"right tokens, but {difference}", execution)
        return TestResult(TestOutcome.WA, difference, execution)

    return Case(lambda: Program(source, test.input, language=reference.language), judge)


def _function_case(source: bytes, reference: FunctionReference, test: FunctionTest, limits: Limits) -> Case:
    if limits.disk_mb < _LEAST_DISK_MB:
        raise BadReferenceError(f"disk_mb is {limits.disk_mb}: give a function's program at least {_LEAST_DISK_MB}")
    preamble = reference.preamble.encode("utf-8", "surrogatepass")

    def make() -> Program:
        files = {"program.py": source} | ({"preamble.py": preamble} if preamble else {})
        # Version 2 of the format is the newest that every Python reads alike.
        call = marshal.dumps((reference.fn_name, json.loads(test.args)), 2)
        return Program(_harness(), call, files=files)

    def judge(execution: Execution) -> TestResult:
        failure = failed_execution(execution)
        if failure is not None:
            return failure
        if not execution.stdout:
            return TestResult(TestOutcome.RE, f"it ended before {reference.fn_name} returned", execution)
        if num_written(execution.stdout) not in (1, test.num_parts):
            return TestResult(TestOutcome.WA, "it returned another value", execution)
        try:
            got = decode(execution.stdout)
        except MalformedValueError as error:
            return TestResult(TestOutcome.RE, f"its result cannot be read: {error}", execution)
        if is_same(got, test.output, reference.float_tol):
            return TestResult(TestOutcome.AC, execution=execution)
        what = f"a value of type {shown(got.type_name)}" if isinstance(got, Opaque) else "another value"
        return TestResult(TestOutcome.WA, f"it returned {what}", execution)

    return Case(make, judge)


@lru_cache(maxsize=1)
def _harness() -> bytes:
    return Path(__file__).with_name("inside.py").read_bytes()
