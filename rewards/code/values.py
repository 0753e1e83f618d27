"""What a call returned, rebuilt from the bytes that came out of a slot, and whether it is the expected value.

The bytes are the program's, so reading them is bounded: their number by the sandbox, the parts and their depth by
`inside.decoding`. The values are rebuilt into exact builtin types, so that comparing them can run no code of the
program's.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from rlvr.rewards.code.inside import decoding, encoding


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value that does not cross; it equals nothing that a reference can hold."""

    type_name: str
    """The name of its type, which the program chose."""


@dataclass(frozen=True, slots=True)
class Items:
    """A dict: its keys and values, since hashing what a program chose can take quadratic time."""

    items: tuple[tuple[Any, Any], ...]
    """In the dict's own order."""


_READERS: Final[dict[str, Callable[[str], Any]]] = decoding.READERS | {
    "o": lambda text: Opaque(decoding.READERS["s"](text)),
}
_UNHASHED: Final[dict[str, Callable[[Any], Any]]] = decoding.CONTAINERS | {
    "d": lambda members: Items(tuple(decoding.pairs(members))),
    "S": lambda _: Opaque("set"),
    "Z": lambda _: Opaque("frozenset"),
}


def decode(data: bytes) -> Any:
    """Rebuild a value of which nothing is hashed: a dict is `Items`, and a set, which JSON does not have, `Opaque`.

    Raises:
        CrossingError: it is not exactly one value, or is too large or too deep.
    """
    return decoding.decode(data, _READERS, _UNHASHED)


def decode_exact(data: bytes) -> Any:
    """Rebuild a value in exact builtin types; let it not be large, since what is hashed is the program's choice.

    Raises:
        CrossingError: it is not exactly one value, or is too large or too deep.
    """
    return decoding.decode(data, _READERS, decoding.CONTAINERS)


def num_parts(value: Any) -> int:
    """Return how many parts a value is as a result: bytes of another number are another value, unread.

    Raises:
        CrossingError: it is too large or too deep to be a result, or is no data.
    """
    return encoding.num_parts(encoding.encode(value, _refuse))


def _refuse(value: Any) -> str:
    raise encoding.CrossingError(f"a {type(value).__name__} is no data")


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
