"""How hard each level of a taskset is for a model: what is solved, what would teach, what can be guessed.

A task teaches when some of its responses are right and others wrong, so the level to train at is the one with the most
such tasks. A level that one answer, always given, gets right too often is no test of reasoning. Left out: which level
to go on to, which the curriculum finds out by itself.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rlvr.envs import formats
from rlvr.envs.task import Solution
from rlvr.envs.taskset import Taskset
from rlvr.grpo.evaluate import Estimate
from rlvr.grpo.rollout import Rollout
from rlvr.grpo.setup import Setup
from rlvr.rewards.score import Verdict

_NUM_GUESSES = 3
"""Answers tried on every task, of each kind: the most common references, and the model's most common answers."""


@dataclass(frozen=True, slots=True)
class LevelReport:
    """What a model does at one level; shares are of the tasks of which something could be judged."""

    level: int
    """The difficulty."""
    accuracy: Estimate
    """Share of right responses."""
    solved: float
    """Tasks all of whose responses are right."""
    informative: float
    """Tasks with right and wrong responses: those that teach."""
    unsolved: float
    """Tasks without a right response."""
    truncated: float
    """Share of responses that ran into the token limit."""
    guess: str | None
    """The one answer that is right for the most tasks; None in games and where no reference is text."""
    guessable: float | None
    """The share of the tasks for which it is right."""
    num_tasks: int
    """Tasks of which something could be judged."""
    num_unscored: int
    """Responses that could not be judged."""


def probe_levels(
    setup: Setup, levels: Sequence[int], split: str, num_tasks: int, samples: int
) -> Iterator[LevelReport]:
    """Sample and judge the first tasks of each level, one level after the other.

    Args:
        setup: A model with its sampler, and one taskset.
        levels: Which difficulties.
        split: Which tasks.
        num_tasks: How many of each level, at most as many as there are.
        samples: Responses to each; one alone cannot tell what teaches.
    """
    taskset = setup.course.tasksets[0]
    name = setup.course.strands[0].name
    for level in levels:
        found = setup.evaluate(split, num_tasks, f"probe {level}", {name: level}, samples)
        by_task: dict[str, list[Rollout]] = {}
        for rollout in found.rollouts:
            by_task.setdefault(rollout.task_id, []).append(rollout)
        kinds = Counter(kind for group in by_task.values() if (kind := _kind(group)) is not None)
        guess, guessable = best_guess(taskset, found.rollouts)
        yield LevelReport(
            level=level,
            accuracy=found.accuracy,
            **{kind: kinds[kind] / found.num_tasks for kind in ("solved", "informative", "unsolved")},
            truncated=sum(rollout.is_truncated for rollout in found.rollouts) / len(found.rollouts),
            guess=guess,
            guessable=guessable,
            num_tasks=found.num_tasks,
            num_unscored=found.num_unscored,
        )


def best_guess(taskset: Taskset, rollouts: Sequence[Rollout]) -> tuple[str | None, float | None]:
    """The answer that is right for the most of the rollouts' tasks, and for which share; (None, None) in games."""
    if taskset.max_turns > 1:
        return None, None
    tasks = [taskset.task_from_id(task_id) for task_id in dict.fromkeys(rollout.task_id for rollout in rollouts)]
    references = Counter(str(task.reference) for task in tasks if isinstance(task.reference, str | int | float))
    given = Counter(rollout.score.answer for rollout in rollouts if rollout.score.answer is not None)
    candidates = dict.fromkeys(text for counts in (references, given) for text, _ in counts.most_common(_NUM_GUESSES))
    if not candidates:
        return None, None
    responses = {text: formats.render(taskset.extract, Solution(text)) for text in candidates}
    scores = iter(taskset.verify_many([(task, response) for response in responses.values() for task in tasks]))
    right = {text: sum(next(scores).verdict is Verdict.CORRECT for _ in tasks) for text in candidates}
    best = max(candidates, key=lambda text: right[text])
    return best, right[best] / len(tasks)


def _kind(group: Sequence[Rollout]) -> str | None:
    """Of a task's responses: whether they are all right, some, or none; None where none could be judged."""
    verdicts = {rollout.score.verdict for rollout in group} - {Verdict.UNSCORED}
    if not verdicts:
        return None
    if Verdict.CORRECT not in verdicts:
        return "unsolved"
    return "solved" if verdicts == {Verdict.CORRECT} else "informative"
