"""What is read of a run folder: settings, the lines of each step, evaluations, summary; and what was missing.

`rollouts.jsonl`, which can be far larger than a page, is read by `rlvr.grpo.report.sample`, and the evaluations'
responses by `rlvr.grpo.report.pairs`.
"""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rlvr.grpo.report.fields import number, rows, table, text, whole
from rlvr.grpo.report.log import Log
from rlvr.grpo.section import flat

WHEN = ("before", "after")
"""The two evaluations on `test`."""


class ReportError(ValueError):
    """A report that cannot be made; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """An accuracy on `test`."""

    mean: float
    """Share of CORRECT."""
    low: float
    """Lower end of the 95% interval."""
    high: float
    """Upper end."""
    num_tasks: int | None
    """Tasks that it is over, where known."""
    step: int
    """Steps done when it was measured."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run as its folder tells it."""

    folder: Path
    """Where it is."""
    label: str
    """What the page calls it."""
    settings: Mapping[str, Any]
    """`config.toml` under dotted names."""
    lines: Sequence[Mapping[str, Any]]
    """Lines of `metrics.jsonl` by step, each step once."""
    summary: Mapping[str, Any]
    """`summary.json`, or {}."""
    accuracies: Mapping[str, Accuracy]
    """Accuracy `before` and `after`, those that are known."""
    notes: list[str] = field(default_factory=list)
    """What a reader must know about the files: missing, damaged, unfinished."""

    @property
    def num_steps(self) -> int:
        """Steps done."""
        return int(self.lines[-1]["step"]) if self.lines else 0

    @property
    def strands(self) -> list[Mapping[str, Any]]:
        """What it was trained on, one table for each taskset."""
        mixture: list[Mapping[str, Any]] = [
            one for one in rows(self.settings, "task.mixture") if isinstance(one, Mapping)
        ]
        names = ("name", "level", "max_level")
        own = {name: self.settings[f"task.{name}"] for name in names if f"task.{name}" in self.settings}
        return mixture or ([own] if own else [])

    @property
    def num_val_tasks(self) -> int | None:
        """Tasks of a check on `val`, as configured."""
        wanted = whole(self.settings, "run.num_val_tasks")
        return wanted * max(1, len(self.strands)) if wanted else None


def read_run(folder: Path) -> Run:
    """Read a run folder, finished or not.

    Raises:
        ReportError: It is no run folder, or cannot be read.
    """
    _require_run(folder)
    notes: list[str] = []
    try:
        settings = flat(_read_settings(folder / "config.toml", notes))
        lines = _read_lines(folder / "metrics.jsonl", notes)
        summary = _read_json(folder / "summary.json", notes)
        evaluations = {when: _read_json(folder / f"eval_{when}.json", notes) for when in WHEN}
    except OSError as error:
        raise ReportError(f"cannot read {error.filename}: {error.strerror}") from None
    found = {when: _accuracy(evaluations[when], summary, when, lines) for when in WHEN}
    accuracies = {when: one for when, one in found.items() if one is not None}
    label = str(folder) if folder.name.strip(".") else folder.resolve().name
    return Run(folder, label, settings, lines, summary, accuracies, notes)


def _require_run(folder: Path) -> None:
    if not folder.exists():
        raise ReportError(f"there is no {folder}: name a run's folder, such as runs/quickstart")
    near = next((parent for parent in folder.resolve().parents if (parent / "config.toml").is_file()), None)
    hint = f"; did you mean {near}?" if near else ": it holds neither config.toml nor metrics.jsonl"
    if not folder.is_dir():
        raise ReportError(f"{folder} is a file, not a run's folder{hint if near else ''}")
    if not any((folder / name).is_file() for name in ("config.toml", "metrics.jsonl")):
        raise ReportError(f"{folder} is no run folder{hint}")


def _read_settings(path: Path, notes: list[str]) -> Mapping[str, Any]:
    if not path.is_file():
        notes.append("config.toml is missing, so the settings are not known")
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        notes.append(f"config.toml is damaged ({error}), so the settings are not known")
        return {}


def _read_json(path: Path, notes: list[str]) -> Mapping[str, Any]:
    if not path.is_file():
        return {}
    try:
        return table({"": json.loads(path.read_text(encoding="utf-8"))}, "")
    except (ValueError, RecursionError):
        notes.append(f"{path.name} is damaged and left out")
        return {}


def _read_lines(path: Path, notes: list[str]) -> list[Mapping[str, Any]]:
    log = Log(path)
    by_step = {step: line | {"step": step} for line in log if (step := whole(line, "step")) is not None}
    if not path.is_file():
        notes.append("metrics.jsonl is missing: no step was done, or the file was not copied")
    elif not by_step:
        notes.append("metrics.jsonl has no step yet")
    if log.note:
        notes.append(log.note)
    return [by_step[step] for step in sorted(by_step)]


def _accuracy(
    evaluation: Mapping[str, Any], summary: Mapping[str, Any], when: str, lines: Sequence[Mapping[str, Any]]
) -> Accuracy | None:
    """From the evaluation's own file, else from the summary."""
    mean, low, high = (number(evaluation, key) for key in ("accuracy", "accuracy_low", "accuracy_high"))
    num_tasks, step = whole(evaluation, "num_tasks"), _step_of(evaluation, lines)
    if mean is None:
        mean = number(summary, f"accuracy_{when}")
        ends = [number({"": end}, "") for end in rows(summary, f"accuracy_{when}_interval")]
        low, high = ends if len(ends) == len(("low", "high")) else (None, None)
        num_tasks, step = whole(summary, "num_eval_tasks"), whole(summary, "num_steps") or 0
    if mean is None:
        return None
    at = 0 if when == "before" else step
    return Accuracy(mean, mean if low is None else low, mean if high is None else high, num_tasks, at)


def _step_of(evaluation: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> int:
    """After which step the weights of an evaluation were those that it names."""
    version = whole(evaluation, "policy_version")
    if version is None:
        return int(lines[-1]["step"]) if lines else 0
    done = [
        line for line in lines if (whole(line, "policy_version") or 0) + (whole(line, "num_updates") or 0) <= version
    ]
    return int(done[-1]["step"]) if done else 0


def taskset_of(task_id: str) -> str:
    """The taskset that a task's id names: `ChainSum-v0`."""
    return task_id.partition("/")[0]


def warnings_of(run: Run) -> list[tuple[int, str]]:
    """Each step that taught nothing, with its sentence."""
    return [(int(line["step"]), said) for line in run.lines if (said := text(line, "warning"))]
