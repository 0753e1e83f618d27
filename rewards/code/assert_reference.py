"""The reference of tests that are code: `asserts`, HumanEval's `check(candidate)`, or `unittest` classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from rlvr.rewards.code.calls import CallTest
from rlvr.rewards.code.comparators import seen
from rlvr.rewards.code.fields import (
    MAX_TESTS,
    SHARED_FIELDS,
    Reference,
    known,
    limits_of,
    name_of,
    preamble_of,
    rows_of,
    score_of,
    weights_of,
)
from rlvr.rewards.code.judged import JudgedTest
from rlvr.rewards.code.lifting import lifted
from rlvr.rewards.code.reading import free_names, has_check, methods_in, parsed
from rlvr.rewards.score import BadReferenceError
from rlvr.sandbox.programs.program import MAX_SOURCE_BYTES

_TESTS: Final = ("entry_point", "asserts", "test", "weights")
_CANDIDATE: Final = "candidate"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssertReference(Reference):
    """Programs that define a function or class, which code tests."""

    entry_point: str
    """The function's or the class's name."""
    tests: tuple[CallTest | JudgedTest, ...]
    """At least one."""
    preamble: str = ""
    """Source that runs before the program, in its namespace, and before a test's code, in that one's."""


def parse_assert(reference: Mapping[str, Any]) -> AssertReference:
    """Read a reference of the kind `assert`.

    Raises:
        BadReferenceError: it is malformed.
    """
    known(reference, (*SHARED_FIELDS, "preamble"), "the reference")
    tests = reference.get("tests")
    if not isinstance(tests, Mapping) or ("asserts" in tests) == ("test" in tests):
        raise BadReferenceError(
            f'tests is {seen(tests)}: give {{"entry_point": name, "asserts": [source]}} '
            f'or {{"entry_point": name, "test": source}}'
        )
    known(tests, _TESTS, "tests")
    name, preamble = name_of(tests, "entry_point"), preamble_of(reference)
    _check_preamble(preamble)
    if "asserts" in tests:
        rows = rows_of(tests, "asserts", "tests.")
        found = tuple(_snippet(_source(row, f"tests.asserts[{n}]"), preamble, name, n) for n, row in enumerate(rows))
    else:
        found = _records(_source(tests["test"], "tests.test"), preamble, name)
    return AssertReference(
        entry_point=name,
        tests=found,
        weights=weights_of(tests.get("weights"), len(found), "tests.weights"),
        preamble=preamble,
        limits=limits_of(reference.get("limits")),
        score=score_of(reference.get("score", "all")),
    )


@lru_cache(maxsize=64)
def _check_preamble(preamble: str) -> None:
    parsed(preamble or "pass", "preamble")


def _source(source: Any, where: str) -> str:
    if not isinstance(source, str) or len(source.encode("utf-8", "surrogatepass")) > MAX_SOURCE_BYTES:
        raise BadReferenceError(f"{where} is {seen(source)}: give source of at most {MAX_SOURCE_BYTES:,} bytes")
    return source


@lru_cache(maxsize=1024)
def _snippet(source: str, preamble: str, name: str, number: int) -> CallTest | JudgedTest:
    tree = parsed(source, f"tests.asserts[{number}]")
    return lifted(tree, (name, _CANDIDATE)) or _judged(source, preamble, name)


@lru_cache(maxsize=256)
def _records(source: str, preamble: str, name: str) -> tuple[JudgedTest, ...]:
    """Return the tests of code: a call of `check`, and each method of its `unittest` classes."""
    tree = parsed(source, "tests.test")
    methods = methods_in(tree)
    names = tuple(f"{class_name}.{method}" for class_name, method in methods)
    calls = [("", "check")] if has_check(tree) else []
    if not calls and not methods:
        raise BadReferenceError(
            "tests.test defines neither check(candidate) nor a unittest class with a test method: "
            "define one, or give single asserts as tests.asserts"
        )
    if len(names) + len(calls) > MAX_TESTS:
        raise BadReferenceError(f"tests.test has {len(names):,} methods: give at most {MAX_TESTS:,}")
    return tuple(
        _judged(source, preamble, name, class_name=class_name, method=method, methods=names)
        for class_name, method in (*calls, *methods)
    )


def _judged(source: str, preamble: str, name: str, **fields: Any) -> JudgedTest:
    modules, unknown = free_names(source, preamble)
    return JudgedTest(
        source.encode("utf-8", "surrogatepass"),
        modules=tuple(modules),
        unknown=unknown - {name, _CANDIDATE},
        **fields,
    )
