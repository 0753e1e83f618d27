"""The typer application: which subcommands there are and where each is written.

A subcommand is a function in a module of its own that imports nothing heavy at its top. Only the one that was asked
for is imported, or all of them where their help is listed; so `rlvr list` never loads torch.
"""

import importlib
import inspect
import re
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

from rlvr._version import __version__
from rlvr.cli.errors import reported

COMMANDS = {
    "list": "rlvr.cli.list_tasksets:list_tasksets",
    "show": "rlvr.cli.show:show",
    "play": "rlvr.cli.play:play",
    "warmup": "rlvr.cli.train:warmup",
    "train": "rlvr.cli.train:train",
    "eval": "rlvr.cli.eval:evaluate",
    "probe": "rlvr.cli.probe:probe",
    "export": "rlvr.cli.export:export",
    "report": "rlvr.cli.report:report",
    "score": "rlvr.cli.score:score",
    "sandbox": "rlvr.cli.sandbox:sandbox",
    "doctor": "rlvr.cli.doctor:doctor",
}
"""Where each subcommand is, in the order in which `rlvr --help` lists them."""


def command_in(arguments: Sequence[str]) -> str | None:
    """Return the subcommand that the arguments begin with; None where it takes the whole list to answer."""
    return arguments[0] if arguments and arguments[0] in COMMANDS else None


def build_app(command: str | None = None) -> typer.Typer:
    """Make the application with one subcommand, or with all of them.

    Args:
        command: The only subcommand to register; None registers all.
    """
    app = typer.Typer(
        name="rlvr",
        callback=_rlvr,
        no_args_is_help=True,
        rich_markup_mode="markdown",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for name in COMMANDS if command is None else (command,):
        function = _load(COMMANDS[name])
        app.command(name, help=_help_text(function))(reported(function))
    return app


def _load(path: str) -> Callable[..., Any]:
    module, _, function = path.partition(":")
    loaded: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return loaded


def _help_text(function: Callable[..., Any]) -> str:
    """Return a docstring as Markdown, in which the commands of its `Examples:` section are a block of code."""
    return re.sub(r"^Examples:\n+", "Examples:\n\n", inspect.cleandoc(function.__doc__ or ""), flags=re.MULTILINE)


def _print_version(is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"rlvr {__version__}")
        raise typer.Exit


def _rlvr(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """A gym of verifiable-reward reasoning tasks and a GRPO trainer.

    `rlvr list` shows the tasksets, `rlvr play ChainSum` lets you answer one, `rlvr train RECIPE` trains on them, and
    `rlvr score FILE` judges a file of outputs. Each command explains itself with `--help`.
    """
