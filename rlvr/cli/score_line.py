"""One line of input: its fields parsed, and its text made ready to take the score.

Fields that nobody touches keep their JSON text, so key order, duplicate keys, number spellings and escapes survive:
the score is spliced into the line, which is never written anew. Three things do change. `NaN` and the infinities,
which JSON lacks, become null; an input column `score` is renamed to `score_input` (`score_input_2`, ... where that is
taken); blanks around the object go.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

SCORE_KEY = "score"
"""The column that scoring adds."""

_BLANKS = " \t\r\n"
_MAX_SHOWN_ERROR = 120


class LineError(ValueError):
    """A line that is no JSON object; the message says why."""


def _no_constant(_name: str) -> None:
    """NaN, Infinity and -Infinity read as null, as they are written."""


def _long_int(digits: str) -> int | str:
    """An integer beyond Python's own limit on digits stays text."""
    try:
        return int(digits)
    except ValueError:
        return digits


_DECODER = json.JSONDecoder(parse_constant=_no_constant)
_LENIENT = json.JSONDecoder(parse_constant=_no_constant, parse_int=_long_int)
_SPELLED = json.JSONDecoder(parse_constant=str, parse_int=str, parse_float=str)
_STRING_OR_CONSTANT = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|-?Infinity|NaN')


def decode_line(line: bytes) -> str:
    """Return a line's text without the blanks around it.

    Raises:
        LineError: If it is not UTF-8.
    """
    try:
        return line.decode("utf-8").strip(_BLANKS)
    except UnicodeDecodeError as error:
        raise LineError(f"not UTF-8: {error.reason} at byte {error.start + 1}") from None


def parse_line(text: str) -> dict[str, Any]:
    """Return the fields of a line that holds one JSON object.

    Raises:
        LineError: If it is blank, not JSON, or not an object.
    """
    try:
        fields = _decoded(text)
    except json.JSONDecodeError as error:
        raise LineError(_describe(text, error)) from None
    except RecursionError:
        raise LineError("not JSON that can be read: nested too deeply") from None
    if not isinstance(fields, dict):
        hint = "; one object per line is needed: `jq -c '.[]'` splits an array" if isinstance(fields, list) else ""
        raise LineError(f"not a JSON object{hint}")
    return fields


def spelled(text: str) -> Any:
    """Return the fields with every number as the text that spells it."""
    return _SPELLED.decode(text)


def opened(text: str, fields: dict[str, Any]) -> str:
    """Return the line's object without its closing brace, ready for one more member."""
    if SCORE_KEY in fields:
        text = _with_score_renamed(text, fields)
    if "NaN" in text or "Infinity" in text:
        text = _STRING_OR_CONSTANT.sub(lambda match: match[0] if match[0][0] == '"' else "null", text)
    body = text[:-1].rstrip(_BLANKS)
    return f"{body}, " if fields else body


def opened_error(number: int, error: str, raw: bytes) -> str:
    """Return the object that stands for a line that could not be read, open for its score."""
    fields = {"line": number, "error": error, "raw": raw.decode("utf-8", "backslashreplace").strip("\r\n")}
    return json.dumps(fields)[:-1] + ", "


def _decoded(text: str) -> Any:
    try:
        value, end = _DECODER.raw_decode(text)
    except json.JSONDecodeError:
        raise
    except ValueError:  # an integer with more digits than Python reads
        value, end = _LENIENT.raw_decode(text)
    if end != len(text):
        raise json.JSONDecodeError("Extra data", text, end)
    return value


def _describe(text: str, error: json.JSONDecodeError) -> str:
    if not text:
        return "not JSON: the line is blank"
    return f"not JSON: {error.msg} at column {error.pos + 1}"[:_MAX_SHOWN_ERROR]


def _with_score_renamed(text: str, fields: dict[str, Any]) -> str:
    name, number = f"{SCORE_KEY}_input", 2
    while name in fields:
        name, number = f"{SCORE_KEY}_input_{number}", number + 1
    pieces, copied = [], 0
    for key, start, end in _top_level_keys(text):
        if key == SCORE_KEY:
            pieces += [text[copied:start], f'"{name}"']
            copied = end
    return "".join([*pieces, text[copied:]])


def _top_level_keys(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each key of an object with where its quoted text starts and ends."""
    position = _after_blanks(text, 1)
    while text[position] == '"':
        key, end = _SPELLED.raw_decode(text, position)
        yield key, position, end
        value_start = _after_blanks(text, _after_blanks(text, end) + 1)
        _, value_end = _SPELLED.raw_decode(text, value_start)
        comma = _after_blanks(text, value_end)
        if text[comma] != ",":
            return
        position = _after_blanks(text, comma + 1)


def _after_blanks(text: str, position: int) -> int:
    while text[position] in _BLANKS:
        position += 1
    return position
