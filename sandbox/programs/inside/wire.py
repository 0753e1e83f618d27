"""The frames between the host and the agent of a slot, the same on both sides.

A frame is a head (length of the body, number, kind) and a body. Requests are numbered 1, 2, 3 and so on, and an answer
carries its request's number, so an answer can never be taken for another's. A body is the length of a JSON object,
the object, and then raw bytes whose sizes the object states.
"""

from __future__ import annotations

import json
import struct
from typing import Any

READY, RUN, DONE, PING, PONG = 1, 2, 3, 4, 5
"""The kinds of frame: the agent is ready (number 0), a job, its report, and a sign of life asked for and given."""

RENEW, RENEWED = 9, 10
"""A new zygote is asked for, and has started; the old one has ended, and nothing else was there."""

SAID, HEAR, CUT = 6, 7, 8
"""Of a linked job, with its number: bytes from it, bytes to it, and its end since the other has ended."""

MAX_BODY = 256 << 20
"""Bytes; what says more is not a frame of ours."""

MAX_META = 1 << 20
"""Bytes of a body's JSON object."""

STDERR_BYTES = 1 << 16
"""How much of the end of standard error is kept."""

_HEAD = struct.Struct(">IIB")
_LENGTH = struct.Struct(">I")
HEAD_SIZE = _HEAD.size
LENGTH_SIZE = _LENGTH.size


class MalformedFrameError(Exception):
    """The bytes are not a frame; nothing that follows them can be trusted."""


def pack(number: int, kind: int, meta: dict[str, Any] | None = None, *blobs: bytes | bytearray) -> list[bytes]:
    """Return a frame in pieces, so that large blobs are not copied together."""
    text = json.dumps({} if meta is None else meta, separators=(",", ":")).encode()
    length = LENGTH_SIZE + len(text) + sum(map(len, blobs))
    return [_HEAD.pack(length, number, kind) + _LENGTH.pack(len(text)) + text, *map(bytes, blobs)]


def unpack_head(data: bytes | bytearray) -> tuple[int, int, int]:
    """Return the body's length, the number and the kind of the frame that `data` begins with."""
    length, number, kind = _HEAD.unpack_from(data)
    if not LENGTH_SIZE <= length <= MAX_BODY:
        raise MalformedFrameError(f"a body of {length:,} bytes")
    return length, number, kind


def unpack_length(data: bytes | bytearray) -> int:
    """Return the length of the JSON object of the body that `data` begins with."""
    length: int = _LENGTH.unpack_from(data)[0]
    if length > MAX_META:
        raise MalformedFrameError(f"a JSON object of {length:,} bytes")
    return length


def unpack_meta(data: bytes | bytearray | memoryview) -> dict[str, Any]:
    """Return the JSON object that `data` is."""
    try:
        meta = json.loads(bytes(data))
    except (ValueError, RecursionError) as error:
        raise MalformedFrameError(f"a body without its JSON object: {error}") from error
    if not isinstance(meta, dict):
        raise MalformedFrameError("a body whose JSON is not an object")
    return meta


def unpack_body(body: bytes | bytearray) -> tuple[dict[str, Any], memoryview]:
    """Return the JSON object of a whole body, and the raw bytes after it."""
    if len(body) < LENGTH_SIZE:
        raise MalformedFrameError("a body that is too short")
    end = LENGTH_SIZE + unpack_length(body)
    view = memoryview(body)
    return unpack_meta(view[LENGTH_SIZE:end]), view[end:]
