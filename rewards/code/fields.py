"""What the kinds of reference share: their common fields, and reading fields with errors that name them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from keyword import iskeyword
from typing import Any, Final

from rlvr.rewards.code.comparators import seen
from rlvr.rewards.score import BadReferenceError, shown
from rlvr.sandbox.programs.program import MAX_INPUT_BYTES, MAX_SOURCE_BYTES, Limits

MAX_TESTS: Final = 10_000
"""Tests of one reference."""
SCORES: Final = ("all", "fraction", "weighted", "first_k")
"""What `score` may be: every test or nothing; the share of tests that pass; that share with each test's `weight`; the
share of tests before the first that fails."""

SHARED_FIELDS: Final = ("kind", "tests", "limits", "score")
"""Fields that a reference of each kind has."""

_LIMITS: Final = ("wall_s", "cpu_s", "memory_mb", "pids", "output_mb", "disk_mb")

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


def known(found: Mapping[str, Any], fields: tuple[str, ...], where: str) -> None:
    """Raise BadReferenceError if there is a field of another name."""
    for name in found:
        if name == "checker" and "kind" in fields and name not in fields:
            raise BadReferenceError("a checker is for kinds 'stdin' and 'function': leave it out")
        if name == "language" and "kind" in fields and name not in fields:
            raise BadReferenceError("a language is for kind 'stdin': all others are for Python, so leave it out")
        if name not in fields:
            near = get_close_matches(str(name), fields, n=1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            raise BadReferenceError(f"{where} has no field {shown(str(name))}{hint}: use {', '.join(fields)}")


def rows_of(found: Mapping[str, Any], name: str, prefix: str = "") -> Sequence[Any]:
    """Return a field that is a list of at least one and at most `MAX_TESTS`, or raise BadReferenceError."""
    rows = found.get(name)
    if not isinstance(rows, list | tuple):
        raise BadReferenceError(f"{prefix}{name} is {seen(rows)}: give a list")
    if not rows:
        raise BadReferenceError(f"{prefix}{name} is empty: a task needs at least one test")
    if len(rows) > MAX_TESTS:
        raise BadReferenceError(f"{prefix}{name} has {len(rows):,} entries: give at most {MAX_TESTS:,}")
    return rows


def text_of(row: Mapping[str, Any], name: str, where: str) -> bytes:
    """Return a field that is a text, in UTF-8, or raise BadReferenceError."""
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


def weights_of(weights: Any, num_tests: int, where: str) -> tuple[float, ...]:
    """Return the tests' weights, 1 if they are None, or raise BadReferenceError."""
    if weights is None:
        return (1.0,) * num_tests
    if not isinstance(weights, list | tuple) or len(weights) != num_tests:
        raise BadReferenceError(f"{where} is {seen(weights)}: give a list with one for each of the {num_tests} tests")
    return tuple(weight_of(weight, f"{where}[{number}]") for number, weight in enumerate(weights))


def weight_of(weight: Any, where: str) -> float:
    """Return a weight, or raise BadReferenceError."""
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight < math.inf:
        raise BadReferenceError(f"{where} is {seen(weight)}: give a positive number")
    return float(weight)


def name_of(tests: Mapping[str, Any], field: str) -> str:
    """Return a field that is the name of a function or class, or raise BadReferenceError."""
    name = tests.get(field)
    if not isinstance(name, str) or not name.isidentifier() or iskeyword(name):
        raise BadReferenceError(f"tests.{field} is {seen(name)}: give the name of a function")
    return name


def preamble_of(reference: Mapping[str, Any]) -> str:
    """Return the source that runs before a program, or raise BadReferenceError."""
    preamble = reference.get("preamble", "")
    if not isinstance(preamble, str) or len(preamble) > MAX_SOURCE_BYTES // 4:
        raise BadReferenceError(f"preamble is {seen(preamble)}: give source, or 'leetcode'")
    return LEETCODE if preamble == "leetcode" else preamble


def limits_of(limits: Any) -> tuple[tuple[str, float], ...]:
    """Return the limits that a reference gives, or raise BadReferenceError."""
    if limits is None:
        return ()
    if not isinstance(limits, Mapping):
        raise BadReferenceError(f'limits is {seen(limits)}: give a mapping such as {{"wall_s": 2}}')
    known(limits, _LIMITS, "limits")
    try:
        Limits(**limits)
    except (TypeError, ValueError) as error:
        raise BadReferenceError(f"limits: {error}") from error
    return tuple(limits.items())


def score_of(score: Any) -> str:
    """Return the rule by which the results make a score, or raise BadReferenceError."""
    if not isinstance(score, str) or score not in SCORES:
        raise BadReferenceError(f"score is {seen(score)}: use one of {', '.join(SCORES)}")
    return score
