"""What the loss of each token is multiplied by, so that the sum over all micro-batches and ranks is the step's loss.

The counts are those of the whole step: every rollout in the update counts, those with advantage 0 and truncated ones
whose loss is masked too; UNSCORED and replaced ones are not in it. So micro-batches, packing and ranks cannot change
the gradient. Left out on purpose: the mean over the tokens of a micro-batch (BNPO), which makes the gradient depend on
how the step was cut.
"""

from torch import Tensor

from rlvr.grpo.algorithms.tokens import Tokens


def token_weights(tokens: Tokens, num_tokens: int) -> Tensor:
    """1 / num_tokens, [N]: the mean over all trained tokens of the step.

    Source: DAPO, arXiv:2503.14476, equation 8.

    Args:
        tokens: Of the micro-batch.
        num_tokens: Trained tokens of the whole step.
    """
    return tokens.advantages.new_full(tokens.sequence.shape, 1 / max(num_tokens, 1))


def sequence_weights(tokens: Tokens, num_sequences: int) -> Tensor:
    """1 / (num_sequences x the sequence's own length), [N]: the mean over sequences of their token means.

    Source: DeepSeekMath, arXiv:2402.03300, equation 3.

    Args:
        tokens: Of the micro-batch.
        num_sequences: Sequences of the whole step.
    """
    lengths = tokens.num_trained.clamp(min=1).to(tokens.advantages.dtype)
    return (1 / (max(num_sequences, 1) * lengths))[tokens.sequence]


def constant_weights(tokens: Tokens, num_sequences: int, length: float = 1.0) -> Tensor:
    """1 / (num_sequences x length), [N]: the mean over sequences of their token sums.

    Source: Dr. GRPO, arXiv:2503.20783, section 3, where `length` is 1. TRL divides by the longest completion that
    is allowed as well.

    Args:
        tokens: Of the micro-batch.
        num_sequences: Sequences of the whole step.
        length: A constant number of tokens, the same in every step.
    """
    return tokens.advantages.new_full(tokens.sequence.shape, 1 / (max(num_sequences, 1) * length))
