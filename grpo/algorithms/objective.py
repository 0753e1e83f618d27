"""The loss and the weight of each token, as a row of the table says.

The step's loss is the sum of `loss * weight` over all micro-batches and ranks. A KL penalty and an entropy bonus are
the caller's to add to `loss`.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from rlvr.grpo.algorithms import normalizers, ratios, surrogates
from rlvr.grpo.algorithms.table import Algorithm
from rlvr.grpo.algorithms.tokens import Tokens


@dataclass(frozen=True, slots=True)
class TokenLoss:
    """What a row makes of a micro-batch."""

    loss: Tensor
    """Of each token, unweighted, with its gradient, [N]."""
    is_clipped: Tensor
    """Where the surrogate held a token back, [N] bool."""


def token_loss(
    algorithm: Algorithm,
    policy_logprobs: Tensor,
    old_logprobs: Tensor,
    tokens: Tokens,
    correction: Tensor | None = None,
) -> TokenLoss:
    """The surrogate of each token.

    Args:
        algorithm: The row.
        policy_logprobs: Under the model being trained, [N]; carries the gradient.
        old_logprobs: Under the trained model when the batch was sampled, [N]; with one update, the detached
            `policy_logprobs`.
        tokens: Sequences and advantages of the tokens.
        correction: Detached weights from `mismatch`, [N].
    """
    advantages = tokens.advantages
    if algorithm.ratio == "token":
        ratio = ratios.token_ratio(policy_logprobs, old_logprobs)
    else:
        ratio = ratios.sequence_ratio(policy_logprobs, old_logprobs, tokens)
    match algorithm.surrogate:
        case "clip":
            bounds = (ratio, advantages, algorithm.clip_low, algorithm.clip_high, algorithm.dual_clip)
            loss, is_clipped = surrogates.clip(*bounds), surrogates.clip_is_clipped(*bounds)
        case "cispo":
            loss = surrogates.cispo(policy_logprobs, ratio, advantages, algorithm.ratio_cap)
            is_clipped = surrogates.cispo_is_clipped(ratio, advantages, algorithm.ratio_cap)
        case "plain":
            loss, is_clipped = surrogates.plain(ratio, advantages), torch.zeros_like(ratio, dtype=torch.bool)
    return TokenLoss(loss if correction is None else loss * correction, is_clipped)


def token_weights(algorithm: Algorithm, tokens: Tokens, num_tokens: int, num_sequences: int) -> Tensor:
    """What each token's loss is multiplied by, [N].

    Args:
        algorithm: The row.
        tokens: Of the micro-batch.
        num_tokens: Trained tokens of the whole step, over all micro-batches and ranks.
        num_sequences: Rollouts of the whole step.
    """
    match algorithm.normalizer:
        case "token":
            return normalizers.token_weights(tokens, num_tokens)
        case "sequence":
            return normalizers.sequence_weights(tokens, num_sequences)
        case "constant":
            return normalizers.constant_weights(tokens, num_sequences, algorithm.constant_length)
