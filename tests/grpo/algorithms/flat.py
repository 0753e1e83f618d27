"""Flat tokens, and the batch of the golden values."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from rlvr.grpo.algorithms.objective import token_loss, token_weights
from rlvr.grpo.algorithms.table import Algorithm


@dataclass(frozen=True, slots=True)
class Flat:
    sequence: Tensor
    num_trained: Tensor
    advantages: Tensor


def double(values: Sequence[float]) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


def flat(lengths: Sequence[int], advantages: Sequence[float]) -> Flat:
    """Sequences of these lengths with one advantage each."""
    sequence = torch.repeat_interleave(torch.arange(len(lengths)), torch.tensor(lengths))
    return Flat(sequence, torch.tensor(lengths), double(advantages)[sequence])


GOLDEN = flat([2, 3], [1, -1])
LOG_RATIOS = double([1.5, 0.9, 1.1, 0.5, 1.0]).log()
POLICY = double([-1, -2, -0.5, -1.5, -1])


def step_loss(algorithm: Algorithm, policy: Tensor, old: Tensor, tokens: Flat, num_tokens: int, num: int) -> Tensor:
    """The sum that the trainer differentiates."""
    loss = token_loss(algorithm, policy, old, tokens).loss
    return (loss * token_weights(algorithm, tokens, num_tokens, num)).sum()


def slope(total: Tensor, of: Tensor) -> list[float]:
    (gradient,) = torch.autograd.grad(total, of)
    values: list[float] = gradient.tolist()
    return values
