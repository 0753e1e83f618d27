r"""`StepVerifier`: whether the equations of a worked solution hold.

The text is read line by line (`rlvr.rewards.maths.steps.steps`), and each equation is decided by the engine of
`MathVerifier` (`rlvr.rewards.maths.steps.claims`): it holds, it does not, or it cannot be checked. The score is the
share of the checkable steps that hold, made so that writing more of them buys little. Whether the steps are the right
ones for the task is not judged here; that the final answer is right is another verifier's part of the rubric.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Self

from rlvr.rewards import guard
from rlvr.rewards.extraction import Spec, parse_spec
from rlvr.rewards.maths.steps.claims import Claim, Side, decided
from rlvr.rewards.maths.steps.steps import MAX_CHARS, TooLong, claims
from rlvr.rewards.maths.truth import Decision, NeedsSymbolic, Truth
from rlvr.rewards.score import Score, shown
from rlvr.rewards.verifier import Verifier, extracted

MAX_TRUE_STEPS = 20
"""Steps that hold and are counted; more do not outweigh one that does not."""
MAX_INLINE_CHARS = 50_000
"""Characters of a solution that is read in the calling process; a longer one goes to a worker."""
MAX_INLINE_STEPS = 300
"""Equations that are decided in the calling process; a solution with more goes to a worker."""
MAX_INLINE_WORK = 4_000
"""Characters of equations beyond plain arithmetic that are decided in the calling process."""
MAX_SLOW_STEPS = 8
"""Steps of one response that computer algebra may be asked about, each in a worker under a deadline."""

_PLAIN = frozenset("0123456789.+-*/()%\\ ")
_NOT_ASKED = Decision(Truth.UNKNOWN, "only computer algebra could tell, and it was not asked")


@dataclass(frozen=True, slots=True)
class Step:
    """One equation of a worked solution, as it was read and decided."""

    text: str
    """The equation as it stands there, at most 200 characters."""
    truth: Truth
    """TRUE if it holds, FALSE if it does not, UNKNOWN if it is not checkable."""
    reason: str
    """The rule that decided, or why nothing could."""
    line: int
    """Its line, from 1."""
    counts: bool
    """Whether it is part of the score: checkable, not a repetition, and not trivially true."""


class StepVerifier(Verifier):
    """Grades a worked solution by the share of its checkable equations that hold; the reference is not looked at.

    CORRECT if every one holds, WRONG if none does, PARTIAL between; NO_ANSWER, and 0, where nothing is checkable.
    At most `MAX_TRUE_STEPS` steps that hold are counted, each once, and not those in which nothing is computed. A
    solution past the caps of `rlvr.rewards.maths.steps.steps` is LIMIT, and 0.

    Args:
        extract: Where the solution is. By default the whole response, the thinking included; `"whole"` is the text
            after the last `</think>`, and any other rule of `rlvr.rewards.extraction` a part of that.

    Raises:
        ValueError: If `extract` names no rule.
    """

    is_bounded = True
    extract: Spec = "whole"
    reads_thinking: bool
    """Whether the whole response is read, whatever `extract` says."""

    def __init__(self, *, extract: Spec | list[str] | None = None) -> None:
        super().__init__(extract=extract)
        self.reads_thinking = extract is None

    def with_extract(self, extract: Spec | list[str]) -> Self:
        """Return a verifier that reads only what `extract` finds.

        Raises:
            ValueError: If `extract` names no rule.
        """
        other = super().with_extract(extract)
        other.reads_thinking = False
        return other

    def steps(self, response: str) -> tuple[Step, ...]:
        """Return the equations of a response in their order, decided.

        Raises:
            ValueError: If the response has no text to read, is past a cap, or could not be judged.
        """
        found = self._steps_of([response])[0]
        if isinstance(found, Score):
            raise ValueError(found.reason)  # noqa: TRY004  the text is past a cap, not of another type
        return found

    def parts(self, response: str) -> dict[str, float | None]:
        """Return the part `steps` of a rubric: what `Taskset.parts` may return.

        Returns:
            The share of steps that hold, 0 where nothing is checkable; None, which leaves the response unscored,
            only where the judging failed for reasons that are not the response's.
        """
        return {"steps": self(response, None).value}

    def grade(self, answer: str, reference: Any = None) -> Score:  # noqa: ARG002  a solution is right by itself
        """Judge a worked solution; the reference is not looked at."""
        found = _judged([answer])[0]
        return found if isinstance(found, Score) else _score(found)

    def verify_many(self, pairs: Sequence[tuple[str, Any]]) -> list[Score]:
        """Judge each response; what needs a worker is decided side by side."""
        found = self._steps_of([response for response, _ in pairs])
        return [one if isinstance(one, Score) else _score(one) for one in found]

    async def verify_async(self, response: str, reference: Any) -> Score:
        """Judge one response as `__call__` does, without blocking the event loop."""
        return await asyncio.to_thread(self, response, reference)

    def _steps_of(self, responses: list[str]) -> list[tuple[Step, ...] | Score]:
        texts = [self._text(response) for response in responses]
        judged = iter(_judged([text for text in texts if isinstance(text, str)]))
        return [next(judged) if isinstance(text, str) else text for text in texts]

    def _text(self, response: object) -> str | Score:
        if self.reads_thinking and isinstance(response, str):
            return response
        return extracted(parse_spec(self.extract), response)

    def __repr__(self) -> str:
        return "StepVerifier()" if self.reads_thinking else f"StepVerifier(extract={self.extract!r})"


@dataclass(frozen=True, slots=True)
class SlowSteps:
    """Reads and decides in a worker; unpickling it there loads computer algebra before a call's clock starts."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _in_worker, ()

    def steps_json(self, text: str) -> list[list[Any]] | str:
        """Return the steps of one long solution, decided without computer algebra; a text says which cap it is past."""
        try:
            steps = _steps([_Case(claim) for claim in claims(text)])
        except TooLong as error:
            return str(error)
        return [[step.text, step.truth.value, step.reason, step.line, step.counts] for step in steps]

    def decided_json(self, claim: dict[str, Any]) -> list[str]:
        """Return the truth and the rule of one claim that needs computer algebra."""
        sides = {name: Side(**{**claim[name], "others": tuple(claim[name]["others"])}) for name in ("left", "right")}
        decision = decided(Claim(**{**claim, **sides}), symbolic=True)
        return [decision.truth.value, decision.rule]


def _in_worker() -> SlowSteps:
    import rlvr.rewards.maths.values.symbolic  # noqa: F401  a quarter of a second, before the first call's clock starts

    return SlowSteps()


class _Case:
    """A claim and, once there is one, its decision."""

    __slots__ = ("claim", "decision")

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.decision: Decision | None = None
        with suppress(NeedsSymbolic):
            self.decision = decided(claim, symbolic=False)


def _judged(texts: list[str]) -> list[tuple[Step, ...] | Score]:
    """Return the steps of each text, or the score of one that could not be judged."""
    read = [_read(text) for text in texts]
    waiting = [case for cases in read if isinstance(cases, list) for case in cases if case.decision is None]
    for case, answer in zip(waiting, _asked("decided_json", [asdict(case.claim) for case in waiting]), strict=True):
        case.decision = _decision(answer)
    long = iter(_asked("steps_json", [text for text, cases in zip(texts, read, strict=True) if cases is None]))
    return [_finished(next(long) if cases is None else cases) for cases in read]


def _asked(method: str, arguments: list[Any]) -> list[Any]:
    return guard.guarded_json(SlowSteps(), method, [(one,) for one in arguments]) if arguments else []


def _read(text: str) -> list[_Case] | Score | None:
    """Return what can be decided in this process; None for a text that is too much work for it."""
    if len(text) > MAX_CHARS:
        return Score.limit(f"a solution has at most {MAX_CHARS} characters, got {len(text)}")
    if len(text) > MAX_INLINE_CHARS:
        return None
    found = list(islice(claims(text), MAX_INLINE_STEPS + 1))
    if len(found) > MAX_INLINE_STEPS or sum(map(_work, found)) > MAX_INLINE_WORK:
        return None
    cases = [_Case(claim) for claim in found]
    for case in [case for case in cases if case.decision is None][MAX_SLOW_STEPS:]:
        case.decision = _NOT_ASKED
    return cases


def _work(claim: Claim) -> int:
    """Return how many characters of a claim are more than plain arithmetic, whose cost its length bounds."""
    texts = (claim.left.text, claim.right.text)
    return sum(len(text) for text in texts if not _PLAIN.issuperset(text))


def _decision(answer: Any) -> Decision:
    if isinstance(answer, Score):
        return Decision(Truth.UNKNOWN, f"it could not be decided: {answer.reason}")
    return Decision(Truth(answer[0]), answer[1])


def _finished(answer: Any) -> tuple[Step, ...] | Score:
    """Return what came of a text: cases decided here, or what a worker sent."""
    if isinstance(answer, Score):
        return answer
    if isinstance(answer, str):
        return Score.limit(answer)
    if answer and isinstance(answer[0], list):
        return tuple(Step(text, Truth(truth), *rest) for text, truth, *rest in answer)
    return _steps(answer)


def _steps(cases: list[_Case]) -> tuple[Step, ...]:
    """Return the steps, each marked whether it counts: the first of its kind, with something computed in it."""
    seen: set[tuple[Truth, tuple[str, ...]]] = set()
    steps: list[Step] = []
    for case in cases:
        claim, decision = case.claim, case.decision or _NOT_ASKED
        key = (decision.truth, claim.key)
        is_idle = decision.truth is Truth.UNKNOWN or (decision.truth is Truth.TRUE and claim.is_trivial)
        steps.append(Step(claim.text, decision.truth, decision.rule, claim.line, not is_idle and key not in seen))
        seen.add(key)
    return tuple(steps)


def _score(steps: tuple[Step, ...]) -> Score:
    counted = [step for step in steps if step.counts]
    false = [step for step in counted if step.truth is Truth.FALSE]
    if not counted:
        return Score.no_answer("no step that can be checked")
    num_true = len(counted) - len(false)
    value = min(num_true, MAX_TRUE_STEPS) / (min(num_true, MAX_TRUE_STEPS) + len(false))
    reason = f"{num_true} of {len(counted)} steps hold"
    if false:
        reason += f"; line {false[0].line} does not: {shown(false[0].text)}"
    return Score.partial(value, reason)
