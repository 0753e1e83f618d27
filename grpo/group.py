"""Groups: the rollouts of one task, and whether there is anything to learn from them."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from rlvr.grpo.algorithms.advantages import has_spread
from rlvr.grpo.algorithms.shaping import overlong_penalty
from rlvr.grpo.config import Config
from rlvr.grpo.rollout import Rollout
from rlvr.grpo.seeds import draw_rng


@dataclass(frozen=True, slots=True)
class Group:
    """All rollouts of one task."""

    rollouts: tuple[Rollout, ...]
    """`group_size` of them; the unscored ones take no part in learning."""
    rewards: tuple[float | None, ...]
    """One per rollout; None where it is unscored."""

    @property
    def scored(self) -> list[tuple[Rollout, float]]:
        """The rollouts that have a reward."""
        return [(one, reward) for one, reward in zip(self.rollouts, self.rewards, strict=True) if reward is not None]

    @property
    def silence(self) -> str | None:
        """Why this group teaches nothing, or None when it does."""
        rewards = [reward for _, reward in self.scored]
        if not rewards:
            return "all unscored"
        if has_spread(torch.tensor(rewards, dtype=torch.float64)):
            return None
        if len(rewards) == 1:
            return "all unscored but one"
        if all(rollout.is_truncated for rollout, _ in self.scored):
            return "all truncated"
        if max(rewards) <= 0:
            return "all wrong"
        return "all right" if min(rewards) >= 1 else "all alike"


def make_groups(rollouts: Sequence[Rollout], config: Config) -> list[Group]:
    """Cut rollouts, in the order they were asked for, into groups; rewards are scores with their shaping."""
    size = config.grpo.group_size
    chunks = [tuple(rollouts[start : start + size]) for start in range(0, len(rollouts), size)]
    return [Group(chunk, tuple(shaped_reward(rollout, config) for rollout in chunk)) for chunk in chunks]


def shaped_reward(rollout: Rollout, config: Config) -> float | None:
    """The score's value, less the penalty for its longest turn if it came near the limit; None where unscored."""
    value, buffer = rollout.score.value, config.grpo.overlong_buffer
    if value is None or buffer == 0:
        return value
    longest = max(rollout.turn_sizes, default=0)
    return value + overlong_penalty(longest, config.sampler.max_tokens, buffer)


def shuffle_rewards(groups: Sequence[Group], seed: int, step: int) -> list[Group]:
    """Deal the rewards of a step out anew over all its rollouts: the control in which nothing can be learned."""
    rewards = [reward for group in groups for reward in group.rewards]
    draw_rng(seed, step, "shuffled rewards").shuffle(rewards)
    dealt = iter(rewards)
    return [Group(group.rollouts, tuple(next(dealt) for _ in group.rewards)) for group in groups]
