"""What a run tells the person who started it; the command line draws it, tests and scripts may stay silent."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol


class View(Protocol):
    """Receives what happens, in order."""

    def say(self, text: str) -> None:
        """Something worth a line: a phase that begins, a resumption, a warning."""

    def warmup(self, step: int, loss: float, accuracy: float) -> None:
        """A check of the warm start."""

    def step(self, metrics: dict[str, Any], num_steps: int) -> None:
        """A finished step of the training loop, as it stands in `metrics.jsonl`."""

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

    def stoppable(self) -> AbstractContextManager[Callable[[], bool]]:
        """Nobody waits: an interruption is one at once."""
        return nullcontext(lambda: False)
