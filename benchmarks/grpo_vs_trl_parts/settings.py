"""What the parts are told, and the jobs that both sides get from it: one objective, said in two languages."""

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from grpo_vs_trl_parts.judges import make_prompts

GROUP_SIZE = 8
NEVER = 10**6
"""A number of steps that no run has."""
STILL = 1e-30
"""Learning rate 0, which a recipe refuses: no float32 weight of any size moves by it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The options of the command line."""

    python: Path
    """Ours."""
    trl_python: Path
    """TRL's."""
    folder: Path
    """Scratch: models, run folders, logs."""
    num_steps: int
    """Measured steps of each side, after a warm-up step."""
    num_threads: int
    """Threads of each side."""
    per_device: tuple[int, ...]
    """TRL's batch sizes; each is measured, and the one that is better for TRL counts."""
    seeds: tuple[int, ...]
    """Of part (d)."""
    device: str = "cpu"
    """Or `cuda`."""
    peak_flops: float = 989e12
    """What the device can do in a second, in bfloat16 without sparsity; an H100's."""
    trl_vllm: bool = False
    """Whether TRL generates with vLLM, which its environment must have."""
    is_continuous: bool = False
    """Whether part (a) has a run of TRL with transformers' continuous batching too."""
    num_completions: int = 64
    """Completions of an update, in parts (a), (c) and, beside its own, (b)."""
    patience_s: float = 120.0
    """How long TRL may take over a step of part (c)."""
    shape: Mapping[str, Any] = field(default_factory=dict)
    """Fields of `Qwen3Config` that differ from a part's own model."""
    learn_steps: int = 80
    """Sampled batches of part (d), at most."""

    def with_completions(self, num_completions: int) -> "Settings":
        """Return the same with another number of completions, which TRL may take in one batch."""
        smaller = tuple(size for size in self.per_device if size < num_completions)
        return replace(self, num_completions=num_completions, per_device=(*smaller, num_completions))


def our_job(settings: Settings, model: Path, folder: Path, max_tokens: int, **changes: Any) -> dict[str, Any]:
    """Return our side's job for the parts without learning; `changes` are sections merged into the recipe."""
    prompts = write_prompts(folder / "prompts.jsonl", settings.num_completions // GROUP_SIZE)
    tasks = Path(__file__).with_name("tasks.py")
    recipe: dict[str, dict[str, Any]] = {
        "model": {"path": str(model), "dtype": "bfloat16" if settings.device == "cuda" else "float32"},
        "task": {"name": f"{tasks}:Parity", "options": {"path": dict.fromkeys(("train", "val", "test"), str(prompts))}},
        "sampler": {"backend": "torch", "max_tokens": max_tokens, "num_slots": settings.num_completions},
        "grpo": {
            "num_steps": NEVER,
            "num_tasks": settings.num_completions // GROUP_SIZE,
            "group_size": GROUP_SIZE,
        },
        "optimizer": {"lr": STILL},
        "run": {
            "dir": str(folder / "run"),
            "device": settings.device,
            "num_threads": settings.num_threads,
            "checkpoint_every": NEVER,
            "val_every": 0,
            "num_eval_tasks": 0,
        },
    }
    for section, values in changes.items():
        recipe[section] |= values
    return {"recipe": recipe}


def trl_job(
    settings: Settings, model: Path, folder: Path, max_tokens: int, per_device: int, **changes: Any
) -> dict[str, Any]:
    """Return TRL's job for the parts without learning."""
    prompts = make_prompts(settings.num_completions // GROUP_SIZE)
    rows = [{"prompt": prompt, "task_id": str(index)} for index, prompt in enumerate(prompts)]
    return {
        "model": str(model),
        "folder": str(folder / "out"),
        "device": settings.device,
        "num_threads": settings.num_threads,
        "seed": 0,
        "rows": rows * (settings.num_steps + 2),
        "num_tasks": len(rows),
        "group_size": GROUP_SIZE,
        "per_device": per_device,
        "num_steps": NEVER,
        "num_updates": 1,
        "max_tokens": max_tokens,
        "clip_low": 0.2,
        "clip_high": 0.28,
        "lr": 0.0,
        "betas": [0.9, 0.95],
        "warmup_steps": 0,
        "schedule": "constant",
        "judge": "is_even",
        "taskset": None,
        "val_every": NEVER,
        "vllm": settings.trl_vllm,
        "continuous_batching": False,
    } | changes


def write_prompts(path: Path, count: int) -> Path:
    """Write the prompts as our taskset reads them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps({"prompt": prompt}) + "\n" for prompt in make_prompts(count)))
    return path


def cores_taken_by_others(seconds: float = 0.3) -> float:
    """Return how many cores others use while this process does nothing and the workers wait."""

    def busy_s() -> float:
        fields = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
        return (sum(fields) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK")

    before = busy_s()
    time.sleep(seconds)
    return round((busy_s() - before) / seconds, 2)
