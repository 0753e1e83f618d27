"""Data sets of programming contests, whose tests are inputs with outputs: APPS, TACO, CodeContests."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rlvr.rewards.code.comparators import seen
from rlvr.rewards.code.reference import parse_reference
from rlvr.rewards.score import BadReferenceError, shown

_CODE_CONTESTS_TESTS = ("public_tests", "private_tests", "generated_tests")


def stdin_reference(inputs: Sequence[Any], outputs: Sequence[Any], **fields: Any) -> dict[str, Any]:
    """Return the `stdin` reference of parallel inputs and outputs.

    Args:
        inputs: Each a text, or a list of its lines.
        outputs: Likewise.
        fields: Further fields, such as `comparator="tokens"` or `limits={"wall_s": 2}`.

    Raises:
        BadReferenceError: they are not as many, are no texts, or a field is none.
    """
    if len(inputs) != len(outputs):
        raise BadReferenceError(f"{len(inputs)} inputs and {len(outputs)} outputs: give as many of both")
    pairs = zip(inputs, outputs, strict=True)
    tests = [{"input": _text(one), "output": _text(other)} for one, other in pairs]
    reference = {"kind": "stdin", "tests": tests} | fields
    parse_reference(reference)
    return reference


def apps_reference(row: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    """Return the reference of a row of APPS or TACO.

    Args:
        row: With `input_output`: `{"inputs", "outputs"}` or its JSON text, with `fn_name` for a function.
        fields: Further fields of the reference.

    Raises:
        BadReferenceError: the row has no tests, or they are malformed.
    """
    tests = row.get("input_output")
    if isinstance(tests, str):
        try:
            tests = json.loads(tests)
        except (ValueError, RecursionError) as error:
            raise BadReferenceError(f"input_output {shown(tests)} is not JSON: {error}") from error
    if not isinstance(tests, Mapping) or not {"inputs", "outputs"} <= tests.keys():
        raise BadReferenceError(f'input_output is {seen(tests)}: give {{"inputs": [...], "outputs": [...]}}')
    name = tests.get("fn_name")
    if not name:
        return stdin_reference(tests["inputs"], tests["outputs"], **fields)
    outputs = [_only(output) for output in tests["outputs"]]
    reference = {
        "kind": "function",
        "tests": {"fn_name": name, "inputs": list(tests["inputs"]), "outputs": outputs},
        "preamble": "leetcode",
    } | fields
    parse_reference(reference)
    return reference


def code_contests_reference(row: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    """Return the reference of a row of CodeContests: all its public, private and generated tests.

    Args:
        row: With `public_tests`, `private_tests` and `generated_tests`, each `{"input": [...], "output": [...]}`.
        fields: Further fields of the reference.

    Raises:
        BadReferenceError: the row has no tests, or they are malformed.
    """
    inputs: list[Any] = []
    outputs: list[Any] = []
    for name in _CODE_CONTESTS_TESTS:
        tests = row.get(name) or {}
        if not isinstance(tests, Mapping):
            raise BadReferenceError(f'{name} is {seen(tests)}: give {{"input": [...], "output": [...]}}')
        inputs.extend(tests.get("input", ()))
        outputs.extend(tests.get("output", ()))
    return stdin_reference(inputs, outputs, **fields)


def _text(value: Any) -> str:
    """Return a test's text; some rows hold its lines."""
    if isinstance(value, list | tuple) and all(isinstance(line, str) for line in value):
        return "\n".join(value)
    if not isinstance(value, str):
        raise BadReferenceError(f"a test has {seen(value)}: give a text, or a list of its lines")
    return value


def _only(output: Any) -> Any:
    """Return a function's expected value; these rows wrap it into a list of one."""
    return output[0] if isinstance(output, list) and len(output) == 1 else output
