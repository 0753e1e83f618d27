"""How a value crosses between processes: parts in postfix order, one to a line, the first letter saying what it is.

A container counts the values before it that it takes, so neither side needs recursion, however deep the value is. A
value is taken apart with the base type's own methods, whatever its class makes of them. A text crosses as it is, but
for its ends of lines, so it takes no more than the same text takes when it is printed.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_PARTS = 1_000_000
"""Values in one message, those inside containers included."""
MAX_DEPTH = 500
"""Containers in containers."""
MAX_NUMBER_CHARS = 4000
"""Of a Decimal or a Fraction: reading a long one takes more than linear time."""


class CrossingError(Exception):
    """A value cannot cross: it is too large, too deep, or the bytes are not one value."""


def encode(value: Any, other: Callable[[Any], str | list[Any]]) -> bytes:
    """Return a value as parts.

    Args:
        value: What is to cross.
        other: Says how a value crosses that is no data: as a part that is ready, or as a list of members.

    Raises:
        CrossingError: it is too large or too deep.
    """
    parts: list[str] = []
    # Work still to do, the last first: a value with its depth, or a part that is ready, with -1.
    todo: list[tuple[Any, int]] = [(value, 0)]
    while todo:
        one, depth = todo.pop()
        if depth < 0:
            parts.append(one)
            continue
        part, members = _taken_apart(one, other)
        if len(parts) + len(todo) + len(members) >= MAX_PARTS:
            raise CrossingError("the value is too large")
        if members and depth >= MAX_DEPTH:
            raise CrossingError("the value is too deep")
        if all(map(_SCALARS.__contains__, map(type, members))):
            parts.extend([_SCALARS[type(member)](member) for member in members])
            parts.append(part)
        else:
            todo.append((part, -1))
            todo.extend([(member, depth + 1) for member in reversed(members)])
    return "\n".join(parts).encode("utf-8", "surrogatepass")


def num_parts(data: bytes) -> int:
    """Return how many parts the bytes are."""
    return data.count(b"\n") + 1


def _taken_apart(value: Any, other: Callable[[Any], str | list[Any]]) -> tuple[str, list[Any]]:
    """Return a value's part, and the members before it that it takes."""
    kind = _data_type(type(value))
    if kind in _SCALARS:
        return _SCALARS[kind](value), []
    if kind in _LATE_SCALARS:
        return _LATE_SCALARS[kind](value), []
    letter, members = _CONTAINERS[kind](value) if kind else ("l", other(value))
    return (members, []) if isinstance(members, str) else (f"{letter}{len(members):x}", members)


def _data_type(kind: type) -> Any:
    """Return the type of data that `kind` is or is derived from, by name if not every process knows it, or None."""
    if kind in _SCALARS or kind in _CONTAINERS:
        return kind
    for base in kind.__mro__:
        if base in _SCALARS or base in _CONTAINERS:
            return base
        name = f"{base.__module__}.{base.__name__}"
        if name in _LATE_SCALARS and _late(name) is base:
            return name
    return None


def _late(name: str) -> Any:
    """Return a type of a module that not every process has imported, or None."""
    module, _, attribute = name.partition(".")
    return getattr(sys.modules.get(module), attribute, None)


def one_line(text: str) -> str:
    """Return a text without its ends of lines; `decoding` puts them back."""
    return str.replace(str.replace(text, "\x1b", "\x1be"), "\n", "\x1bn")


def _write_int(value: int) -> str:
    return f"i{int.__index__(value):x}"


def _write_complex(value: complex) -> str:
    parts = (complex.real.__get__(value), complex.imag.__get__(value))
    return "c" + " ".join([part.hex() for part in parts])


def _write_range(value: range) -> str:
    return f"r{value.start:x} {value.stop:x} {value.step:x}"


def _write_decimal(value: Any) -> str:
    return "D" + short_text(str(_late("decimal.Decimal").__str__(value)))


def _write_fraction(value: Any) -> str:
    kind = _late("fractions.Fraction")
    top, bottom = kind.numerator.fget(value), kind.denominator.fget(value)
    return "F" + short_text(f"{int.__index__(top):x}/{int.__index__(bottom):x}")


def _write_date(letter: str, name: str) -> Callable[[Any], str]:
    return lambda value: letter + _late(name).isoformat(value).encode().hex()


def _write_timedelta(value: Any) -> str:
    kind = _late("datetime.timedelta")
    numbers = [getattr(kind, name).__get__(value) for name in ("days", "seconds", "microseconds")]
    return "V" + " ".join([f"{number:x}" for number in numbers])


def short_text(text: str) -> str:
    """Return the text of a number, if it is not too long.

    Raises:
        CrossingError: it is.
    """
    if len(text) > MAX_NUMBER_CHARS:
        raise CrossingError("a number is too long")
    return text


_SCALARS: dict[type, Callable[[Any], str]] = {
    type(None): lambda value: f"b{value}",
    bool: lambda value: f"b{value}",
    int: _write_int,
    str: lambda value: "s" + one_line(value),
    float: lambda value: "f" + float.hex(value),
    bytes: lambda value: "y" + bytes.hex(value),
    complex: _write_complex,
    range: _write_range,
}

_LATE_SCALARS: dict[str, Callable[[Any], str]] = {
    "decimal.Decimal": _write_decimal,
    "fractions.Fraction": _write_fraction,
    "datetime.datetime": _write_date("T", "datetime.datetime"),
    "datetime.date": _write_date("A", "datetime.date"),
    "datetime.time": _write_date("M", "datetime.time"),
    "datetime.timedelta": _write_timedelta,
}

_CONTAINERS: dict[type, Callable[[Any], tuple[str, list[Any]]]] = {
    list: lambda value: ("l", list(list.__iter__(value))),
    tuple: lambda value: ("t", list(tuple.__iter__(value))),
    dict: lambda value: ("d", [member for item in dict.items(value) for member in item]),
    set: lambda value: ("S", list(set.__iter__(value))),
    frozenset: lambda value: ("Z", list(frozenset.__iter__(value))),
}
