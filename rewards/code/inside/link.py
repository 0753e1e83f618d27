"""One end of the stream to the other end of a test: whole messages, strictly in turns, each with its number.

The first message is the judge's, and after it each answers the other. What is out of turn, has another number or is too
large ends this end: `on_end` is told, and does not return, so that no `except` of the test's or the program's own code
can carry on without the other.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, NoReturn

from rlvr.rewards.code.inside.program import hidden_copy

if TYPE_CHECKING:
    from collections.abc import Callable

LINK_FD = 3
"""Where the sandbox puts the stream."""
MAX_MESSAGE = 64 << 20
"""Bytes; a longer message is not ours."""
MAX_MESSAGES = 200_000
"""Of a test, to and fro: each costs the host some of its time, whoever sends it."""

_HEAD_SIZE = 8
_CHUNK = 1 << 16


def open_link(on_end: Callable[[str], NoReturn]) -> Link:
    """Return this process's link, whose descriptor is out of the program's way."""
    fd = hidden_copy(LINK_FD)
    os.close(LINK_FD)
    return Link(fd, on_end)


class Link:
    """Sends and receives messages.

    Args:
        fd: The stream.
        on_end: Ends this process; told `lost` when the other end has gone, or what is wrong with what it said.
    """

    def __init__(self, fd: int, on_end: Callable[[str], NoReturn]) -> None:
        self._fd, self._on_end = fd, on_end
        self._pid, self._number = os.getpid(), 0

    def send(self, body: bytes) -> None:
        """Send a message; it is this end's turn."""
        if os.getpid() != self._pid:
            os._exit(0)  # a fork of the program that came back has no part in this
        self._number += 1
        data = len(body).to_bytes(4, "big") + self._number.to_bytes(4, "big") + body
        try:
            while data:
                data = data[os.write(self._fd, data) :]
        except OSError:
            self._on_end("lost")

    def receive(self) -> bytes:
        """Wait for the other's message, after which it is this end's turn again."""
        self._number += 1
        data = self._read(_CHUNK)
        while len(data) < _HEAD_SIZE:
            data += self._read(_CHUNK)
        size, number = int.from_bytes(data[:4], "big"), int.from_bytes(data[4:_HEAD_SIZE], "big")
        if number != self._number or size > MAX_MESSAGE:
            self._on_end("a message that is out of turn or too large")
        if number > MAX_MESSAGES:
            self._on_end(f"more than {MAX_MESSAGES:,} messages")
        pieces, missing = [data[_HEAD_SIZE:]], size + _HEAD_SIZE - len(data)
        while missing > 0:
            pieces.append(self._read(min(missing, 1 << 20)))
            missing -= len(pieces[-1])
        if missing:
            self._on_end("a message that was not asked for")
        return b"".join(pieces)

    def wait_for_end(self) -> None:
        """Wait until the other end has gone, and heed nothing that it says."""
        with contextlib.suppress(OSError):
            while os.read(self._fd, _CHUNK):
                pass

    def _read(self, size: int) -> bytes:
        try:
            data = os.read(self._fd, size)
        except OSError:
            data = b""
        if not data:
            self._on_end("lost")
        return data
