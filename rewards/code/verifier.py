"""`CodeVerifier`: whether the program in a response passes its hidden tests.

Every test runs the program in a sandbox slot of its own, and is decided here from what came out. A score names the
first test that fails and why, never what was expected.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Self

from rlvr.rewards import guard
from rlvr.rewards.code.cases import cases_of, source_bytes
from rlvr.rewards.code.default import default_sandbox
from rlvr.rewards.code.outcomes import TestResult, score_of
from rlvr.rewards.code.reference import AnyReference, parse_reference
from rlvr.rewards.code.runner import Runner
from rlvr.rewards.code.schedule import Suite, run_suites
from rlvr.rewards.extraction import Spec, parse_spec
from rlvr.rewards.score import BadReferenceError, Score
from rlvr.rewards.verifier import Verifier, extracted
from rlvr.sandbox.programs.errors import SandboxError
from rlvr.sandbox.programs.program import MAX_SOURCE_BYTES

_Job = tuple[AnyReference, Suite]


class CodeVerifier(Verifier):
    """Grades a program by its tests; `docs/code.md` describes the references.

    Args:
        sandbox: Where programs run; the caller closes it. None opens this process's own at first use. A pickle of the
            verifier leaves its sandbox behind.
        extract: Where the program is; by default the last fenced block after `</think>`.

    Raises:
        ValueError: `extract` names no rule.
    """

    # The claim holds here in this sense: what takes time runs in a slot, which kills it at its deadline. A worker with
    # a deadline of its own would only come between.
    is_bounded = True
    uses_sandbox = True
    extract: Spec = "code"

    def __init__(self, sandbox: Runner | None = None, *, extract: Spec | list[str] | None = None) -> None:
        super().__init__(extract=extract)
        self._sandbox = sandbox

    @property
    def runs_inline(self) -> bool:
        """False: it waits for programs, so one process should judge many responses, over one sandbox."""
        return False

    def grade(self, answer: str, reference: Any) -> Score:
        """Judge a program.

        Args:
            answer: The program itself.
            reference: A mapping, or its JSON text.

        Returns:
            The score, with the share of tests that passed as its part `tests`; UNSCORED if no sandbox was to be had.

        Raises:
            BadReferenceError: a ValueError, if the reference is malformed.
        """
        runner = self._runner()
        if isinstance(runner, Score):
            parse_reference(reference)
            return runner
        job = _job(runner, answer, reference)
        if isinstance(job, Score):
            return job
        run_suites(runner, [job[1]])
        return _score(job)

    def results(self, program: str, reference: Any) -> list[TestResult | None]:
        """Return the result of each test; None for those that were not run, since an earlier one had decided.

        Raises:
            BadReferenceError: the reference is malformed.
            SandboxError: no sandbox is to be had.
            ValueError: the program is too long to be run.
        """
        runner = self._sandbox or default_sandbox()
        job = _job(runner, program, reference)
        if isinstance(job, Score):
            raise ValueError(job.reason)  # noqa: TRY004  the program is too long, not of another type
        run_suites(runner, [job[1]])
        return job[1].results

    def verify_many(self, pairs: Sequence[tuple[str, Any]]) -> list[Score]:
        """Verify each (response, reference) as `__call__` does, all over the sandbox's slots; scores in that order."""
        if not self.is_bounded:
            return super().verify_many(pairs)
        answers = self._answers([response for response, _ in pairs])
        programs = [(answer, pair[1]) for answer, pair in zip(answers, pairs, strict=True) if isinstance(answer, str)]
        graded = iter(self.grade_many(programs))
        return [next(graded) if isinstance(answer, str) else answer for answer in answers]

    def grade_many(self, pairs: Sequence[tuple[str, Any]]) -> list[Score]:
        """Judge each (program, reference), all over the sandbox's slots; a malformed reference is UNSCORED."""
        if type(self).grade is not CodeVerifier.grade:
            return super().grade_many(pairs)
        jobs = self._run_many(pairs)
        scores = [job if isinstance(job, Score) else _score(job) for job in jobs]
        return [score.with_answer(program) for score, (program, _) in zip(scores, pairs, strict=True)]

    def results_many(self, pairs: Sequence[tuple[str, Any]]) -> list[list[TestResult | None] | Score]:
        """Judge each (program, reference) as `grade_many` does, and tell of each test.

        Returns:
            For each pair what `results` gives, or the score of one that could not be run.
        """
        return [job if isinstance(job, Score) else job[1].results for job in self._run_many(pairs)]

    async def verify_async(self, response: str, reference: Any) -> Score:
        """Verify one response as `__call__` does, without blocking the event loop meanwhile."""
        return await asyncio.to_thread(self, response, reference)

    def with_extract(self, extract: Spec | list[str]) -> Self:
        """Return a copy of this verifier, over the same sandbox, that extracts by `extract`.

        Raises:
            ValueError: If `extract` names no rule.
        """
        other = super().with_extract(extract)
        other._sandbox = self._sandbox
        return other

    def __getstate__(self) -> dict[str, Any]:
        return vars(self) | {"_sandbox": None}

    def __repr__(self) -> str:
        return f"CodeVerifier({self._sandbox!r}, extract={self.extract!r})"

    def _run_many(self, pairs: Sequence[tuple[str, Any]]) -> list[_Job | Score]:
        if not pairs:
            return []
        runner = self._runner()
        jobs = [_safe_job(runner, program, reference) for program, reference in pairs]
        if not isinstance(runner, Score):
            run_suites(runner, [job[1] for job in jobs if not isinstance(job, Score)])
        return jobs

    def _runner(self) -> Runner | Score:
        try:
            return self._sandbox or default_sandbox()
        except SandboxError as error:
            return Score.unscored(str(error))

    def _answers(self, responses: Sequence[str]) -> list[str | Score]:
        extractor = parse_spec(self.extract)
        if extractor.is_bounded:
            return [extracted(extractor, response) for response in responses]
        found = guard.guarded_json(self, "_extracted_json", [(response,) for response in responses])
        return [one if isinstance(one, str | Score) else Score.from_json(one) for one in found]

    def _extracted_json(self, response: str) -> str | dict[str, Any]:
        found = extracted(parse_spec(self.extract), response)
        return found if isinstance(found, str) else found.to_json()


def _job(runner: Runner, program: str, reference: Any) -> _Job | Score:
    parsed = parse_reference(reference)
    limits = parsed.limits_over(runner.limits)
    source = source_bytes(program)
    if source is None:
        return Score.limit(f"the program is longer than {MAX_SOURCE_BYTES:,} bytes")
    return parsed, Suite(cases_of(source, parsed, limits), limits, stops_early=parsed.stops_early)


def _safe_job(runner: Runner | Score, program: str, reference: Any) -> _Job | Score:
    if isinstance(runner, Score):
        return runner
    try:
        return _job(runner, program, reference)
    except BadReferenceError as error:
        return Score.unscored(str(error))


def _score(job: _Job) -> Score:
    reference, suite = job
    return score_of(suite.results, reference.score, reference.weights)
