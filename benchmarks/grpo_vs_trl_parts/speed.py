"""Part (a): seconds a step for completions of ragged length."""

import json
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from grpo_vs_trl_parts.alternate import MEDIANS, in_turns, median
from grpo_vs_trl_parts.models import end_probability, make_model
from grpo_vs_trl_parts.settings import Settings
from grpo_vs_trl_parts.sides import sides, trls

MAX_TOKENS, MEAN_TOKENS = 256, 110
SHAPE = {
    "hidden_size": 384,
    "intermediate_size": 960,
    "num_hidden_layers": 6,
    "num_attention_heads": 6,
    "num_key_value_heads": 6,
    "head_dim": 64,
    "max_position_embeddings": 512,
}
"""Ten million parameters."""
BACKENDS = ("vllm", "torch")
SAMPLER = {"max_tokens": MAX_TOKENS, "max_length": 512}


def speed(settings: Settings) -> Iterator[dict[str, Any]]:
    """Time a step of ours with vLLM and with torch, and of TRL at each batch size, in turns."""
    folder = settings.folder / "speed"
    shape = SHAPE | dict(settings.shape)
    about = make_model(folder / "model", shape, end_probability(MEAN_TOKENS, MAX_TOKENS))

    makers = sides(settings, folder, BACKENDS, MAX_TOKENS)
    if settings.is_continuous:
        size = settings.per_device[-1]
        name = f"trl-{size}-continuous"
        makers[name] = partial(trls, settings, folder, MAX_TOKENS, size, name, continuous_batching=True)
    runs = in_turns(makers, settings.num_steps, is_apart=settings.device == "cuda")
    for name, run in runs.items():
        if name.startswith("ours"):
            _add_lengths(run, folder / name / "run" / "rollouts.jsonl")
    best = min((name for name in runs if name.startswith("trl")), key=lambda name: runs[name]["step_s"])
    yield {
        "model": about,
        "num_completions": settings.num_completions,
        "max_tokens": MAX_TOKENS,
        "ratios": _ratios(runs, best, "step_s"),
        "targets": {"vllm": 0.5, "torch": 0.75},
        "cpu_ratios": _ratios(runs, best, "cpu_s"),
        "token_ratios": _ratios(runs, best, "s_per_token"),
        "medians": {name: {key: run[key] for key in MEDIANS} for name, run in runs.items()},
        "trl_that_counts": best,
        "our_phases_s": {name: _phases(run) for name, run in runs.items() if name.startswith("ours")},
        "lengths": {name: _lengths(run["steps"]) for name, run in runs.items()},
        "runs": runs,
    }


def _ratios(runs: dict[str, Any], best: str, name: str) -> dict[str, float]:
    return {backend: round(runs[f"ours-{backend}"][name] / runs[best][name], 4) for backend in BACKENDS}


def _phases(run: dict[str, Any]) -> dict[str, float]:
    steps = [step["timing"] for step in run["steps"]]
    return {name: median(steps, name) for name in steps[0]}


def _add_lengths(run: dict[str, Any], rollouts: Path) -> None:
    """Put the length of each completion with the step it belongs to."""
    by_step: dict[int, list[int]] = {}
    for line in rollouts.open():
        record = json.loads(line)
        by_step.setdefault(record["step"], []).append(record["num_tokens"])
    for report in run["steps"]:
        report["lengths"] = by_step[report["step"]]


def _lengths(steps: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Return the shape of the lengths' distribution: both sides must have drawn from the same."""
    lengths = sorted(length for step in steps for length in step["lengths"])
    quarters = {f"p{share}": lengths[len(lengths) * share // 100] for share in (10, 25, 50, 75, 90)}
    cut = sum(length == MAX_TOKENS for length in lengths) / len(lengths)
    return {"count": len(lengths), "mean": round(sum(lengths) / len(lengths), 1), **quarters, "cut": round(cut, 4)}
