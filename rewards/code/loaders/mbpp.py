"""MBPP, sanitized and full: `prompt` or `text`, `code`, `test_list`, `test_imports` or `test_setup_code`.

A row does not name its function: it is the one of the reference code that every test calls.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping, Sequence
from typing import Any

from rlvr.rewards.code.comparators import seen
from rlvr.rewards.code.loaders.fields import text_of, texts_of
from rlvr.rewards.code.reading import parsed
from rlvr.rewards.code.reference import parse_reference
from rlvr.rewards.score import BadReferenceError


class ForeignNameError(BadReferenceError):
    """The tests use what only the reference code defines, so that no response can pass them."""


_DEFINITIONS = (ast.FunctionDef, ast.ClassDef)


def mbpp_reference(row: Mapping[str, Any], *, has_challenge: bool = True, **fields: Any) -> dict[str, Any]:
    """Return the reference of a row of MBPP.

    Args:
        row: With `test_list` and `code`, in either form of the data set.
        has_challenge: Whether the tests of `challenge_test_list`, if there are any, are among them.
        fields: Further fields of the reference.

    Raises:
        BadReferenceError: a field is missing or malformed, or the tests call no function of the code.
        ForeignNameError: a BadReferenceError: the tests use another name that only the reference code defines.
    """
    asserts = mbpp_tests(row, has_challenge=has_challenge)
    entry_point = mbpp_entry_point(row)
    setup = "\n".join([*texts_of(row, "test_imports"), *_setup_lines(row)])
    foreign = _defined(row) & (_used(setup) | _used("\n".join(asserts))) - {entry_point}
    if foreign:
        raise ForeignNameError(
            f"the tests use {', '.join(sorted(foreign))}, which only the reference code defines: no response could "
            f"pass, leave the row out"
        )
    tests = {"entry_point": entry_point, "asserts": [f"{setup}\n{one}" if setup else one for one in asserts]}
    reference = {"kind": "assert", "tests": tests} | fields
    parse_reference(reference)
    return reference


def mbpp_tests(row: Mapping[str, Any], *, has_challenge: bool = True) -> list[str]:
    """Return a row's tests as they stand, each a snippet with an assert.

    Raises:
        BadReferenceError: there are none, or one is not Python.
    """
    tests = texts_of(row, "test_list")
    if not tests:
        raise BadReferenceError("test_list is empty: a task needs at least one test")
    tests += texts_of(row, "challenge_test_list") if has_challenge else []
    for number, test in enumerate(tests):
        parsed(test, f"test {number}")
    return tests


def mbpp_entry_point(row: Mapping[str, Any]) -> str:
    """Return the name of the function that a row asks for.

    Raises:
        BadReferenceError: the tests call none that the code defines.
    """
    tests = mbpp_tests(row)
    called = [_called(test) for test in tests]
    shared = set.intersection(*called)
    in_order = [node.name for node in parsed(text_of(row, "code"), "code").body if isinstance(node, _DEFINITIONS)]
    found = [name for name in in_order if name in shared]
    if not found:
        raise BadReferenceError(f"no function of the code ({seen(in_order)}) is called by every test: {seen(tests[0])}")
    return found[-1]


def _setup_lines(row: Mapping[str, Any]) -> Sequence[str]:
    setup = row.get("test_setup_code")
    return [text_of(row, "test_setup_code")] if setup else []


def _defined(row: Mapping[str, Any]) -> set[str]:
    nodes = parsed(text_of(row, "code"), "code").body
    return {node.name for node in nodes if isinstance(node, _DEFINITIONS)} - set(dir(builtins))


def _used(source: str) -> set[str]:
    """The names that source takes from outside; those that it defines by itself are not among them."""
    nodes = list(ast.walk(parsed(source or "pass", "test_setup_code")))
    own = {node.name for node in nodes if isinstance(node, _DEFINITIONS)}
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)} - own


def _called(source: str) -> set[str]:
    calls = [node.func for node in ast.walk(parsed(source, "a test")) if isinstance(node, ast.Call)]
    return {function.id for function in calls if isinstance(function, ast.Name)}
