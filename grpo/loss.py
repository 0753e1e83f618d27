"""The GRPO objective in its parts, each one formula over tensors.

Shapes: B sequences, T positions, [B, T]. `policy_logprobs` carries the gradient; everything else is data.
"""

from typing import Literal

import torch
from torch import Tensor

Normalizer = Literal["token", "sequence"]
KlEstimator = Literal["k1", "k2", "k3"]


def clipped_surrogate(
    policy_logprobs: Tensor, old_logprobs: Tensor, advantages: Tensor, clip_low: float, clip_high: float
) -> Tensor:
    """-min(r A, clip(r, 1 - clip_low, 1 + clip_high) A) for each token, with r = exp(policy - old).

    Source: PPO, arXiv:1707.06347, equation 7; the two bounds: DAPO, arXiv:2503.14476, equation 10.

    Args:
        policy_logprobs: Under the model being trained, [B, T].
        old_logprobs: Under the model that the batch was sampled from, [B, T].
        advantages: One per sequence, [B].
        clip_low: Distance of the lower bound from 1.
        clip_high: Distance of the upper bound from 1.

    Returns:
        Loss of each token, [B, T].
    """
    ratio = torch.exp(policy_logprobs - old_logprobs)
    advantage = advantages[:, None]
    return -torch.minimum(ratio * advantage, ratio.clamp(1 - clip_low, 1 + clip_high) * advantage)


def is_clipped(
    policy_logprobs: Tensor, old_logprobs: Tensor, advantages: Tensor, clip_low: float, clip_high: float
) -> Tensor:
    """Where the clip cuts the gradient off, [B, T]: above for A > 0, below for A < 0."""
    ratio = torch.exp(policy_logprobs - old_logprobs)
    advantage = advantages[:, None]
    return ((ratio > 1 + clip_high) & (advantage > 0)) | ((ratio < 1 - clip_low) & (advantage < 0))


def kl_penalty(policy_logprobs: Tensor, reference_logprobs: Tensor, estimator: KlEstimator) -> Tensor:
    """Estimate KL(policy || reference) at each sampled token, [B, T].

    With d = policy - reference: k1 = d, k2 = d^2 / 2, k3 = exp(-d) - 1 + d.
    Source: Schulman, "Approximating KL divergence" (2020); k3 in DeepSeekMath, arXiv:2402.03300, equation 4.
    """
    difference = policy_logprobs - reference_logprobs
    if estimator == "k1":
        return difference
    if estimator == "k2":
        return difference.square() / 2
    return torch.exp(-difference) - 1 + difference


def token_weights(loss_mask: Tensor, normalizer: Normalizer, num_tokens: int, num_sequences: int) -> Tensor:
    """What each token's loss is multiplied by, [B, T], so that summing over micro-batches gives the step's loss.

    Args:
        loss_mask: True where a token is trained, [B, T].
        normalizer: `token`: 1 / num_tokens (DAPO, equation 8); `sequence`: 1 / (num_sequences x its own length)
            (DeepSeekMath, equation 3).
        num_tokens: Trained tokens of the whole step, over all micro-batches and ranks.
        num_sequences: Sequences of the whole step.
    """
    mask = loss_mask.to(torch.get_default_dtype())
    if normalizer == "token":
        return mask / num_tokens
    return mask / (num_sequences * mask.sum(dim=1, keepdim=True).clamp(min=1))
