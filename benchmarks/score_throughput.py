"""How fast `rlvr score` is, and whether it is right: GSM8K model solutions, repeated 100 times.

    python benchmarks/score_throughput.py

It runs the command of the README on the file of real model solutions (900 bytes a row) repeated into a temporary
folder, three times, counts the rows whose verdict differs from the publisher's `is_correct`, and writes the raw numbers
to `benchmarks/results/score_throughput.json`. Start-up is measured by the command itself and counted separately.
The data are found through RLVR_DATA, by default `../shared/data` beside the repository.
"""

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[1]
DATA = Path(os.environ.get("RLVR_DATA", REPOSITORY.parent / "shared" / "data")) / "gsm8k_model_solutions.jsonl"
RESULTS = Path(__file__).parent / "results" / "score_throughput.json"
NUM_REPEATS = 100
NUM_RUNS = 3
RULE = "regex:A: ?(.*)"
OPTIONS = [
    *("--verifier", "numeric", "--response-field", "solution", "--reference-field", "ground_truth"),
    *("--extract", RULE, "--reference-extract", RULE),
]


def score(folder: Path) -> dict[str, Any]:
    """Run the command once and return its summary with what it cost."""
    load = os.getloadavg()[0]
    command = [sys.executable, "-m", "rlvr", "score", "repeated.jsonl", "-o", "scored.jsonl"]
    subprocess.run([*command, *OPTIONS, "--overwrite"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    summary = json.loads((folder / "scored.jsonl.summary.json").read_bytes())
    names = ("num_rows", "rows_per_s", "wall_s", "startup_s", "num_workers", "counts", "mean")
    return {name: summary[name] for name in names} | {"load_before": round(load, 2)}


def num_disagreements(scored: Path) -> int:
    """Count the rows whose verdict is not the publisher's label."""
    with scored.open("rb") as rows:
        parsed = map(json.loads, rows)
        return sum((row["score"]["verdict"] == "CORRECT") is not row["is_correct"] for row in parsed)


def main() -> None:
    """Measure, print, and keep the raw numbers."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "repeated.jsonl").open("wb") as repeated:
            for _ in range(NUM_REPEATS):
                repeated.write(DATA.read_bytes())
        runs = [score(folder) for _ in range(NUM_RUNS)]
        wrong = num_disagreements(folder / "scored.jsonl")
    results = {
        "command": " ".join(["rlvr score repeated.jsonl -o scored.jsonl", *OPTIONS]),
        "input": f"{DATA.name} x {NUM_REPEATS}",
        "input_mb": round(DATA.stat().st_size * NUM_REPEATS / 1e6, 1),
        "num_disagreements_with_is_correct": wrong,
        "best_rows_per_s": max(run["rows_per_s"] for run in runs),
        "peak_mb_of_any_process": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        "runs": runs,
        "num_cores": len(os.sched_getaffinity(0)),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "rlvr": version("rlvr"),
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
