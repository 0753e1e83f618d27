"""A taskset's judgements as a worker process is asked for them: JSON in, JSON out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from rlvr.envs import judge
from rlvr.envs.frozen import Frozen
from rlvr.envs.task import Task, Turn
from rlvr.rewards.extraction import parse_spec
from rlvr.rewards.score import Score
from rlvr.rewards.verifier import extracted

if TYPE_CHECKING:
    from rlvr.envs.taskset import Taskset


class WorkerCalls(Frozen):
    """What `rlvr.envs.judge` calls by name in a worker."""

    def _judge_json(self, task: dict[str, Any], response: str) -> dict[str, Any]:
        return judge.judge_response(cast("Taskset", self), Task.from_json(task), response).to_json()

    def _combine_json(self, task: dict[str, Any], response: str, correct: dict[str, Any]) -> dict[str, Any]:
        return judge.combine(cast("Taskset", self), Task.from_json(task), response, Score.from_json(correct)).to_json()

    def _reply_json(self, task: dict[str, Any], turns: list[dict[str, Any]]) -> dict[str, Any]:
        episode = Task.from_json(task), tuple(map(Turn.from_json, turns))
        return judge.judge_turns(cast("Taskset", self), [episode])[0].to_json()

    def _answer_json(self, response: str) -> str | dict[str, Any]:
        found = extracted(parse_spec(cast("Taskset", self).extract), response)
        return found if isinstance(found, str) else found.to_json()

    def _anchor_json(self, task: dict[str, Any], turns: list[dict[str, Any]]) -> str:
        return cast("Taskset", self).anchor(Task.from_json(task), tuple(map(Turn.from_json, turns)))
