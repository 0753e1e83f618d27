"""Trained tokens laid end to end, and sums over the sequences that they belong to.

No padding ever reaches a loss, so nothing here is masked. A sequence is never divided between micro-batches.
"""

from typing import Protocol

import torch
from torch import Tensor


class Tokens(Protocol):
    """N trained tokens of B sequences; whatever has these three tensors will do."""

    @property
    def sequence(self) -> Tensor:
        """Which of the B sequences each token is of, long, [N]."""

    @property
    def num_trained(self) -> Tensor:
        """Trained tokens of each sequence, [B]."""

    @property
    def advantages(self) -> Tensor:
        """Advantage of each token, constant over a turn, [N]."""


def sequence_sums(values: Tensor, tokens: Tokens) -> Tensor:
    """Sum [N] over the tokens of each sequence, [B]; 0 for a sequence without any."""
    return values.new_zeros(tokens.num_trained.shape[0]).index_add(0, tokens.sequence, values)


def sequence_means(values: Tensor, tokens: Tokens) -> Tensor:
    """Mean [N] over the tokens of each sequence, [B]; 0 for a sequence without any."""
    return sequence_sums(values, tokens) / tokens.num_trained.clamp(min=1).to(values.dtype)


MAX_EXPONENT = 20.0
"""Beyond it `finite_exp` is a straight line: e^20 is 4.9e8, and float32 overflows at e^88.7."""


def finite_exp(exponent: Tensor) -> Tensor:
    """e^x up to x = 20 and its tangent beyond, so that neither value nor gradient overflows.

    An infinite ratio would turn the gradient of a clipped token, 0 x infinity, into NaN. The tangent keeps the
    gradient's sign, which a clamp would set to 0 without a word.
    """
    return torch.exp(exponent.clamp(max=MAX_EXPONENT)) * (1 + torch.relu(exponent - MAX_EXPONENT))
