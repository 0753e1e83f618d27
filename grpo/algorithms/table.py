"""The algorithms, one row each: advantage x ratio x surrogate x normaliser, and numbers where papers differ.

Data only, so that a configuration can name a row without loading torch. Settings replace fields of a row:
`dataclasses.replace(ALGORITHMS["dapo"], clip_high=0.4)`.

`bnpo` is left out: it divides by the tokens of a micro-batch, so the gradient depends on how a step was cut.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Advantage = Literal["scaled", "centred", "leave_one_out", "over_mean", "batch", "gigpo"]
Ratio = Literal["token", "sequence"]
Surrogate = Literal["clip", "cispo", "plain"]
Normalizer = Literal["token", "sequence", "constant"]
Std = Literal["sample", "population", "none"]
KlEstimator = Literal["k1", "k2", "k3"]
Correction = Literal["tis", "icepop", "sequence_mask"]


@dataclass(frozen=True, slots=True)
class Algorithm:
    """One row: which function of each family, and its numbers."""

    advantage: Advantage
    """What a reward is compared with."""
    ratio: Ratio
    """Whether policies are compared token by token or over the whole sequence."""
    surrogate: Surrogate
    """The loss of a token."""
    normalizer: Normalizer
    """What losses are divided by."""
    std: Std = "sample"
    """For `scaled` and `gigpo`: divide by the std with ddof=1, with ddof=0, or not at all."""
    clip_low: float = 0.2
    """For `clip`: distance of the lower bound from 1."""
    clip_high: float = 0.28
    """For `clip`: distance of the upper bound from 1."""
    dual_clip: float | None = None
    """For `clip`: largest ratio that counts where the advantage is negative; None is no such bound."""
    ratio_cap: float = 5.0
    """For `cispo`: largest weight, absolute. The paper names no number; 5 is that of ScaleRL, arXiv:2510.13786."""
    constant_length: float = 1.0
    """For `constant`: what token sums are divided by, beside the number of sequences."""
    discount: float = 0.95
    """For `gigpo`: gamma."""
    step_weight: float = 1.0
    """For `gigpo`: omega."""

    def __post_init__(self) -> None:
        if not 0 <= self.clip_low < 1 or self.clip_high < 0:
            raise ValueError(f"clip_low {self.clip_low} must be in [0, 1) and clip_high {self.clip_high} at least 0")
        if self.dual_clip is not None and self.dual_clip <= 1:
            raise ValueError(f"dual_clip {self.dual_clip} must be above 1")
        if self.ratio_cap <= 0 or self.constant_length <= 0:
            raise ValueError(f"ratio_cap {self.ratio_cap} and constant_length {self.constant_length} must be above 0")


ALGORITHMS: Mapping[str, Algorithm] = MappingProxyType(
    {
        "grpo": Algorithm("scaled", "token", "clip", "sequence"),
        "dr_grpo": Algorithm("centred", "token", "clip", "constant"),
        "dapo": Algorithm("scaled", "token", "clip", "token"),
        "rloo": Algorithm("leave_one_out", "token", "clip", "constant"),
        "gspo": Algorithm("scaled", "sequence", "clip", "sequence", clip_low=3e-4, clip_high=4e-4),
        "cispo": Algorithm("scaled", "token", "cispo", "token"),
        "maxrl": Algorithm("over_mean", "token", "clip", "constant"),
        "gigpo": Algorithm("gigpo", "token", "clip", "token", std="none"),
        "reinforce": Algorithm("batch", "token", "plain", "constant"),
    }
)
"""By name. Sources: DeepSeekMath arXiv:2402.03300, Dr. GRPO 2503.20783, DAPO 2503.14476, RLOO 2402.14740, GSPO
2507.18071, MiniMax-M1 2506.13585, MaxRL 2602.02710, GiGPO 2505.10978, Williams 1992."""
