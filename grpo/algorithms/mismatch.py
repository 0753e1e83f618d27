"""Corrections for the gap between sampler and trainer: what a token's loss is multiplied by.

Both hold the same weights, but compute with other kernels or number types, so that a token was sampled with another
probability than the trainer believes: w = exp(old - sampler), detached. The ratio of `ratios` is another matter: how
far the policy has moved since.
"""

import torch
from torch import Tensor

from rlvr.grpo.algorithms.table import Correction
from rlvr.grpo.algorithms.tokens import Tokens, sequence_means


def truncated(old_logprobs: Tensor, sampler_logprobs: Tensor, cap: float) -> Tensor:
    """min(w, cap), [N].

    Source: Yao et al., "Your efficient RL framework secretly brings you off-policy RL training" (2025), on truncated
    importance sampling.

    Args:
        old_logprobs: Of the trained model when the batch was sampled, [N].
        sampler_logprobs: Of the sampler, [N].
        cap: Largest weight.
    """
    return _weights(old_logprobs, sampler_logprobs).clamp(max=cap)


def icepop(old_logprobs: Tensor, sampler_logprobs: Tensor, low: float, high: float) -> Tensor:
    """Each token's w where it is in [low, high], else 0, [N].

    Source: IcePop, in Ring-1T, arXiv:2510.18855.

    Args:
        old_logprobs: Of the trained model when the batch was sampled, [N].
        sampler_logprobs: Of the sampler, [N].
        low: Smallest weight that is kept.
        high: Largest weight that is kept.
    """
    weights = _weights(old_logprobs, sampler_logprobs)
    return torch.where((weights >= low) & (weights <= high), weights, 0.0)


def geometric_mean(old_logprobs: Tensor, sampler_logprobs: Tensor, tokens: Tokens) -> Tensor:
    """Geometric mean of w over each sequence, [B]; 1 for a sequence without tokens."""
    return torch.exp(sequence_means((old_logprobs - sampler_logprobs).detach(), tokens))


def sequence_mask(old_logprobs: Tensor, sampler_logprobs: Tensor, tokens: Tokens, low: float, high: float) -> Tensor:
    """1 for the tokens of a sequence whose geometric mean of w is in [low, high], else 0, [N].

    It leaves sequences out and weighs none: a geometric mean is no importance weight.
    Source: Liu et al., "When speed kills stability: demystifying RL collapse from the training-inference mismatch"
    (2025).

    Args:
        old_logprobs: Of the trained model when the batch was sampled, [N].
        sampler_logprobs: Of the sampler, [N].
        tokens: Which sequence each token is of.
        low: Smallest geometric mean that is kept.
        high: Largest geometric mean that is kept.
    """
    mean = geometric_mean(old_logprobs, sampler_logprobs, tokens)
    return ((mean >= low) & (mean <= high)).to(mean.dtype)[tokens.sequence]


def correct(
    correction: Correction, old_logprobs: Tensor, sampler_logprobs: Tensor, tokens: Tokens, low: float, high: float
) -> Tensor:
    """The factor of each token that `correction` names, [N]; `tis` has no lower bound, and `high` is its cap."""
    match correction:
        case "tis":
            return truncated(old_logprobs, sampler_logprobs, high)
        case "icepop":
            return icepop(old_logprobs, sampler_logprobs, low, high)
        case "sequence_mask":
            return sequence_mask(old_logprobs, sampler_logprobs, tokens, low, high)


def _weights(old_logprobs: Tensor, sampler_logprobs: Tensor) -> Tensor:
    return torch.exp((old_logprobs - sampler_logprobs).detach())
