"""Groups: the rollouts of one task, and whether there is anything to learn from them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from rlvr.grpo.advantage import Std, group_advantages, has_spread
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

    def advantages(self, std: Std) -> list[float]:
        """One advantage per rollout; 0 for unscored ones, which are left out of the mean and the std."""
        rewards = torch.tensor([reward for _, reward in self.scored], dtype=torch.float64)
        values = iter(group_advantages(rewards, std).tolist())
        return [0.0 if reward is None else next(values) for reward in self.rewards]

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


def make_groups(rollouts: Sequence[Rollout], group_size: int) -> list[Group]:
    """Cut rollouts, in the order they were asked for, into groups."""
    chunks = [tuple(rollouts[start : start + group_size]) for start in range(0, len(rollouts), group_size)]
    return [Group(chunk, tuple(rollout.reward for rollout in chunk)) for chunk in chunks]


def shuffle_rewards(groups: Sequence[Group], seed: int, step: int) -> list[Group]:
    """Deal the rewards of a step out anew over all its rollouts: the control in which nothing can be learned."""
    rewards = [reward for group in groups for reward in group.rewards]
    draw_rng(seed, step, "shuffled rewards").shuffle(rewards)
    dealt = iter(rewards)
    return [Group(group.rollouts, tuple(next(dealt) for _ in group.rewards)) for group in groups]


def explain_silence(groups: Sequence[Group]) -> str | None:
    """Say why a step has no learning signal, or None when at least one group has some (invariant 11)."""
    reasons = Counter(group.silence for group in groups)
    if None in reasons or not groups:
        return None
    return f"no learning signal in {len(groups)} groups: " + ", ".join(
        f"{count} {reason}" for reason, count in reasons.most_common()
    )
