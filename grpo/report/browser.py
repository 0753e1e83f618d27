"""The table of rollouts: its filters and the data from which `rollouts.js` fills it."""

from collections.abc import Mapping, Sequence

from rlvr.grpo.report.blocks import notes
from rlvr.grpo.report.markup import Html, element, joined, json_block
from rlvr.grpo.report.sample import NUM_RESERVED, Sample

_SORTS: Mapping[str, str] = {
    "step": "step",
    "-step": "step, last first",
    "-reward": "reward, highest first",
    "reward": "reward, lowest first",
    "-tokens": "length, longest first",
    "tokens": "length, shortest first",
    "-advantage": "advantage, highest first",
    "advantage": "advantage, lowest first",
}


def rollouts_section(samples: Sequence[Sample], names: Sequence[str], said: Sequence[str]) -> Html:
    """The filters, and an empty table for the script to fill."""
    if not any(sample.num_rollouts for sample in samples):
        return joined(notes(said), element("p", "There are no rollouts yet.", class_="quiet"))
    return joined(
        notes(said),
        element("p", " ".join(map(_share, samples, _whose(names))), class_="quiet"),
        _filters(is_compared=len(samples) > 1),
        element("p", element("output", id="matches"), class_="quiet"),
        element("noscript", "Without JavaScript the table of rollouts stays empty."),
        element("div", element("table", element("thead"), element("tbody"), id="rows"), class_="rows"),
        element("button", "Show more", id="more", type="button", hidden=True),
    )


def rollouts_data(samples: Sequence[Sample], names: Sequence[str]) -> Html:
    """The rollouts themselves, for the page's script."""
    rows = [
        {**row, "run": name} if len(samples) > 1 else row
        for sample, name in zip(samples, names, strict=True)
        for row in sample.rows
    ]
    return json_block("data-rollouts", rows)


def _whose(names: Sequence[str]) -> Sequence[str]:
    return [f"{name}: " for name in names] if len(names) > 1 else [""]


def _share(sample: Sample, whose: str) -> str:
    shown, total = len(sample.rows), sample.num_rollouts
    if shown == total:
        return f"{whose}All {total:,} rollouts are here."
    return (
        f"{whose}{shown:,} of {total:,} rollouts are here ({shown / total:.1%}), chosen by a hash of step, task and "
        f"number; where there are as many, at least {NUM_RESERVED} of each verdict, of the steps at which an alarm "
        "began to fire, and of the last step."
    )


def _filters(*, is_compared: bool) -> Html:
    sorts = [element("option", said, value=value) for value, said in _SORTS.items()]
    return element(
        "form",
        _field("run", element("select", name="run")) if is_compared else None,
        _field("step", element("input", name="step", placeholder="12 or 10-20", size=9, autocomplete="off")),
        _field("verdict", element("select", name="verdict")),
        _field("taskset", element("select", name="taskset")),
        _field("text", element("input", name="text", type="search", placeholder="in any text", autocomplete="off")),
        _field("sort by", element("select", sorts, name="sort")),
        element("button", "Show all", type="reset"),
        id="filters",
    )


def _field(name: str, control: Html) -> Html:
    return element("label", element("span", name), control)
