"""A linked job's descriptor 3: a socket whose other end the agent has, and relays to the host.

Nothing blocks here: what the job does not take waits, and the host bounds how much that can be.
"""

from __future__ import annotations

import contextlib
import os
import socket

from rlvr.sandbox.programs.inside import line, wire

_CHUNK = 1 << 16


class Link:
    """The agent's end of a job's link.

    Args:
        number: Of the job.
    """

    def __init__(self, number: int) -> None:
        self._number = number
        self._ours, theirs = socket.socketpair()
        self._ours.setblocking(False)
        self._waiting = bytearray()
        self.their_fd = theirs.detach()
        """The job's end, for the zygote; to be closed once it has it."""

    def fileno(self) -> int:
        """Return the descriptor to poll."""
        return self._ours.fileno()

    def has_waiting(self) -> bool:
        """Whether there are bytes that the job has not taken yet."""
        return bool(self._waiting)

    def relay(self) -> bool:
        """Send what the job has said to the host; False when it says no more."""
        try:
            said = os.read(self._ours.fileno(), _CHUNK)
        except BlockingIOError:
            return True
        except ConnectionError:
            return False
        if said:
            line.write(self._number, wire.SAID, {"sizes": [len(said)]}, said)
        return bool(said)

    def hear(self, heard: bytes) -> None:
        """Give bytes to the job, as far as it takes them now."""
        self._waiting += heard
        with contextlib.suppress(BlockingIOError):
            try:
                while self._waiting:
                    del self._waiting[: os.write(self._ours.fileno(), self._waiting[:_CHUNK])]
            except ConnectionError:  # it does not listen any more
                self._waiting.clear()

    def close(self) -> None:
        """Close the agent's end."""
        self._ours.close()
