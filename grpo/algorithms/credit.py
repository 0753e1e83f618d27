"""From the rewards of a step to an advantage for each turn, as a row of the table says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from rlvr.grpo.algorithms import advantages, gigpo
from rlvr.grpo.algorithms.table import Algorithm

_OF_A_GROUP: Mapping[str, Callable[[Tensor], Tensor]] = {
    "centred": advantages.centred,
    "leave_one_out": advantages.leave_one_out,
    "over_mean": advantages.over_mean,
}


@dataclass(frozen=True, slots=True)
class Episode:
    """A scored rollout, as far as advantages are concerned."""

    reward: float
    """Shaping included."""
    anchors: tuple[str, ...]
    """The state before each turn; only GiGPO reads more than their number."""


Credits = list[tuple[float, ...]]
"""For each rollout of a group one advantage per turn."""


def assign_credit(algorithm: Algorithm, groups: Sequence[Sequence[Episode]]) -> list[Credits]:
    """Advantages of all turns of a step.

    A group teaches something if any of its advantages is not 0.

    Args:
        algorithm: The row.
        groups: The scored rollouts of each task: of all ranks, where the algorithm's baseline is that of the batch.

    Returns:
        For each group, for each rollout, one advantage per turn.
    """
    if algorithm.advantage == "gigpo":
        return [_turn_by_turn(algorithm, group) for group in groups]
    rewards = [torch.tensor([one.reward for one in group], dtype=torch.float64) for group in groups]
    if algorithm.advantage == "batch":
        sizes = [len(group) for group in groups]
        values = torch.split(advantages.batch(torch.cat(rewards)), sizes) if groups else ()
    elif algorithm.advantage == "scaled":
        values = tuple(advantages.scaled(one, algorithm.std) for one in rewards)
    else:
        values = tuple(_OF_A_GROUP[algorithm.advantage](one) for one in rewards)
    return [_repeat(value, group) for value, group in zip(values, groups, strict=True)]


def _turn_by_turn(algorithm: Algorithm, group: Sequence[Episode]) -> Credits:
    rewards, anchors = [one.reward for one in group], [one.anchors for one in group]
    return gigpo.turn_advantages(rewards, anchors, algorithm.discount, algorithm.step_weight, algorithm.std)


def _repeat(values: Tensor, group: Sequence[Episode]) -> Credits:
    return [(value,) * len(one.anchors) for value, one in zip(values.tolist(), group, strict=True)]
