"""`rlvr export`: what a run has learned, as a model or an adapter that other tools load."""

from pathlib import Path
from typing import Annotated

import typer

from rlvr.cli.extras import require_training


def export(
    run: Annotated[Path, typer.Argument(help="A run folder.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder to write; it must not exist.")],
    as_adapter: Annotated[
        bool, typer.Option("--adapter", help="Write the LoRA adapter alone instead of a model with it merged in.")
    ] = False,
) -> None:
    """Write the model of a run's newest checkpoint to a folder that any tool for Hugging Face models loads.

    Where a LoRA adapter was trained, it is merged into the model, or with `--adapter` written by itself.

    Examples:
        rlvr export runs/quickstart --out models/adder

        rlvr export runs/quickstart-lora --out adapters/adder --adapter
    """
    require_training()
    from rlvr.grpo.export import export_run

    typer.echo(export_run(run, out, as_adapter=as_adapter))
