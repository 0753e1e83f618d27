"""A custom judge: the task author's own source, for problems with more than one right answer.

It runs in a judge slot, which never runs a program that nobody trusts, on what the program wrote or returned. Two forms
are known: a function `check(input, output, expected)`, and for outputs a script that is given three files. What a
checker cannot decide (it fails, or says nothing that is known) is not a right answer.
"""

from __future__ import annotations

import ast
import marshal
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from rlvr.rewards.code.comparators import seen
from rlvr.rewards.code.launchers import launcher
from rlvr.rewards.code.outcomes import TestOutcome, TestResult
from rlvr.rewards.code.reading import parsed
from rlvr.rewards.code.runner import Runner
from rlvr.rewards.score import BadReferenceError
from rlvr.sandbox.programs.program import MAX_SOURCE_BYTES, Execution, Limits, Program, ProgramOutcome

FUNCTIONS: Final = ("check", "checker", "judge", "is_correct")
"""The names under which a checker's function is found, the first first."""

_PARAMETERS: Final = {
    "input": ("input", "inp", "stdin", "input_data", "input_str", "input_text", "test_input"),
    "output": ("output", "out", "stdout", "actual", "got", "result", "user_output", "participant_output"),
    "expected": ("expected", "expected_output", "reference", "ref", "correct", "answer", "ans", "expect"),
}
_ORDER: Final = tuple(_PARAMETERS)
_SCRIPT_ORDER: Final = ("input", "expected", "output")
_DEFINITIONS: Final = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
_ACCEPTING: Final = (b"1", b"1.0", b"true", b"ok", b"accepted", b"yes")
_REFUSED: Final = "the checker does not accept it"
_MAX_SOURCE: Final = MAX_SOURCE_BYTES // 4


@dataclass(frozen=True, slots=True)
class Checker:
    """A custom judge."""

    source: str
    """As the reference gives it."""
    function: str
    """The name of its function; empty for a script."""
    order: tuple[str, ...] = _ORDER
    """What the function is called with, in this order: `input`, `output`, `expected`."""

    def judge_output(
        self, runner: Runner, limits: Limits, given: bytes, expected: bytes, execution: Execution
    ) -> TestResult:
        """Decide whether what a program wrote is right.

        Args:
            runner: Runs the checker.
            limits: Of the program; the checker has at least the default ones.
            given: What the program read.
            expected: What the reference gives as its output.
            execution: The program's, which ended well.
        """
        texts = {"input": given, "output": execution.stdout, "expected": expected}
        if self.function:
            program = self._call({name: ("text", text) for name, text in texts.items()})
        else:
            files = {f"{name}.txt": text for name, text in texts.items()}
            program = Program(self.source, args=[f"{name}.txt" for name in _SCRIPT_ORDER], files=files)
        return self._decided(runner.run_judge(program, limits), execution)

    def judge_result(
        self, runner: Runner, limits: Limits, arguments: bytes, expected: Any, execution: Execution
    ) -> TestResult:
        """Decide whether what a function returned is right; see `judge_output`."""
        program = self._call(
            {
                "input": ("arguments", arguments),
                "output": ("result", execution.stdout),
                "expected": ("plain", marshal.dumps(expected, 2)),
            }
        )
        return self._decided(runner.run_judge(program, limits), execution)

    def _call(self, values: dict[str, tuple[str, bytes]]) -> Program:
        job = marshal.dumps((self.function, [values[name] for name in self.order]), 2)
        return Program(self.source, job, launcher=launcher("checker"))

    def _decided(self, judge: Execution, execution: Execution) -> TestResult:
        """Return what the checker says, from how it ended."""
        outcome = judge.outcome
        if outcome in (ProgramOutcome.INFRA, ProgramOutcome.VIOLATION):
            return TestResult(TestOutcome.INFRA, f"the checker could not be run: {judge.reason}", execution)
        if outcome not in (ProgramOutcome.OK, ProgramOutcome.RE):
            return TestResult(TestOutcome(outcome.value), f"in the checker, over its output: {judge.reason}", execution)
        words = judge.stdout.split(maxsplit=1)
        is_yes = words[0].lower() in _ACCEPTING if words else not self.function  # a script's exit code may say it
        if outcome is ProgramOutcome.OK and is_yes:
            return TestResult(TestOutcome.AC, execution=execution)
        # What the checker said is not repeated: it knows the expected answer.
        reason = "the checker failed over it" if outcome is ProgramOutcome.RE and self.function else _REFUSED
        return TestResult(TestOutcome.WA, reason, execution)


def parse_checker(reference: Mapping[str, Any], *, is_script_allowed: bool = True) -> Checker | None:
    """Return the checker of a reference, or None if it has none.

    Raises:
        BadReferenceError: it is not the source of a function or a script, or there is a comparator as well.
    """
    source = reference.get("checker")
    if source is None:
        return None
    if not isinstance(source, str) or len(source) > _MAX_SOURCE:
        raise BadReferenceError(f"checker is {seen(source)}: give the source of a function check, as a text")
    if "comparator" in reference:
        raise BadReferenceError("there are a comparator and a checker: give one of them")
    tree = parsed(source, "checker")
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    name = next((name for name in FUNCTIONS if name in functions), "")
    if name:
        return Checker(source, name, _order(functions[name]))
    if not is_script_allowed or all(isinstance(node, _DEFINITIONS) for node in tree.body):
        raise BadReferenceError("checker defines no function check(input, output, expected): give it that")
    return Checker(source, "")


def _order(function: ast.FunctionDef) -> tuple[str, ...]:
    """Return what the required parameters mean: by their names where all are known, else by their number."""
    parameters = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    required = parameters[: len(parameters) - len(function.args.defaults)]
    if not required and function.args.vararg:
        return _ORDER
    if not 1 <= len(required) <= len(_ORDER):
        raise BadReferenceError(
            f"checker: {function.name} takes {len(required)} arguments: let it take input, output, expected"
        )
    meant = [next((one for one, names in _PARAMETERS.items() if name.lower() in names), "") for name in required]
    if "" not in meant and len(set(meant)) == len(meant):
        return tuple(meant)
    return _ORDER if len(required) == len(_ORDER) else _ORDER[1 : 1 + len(required)]
