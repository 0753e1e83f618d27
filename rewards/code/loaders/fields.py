"""Reading the fields of a row, with errors that name them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rlvr.rewards.code.comparators import seen
from rlvr.rewards.score import BadReferenceError


def text_of(row: Mapping[str, Any], *names: str) -> str:
    """Return the first of the fields that is there, a text that is not empty.

    Raises:
        BadReferenceError: none is, or it is something else.
    """
    name = next((name for name in names if row.get(name) is not None), names[0])
    text = row.get(name)
    if not isinstance(text, str) or not text.strip():
        raise BadReferenceError(f"{' or '.join(names)} is {seen(text)}: give a text")
    return text


def texts_of(row: Mapping[str, Any], name: str) -> list[str]:
    """Return a list of texts; empty where the field is missing or null.

    Raises:
        BadReferenceError: it is something else.
    """
    texts = row.get(name)
    if texts is None:
        return []
    if isinstance(texts, str) or not isinstance(texts, Sequence) or not all(isinstance(text, str) for text in texts):
        raise BadReferenceError(f"{name} is {seen(texts)}: give a list of texts")
    return list(texts)
