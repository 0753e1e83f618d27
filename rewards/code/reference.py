"""The reference of a code task: its hidden tests, read from JSON into frozen values.

Every error names the field, the value seen and the remedy: a task with a malformed reference must be found when it is
written, not when the first right program fails it.
"""

from __future__ import annotations

import json
import marshal
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from rlvr.rewards.code.assert_reference import AssertReference, parse_assert
from rlvr.rewards.code.calls import CallTest
from rlvr.rewards.code.checker import Checker, parse_checker
from rlvr.rewards.code.comparators import LINES, Comparator, parse_comparator, seen, tolerance
from rlvr.rewards.code.fields import (
    SHARED_FIELDS,
    Reference,
    known,
    limits_of,
    name_of,
    preamble_of,
    rows_of,
    score_of,
    text_of,
    weight_of,
    weights_of,
)
from rlvr.rewards.code.inside.encoding import CrossingError
from rlvr.rewards.code.values import num_parts
from rlvr.rewards.score import BadReferenceError, shown
from rlvr.sandbox.programs.languages import PYTHON, language_problem

_FUNCTION_TESTS: Final = ("fn_name", "inputs", "outputs", "float_tol", "weights")
_CACHED_CHARS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class StdinTest:
    """What a program reads, and what it must write."""

    input: bytes
    """Its standard input, in UTF-8."""
    output: bytes
    """The expected standard output, in UTF-8; never leaves this process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StdinReference(Reference):
    """Programs that read standard input and write standard output."""

    tests: tuple[StdinTest, ...]
    """At least one."""
    comparator: Comparator = LINES
    """How outputs are compared, if no checker is."""
    checker: Checker | None = None
    """The task's own judge."""
    language: str = PYTHON
    """What programs are written in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionReference(Reference):
    """Programs that define a function, or a class `Solution` with a method of that name."""

    fn_name: str
    """The function's name."""
    tests: tuple[CallTest, ...]
    """At least one."""
    float_tol: float = 0.0
    """The absolute and relative tolerance of floats."""
    preamble: str = ""
    """Source that runs before the program, in its namespace."""
    checker: Checker | None = None
    """The task's own judge."""


AnyReference = StdinReference | FunctionReference | AssertReference


def parse_reference(reference: object) -> AnyReference:
    """Read a reference.

    Args:
        reference: A mapping, or its JSON text.

    Raises:
        BadReferenceError: a ValueError that names the field, the value seen and the remedy.
    """
    if isinstance(reference, str):
        return _parse_text(reference) if len(reference) <= _CACHED_CHARS else _parse_text.__wrapped__(reference)
    if not isinstance(reference, Mapping):
        raise BadReferenceError(f"the reference is a {type(reference).__name__}: give a mapping, or its JSON text")
    kind = reference.get("kind")
    if kind == "stdin":
        return _stdin(reference)
    if kind == "function":
        return _function(reference)
    if kind == "assert":
        return parse_assert(reference)
    raise BadReferenceError(f"kind is {seen(kind)}: use 'stdin', 'function' or 'assert'")


@lru_cache(maxsize=64)
def _parse_text(text: str) -> AnyReference:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadReferenceError(f"the reference {shown(text)} is not JSON: {error}") from error
    if isinstance(found, str):
        raise BadReferenceError("the reference is a JSON text of a string: it was encoded twice; encode it once")
    return parse_reference(found)


def _stdin(reference: Mapping[str, Any]) -> StdinReference:
    known(reference, (*SHARED_FIELDS, "comparator", "checker", "language"), "the reference")
    language, tests, weights = reference.get("language", PYTHON), [], []
    checker = parse_checker(reference)
    if problem := language_problem(language):
        raise BadReferenceError(f"language: {problem}")
    for number, row in enumerate(rows_of(reference, "tests")):
        where = f"tests[{number}]"
        if not isinstance(row, Mapping):
            raise BadReferenceError(f'{where} is {seen(row)}: give {{"input": text, "output": text}}')
        known(row, ("input", "output", "weight"), where)
        output = b"" if checker and "output" not in row else text_of(row, "output", where)
        tests.append(StdinTest(text_of(row, "input", where), output))
        weights.append(weight_of(row.get("weight", 1), f"{where}.weight"))
    return StdinReference(
        tests=tuple(tests),
        weights=tuple(weights),
        comparator=parse_comparator(reference.get("comparator", "lines")),
        checker=checker,
        language=language,
        limits=limits_of(reference.get("limits")),
        score=score_of(reference.get("score", "all")),
    )


def _function(reference: Mapping[str, Any]) -> FunctionReference:
    known(reference, (*SHARED_FIELDS, "preamble", "checker"), "the reference")
    tests, checker = reference.get("tests"), parse_checker(reference, is_script_allowed=False)
    if not isinstance(tests, Mapping):
        raise BadReferenceError(
            f'tests is {seen(tests)}: give {{"fn_name": name, "inputs": [[args]], "outputs": [value]}}'
        )
    known(tests, _FUNCTION_TESTS, "tests")
    inputs = rows_of(tests, "inputs", "tests.")
    is_judged = checker is not None and "outputs" not in tests
    outputs = [None] * len(inputs) if is_judged else rows_of(tests, "outputs", "tests.")
    if len(inputs) != len(outputs):
        raise BadReferenceError(
            f"tests has {len(inputs)} inputs and {len(outputs)} outputs: give as many of each field"
        )
    pairs = zip(inputs, outputs, strict=True)
    return FunctionReference(
        fn_name=name_of(tests, "fn_name"),
        tests=tuple(_function_test(args, value, n) for n, (args, value) in enumerate(pairs)),
        weights=weights_of(tests.get("weights"), len(inputs), "tests.weights"),
        float_tol=tolerance("tests.float_tol", tests.get("float_tol", 0.0)),
        preamble=preamble_of(reference),
        checker=checker,
        limits=limits_of(reference.get("limits")),
        score=score_of(reference.get("score", "all")),
    )


def _function_test(args: Any, value: Any, number: int) -> CallTest:
    if not isinstance(args, list | tuple):
        raise BadReferenceError(f"tests.inputs[{number}] is {seen(args)}: give the list of a call's arguments")
    arguments, output = _plain(args, f"tests.inputs[{number}]"), _plain(value, f"tests.outputs[{number}]")
    try:
        # Version 2 of the format is the newest that every Python reads alike.
        return CallTest(marshal.dumps((arguments, {}), 2), output, num_parts(output))
    except CrossingError as error:
        raise BadReferenceError(f"tests.outputs[{number}] cannot be a result: {error}; make it smaller") from error


def _plain(value: Any, where: str) -> Any:
    """Return a value in exact JSON types, whatever subclasses a mapping brought."""
    try:
        return json.loads(json.dumps(value))
    except (TypeError, ValueError, RecursionError) as error:
        raise BadReferenceError(f"{where} is {seen(value)}: give JSON values ({error})") from error
