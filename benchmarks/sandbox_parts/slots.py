"""What making and ending a slot costs, in time and in the machine's CPU time."""

import time
from collections.abc import Callable
from typing import Any

from rlvr.sandbox import Limits, SandboxError
from rlvr.sandbox.programs.bubblewrap import BubblewrapTier
from rlvr.sandbox.programs.docker_tier import DockerTier
from rlvr.sandbox.programs.pool import Tier
from rlvr.sandbox.programs.slot import Shape
from sandbox_parts.blocks import busy_s, cores_taken_by_others, medians

NUM_SLOTS = 5
_SETTLE_S = 0.3
"""The kernel goes on for a while after a slot has ended."""
TIERS: dict[str, Callable[[], Tier]] = {"docker": DockerTier, "bubblewrap": BubblewrapTier}


def block(tier: Tier) -> dict[str, Any]:
    """Make and end slots, one after another; return what each took, less what others took before."""
    others = cores_taken_by_others()
    shape = Shape.of(Limits())
    start, cpu_s = time.perf_counter(), busy_s()
    slots = [tier.make_slot(shape) for _ in range(NUM_SLOTS)]
    made_s = time.perf_counter() - start
    ending = time.perf_counter()
    for slot in slots:
        slot.destroy()
    ended_s = time.perf_counter() - ending
    time.sleep(_SETTLE_S)
    used_s = busy_s() - cpu_s - others * (time.perf_counter() - start)
    return {
        "make_ms": round(made_s / NUM_SLOTS * 1e3, 1),
        "end_ms": round(ended_s / NUM_SLOTS * 1e3, 1),
        "machine_cpu_ms": round(used_s / NUM_SLOTS * 1e3, 1),
        "cores_taken_by_others_before": others,
    }


def slots(num_rounds: int) -> dict[str, Any]:
    """Make and end slots of each tier in turns."""
    results: dict[str, Any] = {}
    for name, open_tier in TIERS.items():
        try:
            tier = open_tier()
        except SandboxError as error:
            results[name] = {"skipped": str(error)}
            continue
        blocks = [block(tier) for _ in range(num_rounds)]
        tier.close()
        results[name] = {"medians": medians(blocks), "blocks": blocks}
    return results
