"""`rlvr doctor`: what this machine can do, one probe at a time."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from rlvr.cli.errors import EXIT_FAILED


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print an array of objects instead of lines.")] = False,
) -> None:
    """Check this machine: what is there, what is absent, and what to do about it.

    Exit code 1 if something that every command needs is broken; an absent extra is no failure.

    Examples:
        rlvr doctor

        rlvr doctor --json | jq '.[] | select(.status != "ok")'
    """
    from rlvr.cli.probes import FAILED, all_probes

    probes = []
    for run_probe in all_probes():
        probe = run_probe()
        probes.append(probe)
        if not as_json:
            remedy = f"  -> {probe.remedy}" if probe.remedy else ""
            color = {"ok": "green", "absent": "yellow"}.get(probe.status, "red")
            typer.echo(f"{typer.style(f'{probe.status:<7}', fg=color)} {probe.name:<13} {probe.detail}{remedy}")
    if as_json:
        typer.echo(json.dumps([asdict(probe) for probe in probes], indent=2))
    if any(probe.status == FAILED for probe in probes):
        raise typer.Exit(EXIT_FAILED)
