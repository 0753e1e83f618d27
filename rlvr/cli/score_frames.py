"""Frames between the command and its worker processes: a JSON header and a body of bytes.

Rows travel as the bytes they are in the file; only the small header is JSON. Nothing is pickled.
"""

import json
import struct
from typing import Any, BinaryIO

_SIZES = struct.Struct("!IQ")


class FrameError(Exception):
    """The other side is gone: the stream ended inside a frame."""


def write_frame(stream: BinaryIO, header: Any, body: bytes = b"") -> None:
    """Write one frame and flush.

    Args:
        stream: The pipe to the other side.
        header: Any JSON value.
        body: The bytes that go with it.
    """
    encoded = json.dumps(header).encode()
    stream.write(_SIZES.pack(len(encoded), len(body)) + encoded)
    stream.write(body)
    stream.flush()


def read_frame(stream: BinaryIO) -> tuple[Any, bytes] | None:
    """Read one frame; None at the end of the stream.

    Raises:
        FrameError: If the stream ends inside the frame.
    """
    sizes = stream.read(_SIZES.size)
    if not sizes:
        return None
    if len(sizes) < _SIZES.size:
        raise FrameError("the stream ended inside a frame")
    header_size, body_size = _SIZES.unpack(sizes)
    content = stream.read(header_size + body_size)
    if len(content) < header_size + body_size:
        raise FrameError("the stream ended inside a frame")
    return json.loads(content[:header_size]), content[header_size:]
