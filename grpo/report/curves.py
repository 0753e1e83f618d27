"""The curves of a page: each chart in a card, with its legend and the place where a reading stands."""

from collections.abc import Sequence

from rlvr.grpo.report.charts import RUN_NAMES, Chart, Charts
from rlvr.grpo.report.markup import Html, element, joined, json_block
from rlvr.grpo.report.svg import draw, readings

_SMALL, _WIDE = (360, 210), (1140, 300)
"""Sizes of a drawing in pixels: in a card, and across a desktop's page."""
_HOW_TO_READ = (
    "A line is the running mean of a number that is measured at every step; its band is the 95% interval of that mean, "
    "from the spread of the steps in the window, and the thin line has the single steps. Checks on val have 95% Wilson "
    "bands over their tasks. A flag marks the step at which an alarm fired. Point at a chart, or focus it and use the "
    "arrow keys, to read it; Enter shows the rollouts of that step."
)


def curves_section(found: Charts, names: Sequence[str]) -> Html:
    """All charts, the main one first and wide."""
    both = " ".join(
        f"{run} is {name}, {line}." for run, name, line in zip(RUN_NAMES, names, ("solid", "dashed"), strict=False)
    )
    absent = f"Not recorded here: {', '.join(found.absent)}." if found.absent else None
    if found.main is None and not found.others:
        return element("p", "There are no steps to draw yet.", class_="quiet")
    return joined(
        element("p", both, class_="quiet") if len(names) > 1 else None,
        element("details", element("summary", "How to read the curves"), element("p", _HOW_TO_READ), class_="quiet"),
        _card(found.main, is_wide=True) if found.main else None,
        element("div", (_card(chart) for chart in found.others), class_="cards"),
        element("p", absent, class_="quiet") if absent else None,
    )


def curves_data(found: Charts) -> Html:
    """The numbers of all charts, for the page's script."""
    drawn = [*([found.main] if found.main else []), *found.others]
    return json_block("data-readings", {chart.plan.key: readings(chart) for chart in drawn})


def _card(chart: Chart, *, is_wide: bool = False) -> Html:
    drawings = [element("div", draw(chart, *_SMALL), class_="narrow" if is_wide else None)]
    if is_wide:
        drawings.append(element("div", draw(chart, *_WIDE), class_="wide"))
    return element(
        "figure",
        element("figcaption", element("h3", chart.plan.title), element("p", chart.plan.about), _legend(chart)),
        drawings,
        element("output", class_="reading", data_reading=chart.plan.key),
        class_="card",
        id=f"chart-{chart.plan.key}",
    )


def _legend(chart: Chart) -> Html | None:
    keys = [(one.name, f"key c{one.color}{' dashed' if one.is_dashed else ''}") for one in chart.series]
    keys += [(one.name, f"key square c{one.color}") for one in chart.whiskers]
    if len(keys) < 2:
        return None
    return element("ul", (element("li", element("i", class_=style), name) for name, style in keys), class_="legend")
