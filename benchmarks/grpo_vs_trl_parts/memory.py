"""Part (b): the peak of memory with a large vocabulary."""

from collections.abc import Iterator
from typing import Any

from grpo_vs_trl_parts.alternate import in_turns, median
from grpo_vs_trl_parts.models import make_model
from grpo_vs_trl_parts.settings import Settings
from grpo_vs_trl_parts.sides import sides

MAX_TOKENS = 128
SHAPE = {
    "vocab_size": 151936,
    "hidden_size": 128,
    "intermediate_size": 384,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "num_key_value_heads": 4,
    "head_dim": 32,
    "max_position_embeddings": 512,
}
"""Twenty million parameters, nearly all the vocabulary's; the end token is so rare that completions are whole."""


def memory(settings: Settings) -> Iterator[dict[str, Any]]:
    """Take steps of 16 completions, and of as many as the other parts, and read the peaks of both sides."""
    sizes = sorted({16, settings.num_completions})
    found: dict[str, Any] = {"max_tokens": MAX_TOKENS, "target": 0.5}
    for size in sizes:
        found[f"{size} x {MAX_TOKENS}"] = peaks(settings.with_completions(size), f"memory-{size}")
        yield found


def peaks(settings: Settings, name: str) -> dict[str, Any]:
    """Return peaks for one number of completions.

    The peak counts from when everything is loaded. `peak_mb` is all that is resident then, the interpreter, the
    libraries and the model too; `grown_mb` is how much that is above what was resident when loaded.
    """
    folder = settings.folder / name
    shape = SHAPE | dict(settings.shape)
    about = make_model(folder / "model", shape)

    runs = in_turns(
        sides(settings, folder, ("torch", "vllm"), MAX_TOKENS), settings.num_steps, is_apart=settings.device == "cuda"
    )
    found = {name: _peaks(run, settings.device) for name, run in runs.items()}
    best = min((f"trl-{size}" for size in settings.per_device), key=lambda name: found[name]["peak_mb"])
    return {
        "model": about,
        "num_completions": settings.num_completions,
        "trl_that_counts": best,
        "ratio": round(found["ours-torch"]["peak_mb"] / found[best]["peak_mb"], 4),
        "ratio_grown": round(found["ours-torch"]["grown_mb"] / found[best]["grown_mb"], 4),
        "peaks": found,
        "runs": runs,
    }


def _peaks(run: dict[str, Any], device: str) -> dict[str, float]:
    key, loaded = ("gpu_peak", 0.0) if device == "cuda" else ("peak", run["loaded"]["rss"])
    peak = max(step[key] for step in [run["warmup"], *run["steps"]])
    return {
        "loaded_mb": loaded,
        "peak_mb": peak,
        "grown_mb": round(peak - loaded, 1),
        "step_s": median(run["steps"], "step_s"),
    }
