import time
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.rewards import BadReferenceError
from rlvr.rewards.code.comparators import COMPARATORS, MAX_NUMBER_CHARS, Comparator, parse_comparator

FLOAT = {"type": "float", "atol": 1e-6, "rtol": 1e-6}

# comparator, expected, outputs that are right, outputs that are not
CASES: list[tuple[object, bytes, list[bytes], list[bytes]]] = [
    (
        "lines",
        b"1 2\n3\n",
        [b"1 2\n3\n", b"1 2\n3", b"1 2 \t\n3\r\n\n \n", b"1 2\r\n3\r\n"],
        [b"", b"1 2", b"1 2 3", b"1  2\n3", b" 1 2\n3", b"1 2\n\n3", b"\n1 2\n3", b"3\n1 2", b"1 2\n3\n4", b"1 2\n3\0"],
    ),
    ("lines", b"", [b"", b"\n", b" \n\t\n"], [b"0", b"\0", b"."]),
    ("lines", b"a\n\nb\n", [b"a\n\nb"], [b"a\nb", b"a\n\n\nb"]),
    (
        "lines",
        b"1\n",
        [b"1"],
        [b"1\n2", b"1 or 2", b"\xef\xbb\xbf1", "１".encode(), b"1\xc2\xa0", b"1\0", b"01", b"+1"],
    ),
    ("lines", "é\n".encode(), ["é".encode()], ["e\u0301".encode(), b"\xe9", "É".encode()]),
    ("tokens", b"1 2\n3\n", [b"1 2 3", b"\n1\t2\r\n\n3 "], [b"12 3", b"1 2", b"1 2 3 4", b"", b"1 2 3\0", b"1,2,3"]),
    ("tokens", b"", [b"", b" \n"], [b"0"]),
    ("tokens", b"1 2", [b"1\x0b2"], [b"1\xc2\xa02", b"1\0 2", b"1 \xd9\xa2"]),
    ("exact", b"1\n", [b"1\n"], [b"1", b"1\r\n", b" 1\n", b"1\n\n", b"", b"1\n\0"]),
    ("exact", b"", [b""], [b"\n", b" "]),
    (
        "casefold",
        b"YES\nno\n",
        [b"yes\nNO", b"Yes \nno\n\n"],
        [b"yes no", b"ye\xc5\xbf\nno", b"yes", b"no\nyes", b"y\nno"],
    ),
    ("casefold", "É".encode(), ["É".encode()], ["é".encode(), b"E"]),
    (
        "unordered",
        b"a\nb\nb\n",
        [b"b\na\nb", b"b \nb\r\na\n\n"],
        [b"a\nb", b"a\na\nb", b"a b b", b"a\nb\nb\nb", b"a\nb\nc"],
    ),
    ("float", b"0.5 3\n", [b"0.5 3", b"5e-1\n3.0", b".5000001 +3", b"0.5 03", b"0.5 3.", b"0.5 30e-1"], []),
    (
        "float",
        b"0.5 3\n",
        [],
        [b"0.5 3.0000001", b"0.6 3", b"0.5", b"0.5 3 3", b"0.5,3", b"0.5 3f", b"0_.5 3", b"0x.8 3"],
    ),
    (FLOAT, b"1000000.0", [b"1000000.9", b"1e6", b"1000000"], [b"1000002", b"nan", b"inf", b"1e6x", b"1_000_000.0"]),
    (FLOAT, b"1000000", [b"1000000", b"1e6"], [b"1000000.9", b"1000000.0000000001", "１000000".encode(), b"1e6000000"]),
    (FLOAT, b"nan", [], [b"nan", b"NaN", b"-nan", b"0", b""]),
    (FLOAT, b"inf -inf", [b"inf -inf"], [b"-inf inf", b"1e999 -inf", b"nan nan", b"1e308 -1e308"]),
    (
        FLOAT,
        b"1.5",
        [b"1.5"],
        ["１.５".encode(), "1.٥".encode(), b"1.5\0", b"1.5 or 2", b"[1.5]", b"1.5j", b"--1.5"],
    ),
    (FLOAT, b"1e400", [b"1e400", b"10e399"], [b"1e401", b"2e400", b"inf"]),
    (FLOAT, b"0.0", [b"-0.0", b"0", b"1e-7"], [b"1e-5", b"1e-", b".", b"-", b"+"]),
    (FLOAT, b"-0", [b"0", b"-0", b"00"], [b"1e-9", b""]),
    (FLOAT, b"yes 1.0", [b"yes 1.0000001"], [b"no 1.0", b"YES 1.0"]),
    ({"type": "float", "atol": 0, "rtol": 0}, b"0.1", [b"0.10", b"1e-1"], [b"0.1000000000000001"]),
    ({"type": "float", "atol": 0.5}, b"10.0", [b"10.4"], [b"10.6", b"9.4"]),
]


def rows(which: Literal[2, 3]) -> list[tuple[object, bytes, bytes]]:
    return [(case[0], case[1], output) for case in CASES for output in case[which]]


@pytest.mark.parametrize(("spec", "expected", "output"), rows(2))
def test_it_accepts(spec: object, expected: bytes, output: bytes) -> None:
    assert parse_comparator(spec).difference(output, expected) == ""


@pytest.mark.parametrize(("spec", "expected", "output"), rows(3))
def test_it_rejects_and_says_where(spec: object, expected: bytes, output: bytes) -> None:
    assert parse_comparator(spec).difference(output, expected)


@pytest.mark.parametrize(
    ("name", "output", "expected", "reason"),
    [
        ("lines", b"1\n2\n4", b"1\n2\n3", "line 3 differs"),
        ("lines", b"1", b"1\n2", "it has too few lines"),
        ("lines", b"1\n2\n3\n4", b"1\n2", "it has too many lines"),
        ("tokens", b"1 3", b"1 2", "token 2 differs"),
        ("exact", b"abcX", b"abcd", "byte 4 differs"),
        ("exact", b"abcd\n", b"abcd", "it has too many bytes"),
        ("exact", b"Xbcd", b"abcd", "byte 1 differs"),
        ("unordered", b"a\nc", b"b\na", "line 2 is not expected, or too often there"),
        ("float", b"1.0 2.5", b"1.0 2.0", "token 2 differs"),
    ],
)
def test_the_reason_says_where_and_not_what(name: str, output: bytes, expected: bytes, reason: str) -> None:
    assert parse_comparator(name).difference(output, expected) == reason


def test_layout_is_told_from_value() -> None:
    for name in ("lines", "exact"):
        assert parse_comparator(name).is_layout(b"1\n2", b"1 2\n")
        assert not parse_comparator(name).is_layout(b"1\n3", b"1 2\n")
    assert not parse_comparator("tokens").is_layout(b"1 2", b"1 2")


@pytest.mark.parametrize("name", COMPARATORS)
@pytest.mark.parametrize(
    "flood",
    [
        pytest.param(b"9" * 8_000_000, id="digits"),
        pytest.param(b"0" * 8_000_000 + b"x", id="zeros"),
        pytest.param(b"1 " * 4_000_000, id="tokens"),
        pytest.param(b"1\n" * 4_000_000, id="lines"),
        pytest.param(b" " * 8_000_000, id="blanks"),
        pytest.param(b"1e" * 4_000_000, id="exponents"),
        pytest.param(b"." * 8_000_000, id="dots"),
        pytest.param(b"\0" * 8_000_000, id="nul"),
        pytest.param(b"\xff\xfe" * 4_000_000, id="no text"),
    ],
)
def test_a_flood_is_rejected_at_once(name: str, flood: bytes) -> None:
    comparator = parse_comparator(name)
    started = time.process_time()
    for expected in (b"1\n", b"1.5 2\n", b"9" * 5000):
        assert comparator.difference(flood, expected)
    assert time.process_time() - started < 2.0


@pytest.mark.parametrize("name", COMPARATORS)
def test_a_million_tokens_take_linear_time(name: str) -> None:
    expected = b"\n".join(b"%d 0.5" % number for number in range(500_000))
    output = expected.replace(b"0.5", b"0.50") if name == "float" else expected
    started = time.process_time()
    assert parse_comparator(name).difference(output, expected) == ""
    assert parse_comparator(name).difference(output[:-1] + b"7", expected)
    assert time.process_time() - started < 20.0


def test_huge_integers_are_compared_exactly_and_fast() -> None:
    digits = b"7" * 1_000_000
    comparator = parse_comparator("float")
    assert comparator.difference(b"+000" + digits, digits) == ""
    assert comparator.difference(digits[:-1] + b"8", digits)
    assert comparator.difference(b"-" + digits, digits)
    # Beyond the cap a decimal number is text.
    long = b"1." + b"0" * MAX_NUMBER_CHARS
    assert comparator.difference(long, long) == ""
    assert comparator.difference(long, b"1.0")


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("line", "did you mean 'lines'"),
        (None, "use one of lines"),
        ({"atol": 1}, "use one of lines"),
        ({"type": ["float"]}, "use one of lines"),
        ({"type": "lines", "atol": 1e-3}, "has no field 'atol'"),
        ({"type": "float", "tol": 1e-3}, "has no field 'tol'"),
        ({"type": "float", "atol": -1}, "comparator.atol is -1"),
        ({"type": "float", "rtol": 1}, "comparator.rtol is 1"),
        ({"type": "float", "rtol": float("nan")}, "comparator.rtol is nan"),
        ({"type": "float", "rtol": True}, "comparator.rtol is True"),
        ({"type": "float", "rtol": "1e-6"}, "comparator.rtol is '"),
    ],
)
def test_a_wrong_comparator_is_an_error(spec: object, message: str) -> None:
    with pytest.raises(BadReferenceError, match=message):
        parse_comparator(spec)


TEXTS = st.text(alphabet="01.-e \n\t\0naé", max_size=30).map(str.encode)


@given(TEXTS, TEXTS)
def test_what_comparators_promise(output: bytes, expected: bytes) -> None:
    lines, tokens, exact = (
        not parse_comparator(name).difference(output, expected) for name in (*COMPARATORS[:2], "exact")
    )
    assert exact == (output == expected)
    assert not exact or lines
    assert not lines or tokens
    assert tokens == (output.split() == expected.split())
    stripped = [[line.rstrip() for line in text.rstrip().split(b"\n")] for text in (output, expected)]
    assert lines == (stripped[0] == stripped[1])
    assert not lines or not parse_comparator("casefold").difference(output, expected)
    assert parse_comparator("unordered").difference(output, expected) == "" or not lines


@given(st.lists(TEXTS.map(lambda text: text.replace(b"\n", b"") + b"."), max_size=6), st.randoms())
def test_unordered_is_any_order(lines: list[bytes], rng: object) -> None:
    shuffled = list(lines)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert parse_comparator("unordered").difference(b"\n".join(shuffled), b"\n".join(lines)) == ""


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False))
def test_float_is_the_formula(a: float, e: float) -> None:
    comparator = Comparator("float", 1e-6, 1e-6)
    is_same = not comparator.difference(repr(a).encode(), repr(e).encode())
    assert is_same == (a == e or abs(a - e) <= 1e-6 + 1e-6 * abs(e))


@given(st.integers(), st.integers())
def test_integers_are_exact(a: int, e: int) -> None:
    comparator = Comparator("float", 0.5, 0.5)
    assert (not comparator.difference(b"%d" % a, b"%d" % e)) == (a == e)
    assert not comparator.difference(b"%d" % e, b"%d" % e)
