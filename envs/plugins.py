"""The tasksets that other installed distributions announce, found without importing them.

An entry of the group `rlvr.tasksets` reads `Reverse = package.module:Reverse`, or `Reverse-v2 = ...` for another
version than 0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

GROUP = "rlvr.tasksets"
"""The entry-point group."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*", re.ASCII)
_VERSIONED = re.compile(r"(?P<name>.+)-v(?P<version>\d+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Plugin:
    """One announced taskset."""

    name: str
    """The name that it is announced under."""

    version: int
    """The version; 0 without a suffix."""

    path: str
    """Where its class is, as `package.module:Class`."""

    distribution: str
    """Which distribution announces it."""

    def __str__(self) -> str:
        return f"{self.name}-v{self.version}, a plug-in of {self.distribution} at {self.path},"


@cache
def announced() -> tuple[Plugin, ...]:
    """Every announced taskset, in the order of the distributions on the path."""
    from importlib.metadata import entry_points

    found = []
    for entry in entry_points(group=GROUP):
        name, version = split_name(entry.name)
        distribution = entry.dist.name if entry.dist else "an unknown distribution"
        found.append(Plugin(name, version or 0, entry.value, distribution))
    return tuple(found)


def is_name(text: str) -> bool:
    """Whether a taskset may have this name: what ids, Gymnasium and the command line can all carry."""
    return _NAME.fullmatch(text) is not None and split_name(text)[1] is None


def split_name(name: str) -> tuple[str, int | None]:
    """Splits `Reverse-v2` into its name and version; without a suffix the version is None."""
    match = _VERSIONED.fullmatch(name)
    return (match["name"], int(match["version"])) if match else (name, None)
