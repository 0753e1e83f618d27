"""Estimates of KL(policy || reference) at each sampled token, for the loss or for the reward.

In the loss, what matters is the gradient, with d = policy - reference:

- k1 = d has gradient 1. Its mean over samples is 0, so in the loss it only adds noise; it is meant for the reward.
- k2 = d^2 / 2 has gradient d, whose mean is the gradient of the KL.
- k3 = e^-d - 1 + d has gradient 1 - e^-d, whose mean is the gradient of the KL the other way round.

Source: Schulman, "Approximating KL divergence" (2020); k3: DeepSeekMath, arXiv:2402.03300, equation 4.
"""

from torch import Tensor

from rlvr.grpo.algorithms.table import KlEstimator
from rlvr.grpo.algorithms.tokens import Tokens, finite_exp, sequence_sums


def kl_penalty(policy_logprobs: Tensor, reference_logprobs: Tensor, estimator: KlEstimator) -> Tensor:
    """The estimate at each token, [N], with its gradient.

    Args:
        policy_logprobs: Under the model being trained, [N]; carries the gradient.
        reference_logprobs: Under the frozen reference, [N].
        estimator: See the module.
    """
    difference = policy_logprobs - reference_logprobs
    match estimator:
        case "k1":
            return difference
        case "k2":
            return difference.square() / 2
        case "k3":
            return finite_exp(-difference) - 1 + difference


def sequence_kl(policy_logprobs: Tensor, reference_logprobs: Tensor, estimator: KlEstimator, tokens: Tokens) -> Tensor:
    """The estimate for each whole sequence, detached, [B]; a KL in the reward takes `kl_coef` times this off it.

    Source: with k1, RLOO, arXiv:2402.14740, the shaped reward R = r - beta log(pi / pi_ref).

    Args:
        policy_logprobs: Under the model that sampled the sequences, [N].
        reference_logprobs: Under the frozen reference, [N].
        estimator: See the module.
        tokens: Which sequence each token is of.
    """
    return sequence_sums(kl_penalty(policy_logprobs.detach(), reference_logprobs, estimator), tokens)
