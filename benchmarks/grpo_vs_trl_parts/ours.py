"""Our side's worker: `train()` with a view that waits before each step.

    python -m grpo_vs_trl_parts.ours JOB.json

The job has a recipe, as a mapping, and whether a step without an update is an error: its time would say nothing.
"""

from typing import Any

import torch
import transformers

from grpo_vs_trl_parts.channel import Channel, Stopped, read_job
from grpo_vs_trl_parts.gpu_memory import gpu_memory
from rlvr._version import __version__
from rlvr.grpo.recipe import build_config
from rlvr.grpo.trainer import train


class Gate:
    """The view of a run: each step waits for the benchmark's order and is reported to it."""

    def __init__(self, channel: Channel, *, needs_update: bool) -> None:
        self._channel = channel
        self._needs_update = needs_update

    def say(self, text: str) -> None:
        """Everything is loaded when the run first says something."""
        self._channel.loaded(side="rlvr", versions=versions(), about=text)

    def warmup(self, step: int, loss: float, accuracy: float) -> None:
        """There is none: the model is given."""

    def step(self, metrics: dict[str, Any], num_steps: int) -> None:  # noqa: ARG002 the view's interface
        """Report, and wait."""
        if self._needs_update and not metrics["num_updates"]:
            raise RuntimeError(f"a step without an update cannot be compared: {metrics['warning']}")
        timing = metrics["timing"]
        facts = {name: metrics.get(name) for name in ("reward", "num_tokens", "mean_tokens", "val_accuracy", "loss")}
        self._channel.stepped(timing.get("val_s", 0.0), timing=timing, **facts, **gpu_memory())


def versions() -> dict[str, str]:
    """Return what our side's figures depend on."""
    found = {"rlvr": __version__, "torch": torch.__version__, "transformers": transformers.__version__}
    return {name: str(version) for name, version in found.items()}


def main() -> None:
    """Run the job."""
    channel, job = Channel(), read_job()
    try:
        train(build_config(job["recipe"]), Gate(channel, needs_update=job.get("needs_update", False)), is_fresh=True)
    except Stopped:
        return
    channel.finished()


if __name__ == "__main__":
    main()
