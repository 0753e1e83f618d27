"""What a verification yields: one frozen `Score`.

A `Score` says how good a response is (`value`), in which of six ways it ended (`verdict`), why (`reason`), and from
which raw measurements it was made (`parts`). `UNSCORED` means that we failed, not the response: it has no value, and
whoever averages scores must leave it out. Nothing here looks at a response; the verifiers do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

SHOWN_CHARS = 60
"""How many characters of a foreign text a reason quotes."""


class BadReferenceError(ValueError):
    """The reference is not of a form that the verifier can compare with."""


class Verdict(StrEnum):
    """How a verification ended; each member's value is its own name."""

    CORRECT = "CORRECT"
    """The answer is right: 1."""
    PARTIAL = "PARTIAL"
    """The answer is partly right: strictly between 0 and 1."""
    WRONG = "WRONG"
    """There is one answer, or a hedge, and it is not right: 0."""
    NO_ANSWER = "NO_ANSWER"
    """The extraction rule found no answer, or one that it must refuse: 0."""
    LIMIT = "LIMIT"
    """Judging the response used up its processor time or memory: 0."""
    UNSCORED = "UNSCORED"
    """We could not judge: no value, and never a zero."""


@dataclass(frozen=True, slots=True)
class Score:
    """The outcome of one verification.

    Raises:
        ValueError: If `value` is outside [0, 1] or not finite, or is None for any verdict but UNSCORED.
    """

    value: float | None
    """The reward in [0, 1]; None exactly when the verdict is UNSCORED."""
    verdict: Verdict
    """How the verification ended."""
    reason: str = ""
    """Which rule decided, in words; may be empty for a plain right answer."""
    parts: Mapping[str, float | None] = field(default_factory=dict, hash=False)
    """The raw, unweighted measurements by name, each in [0, 1], or None where one is unscored."""
    answer: str | None = None
    """The extracted text that was graded, or None where there was none."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "verdict", Verdict(self.verdict))
        if (self.value is None) != (self.verdict is Verdict.UNSCORED):
            raise ValueError(f"a score has no value exactly when it is UNSCORED, got {self.value} {self.verdict}")
        if self.value is None:
            return
        if not 0.0 <= self.value <= 1.0:
            raise ValueError(f"a score's value must lie in [0, 1], got {self.value}")
        object.__setattr__(self, "value", float(self.value))

    @classmethod
    def correct(cls, reason: str = "", answer: str | None = None) -> Score:
        """Return a right answer's score: 1.0, CORRECT."""
        return cls(1.0, Verdict.CORRECT, reason, answer=answer)

    @classmethod
    def partial(cls, value: float, reason: str = "", answer: str | None = None) -> Score:
        """Return the score of `value` in [0, 1]: PARTIAL strictly between, else CORRECT or WRONG."""
        verdict = Verdict.CORRECT if value == 1.0 else Verdict.WRONG if value == 0.0 else Verdict.PARTIAL
        return cls(value, verdict, reason, answer=answer)

    @classmethod
    def wrong(cls, reason: str = "", answer: str | None = None) -> Score:
        """Return a wrong answer's score: 0.0, WRONG."""
        return cls(0.0, Verdict.WRONG, reason, answer=answer)

    @classmethod
    def no_answer(cls, reason: str = "") -> Score:
        """Return the score of a response without an answer: 0.0, NO_ANSWER."""
        return cls(0.0, Verdict.NO_ANSWER, reason)

    @classmethod
    def limit(cls, reason: str = "", answer: str | None = None) -> Score:
        """Return the score of a response that exceeded a resource limit: 0.0, LIMIT."""
        return cls(0.0, Verdict.LIMIT, reason, answer=answer)

    @classmethod
    def unscored(cls, reason: str = "", answer: str | None = None) -> Score:
        """Return the score of a failure of ours: no value, UNSCORED."""
        return cls(None, Verdict.UNSCORED, reason, answer=answer)

    def with_answer(self, answer: str | None) -> Score:
        """Return this score with `answer` recorded as what was graded, unless one is recorded already."""
        if self.answer is not None or answer is None:
            return self
        return Score(self.value, self.verdict, self.reason, self.parts, answer)

    def to_json(self) -> dict[str, Any]:
        """Return the fields as a dictionary that `json` can write; `from_json` is its inverse."""
        return {
            "value": self.value,
            "verdict": self.verdict.value,
            "reason": self.reason,
            "parts": dict(self.parts),
            "answer": self.answer,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Score:
        """Rebuild a score from `to_json`'s dictionary; `reason`, `parts` and `answer` may be absent.

        Raises:
            ValueError: If a field is missing or holds what no score can.
        """
        try:
            verdict = Verdict(data["verdict"])
            value = data["value"]
        except KeyError as error:
            raise ValueError(f"a score needs 'value' and 'verdict', got the keys {sorted(data)}") from error
        parts = dict(data.get("parts") or {})
        return cls(None if value is None else float(value), verdict, data.get("reason", ""), parts, data.get("answer"))


def as_score(result: object) -> Score:
    """Turn what a grade or check returned into a `Score`.

    True is 1.0 CORRECT, False 0.0 WRONG, a number strictly between 0 and 1 is PARTIAL, 1 and 0 are as the booleans,
    a `Score` is itself. NumPy and torch scalars count as the Python number they hold.

    Raises:
        ValueError: If the number is not finite or lies outside [0, 1], or if `result` is anything else.
    """
    if isinstance(result, Score):
        return result
    if result is True:
        return Score.correct()
    if result is False:
        return Score.wrong()
    if not isinstance(result, int | float) and hasattr(result, "item"):
        return as_score(result.item())
    if isinstance(result, int | float) and 0 <= result <= 1:
        return Score.partial(float(result))
    hint = "; did the function forget to return?" if result is None else ""
    raise ValueError(f"expected a Score, a bool or a number in [0, 1], got {shown(repr(result))}{hint}")


def shown(text: str) -> str:
    """Return `text` as a short quoted ASCII literal for a reason: at most `SHOWN_CHARS` of its characters."""
    if len(text) <= SHOWN_CHARS:
        return ascii(text)
    return f"{text[:SHOWN_CHARS]!a}... ({len(text)} characters)"
