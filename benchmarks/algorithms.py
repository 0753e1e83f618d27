"""Every algorithm of the table on the quickstart, and GiGPO on GuessNumber, with four updates a batch.

Four updates make the ratios matter: with one, clipping and importance weights do nothing. For each seed there is one
warm start, from which all algorithms go on, so that what differs is the algorithm. Each run is a process of its own,
one after another; it ends at the first check on `val` that is at least `--stop-at` accurate, and the accuracy that
counts is that on `test`, measured once after it. A check takes 1,024 tasks: the first of many checks on 256 that is
past the bound is past it by luck too often (0.945 on `val`, 0.879 on `test`, seen once).

Settings are the recipe's but for the quickstart's learning rate, which is for two updates a batch and is halved for
four: with four of 3e-4, accuracy fell for 25 steps from one of the warm starts. A game takes as long as several tasks
of the quickstart, so GuessNumber is checked on 256, every ten steps.

    python benchmarks/algorithms.py --seeds 0 1 2

writes `benchmarks/results/algorithms.json` after each run; a run that is in it already is not repeated, so an
interrupted benchmark goes on where it was. `--only gspo cispo` takes some of the algorithms.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "algorithms.json"
QUICKSTART = ROOT / "recipes" / "quickstart.toml"
GUESS_NUMBER = ROOT / "recipes" / "guess_number.toml"

HALVED = ("optimizer.lr=1.5e-4",)
SHORT = ("grpo.clip_low=3e-3", "grpo.clip_high=4e-3")
"""Ten times the bounds of GSPO's paper, which are for responses of thousands of tokens. Those of the quickstart have 30
tokens, their mean log ratio varies ten times as much, and the paper's bounds hold back up to 9 tokens of 10."""

ALGORITHMS: dict[str, tuple[str, ...]] = {
    "grpo": HALVED,
    "dr_grpo": HALVED,
    "dapo": HALVED,
    "rloo": HALVED,
    "gspo": (*HALVED, *SHORT),
    "cispo": HALVED,
    "maxrl": HALVED,
    "reinforce": HALVED,
    "gigpo": ("run.num_val_tasks=256", "run.val_every=10"),
}
"""Settings of each beside its row of the table."""


def main() -> None:
    """Run what is missing and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2])
    parser.add_argument("--only", nargs="*", default=list(ALGORITHMS), choices=list(ALGORITHMS))
    parser.add_argument("--stop-at", type=float, default=0.93, help="accuracy on val that ends a run")
    parser.add_argument("--runs", type=Path, default=ROOT / "runs" / "algorithms", help="where the run folders go")
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()

    def one(name: str, seed: int) -> dict[str, Any]:
        return run(name, seed, arguments.stop_at, arguments.runs)

    print_table(run_missing(arguments.out, arguments.only, arguments.seeds, one))


def run_missing(
    out: Path, names: Sequence[str], seeds: Sequence[int], one: Callable[[str, int], dict[str, Any]]
) -> dict[str, dict[str, dict[str, Any]]]:
    """Make each run that the file of results does not have yet, write the file after each, and return all runs.

    Args:
        out: The file of results.
        names: What is compared.
        seeds: Of each, one run for each seed.
        one: Makes a run.
    """
    results = json.loads(out.read_text()) if out.exists() else {"machine": machine(), "runs": {}}
    for seed in seeds:
        for name in names:
            done = results["runs"].setdefault(name, {})
            if str(seed) not in done:
                done[str(seed)] = one(name, seed)
                out.parent.mkdir(exist_ok=True)
                out.write_text(json.dumps(results, indent=1) + "\n")
    runs: dict[str, dict[str, dict[str, Any]]] = results["runs"]
    return runs


def run(name: str, seed: int, stop_at: float, runs: Path) -> dict[str, Any]:
    """Train with one algorithm from the seed's warm start, and return what the run wrote."""
    recipe = GUESS_NUMBER if name == "gigpo" else QUICKSTART
    settings = [
        *(f"grpo.algorithm={name}", "grpo.num_updates=4", "run.val_every=5"),
        *(f"run.stop_at={stop_at}", "run.num_val_tasks=1024", *ALGORITHMS[name]),
    ]
    return train_from(warm_start(recipe, seed, runs), recipe, runs / f"{name}-{seed}", seed, settings)


def train_from(start: Path, recipe: Path, folder: Path, seed: int, settings: list[str]) -> dict[str, Any]:
    """Train a model that is warm already, in a new folder, and return what the run wrote."""
    shutil.rmtree(folder, ignore_errors=True)
    began_s = time.monotonic()
    rlvr("train", recipe, folder, seed, [*settings, f"model.path={start}", "warmup.is_enabled=false"])
    summary = json.loads((folder / "summary.json").read_text())
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").open()]
    return {
        "settings": settings,
        "process_s": round(time.monotonic() - began_s, 1),
        **{key: value for key, value in summary.items() if key != "examples"},
        "reward": [None if line["reward"] is None else round(line["reward"], 4) for line in lines],
        "clip_fraction": [round(line["clip_fraction"], 5) for line in lines],
        "val_accuracy": {line["step"]: line["val_accuracy"] for line in lines if "val_accuracy" in line},
    }


def warm_start(recipe: Path, seed: int, runs: Path) -> Path:
    """The warm-started model of a recipe and a seed; made once."""
    model = runs / f"{recipe.stem}-start-{seed}"
    if not model.exists():
        rlvr("warmup", recipe, runs / f"{recipe.stem}-warmup-{seed}", seed, ["run.num_threads=2"], "--out", str(model))
    return model


def rlvr(command: str, recipe: Path, folder: Path, seed: int, settings: list[str], *options: str) -> None:
    """Run a command of rlvr in a process of its own."""
    given = [f"run.seed={seed}", f"run.dir={folder}", *settings]
    words = [word for one in given for word in ("--set", one)]
    subprocess.run([sys.executable, "-m", "rlvr", command, str(recipe), *words, *options], check=True, cwd=ROOT)


def machine() -> dict[str, Any]:
    """What the numbers depend on."""
    packages = {name: version(name) for name in ("torch", "transformers")}
    return {"cores": len(os.sched_getaffinity(0)), "processor": platform.processor(), **packages}


def print_table(runs: dict[str, dict[str, dict[str, Any]]]) -> None:
    """One line for each algorithm: accuracy on `test` by seed, and the median of steps and seconds."""
    for name, seeds in runs.items():
        if seeds:
            accuracies = " ".join(
                f"{one['accuracy_before']:.3f}->{one['accuracy_after']:.3f}" for one in seeds.values()
            )
            steps = statistics.median(one["num_steps"] for one in seeds.values())
            seconds = statistics.median(one["process_s"] for one in seeds.values())
            print(f"{name:10} {accuracies}  {steps:.0f} steps  {seconds:.0f} s")


if __name__ == "__main__":
    main()
