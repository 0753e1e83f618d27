"""HumanEval: `prompt` (imports, helpers, a signature with its docstring), `entry_point`, `test` (`check(candidate)`).

A response is a whole program, which need not repeat the prompt: the imports and helpers before the signature are the
reference's preamble, which runs before the program, and before the tests, some of which call a helper too.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from rlvr.rewards.code.comparators import seen
from rlvr.rewards.code.loaders.fields import text_of
from rlvr.rewards.code.reading import parsed
from rlvr.rewards.code.reference import parse_reference
from rlvr.rewards.score import BadReferenceError


def human_eval_reference(row: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    """Return the reference of a row of HumanEval.

    Args:
        row: With `prompt`, `entry_point` and `test`.
        fields: Further fields of the reference, such as `limits={"wall_s": 2}`.

    Raises:
        BadReferenceError: a field is missing or malformed.
    """
    return check_reference(row, text_of(row, "test"), **fields)


def check_reference(row: Mapping[str, Any], test: str, **fields: Any) -> dict[str, Any]:
    """Return the reference of a row whose tests are a function `check(candidate)`, in `test`.

    Raises:
        BadReferenceError: a field is missing or malformed.
    """
    entry_point = text_of(row, "entry_point")
    names = [node.name for node in parsed(test, "test").body if isinstance(node, ast.FunctionDef)]
    if "check" not in names:
        raise BadReferenceError(f"test is {seen(test)}: give one that defines check(candidate)")
    preamble = _before(text_of(row, "prompt"), entry_point)
    reference = {"kind": "assert", "tests": {"entry_point": entry_point, "test": test}}
    reference |= ({"preamble": preamble} if preamble else {}) | fields
    parse_reference(reference)
    return reference


def human_eval_program(row: Mapping[str, Any]) -> str:
    """Return the row's own solution as a whole program.

    Raises:
        BadReferenceError: a field is missing.
    """
    return text_of(row, "prompt") + text_of(row, "canonical_solution")


def _before(prompt: str, entry_point: str) -> str:
    """Return what comes before the function in a prompt."""
    nodes = parsed(prompt, "prompt").body
    found = [node for node in nodes if isinstance(node, ast.FunctionDef) and node.name == entry_point]
    if not found:
        raise BadReferenceError(f"prompt is {seen(prompt)}: give one that begins the function {entry_point!r}")
    first = min([found[-1].lineno, *(node.lineno for node in found[-1].decorator_list)])
    return "\n".join(prompt.split("\n")[: first - 1]).strip("\n")
