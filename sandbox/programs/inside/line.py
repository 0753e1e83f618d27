"""The agent's line to the host: frames on its standard input and output.

Its reads and writes block. That is sound because the host always finishes a frame that it began, and always reads.
"""

from __future__ import annotations

import os
from typing import Any

from rlvr.sandbox.programs.inside import wire

CHUNK = 1 << 20


class ChannelClosedError(Exception):
    """The host has gone, or the slot is broken; either way the agent ends, and with it the slot."""


def read_head() -> tuple[int, int, dict[str, Any]]:
    """Return the number, the kind and the JSON object of the next frame; the bytes after it are still to be read.

    Raises:
        ChannelClosedError: there is no frame, or it is malformed.
    """
    try:
        length, number, kind = wire.unpack_head(read(wire.HEAD_SIZE))
        size = wire.unpack_length(read(wire.LENGTH_SIZE))
        meta = wire.unpack_meta(read(size))
    except wire.MalformedFrameError as error:
        raise ChannelClosedError(str(error)) from error
    if length != wire.LENGTH_SIZE + size + sum(meta.get("sizes", [])):
        raise ChannelClosedError("a frame whose sizes do not fit")
    return number, kind, meta


def read(size: int) -> bytes:
    """Read exactly so many bytes."""
    parts = []
    while size:
        parts.append(read_some(size))
        size -= len(parts[-1])
    return b"".join(parts)


def read_some(size: int) -> bytes:
    """Read at least one byte.

    Raises:
        ChannelClosedError: the host has gone.
    """
    try:
        part = os.read(0, min(size, CHUNK))
    except ConnectionError as error:  # it has gone before it read all that we wrote
        raise ChannelClosedError("the host has gone") from error
    if not part:
        raise ChannelClosedError("the host has gone")
    return part


def write(number: int, kind: int, meta: dict[str, Any] | None = None, *blobs: bytes | bytearray) -> None:
    """Write a frame."""
    pieces = wire.pack(number, kind, meta, *blobs)
    if sum(map(len, pieces)) < CHUNK:
        pieces = [b"".join(pieces)]  # each write is a record of its own on its way through an engine
    for piece in pieces:
        write_all(1, piece)


def write_all(fd: int, data: bytes) -> None:
    """Write all of the bytes.

    Raises:
        ChannelClosedError: nobody reads.
    """
    view = memoryview(data)
    try:
        while view:
            view = view[os.write(fd, view) :]
    except ConnectionError as error:
        raise ChannelClosedError("the host has gone") from error
