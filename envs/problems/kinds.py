"""Kinds of values: how a function is given one, and how a program reads and prints one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of value."""

    annotation: str
    """Its Python type."""
    input_text: str
    """How it stands in the input, in words; `$name` is the parameter."""
    read: str
    """The Python expression that reads it."""
    write: Callable[[Any], str]
    """Gives its text, with the newline at its end."""
    output_text: str = ""
    """How it stands in the output, in words; empty for a kind that is only read."""
    show: str = ""
    """The Python statement that prints `answer` as `write` does."""


def _line(value: Any) -> str:
    return f"{value}\n"


def _spaced(values: Any) -> str:
    return _line(" ".join(map(str, values)))


INT = Kind(
    "int",
    "a line with $name, an integer",
    "int(input())",
    _line,
    "a line with the integer",
    "print(answer)",
)
INTS = Kind(
    "list[int]",
    "a line with $name, integers separated by spaces (the line may be empty)",
    "list(map(int, input().split()))",
    _spaced,
    "a line with the integers, separated by spaces",
    "print(*answer)",
)
TEXT = Kind(
    "str",
    "a line with $name, a text (the line may be empty)",
    "input()",
    _line,
    "a line with the text",
    "print(answer)",
)
TEXTS = Kind(
    "list[str]",
    "a line with the length of $name, then a line for each of its texts",
    "[input() for _ in range(int(input()))]",
    lambda texts: _line(len(texts)) + "".join(map(_line, texts)),
)
TABLE = Kind(
    "list[list[int]]",
    "a line with the number of rows of $name, then a line for each row with its integers, separated by spaces",
    "[list(map(int, input().split())) for _ in range(int(input()))]",
    lambda rows: _line(len(rows)) + "".join(map(_spaced, rows)),
)
