r"""A worked solution, as text, to the equations that it claims.

Read line by line: GSM8K's annotations `<<48/2=24>>`, each with the number that repeats its result; equations in LaTeX,
inline or displayed, by the grammar of `reading.py`; and equations in prose (`prose.py`). Nothing is decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rlvr.rewards.maths.grammar.spelling import respelled
from rlvr.rewards.maths.steps.claims import Claim, Side
from rlvr.rewards.maths.steps.formulas import formula_claims
from rlvr.rewards.maths.steps.prose import prose_claims

MAX_CHARS = 300_000
"""Characters of a solution."""
MAX_LINE_CHARS = 2_000
"""Characters of a line; a longer one is cut into sentences, and a longer sentence is not read."""
MAX_CLAIMS = 2_000
"""Equations of a solution."""

_SIGN = re.compile(r"=|≈|\\approx|<<|\bequals?\b|\bis\b|＝")
_NOTE = re.compile(r"<<([^<>\n]{1,300})>>")
_REPEATED = re.compile(
    r"\s*\\?\$?\s*(?P<number>(?>-?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)?(?:\.\d+)?))(?P<more>(?: \d{3}(?!\d))*)"
    r"(?P<percent>\s?\\?%)?(?![*^(]|[-/]\d)"
)
_TABLE = re.compile(r"\\(?:begin|end)\s*\{(?:[a-zA-Z]*matrix|array|cases|tabular)\*?\}")
_BOLD = re.compile(r"(?<![^\s(=$])\*\*(?=\S)|(?<=\S)\*\*(?![\w(])")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")


class TooLong(ValueError):  # noqa: N818  a claim about the text
    """A solution is past a cap."""


def claims(text: str) -> Iterator[Claim]:
    """Yield the equations of a worked solution in their order.

    Raises:
        TooLong: If there are more than `MAX_CHARS` characters or `MAX_CLAIMS` equations.
    """
    if len(text) > MAX_CHARS:
        raise TooLong(f"a solution has at most {MAX_CHARS} characters, got {len(text)}")
    num_claims = 0
    carried: Side | None = None
    for number, line in enumerate(text.split("\n"), 1):
        if not _SIGN.search(line) or _TABLE.search(line):
            carried = None
            continue
        for part in _parts(line):
            found, carried = _line_claims(part, number, carried)
            num_claims += len(found)
            if num_claims > MAX_CLAIMS:
                raise TooLong(f"a solution has at most {MAX_CLAIMS} equations")
            yield from found


def _parts(line: str) -> list[str]:
    if len(line) <= MAX_LINE_CHARS:
        return [line]
    return [part for part in _SENTENCE.split(line) if len(part) <= MAX_LINE_CHARS and _SIGN.search(part)]


def _line_claims(line: str, number: int, carried: Side | None) -> tuple[list[Claim], Side | None]:
    found: list[Claim] = []
    if "<<" in line:
        found, line = _annotations(line, number)
    line = respelled(line) if not line.isascii() else line
    line = _BOLD.sub("", line) if "**" in line else line
    if "\\" in line or "^" in line:
        formulas, line, carried = formula_claims(line, number, carried)
        found += formulas
    prose, last = prose_claims(line, number, carried)
    return [*found, *prose], last or carried


def _annotations(line: str, number: int) -> tuple[list[Claim], str]:
    """Return what the annotations of a line claim, and the line without them."""
    found: list[Claim] = []
    for note in _NOTE.finditer(line):
        inside, _ = prose_claims(note.group(1), number)
        found += inside
        after = _REPEATED.match(line, note.end())
        if inside and after and after.group("number").strip("-."):
            text = line[note.start() : after.end()]
            found.append(Claim(text, inside[-1].right, _repeated(after), "=", number))
    return found, _NOTE.sub("", line)


def _repeated(after: re.Match[str]) -> Side:
    """Return the number after an annotation; the digits after a space may belong to it."""
    digits, percent = after.group("number").replace(",", ""), "\\%" if after.group("percent") else ""
    more = after.group("more").replace(" ", "")
    return Side(digits + percent, (digits + more + percent,) if more else ())
