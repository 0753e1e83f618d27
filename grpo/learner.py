"""One optimizer and the model it moves: forward, loss, backward, and the sampler check before the first update."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import PreTrainedModel

from rlvr.grpo import loss as losses
from rlvr.grpo.batch import Batch, micro_batches
from rlvr.grpo.config import Config, OptimizerConfig
from rlvr.grpo.policy import Policy
from rlvr.grpo.rollout import Rollout
from rlvr.grpo.sync import SyncGap, SyncMeter


class GradientError(RuntimeError):
    """The gradient is not a finite number, so it must not be learned from."""


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """What happened while learning from one batch; means over the tokens of all its updates."""

    loss: float
    """The objective of the first update."""
    grad_norm: float
    """Largest gradient norm before clipping."""
    clip_fraction: float
    """Share of trained tokens whose gradient the clip cut off, in the last update."""
    kl: float | None
    """Mean estimated KL to the reference per token, None without a reference."""
    entropy: float
    """Mean of -log p over sampled tokens, in nats: an unbiased estimate of the policy's entropy."""
    sync_gap: SyncGap
    """How far trainer and sampler were apart."""
    num_updates: int
    """Optimizer updates made; 0 when there was nothing to learn."""


@dataclass(slots=True)
class _Tally:
    """Running sums over the micro-batches of one update."""

    loss: float = 0.0
    num_clipped: float = 0.0
    kl: float = 0.0
    surprisal: float = 0.0


class Learner:
    """Trains the policy on scored rollouts."""

    def __init__(self, policy: Policy, config: Config, reference: PreTrainedModel | None) -> None:
        self._policy = policy
        self._config = config
        self._reference = reference
        self.optimizer = make_optimizer(policy.model, config.optimizer)

    def update(
        self, rollouts: Sequence[Rollout], advantages: Sequence[float], step: int, policy_version: int
    ) -> UpdateReport:
        """Learn from one batch with `num_updates` optimizer updates.

        The first forward pass gives the old log-probabilities and the sampler check; both cost nothing extra.

        Args:
            rollouts: The scored rollouts of the step.
            advantages: One per rollout.
            step: For the learning rate.
            policy_version: Of the trained weights, for the sampler check.

        Raises:
            SyncError: The sampler did not hold the policy's weights.
            GradientError: The gradient is not finite.
        """
        set_lr(self.optimizer, lr_at(self._config, step))
        meter = SyncMeter(self._config, policy_version)
        old: dict[int, Tensor] = {}
        has_signal = any(advantages) or (self._reference is not None and bool(rollouts))
        reports = []
        for update in range(self._config.grpo.num_updates if has_signal else 1):
            tally = self._accumulate(rollouts, advantages, old, meter if update == 0 else None)
            if update == 0:
                meter.check()
            reports.append((tally, self._step() if has_signal else 0.0))
        return self._report(reports, rollouts, meter.gap, has_signal=has_signal)

    def _accumulate(
        self, rollouts: Sequence[Rollout], advantages: Sequence[float], old: dict[int, Tensor], meter: SyncMeter | None
    ) -> _Tally:
        """Add the whole step's gradient to the parameters, micro-batch by micro-batch."""
        num_tokens = sum(rollout.num_tokens for rollout in rollouts)
        tally = _Tally()
        for rows, needs_grad in self._parts(advantages, is_first=meter is not None):
            chosen, scaled = [rollouts[row] for row in rows], [advantages[row] for row in rows]
            for batch in micro_batches(
                chosen, scaled, self._config.optimizer.micro_batch_tokens, self._policy.model.device
            ):
                names = [rows[position] for position in batch.rows]
                with torch.set_grad_enabled(needs_grad):
                    logprobs = self._logprobs(self._policy.model, batch)
                    if meter is not None:
                        meter.add(batch, logprobs.detach(), [rollouts[name] for name in names])
                        old.update(zip(names, logprobs.detach(), strict=True))
                    anchor = torch.stack([old[name][: logprobs.shape[1]] for name in names])
                    total = self._loss(batch, logprobs, anchor, tally, num_tokens, len(rollouts))
                    if needs_grad:
                        total.backward()  # type: ignore[no-untyped-call]
        return tally

    def _parts(self, advantages: Sequence[float], *, is_first: bool) -> list[tuple[list[int], bool]]:
        """Rows with a gradient, and on the first pass those without, which only the sampler check reads."""
        if self._reference is not None:
            return [(list(range(len(advantages))), True)]
        moving = [row for row, advantage in enumerate(advantages) if advantage]
        still = [row for row, advantage in enumerate(advantages) if not advantage]
        return [(moving, True), (still, False)] if is_first else [(moving, True)]

    def _loss(
        self, batch: Batch, logprobs: Tensor, old: Tensor, tally: _Tally, num_tokens: int, num_sequences: int
    ) -> Tensor:
        grpo = self._config.grpo
        weights = losses.token_weights(batch.loss_mask, grpo.normalizer, num_tokens, num_sequences)
        clip = (logprobs, old, batch.advantages, grpo.clip_low, grpo.clip_high)
        token_loss = losses.clipped_surrogate(*clip)
        if self._reference is not None:
            with torch.no_grad():
                reference = self._logprobs(self._reference, batch)
            kl = losses.kl_penalty(logprobs, reference, grpo.kl_estimator)
            token_loss = token_loss + grpo.kl_coef * kl
            tally.kl += float(kl.detach().sum())
        total = (token_loss * weights).sum()
        tally.loss += float(total.detach())
        tally.num_clipped += float(losses.is_clipped(*clip).sum())
        tally.surprisal -= float(logprobs.detach().sum())
        return total

    def _logprobs(self, model: PreTrainedModel, batch: Batch) -> Tensor:
        """Log-probability of each next token, at the sampler's temperature; 0 where untrained, [B, T - 1].

        Were prompt and padding not 0, one extreme ratio there would turn the masked sum into NaN.
        """
        logits = model(input_ids=batch.token_ids, attention_mask=batch.attention_mask, use_cache=False).logits
        scaled: Tensor = logits[:, :-1].float() / self._config.sampler.temperature
        targets = batch.token_ids[:, 1:, None]
        chosen: Tensor = scaled.gather(2, targets).squeeze(2)
        return (chosen - scaled.logsumexp(dim=2)).masked_fill(~batch.loss_mask, 0.0)

    def _step(self) -> float:
        parameters = self._policy.model.parameters()
        norm = float(torch.nn.utils.clip_grad_norm_(parameters, self._config.optimizer.max_grad_norm))
        if not math.isfinite(norm):
            raise GradientError(
                f"the gradient's norm is {norm}; the run stopped before learning from it, and its last checkpoint is "
                "sound. Start over with a lower optimizer.lr, fewer grpo.num_updates or a lower grpo.kl_coef"
            )
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return norm

    def _report(
        self, reports: list[tuple[_Tally, float]], rollouts: Sequence[Rollout], gap: SyncGap, *, has_signal: bool
    ) -> UpdateReport:
        num_tokens = max(1, sum(rollout.num_tokens for rollout in rollouts))
        first, last = reports[0][0], reports[-1][0]
        return UpdateReport(
            loss=first.loss,
            grad_norm=max(norm for _, norm in reports),
            clip_fraction=last.num_clipped / num_tokens,
            kl=first.kl / num_tokens if self._reference is not None else None,
            entropy=first.surprisal / num_tokens,
            sync_gap=gap,
            num_updates=len(reports) if has_signal else 0,
        )


def make_optimizer(model: PreTrainedModel, config: OptimizerConfig) -> torch.optim.AdamW:
    """AdamW over every parameter."""
    return torch.optim.AdamW(
        model.parameters(), lr=config.lr, betas=config.betas, eps=config.eps, weight_decay=config.weight_decay
    )


def set_lr(optimizer: torch.optim.Optimizer, lr: float) -> None:
    """Set the learning rate of every parameter group."""
    for group in optimizer.param_groups:
        group["lr"] = lr


def lr_at(config: Config, step: int) -> float:
    """Learning rate of a step, counted from 0: a linear rise, then the schedule."""
    optimizer, num_steps = config.optimizer, config.grpo.num_steps
    rise = min(1.0, (step + 1) / optimizer.warmup_steps) if optimizer.warmup_steps else 1.0
    progress = (step - optimizer.warmup_steps) / max(1, num_steps - optimizer.warmup_steps)
    shapes: dict[str, Callable[[float], float]] = {
        "constant": lambda _: 1.0,
        "linear": lambda x: 1.0 - x,
        "cosine": lambda x: (1.0 + math.cos(math.pi * x)) / 2,
    }
    return optimizer.lr * rise * shapes[optimizer.schedule](max(0.0, progress))
