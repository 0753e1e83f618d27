"""Shared memory by name, as files in the slot's own folder."""

from __future__ import annotations

import os

_FOLDER = os.environ.get("RLVR_SLOT_SHM", "/dev/shm")  # noqa: S108


def shm_open(path: str, flags: int, mode: int = 0o777) -> int:
    """Open, or with O_CREAT make, a piece of shared memory; return a descriptor."""
    return os.open(place(path), flags | os.O_CLOEXEC | os.O_NOFOLLOW, mode)


def shm_unlink(path: str) -> None:
    """Remove the name of a piece of shared memory."""
    os.unlink(place(path))  # noqa: PTH108


def place(name: str, prefix: str = "") -> str:
    """Return the path of the file that a name stands for."""
    bare = name.lstrip("/")
    if not bare or "/" in bare:
        raise OSError(22, "Invalid argument", name)
    return f"{_FOLDER}/{prefix}{bare}"
