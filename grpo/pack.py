"""Conversations end to end in one row, without padding, cut into packs of a bounded number of tokens.

Everything that a loss reads is flat over the trained tokens of a pack, so that no padding ever reaches one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor


class Conversation(Protocol):
    """Tokens of which some are trained: a rollout, or a demonstration."""

    @property
    def token_ids(self) -> tuple[int, ...]:
        """All of them, [L]."""

    @property
    def loss_mask(self) -> tuple[bool, ...]:
        """True where a token is trained, [L]."""

    @property
    def sampler_logprobs(self) -> tuple[float, ...]:
        """Log-probabilities under what sampled them, in nats, 0 where untrained, [L]."""


@dataclass(frozen=True, slots=True)
class Pack:
    """Some conversations end to end: T tokens of B sequences, N of them trained."""

    rows: tuple[int, ...]
    """Where each sequence stands in the list it came from, [B]."""
    token_ids: Tensor
    """All sequences end to end, [T] long."""
    position_ids: Tensor
    """Place of each token in its own sequence, from 0, [T] long."""
    lengths: tuple[int, ...]
    """Tokens of each sequence, [B]."""
    predictors: Tensor
    """Places in [0, T) whose next token is trained, [N] long."""
    targets: Tensor
    """Those next tokens, [N] long."""
    sequence: Tensor
    """Which of the B sequences each trained token belongs to, [N] long."""
    num_trained: Tensor
    """Trained tokens of each sequence, [B] long."""
    sampler_logprobs: Tensor
    """Of the trained tokens under the sampler, in nats, [N] float32."""
    advantages: Tensor
    """Of the trained tokens, [N] float32."""


def make_packs(
    conversations: Sequence[Conversation],
    advantages: Sequence[Sequence[float]],
    max_tokens: int,
    device: torch.device,
    *,
    is_packed: bool = True,
) -> Iterator[Pack]:
    """Put conversations, longest first, each into the first pack that has room for it.

    Args:
        conversations: What to pack; their first tokens are not trained.
        advantages: One list for each, over its trained tokens.
        max_tokens: Tokens of a pack, unless one conversation alone is longer.
        device: Where the tensors go.
        is_packed: False counts the padding too that `trained_logprobs(is_packed=False)` adds to each sequence.
    """
    lengths = [len(one.token_ids) for one in conversations]
    for rows in _first_fit(lengths, max_tokens, is_packed=is_packed):
        yield _pack([conversations[row] for row in rows], [advantages[row] for row in rows], rows, device)


def _first_fit(lengths: list[int], max_tokens: int, *, is_packed: bool) -> list[list[int]]:
    """Rows of each pack; the first of a pack is its longest, which the others are padded to where they are."""
    packs: list[list[int]] = []
    for row in sorted(range(len(lengths)), key=lambda row: -lengths[row]):
        for pack in packs:
            cost = sum(lengths[one] for one in pack) if is_packed else len(pack) * lengths[pack[0]]
            if cost + (lengths[row] if is_packed else lengths[pack[0]]) <= max_tokens:
                pack.append(row)
                break
        else:
            packs.append([row])
    return packs


def _pack(
    conversations: list[Conversation], advantages: list[Sequence[float]], rows: list[int], device: torch.device
) -> Pack:
    lengths = [len(each.token_ids) for each in conversations]
    starts = [sum(lengths[:at]) for at in range(len(lengths))]
    places = [[at for at, is_trained in enumerate(each.loss_mask) if is_trained] for each in conversations]
    assert all(0 not in trained for trained in places), "the first token of a sequence has nothing before it"
    flat = [(one, at) for one, trained in enumerate(places) for at in trained]

    def tensor(values: Sequence[float], dtype: torch.dtype = torch.long) -> Tensor:
        return torch.tensor(values, dtype=dtype, device=device)

    return Pack(
        rows=tuple(rows),
        token_ids=tensor([token for each in conversations for token in each.token_ids]),
        position_ids=tensor([at for length in lengths for at in range(length)]),
        lengths=tuple(lengths),
        predictors=tensor([starts[one] + at - 1 for one, at in flat]),
        targets=tensor([conversations[one].token_ids[at] for one, at in flat]),
        sequence=tensor([one for one, _ in flat]),
        num_trained=tensor([len(trained) for trained in places]),
        sampler_logprobs=tensor([conversations[one].sampler_logprobs[at] for one, at in flat], torch.float32),
        advantages=tensor(
            [value for part, trained in zip(advantages, places, strict=True) for value in _one_each(part, trained)],
            torch.float32,
        ),
    )


def _one_each(advantages: Sequence[float], trained: list[int]) -> Sequence[float]:
    assert len(advantages) == len(trained), f"{len(advantages)} advantages for {len(trained)} trained tokens"
    return advantages
