"""Parts (a) and (b) on a GPU, with half a billion parameters in bfloat16: tokens a second, use of the peak, memory."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from grpo_vs_trl_parts.alternate import median
from grpo_vs_trl_parts.memory import memory
from grpo_vs_trl_parts.settings import GROUP_SIZE, Settings, make_prompts
from grpo_vs_trl_parts.speed import speed

HALF_BILLION = {
    "vocab_size": 151936,
    "hidden_size": 896,
    "intermediate_size": 4864,
    "num_hidden_layers": 24,
    "num_attention_heads": 14,
    "num_key_value_heads": 2,
    "head_dim": 64,
}
"""494 million parameters where the embeddings are the output head too, 630 million where they are not, as in (a)."""


def gpu(settings: Settings) -> Iterator[dict[str, Any]]:
    """Measure as (a) and (b) do, and add what the steps say about the device's use."""
    larger = replace(settings, shape=HALF_BILLION | dict(settings.shape))
    found: dict[str, Any] = {"peak_flops": settings.peak_flops}
    for name, part in (("a", speed), ("b", memory)):
        for measured in part(larger):
            for one in (measured, *measured.values()):
                if isinstance(one, dict) and "runs" in one:
                    one["figures"] = {worker: _figures(run, one, settings) for worker, run in one["runs"].items()}
            found[name] = measured
            yield found


def _figures(run: dict[str, Any], part: dict[str, Any], settings: Settings) -> dict[str, float]:
    """Return the figures of one worker.

    Model FLOPs are 6 for each parameter and trained token, prompts among them, and 2 for each parameter and sampled
    token: attention's own and what is computed twice are left out, so the share is a low estimate on both sides.
    """
    num_prompt_tokens = GROUP_SIZE * sum(map(len, make_prompts(part["num_completions"] // GROUP_SIZE)))
    sampled = median(run["steps"], "num_tokens")
    flops = part["model"]["parameters"] * (6 * (num_prompt_tokens + sampled) + 2 * sampled)
    found = {
        "tokens_per_s": round(sampled / run["step_s"], 1),
        "flop_utilisation": round(flops / run["step_s"] / settings.peak_flops, 6),
        "peak_mb": max(step.get("gpu_peak", step["peak"]) for step in run["steps"]),
    }
    timing = run["steps"][0].get("timing", {})
    if "update_s" in timing:
        trained = part["model"]["parameters"] * 6 * (num_prompt_tokens + sampled)
        update_s = median([step["timing"] for step in run["steps"]], "update_s")
        found["flop_utilisation_of_update"] = round(trained / update_s / settings.peak_flops, 6)
    return found
