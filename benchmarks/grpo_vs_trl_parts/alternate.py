"""Measure several workers step by step in turns, one busy at a time."""

import statistics
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any

from grpo_vs_trl_parts.settings import cores_taken_by_others
from grpo_vs_trl_parts.worker import Worker


def in_turns(makers: Mapping[str, Callable[[], Worker]], num_steps: int) -> dict[str, dict[str, Any]]:
    """Start all workers, let each take a warm-up step, then measured steps in turns.

    Returns:
        For each name its `loaded` report, its `warmup` and `steps`, and the medians `step_s` and `cpu_s`.
    """
    with ExitStack() as stack:
        workers = {name: stack.enter_context(make()) for name, make in makers.items()}
        found: dict[str, dict[str, Any]] = {}
        for name, worker in workers.items():
            found[name] = {"loaded": worker.loaded, "warmup": worker.step(), "steps": []}
        for _ in range(num_steps):
            for name, worker in workers.items():
                others = cores_taken_by_others()
                report = worker.step()
                found[name]["steps"].append(report | {"cores_taken_by_others_before": others})
                print(
                    f"  {name}: {report['step_s']:.2f} s ({report['cpu_s']:.2f} of CPU), {report['num_tokens']} tokens",
                    flush=True,
                )
    for one in found.values():
        one |= {name: median(one["steps"], name) for name in ("step_s", "cpu_s")}
    return found


def median(steps: list[dict[str, Any]], name: str) -> float:
    """Return the median of a number over the steps."""
    return round(statistics.median(step[name] for step in steps), 4)
