"""Runs solutions in this process: ours, to know what is right, and those with a bug, to know how it shows.

They are texts of this package, drawn from its own phrases. Nothing that a model wrote comes here: that runs in the
sandbox. A bug may make a loop endless, so solutions with one take a bounded number of steps.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

MAX_TICKS: Final = 2_000
"""Turns of loops and calls of functions that a solution with a bug may take on one test."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call of a solution with a bug ended."""

    value: Any = None
    """What it returned, if it did."""
    error: str = ""
    """The type of the exception that it raised; empty if it returned."""


@lru_cache(maxsize=256)
def loaded(source: str, name: str) -> Callable[..., Any]:
    """Give the function of a solution of ours."""
    return _function(ast.parse(source), name, {})


def runner_of(source: str, name: str) -> Callable[[Sequence[Any]], Ended | None]:
    """Give what runs a solution with a bug on the arguments of a test; None is a run that was ended at `MAX_TICKS`."""
    ticks = 0

    def tick() -> None:
        nonlocal ticks
        ticks += 1
        if ticks > MAX_TICKS:
            raise _EndlessError

    tree = ast.fix_missing_locations(_Counted().visit(ast.parse(source)))
    function = _function(tree, name, {"_tick": tick})

    def run(arguments: Sequence[Any]) -> Ended | None:
        nonlocal ticks
        ticks = 0
        try:
            return Ended(function(*copied(arguments)))
        except _EndlessError:
            return None
        except Exception as error:  # noqa: BLE001  whatever the bug raises is how it shows
            return Ended(error=type(error).__name__)

    return run


def copied(value: Any) -> Any:
    """Copy lists, so that no solution can change a test."""
    if isinstance(value, list | tuple):
        return type(value)(copied(one) for one in value)
    return value


class _EndlessError(BaseException):
    """It took too many steps; nothing in it catches this."""


class _Counted(ast.NodeTransformer):
    """Puts a call of `_tick` at the beginning of every loop and function."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        if isinstance(node, ast.For | ast.While | ast.FunctionDef):
            node.body.insert(0, ast.Expr(ast.Call(ast.Name("_tick", ast.Load()), [], [])))
        return node


def _function(tree: ast.Module, name: str, space: dict[str, Any]) -> Callable[..., Any]:
    exec(compile(tree, "<solution>", "exec"), space)  # noqa: S102  our own text, never a model's
    found: Callable[..., Any] = space[name]
    return found
