"""Handles: what stands for an object that stays in the other process.

A handle has what its object has of calling, length, iteration and indexing, and passes on attributes. It has nothing
else: it is equal to itself only, and there is no arithmetic and no order, so that what it is compared with never leaves
its own process.
"""

from __future__ import annotations

import re
import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rlvr.rewards.code.inside.peer import Peer

MAX_ITEMS = 1_000_000
"""Items of one iterator."""
MAX_LENGTH = 1_000_000
"""What `len` of a handle may be."""

_EAGERNESS = 8
"""An iterator is read ahead by 1/8 of what was taken, so that a long one costs few messages."""
_PASSED_ON = ("__name__", "__qualname__")


class Handle:
    """An object of the other process, with the number that it has there."""

    __slots__ = ("_rlvr_methods", "_rlvr_number", "_rlvr_peer")

    def __init__(self, peer: Peer, number: int) -> None:
        object.__setattr__(self, "_rlvr_peer", peer)
        object.__setattr__(self, "_rlvr_number", number)
        object.__setattr__(self, "_rlvr_methods", {})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name not in _PASSED_ON:
            raise AttributeError(name)
        if name in self._rlvr_methods:
            return self._rlvr_methods[name]
        found = self._rlvr_peer.ask("get", self, name)
        if isinstance(found, MethodHandle):
            self._rlvr_methods[name] = found
        return found

    def __setattr__(self, name: str, value: Any) -> None:
        self._rlvr_peer.ask("set", self, name, value)

    def __reduce_ex__(self, _: Any) -> Any:
        raise TypeError("an object of another process cannot be copied")


class _Called(Handle):
    __slots__ = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._rlvr_peer.ask_call(self, args, kwargs)


class MethodHandle(_Called):
    """A bound method, of which its object's handle need not ask again."""

    __slots__ = ()


class _Class(_Called):
    __slots__ = ()

    def __instancecheck__(self, other: Any) -> bool:
        return isinstance(other, Handle) and self._rlvr_peer.ask("isinstance", self, other) is True


class _Sized(Handle):
    __slots__ = ()

    def __len__(self) -> int:
        size = self._rlvr_peer.ask("len", self)
        if type(size) is not int or not 0 <= size <= MAX_LENGTH:
            raise ValueError(f"a length that is not one of 0 to {MAX_LENGTH:,}")
        return size


class _Indexed(Handle):
    __slots__ = ()

    def __getitem__(self, key: Any) -> Any:
        return self._rlvr_peer.ask("item", self, key)


class _Assigned(Handle):
    __slots__ = ()

    def __setitem__(self, key: Any, value: Any) -> None:
        self._rlvr_peer.ask("put", self, key, value)

    def __delitem__(self, key: Any) -> None:
        self._rlvr_peer.ask("drop", self, key)


class _Iterable(Handle):
    __slots__ = ()

    def __iter__(self) -> Any:
        found = self._rlvr_peer.ask("iter", self)
        if not isinstance(found, _Iterator):
            raise TypeError("it gave no iterator")
        return found


class _Iterator(Handle):
    __slots__ = ("_rlvr_count", "_rlvr_end", "_rlvr_items")

    def __init__(self, peer: Peer, number: int) -> None:
        super().__init__(peer, number)
        object.__setattr__(self, "_rlvr_items", [])
        object.__setattr__(self, "_rlvr_count", 0)
        object.__setattr__(self, "_rlvr_end", None)

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        if not self._rlvr_items:
            self._fetch()
        return self._rlvr_items.pop()

    def _fetch(self) -> None:
        """Take in items, the last first since they are taken from the end, or raise what comes after the last."""
        while not self._rlvr_items:
            end, count = self._rlvr_end, self._rlvr_count
            if end is not None:
                object.__setattr__(self, "_rlvr_end", StopIteration())
                raise end
            if count > MAX_ITEMS:
                raise ValueError(f"an iterator of more than {MAX_ITEMS:,} items")
            items, end = self._rlvr_peer.ask_items(self, 1 + count // _EAGERNESS)
            object.__setattr__(self, "_rlvr_items", items[::-1])
            object.__setattr__(self, "_rlvr_end", end)
            object.__setattr__(self, "_rlvr_count", count + len(items))


class _True(Handle):
    """A match of a regular expression, of which programs return no more than that it is there."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return True


_LETTERS = {
    "b": _True,
    "m": MethodHandle,
    "t": _Class,
    "c": _Called,
    "l": _Sized,
    "n": _Iterator,
    "i": _Iterable,
    "s": _Assigned,
    "g": _Indexed,
}
_METHODS = (("l", "__len__"), ("s", "__setitem__"), ("g", "__getitem__"))


def handle_letters(value: Any) -> str:
    """Return what an object has, as letters that tell the other side which handle to make."""
    kind, letters = type(value), ""
    if callable(value):
        letters = "m" if method_of(value) else "t" if issubclass(kind, type) else "c"
    if hasattr(kind, "__iter__"):
        letters += "n" if hasattr(kind, "__next__") else "i"
    if kind is re.Match:
        letters += "b"
    return letters + "".join([letter for letter, name in _METHODS if hasattr(kind, name)])


def method_of(value: Any) -> tuple[Any, Any] | None:
    """Return what tells a bound method from others, since it is made anew at each access; None if it is none."""
    if type(value) is types.MethodType:
        return id(value.__self__), id(value.__func__)
    if type(value) is types.BuiltinMethodType and not isinstance(value.__self__, types.ModuleType):
        return id(value.__self__), value.__name__
    return None


def handle_type(letters: str, base: type[Handle]) -> type[Handle]:
    """Return the type of a handle that has what the letters say.

    Raises:
        ValueError: they are not ours.
    """
    key = "".join(sorted(letters)), base
    if key not in _TYPES:
        try:
            mixins = [_LETTERS[letter] for letter in key[0]]
            _TYPES[key] = type("Handle", (*mixins, base), {"__slots__": ()})
        except (KeyError, TypeError) as error:
            raise ValueError("no such handle") from error
    return _TYPES[key]


_TYPES: dict[tuple[str, type[Handle]], type[Handle]] = {}
