"""Loaded by every interpreter at its start: to a program, the host's `/dev/shm` is full.

`multiprocessing` then takes the temporary folder for what it shares.
"""

from __future__ import annotations

import os
from typing import Any

_statvfs = os.statvfs


def statvfs(path: Any) -> os.statvfs_result:
    """Return what the kernel says of a file system, of that one without free space."""
    found = _statvfs(path)
    if path == "/dev/shm":  # noqa: S108
        found = os.statvfs_result((*found[:3], 0, 0, *found[5:]))
    return found


os.statvfs = statvfs
