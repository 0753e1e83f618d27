"""The loss of each token, before it is weighted, and which tokens the clip held back.

Each `*_is_clipped` feeds a metric only. `A` is the advantage, `r` the ratio.
"""

import torch
from torch import Tensor


def clip(
    ratio: Tensor, advantages: Tensor, clip_low: float, clip_high: float, dual_clip: float | None = None
) -> Tensor:
    """Loss of the clipped ratio, -min(r A, max(1 - clip_low, min(r, 1 + clip_high)) A), [N].

    For A < 0 it is at most dual_clip |A|.

    Source: PPO, arXiv:1707.06347, equation 7; two bounds: DAPO, arXiv:2503.14476, equation 10; the bound for A < 0,
    past which the gradient is 0: dual-clip PPO, arXiv:1912.09729, equation 5.

    Args:
        ratio: Of each token, [N]; carries the gradient.
        advantages: Of each token, [N].
        clip_low: Distance of the lower bound from 1.
        clip_high: Distance of the upper bound from 1.
        dual_clip: Largest ratio that counts where A < 0, above 1; None is no such bound.
    """
    loss = -torch.minimum(ratio * advantages, ratio.clamp(1 - clip_low, 1 + clip_high) * advantages)
    if dual_clip is None:
        return loss
    return torch.where(advantages < 0, torch.minimum(loss, -dual_clip * advantages), loss)


def clip_is_clipped(
    ratio: Tensor, advantages: Tensor, clip_low: float, clip_high: float, dual_clip: float | None = None
) -> Tensor:
    """Where `clip` cuts the gradient off, [N]: above for A > 0, below for A < 0, and past dual_clip for A < 0."""
    is_cut = ((ratio > 1 + clip_high) & (advantages > 0)) | ((ratio < 1 - clip_low) & (advantages < 0))
    return is_cut if dual_clip is None else is_cut | ((ratio > dual_clip) & (advantages < 0))


def cispo(policy_logprobs: Tensor, ratio: Tensor, advantages: Tensor, ratio_cap: float) -> Tensor:
    """-sg(min(r, ratio_cap)) A log pi, [N]: the weight is capped, and every token keeps a gradient.

    The cap is absolute (1.28, not 0.28), and there is no lower bound.
    Source: MiniMax-M1, arXiv:2506.13585, equations 4 and 5.

    Args:
        policy_logprobs: Under the model being trained, [N]; carries the gradient.
        ratio: Of each token, [N]; detached here.
        advantages: Of each token, [N].
        ratio_cap: Largest weight.
    """
    return -ratio.detach().clamp(max=ratio_cap) * advantages * policy_logprobs


def cispo_is_clipped(ratio: Tensor, advantages: Tensor, ratio_cap: float) -> Tensor:
    """Where the cap made the weight of a token smaller, [N]; its gradient is not 0."""
    return (ratio > ratio_cap) & (advantages != 0)


def plain(ratio: Tensor, advantages: Tensor) -> Tensor:
    """-r A, [N]: the policy gradient with importance weights and without a clip.

    At r = 1 its gradient is that of -A log pi, so one update is REINFORCE itself. In later updates of the same batch
    the weight matters: -A log pi would push a bad response down for ever, while this gradient fades with r.
    Source: Williams 1992, "Simple statistical gradient-following algorithms"; with the ratio: PPO, arXiv:1707.06347,
    equation 6.

    Args:
        ratio: Of each token, [N]; carries the gradient.
        advantages: Of each token, [N].
    """
    return -ratio * advantages
