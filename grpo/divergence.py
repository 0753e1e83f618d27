"""How far a model has moved from another on given tokens: the exact KL over the vocabulary, and its own loss.

Logits of both models exist a tile at a time, as in training. Sums over the vocabulary are in float64, so that what is
left of two models that are nearly the same is their difference and not the rounding of the sums; of the very same model
it is 0. Left out: a temperature. Both are models of text here, so it is 1, whatever the policy is sampled at.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import PreTrainedModel

from rlvr.grpo.forward import decoder_of
from rlvr.grpo.head import Head, head_of
from rlvr.grpo.policy import Policy
from rlvr.grpo.tiles import Tiles

TILE_LOGITS = 2**21
"""Logits of each model that exist at a time: 8 MB in float32, and some copies in float64."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Tokens in a row, of which the later ones are measured."""

    token_ids: tuple[int, ...]
    """All of them, [L]."""
    num_given: int = 1
    """How many are only read; at least 1, since nothing predicts the first."""


@dataclass(frozen=True, slots=True)
class Drift:
    """Sums over the measured tokens of some passages."""

    num_tokens: int
    """How many these are."""
    loss: float
    """Sum of -log p under the policy, in nats."""
    kl: float
    """Sum of KL(start || policy) over the places that predict them, in nats."""


@torch.no_grad()
def drifts(
    policy: Policy, start: PreTrainedModel, passages: Sequence[Passage], *, tile_logits: int = TILE_LOGITS
) -> list[Drift]:
    """What the policy makes of each passage, and how far its predictions there are from those of where it started.

    Args:
        policy: The model now.
        start: The model at the start; the policy's own where an adapter is trained, which is switched off for it.
        passages: None longer than the models take.
        tile_logits: Logits of each model that exist at a time; it changes nothing but memory and speed.
    """
    after = [_hidden(policy.model, passage) for passage in passages]
    head = head_of(policy.model)
    with policy.without_adapter():
        before, first_head = [_hidden(start, passage) for passage in passages], head_of(start)
    found = []
    for passage, then, now in zip(passages, before, after, strict=True):
        targets = torch.tensor(passage.token_ids[passage.num_given :], device=now.device)
        starting, current = _tiles(then, targets, first_head, tile_logits), _tiles(now, targets, head, tile_logits)
        parts = [_over_words(starting, current, tokens) for tokens in current.tokens]
        found.append(Drift(len(targets), *torch.cat(parts, 1).sum(1).tolist()))
    return found


def _hidden(model: PreTrainedModel, passage: Passage) -> Tensor:
    """What the output layer sees where a measured token is predicted, [N, hidden size]."""
    assert 1 <= passage.num_given < len(passage.token_ids), "a passage has something to measure"
    token_ids = torch.tensor([passage.token_ids], device=model.device)
    states: Tensor = decoder_of(model)(input_ids=token_ids, use_cache=False).last_hidden_state
    return states[0, passage.num_given - 1 : -1]


def _tiles(hidden: Tensor, targets: Tensor, head: Head, tile_logits: int) -> Tiles:
    return Tiles(hidden.to(head.weight.dtype), targets, head, 1.0, tile_logits)


def _over_words(start: Tiles, policy: Tiles, tokens: slice) -> Tensor:
    """Loss and KL of some tokens, [2, tokens] float64.

    With z the logits and Z the sum of their exponentials, KL(start || policy) is the mean of z_start - z_policy under
    the start, less log Z_start - log Z_policy. Each block of words gives its own mean and its own log Z.
    """
    found = []
    for words in policy.words:
        before, now = start.logits(tokens, words).double(), policy.logits(tokens, words).double()
        mass = before.logsumexp(1)
        change = ((before - mass[:, None]).exp() * (before - now)).sum(1)
        found.append(torch.stack([policy.chosen(now, tokens, words), mass, now.logsumexp(1), change]))
    chosen, masses, masses_now, changes = torch.stack(found, 1)
    total, total_now = masses.logsumexp(0), masses_now.logsumexp(0)
    change = (changes * (masses - total).exp()).sum(0)
    return torch.stack([total_now - chosen.sum(0), change - total + total_now])
