"""The users that a slot's jobs have."""

from __future__ import annotations

import os
import random

_PER_SLOT = 10_000
_NEEDED = (5, 6, 7)  # CAP_KILL, CAP_SETGID, CAP_SETUID


def first_uid() -> int:
    """Return the user before the first job's, or 0 where the slot has only one.

    RLIMIT_NPROC counts a user's processes on the whole machine, so slots take users at random, each job its own.
    """
    with open("/proc/self/uid_map", "rb") as mapped:  # noqa: PTH123
        size = int(mapped.read().split()[2])
    if os.getuid() or size < 2 * _PER_SLOT or not can_change():
        return 0
    num_ranges = min(size, 2**31) // _PER_SLOT - 1
    return random.SystemRandom().randrange(1, num_ranges) * _PER_SLOT


def can_change() -> bool:
    """Whether this process may become any user, and end what runs as that user."""
    with open("/proc/self/status", encoding="ascii", errors="replace") as status:  # noqa: PTH123
        words = status.read().split()
    held = int(words[words.index("CapEff:") + 1], 16)
    return all(held >> number & 1 for number in _NEEDED)
