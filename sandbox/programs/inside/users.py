"""The users that a slot's jobs have, and how many processes the kernel lets them have."""

from __future__ import annotations

import os
import random
import resource
import time

_PER_SLOT = 10_000
_NEEDED = (5, 6, 7)  # CAP_KILL, CAP_SETGID, CAP_SETUID
_MOST = 1 << 22
_GROWTH = 256
"""How many processes and threads what else the user has running may start while a job runs."""
_COUNT_S = 5.0


def first_uid() -> int:
    """Return the user before the first job's, or 0 where the slot has only one.

    RLIMIT_NPROC counts a user's processes on the whole machine, so slots take users at random, each job its own.
    """
    with open("/proc/self/uid_map", "rb") as mapped:  # noqa: PTH123
        size = int(mapped.read().split()[2])
    if os.getuid() or size < 2 * _PER_SLOT or not _can_change():
        return 0
    num_ranges = min(size, 2**31) // _PER_SLOT - 1
    return random.SystemRandom().randrange(1, num_ranges) * _PER_SLOT


def _can_change() -> bool:
    """Whether this process may become any user, and end what runs as that user."""
    with open("/proc/self/status", encoding="ascii", errors="replace") as status:  # noqa: PTH123
        words = status.read().split()
    held = int(words[words.index("CapEff:") + 1], 16)
    return all(held >> number & 1 for number in _NEEDED)


class Room:
    """RLIMIT_NPROC for jobs whose user has other processes, which count, too.

    It is wide, and stops what would starve the agent before that has counted it.
    """

    def __init__(self) -> None:
        self._others, self._counted = 0, float("-inf")

    def limit(self, pids: int) -> int:
        """Return the limit for a job that may have so many processes and threads."""
        if time.monotonic() > self._counted + _COUNT_S:
            self._others, self._counted = num_tasks(), time.monotonic()
        most, hard = self._others + pids + _GROWTH, resource.getrlimit(resource.RLIMIT_NPROC)[1]
        return most if hard == resource.RLIM_INFINITY else min(most, hard)


def num_tasks() -> int:
    """Return how many processes and threads this process's user has, as the kernel counts them for RLIMIT_NPROC.

    They may be in other containers, where nothing shows them, so a child finds out how low its limit may be.
    """
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(writer, str(_lowest_limit() - 2).encode())
        finally:
            os._exit(0)
    os.close(writer)
    said = os.read(reader, 20)
    os.close(reader)
    os.waitpid(pid, 0)
    return int(said)


def _lowest_limit() -> int:
    """Return the lowest limit under which this process can fork."""
    hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    low, high = 0, _MOST if hard == resource.RLIM_INFINITY else min(hard, _MOST)
    while low < high:
        middle = (low + high) // 2
        resource.setrlimit(resource.RLIMIT_NPROC, (middle, hard))
        try:
            pid = os.fork()
        except BlockingIOError:
            low = middle + 1
            continue
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
        high = middle
    return low
