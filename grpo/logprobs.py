"""Log-probabilities and entropies of tokens from hidden states; the whole logits never exist.

Logits are the largest tensor of a training step: 2,048 tokens over 151,936 words take 1.2 GB in float32, and a
log-softmax with its gradient holds several of them. Here the forward pass keeps one log-sum-exp per token, and the
backward pass computes each tile of logits once more.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from rlvr.grpo.head import Head
from rlvr.grpo.tiles import Signal, Tiles

TILE_LOGITS = 2**23
"""Logits that exist at a time: 32 MB in float32."""


@dataclass(frozen=True, slots=True)
class TokenLogprobs:
    """Of some tokens, in float32 (in float64 for a model in float64); both carry a gradient."""

    logprobs: Tensor
    """Log-probability of each token, in nats, [N]."""
    entropy: Tensor | None
    """Entropy of the distribution that each token was drawn from, in nats, [N]; None where not asked for."""


def head_logprobs(
    hidden: Tensor,
    targets: Tensor,
    head: Head,
    temperature: float,
    *,
    needs_entropy: bool = False,
    tile_logits: int = TILE_LOGITS,
) -> TokenLogprobs:
    """Log-probabilities of tokens, given the hidden states that predict them.

    Args:
        hidden: [N, hidden size].
        targets: The tokens, [N].
        head: The model's output layer.
        temperature: Divides the logits.
        needs_entropy: Whether to compute the entropies too.
        tile_logits: Logits that exist at a time.
    """
    settings = (head.scale, head.softcap, temperature, tile_logits, needs_entropy)
    hidden = hidden.to(head.weight.dtype)
    return TokenLogprobs(*_TiledLogprobs.apply(hidden, head.weight, head.bias, targets, *settings))  # type: ignore[no-untyped-call]


class _TiledLogprobs(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        hidden: Tensor,
        weight: Tensor,
        bias: Tensor | None,
        targets: Tensor,
        scale: float,
        softcap: float | None,
        temperature: float,
        tile_logits: int,
        needs_entropy: bool,
    ) -> tuple[Tensor, Tensor | None]:
        ctx.settings = (scale, softcap, temperature, tile_logits)
        tiles = Tiles(hidden, targets, Head(weight, bias, scale, softcap), temperature, tile_logits)
        empty = hidden.new_empty((3, 0), dtype=tiles.dtype)
        parts = [_over_words(tiles, tokens, needs_entropy=needs_entropy) for tokens in tiles.tokens]
        chosen, log_mass, mean = torch.cat([empty, *parts], 1)
        entropy = log_mass - mean if needs_entropy else None
        ctx.save_for_backward(hidden, weight, bias, targets, log_mass, entropy)
        ctx.set_materialize_grads(False)
        return chosen - log_mass, entropy

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, to_logprobs: Tensor | None, to_entropy: Tensor | None) -> tuple[Tensor | None, ...]:
        hidden, weight, bias, targets, log_mass, entropy = ctx.saved_tensors
        scale, softcap, temperature, tile_logits = ctx.settings
        tiles = Tiles(hidden, targets, Head(weight, bias, scale, softcap), temperature, tile_logits)
        signal = Signal(
            log_mass, torch.zeros_like(log_mass) if to_logprobs is None else to_logprobs, entropy, to_entropy
        )
        _, needs_weight, needs_bias, *_ = ctx.needs_input_grad
        to_hidden = torch.zeros_like(hidden, dtype=tiles.dtype)
        to_weight = torch.empty_like(weight) if needs_weight else None
        to_bias = torch.zeros_like(bias, dtype=tiles.dtype) if needs_bias else None
        for words in tiles.words:
            block = torch.zeros_like(weight[words], dtype=tiles.dtype)
            for tokens in tiles.tokens:
                slope = tiles.slope(tokens, words, signal)
                if to_bias is not None:
                    to_bias[words] += slope.sum(0)
                slope = slope.to(weight.dtype)
                _add_product(to_hidden[tokens], slope, weight[words])
                if needs_weight:
                    _add_product(block, slope.t(), hidden[tokens])
            if to_weight is not None:
                to_weight[words] = block
        return to_hidden.to(hidden.dtype), to_weight, to_bias, *[None] * 6


def _over_words(tiles: Tiles, tokens: slice, *, needs_entropy: bool) -> Tensor:
    """Logit of the target, log-sum-exp and, where needed, mean logit of some tokens, [3, tokens]."""
    found = []
    for words in tiles.words:
        logits = tiles.logits(tokens, words)
        chosen = tiles.chosen(logits, tokens, words)
        top = logits.amax(1, keepdim=True)
        weights = logits.sub_(top).exp() if needs_entropy else logits.sub_(top).exp_()
        mass = weights.sum(1)
        mean = weights.mul_(logits).sum(1).div_(mass).add_(top.squeeze(1)) if needs_entropy else torch.zeros_like(mass)
        found.append(torch.stack([chosen, mass.log_().add_(top.squeeze(1)), mean]))
    chosen, log_mass, mean = torch.stack(found, 1)
    total = log_mass.logsumexp(0)
    return torch.stack([chosen.sum(0), total, (mean * (log_mass - total).exp()).sum(0)])


def _add_product(total: Tensor, left: Tensor, right: Tensor) -> None:
    """Add left @ right to a total; products in half precision are summed in float32."""
    if total.dtype == left.dtype:
        total.addmm_(left, right)
    else:
        total += left @ right
