"""The sampler must be the policy (invariant 9): compare both sides' log-probabilities of the sampled tokens.

A sampler that holds old or damaged weights still produces fluent text and still gets rewards; nothing but this
comparison shows it. It reads the first forward pass of the update, so it costs nothing.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from rlvr.grpo.config import Config
from rlvr.grpo.pack import Pack
from rlvr.grpo.ranks import ALONE, Ranks
from rlvr.grpo.rollout import Rollout


class SyncError(RuntimeError):
    """The sampler's log-probabilities are not the policy's, so its samples must not be learned from."""


@dataclass(frozen=True, slots=True)
class SyncGap:
    """|policy - sampler| log-probabilities over the sampled tokens of a step, in nats."""

    max: float
    """Largest."""
    mean: float
    """Mean."""


class SyncMeter:
    """Collects the gap over the micro-batches of a step and refuses one that is too large."""

    def __init__(self, config: Config, policy_version: int) -> None:
        self._is_float32 = config.model.dtype == "float32"
        assert config.grpo.max_sync_gap is not None, "resolve() fills the bound in"
        self._bound = config.grpo.max_sync_gap
        self._policy_version = policy_version
        self._sum = 0.0
        self._num_tokens = 0
        self._num_rollouts = 0
        self._num_tokens_past = 0
        self._num_rollouts_past = 0
        self._max = -1.0
        self._worst = "no token was sampled"

    def add(self, pack: Pack, policy_logprobs: Tensor, rollouts: Sequence[Rollout]) -> None:
        """Add a micro-batch.

        Args:
            pack: What was forwarded.
            policy_logprobs: Of its trained tokens, detached, [N].
            rollouts: The list that the pack's rows count in.

        Raises:
            SyncError: A rollout was sampled by another version of the weights.
        """
        stale = {rollouts[row].policy_version for row in pack.rows} - {self._policy_version}
        if stale:
            raise SyncError(
                f"the sampler held policy version {min(stale)} and the trainer holds {self._policy_version}: "
                "a weight push was skipped"
            )
        if not policy_logprobs.numel():
            return
        gap = (policy_logprobs - pack.sampler_logprobs).abs()
        self._sum += float(gap.sum(dtype=torch.float64))
        self._num_tokens += gap.numel()
        self._num_rollouts += len(pack.rows)
        is_past = ~(gap <= self._bound)
        self._num_tokens_past += int(is_past.sum())
        self._num_rollouts_past += len(set(pack.sequence[is_past].tolist()))
        largest = float(gap.max())
        if not largest <= self._max and not math.isnan(self._max):
            self._max = largest
            self._worst = _describe(pack, int(gap.argmax()), policy_logprobs, rollouts)

    @property
    def gap(self) -> SyncGap:
        """What was seen so far."""
        return SyncGap(max(self._max, 0.0), self._sum / max(1, self._num_tokens))

    def check(self, ranks: Ranks = ALONE) -> SyncGap:
        """Compare what all ranks saw with the bound.

        Raises:
            SyncError: The gap is past the bound, or not a number.
        """
        found = ranks.gather([(self._max, self._worst)])
        self._max, self._worst = max(found, key=lambda one: (math.isnan(one[0]), one[0]))
        counts = (self._num_tokens, self._num_rollouts, self._num_tokens_past, self._num_rollouts_past)
        self._sum, *counted = ranks.add([self._sum, *counts])
        self._num_tokens, num_rollouts, num_tokens_past, num_rollouts_past = map(int, counted)
        gap = self.gap
        seen, kind = (gap.max, "largest") if self._is_float32 else (gap.mean, "mean")
        if not seen <= self._bound:
            raise SyncError(
                f"sampler and trainer disagree about the sampled tokens: {kind} gap {seen:.3g} nats, allowed "
                f"{self._bound:.3g}, which {num_tokens_past} of {self._num_tokens} tokens in {num_rollouts_past} of "
                f"{num_rollouts} rollouts exceed (mean {gap.mean:.3g}; both say policy version {self._policy_version})"
                f". Worst: {self._worst}. Nothing was learned from this batch. If the number type alone explains it, "
                "raise grpo.max_sync_gap"
            )
        return gap


def _describe(pack: Pack, at: int, policy_logprobs: Tensor, rollouts: Sequence[Rollout]) -> str:
    """Name a trained token and what both sides say of it."""
    rollout = rollouts[pack.rows[int(pack.sequence[at])]]
    position = int(pack.position_ids[pack.predictors[at]]) + 1
    ours, theirs = float(policy_logprobs[at]), float(pack.sampler_logprobs[at])
    return f"{rollout.task_id}, rollout {rollout.index}, token {position}: trainer {ours:.6f}, sampler {theirs:.6f}"
