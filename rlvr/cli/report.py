"""`rlvr report`: a page about a run, or about two."""

from pathlib import Path
from typing import Annotated

import typer

from rlvr.cli.errors import OutputError, tell


def report(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run, finished or not.")],
    other: Annotated[
        Path | None, typer.Argument(metavar="RUN_B", help="The folder of a second run, to compare with.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Where the page goes. [default: report.html in RUN]")
    ] = None,
) -> None:
    """Write a page about a run: curves, alarms, rollouts, responses before and after.

    The page is one HTML file that needs no network and no server: open it in a browser, or send it to somebody. It
    takes a run as it stands, so it can be made while the run goes on. With a second run, it compares the two.

    Examples:
        rlvr report runs/quickstart

        rlvr report runs/quickstart --out quickstart.html

        rlvr report runs/seed-0 runs/seed-1 --out seeds.html
    """
    from rlvr.grpo.report.page import write_report
    from rlvr.grpo.report.run import read_run

    runs = [read_run(folder) for folder in (run, other) if folder is not None]
    page = out or run / "report.html"
    try:
        size, samples = write_report(runs, page)
    except OSError as error:
        raise OutputError(
            f"{error.filename or page}: {error.strerror}; --out names another place for the page"
        ) from None
    for note in [note for one in runs for note in one.notes]:
        tell(f"note: {note}")
    shown, total = (sum(counts) for counts in zip(*((len(one.rows), one.num_rollouts) for one in samples), strict=True))
    steps = " and ".join(f"{one.num_steps:,}" for one in runs)
    tell(f"{steps} steps, {shown:,} of {total:,} rollouts, {size / 1e6:.1f} MB")
    typer.echo(str(page))
