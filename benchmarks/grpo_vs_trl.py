"""Our trainer beside TRL's `GRPOTrainer`: time a step, memory, verifiers that hang, time to learn.

    python benchmarks/grpo_vs_trl.py                          # makes TRL's environment, then all parts; about two hours
    python benchmarks/grpo_vs_trl.py --parts a b --trl-python /path/to/python --out /tmp/grpo_vs_trl.json

Both sides get the same model folder, prompts, rewards, group size and objective (the mean over all tokens of clipped
ratios, 0.2 and 0.28, advantages by the group's sample deviation, no reference model). Each side runs in a process of
its own under its own Python, and takes a step when told, in turns, so that one is busy at a time; the first step of
each is a warm-up, and medians of the others count. In (a) and (b) the learning rate is 0. The parts:

    a  seconds a step: 64 completions of ragged length, 110 tokens on average and 256 at most, 10M parameters. Ours with
       vLLM and with torch. Lengths come from the model's weights, and both sides' are recorded.
    b  peak memory: a vocabulary of 151,936, completions of 128 tokens, 16 and 64 of them. Ours with torch; with vLLM
       apart.
    c  one verifier call in 100 never returns. Ours has to finish with every other verdict right; TRL may try so long.
    d  seconds of training to 0.90 on held-out tasks from the same warm starts, the quickstart's task and settings. Ours
       with torch.

`--gpu` does (a) and (b) on one GPU instead, with half a billion parameters in bfloat16, and adds tokens a second, the
share of the device's peak that the model's own FLOPs are, and the peak of its memory; `--trl-vllm` lets TRL generate
with vLLM there. It is ready, and was tried with `--check`, which takes tiny models on the CPU and whose figures say
nothing; no GPU was to be had.

What was done for TRL's speed: no gradient checkpointing, nothing logged, saved or evaluated by it, the whole batch
generated at once with the cache and without compilation, every batch size of `--per-device` measured and the better one
counted, the reward a plain function in its process, and what ours has too: float32, the same torch and transformers,
the same number of threads. Its log-probabilities are computed in chunks, as this release does by itself. It generates
with `generate`, since its `vllm` extra has no build for CPUs. `--continuous` adds a run with transformers'
continuous batching to (a), which on a CPU was seen to take many times longer.

On a machine that others use too, compare `cpu_ratios`: processor seconds instead of the clock's. `token_ratios` divide
by the number of tokens, which chance makes differ. Results are written as they come; parts not asked for stay as they
were.
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from grpo_vs_trl_parts.environment import trl_python, versions
from grpo_vs_trl_parts.gpu import gpu
from grpo_vs_trl_parts.hanging import hanging
from grpo_vs_trl_parts.learning import learning
from grpo_vs_trl_parts.memory import memory
from grpo_vs_trl_parts.settings import Settings
from grpo_vs_trl_parts.speed import speed

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "grpo_vs_trl.json"
PARTS: dict[str, Callable[[Settings], Iterator[dict[str, Any]]]] = {
    "a": speed,
    "b": memory,
    "c": hanging,
    "d": learning,
    "gpu": gpu,
}
STAND_IN = {
    "vocab_size": 1024,
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 2,
    "head_dim": 32,
}
"""The shape of `--check`: a model so small that its figures say nothing."""


def main() -> None:
    """Run the parts asked for, and write each as soon as it is done."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", nargs="+", choices=list(PARTS)[:4], default=None, help="what to measure; all four")
    parser.add_argument("--gpu", action="store_true", help="(a) and (b) on a GPU instead, half a billion parameters")
    parser.add_argument("--trl-vllm", action="store_true", help="with --gpu: TRL generates with vLLM too")
    parser.add_argument("--peak-flops", type=float, default=989e12, help="of the GPU in bfloat16; 989e12, an H100's")
    parser.add_argument("--steps", type=int, default=5, help="measured steps of each side in (a) and (b); 5")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="warm starts of (d); 0 1 2")
    parser.add_argument("--threads", type=int, default=2, help="threads of each side; 2")
    parser.add_argument("--per-device", type=int, nargs="+", default=[8, 64], help="TRL's batch sizes; 8 64")
    parser.add_argument("--trl-python", type=Path, help="Python of an environment that has TRL; one is made otherwise")
    parser.add_argument("--folder", type=Path, default=ROOT / "runs" / "grpo_vs_trl", help="for models, logs and runs")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the results go")
    parser.add_argument("--continuous", action="store_true", help="TRL with continuous batching too, in (a)")
    parser.add_argument("--patience", type=float, default=120.0, help="seconds that TRL has for a step of (c); 120")
    parser.add_argument("--learn-steps", type=int, default=80, help="sampled batches of (d), at most; 80")
    parser.add_argument("--completions", type=int, default=64, help="completions of an update in (a) to (c); 64")
    parser.add_argument("--check", action="store_true", help="tiny models: whether it runs, not how fast")
    given = parser.parse_args()
    folder = given.folder.absolute()
    python = trl_python(given.trl_python, folder / "venv", has_vllm=given.trl_vllm)
    settings = Settings(
        python=Path(sys.executable),
        trl_python=python,
        folder=folder,
        num_steps=given.steps,
        num_threads=given.threads,
        per_device=tuple(given.per_device),
        seeds=tuple(given.seeds),
        device="cuda" if given.gpu and not given.check else "cpu",
        trl_vllm=given.trl_vllm,
        peak_flops=given.peak_flops,
        num_completions=given.completions,
        patience_s=given.patience,
        learn_steps=given.learn_steps,
        is_continuous=given.continuous,
        shape=STAND_IN if given.check else {},
    )
    results: dict[str, Any] = json.loads(given.out.read_text()) if given.out.exists() else {}
    for part in ["gpu"] if given.gpu else given.parts or list(PARTS)[:4]:
        print(f"({part}) {PARTS[part].__name__} ...", flush=True)
        for found in PARTS[part](settings):
            results[part] = {"machine": machine(settings), **found}
            given.out.parent.mkdir(parents=True, exist_ok=True)
            given.out.write_text(json.dumps(results, indent=1) + "\n")
        print(json.dumps(without_runs(found), indent=1), flush=True)


def without_runs(found: Any) -> Any:
    """Return results without what each step reported."""
    if not isinstance(found, dict):
        return found
    return {name: without_runs(value) for name, value in found.items() if name != "runs"}


def machine(settings: Settings) -> dict[str, Any]:
    """Return what the figures depend on."""
    return {
        "num_cores": len(os.sched_getaffinity(0)),
        "kernel": platform.release(),
        "num_threads": settings.num_threads,
        "ours": versions(settings.python),
        "trl": versions(settings.trl_python),
    }


if __name__ == "__main__":
    main()
