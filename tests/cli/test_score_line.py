import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.cli.score_line import LineError, decode_line, opened, opened_error, parse_line, spelled

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)
ROWS = st.dictionaries(
    st.sampled_from(["score", "score_input", "score_input_2", "a", "NaN"]) | st.text(), VALUES, max_size=5
)


def closed(text: str) -> str:
    return opened(text, parse_line(text)) + '"score": 1}'


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1e5, "b": 1.0E+5, "c": -0, "d": 0.10}',
        '{"a":1,"a":2}',
        '{"u": "\\u00e9\\ud800 é\\/"}',
        '{"n": 123456789012345678901234567890}',
        '{"z": 1, "a": {"y":[ 1,2 ] , "b": null}}',
        '{"NaN": "NaN, Infinity and \\"NaN\\""}',
        '{"nested": {"score": 1}}',
        '{"n": ' + "9" * 5000 + "}",
    ],
)
def test_untouched_fields_keep_their_text(text: str) -> None:
    assert closed(text) == text[:-1] + ', "score": 1}'


@pytest.mark.parametrize(
    ("text", "output"),
    [
        ("{}", '{"score": 1}'),
        ("{ }", '{"score": 1}'),
        ('{"a": 1 }', '{"a": 1, "score": 1}'),
        ('{"a": NaN, "b": [-Infinity, "NaN", Infinity]}', '{"a": null, "b": [null, "NaN", null], "score": 1}'),
        ('{"score": 2, "b": 1.50}', '{"score_input": 2, "b": 1.50, "score": 1}'),
        ('{"b": 1, "score" : {"score": 1}}', '{"b": 1, "score_input" : {"score": 1}, "score": 1}'),
        ('{"sc\\u006fre": 2}', '{"score_input": 2, "score": 1}'),
        ('{"score": 2, "score": 3}', '{"score_input": 2, "score_input": 3, "score": 1}'),
        ('{"score": 2, "score_input": 3}', '{"score_input_2": 2, "score_input": 3, "score": 1}'),
        (
            '{"score": 2, "score_input": 3, "score_input_2": 4}',
            '{"score_input_3": 2, "score_input": 3, "score_input_2": 4, "score": 1}',
        ),
        ('{"a": "{\\"score\\": 1}", "score": "}"}', '{"a": "{\\"score\\": 1}", "score_input": "}", "score": 1}'),
    ],
)
def test_what_changes(text: str, output: str) -> None:
    assert closed(text) == output


@given(ROWS)
def test_every_row_survives(row: dict[str, Any]) -> None:
    text = json.dumps(row)
    output = json.loads(closed(text))
    assert output.pop("score") == 1
    expected = json.loads(text, parse_constant=lambda _: None)
    if "score" in expected:
        renamed = next(name for name in ("score_input", "score_input_2", "score_input_3") if name not in expected)
        expected[renamed] = expected.pop("score")
    assert output == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "blank"),
        ("{", "not JSON"),
        ('{"a": 1', "column 8"),
        ('{"a": 1} {"b": 2}', "Extra data"),
        ("{'a': 1}", "not JSON"),
        ('{"a": 01}', "not JSON"),
        ('{"a": "\t"}', "control character"),
        ("[1, 2]", "jq"),
        ("3", "not a JSON object"),
        ("null", "not a JSON object"),
        ('"text"', "not a JSON object"),
        ("\ufeff{}", "not JSON"),
        ("\u00a0{}", "not JSON"),
        ('{"a": ' + "[" * 100_000, "nested too deeply"),
        ('{"n": ' + "9" * 5000, "not JSON"),
    ],
)
def test_what_is_no_object(text: str, message: str) -> None:
    with pytest.raises(LineError, match=message):
        parse_line(text)


@given(st.text())
def test_any_text_is_an_object_or_a_line_error(text: str) -> None:
    try:
        fields = parse_line(text)
    except LineError:
        return
    assert isinstance(fields, dict)


def test_not_utf8_is_told_with_its_place() -> None:
    with pytest.raises(LineError, match="not UTF-8: invalid start byte at byte 3"):
        decode_line(b'{"\xff": 1}')


def test_blanks_around_a_line_are_dropped() -> None:
    assert decode_line(b' \t{"a": 1}\r') == '{"a": 1}'


def test_unreadable_line_is_kept_raw() -> None:
    row = json.loads(opened_error(7, "not UTF-8", b'{"a\xff": 1\r') + '"score": null}')
    assert row == {"line": 7, "error": "not UTF-8", "raw": '{"a\\xff": 1', "score": None}


def test_numbers_can_be_read_as_they_are_spelt() -> None:
    assert spelled('{"a": 1.50, "b": [1e5, 7]}') == {"a": "1.50", "b": ["1e5", "7"]}
