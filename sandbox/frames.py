"""What travels between the parent and a worker: length-prefixed frames that carry JSON.

Strings cross exactly, lone surrogates included (`surrogatepass`), and so do NaN and the infinities. Tuples arrive
as lists and the keys of a dict as strings, as always in JSON. A target's pickle is the one payload that is not
JSON, and it only ever travels from the parent to a worker.
"""

import json
import struct
from typing import Any, Final

MAX_PAYLOAD: Final = 64 * 2**20
"""Bytes of JSON that one call's arguments, or one call's result, may take."""

# From the parent.
LOAD: Final = 1
"""A JSON object that says how to load a target, a length-prefixed head of the payload, then the pickle."""
CALL: Final = 2
"""Lines: the target's key, then the JSON list of each call's arguments."""

# From a worker. Each frame says how much CPU time the process has used so far.
HELLO: Final = 10
LOADED: Final = 11
LOAD_FAILED: Final = 12
STARTED: Final = 13
"""The calls of a CALL frame have been read, and the first one starts."""
RETURNED: Final = 14
RAISED: Final = 15
NO_MEMORY: Final = 16

HAS_THREADS: Final = 1
"""Flag of an answer: the process has threads that it did not have when the target was loaded."""

_REQUEST = struct.Struct("<BI")  # kind, length
_ANSWER = struct.Struct("<BBIdd")  # kind, flags, length, CPU seconds of the process so far, wall seconds of the call
_LENGTH = struct.Struct("<I")

REQUEST_SIZE: Final = _REQUEST.size
ANSWER_SIZE: Final = _ANSWER.size

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_decode = json.JSONDecoder().decode


class NotJsonError(ValueError):
    """A value has no JSON form, or one that is over the size limit."""


def to_json(value: Any, what: str) -> bytes:
    """Return the JSON of `value`; `what` names it in errors.

    Raises:
        NotJsonError: it is not JSON, or too large.
    """
    try:
        text = _encode(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise NotJsonError(f"{what} is not JSON: {error}") from error
    data = text.encode("utf-8", "surrogatepass")
    if len(data) > MAX_PAYLOAD:
        raise NotJsonError(f"{what} takes {len(data):,} bytes of JSON; the limit is {MAX_PAYLOAD:,}")
    return data


def from_json(data: bytes) -> Any:
    """Return the value of `data`, which `to_json` made."""
    return _decode(data.decode("utf-8", "surrogatepass"))


def request(kind: int, payload: bytes) -> bytes:
    """Return a frame for a worker."""
    return _REQUEST.pack(kind, len(payload)) + payload


def request_head(head: bytes) -> tuple[int, int]:
    """Return the kind and the payload's length of a frame for a worker."""
    kind, length = _REQUEST.unpack(head)
    return kind, length


def answer(kind: int, flags: int, cpu_s: float, wall_s: float, payload: bytes) -> bytes:
    """Return a frame for the parent."""
    return _ANSWER.pack(kind, flags, len(payload), cpu_s, wall_s) + payload


def answer_head(buffer: bytearray, offset: int) -> tuple[int, int, int, float, float]:
    """Return the kind, flags, length, CPU and wall seconds of the frame for the parent that starts at `offset`."""
    return _ANSWER.unpack_from(buffer, offset)


def calls_payload(key: str, arguments: list[bytes]) -> bytes:
    """Return the payload of a CALL frame; JSON has no newline of its own, so newlines can separate."""
    return b"\n".join([key.encode(), *arguments])


def split_calls_payload(payload: bytes) -> tuple[str, list[bytes]]:
    """Return the target's key and each call's arguments."""
    key, *arguments = payload.split(b"\n")
    return key.decode(), arguments


def load_payload(head: Any, pickled: bytes) -> bytes:
    """Return the payload of a LOAD frame."""
    data = to_json(head, "a target's description")
    return _LENGTH.pack(len(data)) + data + pickled


def split_load_payload(payload: bytes) -> tuple[Any, bytes]:
    """Return the JSON head and the pickle of a LOAD frame."""
    end = _LENGTH.size + _LENGTH.unpack_from(payload)[0]
    return from_json(payload[_LENGTH.size : end]), payload[end:]
