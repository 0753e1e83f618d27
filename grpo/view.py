"""What a run tells the person who started it; the command line draws it, tests and scripts may stay silent."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol, runtime_checkable


class View(Protocol):
    """Receives what happens, in order."""

    def say(self, text: str) -> None:
        """Something worth a line: a phase that begins, a resumption, a warning."""

    def warmup(self, step: int, loss: float, accuracy: float) -> None:
        """A check of the warm start."""

    def step(self, metrics: dict[str, Any], num_steps: int) -> None:
        """A finished step of the training loop, as it stands in `metrics.jsonl`."""


@runtime_checkable
class Stoppable(Protocol):
    """A view that, beside what a view is told, hears from the person."""

    def stoppable(self) -> AbstractContextManager[Callable[[], bool]]:
        """Within the block, who wants the run to stop has to wait for the end of a step; gives what tells of it."""


class SilentView:
    """Says nothing."""

    def say(self, text: str) -> None:
        """Nothing."""

    def warmup(self, step: int, loss: float, accuracy: float) -> None:
        """Nothing."""

    def step(self, metrics: dict[str, Any], num_steps: int) -> None:
        """Nothing."""
