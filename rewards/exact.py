"""`Exact`: the answer is the reference, character for character.

White space around both is dropped, and both are put into Unicode's composed form (NFC), so that an accented letter
equals itself however it was typed. Case, inner spaces and punctuation count. A reference that is not a string is
compared through its JSON text: `18` is "18", `true` is "true" in any case, `[1, 2]` is "[1, 2]" or "[1,2]".
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar
from unicodedata import normalize

from rlvr.rewards.score import BadReferenceError, Score, shown
from rlvr.rewards.verifier import FrozenVerifier

MAX_COMPOSED = 10_000
"""Longer texts are compared as they are: composing a run of accents takes quadratic time."""


@dataclass(frozen=True, kw_only=True)
class Exact(FrozenVerifier):
    """Grades by equality of stripped, composed text; bounded, frozen and picklable."""

    is_bounded: ClassVar[bool] = True

    def grade(self, answer: str, reference: Any) -> Score:
        """Return CORRECT if `answer` is the text of `reference`, else WRONG.

        Raises:
            BadReferenceError: If the reference has no JSON text.
        """
        given = answer.strip()
        if isinstance(reference, str):
            wanted = reference.strip()
            is_equal = given == wanted or _composed(given) == _composed(wanted)
        else:
            wanted = _json_text(reference)
            given = given.lower() if isinstance(reference, bool) or reference is None else given
            is_equal = given in (wanted, _json_text(reference, (",", ":")))
        return Score.correct("equal as text") if is_equal else Score.wrong(f"{shown(given)} is not the reference")


def _composed(text: str) -> str:
    if text.isascii() or len(text) > MAX_COMPOSED:
        return text
    return normalize("NFC", text)


def _json_text(reference: Any, separators: tuple[str, str] | None = None) -> str:
    try:
        return json.dumps(reference, ensure_ascii=False, separators=separators)
    except (TypeError, ValueError) as error:
        raise BadReferenceError(f"the reference {shown(repr(reference))} has no JSON text: {error}") from error
