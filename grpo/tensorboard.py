"""The curves of a run for TensorBoard; what a resumed run repeats replaces what was written before."""

import warnings
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rlvr.grpo.metrics import scalars

_FLUSH_S = 5
"""Ctrl-C in the middle of a write may leave the writer's thread asleep until its next flush, and closing waits."""


class TensorboardCurves:
    """Writes each step's numbers under `tensorboard/` in the run folder."""

    def __init__(self, folder: Path, first_step: int) -> None:
        """Open the writer.

        Args:
            folder: The run folder.
            first_step: Steps done; what stands there of later ones is replaced.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            from torch.utils.tensorboard import SummaryWriter
        path = str(folder / "tensorboard")
        self._writer: Any = SummaryWriter(path, purge_step=first_step + 1, flush_secs=_FLUSH_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()

    def add(self, metrics: dict[str, Any]) -> None:
        """Write one step."""
        for name, value in scalars(metrics).items():
            self._writer.add_scalar(name.replace(".", "/"), value, metrics["step"])
        for alarm in metrics["alarms"]:
            self._writer.add_text(f"alarms/{alarm['name']}", alarm["message"], metrics["step"])
