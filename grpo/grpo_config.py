"""Which algorithm, on batches of which size: the `grpo` section."""

from dataclasses import fields, replace
from typing import Literal

from pydantic import Field

from rlvr.grpo.algorithms.table import (
    ALGORITHMS,
    Advantage,
    Algorithm,
    Correction,
    KlEstimator,
    Normalizer,
    Ratio,
    Std,
    Surrogate,
)
from rlvr.grpo.section import Section


class GrpoConfig(Section):
    """The algorithm and its batches; `rlvr.grpo.algorithms` has the formulas and their sources."""

    algorithm: Literal["grpo", "dr_grpo", "dapo", "rloo", "gspo", "cispo", "maxrl", "gigpo", "reinforce"] = "dapo"
    """Which row of the table of algorithms: advantage, ratio, surrogate, normaliser and clip bounds."""
    num_steps: int = Field(100, ge=0)
    """Sampled batches."""
    num_tasks: int = Field(16, ge=1)
    """Tasks (groups) in a batch."""
    group_size: int = Field(16, ge=2)
    """Rollouts of each task."""
    num_updates: int = Field(1, ge=1)
    """Optimizer updates on each sampled batch."""
    max_replacements: int = Field(0, ge=0)
    """Dynamic sampling: how often a group without spread gives its place to another task's, at most."""

    advantage: Advantage | None = None
    """What a reward is compared with; like all of the following, None is the algorithm's own."""
    ratio: Ratio | None = None
    """Whether policies are compared token by token or over the whole sequence."""
    surrogate: Surrogate | None = None
    """The loss of a token."""
    normalizer: Normalizer | None = None
    """What the sum over tokens is divided by."""
    std: Std | None = None
    """For `scaled` and `gigpo`: divide by the std with ddof=1 (`sample`), with ddof=0 (`population`), or not at all."""
    clip_low: float | None = Field(None, ge=0, lt=1)
    """For `clip`: the ratio is clipped at 1 - clip_low from below."""
    clip_high: float | None = Field(None, ge=0)
    """For `clip`: the ratio is clipped at 1 + clip_high from above."""
    dual_clip: float | None = Field(None, gt=1)
    """For `clip`: largest ratio that counts where the advantage is negative (arXiv:1912.09729)."""
    ratio_cap: float | None = Field(None, gt=0)
    """For `cispo`: largest weight, absolute."""
    constant_length: float | None = Field(None, gt=0)
    """For `constant`: what token sums are divided by, beside the number of sequences."""
    discount: float | None = Field(None, gt=0, le=1)
    """For `gigpo`: what a reward is worth one turn earlier."""
    step_weight: float | None = Field(None, ge=0)
    """For `gigpo`: weight of the step-level advantage beside the episode's."""

    kl_coef: float = Field(0.0, ge=0)
    """Weight of the KL penalty against the starting model, which is loaded only when this is above 0."""
    kl_estimator: KlEstimator = "k3"
    """Estimator of that KL (Schulman 2020)."""
    kl_in: Literal["loss", "reward"] = "loss"
    """Where the penalty goes: a term of each token's loss, or subtracted from each rollout's reward."""
    entropy_coef: float = Field(0.0, ge=0)
    """Weight of the entropy bonus: the mean entropy of the trained tokens' distributions is maximised too."""

    mismatch: Correction | None = None
    """What is done about the gap between sampler and trainer, by the weight exp(old - sampler): None is nothing; `tis`
    multiplies by it, truncated at mismatch_high; `icepop` multiplies, and drops tokens outside the bounds;
    `sequence_mask` drops sequences whose geometric mean is outside the bounds."""
    mismatch_low: float = Field(0.5, ge=0)
    """Lower bound of that weight."""
    mismatch_high: float = Field(2.0, gt=0)
    """Upper bound of that weight."""
    overlong_buffer: int = Field(0, ge=0)
    """Over the last so many of `sampler.max_tokens`, the reward falls from 0 to -1 more (DAPO, equation 13); 0 is off.
    The score stays what it is."""
    mask_truncated: bool = False
    """Learn nothing from completions that ran into their limit; they still count in their group's mean."""

    max_sync_gap: float | None = Field(None, gt=0)
    """Stop when trainer and sampler disagree by more; None is 1e-3 (largest) in float32, 0.02 (mean) in bfloat16."""
    shuffle_rewards: bool = False
    """Control experiment: deal the rewards out at random over the whole batch. Nothing may be learned."""

    @property
    def row(self) -> Algorithm:
        """The algorithm's row of the table, with what is set here in its place."""
        row = ALGORITHMS[self.algorithm]
        set_here = {one.name: getattr(self, one.name) for one in fields(row)}
        return replace(row, **{name: value for name, value in set_here.items() if value is not None})
