"""Groups with their advantages: what learning is handed, and what it could teach."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rlvr.envs import judge
from rlvr.grpo.algorithms.credit import Episode, assign_credit
from rlvr.grpo.algorithms.table import Algorithm
from rlvr.grpo.course import Course
from rlvr.grpo.group import Group
from rlvr.grpo.rollout import Rollout


@dataclass(frozen=True, slots=True)
class Credited:
    """A group with an advantage for every turn."""

    group: Group
    """The rollouts and their rewards."""
    advantages: tuple[tuple[float, ...], ...]
    """For each rollout one per turn; unscored rollouts have none."""

    @property
    def silence(self) -> str | None:
        """Why this group teaches nothing, or None when it does."""
        if any(value for turns in self.advantages for value in turns):
            return None
        if self.group.silence is not None:
            return self.group.silence
        return "truncated and masked" if any(rollout.is_truncated for rollout in self.group.rollouts) else "all alike"

    @property
    def scored(self) -> list[tuple[Rollout, list[float]]]:
        """The scored rollouts, with the advantage of each sampled token."""
        rows = zip(self.group.rollouts, self.group.rewards, self.advantages, strict=True)
        return [(rollout, _per_token(rollout, turns)) for rollout, reward, turns in rows if reward is not None]

    def mean_advantage(self, row: int) -> float:
        """Of a rollout, over its sampled tokens; 0 where it is unscored."""
        turns, sizes = self.advantages[row], self.group.rollouts[row].turn_sizes
        if len(set(turns)) <= 1:
            return turns[0] if turns else 0.0
        return sum(value * size for value, size in zip(turns, sizes, strict=True)) / sum(sizes)


def _per_token(rollout: Rollout, turns: Sequence[float]) -> list[float]:
    return [value for value, size in zip(turns, rollout.turn_sizes, strict=True) for _ in range(size)]


def credit(
    groups: Sequence[Group], algorithm: Algorithm, course: Course, *, mask_truncated: bool = False
) -> list[Credited]:
    """Give each turn of each scored rollout its advantage.

    Args:
        groups: Of the whole step: some algorithms compare with all of it.
        algorithm: The row of the table.
        course: Names the states that step-level groups share.
        mask_truncated: Give rollouts that were cut off the advantage 0; what they earned counts in their group all the
            same.
    """
    scored = [[rollout for rollout, _ in group.scored] for group in groups]
    if algorithm.advantage == "gigpo":
        anchors = [_anchors(course, rollouts) for rollouts in scored]
    else:
        anchors = [[("",) * len(rollout.turn_sizes) for rollout in rollouts] for rollouts in scored]
    episodes = [
        [Episode(reward, states) for (_, reward), states in zip(group.scored, each, strict=True)]
        for group, each in zip(groups, anchors, strict=True)
    ]
    credits_ = assign_credit(algorithm, episodes)
    spread = [_spread(group, values) for group, values in zip(groups, credits_, strict=True)]
    return [_masked(one) for one in spread] if mask_truncated else spread


def explain_silence(credited: Sequence[Credited]) -> str | None:
    """Say why a step has no learning signal, or None when at least one group has some (invariant 11)."""
    reasons = Counter(one.silence for one in credited)
    if None in reasons or not credited:
        return None
    return f"no learning signal in {len(credited)} groups: " + ", ".join(
        f"{count} {reason}" for reason, count in reasons.most_common()
    )


def _spread(group: Group, values: Sequence[tuple[float, ...]]) -> Credited:
    """Put the advantages of the scored rollouts in their rollouts' places."""
    given = iter(values)
    return Credited(group, tuple(() if reward is None else next(given) for reward in group.rewards))


def _masked(credited: Credited) -> Credited:
    rows = zip(credited.group.rollouts, credited.advantages, strict=True)
    return replace(
        credited, advantages=tuple((0.0,) * len(turns) if one.is_truncated else turns for one, turns in rows)
    )


def _anchors(course: Course, rollouts: Sequence[Rollout]) -> list[tuple[str, ...]]:
    """The state before each turn of each rollout; a turn whose state could not be named shares it with no other."""
    if not rollouts:
        return []
    taskset = course.taskset_of(rollouts[0].task_id)
    task = taskset.task_from_id(rollouts[0].task_id)
    places = [(row, turn) for row, rollout in enumerate(rollouts) for turn in range(len(rollout.turns))]
    named = judge.anchors_many(taskset, [(task, rollouts[row].turns[:turn]) for row, turn in places])
    states: list[list[str]] = [[] for _ in rollouts]
    for (row, turn), anchor in zip(places, named, strict=True):
        states[row].append(f"unknown {row} {turn}" if anchor is None else f"known {anchor}")
    return [tuple(one) for one in states]
