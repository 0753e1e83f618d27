"""LiveCodeBench: `public_test_cases`, `private_test_cases` and `metadata`, whose `func_name` makes it a function."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rlvr.rewards.code.comparators import seen
from rlvr.rewards.code.loaders.contests import stdin_reference
from rlvr.rewards.code.loaders.packed import unpacked
from rlvr.rewards.code.reference import parse_reference
from rlvr.rewards.score import BadReferenceError


def live_code_bench_reference(row: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    """Return the reference of a row of LiveCodeBench: its public tests, then its private ones.

    Args:
        row: With `public_test_cases` and `private_test_cases`, each a list of `{"input", "output", "testtype"}`, its
            JSON text, or that text packed by base64, zlib and pickle; and `metadata`, a mapping or its JSON text.
        fields: Further fields of the reference.

    Raises:
        BadReferenceError: a field is malformed, or its packing holds anything but plain data.
    """
    tests = [*_tests(row, "public_test_cases"), *_tests(row, "private_test_cases")]
    name = _metadata(row).get("func_name")
    kinds = {test.get("testtype", "functional" if name else "stdin") for test in tests}
    if len(kinds) > 1 or kinds - {"stdin", "functional"}:
        raise BadReferenceError(f"testtype is {seen(sorted(map(str, kinds)))}: give 'stdin' or 'functional' for all")
    if kinds != {"functional"}:
        return stdin_reference([test["input"] for test in tests], [test["output"] for test in tests], **fields)
    function = {
        "fn_name": name,
        "inputs": [_arguments(test["input"], n) for n, test in enumerate(tests)],
        "outputs": [_value(test["output"], f"the output of test {n}") for n, test in enumerate(tests)],
    }
    reference = {"kind": "function", "tests": function, "preamble": "leetcode"} | fields
    parse_reference(reference)
    return reference


def _tests(row: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    tests = _plain(row.get(name) or [], name)
    if not isinstance(tests, list):
        raise BadReferenceError(f'{name} is {seen(tests)}: give a list of {{"input": text, "output": text}}')
    for number, test in enumerate(tests):
        if not isinstance(test, Mapping) or not all(isinstance(test.get(key), str) for key in ("input", "output")):
            raise BadReferenceError(f'{name}[{number}] is {seen(test)}: give {{"input": text, "output": text}}')
    return tests


def _plain(found: Any, name: str) -> Any:
    """Return what a field says, as JSON, packed or as it is."""
    if not isinstance(found, str):
        return found
    if found.lstrip()[:1] != "[":
        found = unpacked(found, name)
        if not isinstance(found, str):
            return found
    return _value(found, name)


def _metadata(row: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata = row.get("metadata") or {}
    if isinstance(metadata, str):
        metadata = _value(metadata, "metadata")
    if not isinstance(metadata, Mapping):
        raise BadReferenceError(f"metadata is {seen(metadata)}: give a mapping, or its JSON text")
    return metadata


def _arguments(text: str, number: int) -> list[Any]:
    return [_value(line, f"the input of test {number}") for line in text.split("\n") if line.strip()]


def _value(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadReferenceError(f"{where} is {seen(text)}, which is not JSON: {error}") from error
