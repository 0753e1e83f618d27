"""Rollouts as padded tensors, cut into micro-batches of a bounded number of tokens."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from rlvr.grpo.rollout import Rollout


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rollouts, right-padded to the longest of them."""

    rows: tuple[int, ...]
    """Where each sequence stands in the list it came from, [B]."""
    token_ids: Tensor
    """Tokens, [B, T]; padding is 0."""
    attention_mask: Tensor
    """1 on tokens, 0 on padding, [B, T]."""
    loss_mask: Tensor
    """True where the token after this position is trained, [B, T - 1]."""
    sampler_logprobs: Tensor
    """Of the token after each position, under the sampler, [B, T - 1]."""
    advantages: Tensor
    """One per sequence, [B]."""


def micro_batches(
    rollouts: Sequence[Rollout], advantages: Sequence[float], max_tokens: int, device: torch.device
) -> Iterator[Batch]:
    """Cut rollouts, longest first, into batches of at most `max_tokens` padded tokens (at least one rollout each)."""
    order = sorted(range(len(rollouts)), key=lambda row: -len(rollouts[row].token_ids))
    while order:
        size = max(1, max_tokens // len(rollouts[order[0]].token_ids))
        rows, order = order[:size], order[size:]
        yield _batch(rollouts, advantages, rows, device)


def _batch(rollouts: Sequence[Rollout], advantages: Sequence[float], rows: list[int], device: torch.device) -> Batch:
    def pad(values: list[list[float]], dtype: torch.dtype) -> Tensor:
        tensors = [torch.tensor(value, dtype=dtype) for value in values]
        return torch.nn.utils.rnn.pad_sequence(tensors, batch_first=True).to(device)

    chosen = [rollouts[row] for row in rows]
    return Batch(
        rows=tuple(rows),
        token_ids=pad([list(rollout.token_ids) for rollout in chosen], torch.long),
        attention_mask=pad([[1] * len(rollout.token_ids) for rollout in chosen], torch.long),
        loss_mask=pad([list(rollout.loss_mask[1:]) for rollout in chosen], torch.bool),
        sampler_logprobs=pad([list(rollout.sampler_logprobs[1:]) for rollout in chosen], torch.float32),
        advantages=torch.tensor([advantages[row] for row in rows], dtype=torch.float32, device=device),
    )
