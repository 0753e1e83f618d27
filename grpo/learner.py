"""Learning from a step: forward, loss, backward, and the sampler check before the first update."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import torch
from torch import Tensor
from transformers import PreTrainedModel

from rlvr.grpo.algorithms.kl import kl_penalty, sequence_kl
from rlvr.grpo.algorithms.mismatch import correct
from rlvr.grpo.algorithms.objective import token_loss, token_weights
from rlvr.grpo.config import Config
from rlvr.grpo.credited import Credited
from rlvr.grpo.forward import trained_logprobs
from rlvr.grpo.group import Group
from rlvr.grpo.lanes import Lanes
from rlvr.grpo.logprobs import TokenLogprobs
from rlvr.grpo.memory import LEARNING, out_of_memory_explained
from rlvr.grpo.optimizer import Optimizer, lr_at
from rlvr.grpo.pack import Pack, make_packs
from rlvr.grpo.policy import Policy
from rlvr.grpo.probe import prepare_forward
from rlvr.grpo.ranks import ALONE, Ranks
from rlvr.grpo.rollout import Rollout
from rlvr.grpo.sync import SyncGap, SyncMeter


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """What happened while learning from one batch; means over the trained tokens of the step, on all ranks."""

    loss: float
    """The objective of the first update."""
    grad_norm: float
    """Largest gradient norm before clipping."""
    clip_fraction: float
    """Share of trained tokens that the surrogate held back, in the last update."""
    dropped_fraction: float
    """Share of trained tokens that the mismatch correction gave the weight 0, in the last update."""
    kl: float | None
    """Mean estimated KL to the reference per token, None without one in the loss."""
    entropy: float
    """Mean of -log p over sampled tokens, in nats: an unbiased estimate of the policy's entropy."""
    sync_gap: SyncGap
    """How far trainer and sampler were apart."""
    num_updates: int
    """Optimizer updates made; 0 when there was nothing to learn."""


@dataclass(slots=True)
class _Tally:
    """Sums over the trained tokens of a pack, or of all packs of one update."""

    loss: float = 0.0
    num_clipped: float = 0.0
    num_dropped: float = 0.0
    kl: float = 0.0
    surprisal: float = 0.0
    grad_norm: float = 0.0

    def add(self, other: "_Tally") -> None:
        """Take in the sums of one more pack."""
        self.loss += other.loss
        self.num_clipped += other.num_clipped
        self.num_dropped += other.num_dropped
        self.kl += other.kl
        self.surprisal += other.surprisal


@dataclass(slots=True)
class _Batch:
    """This rank's part of a step, cut into packs, and what the first pass over it found."""

    moving: list[Pack]
    """What has a gradient."""
    still: list[Pack]
    """What has none, and is only read by the sampler check."""
    has_signal: bool
    """Whether anything in the whole step has a gradient."""
    num_tokens: int
    """Trained tokens of the whole step, on all ranks; the normalisers' counts take in every scored rollout."""
    num_sequences: int
    """Scored rollouts of the whole step."""
    rollouts: list[Rollout]
    """This rank's scored rollouts, which the packs' rows count in."""
    old: list[Tensor] = field(default_factory=list)
    """Of each moving pack, the log-probabilities when the batch was sampled, [N]."""
    reference: list[Tensor] = field(default_factory=list)
    """Of each moving pack, the log-probabilities under the reference, [N]; empty without a KL term in the loss."""


class Learner:
    """Trains the policy on credited groups."""

    def __init__(
        self, policy: Policy, config: Config, reference: PreTrainedModel | None = None, ranks: Ranks = ALONE
    ) -> None:
        """Make a model ready for training.

        Args:
            policy: Is trained.
            config: The whole run.
            reference: What the KL penalty is against, None without one; the policy's own model where an adapter is
                trained, which is switched off for it.
            ranks: This process among its equals.

        Raises:
            PackingError: Sequences of one pack see each other in this model.
            HeadError: Its logits are not those that its configuration describes.
        """
        self._policy = policy
        self._config = config
        self._reference = reference
        self._ranks = ranks
        self._algorithm = config.grpo.row
        models = dict.fromkeys(filter(None, (policy.model, reference)))
        can_share = [prepare_forward(model, is_packed=config.optimizer.packing) for model in models]
        self._shares_prompts = all(can_share)
        if config.optimizer.gradient_checkpointing:
            # The other kind gives no gradient where the input of a layer needs none, as below an adapter.
            policy.model.gradient_checkpointing_enable({"use_reentrant": False})
        self._lanes = Lanes.fitting(config, policy.model)
        self.optimizer = Optimizer(policy.model, config.optimizer, ranks)

    @out_of_memory_explained(*LEARNING)
    def update(self, credited: Sequence[Credited], step: int, policy_version: int) -> UpdateReport:
        """Learn from one step with `num_updates` optimizer updates; all ranks take part.

        The first forward pass gives the old log-probabilities and the sampler check; both cost nothing extra.

        Args:
            credited: The groups of the step, of all ranks.
            step: For the learning rate.
            policy_version: Of the trained weights, for the sampler check.

        Raises:
            SyncError: The sampler did not hold the policy's weights.
            GradientError: The gradient is not finite.
            OutOfMemoryError: Memory ran out.
        """
        self.optimizer.set_lr(lr_at(self._config, step))
        batch = self._batch(credited)
        meter = SyncMeter(self._config, policy_version)
        tallies = [self._first_pass(batch, meter)]
        gap = meter.check(self._ranks)
        if batch.has_signal:
            tallies[0].grad_norm = self.optimizer.step()
            for _ in range(self._config.grpo.num_updates - 1):
                tallies.append(self._pass(batch))
                tallies[-1].grad_norm = self.optimizer.step()
        return self._report(tallies, batch.num_tokens, gap, len(tallies) if batch.has_signal else 0)

    def penalize(self, groups: Sequence[Group]) -> list[Group]:
        """Subtract the KL to the reference from each reward, where the configuration puts it there.

        It takes the sampler's log-probabilities for the policy's, whose agreement every step checks.
        """
        if self._reference is None or self._config.grpo.kl_in == "loss":
            return list(groups)
        return self._ranks.gather([self._penalized(group) for group in self._ranks.share(groups)])

    def _penalized(self, group: Group) -> Group:
        assert self._reference is not None, "only a reference penalizes"
        grpo, penalties = self._config.grpo, [0.0] * len(group.rollouts)
        rows = [(rollout, [0.0] * rollout.num_tokens, place) for place, rollout in enumerate(group.rollouts)]
        for pack in self._packs(rows):
            sums = sequence_kl(pack.sampler_logprobs, self._reference_logprobs(pack), grpo.kl_estimator, pack)
            for row, value in zip(pack.rows, sums.tolist(), strict=True):
                penalties[row] = grpo.kl_coef * value
        pairs = zip(group.rewards, penalties, strict=True)
        return replace(group, rewards=tuple(None if reward is None else reward - less for reward, less in pairs))

    @property
    def _has_extra_terms(self) -> bool:
        """Whether a token without an advantage has a gradient too."""
        grpo = self._config.grpo
        return grpo.entropy_coef > 0 or (self._reference is not None and grpo.kl_in == "loss")

    def _batch(self, credited: Sequence[Credited]) -> _Batch:
        groups = [one.scored for one in credited]
        mine = [row for group in self._ranks.share(groups) for row in group]
        everyone = [row for group in groups for row in group]
        return _Batch(
            moving=self._packs([(*row, place) for place, row in enumerate(mine) if self._moves(*row)]),
            still=self._packs([(*row, place) for place, row in enumerate(mine) if not self._moves(*row)]),
            has_signal=any(self._moves(*row) for row in everyone),
            num_tokens=sum(rollout.num_tokens for rollout, _ in everyone),
            num_sequences=len(everyone),
            rollouts=[rollout for rollout, _ in mine],
        )

    def _moves(self, rollout: Rollout, advantages: Sequence[float]) -> bool:
        """Whether a rollout has a gradient."""
        is_masked = self._config.grpo.mask_truncated and rollout.is_truncated
        return not is_masked and (any(advantages) or self._has_extra_terms)

    def _packs(self, rows: Sequence[tuple[Rollout, Sequence[float], int]]) -> list[Pack]:
        """Cut rollouts, with their advantages and their places in this rank's list, into packs: one a lane at least."""
        rollouts, advantages = [rollout for rollout, _, _ in rows], [values for _, values, _ in rows]
        optimizer = self._config.optimizer
        assert optimizer.micro_batch_tokens is not None, "resolve() fills it in"
        num_tokens = sum(len(rollout.token_ids) for rollout in rollouts)
        packs = make_packs(
            rollouts,
            advantages,
            self._lanes.pack_size(num_tokens, optimizer.micro_batch_tokens),
            self._policy.model.device,
            is_packed=optimizer.packing,
            shares_prompts=self._shares_prompts,
        )
        return [replace(pack, rows=tuple(rows[row][2] for row in pack.rows)) for pack in packs]

    def _first_pass(self, batch: _Batch, meter: SyncMeter) -> _Tally:
        """The pass that measures: old and reference log-probabilities, and the gap to the sampler."""
        if self._reference is not None and self._config.grpo.kl_in == "loss":
            batch.reference = [self._reference_logprobs(pack) for pack in batch.moving]
        learned = self._lanes.over(batch.moving, partial(self._learn, batch))
        measured = self._lanes.over(batch.still, self._measure)
        batch.old = [logprobs for logprobs, _ in learned]
        tally = _Tally()
        for pack, (logprobs, own) in zip([*batch.moving, *batch.still], [*learned, *measured], strict=True):
            meter.add(pack, logprobs, batch.rollouts)
            tally.add(own)
        return tally

    def _pass(self, batch: _Batch) -> _Tally:
        tally = _Tally()
        for _, own in self._lanes.over(batch.moving, partial(self._learn, batch)):
            tally.add(own)
        return tally

    def _measure(self, model: PreTrainedModel, _place: int, pack: Pack) -> tuple[Tensor, _Tally]:
        """Log-probabilities of a pack from which nothing is learned, and what counts of it."""
        with torch.no_grad():
            logprobs = self._logprobs(model, pack).logprobs
        return logprobs, _Tally(surprisal=-float(logprobs.sum()))

    def _learn(self, batch: _Batch, model: PreTrainedModel, place: int, pack: Pack) -> tuple[Tensor, _Tally]:
        """Add the gradient of one of the moving packs; returns its log-probabilities and what counts of it."""
        grpo, now = self._config.grpo, self._logprobs(model, pack)
        logprobs = now.logprobs.detach()
        old = batch.old[place] if batch.old else logprobs
        weights = token_weights(self._algorithm, pack, batch.num_tokens, batch.num_sequences)
        kept = None
        if grpo.mismatch is not None:
            bounds = (grpo.mismatch_low, grpo.mismatch_high)
            kept = correct(grpo.mismatch, old, pack.sampler_logprobs, pack, *bounds)
        surrogate = token_loss(self._algorithm, now.logprobs, old, pack, kept)
        loss, tally = surrogate.loss, _Tally()
        if batch.reference:
            kl = kl_penalty(now.logprobs, batch.reference[place], grpo.kl_estimator)
            loss = loss + grpo.kl_coef * kl
            tally.kl = float(kl.detach().sum())
        if now.entropy is not None:
            loss = loss - grpo.entropy_coef * now.entropy
        total = (loss * weights).sum()
        total.backward()  # type: ignore[no-untyped-call]
        tally.loss = float(total.detach())
        tally.num_clipped = float(surrogate.is_clipped.sum())
        tally.num_dropped = 0.0 if kept is None else float((kept == 0).sum())
        tally.surprisal = -float(logprobs.sum())
        return logprobs, tally

    def _logprobs(self, model: PreTrainedModel, pack: Pack) -> TokenLogprobs:
        config = self._config
        return trained_logprobs(
            model,
            pack,
            config.sampler.temperature,
            needs_entropy=config.grpo.entropy_coef > 0 and torch.is_grad_enabled(),
            is_packed=config.optimizer.packing,
        )

    def _reference_logprobs(self, pack: Pack) -> Tensor:
        assert self._reference is not None, "asked for only where there is one"
        config = self._config
        with torch.no_grad(), self._policy.without_adapter():
            return trained_logprobs(
                self._reference, pack, config.sampler.temperature, is_packed=config.optimizer.packing
            ).logprobs

    def _report(self, tallies: Sequence[_Tally], num_tokens: int, gap: SyncGap, num_updates: int) -> UpdateReport:
        first, last, count = tallies[0], tallies[-1], max(1, num_tokens)
        mine = [first.loss, last.num_clipped, last.num_dropped, first.kl, first.surprisal]
        loss, clipped, dropped, kl, surprisal = self._ranks.add(mine)
        has_kl = self._reference is not None and self._config.grpo.kl_in == "loss"
        return UpdateReport(
            loss=loss,
            grad_norm=max(tally.grad_norm for tally in tallies),
            clip_fraction=clipped / count,
            dropped_fraction=dropped / count,
            kl=kl / count if has_kl else None,
            entropy=surprisal / count,
            sync_gap=gap,
            num_updates=num_updates,
        )
