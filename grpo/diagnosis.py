"""What of a sampler is not the policy's, found out by mending one thing after the other.

Asked only once the sampler check has failed. Under the same seed, the same weights draw the same tokens; so whatever,
when mended, changes what is drawn was wrong. Reading the engine's tensors would not tell: engines keep packed copies of
them. Left out: which of the tensors that belong to no tie; engines fuse them, so they are loaded together. Where an
adapter is pushed, the weights below it are not, and are not mended.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import torch

from rlvr.grpo.adapter import AdapterWeights
from rlvr.grpo.rollout import Rollout
from rlvr.grpo.sampler import Completion, Request

_NUM_PROBES = 8
_PROBE_TOKENS = 16
_MOVED = 1e-5
"""Nats; a cache alone, filled or empty, may move a log-probability by a few roundings on a GPU."""


class Mendable(Protocol):
    """A sampler with weights and a cache of its own."""

    name: str

    def sample(self, requests: Sequence[Request]) -> list[Completion]:
        """One completion per request, in order."""

    def load(self, weights: Mapping[str, torch.Tensor]) -> None:
        """Take over these tensors; what was cached stays."""

    def forget(self) -> None:
        """Empty the cache."""


def probes(rollouts: Sequence[Rollout]) -> list[Request]:
    """Requests for the beginnings of some first turns."""
    sampled = [rollout for rollout in rollouts if rollout.num_tokens]
    return [
        Request(one.token_ids[: one.loss_mask.index(True)], seed, min(_PROBE_TOKENS, one.num_tokens))
        for seed, one in enumerate(sampled[:_NUM_PROBES])
    ]


def diagnose(sampler: Mendable, weights: Mapping[str, torch.Tensor], requests: Sequence[Request]) -> str:
    """Say what differs, as a sentence; afterwards the sampler holds the policy's weights.

    Args:
        sampler: As it was when the check failed.
        weights: The policy's `state_dict()` or adapter, as it was when the check failed.
        requests: What is drawn to see whether a mend changes anything.
    """
    tied = _tied(weights)
    is_cache = _changes(sampler, requests, sampler.forget)
    untied = {name: tensor for name, tensor in weights.items() if name not in tied} if tied else weights
    are_weights = _changes(sampler, requests, lambda: _load(sampler, untied))
    are_tied = _changes(sampler, requests, lambda: _load(sampler, weights))
    kind = sampler.name.partition(" ")[0]
    if are_weights and isinstance(weights, AdapterWeights):
        return (
            f"What differs: the adapter in {kind}, which is an older one. To load it again in place changes what "
            f"{kind} draws; a push was lost, or reused a number that {kind} knew without load_inplace"
        )
    if are_weights:
        return f"What differs: the weights in {kind}. To load them again changes what it draws; a push was lost"
    if are_tied:
        names = ", ".join(tied)
        return (
            f"What differs: {names} in {kind}, tied in the policy. To load it again changes what {kind} draws, to load "
            "all others does not; a push left it out"
        )
    if is_cache:
        return (
            f"What differs: the prefix cache of {kind}, which held values of older weights. To empty it changes what "
            f"{kind} draws, to load the weights again does not; a reset was lost"
        )
    return (
        f"Neither an empty prefix cache nor weights loaded again change what {kind} draws: what differs is its "
        "arithmetic, or something that a push does not reach"
    )


def _tied(weights: Mapping[str, torch.Tensor]) -> list[str]:
    """Names of tensors that are earlier ones under another name."""
    first: dict[int, str] = {}
    return [name for name, tensor in weights.items() if first.setdefault(tensor.data_ptr(), name) != name]


def _load(sampler: Mendable, weights: Mapping[str, torch.Tensor]) -> None:
    sampler.load(weights)
    sampler.forget()


def _changes(sampler: Mendable, requests: Sequence[Request], mend: Callable[[], None]) -> bool:
    before = sampler.sample(requests)
    mend()
    return any(_has_moved(*pair) for pair in zip(before, sampler.sample(requests), strict=True))


def _has_moved(one: Completion, other: Completion) -> bool:
    if one.token_ids != other.token_ids:
        return True
    return any(abs(a - b) > _MOVED for a, b in zip(one.logprobs, other.logprobs, strict=True))
