import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.sandbox import frames

ANY_TEXT = st.text(st.characters(exclude_categories=()))  # lone surrogates too
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | ANY_TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(ANY_TEXT, inner),
)


@given(VALUES)
def test_values_cross_exactly(value: Any) -> None:
    assert frames.from_json(frames.to_json(value, "it")) == value


@pytest.mark.parametrize("text", ["\ud800", "\udfff\ud800", chr(0xD83D) + chr(0xDE00), "\0", "\u2028\n\r", "\ufeff"])
def test_odd_text_crosses_exactly(text: str) -> None:
    data = frames.to_json([text], "it")
    assert b"\n" not in data
    assert frames.from_json(data) == [text]


def test_floats_that_json_does_not_know_cross_too() -> None:
    assert frames.from_json(frames.to_json([math.inf, -math.inf], "it")) == [math.inf, -math.inf]
    assert math.isnan(frames.from_json(frames.to_json(math.nan, "it")))


def _nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def _cycle() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


@pytest.mark.parametrize(
    "value",
    [{1}, object(), b"x", {(1, 2): 3}, 1j, [10**5000], _nested(10**5), _cycle()],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_json_is_named(value: Any) -> None:
    with pytest.raises(frames.NotJsonError, match="the result is not JSON"):
        frames.to_json(value, "the result")


def test_the_size_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "MAX_PAYLOAD", 10)
    assert frames.to_json("x" * 8, "it")
    with pytest.raises(frames.NotJsonError, match="it takes 11 bytes of JSON; the limit is 10"):
        frames.to_json("x" * 9, "it")


def test_requests_round_trip() -> None:
    frame = frames.request(frames.CALL, frames.calls_payload("key", [b"[1]", b'["a\\nb"]']))
    kind, length = frames.request_head(frame[: frames.REQUEST_SIZE])
    assert (kind, length) == (frames.CALL, len(frame) - frames.REQUEST_SIZE)
    assert frames.split_calls_payload(frame[frames.REQUEST_SIZE :]) == ("key", [b"[1]", b'["a\\nb"]'])


def test_load_payloads_round_trip() -> None:
    payload = frames.load_payload({"key": "k", "path": None}, b"\x80\x05\n")
    assert frames.split_load_payload(payload) == ({"key": "k", "path": None}, b"\x80\x05\n")
