"""Conversations end to end in one row, without padding, cut into packs of a bounded number of tokens.

A prompt that several conversations begin with, as the rollouts of a group do, can be in the row once: each of them goes
on from it. Everything that a loss reads is flat over the trained tokens of a pack, so that no padding ever reaches one.
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
class Unsampled:
    """A conversation that no policy took part in."""

    token_ids: tuple[int, ...]
    """All its tokens, [L]."""
    loss_mask: tuple[bool, ...]
    """True where a token is trained, [L]."""

    @property
    def sampler_logprobs(self) -> tuple[float, ...]:
        """Zeros, [L]."""
        return (0.0,) * len(self.token_ids)


@dataclass(frozen=True, slots=True)
class Pack:
    """Some conversations end to end: T tokens of B sequences, N of them trained.

    A row is made of parts: a whole sequence, or a prompt that several share, or what one of those goes on with.
    """

    rows: tuple[int, ...]
    """Where each sequence stands in the list it came from, [B]."""
    token_ids: Tensor
    """All parts end to end, [T] long."""
    position_ids: Tensor
    """Place of each token in its own sequence, from 0, [T] long."""
    lengths: tuple[int, ...]
    """Tokens of each part."""
    before: tuple[int, ...]
    """Of each part, the tokens before its own that it goes on from: the last part above it of which this is 0."""
    predictors: Tensor
    """Places in [0, T) from which a trained token is predicted, [N] long; one that is shared predicts several."""
    targets: Tensor
    """Those trained tokens, [N] long."""
    sequence: Tensor
    """Which of the B sequences each trained token belongs to, [N] long."""
    num_trained: Tensor
    """Trained tokens of each sequence, [B] long."""
    sampler_logprobs: Tensor
    """Of the trained tokens under the sampler, in nats, [N] float32."""
    advantages: Tensor
    """Of the trained tokens, [N] float32."""


@dataclass(frozen=True, slots=True)
class _Bundle:
    """Conversations that stay together."""

    rows: tuple[int, ...]
    """Which, the longest first."""
    shared: int
    """Tokens that all of them begin with and that stand in the row once; 0 for a conversation by itself."""
    cost: int
    """Tokens in all."""


def make_packs(
    conversations: Sequence[Conversation],
    advantages: Sequence[Sequence[float]],
    max_tokens: int,
    device: torch.device,
    *,
    is_packed: bool = True,
    shares_prompts: bool = False,
) -> Iterator[Pack]:
    """Put conversations, longest first, each into the first pack that has room for it.

    Args:
        conversations: What to pack; their first tokens are not trained.
        advantages: One list for each, over its trained tokens.
        max_tokens: Tokens of a pack, unless one conversation alone is longer.
        device: Where the tensors go.
        is_packed: False counts the padding too that `trained_logprobs(is_packed=False)` adds to each sequence.
        shares_prompts: Put a prompt that several begin with into a pack once, and those after it.
    """
    if is_packed and shares_prompts:
        bundles = _by_prompt(conversations, max_tokens)
    else:
        bundles = [_Bundle((row,), 0, len(one.token_ids)) for row, one in enumerate(conversations)]
    for together in _first_fit(bundles, max_tokens, is_packed=is_packed):
        yield _pack(conversations, advantages, together, device)


def _by_prompt(conversations: Sequence[Conversation], max_tokens: int) -> list[_Bundle]:
    """Bundle what has the same prompt, as much as a pack has room for."""
    same: dict[tuple[int, ...], list[int]] = {}
    for row, one in enumerate(conversations):
        assert any(one.loss_mask), "a conversation has something to train"
        same.setdefault(one.token_ids[: one.loss_mask.index(True)], []).append(row)
    bundles = []
    for prompt, rows in same.items():
        sizes = {row: len(conversations[row].token_ids) - len(prompt) for row in rows}
        parts: list[list[int]] = []
        for row in sorted(rows, key=lambda row: -sizes[row]):
            if not parts or len(prompt) + sum(sizes[one] for one in (*parts[-1], row)) > max_tokens:
                parts.append([])
            parts[-1].append(row)
        for part in parts:
            shared = len(prompt) if len(part) > 1 else 0
            bundles.append(_Bundle(tuple(part), shared, len(prompt) + sum(sizes[row] for row in part)))
    return bundles


def _first_fit(bundles: list[_Bundle], max_tokens: int, *, is_packed: bool) -> list[list[_Bundle]]:
    """Bundles of each pack; the first of a pack is its longest, which the others are padded to where they are."""
    packs: list[list[_Bundle]] = []
    for bundle in sorted(bundles, key=lambda bundle: -bundle.cost):
        for pack in packs:
            longest = pack[0].cost
            if (sum(one.cost for one in (*pack, bundle)) if is_packed else (len(pack) + 1) * longest) <= max_tokens:
                pack.append(bundle)
                break
        else:
            packs.append([bundle])
    return packs


class _Row:
    """A pack in the making: parts end to end, and where trained tokens are predicted from."""

    def __init__(self) -> None:
        self.token_ids: list[int] = []
        self.position_ids: list[int] = []
        self.lengths: list[int] = []
        self.before: list[int] = []
        self.predictors: list[int] = []

    def add(self, conversation: Conversation, begin: int, end: int, *, prompt_at: int) -> int:
        """Append some of a conversation, of which the earlier tokens stand at a place; returns the place of its own."""
        start = len(self.token_ids)
        self.token_ids += conversation.token_ids[begin:end]
        self.position_ids += range(begin, end)
        self.lengths.append(end - begin)
        self.before.append(begin)
        for at in range(begin, end):
            if conversation.loss_mask[at]:
                assert at > 0, "the first token of a sequence has nothing before it"
                self.predictors.append(start + at - 1 - begin if at > begin else prompt_at + at - 1)
        return start


def _pack(
    conversations: Sequence[Conversation],
    advantages: Sequence[Sequence[float]],
    bundles: list[_Bundle],
    device: torch.device,
) -> Pack:
    row = _Row()
    for bundle in bundles:
        first = conversations[bundle.rows[0]]
        prompt_at = row.add(first, 0, bundle.shared, prompt_at=0) if bundle.shared else 0
        for number in bundle.rows:
            one = conversations[number]
            row.add(one, bundle.shared, len(one.token_ids), prompt_at=prompt_at)
    rows = tuple(number for bundle in bundles for number in bundle.rows)
    places = [[at for at, is_trained in enumerate(conversations[one].loss_mask) if is_trained] for one in rows]
    flat = [(one, at) for one, trained in zip(rows, places, strict=True) for at in trained]

    def tensor(values: Sequence[float], dtype: torch.dtype = torch.long) -> Tensor:
        return torch.tensor(values, dtype=dtype, device=device)

    return Pack(
        rows=rows,
        token_ids=tensor(row.token_ids),
        position_ids=tensor(row.position_ids),
        lengths=tuple(row.lengths),
        before=tuple(row.before),
        predictors=tensor(row.predictors),
        targets=tensor([conversations[one].token_ids[at] for one, at in flat]),
        sequence=tensor([place for place, trained in enumerate(places) for _ in trained]),
        num_trained=tensor([len(trained) for trained in places]),
        sampler_logprobs=tensor([conversations[one].sampler_logprobs[at] for one, at in flat], torch.float32),
        advantages=tensor(
            [value for one, trained in zip(rows, places, strict=True) for value in _one_each(advantages[one], trained)],
            torch.float32,
        ),
    )


def _one_each(advantages: Sequence[float], trained: list[int]) -> Sequence[float]:
    assert len(advantages) == len(trained), f"{len(advantages)} advantages for {len(trained)} trained tokens"
    return advantages
