"""The two ways to judge a row: a verifier with the row's reference, or a taskset with the row's task.

Both judge through the one verification that environments and trainers use. `runs_inline` says that the judging takes
time linear in the row, so that it may run in a plain worker process; otherwise it runs under the deadlines of
`rlvr.sandbox`. `uses_sandbox` says that programs run, all of them in one sandbox of this process.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rlvr.cli import score_fields
from rlvr.cli.score_fields import FieldError
from rlvr.cli.score_line import spelled
from rlvr.envs.definition import runs_inline
from rlvr.envs.task import Task
from rlvr.envs.taskset import Taskset
from rlvr.rewards import guard
from rlvr.rewards.extraction import Extractor, parse_spec
from rlvr.rewards.score import Score
from rlvr.rewards.verifier import Verifier

TURNS_FIELD = "turns"
RESPONSE_FIELD = "response"
_CACHED_TASKS = 4096
"""The rows of a group repeat their task, often next to each other."""


@dataclass(frozen=True, slots=True)
class VerifierGrader:
    """Judges a response against the reference in its row."""

    verifier: Verifier
    """What judges."""
    response_field: str
    """Path of the response."""
    reference_field: str
    """Path of the reference."""
    reference_extract: Extractor | None = None
    """What cuts the reference out of its field; None takes the field as it is."""

    @property
    def runs_inline(self) -> bool:
        """Whether a row takes time linear in its length."""
        return self.verifier.runs_inline and (self.reference_extract is None or self.reference_extract.is_bounded)

    @property
    def uses_sandbox(self) -> bool:
        """Whether programs run."""
        return self.verifier.uses_sandbox

    def request(self, fields: dict[str, Any], text: str) -> tuple[str, Any]:
        """Return the row's response and its reference.

        Raises:
            FieldError: If a field is missing, or no response or reference can be read from it.
        """
        response = score_fields.response_text(score_fields.lookup(fields, self.response_field), self.response_field)
        reference = score_fields.lookup(fields, self.reference_field)
        if isinstance(reference, float):
            reference = score_fields.lookup(spelled(text), self.reference_field)
        if reference is None:
            raise FieldError(f"field {self.reference_field!r} is null: there is no reference to compare with")
        if self.reference_extract is not None and not isinstance(reference, str | int):
            raise FieldError(f"field {self.reference_field!r} is not text, so no reference can be extracted from it")
        return response, reference

    def grade_many(self, requests: Sequence[tuple[str, Any]]) -> list[Score]:
        """Return a score for each (response, reference)."""
        if self.reference_extract is None:
            return self.verifier.verify_many(requests)
        references = _extracted(self.reference_extract, [reference for _, reference in requests])
        pairs = [
            (response, reference)
            for (response, _), reference in zip(requests, references, strict=True)
            if isinstance(reference, str)
        ]
        judged = iter(self.verifier.verify_many(pairs))
        return [next(judged) if isinstance(reference, str) else reference for reference in references]


class TasksetGrader:
    """Judges the response, or the turns, of the task that a row names."""

    def __init__(self, taskset: Taskset, response_field: str | None, task_field: str) -> None:
        self._taskset = taskset
        self._response_field = response_field
        self._task_field = task_field
        self._task = functools.lru_cache(_CACHED_TASKS)(taskset.task_from_id)

    @property
    def runs_inline(self) -> bool:
        """Whether a row takes time linear in its length."""
        return runs_inline(self._taskset)

    @property
    def uses_sandbox(self) -> bool:
        """Whether programs run."""
        return self._taskset.verifier.uses_sandbox

    def request(self, fields: dict[str, Any], text: str) -> tuple[Task, list[str]]:
        """Return the row's task and its responses, one for each turn.

        Raises:
            FieldError: If a field is missing, the id is no task of this taskset, or there is no response.
        """
        del text
        task_id = score_fields.lookup(fields, self._task_field)
        if not isinstance(task_id, str):
            raise FieldError(
                f"field {self._task_field!r} is not a task's id, which is text such as 'Name-v0/train/0/7'"
            )
        try:
            task = self._task(task_id)
        except ValueError as error:
            raise FieldError(str(error)) from None
        except Exception as error:  # noqa: BLE001  the author's `generate` failed, which costs this row its score
            raise FieldError(f"the task cannot be made: {type(error).__name__}: {error}") from None
        return task, self._responses(fields)

    def grade_many(self, requests: Sequence[tuple[Task, list[str]]]) -> list[Score]:
        """Return a score for each task with its responses."""
        if self._taskset.max_turns > 1:
            return self._taskset.verify_turns_many(requests)
        return self._taskset.verify_many([(task, responses[0]) for task, responses in requests])

    def _responses(self, fields: dict[str, Any]) -> list[str]:
        field = self._response_field
        if field is None:
            field = TURNS_FIELD if score_fields.has_field(fields, TURNS_FIELD) else RESPONSE_FIELD
        value = score_fields.lookup(fields, field)
        if self._taskset.max_turns > 1:
            return score_fields.turn_responses(value, field)
        if _is_list_of_turns(value):
            responses = score_fields.turn_responses(value, field)
            if len(responses) > 1:
                raise FieldError(f"field {field!r} has {len(responses)} turns, and a task of this taskset has one")
            return responses
        return [score_fields.response_text(value, field)]


class _ReferenceExtraction:
    """An extraction as a worker is asked for it, where its pattern may need a deadline."""

    def __init__(self, extractor: Extractor) -> None:
        self._spec = extractor.spec

    def answer(self, reference: str) -> str | None:
        """Return what the rule finds in a reference."""
        return parse_spec(self._spec)(reference).answer


def _extracted(extractor: Extractor, references: Sequence[Any]) -> list[str | Score]:
    """Return each reference's extracted text, or the score of a row whose reference has none."""
    texts = [str(reference) for reference in references]
    if extractor.is_bounded:
        answers = [extractor(text).answer for text in texts]
    else:
        answers = guard.guarded_json(_ReferenceExtraction(extractor), "answer", [(text,) for text in texts])
    return [_reference(answer, extractor) for answer in answers]


def _reference(answer: Any, extractor: Extractor) -> str | Score:
    if isinstance(answer, str):
        return answer
    if isinstance(answer, Score):
        return Score.unscored(f"the reference cannot be extracted: {answer.reason}")
    return Score.unscored(f"no reference: {extractor.spec!r} finds nothing in it")


def _is_list_of_turns(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(turn, str) or "role" not in turn for turn in value)
