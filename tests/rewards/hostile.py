"""Reads the corpora of `tests/hostile`."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "hostile"

Text = str | list[tuple[str, int] | tuple[str, int, int]]


def corpus(name: str) -> dict[str, Any]:
    """Return the corpus `name` as its JSON says."""
    loaded: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def text_of(text: Text) -> str:
    """Return the text that a corpus writes plainly, or as pieces.

    A piece is repeated as often as its number says. A piece with two numbers is written once for each number from the
    first to the last, upwards or downwards, with `#` replaced by it.
    """
    return text if isinstance(text, str) else "".join(_repeated(*piece) for piece in text)


def _repeated(piece: str, first: int, last: int | None = None) -> str:
    if last is None:
        return piece * first
    step = 1 if first <= last else -1
    return "".join(piece.replace("#", str(number)) for number in range(first, last + step, step))


def allowed(must: str | list[str]) -> frozenset[str]:
    """Return the verdicts that a case of the corpus `math` may end with, from its `must`."""
    refused = {"WRONG", "NO_ANSWER", "LIMIT"}
    named = {
        "not_correct": refused,
        "not_paid": refused | {"UNSCORED"},
        "any": refused | {"UNSCORED", "CORRECT"},
    }
    return frozenset(must if isinstance(must, list) else named.get(must, {must}))
