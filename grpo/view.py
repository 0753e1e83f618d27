"""What a run tells the person who started it; the command line draws it, tests and scripts may stay silent."""

from typing import Any, Protocol


class View(Protocol):
    """Receives what happens, in order."""

    def say(self, text: str) -> None:
        """Something worth a line: a phase that begins, a resumption, a warning."""

    def warmup(self, step: int, loss: float, accuracy: float) -> None:
        """A check of the warm start."""

    def step(self, metrics: dict[str, Any], num_steps: int) -> None:
        """A finished step of the training loop, as it stands in `metrics.jsonl`."""


class SilentView:
    """Says nothing."""

    def say(self, text: str) -> None:
        """Nothing."""

    def warmup(self, step: int, loss: float, accuracy: float) -> None:
        """Nothing."""

    def step(self, metrics: dict[str, Any], num_steps: int) -> None:
        """Nothing."""
