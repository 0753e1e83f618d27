"""The quickstart for several seeds, and the control in which rewards are shuffled.

The control goes through the same recipe from the same warm start with the rewards of each step dealt out at random over
its rollouts: whatever it gains was not learned from the verifier. Each run is a process of its own, one after another.

    python benchmarks/quickstart.py --seeds 0 1 2 --control-seed 0

writes `benchmarks/results/quickstart.json`: each run's `summary.json` and its curve of reward and validation accuracy.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "quickstart.json"


def main() -> None:
    """Run everything and write the results after each run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2])
    parser.add_argument("--control-seed", type=int, default=0)
    parser.add_argument("--recipe", type=Path, default=ROOT / "recipes" / "quickstart.toml")
    parser.add_argument("--runs", type=Path, default=ROOT / "runs" / "benchmark")
    arguments = parser.parse_args()
    results: dict[str, Any] = {"machine": machine(), "seeds": {}, "control": None}
    for seed in arguments.seeds:
        results["seeds"][str(seed)] = run(arguments.recipe, arguments.runs / f"seed-{seed}", seed)
        write(results)
    results["control"] = run(
        arguments.recipe, arguments.runs / "control", arguments.control_seed, "grpo.shuffle_rewards=true"
    )
    write(results)


def run(recipe: Path, folder: Path, seed: int, *settings: str) -> dict[str, Any]:
    """Train from scratch in a new process and return what it wrote, with the wall time seen from outside."""
    shutil.rmtree(folder, ignore_errors=True)
    given = [f"run.seed={seed}", f"run.dir={folder}", *settings]
    command = [sys.executable, "-m", "rlvr", "train", str(recipe), *(part for one in given for part in ("--set", one))]
    started_s = time.monotonic()
    subprocess.run(command, check=True, cwd=ROOT)
    process_s = round(time.monotonic() - started_s, 1)
    summary = json.loads((folder / "summary.json").read_text())
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").open()]
    return {
        "settings": list(settings),
        "process_s": process_s,
        **{key: value for key, value in summary.items() if key != "examples"},
        "reward": [round(line["reward"], 4) for line in lines],
        "val_accuracy": {line["step"]: line["val_accuracy"] for line in lines if "val_accuracy" in line},
    }


def machine() -> dict[str, Any]:
    """What the numbers depend on."""
    return {"cores": len(os.sched_getaffinity(0)), "processor": platform.processor(), "python": sys.version.split()[0]}


def write(results: dict[str, Any]) -> None:
    """Write the results and print the line that matters of each run."""
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    for name, one in [*results["seeds"].items(), ("control", results["control"])]:
        if one is not None:
            print(f"{name}: {one['accuracy_before']:.3f} -> {one['accuracy_after']:.3f} in {one['process_s']:.0f} s")


if __name__ == "__main__":
    main()
