"""What a program may reach through a handle of an object that the test has handed out.

Public attributes of plain objects and methods of their classes, and nothing behind them: no name that begins with an
underscore, nothing of modules, classes, frames, code, or generators, so no way from an object to the test around it.
"""

from __future__ import annotations

import types
from typing import Any

_CLOSED = (
    type,
    types.ModuleType,
    types.FrameType,
    types.CodeType,
    types.TracebackType,
    types.FunctionType,
    types.MethodType,
    types.BuiltinFunctionType,
)
_IS_HEAP_TYPE = 1 << 9


class Reach:
    """What the other side may do with attributes."""

    def __init__(self) -> None:
        self._shared: set[type] = set()

    def share(self, names: dict[str, Any]) -> None:
        """Let objects be changed whose classes the preamble has defined, which program and test both know."""
        self._shared.update([one for one in names.values() if isinstance(one, type) and one.__module__ == "tests"])

    def read(self, one: Any, name: str) -> Any:
        """Return an attribute of an object that was handed out.

        Raises:
            AttributeError: it has none of that name, or none that may be reached.
        """
        if name.startswith("_") or isinstance(one, _CLOSED) or hasattr(type(one), "__next__"):
            raise AttributeError(name)
        if name in getattr(one, "__dict__", ()):
            return vars(one)[name]
        base = next((base for base in type(one).__mro__ if name in vars(base)), None)
        if base is None or not _is_open(base, vars(base)[name]):
            raise AttributeError(name)
        return getattr(one, name)

    def assign(self, one: Any, name: str, value: Any) -> None:
        """Set an attribute of an object of a shared class.

        Raises:
            AttributeError: its class is another, or the attribute is no data.
        """
        is_data = not name.startswith("_") and not callable(getattr(one, name, None))
        if type(one) not in self._shared or not is_data:
            raise AttributeError(f"{name} cannot be set")
        setattr(one, name, value)


def _is_open(base: type, found: Any) -> bool:
    """Whether what a class holds is a method, or an attribute of a class that is written in Python."""
    if isinstance(found, types.MemberDescriptorType):
        return "__slots__" in vars(base)
    is_method = isinstance(found, types.MethodDescriptorType)
    return is_method or bool(base.__flags__ & _IS_HEAP_TYPE and not isinstance(found, types.GetSetDescriptorType))
