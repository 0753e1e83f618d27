"""`Verifier`: a response and a reference in, a `Score` out.

A verifier extracts the answer (`extract`) and grades it against the reference (`grade`). Subclass it and write
`grade`; the rest is given. Grading that is linear by construction (`is_bounded = True`) runs in the calling process;
everything else runs in killable workers, so that one response that hangs it costs its deadline and nothing else, from
any thread and from asyncio.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from rlvr.rewards import guard
from rlvr.rewards.extraction import DEFAULT_EXTRACT, Extractor, Spec, parse_spec
from rlvr.rewards.score import Score


class Verifier:
    """Base class of all verifiers; write `grade`.

    The default extraction is the ordered tuple ("tag", "boxed", "hash", "whole"): the first rule that finds
    something decides, and a find that must be refused (two `<answer>` tags) leaves no answer.

    Args:
        extract: Replaces the class's extraction.

    Raises:
        ValueError: If `extract` names no rule.
    """

    is_bounded: ClassVar[bool] = False
    """Claims that this class's `grade` takes time linear in the answer, so that it needs no worker. A subclass that
    writes its own `grade` must claim it again."""

    uses_sandbox: ClassVar[bool] = False
    """Says that grading waits for programs in this process's sandbox: what judges many responses then grades them
    together, with one `verify_many` or `grade_many`, and in one process."""

    extract: Spec = DEFAULT_EXTRACT
    """Where the answer is: a rule of `rlvr.rewards.extraction`, or a tuple of them."""

    def __init__(self, *, extract: Spec | list[str] | None = None) -> None:
        if extract is not None:
            object.__setattr__(self, "extract", parse_spec(extract).spec)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        written = next(vars(base) for base in cls.__mro__ if "is_bounded" in vars(base) or "grade" in vars(base))
        cls.is_bounded = bool(written.get("is_bounded", False))
        if isinstance(cls.extract, str | tuple | list):
            cls.extract = parse_spec(cls.extract).spec

    def grade(self, answer: str, reference: Any) -> Score | bool | float:
        """Judge an extracted answer.

        Args:
            answer: The extracted text; never empty when it comes from `__call__`.
            reference: What is right, as a JSON value.

        Returns:
            A `Score`, True or False, or a number in [0, 1] for partial credit.

        Raises:
            ValueError: If the reference cannot be compared with.
        """
        raise NotImplementedError(f"{type(self).__name__} has no grade(self, answer, reference)")

    def __call__(self, response: str, reference: Any) -> Score:
        """Extract the answer of `response` and grade it; never raises for any text, reference or `grade`.

        Returns:
            The score. An exception in `grade`, and a reference that it refuses, are UNSCORED with their text.
        """
        return self.verify_many([(response, reference)])[0]

    def verify_many(self, pairs: Sequence[tuple[str, Any]]) -> list[Score]:
        """Verify each (response, reference) as `__call__` does, the slow ones side by side; scores in that order."""
        extractor = parse_spec(self.extract)
        if not extractor.is_bounded:
            return guard.guarded(self, "_verified_json", pairs)
        if self.is_bounded:
            return [self._verified(extractor, response, reference) for response, reference in pairs]
        found = [extracted(extractor, response) for response, _ in pairs]
        calls = [(one, pair[1]) for one, pair in zip(found, pairs, strict=True) if isinstance(one, str)]
        graded = iter(guard.guarded(self, "_graded_json", calls))
        return [next(graded).with_answer(one) if isinstance(one, str) else one for one in found]

    def grade_many(self, pairs: Sequence[tuple[str, Any]]) -> list[Score]:
        """Grade each (answer, reference); what `grade` raises becomes UNSCORED."""
        return [self._graded(answer, reference) for answer, reference in pairs]

    async def verify_async(self, response: str, reference: Any) -> Score:
        """Verify one response as `__call__` does, without blocking the event loop while a worker grades it."""
        if self.runs_inline:
            return self(response, reference)
        return await guard.guarded_async(self, "_verified_json", response, reference)

    @property
    def runs_inline(self) -> bool:
        """Whether both the extraction and `grade` are linear by construction, so that no worker is needed."""
        return self.is_bounded and parse_spec(self.extract).is_bounded

    def with_extract(self, extract: Spec | list[str]) -> Self:
        """Return a copy of this verifier that extracts by `extract`.

        Raises:
            ValueError: If `extract` names no rule.
        """
        other = copy.copy(self)
        object.__setattr__(other, "extract", parse_spec(extract).spec)
        return other

    def _verified(self, extractor: Extractor, response: str, reference: Any) -> Score:
        found = extracted(extractor, response)
        return self._graded(found, reference) if isinstance(found, str) else found

    def _graded(self, answer: str, reference: Any) -> Score:
        return guard.scored(lambda: self.grade(answer, reference), "grade").with_answer(answer)

    def _verified_json(self, response: str, reference: Any) -> dict[str, Any]:
        return self._verified(parse_spec(self.extract), response, reference).to_json()

    def _graded_json(self, answer: str, reference: Any) -> dict[str, Any]:
        return self._graded(answer, reference).to_json()


@dataclass(frozen=True, kw_only=True)
class FrozenVerifier(Verifier):
    """A frozen verifier that is made by keywords; the base of those that rlvr brings.

    Each of them also claims `is_bounded` for its own `grade`, since that claim is not inherited.
    """

    extract: Spec = DEFAULT_EXTRACT
    """Where the answer is: a rule of `rlvr.rewards.extraction`, or a tuple of them."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "extract", parse_spec(self.extract).spec)


def extracted(extractor: Extractor, response: object) -> str | Score:
    """Return the answer, or the score of a response that has none."""
    if not isinstance(response, str):
        return Score.unscored(f"the response is not a text but {type(response).__name__}")
    found = extractor(response)
    return found.answer if found.answer is not None else Score.no_answer(found.reason)
