"""The table of docs/algorithms.md is the table of the code."""

import dataclasses
import re
from pathlib import Path

import pytest

from rlvr.grpo.algorithms.table import ALGORITHMS, Algorithm

PAGE = (Path(__file__).parents[2] / "docs" / "algorithms.md").read_text(encoding="utf-8")
TABLE = re.compile(r"^<!-- algorithms -->\n\n(?P<rows>(?:\|.*\n)+)", re.MULTILINE)
CODE = re.compile(r"`([^`]+)`")


def shown() -> dict[str, list[list[str]]]:
    """The code in each cell of each row, by the row's name."""
    table = TABLE.search(PAGE)
    assert table is not None
    rows = [[CODE.findall(cell) for cell in row.strip("|").split(" | ")] for row in table["rows"].splitlines()[2:]]
    return {name: rest for (name,), *rest in rows}


def cells(row: Algorithm) -> list[list[str]]:
    parts, numbers = dataclasses.fields(row)[:4], dataclasses.fields(row)[4:]
    other = [
        f"{field.name}={getattr(row, field.name)!r}" for field in numbers if getattr(row, field.name) != field.default
    ]
    return [*([getattr(row, field.name)] for field in parts), other]


def test_every_algorithm_is_shown() -> None:
    assert list(shown()) == list(ALGORITHMS)


@pytest.mark.parametrize("name", ALGORITHMS)
def test_a_row_is_what_is_shown(name: str) -> None:
    assert shown()[name][:5] == cells(ALGORITHMS[name])


def test_another_row_would_be_seen() -> None:
    assert shown()["grpo"][:5] != cells(ALGORITHMS["dapo"])
    assert shown()["gspo"][:5] != cells(dataclasses.replace(ALGORITHMS["gspo"], clip_low=0.2))


def test_every_number_of_a_row_is_explained() -> None:
    section = PAGE.partition("## Numbers of a row")[2].partition("## ")[0]
    named = [name for row in section.splitlines() if row.startswith("|") for name in CODE.findall(row.split("|")[1])]
    assert named == [field.name for field in dataclasses.fields(Algorithm)[4:]]
