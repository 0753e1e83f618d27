"""How `rlvr train` looks: a live line on a terminal, plain lines elsewhere, and a closing table."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from rlvr.cli.errors import interrupt

_PLAIN_EVERY_S = 10.0
_SHOWN = 3


class TrainView:
    """A `rlvr.grpo.view.View` on a console."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[numbers]}"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._bar = self._progress.add_task("step", total=None, visible=False, numbers="")
        self._val = ""
        self._alarm = ""
        self._said_s = 0.0

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def say(self, text: str) -> None:
        """Print a line above the live one."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def warmup(self, step: int, loss: float, accuracy: float) -> None:
        """Print a check of the warm start."""
        self.say(f"warm start step {step}: loss {loss:.3f}, val accuracy {accuracy:.3f}")

    def step(self, metrics: dict[str, Any], num_steps: int) -> None:
        """Move the bar; print a line for an alarm, a warning, a check on `val`, and now and then without a terminal."""
        reward = "-" if metrics["reward"] is None else f"{metrics['reward']:.3f}"
        for key in ("val_accuracy_start", "val_accuracy"):
            if key in metrics:
                self._val = f" val {metrics[key]:.3f}"
        for alarm in metrics["alarms"]:
            self._alarm = f" alarm {alarm['name']} (step {metrics['step']})"
            self.say(f"step {metrics['step']}: alarm {alarm['name']}: {alarm['message']}")
        numbers = f"reward {reward}{self._val} {metrics['timing']['tokens_per_s']:,.0f} tokens/s{self._alarm}"
        self._progress.update(
            self._bar, completed=metrics["step"], total=num_steps, visible=True, numbers=numbers, refresh=True
        )
        if metrics["warning"]:
            self.say(f"step {metrics['step']}: {metrics['warning']}")
        is_due = not self._console.is_terminal and time.monotonic() - self._said_s > _PLAIN_EVERY_S
        if is_due or "val_accuracy" in metrics or metrics["step"] == num_steps:
            self._said_s = time.monotonic()
            self.say(f"step {metrics['step']}/{num_steps}: {numbers}")

    @contextmanager
    def stoppable(self) -> Iterator[Callable[[], bool]]:
        """Within the block, the first Ctrl-C is noted and the second interrupts."""
        asked: list[int] = []

        def note(number: int, frame: FrameType | None) -> None:
            if asked:
                interrupt(number, frame)
            asked.append(number)
            self.say("finishing this step and writing a checkpoint; Ctrl-C again stops at once, without")

        before = signal.signal(signal.SIGINT, note)
        try:
            yield lambda: bool(asked)
        finally:
            signal.signal(signal.SIGINT, before)


def closing_table(summary: dict[str, Any]) -> Table:
    """A few responses before and after, with the accuracies in the heads."""
    heads = [f"{when} ({_percent(summary[f'accuracy_{when}'])})" for when in ("before", "after")]
    table = Table(title=f"{summary['num_eval_tasks']} test tasks", show_lines=True)
    for head in ("prompt", *heads):
        table.add_column(head, overflow="fold")
    for example in summary["examples"][:_SHOWN]:
        cells = [f"{example[when]['response']}\n{example[when]['verdict']}" for when in ("before", "after")]
        table.add_row(*(_plain(cell) for cell in (example["prompt"], *cells)))
    return table


def _plain(text: str) -> str:
    """Model text is data: no markup, no control characters."""
    shown = "".join(char if char.isprintable() or char == "\n" else "\N{REPLACEMENT CHARACTER}" for char in text)
    return shown.replace("[", "\\[")


def _percent(accuracy: float | None) -> str:
    return "not evaluated" if accuracy is None else f"{accuracy:.1%}"
