"""Logits of some tokens over some words, a tile at a time, in memory that the next tile overwrites.

Tiles run along the vocabulary as well as along the tokens, so that the output layer's gradient is summed one block of
words at a time, in float32, and written once.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from rlvr.grpo.head import Head

TILE_WORDS = 8192
"""Words of a tile, at most."""


@dataclass(frozen=True, slots=True)
class Signal:
    """What the backward pass knows of each token; gradients are with respect to the loss."""

    log_mass: Tensor
    """Log of the sum of exp(logits), [N]."""
    to_logprobs: Tensor
    """Gradient of the log-probabilities, [N]."""
    entropy: Tensor | None
    """[N]; None where not asked for."""
    to_entropy: Tensor | None
    """Gradient of the entropies, [N]; None where nothing was made of them."""


class Tiles:
    """Computes tiles of the logits, divided by the temperature, and of their gradient."""

    def __init__(self, hidden: Tensor, targets: Tensor, head: Head, temperature: float, tile_logits: int) -> None:
        self._hidden, self._targets, self._head, self._temperature = hidden, targets, head, temperature
        num_words = min(TILE_WORDS, len(head.weight))
        num_tokens = max(1, min(len(hidden), tile_logits // num_words))
        self.words = _cut(len(head.weight), num_words)
        """Blocks of the vocabulary."""
        self.tokens = _cut(len(hidden), num_tokens)
        """Blocks of the tokens."""
        self.dtype = torch.promote_types(head.weight.dtype, torch.float32)
        """Number type of the tiles."""
        self._memory = hidden.new_empty(num_tokens * num_words, dtype=self.dtype)

    def logits(self, tokens: slice, words: slice) -> Tensor:
        """[tokens, words]; the next tile overwrites it."""
        hidden, weight, head = self._hidden[tokens], self._head.weight[words], self._head
        tile = self._memory[: len(hidden) * len(weight)].view(len(hidden), len(weight))
        if weight.dtype == tile.dtype:
            torch.mm(hidden, weight.t(), out=tile)
        else:
            tile.copy_(hidden @ weight.t())
        if head.bias is not None:
            tile += head.bias[words]
        if head.softcap is None:
            return tile.mul_(head.scale / self._temperature)
        return tile.mul_(head.scale / head.softcap).tanh_().mul_(head.softcap / self._temperature)

    def chosen(self, logits: Tensor, tokens: slice, words: slice) -> Tensor:
        """The logits of those targets that are among the words, 0 for the others, [tokens]."""
        at, is_here = self._places(tokens, words)
        return logits.gather(1, at).masked_fill(~is_here, 0.0).squeeze(1)

    def slope(self, tokens: slice, words: slice, signal: Signal) -> Tensor:
        """Gradient of the loss with respect to weight @ hidden + bias, [tokens, words]; the next tile overwrites it."""
        tile, head = self.logits(tokens, words), self._head
        bend = None
        if head.softcap is not None:
            bend = (tile * (self._temperature / head.softcap)).square_().neg_().add_(1)
        to_logprobs = signal.to_logprobs[tokens, None]
        tile.sub_(signal.log_mass[tokens, None])
        if signal.entropy is None or signal.to_entropy is None:
            tile.exp_().mul_(-to_logprobs)
        else:
            probability = tile.exp()
            tile.add_(signal.entropy[tokens, None]).mul_(signal.to_entropy[tokens, None]).add_(to_logprobs)
            tile.mul_(probability).neg_()
        at, is_here = self._places(tokens, words)
        tile.scatter_add_(1, at, to_logprobs * is_here)
        if bend is not None:
            tile.mul_(bend)
        return tile.mul_(head.scale / self._temperature)

    def _places(self, tokens: slice, words: slice) -> tuple[Tensor, Tensor]:
        """Column of each target in a tile, and whether it is in the tile at all, both [tokens, 1]."""
        column = self._targets[tokens, None] - words.start
        width = words.stop - words.start
        return column.clamp(0, width - 1), (column >= 0) & (column < width)


def _cut(total: int, size: int) -> list[slice]:
    return [slice(at, min(at + size, total)) for at in range(0, total, size)]
