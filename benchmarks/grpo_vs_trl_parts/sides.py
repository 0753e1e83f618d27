"""The workers of a comparison: ours with each sampler, and TRL with each batch size, on one model."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from grpo_vs_trl_parts.settings import Settings, our_job, trl_job
from grpo_vs_trl_parts.worker import Worker


def ours(settings: Settings, folder: Path, sampler: Mapping[str, Any]) -> Worker:
    """Start ours on the model in `folder`, with a sampler's settings."""
    own = folder / f"ours-{sampler['backend']}"
    job = our_job(settings, folder / "model", own, sampler["max_tokens"], sampler=dict(sampler)) | {
        "needs_update": True
    }
    return Worker(settings.python, "ours", job, own, settings.num_threads)


def trls(settings: Settings, folder: Path, max_tokens: int, per_device: int, name: str, **changes: Any) -> Worker:
    """Start TRL on the model in `folder`, with a batch size."""
    own = folder / name
    job = trl_job(settings, folder / "model", own, max_tokens, per_device, **changes)
    return Worker(settings.trl_python, "trl_side", job, own, settings.num_threads)


def sides(
    settings: Settings, folder: Path, backends: Sequence[str], max_tokens: int
) -> dict[str, Callable[[], Worker]]:
    """Return what starts each worker, by name: `ours-vllm`, `trl-64` and so on."""
    sampler = {"max_tokens": max_tokens, "max_length": 512}
    makers: dict[str, Callable[[], Worker]] = {
        f"ours-{backend}": partial(ours, settings, folder, sampler | {"backend": backend}) for backend in backends
    }
    for size in settings.per_device:
        makers[f"trl-{size}"] = partial(trls, settings, folder, max_tokens, size, f"trl-{size}")
    return makers
