"""The top of a page: what the run is, how accurate it was before and after, what a reader must know."""

from collections.abc import Sequence

from rlvr.grpo.report.blocks import notes
from rlvr.grpo.report.facts import facts_of, notes_of, status
from rlvr.grpo.report.marks import Mark, marks
from rlvr.grpo.report.markup import Html, element, joined
from rlvr.grpo.report.run import WHEN, Run
from rlvr.grpo.report.sample import Sample


def summary_section(run: Run, sample: Sample) -> Html:
    """One run's facts, accuracies and notes."""
    facts = [(name, value) for name, value in facts_of(run, sample).items() if value]
    return joined(
        element("p", status(run), class_="status"),
        _tiles(run),
        element(
            "dl", (element("div", element("dt", name), element("dd", value)) for name, value in facts), class_="facts"
        ),
        notes(notes_of(run)),
    )


def alarms_section(runs: Sequence[Run], names: Sequence[str]) -> Html:
    """Every alarm with the steps at which it fired and a link to their rollouts."""
    found = [(name, mark) for run, name in zip(runs, names, strict=True) for mark in marks(run.lines)]
    if not found:
        is_known = any("alarms" in line for run in runs for line in run.lines)
        return element("p", "No alarm fired." if is_known else "This run recorded no alarms.", class_="quiet")
    return element("ol", (_alarm(name, mark) for name, mark in found), class_="alarms")


def _tiles(run: Run) -> Html | None:
    if not run.accuracies:
        return element("p", "Not evaluated on test.", class_="quiet")
    return element("div", (_tile(run, when) for when in WHEN if when in run.accuracies), class_="tiles")


def _tile(run: Run, when: str) -> Html:
    one = run.accuracies[when]
    over = f" on {one.num_tasks:,} tasks" if one.num_tasks else ""
    is_old = when == "after" and one.step < run.num_steps
    return element(
        "div",
        element("span", f"test accuracy {when}{f', at step {one.step}' if is_old else ''}"),
        element("strong", f"{one.mean:.3f}"),
        element("span", f"95% interval {one.low:.3f} to {one.high:.3f}{over}"),
        class_="tile",
    )


def _alarm(name: str, mark: Mark) -> Html:
    steps = f"step {mark.first}" if mark.first == mark.last else f"steps {mark.first} to {mark.last}"
    return element(
        "li",
        element("span", f"{name}{mark.number}", class_="flag"),
        " ",
        element("strong", mark.name),
        " ",
        element("a", steps, href=f"#step={mark.first}-{mark.last}"),
        f": {mark.message}" if mark.message else None,
    )
