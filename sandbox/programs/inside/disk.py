"""How much the writable places hold: of the tmpfs that they are, or of folders on the host's disk.

A tmpfs knows. Folders are walked, no more than a small part of the time, by descriptors: paths may be longer than the
kernel takes. Nothing that a program does to its folders leads the walk out of them.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time

from rlvr.sandbox.programs.inside import places

MAX_INODES = 3 * 4096
"""Files and folders in all places together, by each of their names."""

_MB = 1 << 20
_BLOCK = 512
_REST = 10
"""How many times as long as a walk took it rests."""
_MAX_DEPTH = 400
_GONE = (FileNotFoundError, NotADirectoryError)
_HERE = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def state() -> object:
    """Return what is the same again once the places are as empty as they were."""
    if places.FOLDER:
        return [os.listdir(place) for place in places.WRITABLE]  # noqa: PTH208
    return [(place.f_bfree, place.f_ffree) for place in map(os.statvfs, places.WRITABLE)]


class Tmpfs:
    """Writable places that are file systems of their own."""

    def used(self) -> tuple[float, int]:
        """Return the MiB and the number of inodes in use."""
        disks = [os.statvfs(place) for place in places.WRITABLE]
        size_mb = sum((disk.f_blocks - disk.f_bfree) * disk.f_frsize for disk in disks) / _MB
        return size_mb, sum(disk.f_files - disk.f_ffree for disk in disks)


class Folders:
    """Writable places that are folders of the host's file system."""

    def __init__(self) -> None:
        self._used, self._due = (0.0, 0), 0.0

    def used(self) -> tuple[float, int]:
        """Return the MiB and the number of inodes in use, as they were at the last walk.

        A folder that cannot be read, or is too deep to follow, counts as more than all that is allowed.
        """
        started = time.monotonic()
        if started >= self._due:
            try:
                self._used = _walk(places.WRITABLE)
            except PermissionError:
                self._used = (0.0, MAX_INODES + 1)
            ended = time.monotonic()
            self._due = ended + _REST * (ended - started)
        return self._used


def _walk(tops: tuple[str, ...]) -> tuple[float, int]:
    """Return what is below the folders.

    Raises:
        PermissionError: a folder cannot be followed.
    """
    size, count = 0, 0
    seen: set[int] = set()
    stack = [(fd, os.listdir(fd)) for fd in (os.open(top, _HERE) for top in tops)]  # noqa: PTH208
    try:
        while stack and count <= MAX_INODES:
            fd, names = stack[-1]
            if not names:
                stack.pop()
                os.close(fd)
                continue
            name = names.pop()
            with contextlib.suppress(*_GONE):
                found = os.stat(name, dir_fd=fd, follow_symlinks=False)
                count += 1
                if found.st_ino not in seen:
                    seen.add(found.st_ino)
                    size += found.st_blocks * _BLOCK
                if stat.S_ISDIR(found.st_mode):
                    stack.append(_opened(name, fd, len(stack)))
    finally:
        for fd, _ in stack:
            os.close(fd)
    return size / _MB, count


def _opened(name: str, parent: int, depth: int) -> tuple[int, list[str]]:
    if depth > _MAX_DEPTH:
        raise PermissionError(f"a folder {depth} deep")
    fd = os.open(name, _HERE, dir_fd=parent)
    return fd, os.listdir(fd)  # noqa: PTH208
