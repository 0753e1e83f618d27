"""The same tasks twice: before and after training, or under two runs. What became of each, and some to read.

Every task that both evaluations have counts; of each outcome a few are shown, chosen by a hash of the task's id.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from rlvr.grpo.report.fields import rows, text, whole
from rlvr.grpo.report.log import Log
from rlvr.grpo.report.run import WHEN, Run
from rlvr.grpo.report.sample import Row, shown
from rlvr.rewards.score import Verdict

NUM_SHOWN = 8
"""Pairs that are shown of each outcome."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One task, answered twice."""

    task: str
    """Its id."""
    prompt: str
    """What was asked."""
    sides: tuple[Row, Row]
    """The two rollouts, as the page has them."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of some tasks."""

    name: str
    """Such as `became right`."""
    num_tasks: int
    """How many."""
    pairs: Sequence[Pair]
    """Some of them."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Two evaluations side by side."""

    heads: tuple[str, str]
    """What the two sides are called."""
    outcomes: Sequence[Outcome]
    """Each outcome that came to pass."""
    notes: Sequence[str]
    """What was damaged or missing."""


def before_and_after(run: Run) -> Pairs:
    """The `test` tasks of a run, before and after; from the summary's examples where the responses are not there."""
    files = [run.folder / f"eval_{when}.jsonl" for when in WHEN]
    names = ("became right", "became wrong", "stayed wrong", "stayed right")
    if all(file.is_file() for file in files):
        return _paired(files, WHEN, names)
    sides = [{text(one, "task_id"): _example(one, when) for one in rows(run.summary, "examples")} for when in WHEN]
    missing = " and ".join(file.name for file in files if not file.is_file())
    known = "these are the examples of summary.json" if sides[0] else "there are no two evaluations to compare"
    return Pairs(WHEN, _outcomes(sides, names), [f"without {missing}, {known}"])


def two_runs(runs: Sequence[Run], labels: tuple[str, str]) -> Pairs:
    """The `test` tasks that two runs share, after training where both have that, else before."""
    names = (f"only {labels[1]} right", f"only {labels[0]} right", "both wrong", "both right")
    for when in reversed(WHEN):
        files = [run.folder / f"eval_{when}.jsonl" for run in runs]
        if all(file.is_file() for file in files):
            return _paired(files, (f"{labels[0]}, {when}", f"{labels[1]}, {when}"), names)
    return Pairs(
        labels, (), ["the two runs have no evaluation in common; a task's id finds its rollouts in the table below"]
    )


def _paired(files: Sequence[Path], heads: tuple[str, str], names: Sequence[str]) -> Pairs:
    logs = [Log(file) for file in files]
    sides = [_first_of_each(log) for log in logs]
    notes = [log.note for log in logs if log.note]
    if not sides[0].keys() & sides[1].keys():
        notes.append("the two evaluations have no task in common")
    return Pairs(heads, _outcomes(sides, names), notes)


def _first_of_each(log: Log) -> dict[str, Row]:
    """The first sample of each task."""
    found: dict[str, Row] = {}
    for record in log:
        task = text(record, "task_id")
        if task not in found and (whole(record, "rollout") or 0) == 0:
            found[task] = shown(record)
    return found


def _outcomes(sides: Sequence[Mapping[str, Row]], names: Sequence[str]) -> list[Outcome]:
    found: dict[str, list[Pair]] = {name: [] for name in (*names, "not judged")}
    for task in sorted(sides[0].keys() & sides[1].keys(), key=_place):
        first, second = (side[task] for side in sides)
        found[_outcome(first, second, names)].append(Pair(task, first["prompt"], (first, second)))
    return [Outcome(name, len(pairs), pairs[:NUM_SHOWN]) for name, pairs in found.items() if pairs]


def _outcome(first: Row, second: Row, names: Sequence[str]) -> str:
    verdicts = (first["verdict"], second["verdict"])
    if any(verdict not in Verdict.__members__ or verdict == Verdict.UNSCORED for verdict in verdicts):
        return "not judged"
    was_right, is_right = (verdict == Verdict.CORRECT for verdict in verdicts)
    return names[(2 if was_right == is_right else 0) + (1 if was_right else 0)]


def _place(task: str) -> bytes:
    return blake2b(task.encode(errors="backslashreplace"), digest_size=8).digest()


def _example(example: Any, when: str) -> Row:
    """A rollout out of `examples` of `summary.json`, which keeps the last response and the verdict."""
    turn = {"response": text(example, when, "response")}
    score = {"verdict": text(example, when, "verdict")}
    kept = {"task_id": text(example, "task_id"), "prompt": text(example, "prompt")}
    return shown(kept | {"turns": [turn], "score": score})
