import contextlib
import time
from collections import Counter, OrderedDict, defaultdict, namedtuple
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.rewards.code.inside import encoding
from rlvr.rewards.code.inside.encoding import MAX_PARTS, CrossingError
from rlvr.rewards.code.inside.function import drained
from rlvr.rewards.code.values import Items, Opaque, decode, is_same, num_parts

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
Point = namedtuple("Point", "x y")


class Colour(IntEnum):
    RED = 1


class AlwaysEqual:
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


class LyingInt(int):
    def __index__(self) -> int:
        return 5

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = int.__hash__


class LyingList(list[int]):
    def __iter__(self) -> Any:
        return iter([5])

    def __len__(self) -> int:
        return 1


def carried(value: Any) -> Any:
    return decode(encoding.encode(value, drained))


@given(JSON)
def test_every_json_value_crosses_and_is_itself(value: Any) -> None:
    assert is_same(carried(value), value)


@given(JSON)
def test_a_value_has_as_many_parts_as_it_is_written_in(value: Any) -> None:
    assert encoding.num_parts(encoding.encode(value, drained)) == num_parts(value)


@given(JSON, JSON)
def test_two_values_are_the_same_as_python_says_but_for_bools(one: Any, other: Any) -> None:
    def tagged(value: Any) -> Any:
        if isinstance(value, list):
            return [tagged(part) for part in value]
        if isinstance(value, dict):
            return {key: tagged(part) for key, part in value.items()}
        return (isinstance(value, bool), value)

    assert is_same(carried(one), other) == (tagged(one) == tagged(other))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ((1, (2, [3])), [1, [2, [3]]]),
        (Counter("aab"), {"a": 2, "b": 1}),
        (defaultdict(list, a=[1]), {"a": [1]}),
        (OrderedDict(b=1, a=2), {"a": 2, "b": 1}),
        (Point(1, 2), [1, 2]),
        (Colour.RED, 1),
        (LyingInt(7), 7),
        (LyingList([1, 2]), [1, 2]),
        ((number for number in (1, 2)), [1, 2]),
        (zip([1], [2], strict=True), [[1, 2]]),
        (2.0, 2),
        (2, 2.0),
        (Decimal("0.5"), 0.5),
        (Fraction(1, 2), 0.5),
        (Fraction(4, 2), 2),
        (float("inf"), float("inf")),
        ("\ud800", "\ud800"),
        pytest.param(10**5000, 10**5000, id="5001 digits"),
        (-(2**70), -(2**70)),
    ],
)
def test_what_is_accepted(value: Any, expected: Any) -> None:
    assert is_same(carried(value), expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, 1),
        (1, True),
        (0, False),
        (None, False),
        ("1", 1),
        (b"1", "1"),
        ({1}, [1]),
        (range(2), [0, 1]),
        ([1, 2], [2, 1]),
        ([1], [1, 2]),
        ({1: 2}, {"1": 2}),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({}, []),
        ([], {}),
        ([], None),
        (float("nan"), float("nan")),
        (float("inf"), float("-inf")),
        (Decimal("nan"), 1),
        (1 + 0j, 1),
        (LyingInt(7), 5),
        (LyingList([1, 2]), [5]),
        (AlwaysEqual(), 1),
        ([AlwaysEqual()], [1]),
        (AlwaysEqual, 1),
        (len, 3),
        (1.0000000001, 1.0),
    ],
)
def test_what_is_not(value: Any, expected: Any) -> None:
    assert not is_same(carried(value), expected)


@pytest.mark.parametrize(
    ("value", "expected", "is_right"),
    [
        (1.0000001, 1.0, True),
        (1.1, 1.0, False),
        ([{"a": 0.30000000000000004}], [{"a": 0.3}], True),
        (1.0000001, 1, True),
        (1000001, 1000000, False),
        (float("inf"), float("inf"), True),
        (float("inf"), 1e308, False),
        (float("nan"), float("nan"), False),
        (True, 1.0, False),
        (Fraction(1, 3), 0.3333333333, True),
        (10**400, 1.0, False),
        (Decimal("1e999999"), 1.0, False),
    ],
)
def test_a_tolerance_is_for_floats(value: Any, expected: Any, is_right: bool) -> None:
    assert is_same(carried(value), expected, 1e-6) == is_right


def test_what_does_not_cross_has_the_name_of_its_type() -> None:
    assert carried(AlwaysEqual()) == Opaque("AlwaysEqual")
    assert carried([{1}]) == [Opaque("set")]
    assert carried({(1, 2): None}) == Items((((1, 2), None),))


def looped() -> list[Any]:
    one: list[Any] = []
    one.append(one)
    return one


def endless() -> Any:
    while True:
        yield 1


@pytest.mark.parametrize("value", [looped(), endless(), [0] * (MAX_PARTS + 1)], ids=["loop", "endless", "large"])
def test_a_value_that_cannot_be_carried_ends_the_program(value: Any) -> None:
    with pytest.raises(CrossingError, match=r"too|without an end"):
        encoding.encode(value, drained)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"x1",
        b"i1\ni2",
        b"i1\n",
        b"bTrue\nbTrue",
        b"bNo",
        b"i",
        b"ig",
        b"i 1 1",
        b"i--1",
        b"f",
        b"f0x1p99999999",
        b"fzz",
        b"s\xff",
        b"sa\nsb",
        "i\u0661".encode(),
        "F\u0661/2".encode(),
        "\u00e9".encode(),
        b"l1",
        b"l-1",
        b"lffffffffff",
        b"i1\nd1",
        b"i1\ni2\nl3",
        b"D1e",
        b"DsNaN",
        b"F1/0",
        b"D" + b"9" * 5000,
        b"F" + b"9" * 5000,
        b"\xff",
        b"[1]",
        b"l0\n" + b"l1\n" * 600 + b"l1",
        b"\n".join([b"i1"] * (MAX_PARTS + 1)),
        b"i1\0",
    ],
)
def test_bytes_that_are_not_one_value_are_refused(data: bytes) -> None:
    with pytest.raises(CrossingError):
        decode(data)


@given(st.binary(max_size=60) | st.text(alphabet="bifsltdoDF0123456789abTruef\n-x/p.", max_size=60).map(str.encode))
def test_any_bytes_are_a_value_or_refused(data: bytes) -> None:
    with contextlib.suppress(CrossingError):
        decode(data)


@given(st.text(alphabet="\n\r\x1bnes\\\ud800\udc00\u20ac"))
def test_a_text_is_itself_whatever_is_in_it(text: str) -> None:
    data = encoding.encode([text, {text: text}], drained)
    assert data.count(b"\n") == 4
    assert is_same(decode(data), [text, {text: text}])


@pytest.mark.parametrize("text", ["x" * 1_000_000, "\u20ac" * 300_000, "some words\n" * 90_000])
def test_a_text_takes_about_what_it_takes_when_it_is_printed(text: str) -> None:
    assert len(encoding.encode(text, drained)) < 1.1 * len(text.encode())


def test_the_largest_results_take_little_time() -> None:
    started = time.process_time()
    numbers = list(range(400_000))
    assert is_same(carried(numbers), numbers)
    assert is_same(carried("x" * 3_000_000), "x" * 3_000_000)
    deep: Any = 1
    for _ in range(500):
        deep = [deep]
    assert is_same(carried(deep), deep)
    decode(b"i" + b"f" * 8_000_000)
    assert time.process_time() - started < 10.0
