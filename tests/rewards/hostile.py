"""Reads the corpora of `tests/hostile`."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "hostile"

Text = str | list[tuple[str, int]]


def corpus(name: str) -> dict[str, Any]:
    """Return the corpus `name` as its JSON says."""
    loaded: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def text_of(text: Text) -> str:
    """Return the text that a corpus writes plainly, or as pieces and how often each is repeated."""
    if isinstance(text, str):
        return text
    return "".join(piece * count for piece, count in text)
