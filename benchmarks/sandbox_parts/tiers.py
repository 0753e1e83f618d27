"""How many trivial programs a second each tier runs, and a container per program beside the docker tier."""

import subprocess
import time
from typing import Any

from rlvr.sandbox import Execution, ProgramOutcome, Sandbox, SandboxError, open_sandbox
from rlvr.sandbox.programs.docker_image import image_tag
from sandbox_parts.blocks import TRIVIAL, callers, check, cores_taken_by_others, medians, sustained

NUM_CONTAINERS = 8
"""In a block of `docker run`."""


def tiers(names: list[str], num_rounds: int, seconds: float) -> dict[str, Any]:
    """Run the tiers in turns, each in a sandbox with everything default; return medians and all blocks."""
    results: dict[str, Any] = {}
    blocks: dict[str, list[dict[str, Any]]] = {}
    opened: dict[str, Sandbox] = {}
    try:
        for name in names:
            try:
                opened[name] = open_sandbox(name)
            except (SandboxError, ValueError) as error:
                results[name] = {"skipped": str(error)}
                continue
            blocks[name] = []
            sustained(opened[name], 1.0)
        time.sleep(4)  # spares are made meanwhile
        for _ in range(num_rounds):
            for name, sandbox in opened.items():
                blocks[name].append(sustained(sandbox, seconds))
        for name, sandbox in opened.items():
            about = {"detail": sandbox.tier_detail, "num_slots": sandbox.num_slots}
            results[name] = about | {"medians": medians(blocks[name]), "blocks": blocks[name]}
    finally:
        for sandbox in opened.values():
            sandbox.close()
    return results


def docker_run(num_callers: int, number: int = NUM_CONTAINERS) -> dict[str, Any]:
    """Run so many trivial programs, each in a container made for it, from so many threads."""
    others = cores_taken_by_others()
    start = time.perf_counter()
    callers(num_callers, run_container, lambda index: index >= number)
    each_ms = (time.perf_counter() - start) / number * 1e3
    return {"ms_per_program": round(each_ms, 1), "cores_taken_by_others_before": others}


def run_container(number: int) -> None:
    """Run one trivial program with `docker run`."""
    command = ["docker", "run", "--rm", "-i", "--network", "none", image_tag(), "/usr/bin/python3", "-c", TRIVIAL]
    done = subprocess.run(command, input=b"%d 2 3\n" % number, capture_output=True, check=True, timeout=60)
    check(number, Execution(ProgramOutcome.OK, stdout=done.stdout))


def beside_docker_run(num_rounds: int, seconds: float) -> dict[str, Any]:
    """Run blocks in turns: the sandbox, `docker run` one after another, and as many at one time as there are slots."""
    ours, one, many = [], [], []
    with open_sandbox("docker") as sandbox:
        sustained(sandbox, 1.0)
        time.sleep(4)  # spares are made meanwhile
        for _ in range(num_rounds):
            ours.append(sustained(sandbox, seconds))
            one.append(docker_run(1))
            many.append(docker_run(sandbox.num_slots))
    each_ms = 1e3 / medians(ours)["per_s"]
    return {
        "sandbox_ms_per_program": round(each_ms, 3),
        "times_as_fast_as_docker_run": round(medians(one)["ms_per_program"] / each_ms, 1),
        "times_as_fast_as_docker_run_on_all_cores": round(medians(many)["ms_per_program"] / each_ms, 1),
        "medians": {"sandbox": medians(ours), "docker_run": medians(one), "docker_run_on_all_cores": medians(many)},
        "blocks": {"sandbox": ours, "docker_run": one, "docker_run_on_all_cores": many},
    }
