"""What is trained on: one taskset or a weighted mixture, and which task stands in which place of which step.

Every choice is a function of the run's seed and the place, never of what was drawn before, so a resumed run and any
number of ranks see the same tasks. Levels come from outside: the curriculum is in `rlvr.grpo.standing`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rlvr.envs import judge
from rlvr.envs.definition import runs_inline
from rlvr.envs.ids import TaskId
from rlvr.envs.task import Task, Turn
from rlvr.envs.taskset import Taskset
from rlvr.grpo.seeds import draw_rng, draw_seed
from rlvr.rewards.score import Score

_SPREAD_BITS = 24
"""What is shifted out of a seed: endless tasks begin at one of 2**39 places, so that each seed sees its own."""


@dataclass(frozen=True, slots=True)
class Strand:
    """One taskset of the mixture."""

    taskset: Taskset
    """Draws and judges its tasks."""
    weight: float
    """Its share of the places of a step, relative to the others'."""
    level: int
    """Where it begins."""
    top_level: int
    """Where it may come to: the level of `test`, and past which it is not raised."""
    audit: Taskset | None = None
    """Judges its tasks on `val` a second time; None without an audit."""

    @property
    def name(self) -> str:
        """The taskset's registered name."""
        return self.taskset.name


class Course:
    """The tasks of a run; judges the responses to any of them."""

    def __init__(self, strands: Sequence[Strand], seed: int) -> None:
        """Join tasksets.

        Args:
            strands: One or more, of different names.
            seed: The run's seed.
        """
        self.strands = tuple(strands)
        self._seed = seed
        self._by_name = {strand.name: strand.taskset for strand in strands}
        assert len(self._by_name) == len(self.strands), "a mixture names each taskset once"
        self._dealt: list[tuple[Strand, int]] = []
        self._counts = [0] * len(self.strands)

    def __repr__(self) -> str:
        if len(self.strands) == 1:
            return repr(self.strands[0].taskset)
        return " + ".join(f"{strand.weight:g} {strand.taskset!r}" for strand in self.strands)

    @property
    def tasksets(self) -> list[Taskset]:
        """The taskset of each strand."""
        return [strand.taskset for strand in self.strands]

    @property
    def audits(self) -> list[Taskset]:
        """What judges a second time, of the strands that have an audit."""
        return [strand.audit for strand in self.strands if strand.audit is not None]

    @property
    def runs_inline(self) -> bool:
        """Whether everything that judges takes time linear in the response, by construction."""
        return all(runs_inline(taskset) for taskset in self.tasksets)

    @property
    def start_levels(self) -> dict[str, int]:
        """Where each taskset begins."""
        return {strand.name: strand.level for strand in self.strands}

    @property
    def top_levels(self) -> dict[str, int]:
        """Where each taskset may come to."""
        return {strand.name: strand.top_level for strand in self.strands}

    def taskset_of(self, task_id: str) -> Taskset:
        """The taskset that a task is of."""
        return self._by_name[TaskId.parse(task_id).name]

    def step_tasks(self, step: int, size: int, levels: Mapping[str, int]) -> list[Task]:
        """The tasks of a step, one per place: new ones where they never end, else all in a new order each epoch."""
        return [self.nth_task(place, levels) for place in range(step * size, (step + 1) * size)]

    def nth_task(self, place: int, levels: Mapping[str, int]) -> Task:
        """The training task of a place, counted from the run's first."""
        strand, number = self._place(place)
        level = levels[strand.name]
        available = strand.taskset.num_tasks("train", level)
        if available is None:
            offset = draw_seed(self._seed, "training tasks") >> _SPREAD_BITS
            return strand.taskset.nth_task("train", level, offset + number)
        epoch, at = divmod(number, available)
        return strand.taskset.nth_task("train", level, _epoch_order(available, self._seed, epoch)[at])

    def num_demonstrable(self, count: int) -> int:
        """How many training tasks there are to demonstrate at the starting levels, at most `count`."""
        sizes = [strand.taskset.num_tasks("train", strand.level) for strand in self.strands]
        known = [size for size in sizes if size is not None]
        return min(count, sum(known)) if len(known) == len(sizes) else count

    def replacement(self, place: int, attempt: int, levels: Mapping[str, int]) -> Task:
        """A random training task of the same taskset, for a place whose group taught nothing."""
        strand, _ = self._place(place)
        level = levels[strand.name]
        number = draw_seed(self._seed, "replacement", place, attempt) >> _SPREAD_BITS
        available = strand.taskset.num_tasks("train", level)
        return strand.taskset.nth_task("train", level, number if available is None else number % available)

    def held_out(self, split: str, count: int, levels: Mapping[str, int]) -> list[Task]:
        """The first `count` tasks of a split of each taskset, or as many as it has."""
        tasks: list[Task] = []
        for strand in self.strands:
            level = levels[strand.name]
            available = strand.taskset.num_tasks(split, level)
            tasks += strand.taskset.tasks(split, level, count if available is None else min(count, available))
        return tasks

    def advance_many(self, episodes: Sequence[tuple[Task, tuple[Turn, ...], str]]) -> list[judge.Step]:
        """Play one response in each of many episodes, given as (task, earlier turns, response)."""
        steps: dict[int, judge.Step] = {}
        for strand in self.strands:
            rows = [row for row, (task, _, _) in enumerate(episodes) if self.taskset_of(task.id) is strand.taskset]
            steps.update(zip(rows, strand.taskset.advance_many([episodes[row] for row in rows]), strict=True))
        return [steps[row] for row in range(len(episodes))]

    def out_of_turns(self, task: Task, turns: tuple[Turn, ...]) -> Score:
        """The score of an episode that ended without one."""
        return judge.out_of_turns(self.taskset_of(task.id), task, turns)

    def _place(self, place: int) -> tuple[Strand, int]:
        """Whose a place is, and how many places that strand had before; each stays within one place of its share."""
        while len(self._dealt) <= place:
            costs = [(count + 1) / strand.weight for count, strand in zip(self._counts, self.strands, strict=True)]
            index = costs.index(min(costs))
            self._dealt.append((self.strands[index], self._counts[index]))
            self._counts[index] += 1
        return self._dealt[place]


@lru_cache(maxsize=4)
def _epoch_order(size: int, seed: int, epoch: int) -> list[int]:
    order = list(range(size))
    draw_rng(seed, "training order", epoch).shuffle(order)
    return order
