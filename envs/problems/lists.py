"""Problems of a list of integers, or of a table of them."""

from __future__ import annotations

from typing import Any

from rlvr.envs.problems.family import Family, Phrase
from rlvr.envs.problems.inputs import Inputs
from rlvr.envs.problems.kinds import INT, INTS, TABLE
from rlvr.envs.problems.phrases import CHANGES, CONDITIONS, MEASURES


def _numbers(inputs: Inputs) -> list[Any]:
    return [inputs.numbers()]


def _small_numbers(inputs: Inputs) -> list[Any]:
    return [inputs.numbers(14, -16, 16)]


def _many_numbers(inputs: Inputs) -> list[Any]:
    return [inputs.numbers(28, -15, 15)]


def _table(inputs: Inputs) -> list[Any]:
    return [[inputs.numbers(6, -20, 20, least=1) for _ in range(inputs.count(6, 1))]]


_EDGES: list[list[Any]] = [[[]], [[0]], [[-1, -1]]]

SELECT = Family(
    name="measure",
    statement=(
        "Given a list of integers, take those that are $condition, change each of them ($change), and find $measure."
    ),
    params={"numbers": INTS},
    returns=INT,
    source="""
def measure(numbers):
    chosen = [$change for x in numbers if $condition]
    return $measure
""",
    choices={"condition": CONDITIONS, "change": CHANGES, "measure": MEASURES},
    draw=_numbers,
    edges=_EDGES,
)

REPLACE = Family(
    name="replaced",
    statement=(
        "Given a list of integers, give the list in which each number that is $condition is changed ($change), and all "
        "others are as they were, in the same order."
    ),
    params={"numbers": INTS},
    returns=INTS,
    source="""
def replaced(numbers):
    return [$change if $condition else x for x in numbers]
""",
    choices={"condition": CONDITIONS, "change": CHANGES},
    draw=_numbers,
    edges=_EDGES,
)

PLACES = Family(
    name="at_places",
    statement=(
        "Positions in a list are counted from 0. Given a list of integers, take those at positions whose remainder "
        "when divided by $a is $b and that are $condition, and find $measure."
    ),
    params={"numbers": INTS},
    returns=INT,
    source="""
def at_places(numbers):
    chosen = [x for position, x in enumerate(numbers) if position % $a == $b and $condition]
    return $measure
""",
    choices={"a": range(2, 5), "b": range(2), "condition": CONDITIONS, "measure": MEASURES},
    draw=_many_numbers,
    edges=_EDGES,
)

_ORDERS = (
    Phrase("sort them in increasing order", "chosen = sorted(chosen)"),
    Phrase("sort them in decreasing order", "chosen = sorted(chosen, reverse=True)"),
    Phrase("reverse their order", "chosen = chosen[::-1]"),
    Phrase("drop each that has been there before", "chosen = list(dict.fromkeys(chosen))"),
)
_FIRST = (
    *_ORDERS,
    Phrase("drop the first", "chosen = chosen[1:]"),
    Phrase("drop the last", "chosen = chosen[:-1]"),
    Phrase("sort them by their absolute values, equal ones in their order", "chosen = sorted(chosen, key=abs)"),
)
_LAST = (
    *_ORDERS,
    *(Phrase(f"keep the first {k}", f"chosen = chosen[:{k}]") for k in range(3, 7)),
    Phrase("keep every second, beginning with the first", "chosen = chosen[::2]"),
)
_SCANS = (
    Phrase(
        "replace each by the sum of itself and all before it",
        "chosen = [sum(chosen[: place + 1]) for place in range(len(chosen))]",
    ),
    Phrase(
        "replace each by the largest of itself and all before it",
        "chosen = [max(chosen[: place + 1]) for place in range(len(chosen))]",
    ),
    Phrase(
        "put in their place the differences of neighbours, each number minus the one before it",
        "chosen = [after - before for before, after in zip(chosen, chosen[1:])]",
    ),
    Phrase(
        "multiply each by its position, counted from 1",
        "chosen = [place * x for place, x in enumerate(chosen, 1)]",
    ),
    *(
        Phrase(f"replace each by its remainder when divided by {k}", f"chosen = [x % {k} for x in chosen]")
        for k in range(8, 12)
    ),
)

PIPELINE = Family(
    name="pipeline",
    statement=(
        "Given a list of integers, do this in order: keep the numbers that are $condition; $order; $scan; $last. Give "
        "the list that is left."
    ),
    params={"numbers": INTS},
    returns=INTS,
    source="""
def pipeline(numbers):
    chosen = [x for x in numbers if $condition]
    $order
    $scan
    $last
    return chosen
""",
    choices={"condition": CONDITIONS, "order": _FIRST, "scan": _SCANS, "last": _LAST},
    draw=_many_numbers,
    edges=_EDGES,
)

_OVER_ROWS = (
    Phrase("the largest of these results", "max(results)"),
    Phrase("the smallest of these results", "min(results)"),
    Phrase("the sum of these results", "sum(results)"),
    Phrase("how many different results there are", "len(set(results))"),
    Phrase("the number of the first row with the largest result, counted from 0", "results.index(max(results))"),
)

ROWS = Family(
    name="over_rows",
    statement=(
        "Given a table of integers, with one row or more and one number or more in each, take from each row the "
        "numbers that are $condition and find $measure. Give $over."
    ),
    params={"table": TABLE},
    returns=INT,
    source="""
def over_rows(table):
    results = []
    for row in table:
        chosen = [x for x in row if $condition]
        results.append($measure)
    return $over
""",
    choices={"condition": CONDITIONS, "measure": MEASURES, "over": _OVER_ROWS},
    draw=_table,
    edges=[[[[0]]], [[[-1], [0]]]],
)

_STEPS = (
    Phrase("greater than the one before it", "after > before"),
    Phrase("less than the one before it", "after < before"),
    Phrase("equal to the one before it", "after == before"),
    *(Phrase(f"at most {k} away from the one before it", f"abs(after - before) <= {k}") for k in range(1, 13)),
    *(Phrase(f"at least {k} away from the one before it", f"abs(after - before) >= {k}") for k in range(2, 12)),
)
_OF_RUN = (
    Phrase("how long the longest such block is", "len(best)"),
    Phrase("the sum of the longest such block (the first of several)", "sum(best)"),
    Phrase("the last number of the longest such block (the first of several), or 0", "best[-1] if best else 0"),
    Phrase("the largest number of the longest such block (the first of several), or 0", "max(best, default=0)"),
)

RUNS = Family(
    name="longest_block",
    statement=(
        "Consider the blocks of neighbouring numbers in a list in which each number but the first is $step. A single "
        "number is such a block. Given a list of integers that are all changed first ($change), find $result."
    ),
    params={"numbers": INTS},
    returns=INT,
    source="""
def longest_block(numbers):
    numbers = [$change for x in numbers]
    best = []
    block = []
    for after in numbers:
        before = block[-1] if block else None
        if block and $step:
            block = block + [after]
        else:
            block = [after]
        if len(block) > len(best):
            best = block
    return $result
""",
    choices={"step": _STEPS, "change": CHANGES, "result": _OF_RUN},
    draw=_small_numbers,
    edges=[[[]], [[5]]],
)
