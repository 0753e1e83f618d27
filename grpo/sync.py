"""The sampler must be the policy (invariant 9): compare both sides' log-probabilities of the sampled tokens.

A sampler that holds old or damaged weights still produces fluent text and still gets rewards; nothing but this
comparison shows it. It reads the first forward pass of the update, so it costs nothing.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from rlvr.grpo.batch import Batch
from rlvr.grpo.config import Config
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

    def add(self, batch: Batch, policy_logprobs: Tensor, rollouts: Sequence[Rollout]) -> None:
        """Add a micro-batch: detached log-probabilities [B, T - 1] and the rollouts they belong to.

        Raises:
            SyncError: A rollout was sampled by another version of the weights.
        """
        stale = {rollout.policy_version for rollout in rollouts} - {self._policy_version}
        if stale:
            raise SyncError(
                f"the sampler held policy version {min(stale)} and the trainer holds {self._policy_version}: "
                "a weight push was skipped"
            )
        gap = (policy_logprobs - batch.sampler_logprobs).abs() * batch.loss_mask
        self._sum += float(gap.sum(dtype=gap.double().dtype))
        self._num_tokens += int(batch.loss_mask.sum())
        self._num_rollouts += len(rollouts)
        is_past = ~(gap <= self._bound)
        self._num_tokens_past += int(is_past.sum())
        self._num_rollouts_past += int(is_past.any(dim=1).sum())
        largest = float(gap.max()) if gap.numel() else 0.0
        if not largest <= self._max and not math.isnan(self._max):
            self._max = largest
            row, position = divmod(int(gap.argmax()), gap.shape[1])
            ours, theirs = float(policy_logprobs[row, position]), float(batch.sampler_logprobs[row, position])
            self._worst = (
                f"{rollouts[row].task_id}, rollout {rollouts[row].index}, token {position + 1}: "
                f"trainer {ours:.6f}, sampler {theirs:.6f}"
            )

    @property
    def gap(self) -> SyncGap:
        """What was seen so far."""
        return SyncGap(max(self._max, 0.0), self._sum / max(1, self._num_tokens))

    def check(self) -> None:
        """Compare with the bound.

        Raises:
            SyncError: The gap is past the bound, or not a number.
        """
        gap = self.gap
        seen, kind = (gap.max, "largest") if self._is_float32 else (gap.mean, "mean")
        if not seen <= self._bound:
            raise SyncError(
                f"sampler and trainer disagree about the sampled tokens: {kind} gap {seen:.3g} nats, allowed "
                f"{self._bound:.3g}, which {self._num_tokens_past} of {self._num_tokens} tokens in "
                f"{self._num_rollouts_past} of {self._num_rollouts} rollouts exceed (mean {gap.mean:.3g}; both say "
                f"policy version {self._policy_version}). Worst: {self._worst}. Nothing was learned from this batch. "
                "If the number type alone explains it, raise grpo.max_sync_gap"
            )
