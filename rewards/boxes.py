r"""The last `\boxed{...}` of a text, found by one pass over its braces.

A box counts where it stands last in the text, so an unterminated last box is never replaced by an earlier one. Boxes
inside a box are unwrapped. Boxes with nothing but spaces, `$`, `,`, `;`, `&`, `/`, "and" or "or" between them are one
list, which is how a hedge over two boxes is seen for what it is; boxes with other words between them revise each
other, and the last counts. `\fbox` is `\boxed`, and the doubled backslash of twice-escaped files is accepted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MAX_BRACES = 20_000
"""Braces and boxes that are looked at, counted from the first box; a text with more has no answer."""

_TOKEN = re.compile(r"\\{1,2}(?:boxed|fbox)(?![A-Za-z])\s*(\{?)|\\[\\{}]|[{}]")
_JOINER = r"\\(?:text|textrm|mathrm|mbox)\{[\s,]*+(?:and|or)\s*+\}"
_SPACING = r"\\(?:[\s,;:!()\[\]\\]|q?quad(?![A-Za-z]))"
_SIGN = r"\\(?:lor|land|vee|wedge)(?![A-Za-z])"
_LIST_SEPARATOR = re.compile(rf"(?:[\s$,;~&/*\u3001\u200b-\u200d\ufeff]++|(?i:and|or)|{_JOINER}|{_SIGN}|{_SPACING})*+")


class BoxError(ValueError):
    """The last box of a text holds no answer."""


@dataclass(slots=True)
class _Box:
    start: int
    """Where its backslash stands in the text."""
    inside: int
    """Where its content begins."""
    end: int = -1
    """Where its closing brace stands; -1 while it is open."""
    inner: list[_Box] = field(default_factory=list)
    """The closed boxes in it, at any depth, in the order of the text."""


def last_boxed(text: str) -> str | None:
    r"""Return the content of the last box, or of the list of boxes that ends with it, joined by ", ".

    Returns:
        The stripped content, or None where the text has no box.

    Raises:
        BoxError: If the last box is empty, unterminated, without braces, or behind more than `MAX_BRACES` braces.
    """
    boxes = _boxes(text)
    if not boxes:
        return None
    if boxes[-1].end < 0:
        raise BoxError("the last box is not terminated")
    outer = _outermost(boxes)
    listed = [outer.pop()]
    while outer and _LIST_SEPARATOR.fullmatch(text, outer[-1].end + 1, listed[-1].start):
        listed.append(outer.pop())
    contents = [_unwrapped(text, box) for box in reversed(listed)]
    if not contents[-1]:
        raise BoxError("the last box is empty")
    return ", ".join(contents)


def _boxes(text: str) -> list[_Box]:
    """Return every box in the order of the text; the unterminated ones keep `end` at -1."""
    starts = [at for at in (text.find("\\boxed"), text.find("\\fbox")) if at >= 0]
    if not starts:
        return []
    boxes: list[_Box] = []
    open_braces: list[_Box | None] = []
    for count, token in enumerate(_TOKEN.finditer(text, max(min(starts) - 1, 0))):
        if count >= MAX_BRACES:
            raise BoxError(f"more than {MAX_BRACES} braces follow the first box")
        word = token.group()
        if word == "{":
            open_braces.append(None)
        elif word == "}":
            if open_braces and (box := open_braces.pop()) is not None:
                box.end = token.start()
        elif len(word) > 2:
            boxes.append(_Box(token.start(), token.end()))
            if token.group(1):
                open_braces.append(boxes[-1])
    return boxes


def _outermost(boxes: list[_Box]) -> list[_Box]:
    """Return the closed boxes that lie in no other closed box, each with its `inner` filled."""
    kept: list[_Box] = []
    for box in boxes:
        if box.end < 0:
            continue
        if kept and box.start < kept[-1].end:
            kept[-1].inner.append(box)
        else:
            kept.append(box)
    return kept


def _unwrapped(text: str, box: _Box) -> str:
    """Return the content of `box` with the boxes in it replaced by their contents, set off by spaces."""
    if not box.inner:
        return text[box.inside : box.end].strip()
    cuts = sorted(cut for inner in box.inner for cut in ((inner.start, inner.inside), (inner.end, inner.end + 1)))
    pieces: list[str] = []
    at = box.inside
    for start, end in cuts:
        pieces.append(text[at:start])
        at = end
    pieces.append(text[at : box.end])
    return " ".join(pieces).strip()
