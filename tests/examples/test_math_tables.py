"""The tables of docs/math.md are true: every right and wrong spelling of every row is graded, in both directions."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rlvr.rewards import MathVerifier, Verdict

PAGE = Path(__file__).parents[2] / "docs" / "math.md"
TABLE = re.compile(r"^<!-- math(?P<about>.*?) -->\n\n(?P<rows>(?:\|.*\n)+)", re.MULTILINE)
CODE = re.compile(r"`([^`]+)`")


def _rows() -> Iterator[tuple[str, str, bool, bool]]:
    """Each spelling of each table: (reference, answer, whether it is right, whether both directions must agree)."""
    for table in TABLE.finditer(PAGE.read_text(encoding="utf-8")):
        for row in table["rows"].splitlines()[2:]:
            reference, right, wrong = (CODE.findall(cell) for cell in row.strip("|").split(" | "))
            for answers, is_right in ((right, True), (wrong, False)):
                for answer in answers:
                    yield reference[0], answer, is_right, "one way" not in table["about"]


@pytest.mark.parametrize(("reference", "answer", "is_right", "is_symmetric"), list(_rows()))
def test_row(reference: str, answer: str, is_right: bool, is_symmetric: bool) -> None:
    verifier = MathVerifier()
    wanted = Verdict.CORRECT if is_right else Verdict.WRONG
    assert verifier.grade(answer, reference).verdict is wanted
    if is_symmetric:
        assert verifier.grade(reference, answer).verdict is wanted


def test_the_tables_are_found() -> None:
    rows = list(_rows())
    assert len(rows) > 200
    assert 0.3 < sum(is_right for _, _, is_right, _ in rows) / len(rows) < 0.7
    assert PAGE.read_text(encoding="utf-8").count("<!-- ") == len(list(TABLE.finditer(PAGE.read_text("utf-8"))))
