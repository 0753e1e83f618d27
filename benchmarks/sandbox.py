"""Measures the sandbox: programs a second and latency by tier, beside `docker run`, and with programs that hang.

    python benchmarks/sandbox.py                      # all parts, about five minutes; writes results/sandbox.json
    python benchmarks/sandbox.py --parts tiers docker_run --rounds 1 --out /tmp/sandbox.json

The sides of a part take turns in blocks; medians over the blocks are stated beside all of them. Each block notes how
many cores others used just before it: with more than some tenths of one, figures of that block are of a shared machine.
Answers are checked while the clock runs. Needs a Docker engine, and its command line for `docker run`.
"""

import argparse
import json
import os
import platform
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sandbox_parts.hangers import batches, streams
from sandbox_parts.slots import slots
from sandbox_parts.tiers import beside_docker_run, tiers
from sandbox_parts.verifying import verifying

from rlvr import __version__

RESULTS = Path(__file__).parent / "results" / "sandbox.json"
TIERS = ["docker", "bubblewrap", "process"]
PARTS: dict[str, Callable[[int], dict[str, Any]]] = {
    "tiers": lambda rounds: tiers(TIERS, rounds, 3.0),
    "docker_run": lambda rounds: beside_docker_run(rounds, 3.0),
    "hangers": lambda rounds: batches(3 * rounds),
    "streams": lambda _: streams(1),
    "verifier": lambda rounds: {tier: verifying(tier, rounds) for tier in TIERS[:2]},
    "slots": lambda rounds: slots(3 * rounds),
}


def main() -> None:
    """Run the parts asked for, and write each as soon as it is done."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="what to measure; all")
    parser.add_argument("--rounds", type=int, default=3, help="blocks of each side; 3")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the results go")
    given = parser.parse_args()
    results: dict[str, Any] = {"machine": machine(), "num_rounds": given.rounds}
    for part in given.parts:
        print(f"{part} ...", flush=True)
        results[part] = PARTS[part](given.rounds)
        given.out.write_text(json.dumps(results, indent=1) + "\n")
        print(json.dumps(without_blocks(results[part]), indent=1), flush=True)


def machine() -> dict[str, Any]:
    """Return what the figures depend on."""
    command = ["docker", "version", "--format", "{{.Server.Version}}"]
    engine = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    return {
        "num_cores": len(os.sched_getaffinity(0)),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "engine": engine.stdout.strip(),
        "rlvr": __version__,
    }


def without_blocks(found: Any) -> Any:
    """Return results with their summaries only."""
    if not isinstance(found, dict):
        return found
    return {name: without_blocks(value) for name, value in found.items() if name != "blocks"}


if __name__ == "__main__":
    main()
