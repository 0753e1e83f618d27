"""`Taskset`: the class that a task author writes.

The author states how a problem is drawn (`generate`), solved (`solve`) and, where comparing with the reference is not
enough, judged (`check`, `parts`, `reply`). The class gives in return ids and splits, the prompt with its instructions,
the oracle's responses, and the one verification that environments, trainers and offline scorers all share.

Judging itself is in `rlvr.envs.judge`; this file leaves out data sets (`rlvr.envs.rows`) and names
(`rlvr.envs.registry`).
"""

from __future__ import annotations

import copy
import random
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

from rlvr.envs import formats, judge
from rlvr.envs.definition import check_definition, takes_turns
from rlvr.envs.drawing import checked_id, draw_problem
from rlvr.envs.ids import TaskId
from rlvr.envs.task import Problem, Reply, Solution, Task, Turn, as_json
from rlvr.envs.worker_calls import WorkerCalls
from rlvr.rewards.exact import Exact
from rlvr.rewards.rubric import Rubric
from rlvr.rewards.score import Score
from rlvr.rewards.verifier import Verifier


class Taskset(WorkerCalls):
    """Many tasks of one kind: draws them, solves them, judges responses.

    Override `generate` and `solve`, and `check` where the default comparison is not enough. Class attributes state
    the rest; an instance is frozen after `__init__`, picklable, and holds no open handles.

    Args:
        rubric: Replaces the class's rubric; a mapping such as `{"correct": 1.0, "format": 0.1}` will do.
        instructions: Replaces the class's instructions.
    """

    name: ClassVar[str] = "Taskset"
    """The registered name, else the class's own."""

    version: ClassVar[int] = 0
    """The registered version."""

    family: ClassVar[str] = "custom"
    """What kind of reasoning it asks for: arithmetic, logic, math, game, ..."""

    is_bounded: ClassVar[bool] = False
    """Claims that the `check`, `parts` and `reply` written in this class take time linear in the response, so that
    they need no killable worker. It says nothing about methods that a subclass overrides."""

    extract: str | tuple[str, ...] = "tag"
    """Where the answer is: tag, boxed, hash, marker, code, code:LANG, whole or regex:P; of a tuple, the first rule
    that finds something decides."""

    instructions: str | None = None
    """The sentence appended to each prompt: None for the standard one of `extract`, "" for none."""

    rubric: Rubric = Rubric(correct=1.0)
    """The weighted parts of a score."""

    verifier: Verifier = Exact()
    """What `check` compares with by default."""

    max_turns: int = 1
    """How many responses an episode may have; more than one needs `reply`."""

    content_split: bool = True
    """Whether a prompt's hash decides its split. False where the prompt hides the state."""

    levels: Sequence[int] = range(10)
    """The difficulties on offer."""

    splits: Sequence[str] = ("train", "val", "test")
    """The splits on offer."""

    def __init__(self, *, rubric: Rubric | Mapping[str, float] | None = None, instructions: str | None = None) -> None:
        if rubric is not None:
            self.rubric = Rubric(**rubric)
        if instructions is not None:
            self.instructions = instructions

    def replace(
        self,
        *,
        rubric: Rubric | Mapping[str, float] | None = None,
        instructions: str | None = None,
        extract: str | tuple[str, ...] | None = None,
    ) -> Self:
        """A copy with another rubric, instructions or extraction; None keeps what there is."""
        changes = {
            "rubric": None if rubric is None else Rubric(**rubric),
            "instructions": instructions,
            "extract": extract,
        }
        other = copy.copy(self)
        other.__dict__.update({name: value for name, value in changes.items() if value is not None})
        other._check()
        return other

    def _check(self) -> None:
        check_definition(self)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.name = cls.__dict__.get("name", cls.__name__)
        cls.version = cls.__dict__.get("version", 0)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}-v{self.version}>"

    # What a task author writes.

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draws a problem, with no other randomness than `rng`.

        Args:
            rng: Seeded from the task's id.
            level: The difficulty, one of `levels`.
        """
        raise NotImplementedError(f"{type(self).__name__} has no generate(self, rng, level).")

    def solve(self, task: Task, turns: tuple[Turn, ...] = ()) -> str | Solution:
        """Gives the right answer, with its work if it can; in a game, the next answer after `turns`."""
        raise NotImplementedError(f"{type(self).__name__} has no solve(self, task), so it has no oracle.")

    def check(self, task: Task, answer: str) -> Score | bool | float:
        """Judges an extracted answer: True, False, or a float between for partial credit."""
        return self.verifier.grade(answer, task.reference)

    def parts(self, task: Task, response: str, answer: str) -> Mapping[str, float | None]:  # noqa: ARG002 an interface
        """Gives the rubric's parts other than `correct` and `format`, each in [0, 1]; asked only where there is one."""
        return {}

    def reply(self, task: Task, turns: tuple[Turn, ...]) -> Reply:
        """Answers the last of `turns`, from nothing but the task and the transcript."""
        raise NotImplementedError(f"{type(self).__name__} has no reply(self, task, turns).")

    def replies(self, episodes: Sequence[tuple[Task, tuple[Turn, ...]]]) -> list[Reply]:
        """Answers the last turn of each of many episodes; override it where that is faster than one after the other."""
        return [self.reply(task, turns) for task, turns in episodes]

    def anchor(self, task: Task, turns: tuple[Turn, ...]) -> str:
        """Names the state that step-level groups share: the last observation, at the start the prompt."""
        return turns[-1].observation if turns else task.prompt

    def num_distinct(self, level: int) -> int | None:  # noqa: ARG002 an interface
        """States how many different problems a level has at least; None where nobody counted."""
        return None

    def demonstration(self, task: Task, rng: random.Random, turns: tuple[Turn, ...] = ()) -> str:  # noqa: ARG002 an interface
        """Gives the next response for a supervised warm start, after these turns; by default the oracle's."""
        return self.oracle(task, turns)

    # What a taskset gives: tasks.

    def task(self, split: str, level: int, index: int) -> Task:
        """The task of that split, level and index, the same on every machine.

        Raises:
            ValueError: Unknown split or level, negative index, or a level too small to fill the split.
        """
        task_id = checked_id(self, split, level, index)
        problem = self._problem(task_id)
        return Task(
            id=str(task_id),
            prompt=self.full_prompt(problem.prompt),
            reference=as_json(problem.reference, f"the reference of {task_id}"),
            metadata={key: as_json(value, f"metadata[{key!r}]") for key, value in problem.metadata.items()},
        )

    def task_from_id(self, task_id: str) -> Task:
        """Rebuilds a task from its id.

        Raises:
            ValueError: The text is no id, or one of another taskset or version.
        """
        parsed = TaskId.parse(task_id)
        if (parsed.name, parsed.version) != (self.name, self.version):
            raise ValueError(
                f"{task_id!r} is a task of {parsed.name}-v{parsed.version}, not of {self.name}-v{self.version}: "
                f"use rlvr.make_taskset({f'{parsed.name}-v{parsed.version}'!r})."
            )
        return self.task(parsed.split, parsed.level, parsed.index)

    def tasks(self, split: str, level: int = 0, n: int | None = None, start: int = 0) -> list[Task]:
        """The tasks number `start` to `start + n` of a split and level; without `n`, all that a data set has.

        Raises:
            ValueError: A data set has fewer, or `n` is missing where tasks never end.
        """
        available = self.num_tasks(split, level)
        if n is None and available is None:
            raise ValueError(
                f"{self.name} draws tasks without end: say how many, as in tasks({split!r}, {level}, 100)."
            )
        stop = available if n is None else start + n
        if start < 0 or stop is None or stop < start or (available is not None and stop > available):
            raise ValueError(
                f"{self.name} has {available} tasks in {split!r} at level {level}; asked for {start}..{stop}."
            )
        return [self.nth_task(split, level, position) for position in range(start, stop)]

    def num_tasks(self, split: str, level: int = 0) -> int | None:
        """How many tasks a split and level hold; None where they are drawn without end."""
        checked_id(self, split, level, 0)
        return None

    def nth_task(self, split: str, level: int, position: int) -> Task:
        """The task at a position of the split; a data set starts over after its last."""
        return self.task(split, level, position)

    def full_prompt(self, prompt: str) -> str:
        """A problem's prompt followed by the instructions."""
        text = formats.instruction(self.extract) if self.instructions is None else self.instructions
        return f"{prompt}\n{text}" if text else prompt

    # What a taskset gives: responses.

    def oracle(self, task: Task, turns: tuple[Turn, ...] = ()) -> str:
        """The right response, in the format that `extract` reads; in a game, the next one after `turns`."""
        solution = self.solve(task, turns) if takes_turns(type(self).solve) else self.solve(task)
        if isinstance(solution, str):
            solution = Solution(solution)
        if not isinstance(solution, Solution):
            raise TypeError(f"{type(self).__name__}.solve must return a str or a Solution, not {solution!r:.80}.")
        return formats.render(self.extract, solution)

    def oracle_responses(self, task: Task) -> tuple[str, ...]:
        """The oracle's responses from the first turn to the end of the episode."""
        turns: tuple[Turn, ...] = ()
        while True:
            step = self.advance(task, turns, self.oracle(task, turns))
            turns = (*turns, step.turn)
            if step.score is not None:
                return tuple(turn.response for turn in turns)

    # What a taskset gives: verdicts.

    def verify(self, task: Task, response: str) -> Score:
        """Judges one response: extraction, `check`, rubric. Never raises for what the response or `check` does."""
        return self.verify_many([(task, response)])[0]

    def verify_many(self, pairs: Sequence[tuple[Task, str]]) -> list[Score]:
        """Judges many responses, each within its own deadline; of a game, each is an episode of one turn."""
        if self.max_turns > 1:
            return self.verify_turns_many([(task, [response]) for task, response in pairs])
        return judge.verify_many(self, pairs)

    def verify_turns(self, task: Task, responses: Sequence[str]) -> Score:
        """Replays an episode and gives its score.

        Responses after the one that ended the episode never happened and are ignored. An episode without a score is
        WRONG, whether it used up its turns or stopped before.
        """
        return self.verify_turns_many([(task, responses)])[0]

    def verify_turns_many(self, episodes: Sequence[tuple[Task, Sequence[str]]]) -> list[Score]:
        """Replays many episodes side by side, given as (task, responses)."""
        return judge.replay_many(self, episodes)

    def advance(self, task: Task, turns: tuple[Turn, ...], response: str) -> judge.Step:
        """Plays one response after `turns`: the turn with its observation, and the score if the episode ended."""
        return judge.advance_many(self, [(task, turns, response)])[0]

    def advance_many(self, episodes: Sequence[tuple[Task, tuple[Turn, ...], str]]) -> list[judge.Step]:
        """Plays one response in each of many episodes, given as (task, earlier turns, response)."""
        return judge.advance_many(self, episodes)

    def reply_to(self, task: Task, turns: tuple[Turn, ...]) -> Reply:
        """Calls `reply` within a deadline; an exception in it ends the episode as UNSCORED. The rubric is applied."""
        return judge.reply_many(self, [(task, turns)])[0]

    def require_loadable(self) -> None:
        """Makes sure that a worker process can import what judges, as training and scoring need.

        Raises:
            ValueError: The class lives in `__main__`, a notebook or a function, and its methods need a deadline.
        """
        judge.require_loadable(self)

    # What the class keeps to itself.

    def _problem(self, task_id: TaskId) -> Problem:
        return draw_problem(self, task_id)
