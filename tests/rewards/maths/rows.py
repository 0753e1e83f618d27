r"""The rows of the semantic tests: a reference, the spellings that are right, and the near misses that are not.

A case is written once for a reference, and `rows` makes one row of each spelling, so that every right one stands
beside what must not pass for it. `check` is the whole test of a row. Here is no mathematics: the tables have it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from rlvr.rewards import MathVerifier, Verdict

Case = tuple[str, list[str], list[str]]
"""A reference, the answers that are right, the answers that are wrong."""

VERIFIER = MathVerifier(extract=("boxed", "marker", "whole"))
"""The verifier that the rows are judged by, with every option but the extraction at its default."""


def flat(cases: Iterable[Case]) -> list[tuple[str, str, bool]]:
    """Return every `(reference, answer, is_right)` of `cases`."""
    pairs: list[tuple[str, str, bool]] = []
    for reference, right, wrong in cases:
        pairs += [(reference, answer, True) for answer in right]
        pairs += [(reference, answer, False) for answer in wrong]
    return pairs


def rows(cases: Iterable[Case]) -> list[Any]:
    """Return `flat(cases)` as parameters whose names can be read and typed."""
    return [pytest.param(*row, id=f"{row[0]!a} {'is' if row[2] else 'is not'} {row[1]!a}") for row in flat(cases)]


def check(reference: str, answer: str, is_right: bool) -> None:
    """Assert that `answer` is CORRECT, or that it is not."""
    score = VERIFIER.grade(answer, reference)
    message = f"{answer!r} against {reference!r}: {score.verdict}, {score.reason}"
    assert (score.verdict is Verdict.CORRECT) is is_right, message
