"""`rlvr list`: the tasksets that can be named."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rlvr.envs.registry import TasksetInfo


def list_tasksets(
    as_json: Annotated[bool, typer.Option("--json", help="Print an array of objects instead of a table.")] = False,
) -> None:
    """List the tasksets: the package's own and those of installed plug-ins.

    A taskset in a file of yours needs no listing: every command takes it as `my_tasks.py:Class`.

    Examples:
        rlvr list

        rlvr list --json | jq -r '.[].name'
    """
    from rlvr.envs.registry import list_tasksets as known_tasksets

    tasksets = known_tasksets()
    if as_json:
        typer.echo(json.dumps([asdict(info) | {"levels": list(info.levels)} for info in tasksets], indent=2))
    else:
        _print_table(tasksets)


def _print_table(tasksets: "list[TasksetInfo]") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("name", "family", "levels", "turns", "from", box=None, pad_edge=False)
    for info in tasksets:
        levels = f"{min(info.levels)}..{max(info.levels)}" if info.levels else ""
        turns = "many" if info.multi_turn else "one"
        table.add_row(f"{info.name}-v{info.version}", info.family, levels, turns, info.error or info.source)
    Console().print(table, markup=False)
