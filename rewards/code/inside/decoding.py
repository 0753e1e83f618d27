"""Rebuilds values from parts that a hostile process may have written; `encoding` says how they are written.

What is made has exact builtin types and stays within bounds, and making it runs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rlvr.rewards.code.inside.encoding import MAX_DEPTH, MAX_PARTS, CrossingError, num_parts, short_text

if TYPE_CHECKING:
    from collections.abc import Callable

_TEXTS = ("s", "o")


def decode(data: bytes, readers: dict[str, Callable[[str], Any]], containers: dict[str, Callable[[Any], Any]]) -> Any:
    """Rebuild a value.

    Args:
        data: What came.
        readers: By letter, what makes a value of a part's text: `READERS`, with what reads other letters.
        containers: By letter, what makes a container of its members: `CONTAINERS`.

    Raises:
        CrossingError: it is not exactly one value, or is too large or too deep.
    """
    if num_parts(data) > MAX_PARTS:
        raise CrossingError(f"it has more than {MAX_PARTS:,} parts")
    values: list[Any] = []
    depths: list[int] = []
    try:
        for part in data.decode("utf-8", "surrogatepass").split("\n"):
            letter = _letter(part)
            read = readers.get(letter)
            if read is not None:
                values.append(read(part[1:]))
                depths.append(0)
            else:
                _gather(values, depths, part[1:], containers[letter])
    except (ValueError, LookupError, TypeError, ArithmeticError) as error:
        raise CrossingError(f"a part is malformed: {error}"[:200]) from error
    if len(values) != 1:
        raise CrossingError(f"it is {len(values)} values")
    return values[0]


def _letter(part: str) -> str:
    """Return what a part says it is; only texts may hold other than ASCII."""
    letter = part[:1]
    if letter not in _TEXTS and not part.isascii():
        raise ValueError("not ASCII")
    return letter


def _gather(values: list[Any], depths: list[int], size_text: str, make: Callable[[Any], Any]) -> None:
    """Put a container in the place of its members."""
    size = _natural(size_text)
    start = len(values) - size
    if start < 0:
        raise ValueError("a container of more values than there are")
    depth = 1 + max(depths[start:], default=0)
    if depth > MAX_DEPTH + 1:
        raise ValueError("too deep")
    members = values[start:]
    del values[start:], depths[start:]
    values.append(make(members))
    depths.append(depth)


def _natural(text: str) -> int:
    if not 1 <= len(text) <= 6 or not text.isalnum():
        raise ValueError("not a size")
    return int(text, 16)


def _as_dict(members: list[Any]) -> dict[Any, Any]:
    return dict(pairs(members))


def pairs(members: list[Any]) -> list[tuple[Any, Any]]:
    """Return the keys of a dict with their values.

    Raises:
        ValueError: one has no value.
    """
    if len(members) % 2:
        raise ValueError("a key without a value")
    return list(zip(members[::2], members[1::2]))


def _read_text(text: str) -> str:
    # In this order: an escape that stands for itself is followed by no other letter than its own.
    return text.replace("\x1bn", "\n").replace("\x1be", "\x1b")


def _read_complex(text: str) -> complex:
    real, imaginary = text.split(" ")
    return complex(float.fromhex(real), float.fromhex(imaginary))


def _read_range(text: str) -> range:
    start, stop, step = [int(number, 16) for number in text.split(" ")]
    return range(start, stop, step)


def _read_decimal(text: str) -> Any:
    from decimal import Decimal

    number = Decimal(short_text(text))
    if number.is_snan():
        raise ValueError("a signaling NaN cannot be compared")
    return number


def _read_fraction(text: str) -> Any:
    from fractions import Fraction

    top, bottom = [int(number, 16) for number in short_text(text).split("/")]
    return Fraction(top, bottom)


def _read_date(name: str) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        import datetime

        return getattr(datetime, name).fromisoformat(bytes.fromhex(text[:200]).decode("ascii"))

    return read


def _read_timedelta(text: str) -> Any:
    from datetime import timedelta

    days, seconds, microseconds = [int(number, 16) for number in text.split(" ")]
    return timedelta(days, seconds, microseconds)


READERS: dict[str, Callable[[str], Any]] = {
    "b": {"None": None, "True": True, "False": False}.__getitem__,
    "i": lambda text: int(text, 16),
    "s": _read_text,
    "f": float.fromhex,
    "y": bytes.fromhex,
    "c": _read_complex,
    "r": _read_range,
    "D": _read_decimal,
    "F": _read_fraction,
    "T": _read_date("datetime"),
    "A": _read_date("date"),
    "M": _read_date("time"),
    "V": _read_timedelta,
}
"""What makes data of the text of a part, by its letter."""

CONTAINERS: dict[str, Callable[[Any], Any]] = {
    "l": list,
    "t": tuple,
    "d": _as_dict,
    "S": set,
    "Z": frozenset,
}
"""What makes a container of its members, by its letter."""
