"""`rlvr eval`: accuracy and pass@k of a model on a taskset."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from rlvr.cli.errors import UsageError
from rlvr.cli.extras import require_training


def evaluate(
    model: Annotated[str, typer.Argument(help="A Hugging Face name or a folder, such as a run's checkpoint.")],
    taskset: Annotated[str, typer.Argument(help="A registered taskset, or file.py:Class.")],
    level: Annotated[int, typer.Option(help="Difficulty, 0..9.")] = 0,
    split: Annotated[str, typer.Option(help="train, val or test.")] = "test",
    num_tasks: Annotated[int, typer.Option(help="How many tasks, at most as many as there are.")] = 512,
    samples: Annotated[int, typer.Option(help="Responses per task; pass@k is estimated for every k up to this.")] = 1,
    overrides: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Any setting of a recipe, such as sampler.temperature=0.7."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write every response and score as JSON lines.")
    ] = None,
    is_overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace --out where it exists.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output.")] = False,
) -> None:
    """Evaluate a model on a taskset: accuracy and pass@k, each with a 95% interval over tasks.

    Examples:
        rlvr eval runs/quickstart/checkpoints/step-80 ChainSum --level 1 --set task.instructions=""

        rlvr eval Qwen/Qwen3-0.6B GSM8K --samples 8 --set task.options.path=gsm8k.jsonl --json
    """
    from rlvr.grpo.recipe import load_recipe

    require_training()
    if out is not None and out.exists() and not is_overwrite:
        raise UsageError(f"{out} exists: --overwrite replaces it")
    given = [f"model.path={json.dumps(model)}", f"task.name={json.dumps(taskset)}", f"task.level={level}"]
    config = load_recipe(None, [*given, *(overrides or ())])
    console = Console(stderr=True)
    with console.status(f"loading {model}"):
        from rlvr.grpo.standalone import evaluate_model
        from rlvr.grpo.summary import evaluation_json

        result, sampler = evaluate_model(config, split, num_tasks, samples)
    if out is not None:
        from rlvr.grpo.records import rollout_record
        from rlvr.grpo.run_folder import JsonLog

        log = JsonLog(out)
        log.cut(0)
        log.append(rollout_record(rollout) for rollout in result.rollouts)
    if as_json:
        typer.echo(json.dumps({"model": model, "taskset": taskset, "sampler": sampler} | evaluation_json(result)))
        return
    table = Table(title=f"{model} on {taskset}, level {level}, {split}: {result.num_tasks} tasks, {sampler}")
    for head in ("", "mean", "95% interval"):
        table.add_column(head)
    for name, one in [("accuracy", result.accuracy), *((f"pass@{k}", e) for k, e in result.pass_at_k.items())]:
        table.add_row(name, f"{one.mean:.3f}", f"{one.low:.3f} to {one.high:.3f}")
    Console().print(table)
    if result.num_unscored:
        console.print(f"{result.num_unscored} responses could not be judged and are left out")
