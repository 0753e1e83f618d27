"""Chooses among many tests the few that tell right solutions from nearly right ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from rlvr.envs.problems.running import Ended

Case: TypeAlias = tuple[tuple[Any, ...], Any]
"""Arguments, and the value that is right for them."""

Run: TypeAlias = Callable[[Sequence[Any]], Ended | None]
"""Runs a solution with a bug."""


def different_cases(cases: Sequence[Case], count: int, beside: Sequence[Case] = ()) -> list[Case]:
    """Choose cases whose outputs differ as much as may be, so that no constant passes; they go from small to large.

    Args:
        cases: From small to large, all different.
        count: How many to choose.
        beside: Cases that are chosen already.
    """
    taken = {repr(arguments) for arguments, _ in beside}
    left = [case for case in cases if repr(case[0]) not in taken]
    counts = Counter(repr(value) for _, value in beside)
    chosen: list[Case] = []
    while left and len(chosen) < count:
        # In turn one of the last, which are large, and one of the first, which are edges and small.
        best = min(left if len(chosen) % 2 else left[::-1], key=lambda case: counts[repr(case[1])])
        left.remove(best)
        counts[repr(best[1])] += 1
        chosen.append(best)
    return sorted(chosen, key=lambda case: len(repr(case[0])))


def telling_cases(cases: Sequence[Case], count: int, beside: Sequence[Case], bugs: Sequence[Run]) -> list[Case]:
    """Choose cases that fail solutions with a bug which pass those that are chosen already.

    Args:
        cases: From small to large.
        count: How many to choose at most.
        beside: Cases that are chosen already.
        bugs: Solutions with a bug each.
    """
    passing = [run for run in bugs if not any(fails(run, case) for case in beside)]
    failed = [{number for number, case in enumerate(cases) if fails(run, case)} for run in passing]
    failed = [numbers for numbers in failed if numbers]
    chosen: list[Case] = []
    while failed and len(chosen) < count:
        counts = Counter(number for numbers in failed for number in sorted(numbers))
        best = counts.most_common(1)[0][0]
        chosen.append(cases[best])
        failed = [numbers for numbers in failed if best not in numbers]
    return chosen


def fails(run: Run, case: Case) -> bool:
    """Whether a solution gives another value than the right one."""
    ended = run(case[0])
    return ended is None or bool(ended.error) or repr(ended.value) != repr(case[1])
