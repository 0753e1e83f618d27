"""A progress bar on standard error, where a person is looking; nothing at all elsewhere."""

import sys
from types import TracebackType
from typing import Self


class ProgressBar:
    """Shows how far a known or unknown amount of work has come; messages go above the bar.

    Args:
        title: What is being done.
        total: How much there is to do; None where nobody knows.
    """

    def __init__(self, title: str, total: int | None) -> None:
        self._bar = None
        if not sys.stderr.isatty():
            return
        from rich.console import Console
        from rich.progress import Progress

        self._bar = Progress(console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task(title, total=total)

    def advance_to(self, completed: int) -> None:
        """Move the bar."""
        if self._bar is not None:
            self._bar.update(self._task, completed=completed)

    def tell(self, message: str) -> None:
        """Write a line to standard error without tearing the bar."""
        if self._bar is None:
            sys.stderr.write(f"{message}\n")
        else:
            self._bar.console.print(message, markup=False, highlight=False, soft_wrap=True)

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
