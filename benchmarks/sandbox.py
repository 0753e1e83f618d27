"""How fast the sandbox is: trivial programs a second, beside `docker run`, and with programs that hang among them.

    python benchmarks/sandbox.py                         # everything: about ten minutes
    python benchmarks/sandbox.py --part batches          # one part; prints only
    python benchmarks/sandbox.py --rounds 1              # a quick look

The trivial program is `print(sum(map(int, input().split())))`, and every answer is checked. The parts are in
`benchmarks/sandbox_parts/`: `tiers` (sustained rate and latency, default number of slots), `docker_run` (the docker
tier beside a container per program), `batches` and `streams` (1 program in 100 hangs: it sleeps, burns a CPU, or forks
children that do), `verifier` (tests a second through `CodeVerifier`), `slots` (what a slot's replacement costs).

The sides of a comparison take turns in blocks, in one process, and each block says how many cores others used right
before it: on a busy machine the numbers mean little. Stated are medians over blocks, with all blocks kept. A run of
everything writes `benchmarks/results/sandbox.json`; any other prints only, unless `--output` is given.
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sandbox_parts import hangers, slots, tiers, verifier

from rlvr.sandbox.programs.docker_engine import Engine

RESULTS = Path(__file__).parent / "results" / "sandbox.json"
NUM_ROUNDS = 5
BLOCK_S = 4.0
STREAM_SHARE = 2
"""Streams take long, so there are so many times fewer rounds of them."""
PARTS: dict[str, Callable[[int], dict[str, Any]]] = {
    "tiers": lambda rounds: tiers.tiers(["docker", "bubblewrap", "process"], rounds, BLOCK_S),
    "docker_run": lambda rounds: tiers.beside_docker_run(rounds, BLOCK_S),
    "batches": lambda rounds: hangers.batches(3 * rounds),
    "streams": lambda rounds: hangers.streams(-(-rounds // STREAM_SHARE)),
    "verifier": verifier.verifier,
    "slots": slots.slots,
}


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=list(PARTS), action="append", help="may be given twice (all)")
    parser.add_argument("--rounds", type=int, default=NUM_ROUNDS, help=f"blocks of each side ({NUM_ROUNDS})")
    parser.add_argument("--output", type=Path, help="where the raw results go (benchmarks/results/sandbox.json)")
    return parser.parse_args()


def about() -> dict[str, Any]:
    """Return what the numbers depend on."""
    engine = Engine()
    names = {"docker_engine": "ServerVersion", "container_runtime": "DefaultRuntime", "storage": "Driver"}
    found = {name: engine.info.get(key) for name, key in names.items()} | {"cgroup": engine.info.get("CgroupVersion")}
    engine.close()
    return {
        "num_cores": len(os.sched_getaffinity(0)),
        "machine": platform.machine(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("rlvr", "docker")} | found,
    }


def without_blocks(result: Any) -> Any:
    """Return a result without its raw blocks, for a look."""
    if not isinstance(result, dict):
        return result
    return {name: without_blocks(value) for name, value in result.items() if name != "blocks"}


def main() -> None:
    """Measure, print, and keep the raw numbers."""
    given = arguments()
    results: dict[str, Any] = about() | {"num_rounds": given.rounds, "load_before": os.getloadavg()[0]}
    for name in given.part or PARTS:
        print(f"{name} ...", file=sys.stderr)
        results[name] = PARTS[name](given.rounds)
        print(json.dumps({name: without_blocks(results[name])}, indent=1), flush=True)
    output = given.output or (RESULTS if not given.part and given.rounds >= NUM_ROUNDS else None)
    if output is not None:
        output.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
