"""Two runs side by side: what they are, how accurate they were, and which settings differ."""

from collections.abc import Sequence

from rlvr.grpo.report.blocks import notes, rows_table
from rlvr.grpo.report.facts import facts_of, interval, notes_of, status, value_text
from rlvr.grpo.report.fields import number
from rlvr.grpo.report.marks import marks
from rlvr.grpo.report.markup import Html, element, joined
from rlvr.grpo.report.run import WHEN, Run
from rlvr.grpo.report.sample import Sample

_UNKNOWN = "–"
_FREE = frozenset({"run.dir"})
"""Settings in which two runs differ always."""


def comparison_section(runs: Sequence[Run], samples: Sequence[Sample], names: Sequence[str]) -> Html:
    """Status, accuracies and facts, a column for each run, and what was wrong with the files of either."""
    columns = [_column(run, sample) for run, sample in zip(runs, samples, strict=True)]
    known = [name for name in columns[0] if any(column[name] for column in columns)]
    rows = [(name, *(column[name] or _UNKNOWN for column in columns)) for name in known]
    said = [f"{name}: {note}" for name, run in zip(names, runs, strict=True) for note in notes_of(run)]
    return joined(rows_table(("", *names), rows), notes(said))


def differences_section(runs: Sequence[Run], names: Sequence[str]) -> Html:
    """The settings that differ, a column for each run."""
    keys = sorted({key for run in runs for key in run.settings} - _FREE)
    different = [key for key in keys if len({value_text(run.settings.get(key)) for run in runs}) > 1]
    said = f"{len(keys) - len(different)} other settings are alike" if different else "All settings are alike"
    rows = [(key, *(_setting(run, key) for run in runs)) for key in different]
    return joined(rows_table(("setting", *names), rows) if rows else None, element("p", f"{said}.", class_="quiet"))


def _column(run: Run, sample: Sample) -> dict[str, str]:
    checked = [share for line in run.lines if (share := number(line, "val_accuracy")) is not None]
    return {
        "folder": run.label,
        "status": status(run),
        **{f"test accuracy {when}": interval(run.accuracies[when]) if when in run.accuracies else "" for when in WHEN},
        "val accuracy": f"{checked[-1]:.3f} last, {max(checked):.3f} best" if checked else "",
        "alarms": ", ".join(f"{mark.name} (step {mark.first})" for mark in marks(run.lines)),
        **facts_of(run, sample),
    }


def _setting(run: Run, key: str) -> str:
    return value_text(run.settings[key]) if key in run.settings else _UNKNOWN
