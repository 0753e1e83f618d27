"""The tables of docs/verifiers.md are true: every row of a table with a comment above it is run.

`<!-- extract SPEC -->`, `<!-- grade NAME REFERENCE -->`, `<!-- format SPEC -->` (JSON) and `<!-- linear -->` say what a
table is about. The first cell of a row holds texts as code, in which a line break is written as an arrow; the second
is what each of them must give.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rlvr.rewards.extraction import extract, parse_spec
from rlvr.rewards.format import format_score
from rlvr.rewards.names import verifier_named

PAGE = Path(__file__).parents[2] / "docs" / "verifiers.md"
TABLE = re.compile(r"^<!-- (?P<kind>\w+) ?(?P<about>.*?) ?-->\n\n(?P<rows>(?:\|.*\n)+)", re.MULTILINE)
CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")


def _rows() -> Iterator[tuple[str, str, str, str]]:
    """Each text of each table: (kind, what the table is about, text, wanted)."""
    for table in TABLE.finditer(PAGE.read_text(encoding="utf-8")):
        for row in table["rows"].splitlines()[2:]:
            texts, wanted = (cell.strip() for cell in row.split("|")[1:3])
            for text in _codes(texts):
                yield table["kind"], table["about"], text, wanted


def _codes(cell: str) -> list[str]:
    """The code spans of a cell; one space on both sides is the span's own."""
    spans = [span for _, span in CODE.findall(cell)]
    trimmed = [span[1:-1] if span[0] == span[-1] == " " and span.strip() else span for span in spans]
    return [span.replace("↵", "\n") for span in trimmed]


@pytest.mark.parametrize(("kind", "about", "text", "wanted"), list(_rows()))
def test_row(kind: str, about: str, text: str, wanted: str) -> None:
    if kind == "extract":
        found = extract(json.loads(about), text)
        outcome = found.answer if found.answer is not None else "refused" if found.found else "nothing"
        assert outcome == (_codes(wanted) or [wanted])[0]
    elif kind == "grade":
        name, _, reference = about.partition(" ")
        assert verifier_named(name).grade(text, json.loads(reference)).verdict == wanted  # type: ignore[union-attr]
    elif kind == "format":
        assert format_score(text, json.loads(about)) == float(wanted)
    else:
        assert kind == "linear"
        assert wanted == ("in place" if parse_spec(f"regex:{text}").is_bounded else "in a worker")


def test_every_kind_of_table_is_found() -> None:
    kinds = [kind for kind, *_ in _rows()]
    assert {"extract", "grade", "format", "linear"} == set(kinds)
    assert len(kinds) > 200
    assert PAGE.read_text(encoding="utf-8").count("<!-- ") == len(list(TABLE.finditer(PAGE.read_text("utf-8"))))
