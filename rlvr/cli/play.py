"""`rlvr play`: answer a task yourself."""

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rlvr.envs.task import Task, Turn
    from rlvr.envs.taskset import Taskset
    from rlvr.rewards.score import Score

_OPENERS = (("<think>", "</think>"), ("<answer>", "</answer>"))
_FENCE = "```"


def play(
    taskset: Annotated[str, typer.Argument(metavar="TASKSET", help="A name from `rlvr list`, or file.py:Class.")],
    level: Annotated[int | None, typer.Option(help="Difficulty. [default: the taskset's first]")] = None,
    split: Annotated[str, typer.Option(help="Which tasks: train, val or test.")] = "train",
    index: Annotated[int, typer.Option(min=0, help="Number of the task.")] = 0,
    task_id: Annotated[str | None, typer.Option(help="A task by its id, instead of level, split and index.")] = None,
    oracle: Annotated[bool, typer.Option("--oracle", help="Watch the oracle play instead.")] = False,
    option: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE", help="An argument of the taskset. Repeatable.")
    ] = None,
) -> None:
    """Answer a task in the terminal and see the score that a model would get.

    A line is your response; it goes on over more lines until the tags and code fences that it opens are closed. A
    bare answer is put into the format that the taskset reads, and you are told. Ctrl-D leaves.

    Examples:
        rlvr play ChainSum --level 2

        rlvr play my_tasks.py:Reverse

        rlvr play GuessNumber --oracle

        echo 42 | rlvr play --task-id ChainSum-v0/train/0/7 ChainSum
    """
    from rlvr.cli.tasks import chosen_taskset, nth_task

    made = chosen_taskset(taskset, option)
    if task_id is not None:
        _play_task(made, made.task_from_id(task_id), is_oracle=oracle)
        return
    while _play_task(made, nth_task(made, split, level, index), is_oracle=oracle) and _wants_more(is_oracle=oracle):
        index += 1


def _play_task(taskset: "Taskset", task: "Task", *, is_oracle: bool) -> bool:
    """Play one episode to its end; False when the player left."""
    _heading(task.id)
    typer.echo(task.prompt)
    turns: tuple[Turn, ...] = ()
    score: Score | None = None
    while score is None:
        response = _oracle_response(taskset, task, turns) if is_oracle else _read_response(taskset)
        if response is None:
            _heading("left without an answer")
            return False
        step = taskset.advance(task, turns, response)
        turns, score = (*turns, step.turn), step.score
        if step.turn.observation:
            typer.echo(step.turn.observation)
    _print_score(score, task)
    return True


def _oracle_response(taskset: "Taskset", task: "Task", turns: "tuple[Turn, ...]") -> str:
    try:
        response = taskset.oracle(task, turns)
    except NotImplementedError as error:
        from rlvr.cli.errors import UsageError

        raise UsageError(str(error)) from None
    _heading("oracle")
    typer.echo(response)
    return response


def _read_response(taskset: "Taskset") -> str | None:
    """Read a response, over as many lines as it has open tags; None at the end of the input."""
    from rlvr.envs.formats import render
    from rlvr.envs.task import Solution
    from rlvr.rewards.extraction import extract

    lines = _read_lines()
    if lines is None:
        return None
    text = "\n".join(lines)
    found = extract(taskset.extract, text)
    if found.found or not text.strip():
        return text
    wrapped = render(taskset.extract, Solution(text.strip()))
    if extract(taskset.extract, wrapped).answer is None:
        return text
    typer.secho(f"(sent as {wrapped})", dim=True)
    return wrapped


def _read_lines() -> list[str] | None:
    lines: list[str] = []
    while not lines or _is_open("\n".join(lines)):
        if sys.stdin.isatty():
            typer.echo("> " if not lines else ". ", nl=False)
        line = sys.stdin.readline()
        if not line:
            return lines or None
        lines.append(line.rstrip("\r\n"))
    return lines


def _is_open(text: str) -> bool:
    return text.count(_FENCE) % 2 == 1 or any(text.count(start) > text.count(end) for start, end in _OPENERS)


def _print_score(score: "Score", task: "Task") -> None:
    value = "no value" if score.value is None else f"{score.value:g}"
    _heading(f"score {value} {score.verdict.value}")
    if score.reason:
        typer.echo(score.reason)
    if score.parts:
        typer.echo(f"parts {json.dumps(dict(score.parts))}")
    typer.echo(f"reference {json.dumps(task.reference)}")


def _wants_more(*, is_oracle: bool) -> bool:
    """Ask a person whether to go on; a program gets one episode."""
    if is_oracle or not sys.stdin.isatty():
        return False
    typer.echo("Enter for another, q to leave: ", nl=False)
    line = sys.stdin.readline()
    return bool(line) and line.strip().lower() not in ("q", "quit", "exit")


def _heading(text: str) -> None:
    typer.secho(f"[{text}]", bold=True)
