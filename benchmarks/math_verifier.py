"""`MathVerifier` beside Math-Verify 0.9.0: how fast each is, and whether it is right, on the same pairs in one run.

    python benchmarks/math_verifier.py                                    # everything: about five minutes
    python benchmarks/math_verifier.py --side rlvr --workload hard        # one side, one workload
    python benchmarks/math_verifier.py --limit 100 --runs 1               # a quick look

Three workloads: `real` (GSM8K and MATH-500 completions), `hard` (generated forms), `conformance` (third-party pairs);
`benchmarks/math_workloads/` says what each holds. The sides take turns (rlvr, peer, rlvr, ...), a fresh process each
time (`benchmarks/math_worker.py`), which grades every pair exactly once, one call after another: no cache survives from
one process to the next, but within one it may be hit, as in use, where answers or references repeat. Stated are the
best and the median of the runs, the latency of a pair (p50, p99, max, of the best run) by the clock and, since a busy
machine makes any pair late, in processor time of the process itself, and for each tier of a workload the right
verdicts, the false positives (accepted, wrong) and the false negatives (refused, right).

The peer is installed with pip into an environment of its own under `build/peers/`, once, and runs as its authors use
it: `verify(parse(reference), parse(response))` in its main thread with every default, its timeouts among them. It is
given the same responses as rlvr, in which it finds the answer by its own rules. A reference without mathematical
delimiters is put between dollar signs, without which it reads no LaTeX.

A run of everything writes `benchmarks/results/math_verifier.json`; any other prints only, unless `--output` is given.
The data are found through RLVR_DATA, by default `../shared/data` beside the repository.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from math_workloads.hard import hard
from math_workloads.pair import Pair, digest, thinned
from math_workloads.stored import conformance, real

REPOSITORY = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("RLVR_DATA", REPOSITORY.parent / "shared" / "data"))
RESULTS = Path(__file__).parent / "results" / "math_verifier.json"
WORKER = Path(__file__).with_name("math_worker.py")
PEER = "math-verify"
REQUIREMENT = "math-verify[antlr4-13-2]==0.9.0"
PEER_FOLDER = REPOSITORY / "build" / "peers" / "math-verify-0.9.0"
WORKLOADS: dict[str, Callable[[], list[Pair]]] = {
    "real": lambda: real(DATA),
    "hard": hard,
    "conformance": lambda: conformance(DATA),
}
NUM_RUNS = 3
MAX_RUN_S = 3600
NUM_SHOWN = 40
"""False verdicts of one side and workload that the results name."""


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--side", choices=["both", "rlvr", PEER], default="both", help="what to measure (both)")
    parser.add_argument("--workload", choices=list(WORKLOADS), action="append", help="may be given twice (all)")
    parser.add_argument(
        "--limit", type=int, help="grade so many pairs of a workload, chosen at random, the same on both sides"
    )
    parser.add_argument("--runs", type=int, default=NUM_RUNS, help=f"fresh processes a side and workload ({NUM_RUNS})")
    parser.add_argument("--output", type=Path, help=f"where the raw results go ({RESULTS.relative_to(REPOSITORY)})")
    return parser.parse_args()


def peer_python() -> Path:
    """Return the interpreter of the peer's environment, making the environment if it is not there."""
    python = PEER_FOLDER / "bin" / "python"
    if not (PEER_FOLDER / "installed").exists():
        print(f"installing {REQUIREMENT} into {PEER_FOLDER}", file=sys.stderr)
        venv.create(PEER_FOLDER, clear=True, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", REQUIREMENT], check=True)
        (PEER_FOLDER / "installed").touch()
    return python


def run(side: str, pairs: Sequence[Pair]) -> dict[str, Any]:
    """Grade the pairs once with one side in a fresh process; return what the worker wrote, and the load before."""
    python = Path(sys.executable) if side == "rlvr" else peer_python()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name:
        given, written = Path(name) / "pairs.json", Path(name) / "result.json"
        given.write_text(json.dumps([asdict(pair) for pair in pairs]), encoding="utf-8")
        command = [*map(str, (python, "-I", WORKER, side, given, written))]
        subprocess.run(command, cwd=name, check=True, stderr=subprocess.DEVNULL, timeout=MAX_RUN_S)
        result: dict[str, Any] = json.loads(written.read_bytes())
        return result | {"load_before": round(load, 2)}


def percentiles_ms(seconds: Sequence[float]) -> dict[str, float]:
    """Return the latency of a pair in milliseconds: half, 99 in 100, and all are at most so long."""
    ordered = sorted(seconds)
    places = {"p50": len(ordered) // 2, "p99": len(ordered) * 99 // 100, "max": len(ordered) - 1}
    return {name: round(ordered[place] * 1e3, 4) for name, place in places.items()}


def speed(result: dict[str, Any]) -> dict[str, Any]:
    """Return the numbers of one run that the results keep."""
    number, wall_s = len(result["outcomes"]), result["wall_s"]
    return {
        "pairs_per_s": round(number / wall_s, 1),
        "pairs_per_cpu_s": round(number / max(result["cpu_s"], 0.01), 1),
        "wall_s": round(wall_s, 4),
        "cpu_s": round(result["cpu_s"], 2),
        "wall_ms": percentiles_ms([wall for _, wall, _ in result["outcomes"]]),
        "cpu_ms": percentiles_ms([cpu for _, _, cpu in result["outcomes"]]),
        "startup_s": round(result["startup_s"], 2),
        "peak_mb": result["peak_mb"],
        "load_before": result["load_before"],
    }


def agreement(pairs: Sequence[Pair], outcomes: Sequence[tuple[str, float, float]]) -> dict[str, Any]:
    """Count right verdicts and both kinds of false ones, and say how fast these pairs went."""
    accepted = [verdict == "CORRECT" for verdict, _, _ in outcomes]
    both = list(zip(pairs, accepted, strict=True))
    num_right = sum(pair.is_right is one for pair, one in both)
    return {
        "num_pairs": len(pairs),
        "num_right": num_right,
        "accuracy": round(num_right / len(pairs), 4),
        "false_positives": sum(one and not pair.is_right for pair, one in both),
        "false_negatives": sum(pair.is_right and not one for pair, one in both),
        "pairs_per_s": round(len(pairs) / sum(wall for _, wall, _ in outcomes), 1),
    }


def first_sight(pairs: Sequence[Pair], outcomes: Sequence[tuple[str, float, float]]) -> dict[str, Any]:
    """Return the speed on the pairs whose reference no earlier pair had, where no cache can help."""
    walls_by_reference: dict[str, float] = {}
    for pair, (_, wall, _) in zip(pairs, outcomes, strict=True):
        walls_by_reference.setdefault(pair.reference, wall)
    walls = walls_by_reference.values()
    return {"num_pairs": len(walls), "pairs_per_s": round(len(walls) / sum(walls), 1)}


def summary(pairs: Sequence[Pair], results: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return what one side did on one workload."""
    best = min(results, key=lambda result: result["wall_s"])
    runs = [speed(result) for result in results]
    outcomes = best["outcomes"]
    both = list(zip(pairs, outcomes, strict=True))
    tiers = {
        tier: agreement(*zip(*[one for one in both if one[0].tier == tier], strict=True))
        for tier in dict.fromkeys(pair.tier for pair in pairs)
    }
    false = [(pair, verdict) for pair, (verdict, _, _) in both if (verdict == "CORRECT") is not pair.is_right]
    verdicts = [verdict for verdict, _, _ in outcomes]
    return {
        "best_pairs_per_s": max(one["pairs_per_s"] for one in runs),
        "median_pairs_per_s": round(statistics.median(one["pairs_per_s"] for one in runs), 1),
        "best_pairs_per_cpu_s": max(one["pairs_per_cpu_s"] for one in runs),
        "median_pairs_per_cpu_s": round(statistics.median(one["pairs_per_cpu_s"] for one in runs), 1),
        "wall_ms": speed(best)["wall_ms"],
        "cpu_ms": speed(best)["cpu_ms"],
        "references_seen_first": first_sight(pairs, outcomes),
        "all": agreement(pairs, outcomes),
        "tiers": tiers,
        "verdicts": {verdict: verdicts.count(verdict) for verdict in sorted(set(verdicts))},
        "same_verdicts_in_every_run": all([one[0] for one in result["outcomes"]] == verdicts for result in results),
        "false_verdicts": [f"{verdict}: {pair.name}: {pair.reference[:80]}" for pair, verdict in false[:NUM_SHOWN]],
        "runs": runs,
    }


def compared(sides: dict[str, dict[str, Any]]) -> dict[str, float]:
    """Return how many times as fast as the peer rlvr is."""
    ours, peer = sides["rlvr"], sides[PEER]
    names = [name for name in ours if name.endswith("_s")]
    return {name.removesuffix("_pairs_per_s"): round(ours[name] / peer[name], 1) for name in names}


def measure(pairs: Sequence[Pair], sides: Sequence[str], num_runs: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run the sides in turns; return the workload's results and the versions of what ran."""
    results: dict[str, list[dict[str, Any]]] = {side: [] for side in sides}
    for index in range(num_runs):
        for side in sides:
            results[side].append(run(side, pairs))
            print(f"  {side}, run {index + 1}: {speed(results[side][-1])['pairs_per_s']} pairs/s", file=sys.stderr)
    kept: dict[str, Any] = {"num_pairs": len(pairs), "num_wrong": sum(not pair.is_right for pair in pairs)}
    kept |= {"digest": digest(pairs), "sides": {side: summary(pairs, results[side]) for side in sides}}
    if len(sides) > 1:
        kept["times_as_fast"] = compared(kept["sides"])
    return kept, {side: results[side][0]["versions"] for side in sides}


def table(name: str, workload: dict[str, Any]) -> str:
    """Return one workload's results as lines of text."""
    lines = [f"\n{name}: {workload['num_pairs']} pairs, {workload['num_wrong']} of them wrong"]
    for side, one in workload["sides"].items():
        clock, processor = (
            "  ".join(f"{key} {value:8.3f}" for key, value in one[which].items()) for which in ("wall_ms", "cpu_ms")
        )
        lines += [
            f"  {side:12} pairs/s: best {one['best_pairs_per_s']:9,.1f}  median {one['median_pairs_per_s']:9,.1f}"
            f"  best per processor second {one['best_pairs_per_cpu_s']:9,.1f}",
            f"    ms a pair: {clock}; in processor time: {processor}",
        ]
        for tier, counts in {"all": one["all"], **(one["tiers"] if len(one["tiers"]) < 10 else {})}.items():
            lines.append(
                f"    {tier:17}{counts['num_pairs']:6} pairs {counts['pairs_per_s']:9,.1f}/s"
                f"  right {counts['accuracy']:7.2%}"
                f"  false positives {counts['false_positives']:3}  false negatives {counts['false_negatives']:3}"
            )
    if "times_as_fast" in workload:
        lines.append("  rlvr is so many times as fast: " + json.dumps(workload["times_as_fast"]))
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and keep the raw numbers."""
    given = arguments()
    sides = ["rlvr", PEER] if given.side == "both" else [given.side]
    if PEER in sides:
        peer_python()
    workloads: dict[str, Any] = {}
    versions: dict[str, Any] = {}
    for name in given.workload or WORKLOADS:
        print(f"{name} ...", file=sys.stderr)
        pairs = thinned(WORKLOADS[name](), given.limit)
        workloads[name], versions = measure(pairs, sides, given.runs)
        print(table(name, workloads[name]), flush=True)
    is_whole = len(workloads) == len(WORKLOADS) and len(sides) > 1 and given.limit is None and given.runs >= NUM_RUNS
    output = given.output or (RESULTS if is_whole else None)
    if output is not None:
        about = {"num_cores": len(os.sched_getaffinity(0)), "machine": platform.machine()}
        results = {"num_runs": given.runs, **about, "python": platform.python_version(), "versions": versions}
        output.write_text(json.dumps(results | {"workloads": workloads}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
