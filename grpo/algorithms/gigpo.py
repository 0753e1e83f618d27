"""GiGPO: step-level groups, for tasks of many turns.

Turns that start from the same state (`Taskset.anchor`), in whichever rollout of the group and however often, are
compared with each other, on top of the comparison of whole episodes.
"""

from collections import defaultdict
from collections.abc import Sequence

import torch

from rlvr.grpo.algorithms.advantages import scaled
from rlvr.grpo.algorithms.table import Std


def turn_advantages(
    rewards: Sequence[float],
    anchors: Sequence[Sequence[str]],
    discount: float = 0.95,
    step_weight: float = 1.0,
    std: Std = "none",
) -> list[tuple[float, ...]]:
    """A = A_episode + step_weight x A_step of every turn of every rollout of one group.

    An episode is rewarded after its last turn. A_step compares the discounted returns of the turns that share an
    anchor; a turn whose anchor is nobody else's gets 0. Episodes that all earned the same can still differ here, in
    how many turns they took. With fewer than two rollouts everything is 0.
    Source: GiGPO, arXiv:2505.10978, equation 8, the sum of the episode and the step relative advantage.

    Args:
        rewards: Of the scored rollouts of one task, [G].
        anchors: The state before each turn, for each rollout.
        discount: gamma, for each turn between an action and the reward.
        step_weight: omega.
        std: What both comparisons divide by.

    Returns:
        For each rollout one advantage per turn.
    """
    if len(rewards) < 2:
        return [(0.0,) * len(states) for states in anchors]
    episode = scaled(torch.tensor(rewards, dtype=torch.float64), std).tolist()
    step = _step_advantages(rewards, anchors, discount, std)
    return [
        tuple(whole + step_weight * step[row, turn] for turn in range(len(states)))
        for row, (whole, states) in enumerate(zip(episode, anchors, strict=True))
    ]


def _step_advantages(
    rewards: Sequence[float], anchors: Sequence[Sequence[str]], discount: float, std: Std
) -> dict[tuple[int, int], float]:
    """The comparison within step groups, by (rollout, turn)."""
    members: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for row, states in enumerate(anchors):
        for turn, state in enumerate(states):
            members[state].append((row, turn))
    advantages: dict[tuple[int, int], float] = {}
    for places in members.values():
        returns = [rewards[row] * discount ** (len(anchors[row]) - 1 - turn) for row, turn in places]
        compared = scaled(torch.tensor(returns, dtype=torch.float64), std)
        advantages.update(zip(places, compared.tolist(), strict=True))
    return advantages
