"""What it costs to make a slot and to end one."""

import time
from typing import Any

from rlvr.sandbox import Limits
from rlvr.sandbox.programs.bubblewrap import BubblewrapTier
from rlvr.sandbox.programs.docker_tier import DockerTier
from rlvr.sandbox.programs.slot import Shape
from sandbox_parts.blocks import busy_s, cores_taken_by_others, medians

TIERS = {"docker": DockerTier, "bubblewrap": BubblewrapTier}


def slots(num_rounds: int) -> dict[str, Any]:
    """Make and end slots, in turns; return medians and all blocks."""
    blocks: dict[str, list[dict[str, Any]]] = {name: [] for name in TIERS}
    tiers = {name: make() for name, make in TIERS.items()}
    try:
        for _ in range(num_rounds):
            for name, tier in tiers.items():
                others, cpu_s, start = cores_taken_by_others(), busy_s(), time.perf_counter()
                slot = tier.make_slot(Shape.of(Limits()))
                made = time.perf_counter()
                slot.destroy()
                blocks[name].append(
                    {
                        "make_ms": round((made - start) * 1e3, 1),
                        "end_ms": round((time.perf_counter() - made) * 1e3, 1),
                        "machine_cpu_ms": round((busy_s() - cpu_s) * 1e3),
                        "cores_taken_by_others_before": others,
                    }
                )
    finally:
        for tier in tiers.values():
            tier.close()
    return {name: {"medians": medians(found), "blocks": found} for name, found in blocks.items()}
