"""`rlvr train` and `rlvr warmup`: a run from a recipe."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from rlvr.cli.errors import UsageError
from rlvr.cli.extras import require_training
from rlvr.cli.train_view import TrainView, closing_table

if TYPE_CHECKING:
    from rlvr.grpo.config import Config

Recipe = Annotated[Path | None, typer.Argument(help="A TOML recipe; without one, the defaults train a tiny model.")]
Overrides = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Override a setting, such as grpo.group_size=16. Repeatable."),
]
Fresh = Annotated[bool, typer.Option("--fresh", help="Delete what an earlier run left in run.dir and start over.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Load everything, try one step, print time and memory, keep nothing.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the summary as JSON on standard output.")]


def train(
    recipe: Recipe = None,
    overrides: Overrides = None,
    is_fresh: Fresh = False,
    as_json: AsJson = False,
    is_dry: DryRun = False,
) -> None:
    """Train a reasoning model with GRPO on verifiable rewards.

    The same command resumes an interrupted run from its last checkpoint; a finished one says so. With `--dry-run` it
    loads everything, samples and judges a group, learns from a step, and says how long the run will take and what
    memory it needs; the run folder is not touched.

    Examples:
        rlvr train recipes/quickstart.toml

        rlvr train recipes/quickstart.toml --set run.seed=1 --set run.dir=runs/seed-1

        rlvr train recipes/half_billion/gsm8k.toml --dry-run

        rlvr train --set task.name=my_tasks.py:Reverse
    """
    from rlvr.grpo.recipe import load_recipe

    require_training()
    config = load_recipe(recipe, overrides or ())
    console = Console(stderr=as_json)
    if is_dry:
        _try(config, console, is_alone=not (is_fresh or as_json))
        return
    try:
        with TrainView(console) as view:
            from rlvr.grpo.trainer import train as run_training

            summary = run_training(config, view, is_fresh=is_fresh)
    except KeyboardInterrupt:
        _say(console, f"interrupted; the same command resumes from the last checkpoint in {config.run.dir}")
        raise
    if as_json:
        typer.echo(json.dumps(summary, ensure_ascii=False))
        return
    if summary["accuracy_after"] is not None:
        console.print(closing_table(summary))
    _say(
        console,
        f"{config.run.dir}: config.toml metrics.jsonl rollouts.jsonl reward_curve.png summary.json checkpoints/",
    )


def warmup(
    recipe: Recipe = None,
    overrides: Overrides = None,
    is_fresh: Fresh = False,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Copy the warm-started model to this folder.")] = None,
) -> None:
    """Warm-start a model on a taskset's own demonstrations, until it is accurate enough to be sampled.

    It is the first phase of `rlvr train`, alone; `rlvr train` with the same settings goes on from it.

    Examples:
        rlvr warmup recipes/quickstart.toml

        rlvr warmup --set task.name=my_tasks.py:Reverse --set warmup.target_accuracy=0.6 -o models/reverse
    """
    from rlvr.grpo.recipe import load_recipe

    require_training()
    config = load_recipe(recipe, overrides or ())
    console = Console()
    with TrainView(console) as view:
        from rlvr.grpo.warmup import warm_start_only

        report = warm_start_only(config, view, out, is_fresh=is_fresh)
    _say(
        console, f"{report.accuracy:.3f} on val after {report.num_steps} steps; the model is in {out or report.folder}"
    )


def _try(config: "Config", console: Console, *, is_alone: bool) -> None:
    if not is_alone:
        raise UsageError("--dry-run keeps nothing and prints no summary: leave --fresh and --json out")
    with TrainView(console) as view:
        from rlvr.cli.dry_run import dry_run_lines
        from rlvr.grpo.dry_run import dry_run

        found = dry_run(config, view)
    for line in dry_run_lines(found):
        _say(console, line)


def _say(console: Console, text: str) -> None:
    """Print a line as it is: a folder's name is no markup, and a log is searched by line."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)
