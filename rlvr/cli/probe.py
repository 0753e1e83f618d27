"""`rlvr probe`: how hard each level of a taskset is for a model."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from rlvr.cli.errors import UsageError
from rlvr.cli.extras import require_training

if TYPE_CHECKING:
    from rlvr.grpo.difficulty import LevelReport

_EASY = 0.5
"""Share of solved tasks from which a level has little left to teach."""


def probe(
    taskset: Annotated[str, typer.Argument(help="A registered taskset, or file.py:Class.")],
    model: Annotated[str, typer.Option("--model", "-m", help="A Hugging Face name or a folder.")],
    levels: Annotated[
        str | None, typer.Option(help="Which levels, such as 0-4 or 0,3,7. [default: all that it has]")
    ] = None,
    split: Annotated[str, typer.Option(help="train, val or test.")] = "val",
    num_tasks: Annotated[int, typer.Option(min=1, help="Tasks of each level, at most as many as there are.")] = 32,
    samples: Annotated[int, typer.Option(min=2, help="Responses to each task.")] = 8,
    overrides: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Any setting of a recipe, such as sampler.max_tokens=512."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print an object for each level, one on a line.")] = False,
) -> None:
    """Say, level by level, what a model solves, what would teach it, and what can be guessed.

    A task teaches when some of its responses are right and others wrong: train where most tasks are `informative`.
    `guessable` is how many tasks the best single answer gets right: accuracy below it shows nothing.

    Examples:
        rlvr probe ChainSum --model runs/quickstart/checkpoints/step-80 --levels 0-4 --set task.instructions=""

        rlvr probe MATH --model Qwen/Qwen2.5-0.5B-Instruct --set task.options.path=math.jsonl
    """
    from rlvr.grpo.recipe import load_recipe

    require_training()
    given = [f"model.path={json.dumps(model)}", f"task.name={json.dumps(taskset)}"]
    config = load_recipe(None, [*given, *(overrides or ())])
    console = Console(stderr=True)
    with console.status(f"loading {model}") as status:
        from rlvr.grpo.difficulty import probe_levels
        from rlvr.grpo.standalone import open_model

        reports = []
        with open_model(config) as setup:
            wanted = chosen_levels(levels, setup.course.tasksets[0].levels)
            status.update(f"probing {len(wanted)} levels of {taskset}")
            for report in probe_levels(setup, wanted, split, num_tasks, samples):
                reports.append(report)
                if as_json:
                    typer.echo(json.dumps({"model": model, "taskset": taskset} | asdict(report)))
                status.update(f"level {report.level}: {report.informative:.0%} of the tasks teach")
    if not as_json:
        Console().print(_table(reports, f"{model} on {taskset}, {split}: {samples} responses to each task"))
        Console().print(advice(reports), markup=False, highlight=False, soft_wrap=True)


def chosen_levels(text: str | None, known: Sequence[int]) -> list[int]:
    """The levels that `0-4` or `0,3,7` means, of those that a taskset has.

    Raises:
        UsageError: It means none, or one that the taskset has not.
    """
    if text is None:
        return list(known)
    try:
        ends = [[int(end) for end in part.split("-")] for part in text.split(",")]
    except ValueError:
        ends = []
    levels = [level for part in ends for level in range(part[0], part[-1] + 1)]
    if not levels or any(len(part) > len(("low", "high")) for part in ends):
        raise UsageError(f"--levels {text!r}: write it as 0-4 or 0,3,7")
    missing = sorted(set(levels) - set(known))
    if missing:
        raise UsageError(f"--levels {text!r}: there is no level {missing[0]}; there are {min(known)} to {max(known)}")
    return list(dict.fromkeys(levels))


def advice(reports: "Sequence[LevelReport]") -> str:
    """Where to train, in a sentence."""
    best = max(reports, key=lambda report: report.informative)
    if best.informative == 0:
        if all(report.solved >= _EASY for report in reports):
            return "Everything is solved: nothing here teaches this model."
        return "No task has both right and wrong responses: raise --samples, or warm the model up on demonstrations."
    said = f"Train at level {best.level}, where {best.informative:.0%} of the tasks teach"
    if best.guessable is not None and best.guessable >= best.accuracy.mean:
        return f"{said}; but always answering {best.guess!r} would do as well as this model does."
    return f"{said}."


def _table(reports: "Sequence[LevelReport]", title: str) -> Table:
    heads = ("level", "accuracy", "solved", "informative", "unsolved", "guessable", "cut off", "tasks")
    table = Table(*heads, title=title, title_justify="left", box=None, pad_edge=False)
    for one in reports:
        guessable = "-" if one.guessable is None else f"{one.guessable:.0%}"
        shares = (f"{share:.0%}" for share in (one.solved, one.informative, one.unsolved))
        accuracy = f"{one.accuracy.mean:.2f} ({one.accuracy.low:.2f}..{one.accuracy.high:.2f})"
        table.add_row(f"{one.level}", accuracy, *shares, guessable, f"{one.truncated:.0%}", f"{one.num_tasks}")
    return table
