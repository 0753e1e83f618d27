"""Measure several workers step by step in turns, one busy at a time."""

import statistics
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any

from grpo_vs_trl_parts.settings import cores_taken_by_others
from grpo_vs_trl_parts.worker import Worker

MEDIANS = ("step_s", "cpu_s", "s_per_token")
"""Seconds of a step: the clock's, the processor's, and the clock's for each sampled token."""


def in_turns(
    makers: Mapping[str, Callable[[], Worker]], num_steps: int, *, is_apart: bool = False
) -> dict[str, dict[str, Any]]:
    """Start all workers, let each take a warm-up step, then measured steps in turns.

    Args:
        makers: What starts each worker.
        num_steps: Measured steps of each.
        is_apart: One worker after the other, where not all fit into a device's memory.

    Returns:
        For each name its `loaded` report, its `warmup` and `steps`, and the medians.
    """
    if is_apart and len(makers) > 1:
        return {name: in_turns({name: make}, num_steps)[name] for name, make in makers.items()}
    with ExitStack() as stack:
        workers = {name: stack.enter_context(make()) for name, make in makers.items()}
        found: dict[str, dict[str, Any]] = {}
        for name, worker in workers.items():
            found[name] = {"loaded": worker.loaded, "warmup": worker.step(), "steps": []}
        for _ in range(num_steps):
            for name, worker in workers.items():
                others = cores_taken_by_others()
                report = worker.step()
                per_token = {"s_per_token": round(report["step_s"] / report["num_tokens"], 7)}
                found[name]["steps"].append(report | per_token | {"cores_taken_by_others_before": others})
                print(
                    f"  {name}: {report['step_s']:.2f} s ({report['cpu_s']:.2f} of CPU), {report['num_tokens']} tokens",
                    flush=True,
                )
    for one in found.values():
        one |= {name: median(one["steps"], name) for name in MEDIANS}
    return found


def median(steps: list[dict[str, Any]], name: str) -> float:
    """Return the median of a number over the steps."""
    return round(statistics.median(step[name] for step in steps), 7)
