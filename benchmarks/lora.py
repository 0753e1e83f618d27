"""LoRA against training all weights, on the quickstart: the same warm start, the same steps, for several seeds.

`full` is `recipes/quickstart.toml` and `lora` is `recipes/quickstart_lora.toml`, which differ in the adapter and the
learning rate. For each seed both go on from one warm-started model. Nothing ends a run early, and the accuracy that
counts is that on `test`, measured once after the last step, on `--num-eval-tasks` tasks that are the same for both.

    python benchmarks/lora.py --seeds 0 1 2

writes `benchmarks/results/lora.json` after each run; a run that is in it already is not repeated, so an interrupted
benchmark goes on where it was. The last line is how far the mean accuracy of `lora` is from that of `full`.
"""

import argparse
import statistics
from pathlib import Path
from typing import Any

from algorithms import QUICKSTART, ROOT, print_table, run_missing, train_from, warm_start

RESULTS = ROOT / "benchmarks" / "results" / "lora.json"

RECIPES = {"full": QUICKSTART, "lora": ROOT / "recipes" / "quickstart_lora.toml"}
"""What is compared."""


def main() -> None:
    """Run what is missing and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2])
    parser.add_argument("--only", nargs="*", default=list(RECIPES), choices=list(RECIPES))
    parser.add_argument("--num-eval-tasks", type=int, default=1024)
    parser.add_argument("--runs", type=Path, default=ROOT / "runs" / "lora", help="where the run folders go")
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()

    def one(name: str, seed: int) -> dict[str, Any]:
        start = warm_start(QUICKSTART, seed, arguments.runs)
        settings = [f"run.num_eval_tasks={arguments.num_eval_tasks}"]
        return train_from(start, RECIPES[name], arguments.runs / f"{name}-{seed}", seed, settings)

    runs = run_missing(arguments.out, arguments.only, arguments.seeds, one)
    print_table(runs)
    print_difference(runs)


def print_difference(runs: dict[str, dict[str, dict[str, Any]]]) -> None:
    """How far apart the two are, over the seeds that both have."""
    seeds = sorted(runs.get("full", {}).keys() & runs.get("lora", {}).keys())
    if seeds:
        full, lora = (statistics.mean(runs[name][seed]["accuracy_after"] for seed in seeds) for name in RECIPES)
        print(f"seeds {' '.join(seeds)}: full {full:.3f}, lora {lora:.3f}, difference {lora - full:+.3f}")


if __name__ == "__main__":
    main()
