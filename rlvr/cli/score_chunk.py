"""Scoring a chunk of lines: bytes in, bytes out.

This is what every core runs. A line that cannot be scored costs only itself: it is written with an UNSCORED score
and reported by its number. Where chunks come from and where they go is the business of `score_run`.
"""

import functools
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from rlvr.cli.errors import OutsideError
from rlvr.cli.score_fields import FieldError
from rlvr.cli.score_line import SCORE_KEY, LineError, decode_line, opened, opened_error, parse_line
from rlvr.cli.score_tally import Tally
from rlvr.rewards.score import Score

MAX_PROBLEMS = 20
"""How many unscored lines a chunk, and the terminal, name one by one."""

_CACHED_REASON_CHARS = 200
_ENCODER = json.JSONEncoder(allow_nan=False, default=float)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some consecutive lines of the input."""

    first_line: int
    """Number of the first line, from 1."""
    data: bytes
    """The lines; each ends with a newline, but for the last line of an input without one."""

    def lines(self) -> list[bytes]:
        """The lines without their newlines."""
        lines = self.data.split(b"\n")
        if not lines[-1]:
            lines.pop()
        return lines


@dataclass(frozen=True, slots=True)
class Problem:
    """A line without a score, and why."""

    line: int
    """Its number, from 1."""
    reason: str
    """What was wrong with it."""


@dataclass(frozen=True, slots=True)
class ScoredChunk:
    """A chunk's output."""

    data: bytes
    """One line of output per line of input, in order."""
    tally: Tally
    """The chunk's counts."""
    problems: list[Problem] = field(default_factory=list)
    """Its first `MAX_PROBLEMS` unscored lines."""


class Grader(Protocol):
    """Finds in a row what is to be judged, and judges many at once."""

    def request(self, fields: dict[str, Any], text: str) -> Any:
        """Return what `grade_many` needs of a row.

        Raises:
            FieldError: If the row cannot be judged.
        """

    def grade_many(self, requests: Sequence[Any]) -> list[Score]:
        """Return a score for each request, in order."""


@dataclass(slots=True)
class _Row:
    """A line on its way."""

    opened: str
    """The output line up to its score."""
    request: Any = None
    """What the grader judges; None where the score is known already."""
    score: Score | None = None
    """The score of a row that cannot be judged."""


class ChunkScorer:
    """Scores chunks with one grader, in this process."""

    def __init__(self, grader: Grader) -> None:
        self._grader = grader
        self._is_killed = False

    def score(self, chunk: Chunk) -> ScoredChunk:
        """Score every line of a chunk.

        Raises:
            OutsideError: The scorer was killed.
        """
        if self._is_killed:
            raise OutsideError("the scorer was killed")
        rows = [self._read(number, line) for number, line in enumerate(chunk.lines(), chunk.first_line)]
        judged = iter(self._grader.grade_many([row.request for row in rows if row.score is None]))
        scores = [next(judged) if row.score is None else row.score for row in rows]
        return assemble(chunk.first_line, [row.opened for row in rows], scores)

    def wait_ready(self) -> None:
        """Nothing to wait for."""

    def close(self) -> None:
        """Nothing to release."""

    def kill(self) -> None:
        """Take no further chunk; the rows that are being judged have deadlines of their own."""
        self._is_killed = True

    def _read(self, number: int, line: bytes) -> _Row:
        try:
            text = decode_line(line)
            fields = parse_line(text)
        except LineError as error:
            return _Row(opened_error(number, str(error), line), score=Score.unscored(str(error)))
        try:
            request = self._grader.request(fields, text)
        except FieldError as error:
            return _Row(opened(text, fields), score=Score.unscored(str(error)))
        return _Row(opened(text, fields), request)


def assemble(first_line: int, opened_lines: Sequence[str], scores: Sequence[Score]) -> ScoredChunk:
    """Put scores to their lines."""
    tally = Tally()
    problems: list[Problem] = []
    pieces = []
    for number, (opened_line, given) in enumerate(zip(opened_lines, scores, strict=True), first_line):
        score, text = _written(given)
        tally.add(score.verdict.value, score.value)
        if score.value is None and len(problems) < MAX_PROBLEMS:
            problems.append(Problem(number, score.reason))
        pieces.append(f'{opened_line}"{SCORE_KEY}": {text}}}\n')
    return ScoredChunk("".join(pieces).encode(), tally, problems)


def _written(score: Score) -> tuple[Score, str]:
    """A score with its text; a user's score that is not JSON becomes UNSCORED."""
    try:
        return score, score_text(score)
    except (TypeError, ValueError) as error:
        unscored = Score.unscored(f"the score is not JSON: {error}")
        return unscored, score_text(unscored)


def score_text(score: Score) -> str:
    """The four fields of a score that are written, as JSON in ASCII.

    Raises:
        TypeError: If a part or the reason is nothing that JSON knows.
    """
    value = None if score.value is None else float(score.value)
    if not score.parts and len(score.reason) <= _CACHED_REASON_CHARS:
        return _short_text(value, score.verdict.value, score.reason)
    parts = {name: part if part is None or math.isfinite(part) else None for name, part in score.parts.items()}
    return _fields_text(value, score.verdict.value, score.reason, parts)


def _fields_text(value: float | None, verdict: str, reason: str, parts: dict[str, float | None]) -> str:
    return _ENCODER.encode({"value": value, "verdict": verdict, "reason": reason, "parts": parts})


@functools.lru_cache(maxsize=4096)
def _short_text(value: float | None, verdict: str, reason: str) -> str:
    """Most rows of a file share a few reasons."""
    return _fields_text(value, verdict, reason, {})
