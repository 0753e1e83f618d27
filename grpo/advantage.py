"""Group-relative advantages, as pure functions of rewards.

Source: DeepSeekMath, arXiv:2402.03300, section 4.1.2; without the division: Dr. GRPO, arXiv:2503.20783, equation 3.
"""

from typing import Literal

import torch

MIN_SPREAD = 1e-6
"""Rewards closer together than this carry no signal."""

Std = Literal["sample", "population", "none"]


def group_advantages(rewards: torch.Tensor, std: Std = "sample") -> torch.Tensor:
    """A_i = (r_i - mean(r)) / std(r) within one group.

    Args:
        rewards: Scored rollouts of one task, [G].
        std: Divide by the std with ddof=1, with ddof=0, or not at all. There is no epsilon.

    Returns:
        Advantages [G], in the rewards' number type; all 0 for fewer than two rewards or a spread of at most 1e-6.
    """
    if not has_spread(rewards):
        return torch.zeros_like(rewards)
    centred = rewards - rewards.mean()
    if std == "none":
        return centred
    return centred / rewards.std(correction=1 if std == "sample" else 0)


def has_spread(rewards: torch.Tensor) -> bool:
    """Whether a group [G] can teach anything: two or more rewards that differ by more than 1e-6."""
    return rewards.numel() >= 2 and bool(rewards.max() - rewards.min() > MIN_SPREAD)
