"""Values that cross in exact types, arguments that are carried back, and exceptions."""

import datetime
import enum
from collections import Counter, OrderedDict, deque, namedtuple
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.rewards.code.inside.copying import copy_back
from rlvr.rewards.code.inside.encoding import CrossingError, encode
from rlvr.rewards.code.inside.exceptions import OpaqueError, exception_of, exception_parts
from rlvr.rewards.code.values import Opaque, decode_exact
from tests.rewards.code.test_lifting import LITERALS

Point = namedtuple("Point", "x y")


class Colour(enum.IntEnum):
    RED = 1


class Word(str):
    def encode(self, *_: Any) -> bytes:
        return b"other"


def opaque(value: Any) -> str:
    return "o" + type(value).__name__


def carried(value: Any) -> Any:
    return decode_exact(encode(value, opaque))


@given(LITERALS)
def test_a_value_is_itself_on_the_other_side(value: Any) -> None:
    assert carried(value) == value
    assert type(carried(value)) is type(value)


@pytest.mark.parametrize(
    "value",
    [
        *(1 + 2j, complex("inf"), b"\0\xff", range(3, -9, -2), frozenset({1, (2, frozenset())}), {(1, 2): {3}}),
        *(Decimal("1.50"), Decimal("-Infinity"), Decimal("1e999999"), Fraction(-3, 7)),
        datetime.datetime(2020, 2, 29, 23, 59, 58, 7),
        datetime.datetime(1, 1, 1, tzinfo=datetime.UTC),
        *(datetime.date.max, datetime.time(1, 2, 3), datetime.timedelta(-1, 5, 7), datetime.timedelta.max),
    ],
)
def test_the_richer_values_cross(value: Any) -> None:
    assert carried(value) == value
    assert repr(carried(value)) == repr(value)
    assert carried([value, {"k": (value,)}]) == [value, {"k": (value,)}]


@pytest.mark.parametrize(
    ("value", "base"),
    [
        (Counter("aab"), {"a": 2, "b": 1}),
        (OrderedDict(a=1), {"a": 1}),
        (Point(1, 2), (1, 2)),
        (Colour.RED, 1),
        (Word("x"), "x"),
        (deque([1]), Opaque("deque")),
        (bytearray(b"x"), Opaque("bytearray")),
        ({1}.union, Opaque("builtin_function_or_method")),
        (iter([]), Opaque("list_iterator")),
        (int, Opaque("type")),
        (..., Opaque("ellipsis")),
    ],
)
def test_a_subclass_is_its_base_value_and_the_rest_stays(value: Any, base: Any) -> None:
    assert carried(value) == base
    assert type(carried(value)) is type(base)


class Liar:
    __class__ = list  # type: ignore[assignment]

    def __iter__(self) -> Any:
        return iter([1])


def test_what_an_object_says_of_its_class_counts_for_nothing() -> None:
    assert carried(Liar()) == Opaque("Liar")


@pytest.mark.parametrize(
    "data",
    [
        *(b"l0\nS1", b"d0\ni1\nd2", b"i1\nd1", b"cnan", b"c1 2 3", b"r1 2", b"r1 2 0", b"V1 2", b"Vffffffffffffff 0 0"),
        *(
            b"T6162",
            b"A" + b"31" * 500,
            b"M2d",
            b"y1",
            b"DsNaN",
            b"F1/0",
            b"F" + b"1" * 9000,
            b"h0:",
            b"H0",
            b"S-1",
            b"Z ",
        ),
        b"\n".join([b"l0", *[b"l1"] * 502]),
    ],
)
def test_what_is_malformed_is_refused(data: bytes) -> None:
    with pytest.raises(CrossingError):
        decode_exact(data)


@given(
    st.binary(max_size=60)
    | st.text(alphabet="bifsltdoDFcryTAMVSZhH0123456789abNone\n-x/p. ", max_size=60).map(str.encode)
)
def test_any_bytes_are_a_value_or_refused(data: bytes) -> None:
    try:
        decode_exact(data)
    except CrossingError:
        return


def test_arguments_are_carried_back_in_place() -> None:
    row, held = [1], {2}
    words, named = {"k": row, "gone": 1}, {"a": [row, (held, [])], "n": 5}
    copy_back(((words, 7), named), (({"k": [1, 9], "new": [3]}, 8), {"a": [[1, 9], ({2, 4}, [0])], "n": 6}))
    assert words == {"k": [1, 9], "new": [3]}
    assert named == {"a": [[1, 9], ({2, 4}, [0])], "n": 5}
    assert words["k"] is row
    assert named["a"][1][0] is held  # type: ignore[index]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ([1, [2]], [[2], 1]),
        ([(1, 2)], [(3, 4)]),
        ([([1], 2)], [([3], 2)]),
        ([[1], [2], [3]], [[1]]),
        ([[1]], [[1], [2]]),
        ([], ["x"]),
        ([{1: 2}], [{1: 2, 3: 4}]),
    ],
)
def test_a_changed_list_equals_its_copy(old: list[Any], new: list[Any]) -> None:
    copy_back(((old,), {}), ((new,), {}))
    assert old == new


@pytest.mark.parametrize("changed", [(([1],), {}, 1), ([[1]], {}), ((), {}), (([1],), []), (([1],), {})])
def test_copies_of_another_call_are_refused(changed: Any) -> None:
    with pytest.raises((ValueError, LookupError)):
        copy_back((([0],), {"k": 1}), changed)


class Mine(KeyError):
    pass


class Own(Exception):
    pass


@pytest.mark.parametrize(
    ("error", "kind", "arguments"),
    [
        (ValueError("x", 1), ValueError, ("x", 1)),
        (Mine("k"), KeyError, ("k",)),
        (Exception("x"), Exception, ("x",)),
        (Own("x"), OpaqueError, ("x",)),
        (SystemExit(3), SystemExit, (3,)),
        (FileNotFoundError(2, "no"), FileNotFoundError, (2, "no")),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), UnicodeDecodeError, ("utf-8", b"\xff", 0, 1, "bad")),
        (ExceptionGroup("x", [ValueError()]), OpaqueError, ("x (1 sub-exception)",)),
        (ValueError([1]), ValueError, ("[1]",)),
        (type("Exit", (BaseException,), {})(), BaseException, ()),
    ],
)
def test_an_exception_crosses_as_a_builtin_type_or_an_opaque_one(
    error: BaseException, kind: type, arguments: Any
) -> None:
    found = exception_of(exception_parts(error))
    assert (type(found), found.args) == (kind, arguments)


@pytest.mark.parametrize(
    "parts", [("eval", ()), ("int", ()), ("ValueError", []), ("ValueError",), (1, ()), "ab", None, 5]
)
def test_what_is_no_exception_is_refused(parts: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        exception_of(parts)


def test_arguments_that_no_exception_takes_are_kept() -> None:
    assert exception_of(("UnicodeDecodeError", ("only a text",))).args == ("only a text",)
