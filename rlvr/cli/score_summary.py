"""What a scoring run did, for the terminal and for programs."""

from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from rlvr._version import __version__
from rlvr.cli.score_tally import Tally


@dataclass(frozen=True, slots=True)
class Timing:
    """Where the time went."""

    startup_s: float
    """Wall seconds until the workers were ready and the rows of an earlier run were read."""
    wall_s: float
    """Wall seconds of scoring."""
    num_new_rows: int
    """Rows scored in that time."""
    num_workers: int
    """Processes or threads that scored."""

    @property
    def rows_per_s(self) -> float | None:
        """Rows scored per second; None where there was none to score."""
        return round(self.num_new_rows / self.wall_s, 1) if self.num_new_rows and self.wall_s > 0 else None


def summary_json(
    status: str, tally: Tally, timing: Timing, paths: tuple[str, str], settings: dict[str, Any]
) -> dict[str, Any]:
    """Return the summary as a JSON object.

    Args:
        status: `running`, `complete`, `interrupted` or `failed`.
        tally: Counts over all rows of OUT.
        timing: Where the time went.
        paths: The input and the output.
        settings: The plan's.
    """
    return {
        "status": status,
        "input": paths[0],
        "output": paths[1],
        "num_rows": tally.num_rows,
        "num_kept": tally.num_rows - timing.num_new_rows,
        "counts": tally.counts,
        "mean": tally.mean,
        "rows_per_s": timing.rows_per_s,
        "wall_s": round(timing.wall_s, 4),
        "startup_s": round(timing.startup_s, 4),
        "num_workers": timing.num_workers,
        "settings": settings,
        "rlvr_version": __version__,
    }


def print_summary(summary: dict[str, Any], console: Console) -> None:
    """Print the counts as a table, with the mean and the speed below."""
    table = Table(box=None, pad_edge=False)
    table.add_column("verdict")
    table.add_column("rows", justify="right")
    table.add_column("share", justify="right")
    num_rows = summary["num_rows"]
    for verdict, count in summary["counts"].items():
        if count:
            table.add_row(verdict, f"{count:,}", f"{count / num_rows:.1%}")
    table.add_section()
    table.add_row("all", f"{num_rows:,}", "")
    console.print(table)
    mean = "none" if summary["mean"] is None else f"{summary['mean']:.4f}"
    console.print(f"mean {mean}", highlight=False)
    if summary["rows_per_s"] is not None:
        speed = f"{summary['rows_per_s']:,.0f} rows/s"
        times = f"scoring {summary['wall_s']:.2f} s, start-up {summary['startup_s']:.2f} s"
        console.print(f"{speed} ({times}, {summary['num_workers']} workers)", highlight=False)
    if summary["num_kept"]:
        console.print(f"{summary['num_kept']:,} rows kept from an earlier run", highlight=False)
