r"""The two workloads that are read from the data folder: `real` and `conformance`.

`real` is what a trainer and an evaluator grade, whole texts, none of them edited:

- `gsm8k`: the 2,638 solutions that real 6B models wrote to the GSM8K test, against the number that the ground truth
  ends with; the label is the publisher's `is_correct`. The texts end in `A: 26`, so rlvr extracts by that pattern. A
  peer is given the same text and finds the last number by its own default rule.
- `math500`: the 500 worked solutions of MATH-500 (their answers stand in `\boxed{}`) against their own answers: right.
- `math500 swapped`: each of these solutions against the answer of a later problem that is another one: wrong.

`conformance` is the third-party pairs of `math_conformance.jsonl`, a bare answer put in `\boxed{}`, a completion as it
is.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from math_workloads.pair import Pair

LAST_LINE = "regex:A: ?(.*)"
"""How the GSM8K solutions state their answers."""
_ANSWER = re.compile(r"^A: ?(.*)", re.MULTILINE)
_UNIMPORTANT = re.compile(r"^.*=|\\left|\\right|\\text|\\mbox|\\!|\\\$|\\[,; ]|[\s{}$]|\^\\circ")


def real(data: Path) -> list[Pair]:
    """Return the GSM8K- and MATH-like completions."""
    problems = _rows(data / "math500.jsonl")
    return [*_gsm8k(data), *_right(problems), *_swapped(problems)]


def conformance(data: Path) -> list[Pair]:
    """Return the pairs that were collected from the test suites of public graders, in the file's order."""
    return [
        Pair(
            name=f"{index} {row['source']} {row['id']}",
            tier=row["tier"],
            response=f"\\boxed{{{row['prediction']}}}" if row["form"] == "answer" else row["prediction"],
            reference=row["gold"],
            is_right=row["expected"],
            extract=("boxed", "marker", "whole"),
        )
        for index, row in enumerate(_rows(data / "math_conformance.jsonl"))
    ]


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _gsm8k(data: Path) -> Iterator[Pair]:
    for index, row in enumerate(_rows(data / "gsm8k_model_solutions.jsonl")):
        reference = _ANSWER.findall(row["ground_truth"])[-1]
        yield Pair(f"gsm8k {index}", "gsm8k", row["solution"], reference, row["is_correct"], (LAST_LINE,))


def _right(problems: list[dict[str, Any]]) -> Iterator[Pair]:
    for row in problems:
        yield Pair(row["unique_id"], "math500", row["solution"], row["answer"], True, ("boxed",))


def _swapped(problems: list[dict[str, Any]]) -> Iterator[Pair]:
    """Yield each solution with the next answer that is not the same one in another spelling."""
    for index, row in enumerate(problems):
        later = (problems[(index + step) % len(problems)]["answer"] for step in range(1, len(problems)))
        other = next(answer for answer in later if _core(answer) != _core(row["answer"]))
        yield Pair(f"{row['unique_id']} swapped", "math500 swapped", row["solution"], other, False, ("boxed",))


def _core(answer: str) -> str:
    """Return what is left of an answer without its label, units' wrappers and spacing."""
    return _UNIMPORTANT.sub("", answer)
