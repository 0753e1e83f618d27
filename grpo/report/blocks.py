"""Pieces of a page that several sections use."""

from collections.abc import Iterable, Sequence
from typing import Any

from rlvr.grpo.report.markup import Html, element


def notes(said: Sequence[str]) -> Html | None:
    """Notes as a list; None where there are none."""
    return element("ul", (element("li", one) for one in said), class_="notes") if said else None


def rows_table(heads: Iterable[str], rows: Iterable[Iterable[Any]], class_: str = "") -> Html:
    """A table whose first column names its rows."""
    body = (
        element("tr", element("th", first, scope="row"), (element("td", cell) for cell in rest))
        for first, *rest in rows
    )
    top = element("tr", (element("th", head, scope="col") for head in heads))
    return element(
        "div", element("table", element("thead", top), element("tbody", body)), class_=f"scroll {class_}".strip()
    )
