"""How an exception crosses: as the builtin type that it is or is derived from, else as an `OpaqueError`.

Of its arguments the plain ones cross, and of the others their texts.
"""

from __future__ import annotations

import builtins
from typing import Any

_KINDS = {
    kind.__name__: kind
    for kind in vars(builtins).values()
    if isinstance(kind, type) and issubclass(kind, BaseException) and not kind.__name__.endswith("Group")
}
_PLAIN = (str, bytes, int, float, bool, type(None))


class OpaqueError(Exception):
    """An exception of the other side whose type is its own, derived from `Exception` alone."""


def exception_parts(error: BaseException) -> tuple[str, tuple[Any, ...]]:
    """Return the name of the type as which an exception crosses, empty for an opaque one, and its arguments."""
    kind = next(base for base in type(error).__mro__ if _KINDS.get(base.__name__) is base)
    if kind is Exception and type(error) is not Exception:
        return "", (exception_text(error),)
    return kind.__name__, tuple([one if type(one) in _PLAIN else exception_text(one) for one in error.args])


def exception_of(parts: Any) -> BaseException:
    """Rebuild an exception from its parts.

    Raises:
        ValueError: they are none of an exception.
    """
    name, arguments = parts
    if not isinstance(name, str) or (name and name not in _KINDS) or not isinstance(arguments, tuple):
        raise ValueError("not an exception")
    kind = _KINDS[name] if name else OpaqueError
    try:
        return kind(*arguments)
    except Exception:  # noqa: BLE001  some take arguments of certain types only, and these are what the other side says
        return kind.__new__(kind, *arguments)


def exception_text(value: Any) -> str:
    """Return the text of an exception or an argument of one, or its type's name if it has none."""
    try:
        return str.__str__(str(value))
    except Exception:  # noqa: BLE001  its own code
        return type(value).__name__
