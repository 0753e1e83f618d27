"""What a function returned, rebuilt from the bytes that came out of a slot, and whether it is the expected value.

The bytes are the program's, so reading them is bounded: their number by the sandbox, the nodes and their depth here.
The values are rebuilt into exact builtin types, so that comparing them can run no code of the program's.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, Final

MAX_NODES: Final = 500_000
"""Values in one result, those inside containers included."""
MAX_DEPTH: Final = 500
"""Containers in containers."""

_MAX_NUMBER_CHARS: Final = 4000


class MalformedValueError(ValueError):
    """The bytes are not one value."""


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value that does not cross; it equals nothing that a reference can hold."""

    type_name: str
    """The name of its type, which the program chose."""


def decode(data: bytes) -> Any:
    """Rebuild a value.

    Raises:
        MalformedValueError: it is not exactly one value, or is too large or too deep.
    """
    if data.count(b"\n") >= MAX_NODES:
        raise MalformedValueError(f"it has more than {MAX_NODES:,} parts")
    try:
        nodes = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise MalformedValueError("it is not one value") from error
    if not isinstance(nodes, list) or len(nodes) > MAX_NODES:
        raise MalformedValueError("it is not a list of parts")
    stack: list[tuple[Any, int]] = []
    for node in nodes:
        if not isinstance(node, list) or len(node) != 2 or not isinstance(node[0], str):
            raise MalformedValueError("a part is malformed")
        try:
            _push(stack, *node)
        except (ValueError, TypeError, ArithmeticError) as error:
            raise MalformedValueError(f"a part is malformed: {type(error).__name__}") from error
    if len(stack) != 1:
        raise MalformedValueError(f"it is {len(stack)} values")
    return stack[0][0]


def _push(stack: list[tuple[Any, int]], kind: str, content: Any) -> None:
    if kind not in ("list", "tuple", "dict"):
        stack.append((_scalar(kind, content), 0))
        return
    if type(content) is not int or not 0 <= content <= MAX_NODES:
        raise ValueError(kind)
    size = 2 * content if kind == "dict" else content
    if size > len(stack):
        raise ValueError("it takes more than there is")
    taken = stack[len(stack) - size :]
    del stack[len(stack) - size :]
    depth = 1 + max((one for _, one in taken), default=0)
    if depth > MAX_DEPTH:
        raise ValueError("too deep")
    values = [value for value, _ in taken]
    if kind == "dict":
        stack.append((_Pairs(list(zip(values[::2], values[1::2], strict=True))), depth))
    else:
        stack.append((values if kind == "list" else tuple(values), depth))


@dataclass(frozen=True, slots=True)
class _Pairs:
    """A dict as its items, since a key need not have a hash here."""

    items: list[tuple[Any, Any]]


def _scalar(kind: str, content: Any) -> Any:
    if kind == "plain" and (content is None or type(content) in (bool, int, str)):
        return content
    if not isinstance(content, str):
        raise TypeError(kind)
    if kind == "opaque":
        return Opaque(content)
    if kind == "int":
        return int(content, 16)
    if kind == "float":
        return float.fromhex(content)
    if len(content) > _MAX_NUMBER_CHARS:
        raise ValueError(kind)
    if kind == "Fraction":
        numerator, _, denominator = content.partition("/")
        return Fraction(int(numerator), int(denominator or 1))
    if kind == "Decimal":
        number = Decimal(content)
        if number.is_snan():
            raise InvalidOperation("a signaling NaN cannot be compared")
        return number
    raise ValueError(kind)


def is_same(got: Any, expected: Any, float_tol: float = 0.0) -> bool:
    """Whether a rebuilt value is the expected one, which has JSON's types.

    A tuple is accepted for a list. A bool is no int. Numbers are compared by value, and where one of two is a float,
    with |a - e| <= tol + tol |e|; an infinity equals only itself, and a NaN nothing.
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
    if type(value) is not _Pairs or not all(type(key) is str for key, _ in value.items):
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
