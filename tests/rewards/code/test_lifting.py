import ast
import marshal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.rewards.code.lifting import MAX_LIFTED_PARTS, lifted

LITERALS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.tuples(inner) | st.dictionaries(st.text() | st.integers(), inner, max_size=3)
        | st.sets(st.integers() | st.text(), max_size=3)
    ),
    max_leaves=9,
)  # fmt: skip


def with_types(value: Any) -> Any:
    """Return a value in which True differs from 1 and a list from a tuple, but no order of a set from another."""
    if isinstance(value, dict):
        return [(with_types(key), with_types(one)) for key, one in value.items()]
    if isinstance(value, set):
        return set(map(repr, value))
    return [type(value), *map(with_types, value)] if isinstance(value, list | tuple) else (type(value), repr(value))


def read(source: str) -> tuple[Any, Any, Any] | None:
    test = lifted(ast.parse(source), ("f", "candidate"))
    if test is None:
        return None
    args, kwargs = marshal.loads(test.arguments)
    assert test.is_exact
    return args, kwargs, test.output


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("assert f() == None", ([], {}, None)),
        ("assert f(1, 'a', b=[2.5]) == (True, b'x')", ([1, "a"], {"b": [2.5]}, (True, b"x"))),
        ("assert candidate(1) == 1", ([1], {}, 1)),
        ("assert f(-1, +2, -3.5) == -4", ([-1, 2, -3.5], {}, -4)),
        ("assert f(1 + 2j, -1 - 2j, 3j) == -2j", ([1 + 2j, -1 - 2j, 3j], {}, -2j)),
        ("assert f({1: [2], (3,): {4}}) == {}", ([{1: [2], (3,): {4}}], {}, {})),
        ("assert f({}, set(), [], ()) == set()", ([{}, set(), [], ()], {}, set())),
        ("assert f('a' 'b') == 1, 'why'", (["ab"], {}, 1)),
        ("assert f(1_000) == 0x10", ([1000], {}, 16)),
        ("assert (f((1))) == ((1))", ([1], {}, 1)),
        ("assert f(1e999) == 1", ([float("inf")], {}, 1)),
    ],
)
def test_a_lone_literal_assert_is_read(source: str, found: Any) -> None:
    assert read(source) == found


@given(LITERALS, LITERALS)
def test_every_literal_is_read_as_python_reads_it(argument: Any, value: Any) -> None:
    found = read(f"assert f({argument!r}) == {value!r}")
    assert found is not None
    assert with_types(found) == with_types(([argument], {}, value))


@pytest.mark.parametrize(
    "source",
    [
        "f(1) == 2",
        "assert f(1)",
        "assert not f(1) == 2",
        "assert f(1) != 2",
        "assert f(1) is 2",
        "assert f(1) == 2 == 2",
        "assert f(1) == 2 and True",
        "assert 2 == f(1)",
        "assert g(1) == 2",
        "assert f.g(1) == 2",
        "assert f(1)(2) == 3",
        "assert f(x) == 2",
        "assert f(1) == x",
        "assert f(1) == f(1)",
        "assert f(1) == 1 + 1",
        "assert f(1) == 2 ** 3",
        "assert f(1) == 1j + 2",
        "assert f(1) == --1",
        "assert f(1) == -True",
        "assert f(1) == ~1",
        "assert f(1) == (not True)",
        "assert f(1) == ...",
        "assert f(*[1]) == 2",
        "assert f(**{'a': 1}) == 2",
        "assert f({**{}}) == 2",
        "assert f([*[1]]) == 2",
        "assert f({[1]}) == 2",
        "assert f({[1]: 2}) == 2",
        "assert f(1) == f'2'",
        "assert f(1) == [x for x in [1]]",
        "assert f(1) == dict()",
        "assert f(1) == frozenset()",
        "assert f(1) == set([1])",
        "assert f(1) == 2, g()",
        "assert f(lambda: 1) == 2",
        "assert f(1) == 2; assert f(2) == 3",
        "import math\nassert f(1) == 2",
        "x = 1",
    ],
)
def test_whatever_else_is_not(source: str) -> None:
    assert read(source) is None


def test_a_large_value_is_left_to_a_judge() -> None:
    assert read(f"assert f(1) == {list(range(MAX_LIFTED_PARTS - 1))}") is not None
    assert read(f"assert f(1) == {list(range(MAX_LIFTED_PARTS))}") is None
    assert read(f"assert f({list(range(MAX_LIFTED_PARTS))}) == 1") is not None
