"""Finding the response and the reference in a row, by dotted path.

A path such as `choices.0.message.content` walks objects by key and lists by index (negative ones count from the end).
A literal key wins: where an object has the key `a.b` itself, that is what `a.b` means. This module reads parsed JSON
and knows nothing of lines, files or verdicts.
"""

import difflib
import json
from collections.abc import Mapping, Sequence
from typing import Any

_MISSING: Any = object()
_SHOWN_KEYS = 8
_ASSISTANT = "assistant"


class FieldError(ValueError):
    """A row lacks a field, or the field holds something that cannot be scored; the message is the row's reason."""


def lookup(row: Mapping[str, Any], path: str) -> Any:
    """Return what `path` names in `row`.

    Raises:
        FieldError: If there is no such field; the message lists the row's keys and the nearest one.
    """
    value = row.get(path, _MISSING) if "." not in path else _walk(row, path)
    if value is _MISSING:
        raise FieldError(f"no field {path!r}{_hint(row, path)}")
    return value


def has_field(row: Mapping[str, Any], path: str) -> bool:
    """Whether `path` names something in `row`."""
    return _walk(row, path) is not _MISSING


def response_text(value: Any, path: str) -> str:
    """Return the text of a response: a string, a number's spelling, or the last assistant message of a chat.

    Raises:
        FieldError: If it is null, a boolean, or an object or list that is no chat.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return json.dumps(value)
    if value is None:
        raise FieldError(f"field {path!r} is null: there is no response to score")
    texts = assistant_texts(value, path)
    if not texts:
        raise FieldError(f"field {path!r} holds no {_ASSISTANT} message")
    return texts[-1]


def assistant_texts(value: Any, path: str) -> list[str]:
    """Return the texts of all assistant messages of a chat (a list of messages, or one message).

    Raises:
        FieldError: If the value is no chat, or an assistant message has no text.
    """
    messages = [value] if isinstance(value, Mapping) else value
    if not isinstance(messages, list) or not all(isinstance(m, Mapping) and "role" in m for m in messages):
        raise FieldError(f"field {path!r} is {_kind(value)}: expected text or a list of chat messages")
    return [_content_text(m.get("content"), path) for m in messages if m["role"] == _ASSISTANT]


def turn_responses(value: Any, path: str) -> list[str]:
    """Return the responses of an episode: a list of strings, of `{"response": ...}` objects, or a chat.

    Raises:
        FieldError: If it is anything else, or holds no turn.
    """
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list) or not value:
        raise FieldError(f"field {path!r} is {_kind(value)}: expected a list of turns")
    if all(isinstance(turn, str) for turn in value):
        return list(value)
    if all(isinstance(turn, Mapping) and "response" in turn for turn in value):
        return [response_text(turn["response"], f"{path}.{index}.response") for index, turn in enumerate(value)]
    texts = assistant_texts(value, path)
    if not texts:
        raise FieldError(f"field {path!r} holds no {_ASSISTANT} message")
    return texts


def _walk(node: Any, path: str) -> Any:
    """Try the longest literal key first, then the shorter ones; `_MISSING` if none leads anywhere."""
    if isinstance(node, list):
        head, dot, rest = path.partition(".")
        item = _item(node, head)
        return _walk(item, rest) if dot else item
    if not isinstance(node, Mapping):
        return _MISSING
    if path in node:
        return node[path]
    head = path
    while "." in head:
        head = head.rpartition(".")[0]
        if head in node and (found := _walk(node[head], path[len(head) + 1 :])) is not _MISSING:
            return found
    return _MISSING


def _item(items: Sequence[Any], index: str) -> Any:
    digits = index.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        return _MISSING
    position = int(index)
    return items[position] if -len(items) <= position < len(items) else _MISSING


def _content_text(content: Any, path: str) -> str:
    """A message's content is text, or a list of parts of which the text ones count."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        texts = [
            part if isinstance(part, str) else part.get("text") for part in content if isinstance(part, str | dict)
        ]
        return "".join(text for text in texts if isinstance(text, str))
    raise FieldError(f"field {path!r}: the {_ASSISTANT} message's content is {_kind(content)}, not text")


def _kind(value: Any) -> str:
    kinds = {type(None): "null", bool: "a boolean", str: "text", list: "a list", dict: "an object"}
    return kinds.get(type(value), "a number")


def _hint(row: Mapping[str, Any], path: str) -> str:
    keys = [key if len(key) <= 40 else key[:40] + "..." for key in list(row)[:_SHOWN_KEYS]]
    listed = ", ".join(map(ascii, keys)) + (", ..." if len(row) > _SHOWN_KEYS else "") if keys else "no field at all"
    near = difflib.get_close_matches(path, keys, n=1)
    return f"; did you mean {near[0]!r}? The line has {listed}" if near else f"; the line has {listed}"
