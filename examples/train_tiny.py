"""GRPO from Python: a byte-level model of random weights learns to answer in digits. It needs torch, but no vLLM.

Run it with `python examples/train_tiny.py RUN_FOLDER`; the folder then holds what `rlvr train` leaves.
"""

import json
import random
import sys
from pathlib import Path

import rlvr


class Digits(rlvr.Taskset):
    """Answer in digits; the share of digits is the score, so there is something to learn from the first step."""

    extract, instructions, levels = "whole", "", range(1)

    def generate(self, rng: random.Random, level: int) -> rlvr.Problem:
        """Draw a number to stand in the prompt."""
        return rlvr.Problem(f"Digits, please ({level}, {rng.randrange(10**6)}):", reference="0123456789")

    def check(self, task: rlvr.Task, answer: str) -> float:
        """Return the share of digits."""
        return sum(char in task.reference for char in answer) / len(answer)


if __name__ == "__main__":
    from rlvr.grpo.recipe import load_recipe
    from rlvr.grpo.trainer import train
    from rlvr.grpo.view import SilentView

    tiny = "{hidden_size = 32, num_layers = 1, num_heads = 1, num_kv_heads = 1, intermediate_size = 64}"
    settings = [f"model.tiny={tiny}", "sampler.backend=torch", "sampler.max_tokens=8", "optimizer.lr=1e-2"]
    settings += ["grpo.num_steps=20", "grpo.num_tasks=4", "warmup.is_enabled=false", "run.num_eval_tasks=0"]
    settings += [f"task.name={__file__}:Digits", f"run.dir={sys.argv[1]}", "run.num_threads=1", "run.val_every=0"]
    train(load_recipe(None, settings), SilentView())
    for metrics in map(json.loads, (Path(sys.argv[1]) / "metrics.jsonl").read_text().splitlines()):
        print(f"step {metrics['step']}: reward {metrics['reward']:.3f}")
