import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.sandbox.programs.inside import wire


@given(st.integers(0, 2**32 - 1), st.lists(st.binary(max_size=50), max_size=3))
def test_round_trip(number: int, blobs: list[bytes]) -> None:
    frame = b"".join(wire.pack(number, wire.RUN, {"a": [1, "ü"]}, *blobs))
    length, seen, kind = wire.unpack_head(frame)
    assert (length, seen, kind) == (len(frame) - wire.HEAD_SIZE, number, wire.RUN)
    meta, rest = wire.unpack_body(frame[wire.HEAD_SIZE :])
    assert meta == {"a": [1, "ü"]}
    assert bytes(rest) == b"".join(blobs)


@pytest.mark.parametrize("length", [0, 3, wire.MAX_BODY + 1, 2**32 - 1])
def test_a_body_of_an_impossible_length(length: int) -> None:
    with pytest.raises(wire.MalformedFrameError, match="a body of"):
        wire.unpack_head(struct.pack(">IIB", length, 1, wire.RUN))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0\0\0",
        b"\xff\xff\xff\xff{}",
        b"\0\0\0\x02[]",
        b"\0\0\0\x02{,",
        b"\0\0\0\x09{}",
        b"\0\0\0\x01\xff",
        struct.pack(">I", 200_000) + b"[" * 200_000,
    ],
    ids=repr,
)
def test_a_malformed_body(body: bytes) -> None:
    if len(body) == 6 and body[3] == 9:
        wire.unpack_body(body)  # what is missing is seen by the sizes
        return
    with pytest.raises(wire.MalformedFrameError):
        wire.unpack_body(body)
