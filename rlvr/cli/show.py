"""`rlvr show`: example tasks with the oracle's response and its score."""

import json
from typing import Annotated, Any

import typer


def show(
    taskset: Annotated[str, typer.Argument(metavar="TASKSET", help="A name from `rlvr list`, or file.py:Class.")],
    level: Annotated[int | None, typer.Option(help="Difficulty. [default: the taskset's first]")] = None,
    split: Annotated[str, typer.Option(help="Which tasks: train, val or test.")] = "train",
    index: Annotated[int, typer.Option(min=0, help="Number of the first task.")] = 0,
    n: Annotated[int, typer.Option("-n", "--n", min=1, help="How many tasks.")] = 1,
    option: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE", help="An argument of the taskset. Repeatable.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print an array of objects.")] = False,
) -> None:
    """Show what a taskset asks: prompt, reference, the oracle's response, and the score it gets.

    Examples:
        rlvr show Countdown --level 3

        rlvr show GSM8K --option path=gsm8k_train.jsonl -n 2

        rlvr show my_tasks.py:Reverse --json
    """
    from rlvr.cli.tasks import chosen_taskset, nth_task, transcript

    made = chosen_taskset(taskset, option)
    shown = [transcript(made, nth_task(made, split, level, index + offset)) for offset in range(n)]
    if as_json:
        typer.echo(json.dumps(shown, indent=2))
        return
    for task in shown:
        _print_task(task)


def _print_task(task: dict[str, Any]) -> None:
    _heading(task["id"])
    typer.echo(task["prompt"])
    _heading("reference")
    typer.echo(json.dumps(task["reference"]))
    if task["turns"] is None:
        _heading("no oracle: the taskset has no solve()")
        return
    for turn in task["turns"]:
        _heading("oracle")
        typer.echo(turn["response"])
        if turn["observation"]:
            _heading("reply")
            typer.echo(turn["observation"])
    _heading("score")
    typer.echo(json.dumps({key: value for key, value in task["score"].items() if key != "answer"}))
    typer.echo()


def _heading(text: str) -> None:
    typer.secho(f"[{text}]", bold=True)
