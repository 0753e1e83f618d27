"""Turns `auto` and None into what they mean on this machine, so that `config.toml` says what really ran."""

import importlib.util
import os
from dataclasses import asdict
from typing import Literal

import torch

from rlvr.grpo.adapter import require_peft
from rlvr.grpo.config import Config
from rlvr.grpo.policy import ModelError

FLOAT32_MAX_GAP = 1e-3
BFLOAT16_MEAN_GAP = 0.02
CPU_MICRO_BATCH_TOKENS = 2048
"""Larger passes outgrow the caches: with 10M parameters, 8,000 tokens took a quarter longer in passes of 16,384."""
GPU_MICRO_BATCH_TOKENS = 16384


def resolve(config: Config) -> Config:
    """Fill in the row of the algorithm, device, threads, sampler, the bound of its check, warm start, size of a pass.

    Raises:
        ModelError: A GPU is asked for and torch sees none, or an adapter and peft is not installed.
    """
    run, sampler, grpo, warmup = config.run, config.sampler, config.grpo, config.warmup
    if run.device == "cuda" and not torch.cuda.is_available():
        raise ModelError("run.device is 'cuda' but torch sees no GPU; set run.device=auto")
    device = run.device if run.device != "auto" else "cuda" if torch.cuda.is_available() else "cpu"
    if config.model.lora.rank > 0:
        require_peft()
    threads = run.num_threads or len(os.sched_getaffinity(0))
    has_vllm = importlib.util.find_spec("vllm") is not None
    backend = sampler.backend if sampler.backend != "auto" else "vllm" if has_vllm else "torch"
    gap = grpo.max_sync_gap or (FLOAT32_MAX_GAP if config.model.dtype == "float32" else BFLOAT16_MEAN_GAP)
    usual = CPU_MICRO_BATCH_TOKENS if device == "cpu" else GPU_MICRO_BATCH_TOKENS
    size = config.optimizer.micro_batch_tokens or usual
    is_warm = config.model.path is None if warmup.is_enabled is None else warmup.is_enabled
    return config.model_copy(
        update={
            "run": run.model_copy(update={"device": device, "num_threads": threads}),
            "sampler": sampler.model_copy(update={"backend": backend, "lora": _pushed(config, device, backend)}),
            "optimizer": config.optimizer.model_copy(update={"micro_batch_tokens": size}),
            "grpo": grpo.model_copy(update={"max_sync_gap": gap, **asdict(grpo.row)}),
            "warmup": warmup.model_copy(update={"is_enabled": is_warm}),
        }
    )


def _pushed(config: Config, device: str, backend: str) -> Literal["merged", "adapter"] | None:
    """What the sampler is given of an adapter, None without one."""
    if config.model.lora.rank == 0:
        return None
    if backend == "torch":
        return "adapter"
    return config.sampler.lora or ("merged" if device == "cpu" else "adapter")
