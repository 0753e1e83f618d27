"""The tasksets that other installed distributions announce, found without importing them.

An entry of the group `rlvr.tasksets` reads `Reverse = package.module:Reverse`, or `Reverse-v2 = ...` for another
version than 0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

GROUP = "rlvr.tasksets"
"""The entry-point group."""

_VERSIONED = re.compile(r"(?P<name>.+)-v(?P<version>\d+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Plugin:
    """One announced taskset."""

    path: str
    """Where its class is, as `package.module:Class`."""

    distribution: str
    """Which distribution announces it."""


@cache
def plugins() -> Mapping[tuple[str, int], Plugin]:
    """The announced tasksets by name and version; of two with the same, the first on the path."""
    from importlib.metadata import entry_points

    found: dict[tuple[str, int], Plugin] = {}
    for entry in entry_points(group=GROUP):
        name, version = split_name(entry.name)
        distribution = entry.dist.name if entry.dist else "an unknown distribution"
        found.setdefault((name, version or 0), Plugin(entry.value, distribution))
    return found


def split_name(name: str) -> tuple[str, int | None]:
    """Splits `Reverse-v2` into its name and version; without a suffix the version is None."""
    match = _VERSIONED.fullmatch(name)
    return (match["name"], int(match["version"])) if match else (name, None)
