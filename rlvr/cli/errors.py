"""What a command does with an error: one line for what the user did, a traceback for what we did.

Exit codes: 0 done, 1 anything unforeseen, 2 usage, 130 interrupted; a command may add its own (`rlvr score` has 3).
"""

import functools
import os
import sys
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import ParamSpec, TypeVar

import typer

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_UNSCORED = 3
EXIT_INTERRUPTED = 130

_Args = ParamSpec("_Args")
_Result = TypeVar("_Result")


class UsageError(ValueError):
    """The command line asks for something that cannot be done; the message says what and what to do instead."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C.

    A class of its own, because a plain KeyboardInterrupt that passes through `eval` on its way makes CPython end the
    process by the signal, however well it was handled, and not with our exit code.
    """


class OutsideError(Exception):
    """Something outside the program failed in the middle of the work; exit code 1."""


class InputError(OutsideError):
    """The input could not be read to its end."""


class OutputError(OutsideError):
    """The output could not be written, as on a full disk."""


def interrupt(_number: int, _frame: FrameType | None) -> None:
    """Handle SIGINT.

    Raises:
        Interrupted: Always.
    """
    raise Interrupted


def reported(command: Callable[_Args, _Result]) -> Callable[_Args, _Result]:
    """Wrap a command so that its errors become messages and exit codes."""

    @functools.wraps(command)
    def wrapper(*args: _Args.args, **kwargs: _Args.kwargs) -> _Result:
        try:
            return command(*args, **kwargs)
        except KeyboardInterrupt:
            tell("interrupted")
            raise typer.Exit(EXIT_INTERRUPTED) from None
        except BrokenPipeError:
            _silence_stdout()
            raise typer.Exit(EXIT_FAILED) from None
        except OutsideError as error:
            tell(f"error: {error}")
            raise typer.Exit(EXIT_FAILED) from None
        except RuntimeError as error:
            if not type(error).__module__.startswith("rlvr."):
                raise
            tell(f"error: {error}")
            raise typer.Exit(EXIT_FAILED) from None
        except ValueError as error:
            if not _is_ours(error):
                raise
            tell(f"error: {error}")
            raise typer.Exit(EXIT_USAGE) from None

    return wrapper


def tell(message: str) -> None:
    """Write a line to standard error, where messages go so that standard output stays machine-readable."""
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()


def _is_ours(error: ValueError) -> bool:
    """Whether our code raised it, so that its message is written for the user. A library's tells of a bug instead."""
    if type(error).__module__.startswith("rlvr."):
        return True
    trace = error.__traceback__
    assert trace is not None, "a caught exception has a traceback"
    return str(_innermost(trace).tb_frame.f_globals.get("__name__", "")).startswith("rlvr.")


def _innermost(trace: TracebackType) -> TracebackType:
    while trace.tb_next is not None:
        trace = trace.tb_next
    return trace


def _silence_stdout() -> None:
    """Nobody reads any more: let the flush at exit go nowhere instead of failing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
