"""What a step sampled: a group for each of its places, after those that taught nothing were replaced.

Dynamic sampling (DAPO, arXiv:2503.14476, section 3.2), within a budget for each place, so that neither the order of
work nor the number of ranks can change which groups are kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from rlvr.grpo.clock import Clock
from rlvr.grpo.credited import credit
from rlvr.grpo.group import Group, make_groups
from rlvr.grpo.setup import Setup


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the step's batch."""

    group: Group
    """What is learned from."""
    replaced: tuple[Group, ...] = ()
    """The groups that had the place before and taught nothing, in order; they take no part in learning."""


def sample_places(setup: Setup, step: int, levels: Mapping[str, int], clock: Clock) -> list[Place]:
    """Sample and score a step, replacing groups that teach nothing up to `max_replacements` times.

    A place that is still silent after its budget keeps its last group.

    Args:
        setup: Draws, judges.
        step: Counted from 0; with the run's seed, it decides everything.
        levels: Present level of each taskset.
        clock: Counts how long judging went on after the last token.

    Returns:
        The places of all ranks, in order, on every rank.
    """
    grpo, course = setup.config.grpo, setup.course
    open_slots = mine = setup.ranks.share(range(grpo.num_tasks))
    tasks = course.step_tasks(step, grpo.num_tasks, levels)
    tried: dict[int, list[Group]] = {slot: [] for slot in mine}
    for attempt in range(grpo.max_replacements + 1):
        purpose = f"{step}"
        if attempt > 0:
            purpose += f" replacement {attempt}"
            for slot in open_slots:
                tasks[slot] = course.replacement(step * grpo.num_tasks + slot, attempt, levels)
        rollouts = setup.collect([tasks[slot] for slot in open_slots], grpo.group_size, purpose, clock)
        for slot, group in zip(open_slots, make_groups(rollouts, setup.config), strict=True):
            tried[slot].append(group)
        open_slots = [slot for slot in open_slots if not _teaches(tried[slot][-1], setup)]
        if not open_slots:
            break
    return setup.ranks.gather([Place(tried[slot][-1], tuple(tried[slot][:-1])) for slot in mine])


def _teaches(group: Group, setup: Setup) -> bool:
    """Whether rewards differ; where turns are compared, it is enough that turns from one state led to different ends.

    So a group of games that were all won, some sooner than others, keeps its place under GiGPO.
    """
    row = setup.config.grpo.row
    if group.silence is None or row.advantage != "gigpo":
        return group.silence is None
    return credit([group], row, setup.course)[0].silence is None
