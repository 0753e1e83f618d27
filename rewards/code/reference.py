"""The reference of a code task: its hidden tests, read from JSON into frozen values.

Every error names the field, the value seen and the remedy: a task with a malformed reference must be found when it is
written, not when the first right program fails it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Final

from rlvr.rewards.code.comparators import LINES, Comparator, parse_comparator, seen, tolerance
from rlvr.rewards.code.values import MAX_PARTS, num_parts
from rlvr.rewards.score import BadReferenceError, shown
from rlvr.sandbox.programs.languages import PYTHON, language_problem
from rlvr.sandbox.programs.program import MAX_INPUT_BYTES, MAX_SOURCE_BYTES, Limits

MAX_TESTS: Final = 10_000
"""Tests of one reference."""
SCORES: Final = ("all", "fraction", "weighted", "first_k")
"""What `score` may be: every test or nothing; the share of tests that pass; that share with each test's `weight`; the
share of tests before the first that fails."""

_LIMITS: Final = ("wall_s", "cpu_s", "memory_mb", "pids", "output_mb", "disk_mb")
_STDIN_FIELDS: Final = ("kind", "tests", "comparator", "language", "limits", "score")
_FUNCTION_FIELDS: Final = ("kind", "tests", "preamble", "limits", "score")
_FUNCTION_TESTS: Final = ("fn_name", "inputs", "outputs", "float_tol", "weights")
_CACHED_CHARS: Final = 1_000_000

LEETCODE: Final = """\
from string import *
from re import *
from datetime import *
from collections import *
from heapq import *
from bisect import *
from copy import *
from math import *
from random import *
from itertools import *
from functools import *
from operator import *
from builtins import *
from typing import *
import bisect, collections, copy, datetime, functools, heapq, itertools, math, operator, random, re, string, sys
"""
"""The preamble `leetcode`: the imports that such problems assume. The builtins come after what would hide them."""


@dataclass(frozen=True, slots=True)
class StdinTest:
    """What a program reads, and what it must write."""

    input: bytes
    """Its standard input, in UTF-8."""
    output: bytes
    """The expected standard output, in UTF-8; never leaves this process."""


@dataclass(frozen=True, slots=True)
class FunctionTest:
    """What a function is called with, and what it must return."""

    args: bytes
    """The positional arguments, as the text of a JSON array."""
    output: Any
    """The expected value, of JSON's types; never leaves this process."""
    num_parts: int
    """How many parts it is as a result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What the kinds of reference share."""

    weights: tuple[float, ...]
    """Of each test, positive; what `weighted` goes by."""
    limits: tuple[tuple[str, float], ...] = ()
    """The limits that the reference gives; for the others the sandbox's own hold."""
    score: str = "all"
    """One of `SCORES`."""

    @property
    def stops_early(self) -> bool:
        """Whether the first test that fails decides, so that later ones need not run."""
        return self.score in ("all", "first_k")

    def limits_over(self, default: Limits) -> Limits:
        """Return the limits of one test.

        Raises:
            BadReferenceError: they do not fit together.
        """
        try:
            return replace(default, **dict(self.limits))  # type: ignore[arg-type]
        except ValueError as error:
            raise BadReferenceError(f"limits: {error}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class StdinReference(Reference):
    """Programs that read standard input and write standard output."""

    tests: tuple[StdinTest, ...]
    """At least one."""
    comparator: Comparator = LINES
    """How outputs are compared."""
    language: str = PYTHON
    """What programs are written in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionReference(Reference):
    """Programs that define a function, or a class `Solution` with a method of that name."""

    fn_name: str
    """The function's name."""
    tests: tuple[FunctionTest, ...]
    """At least one."""
    float_tol: float = 0.0
    """The absolute and relative tolerance of floats."""
    preamble: str = ""
    """Source that runs before the program, in its namespace."""


def parse_reference(reference: object) -> StdinReference | FunctionReference:
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
        raise BadReferenceError("kind 'assert' is not supported so far: use 'stdin' or 'function'")
    raise BadReferenceError(f"kind is {seen(kind)}: use 'stdin' or 'function'")


@lru_cache(maxsize=64)
def _parse_text(text: str) -> StdinReference | FunctionReference:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadReferenceError(f"the reference {shown(text)} is not JSON: {error}") from error
    if isinstance(found, str):
        raise BadReferenceError("the reference is a JSON text of a string: it was encoded twice; encode it once")
    return parse_reference(found)


def _stdin(reference: Mapping[str, Any]) -> StdinReference:
    _known(reference, _STDIN_FIELDS, "the reference")
    language, tests, weights = reference.get("language", PYTHON), [], []
    if problem := language_problem(language):
        raise BadReferenceError(f"language: {problem}")
    for number, row in enumerate(_list(reference, "tests")):
        where = f"tests[{number}]"
        if not isinstance(row, Mapping):
            raise BadReferenceError(f'{where} is {seen(row)}: give {{"input": text, "output": text}}')
        _known(row, ("input", "output", "weight"), where)
        tests.append(StdinTest(_text(row, "input", where), _text(row, "output", where)))
        weights.append(_weight(row.get("weight", 1), f"{where}.weight"))
    return StdinReference(
        tests=tuple(tests),
        weights=tuple(weights),
        comparator=parse_comparator(reference.get("comparator", "lines")),
        language=language,
        limits=_limits(reference.get("limits")),
        score=_score(reference.get("score", "all")),
    )


def _function(reference: Mapping[str, Any]) -> FunctionReference:
    _known(reference, _FUNCTION_FIELDS, "the reference")
    tests = reference.get("tests")
    if not isinstance(tests, Mapping):
        raise BadReferenceError(
            f'tests is {seen(tests)}: give {{"fn_name": name, "inputs": [[args]], "outputs": [value]}}'
        )
    _known(tests, _FUNCTION_TESTS, "tests")
    name = tests.get("fn_name")
    if not isinstance(name, str) or not name.isidentifier():
        raise BadReferenceError(f"tests.fn_name is {seen(name)}: give the name of a function")
    inputs, outputs = _list(tests, "inputs", "tests."), _list(tests, "outputs", "tests.")
    weights = tests.get("weights", [1] * len(inputs))
    if not isinstance(weights, Sequence) or not len(inputs) == len(outputs) == len(weights):
        raise BadReferenceError(
            f"tests has {len(inputs)} inputs and {len(outputs)} outputs: give as many of each field"
        )
    preamble = reference.get("preamble", "")
    if not isinstance(preamble, str) or len(preamble) > MAX_SOURCE_BYTES // 4:
        raise BadReferenceError(f"preamble is {seen(preamble)}: give source, or 'leetcode'")
    pairs = zip(inputs, outputs, strict=True)
    return FunctionReference(
        fn_name=name,
        tests=tuple(_function_test(args, value, n) for n, (args, value) in enumerate(pairs)),
        weights=tuple(_weight(weight, f"tests.weights[{n}]") for n, weight in enumerate(weights)),
        float_tol=tolerance("tests.float_tol", tests.get("float_tol", 0.0)),
        preamble=LEETCODE if preamble == "leetcode" else preamble,
        limits=_limits(reference.get("limits")),
        score=_score(reference.get("score", "all")),
    )


def _known(found: Mapping[str, Any], fields: tuple[str, ...], where: str) -> None:
    for name in found:
        if name == "checker":
            raise BadReferenceError("a checker is not supported so far: use one of the comparators")
        if name == "language" and "kind" in fields and name not in fields:
            raise BadReferenceError("a language is for kind 'stdin': all others are for Python, so leave it out")
        if name not in fields:
            near = get_close_matches(str(name), fields, n=1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            raise BadReferenceError(f"{where} has no field {shown(str(name))}{hint}: use {', '.join(fields)}")


def _list(found: Mapping[str, Any], name: str, prefix: str = "") -> Sequence[Any]:
    rows = found.get(name)
    if not isinstance(rows, list | tuple):
        raise BadReferenceError(f"{prefix}{name} is {seen(rows)}: give a list")
    if not rows:
        raise BadReferenceError(f"{prefix}{name} is empty: a task needs at least one test")
    if len(rows) > MAX_TESTS:
        raise BadReferenceError(f"{prefix}{name} has {len(rows):,} entries: give at most {MAX_TESTS:,}")
    return rows


def _text(row: Mapping[str, Any], name: str, where: str) -> bytes:
    text = row.get(name)
    if not isinstance(text, str):
        raise BadReferenceError(f"{where}.{name} is {seen(text)}: give a text")
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadReferenceError(f"{where}.{name} has no UTF-8: {error.reason} at {error.start}; remove it") from error
    if len(data) > MAX_INPUT_BYTES:
        raise BadReferenceError(f"{where}.{name} has {len(data):,} bytes: give at most {MAX_INPUT_BYTES:,}")
    return data


def _function_test(args: Any, value: Any, number: int) -> FunctionTest:
    # A round trip leaves exact JSON types, whatever subclasses a mapping brought.
    output = json.loads(_json(value, f"tests.outputs[{number}]"))
    size = num_parts(output)
    if size > MAX_PARTS:
        raise BadReferenceError(f"tests.outputs[{number}] holds {size:,} values: give at most {MAX_PARTS:,}")
    return FunctionTest(_args(args, number), output, size)


def _args(args: Any, number: int) -> bytes:
    if not isinstance(args, list | tuple):
        raise BadReferenceError(f"tests.inputs[{number}] is {seen(args)}: give the list of a call's arguments")
    return _json(args, f"tests.inputs[{number}]")


def _json(value: Any, where: str) -> bytes:
    try:
        return json.dumps(value).encode("ascii")
    except (TypeError, ValueError, RecursionError) as error:
        raise BadReferenceError(f"{where} is {seen(value)}: give JSON values ({error})") from error


def _weight(weight: Any, where: str) -> float:
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight < math.inf:
        raise BadReferenceError(f"{where} is {seen(weight)}: give a positive number")
    return float(weight)


def _limits(limits: Any) -> tuple[tuple[str, float], ...]:
    if limits is None:
        return ()
    if not isinstance(limits, Mapping):
        raise BadReferenceError(f'limits is {seen(limits)}: give a mapping such as {{"wall_s": 2}}')
    _known(limits, _LIMITS, "limits")
    try:
        Limits(**limits)
    except (TypeError, ValueError) as error:
        raise BadReferenceError(f"limits: {error}") from error
    return tuple(limits.items())


def _score(score: Any) -> str:
    if not isinstance(score, str) or score not in SCORES:
        raise BadReferenceError(f"score is {seen(score)}: use one of {', '.join(SCORES)}")
    return score
