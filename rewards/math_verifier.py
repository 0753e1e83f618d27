r"""`MathVerifier`: whether a response's final answer is, mathematically, the reference.

Both sides become trees (`rlvr.rewards.maths.grammar.reading`), and the trees are compared by exact rules
(`rlvr.rewards.maths.compare`). Most pairs are decided in this process by canonical forms, modular and interval
arithmetic, all under caps. The one or two in a hundred that only computer algebra can decide, and any text that is
unusually long, are decided in a killable worker, the only place where sympy is loaded. Nothing that a text says is
executed, and nothing is ever read with `eval` or a parser that calls it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from rlvr.rewards import guard
from rlvr.rewards.extraction import Extractor, Spec, parse_spec
from rlvr.rewards.maths.effort import limited
from rlvr.rewards.maths.grading import SlowGrader, graded, reference_text, with_percent
from rlvr.rewards.maths.grammar.reading import read
from rlvr.rewards.maths.options import MathOptions
from rlvr.rewards.maths.tree import TooLarge
from rlvr.rewards.maths.truth import NeedsSymbolic
from rlvr.rewards.score import BadReferenceError, Score, Verdict
from rlvr.rewards.verifier import Verifier, extracted

MAX_INLINE_CHARS = 2_000
"""Characters of an answer that is compared in the calling process; a longer one goes to a worker."""


class MathVerifier(Verifier):
    r"""Grades mathematics: numbers, expressions, equations, intervals, sets, tuples, matrices, words.

    A right answer may be spelled in any way that means the same; `docs/verifiers.md` has the rules, and every score's
    `reason` names the one that decided.

    Args:
        extract: Where the answer is; a rule of `rlvr.rewards.extraction` or an ordered tuple of them.
        options: Fields of `rlvr.rewards.MathOptions`, such as `tolerance=1e-4` or `units="required"`.

    Raises:
        ValueError: If an option is unknown or has a value that it cannot have, or `extract` names no rule.
    """

    is_bounded = True
    extract: Spec = ("tag", "boxed", "hash", "marker", "whole")

    def __init__(self, *, extract: Spec | list[str] | None = None, **options: Any) -> None:
        super().__init__(extract=extract)
        try:
            self.options = MathOptions(**options)
        except TypeError:
            known = ", ".join(MathOptions.__dataclass_fields__)
            unknown = ", ".join(sorted(set(options) - set(MathOptions.__dataclass_fields__)))
            raise ValueError(f"MathVerifier has no option {unknown}; its options are extract, {known}") from None

    def grade(self, answer: str, reference: Any) -> Score:
        """Judge an extracted answer.

        Args:
            answer: One answer in LaTeX, plain text or Unicode.
            reference: The right one, likewise, or a number; of a text with a box in it, what is in the box.

        Returns:
            CORRECT or WRONG with the deciding rule as its reason; LIMIT for an answer past a cap.

        Raises:
            BadReferenceError: If the reference is neither text nor number, is empty, or is itself past a cap.
        """
        inline = self._graded_inline(answer, reference)
        if inline is not None:
            return inline
        return _plain(guard.guarded(self._slow(), "graded_json", [(answer, reference)])[0])

    def verify_many(self, pairs: Sequence[tuple[str, Any]]) -> list[Score]:
        """Verify each (response, reference); those that need a worker are decided side by side."""
        if not self.runs_inline:
            return super().verify_many(pairs)
        extractor = parse_spec(self.extract)
        scores: list[Score | None] = []
        slow: list[tuple[str, Any]] = []
        for response, reference in pairs:
            found = self._extracted(extractor, response, reference)
            scores.append(found if isinstance(found, Score) else self._scored_inline(found, reference))
            if scores[-1] is None:
                slow.append((str(found), reference))
        graded = iter(map(_plain, guard.guarded(self._slow(), "graded_json", slow) if slow else []))
        answers = iter(answer for answer, _ in slow)
        return [next(graded).with_answer(next(answers)) if score is None else score for score in scores]

    async def verify_async(self, response: str, reference: Any) -> Score:
        """Verify one response as `__call__` does, without blocking the event loop while a worker decides it."""
        if not self.runs_inline:
            return await super().verify_async(response, reference)
        found = self._extracted(parse_spec(self.extract), response, reference)
        if isinstance(found, Score):
            return found
        score = self._scored_inline(found, reference)
        if score is None:
            score = _plain(await guard.guarded_async(self._slow(), "graded_json", found, reference))
        return score.with_answer(found)

    def _extracted(self, extractor: Extractor, response: str, reference: Any) -> str | Score:
        found = extracted(extractor, response)
        if isinstance(found, Score) or not isinstance(reference, str) or "%" not in reference:
            return found
        return with_percent(response, found)

    def _scored_inline(self, answer: str, reference: Any) -> Score | None:
        try:
            score = self._graded_inline(answer, reference)
        except BadReferenceError as error:
            return Score.unscored(str(error), answer)
        return None if score is None else score.with_answer(answer)

    def _graded_inline(self, answer: str, reference: Any) -> Score | None:
        """Return the score of a pair that needs no worker, else None."""
        wanted = reference_text(reference)
        if len(answer) > MAX_INLINE_CHARS or len(wanted) > MAX_INLINE_CHARS:
            return None
        return _graded(self.options, wanted, answer)

    def _slow(self) -> SlowGrader:
        return SlowGrader(self.options)

    def __repr__(self) -> str:
        default = MathOptions()
        options = {"extract": self.extract} | asdict(self.options)
        shown = {name: value for name, value in options.items() if name == "extract" or value != getattr(default, name)}
        return f"MathVerifier({', '.join(f'{name}={value!r}' for name, value in shown.items())})"


def _plain(score: Score) -> Score:
    """Return a worker's score without the times of one that was stopped, so that equal pairs have equal scores."""
    return Score.limit("it takes too long to decide", score.answer) if score.verdict is Verdict.LIMIT else score


@lru_cache(maxsize=8192)
def _graded(options: MathOptions, reference: str, answer: str) -> Score | None:
    try:
        with limited():
            return graded(options, reference, answer, symbolic=False)
    except NeedsSymbolic:
        return None


def check_reference(reference: Any, **options: Any) -> str | None:
    """Tell a data set's loader what is wrong with a reference.

    Args:
        reference: What `MathVerifier` would be given.
        options: The options of that `MathVerifier`.

    Returns:
        None for a reference that parses and verifies against itself; else what is wrong with it. Words such as "even"
        are no fault; mathematics that does not parse is one, since it is compared as text.
    """
    verifier = MathVerifier(**options)
    try:
        wanted = reference_text(reference)
        tree = read(wanted)
    except (BadReferenceError, TooLarge) as error:
        return str(error)
    if tree.head == "text" and len(tree.args) > 1:
        return f"it does not parse ({tree.args[1]}), so it would be compared as text"
    score = verifier.grade(wanted, wanted)
    return None if score.verdict is Verdict.CORRECT else f"it does not verify against itself: {score.reason}"
