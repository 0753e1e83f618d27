"""What a program may reach through a handle of an object that the test has handed out.

Public attributes of plain objects and methods of their classes, and nothing behind them: no name that begins with an
underscore, nothing of modules, classes, frames, code, or generators, so no way from an object to the test around it.
Nothing, either, of what tests are judged with: a test case or a mock could be told what counts as passed.
"""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

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
_HARNESS, _MOCKS = "unittest", "unittest.mock"


class Reach:
    """What the other side may do with attributes."""

    def __init__(self) -> None:
        self._shared: set[type] = set()

    @property
    def operations(self) -> dict[str, Callable[..., Any]]:
        """What the other side may ask, by name."""
        return {"get": self.read, "set": self.assign, "call": self.call}

    def share(self, names: dict[str, Any]) -> None:
        """Let objects be changed whose classes the preamble has defined, which program and test both know."""
        self._shared.update([one for one in names.values() if isinstance(one, type) and one.__module__ == "tests"])

    def read(self, one: Any, name: str) -> Any:
        """Return an attribute of an object that was handed out.

        Raises:
            AttributeError: it has none of that name, or none that may be reached.
        """
        if name.startswith("_") or isinstance(one, _CLOSED) or hasattr(type(one), "__next__") or _judges(one):
            raise AttributeError(name)
        if name in getattr(one, "__dict__", ()):
            return vars(one)[name]
        base = next((base for base in type(one).__mro__ if name in vars(base)), None)
        if base is None or not _is_open(base, vars(base)[name]):
            raise AttributeError(name)
        return getattr(one, name)

    def call(self, one: Any, args: Any, kwargs: Any) -> Any:
        """Return what a call of an object gives that was handed out.

        Raises:
            TypeError: it is what runs the test.
        """
        if _judges(one):
            raise TypeError(type(one).__name__)
        return one(*args, **kwargs)

    def assign(self, one: Any, name: str, value: Any) -> None:
        """Set an attribute of an object of a shared class.

        Raises:
            AttributeError: its class is another, or the attribute is no data.
        """
        is_data = not name.startswith("_") and not callable(getattr(one, name, None))
        if type(one) not in self._shared or not is_data or _judges(one):
            raise AttributeError(f"{name} cannot be set")
        setattr(one, name, value)


def _judges(one: Any) -> bool:
    """Whether an object is a test case, or another part of what runs tests; a mock is none, since it may be called."""
    return any(_is_of_harness(base) and base.__module__ != _MOCKS for base in type(one).__mro__)


def _is_of_harness(base: type) -> bool:
    return base.__module__.partition(".")[0] == _HARNESS


def _is_open(base: type, found: Any) -> bool:
    """Whether what a class holds is a method, or an attribute of a class that is written in Python."""
    if _is_of_harness(base):
        return False
    if isinstance(found, types.MemberDescriptorType):
        return "__slots__" in vars(base)
    is_method = isinstance(found, types.MethodDescriptorType)
    return is_method or bool(base.__flags__ & _IS_HEAP_TYPE and not isinstance(found, types.GetSetDescriptorType))
