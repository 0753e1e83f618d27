"""The plain records that pass between a taskset, an environment and a trainer.

`Problem`, `Solution` and `Reply` are what a task author returns; `Task` and `Turn` are what the author is given. All
are frozen, picklable and made of JSON values, so a task can cross into a worker process and come back the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from rlvr.envs.ids import TaskId
from rlvr.rewards.score import Score, as_score

JSON: TypeAlias = bool | int | float | str | list["JSON"] | dict[str, "JSON"] | None


def as_json(value: Any, name: str) -> JSON:
    """Copies a value into plain JSON types, with tuples as lists.

    Args:
        value: What the task author gave.
        name: What the error calls it.

    Raises:
        ValueError: A part of the value has no JSON form.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [as_json(item, name) for item in value]
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {key: as_json(item, name) for key, item in value.items()}
    raise ValueError(
        f"{name} must be made of None, bool, int, float, str, list and dict with str keys; "
        f"found {type(value).__name__}: {value!r:.80}. Store a text or a list form of it."
    )


@dataclass(frozen=True, slots=True)
class Problem:
    """What `Taskset.generate` returns: a task before it has its id."""

    prompt: str
    """What is asked, without the instructions about the answer's format."""

    reference: Any
    """What answers are compared with: any JSON value (tuples become lists); or a function without arguments that gives
    it, called once the problem is taken, for a reference that costs more to make than its prompt."""

    metadata: Mapping[str, Any] = field(default_factory=dict)
    """Anything else worth keeping, as JSON values; never shown to the model."""


@dataclass(frozen=True, slots=True)
class Solution:
    """What `Taskset.solve` returns when it can show its work."""

    answer: str
    """The answer alone, in a form that `check` accepts."""

    work: str = ""
    """The steps that lead to it; they go inside `<think>`."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One response of the model with what came back."""

    response: str
    """The whole text of the response."""

    answer: str | None
    """What extraction found in it; None when it found none."""

    observation: str = ""
    """The reply to it; empty while the reply is being made and when the episode ended."""

    def to_json(self) -> dict[str, Any]:
        """The turn as a JSON object."""
        return {"response": self.response, "answer": self.answer, "observation": self.observation}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Turn:
        """The turn that `to_json` wrote."""
        return cls(data["response"], data["answer"], data["observation"])


@dataclass(frozen=True, slots=True)
class Reply:
    """What `Taskset.reply` returns: an observation, or the score that ends the episode."""

    observation: str = ""
    """What the model sees next."""

    score: Score | bool | float | None = None
    """None lets the episode go on."""

    def to_json(self) -> dict[str, Any]:
        """The reply as a JSON object."""
        score = None if self.score is None else as_score(self.score).to_json()
        return {"observation": self.observation, "score": score}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Reply:
        """The reply that `to_json` wrote."""
        return cls(data["observation"], None if data["score"] is None else Score.from_json(data["score"]))


@dataclass(frozen=True, slots=True)
class Task:
    """One frozen problem, which its id alone can rebuild."""

    id: str
    """`Name-vVERSION/SPLIT/LEVEL/INDEX`, for example `Countdown-v0/train/3/42`."""

    prompt: str
    """What the model reads: the problem's prompt with the taskset's instructions."""

    reference: Any = field(hash=False)
    """What answers are compared with; a JSON value, never shown to the model."""

    metadata: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """What else the generator kept, as JSON values."""

    @property
    def split(self) -> str:
        """The split that the id names."""
        return TaskId.parse(self.id).split

    @property
    def level(self) -> int:
        """The level that the id names."""
        return TaskId.parse(self.id).level

    @property
    def index(self) -> int:
        """The index that the id names."""
        return TaskId.parse(self.id).index

    def to_json(self) -> dict[str, Any]:
        """The task as a JSON object."""
        return {
            "id": self.id,
            "prompt": self.prompt,
            "reference": self.reference,
            "metadata": dict(self.metadata),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Task:
        """The task that `to_json` wrote."""
        return cls(data["id"], data["prompt"], data["reference"], data["metadata"])
