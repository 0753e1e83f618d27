"""How far the trained policy has moved from the one that the batch was sampled from.

`old_logprobs` are the trained model's own when the batch was sampled; the gap to the sampler is `mismatch`.
"""

from torch import Tensor

from rlvr.grpo.algorithms.tokens import Tokens, finite_exp, sequence_means


def token_ratio(policy_logprobs: Tensor, old_logprobs: Tensor) -> Tensor:
    """r_t = pi(y_t) / pi_old(y_t) of each token, [N].

    Source: PPO, arXiv:1707.06347, equation 6; DeepSeekMath, arXiv:2402.03300, equation 3.

    Args:
        policy_logprobs: Under the model being trained, [N]; carries the gradient.
        old_logprobs: Under the model that the batch was sampled from, [N].
    """
    return finite_exp(policy_logprobs - old_logprobs)


def sequence_ratio(policy_logprobs: Tensor, old_logprobs: Tensor, tokens: Tokens) -> Tensor:
    """S = exp(mean of log r_t over the sequence), given to each of its tokens, [N].

    The gradient flows through the mean into every token of the sequence.
    Source: GSPO, arXiv:2507.18071, equation 7.

    Args:
        policy_logprobs: Under the model being trained, [N]; carries the gradient.
        old_logprobs: Under the model that the batch was sampled from, [N].
        tokens: Which sequence each token is of.
    """
    return finite_exp(sequence_means(policy_logprobs - old_logprobs, tokens))[tokens.sequence]
