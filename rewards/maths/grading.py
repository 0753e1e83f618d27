r"""From a reference and an answer, as texts, to a `Score`: here, or in a worker where computer algebra is at hand."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from rlvr.rewards.boxes import BoxError, last_boxed
from rlvr.rewards.extraction import extract
from rlvr.rewards.maths.compare import Comparison
from rlvr.rewards.maths.grammar.lexicon import Unreadable
from rlvr.rewards.maths.grammar.reading import MAX_CHARS, read
from rlvr.rewards.maths.grammar.tokens import braced
from rlvr.rewards.maths.options import MathOptions
from rlvr.rewards.maths.tree import TooLarge
from rlvr.rewards.maths.truth import Truth
from rlvr.rewards.score import BadReferenceError, Score, shown

MIN_SOLUTION_CHARS = 200
"""From this length on, a reference without a box may be a worked solution that ends with its answer."""

_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
_PERCENT_SIGN = re.compile(r"%|percent|pct")
_AFTER_BOX = re.compile(r"\s*\$?\s*(?:\\?%|percent\b|pct\b)")
_PERCENT = re.compile(r"\}\s*\$?\s*(?:\\?%|percent\b|pct\b)[\s.$]*\Z")


def reference_text(reference: Any) -> str:
    """Return the text of a reference: what is in its last box, or all of it; a number as Python writes it.

    Raises:
        BadReferenceError: If it is neither text nor finite number, or is empty.
    """
    if isinstance(reference, str):
        text = reference
        if "\\boxed" in text or "\\fbox" in text:
            try:
                text = (last_boxed(text) or text) + ("\\%" if _PERCENT.search(text) else "")
            except BoxError as error:
                raise BadReferenceError(f"the reference has no answer: {error}") from error
        if not text.strip(" $\n\t"):
            raise BadReferenceError("the reference is empty")
        if len(text) > MAX_CHARS:
            raise BadReferenceError(f"the reference has {len(text)} characters; at most {MAX_CHARS} are read")
        return _final_statement(text)
    is_number = isinstance(reference, int | float) and not isinstance(reference, bool)
    if not is_number or (isinstance(reference, float) and not math.isfinite(reference)):
        raise BadReferenceError(f"the reference must be a text or a finite number, got {shown(repr(reference))}")
    try:
        return str(reference)
    except ValueError as error:
        raise BadReferenceError(f"the reference has too many digits: {error}") from error


def with_percent(response: str, answer: str) -> str:
    r"""Return `answer` with the percent sign that stands right after its box, as in `\\boxed{50}\\%`."""
    start = max(response.rfind("\\boxed"), response.rfind("\\fbox"))
    if start < 0 or answer.endswith("%") or not _PERCENT_SIGN.search(response, start):
        return answer
    try:
        inside, end = braced(response, response.find("{", start))
    except Unreadable:
        return answer
    is_boxed = inside is not None and inside.strip() == answer
    return f"{answer}\\%" if is_boxed and _AFTER_BOX.match(response, end) else answer


def _final_statement(text: str) -> str:
    """Return the answer that a whole worked solution ends with, where the reference is one."""
    if len(text) < MIN_SOLUTION_CHARS:
        return text
    found = extract("marker", text)
    return found.answer if found.answer is not None else text


def graded(options: MathOptions, reference: str, answer: str, *, symbolic: bool) -> Score:
    """Grade one answer.

    Args:
        options: The policies.
        reference: A text from `reference_text`.
        answer: The extracted text.
        symbolic: Whether computer algebra may be asked, which is so in a worker only.

    Raises:
        NeedsSymbolic: If only computer algebra could tell, and `symbolic` is False.
        BadReferenceError: If the reference is past a cap.
    """
    if options.decimal_comma:
        reference, answer = _DECIMAL_COMMA.sub(".", reference), _DECIMAL_COMMA.sub(".", answer)
    try:
        wanted = read(reference)
    except TooLarge as error:
        raise BadReferenceError(f"the reference cannot be read: {error}") from error
    try:
        decision = Comparison(options, symbolic=symbolic).statements(wanted, read(answer))
    except (TooLarge, RecursionError) as error:
        return Score.limit(str(error), answer)
    if decision.truth is Truth.TRUE:
        return Score.correct(decision.rule, answer)
    if decision.truth is Truth.UNKNOWN:
        return Score.wrong(f"not shown to be equal: {decision.rule}", answer)
    return Score.wrong(decision.rule, answer)


@dataclass(frozen=True, slots=True)
class SlowGrader:
    """Grades in a worker; unpickling it there loads computer algebra before the call's clock starts."""

    options: MathOptions
    """The policies."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _in_worker, (self.options,)

    def graded_json(self, answer: str, reference: Any) -> dict[str, Any]:
        """Return the JSON of the score of one pair."""
        return graded(self.options, reference_text(reference), answer, symbolic=True).to_json()


def _in_worker(options: MathOptions) -> SlowGrader:
    import rlvr.rewards.maths.values.symbolic  # noqa: F401  a quarter of a second, before the first call's clock starts

    return SlowGrader(options)
