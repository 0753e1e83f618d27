"""`TextEnv`: a taskset as a Gymnasium environment.

An episode is one task. The observation is text to read, the action the model's whole response, the reward the value of
the score. What a response is worth is never decided here but by the taskset, which trainers and scorers ask as well.
"""

from __future__ import annotations

import math
import operator
from typing import Any, cast

import gymnasium
from gymnasium.envs.registration import EnvCreator, EnvSpec
from gymnasium.error import ResetNeeded

from rlvr.envs.spaces import AnyText
from rlvr.envs.task import Task, Turn
from rlvr.envs.taskset import Taskset

NUM_INDICES = 2**31
"""From how many indices `reset` draws where tasks never end."""


class EpisodeOver(ResetNeeded, ValueError):  # noqa: N818 the name says what is wrong
    """`step` was called when there is no episode to go on with."""


class TextEnv(gymnasium.Env[str, str]):
    """Plays a taskset's tasks.

    `reset` takes the task named by `options={"task_id": ...}` or `{"index": ...}`, else one drawn with `np_random`;
    its info is `{"task_id", "turn"}`. `step` takes a response. A single-turn episode is then terminated. In a game the
    reward is 0.0 until a reply has a score (terminated), or until the turns are used up (truncated, WRONG). The last
    info has `"score"`, a JSON dict. The reward of an UNSCORED response is NaN: our failure is no zero.

    Args:
        taskset: What to play.
        level: The difficulty of the tasks that `reset` draws.
        split: The split they are drawn from.

    Raises:
        ValueError: The taskset has no such level or split.
    """

    metadata = {"render_modes": []}  # noqa: RUF012 Gymnasium's own declaration

    def __init__(self, taskset: Taskset, level: int = 0, split: str = "train") -> None:
        self.taskset = taskset
        self.level = level
        self.split = split
        self._num_tasks = taskset.num_tasks(split, level)
        self.observation_space = AnyText()
        self.action_space = AnyText()
        self.spec = EnvSpec(
            id=f"rlvr/{taskset.name}-v{taskset.version}",
            entry_point=cast(EnvCreator, TextEnv),
            order_enforce=False,
            disable_env_checker=True,
            kwargs={"taskset": taskset, "level": level, "split": split},
        )
        self._task: Task | None = None
        self._turns: tuple[Turn, ...] = ()

    @property
    def task(self) -> Task:
        """The task being played.

        Raises:
            EpisodeOver: Nothing is being played; call `reset`.
        """
        if self._task is None:
            raise EpisodeOver("there is no task to play: the episode is over, or has not begun; call reset().")
        return self._task

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The episode so far."""
        return self._turns

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[str, dict[str, Any]]:
        """Begins an episode.

        Args:
            seed: Seeds `np_random`, from which later indices come.
            options: `{"task_id": ID}`, `{"index": NUMBER}` within the environment's split and level, or nothing.

        Raises:
            ValueError: Unknown options, or both at once, or no such task.
        """
        super().reset(seed=seed)
        self._task, self._turns = None, ()
        self._task = self._chosen(dict(options or {}))
        return self._task.prompt, {"task_id": self._task.id, "turn": 0}

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Plays one response.

        Raises:
            EpisodeOver: There is no episode to go on with; call `reset`.
            TypeError: The response is not a text.
        """
        task = self.task
        if not isinstance(action, str):
            raise TypeError(f"a response must be a str, not {type(action).__name__}: {action!r:.60}")
        step = self.taskset.advance(task, self._turns, action)
        self._turns = (*self._turns, step.turn)
        info: dict[str, Any] = {"task_id": task.id, "turn": len(self._turns)}
        if step.score is None:
            return step.turn.observation, 0.0, False, False, info
        self._task = None
        info["score"] = step.score.to_json()
        reward = math.nan if step.score.value is None else step.score.value
        return step.turn.observation, reward, not step.is_truncated, step.is_truncated, info

    def _chosen(self, options: dict[str, Any]) -> Task:
        unknown = set(options) - {"task_id", "index"}
        if unknown or len(options) > 1:
            raise ValueError(f"reset takes options={{'task_id': ...}} or {{'index': ...}}, not {options!r:.200}.")
        if options.get("task_id") is not None:
            return self.taskset.task_from_id(options["task_id"])
        if options.get("index") is not None:
            return self.taskset.task(self.split, self.level, operator.index(options["index"]))
        position = int(self.np_random.integers(NUM_INDICES if self._num_tasks is None else self._num_tasks))
        return self.taskset.nth_task(self.split, self.level, position)
