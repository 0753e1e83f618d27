"""What a training run can be told, one section per noun.

Every field has a default that works, so an empty recipe trains a tiny model on `ChainSum`. `rlvr.grpo.recipe` reads
these sections from TOML; here is only what they mean.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from rlvr.grpo.grpo_config import GrpoConfig
from rlvr.grpo.section import Section
from rlvr.grpo.task_config import TaskConfig


class TinyConfig(Section):
    """The shape of the byte-level Qwen3 that is built on the spot when `model.path` is not given."""

    hidden_size: int = Field(128, ge=8)
    """Width of the residual stream."""
    num_layers: int = Field(4, ge=1)
    """Number of decoder layers."""
    num_heads: int = Field(4, ge=1)
    """Attention heads; each is `hidden_size / num_heads` wide, which vLLM on a CPU needs to be a multiple of 32."""
    num_kv_heads: int = Field(4, ge=1)
    """Key-value heads; a divisor of `num_heads`."""
    intermediate_size: int = Field(384, ge=8)
    """Width of the gated feed-forward layer."""
    max_length: int = Field(512, ge=16)
    """Longest sequence, prompt and completion together, in tokens."""


class LoraConfig(Section):
    """A low-rank adapter that is trained in place of the model's own weights (LoRA, arXiv:2106.09685)."""

    refused: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("dropout", "lora_dropout"),
        "what is dropped at random in training would make the policy another one than the sampler draws from",
    )

    rank: int = Field(0, ge=0)
    """Rank of the change to each layer; 0 trains the weights themselves."""
    alpha: int = Field(32, ge=1)
    """The change is scaled by alpha / rank, so that the best learning rate hardly depends on the rank."""
    targets: Literal["all-linear"] | tuple[str, ...] = "all-linear"
    """Which layers: all linear ones but the output layer, or those whose names end with one of these."""


class ModelConfig(Section):
    """Which model is trained."""

    path: str | None = None
    """A Hugging Face name or a local folder of any causal language model; without it a tiny model is built."""
    dtype: Literal["float32", "bfloat16"] = "float32"
    """Number type of the trained weights and of the sampler."""
    tiny: TinyConfig = TinyConfig()
    """Shape of the tiny model."""
    lora: LoraConfig = LoraConfig()
    """The adapter that is trained in place of the weights, if any."""


_RESHAPING = (
    "tokens would be drawn from another distribution than the one whose log-probabilities the trainer computes, which "
    "would falsify every ratio. Leave it out; of what shapes the draws, the trainer follows sampler.temperature alone"
)


class SamplerConfig(Section):
    """How completions are drawn."""

    refused: ClassVar[Mapping[str, str]] = dict.fromkeys(
        (
            *("top_p", "top_k", "min_p", "typical_p", "top_a", "min_tokens", "logit_bias", "bad_words"),
            *("repetition_penalty", "presence_penalty", "frequency_penalty", "no_repeat_ngram_size"),
        ),
        _RESHAPING,
    )

    backend: Literal["auto", "vllm", "torch"] = "auto"
    """`auto` is vLLM where it can be imported, else torch."""
    temperature: float = Field(1.0, gt=0)
    """Softmax temperature; the trainer divides its own logits by the same number."""
    max_tokens: int = Field(128, ge=1)
    """Longest completion of one turn, in tokens."""
    max_length: int | None = Field(None, ge=2)
    """Longest sequence that the engine is sized for, in tokens; None is the model's own limit."""
    num_slots: int = Field(256, ge=1)
    """Sequences that are generated at the same time."""
    memory_fraction: float = Field(0.4, gt=0, lt=1)
    """Share of a GPU's memory for vLLM; the rest is the trainer's."""
    cpu_cache_mb: int = Field(1024, ge=64)
    """Size of vLLM's key-value cache where there is no GPU."""
    lora: Literal["merged", "adapter"] | None = None
    """What vLLM is given where an adapter is trained: weights with the adapter merged in, or the adapter itself; None
    is `merged` on a CPU and `adapter` on a GPU. The torch sampler always draws through the adapter."""


class OptimizerConfig(Section):
    """AdamW and its schedule."""

    lr: float = Field(3e-4, gt=0)
    """Peak learning rate."""
    betas: tuple[float, float] = (0.9, 0.95)
    """Decay of the first and second moments."""
    eps: float = Field(1e-8, gt=0)
    """Added to the root of the second moment."""
    weight_decay: float = Field(0.0, ge=0)
    """Decoupled weight decay."""
    warmup_steps: int = Field(0, ge=0)
    """Steps over which the rate rises linearly from 0."""
    schedule: Literal["constant", "linear", "cosine"] = "constant"
    """Shape of the rate after the rise; `linear` and `cosine` end at 0."""
    max_grad_norm: float = Field(1.0, gt=0)
    """The gradient's norm is clipped at this."""
    micro_batch_tokens: int | None = Field(None, ge=1)
    """Tokens in one forward pass; lower it when memory runs out. It cannot change the gradient. None is 16,384 on a GPU
    and 2,048 on a CPU, whose caches larger ones outgrow."""
    packing: bool = True
    """Put sequences end to end instead of padding them; off for models whose layers cannot be told where one ends."""
    gradient_checkpointing: bool = False
    """Compute activations twice instead of keeping them: a third more time for much less memory."""


class WarmupConfig(Section):
    """Supervised warm start on the taskset's own demonstrations, which makes a random model worth sampling."""

    is_enabled: bool | None = None
    """None: on when the model is built on the spot (`model.path` is not given)."""
    target_accuracy: float = Field(0.45, gt=0, le=1)
    """Stop at the first check on `val` that is at least this accurate."""
    check_every: int = Field(25, ge=1)
    """Steps between checks."""
    num_check_tasks: int = Field(128, ge=1)
    """Tasks of the `val` split in a check, one sample each at the sampler's temperature."""
    max_steps: int = Field(2000, ge=1)
    """Give up, with an error, after this many steps."""
    batch_size: int = Field(64, ge=1)
    """Demonstrations in a step."""
    num_demonstrations: int = Field(20000, ge=1)
    """Distinct tasks of the `train` split that are demonstrated, in cycles."""
    lr: float = Field(1e-3, gt=0)
    """Learning rate, after a linear rise over the first 50 steps."""


class RunConfig(Section):
    """Where and how the run happens."""

    dir: Path = Path("runs/ChainSum")
    """The run folder; a recipe that does not name one gets `runs/` and the taskset's name."""
    seed: int = Field(0, ge=0)
    """Every random draw is a function of this, the step, the task and the rollout."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where the trained model lives."""
    num_threads: int | None = Field(None, ge=1)
    """CPU threads of torch; None is the number of cores."""
    checkpoint_every: int = Field(20, ge=1)
    """Steps between checkpoints."""
    keep_checkpoints: int = Field(2, ge=1)
    """How many of the newest checkpoints stay on disk."""
    val_every: int = Field(20, ge=0)
    """Steps between checks on `val`; 0 is never."""
    num_val_tasks: int = Field(128, ge=1)
    """Tasks in such a check, of each taskset."""
    stop_at: float | None = Field(None, gt=0, le=1)
    """End the run at the first check on `val` that is at least this accurate; levels must have risen all the way."""
    patience: int | None = Field(None, ge=1)
    """End the run when so many checks on `val` in a row were no better than the best one at these levels."""
    num_eval_tasks: int = Field(512, ge=0)
    """Tasks of `test`, of each taskset, for the accuracy before and after; 0 skips both evaluations."""
    eval_samples: int = Field(1, ge=1)
    """Samples per task in those evaluations (pass@k for every k up to this)."""
    held_out_text: Path | None = None
    """A UTF-8 text file on which loss and KL to the starting model are measured: before, at checks on `val`, after."""
    num_held_out_tokens: int = Field(4096, ge=2)
    """How much of it is read, at most."""
    wandb: str | None = None
    """Send the curves to this project of Weights & Biases too; needs `rlvr[wandb]`."""
    sandbox: Literal["auto", "docker", "bubblewrap", "process"] = "auto"
    """Where programs that the model writes run; `auto` is the strongest tier that works here."""
    num_sandbox_slots: int | None = Field(None, ge=1)
    """Programs that run at the same time; None is the number of cores."""
    allow_weak_sandbox: bool = False
    """Train even where only a weak tier (`process`) is to be had."""


class Config(Section):
    """A whole training run."""

    model: ModelConfig = ModelConfig()
    task: TaskConfig = TaskConfig()
    sampler: SamplerConfig = SamplerConfig()
    grpo: GrpoConfig = GrpoConfig()
    optimizer: OptimizerConfig = OptimizerConfig()
    warmup: WarmupConfig = WarmupConfig()
    run: RunConfig = RunConfig()

    @model_validator(mode="after")
    def _heads_divide(self) -> Self:
        tiny = self.model.tiny
        if tiny.hidden_size % tiny.num_heads or tiny.num_heads % tiny.num_kv_heads:
            raise ValueError("model.tiny: num_heads must divide hidden_size, and num_kv_heads must divide num_heads")
        return self
