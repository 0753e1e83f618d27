"""What a worker is asked to call: a function by its path, or a method of a pickled, trusted object.

Only the target is ever pickled. It comes from the caller's own program, never from model text; arguments and
results cross as JSON.
"""

import hashlib
import io
import os
import pickle
import sys
from dataclasses import dataclass, field
from typing import Any

from rlvr.sandbox.loading import NotLoadable, absolute_path, require_loadable, source_files


@dataclass(frozen=True, slots=True)
class Target:
    """Something callable that every worker can load. Make one with `function` or `method`."""

    name: str
    """What it is called in messages."""
    path: str | None
    """The object path of a function; None for a method."""
    attribute: str | None
    """The method's name; None for a function."""
    pickled: bytes = field(repr=False)
    """The pickled object whose method is called; empty for a function."""
    files: dict[str, str] = field(repr=False, hash=False)
    """Module names that the pickle mentions and the files they come from."""
    search_path: tuple[str, ...] = field(repr=False)
    """The caller's `sys.path`, where the worker looks for modules."""
    key: str = field(repr=False)
    """A digest of all of the above; workers keep what they have loaded under it."""

    @classmethod
    def function(cls, path: str) -> "Target":
        """Return a target for the function at `module:name` or `file.py:name`.

        The path is not imported here. A path that leads nowhere makes each call RAISED with the reason.

        Raises:
            PathFormatError: it is not an object path.
        """
        return _target(path, absolute_path(path), None, b"", {})

    @classmethod
    def method(cls, obj: Any, name: str) -> "Target":
        """Return a target for `obj.name`; the object is pickled now, so later changes to it do not count.

        Raises:
            NotLoadable: the object, or something in it, exists in this process only, or cannot be pickled.
            AttributeError: the object has no such method.
        """
        if not callable(getattr(obj, name)):
            raise TypeError(f"{type(obj).__qualname__}.{name} is not a method: it is {getattr(obj, name)!r}")
        pickler = _Pickler()
        pickled = pickler.pickle(obj)
        return _target(f"{type(obj).__qualname__}.{name}", None, name, pickled, source_files(pickler.modules))


class _Pickler(pickle.Pickler):
    """Pickles by reference only what another process can find, and notes where that is."""

    def __init__(self) -> None:
        self.modules: set[str] = set()
        self._buffer = io.BytesIO()
        super().__init__(self._buffer, protocol=pickle.HIGHEST_PROTOCOL)

    def pickle(self, obj: Any) -> bytes:
        require_loadable(type(obj))
        try:
            self.dump(obj)
        except (pickle.PicklingError, AttributeError, TypeError, RecursionError) as error:
            raise NotLoadable(f"{type(obj).__qualname__} cannot be sent to a worker: {error}") from error
        return self._buffer.getvalue()

    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, type) or type(obj).__name__ == "function":
            require_loadable(obj)
            self.modules.add(obj.__module__)
        return NotImplemented


def _target(name: str, path: str | None, attribute: str | None, pickled: bytes, files: dict[str, str]) -> Target:
    digest = hashlib.blake2b(repr((path, attribute, sorted(files.items()))).encode(), digest_size=16)
    digest.update(pickled)
    return Target(name, path, attribute, pickled, files, search_path(), digest.hexdigest())


def search_path() -> tuple[str, ...]:
    """Return `sys.path` with absolute entries."""
    entries = []
    for entry in sys.path:
        try:
            entries.append(os.path.abspath(entry))  # noqa: PTH100  a link must stay one: packages are found through it
        except OSError:
            continue  # a relative entry, and the working directory is gone
    return tuple(entries)
