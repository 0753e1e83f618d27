"""How much better a response was than others: pure functions of rewards, in their number type (use float64).

All but `batch` compare the rollouts of one group. Rewards that spread by at most 1e-6, or fewer than two of them, give
advantages of exactly 0: no signal.
"""

import torch
from torch import Tensor

from rlvr.grpo.algorithms.table import Std

MIN_SPREAD = 1e-6
"""Rewards closer together than this carry no signal."""


def has_spread(rewards: Tensor) -> bool:
    """Whether rewards [G] differ: two or more of them, and by more than 1e-6."""
    return rewards.numel() >= 2 and bool(rewards.max() - rewards.min() > MIN_SPREAD)


def scaled(rewards: Tensor, std: Std = "sample") -> Tensor:
    """A_i = (r_i - mean(r)) / std(r), [G], without an epsilon.

    Source: DeepSeekMath, arXiv:2402.03300, section 4.1.2.

    Args:
        rewards: Of the scored rollouts of one task, [G].
        std: With ddof=1 (`sample`), with ddof=0 (`population`), or no division.
    """
    if std == "none" or not has_spread(rewards):
        return centred(rewards)
    return centred(rewards) / rewards.std(correction=1 if std == "sample" else 0)


def centred(rewards: Tensor) -> Tensor:
    """A_i = r_i - mean(r), [G]. Source: Dr. GRPO, arXiv:2503.20783, section 3."""
    return rewards - rewards.mean() if has_spread(rewards) else torch.zeros_like(rewards)


def leave_one_out(rewards: Tensor) -> Tensor:
    """A_i = r_i - mean of the other rewards, [G], which is `centred` times G / (G - 1).

    Source: RLOO, arXiv:2402.14740, the estimator that names it.
    """
    return centred(rewards) * (rewards.numel() / max(rewards.numel() - 1, 1))


def over_mean(rewards: Tensor) -> Tensor:
    """A_i = (r_i - mean(r)) / mean(r), [G], the gradient of the log of the success rate.

    The paper's rewards are 0 or 1. Shaping can make some negative, and a mean near 0 would then give advantages
    without bound; so the divisor is the mean of max(r, 0), which is the same number for rewards that are not negative.
    Without a reward above 1e-6 all advantages are 0.
    Source: MaxRL, arXiv:2602.02710, the estimator with the mean as its baseline.
    """
    if not has_spread(rewards) or rewards.max() <= MIN_SPREAD:
        return torch.zeros_like(rewards)
    return centred(rewards) / rewards.clamp(min=0).mean()


def batch(rewards: Tensor) -> Tensor:
    """A_i = r_i - mean of the whole batch, [rollouts of the step].

    REINFORCE as it is used for language models: the baseline is the average reward of all rollouts of the step, over
    all tasks and ranks. A group whose rewards are alike still has a signal here, unless the whole batch is alike.
    Source: Williams 1992, "Simple statistical gradient-following algorithms" (the reinforcement baseline); for a batch
    of responses: REINFORCE++, arXiv:2501.03262.
    """
    return centred(rewards)
