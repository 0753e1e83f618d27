"""What a function returned, rebuilt from the bytes that came out of a slot, and whether it is the expected value.

The bytes are the program's, so reading them is bounded: their number by the sandbox, the parts and their depth here.
The values are rebuilt into exact builtin types, so that comparing them can run no code of the program's. `inside` says
how a value is written.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

MAX_PARTS: Final = 500_000
"""Values in one result, those inside containers included."""
MAX_DEPTH: Final = 501
"""Containers in containers."""

_CONTAINERS: Final = ("l", "t", "d")
_SIZE: Final = re.compile(r"[0-9a-f]{1,6}")
_MAX_NUMBER_CHARS: Final = 4000
_CONSTANTS: Final = {"None": None, "True": True, "False": False}


class MalformedValueError(ValueError):
    """The bytes are not one value."""


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value that does not cross; it equals nothing that a reference can hold."""

    type_name: str
    """The name of its type, which the program chose."""


@dataclass(frozen=True, slots=True)
class Items:
    """A dict: its keys and values, since a key need not have a hash here."""

    items: tuple[tuple[Any, Any], ...]
    """In the dict's own order."""


def decode(data: bytes) -> Any:
    """Rebuild a value.

    Raises:
        MalformedValueError: it is not exactly one value, or is too large or too deep.
    """
    if num_written(data) > MAX_PARTS:
        raise MalformedValueError(f"it has more than {MAX_PARTS:,} parts")
    stack: list[tuple[Any, int]] = []
    try:
        for part in data.decode("ascii").split("\n"):
            read = _SCALARS.get(part[:1])
            if read is None:
                _gather(stack, part[:1], part[1:])
            else:
                stack.append((read(part[1:]), 0))
    except (ValueError, LookupError, ArithmeticError) as error:
        raise MalformedValueError(f"a part is malformed: {error}"[:200]) from error
    if len(stack) != 1:
        raise MalformedValueError(f"it is {len(stack)} values")
    return stack[0][0]


def num_written(data: bytes) -> int:
    """Return how many parts the bytes are."""
    return data.count(b"\n") + 1


def num_parts(expected: Any) -> int:
    """Return how many parts a value of JSON's types is: bytes of another number are another value, unread."""
    count, todo = 0, [expected]
    while todo:
        one = todo.pop()
        count += 1
        if isinstance(one, dict):
            count += len(one)
            todo.extend(one.values())
        elif isinstance(one, list):
            todo.extend(one)
    return count


def _gather(stack: list[tuple[Any, int]], kind: str, content: str) -> None:
    """Put a container in the place of its members."""
    size = int(content, 16) if _SIZE.fullmatch(content) else -1
    start = len(stack) - size
    if kind not in _CONTAINERS or size < 0 or start < 0 or (kind == "d" and size % 2):
        raise ValueError("no such part, or not of that size")
    depth = 1 + max((one for _, one in stack[start:]), default=0)
    if depth > MAX_DEPTH:
        raise ValueError("too deep")
    members = tuple(value for value, _ in stack[start:])
    del stack[start:]
    value = members if kind == "t" else list(members) if kind == "l" else Items(tuple(zip(*[iter(members)] * 2)))  # noqa: B905
    stack.append((value, depth))


def _integer(content: str) -> int:
    return int(content, 16)


def _text(content: str) -> str:
    return bytes.fromhex(content).decode("utf-8", "surrogatepass")


def _decimal(content: str) -> Decimal:
    number = Decimal(_short(content))
    if number.is_snan():
        raise ValueError("a signaling NaN cannot be compared")
    return number


def _fraction(content: str) -> Fraction:
    numerator, _, denominator = _short(content).partition("/")
    return Fraction(int(numerator), int(denominator or 1))


def _short(content: str) -> str:
    if len(content) > _MAX_NUMBER_CHARS:
        raise ValueError("a number that is too long")
    return content


_SCALARS: Final[dict[str, Callable[[str], Any]]] = {
    "b": _CONSTANTS.__getitem__,
    "i": _integer,
    "f": float.fromhex,
    "s": _text,
    "o": lambda content: Opaque(_text(content)),
    "D": _decimal,
    "F": _fraction,
}


def is_same(got: Any, expected: Any, float_tol: float = 0.0) -> bool:
    """Whether a rebuilt value is the expected one, which has JSON's types.

    A tuple is accepted for a list. A bool is no int. Numbers are compared by value, and where one of two is not an
    integer, with |a - e| <= tol + tol |e|; an infinity equals only itself, and a NaN nothing.
    """
    todo = [(got, expected)]
    while todo:
        one, other = todo.pop()
        if isinstance(other, list):
            if type(one) not in (list, tuple) or len(one) != len(other):
                return False
            todo.extend(zip(one, other, strict=True))
        elif isinstance(other, dict):
            found = _as_dict(one)
            if found is None or found.keys() != other.keys():
                return False
            todo.extend((found[key], value) for key, value in other.items())
        elif not _is_same_scalar(one, other, float_tol):
            return False
    return True


def _as_dict(value: Any) -> dict[str, Any] | None:
    """Return a dict whose keys are all different texts, else None."""
    if type(value) is not Items or not all(type(key) is str for key, _ in value.items):
        return None
    found = dict(value.items)
    return found if len(found) == len(value.items) else None


def _is_same_scalar(one: Any, other: Any, float_tol: float) -> bool:
    if other is None or type(other) in (bool, str):
        return type(one) is type(other) and bool(one == other)
    if type(one) not in (int, float, Decimal, Fraction):
        return False
    if one == other:
        return True
    if not float_tol or (type(one) is int and type(other) is int):
        return False
    try:
        a, e = float(one), float(other)
    except OverflowError:
        return False
    return math.isfinite(a) and math.isfinite(e) and abs(a - e) <= float_tol + float_tol * abs(e)
