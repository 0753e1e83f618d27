r"""Which regular expressions are certain to search any text in linear time.

`extract="regex:..."` runs a user's pattern on a model's text, and Python's backtracking search can take quadratic or
exponential time on a text made for it. `is_linear(pattern)` proves the usual ones harmless (`A: (.*)`,
`answer is:?\s*(-?[\d,]+)`), so that they may run without a deadline; "no" means only that no proof was found.

The proof: expand the pattern into a few alternative sequences of single-character sets. In each, an unbounded repeat
is harmless when nothing after it can fail. Any other must not contain a character that starts a match, so that the
scans of failed attempts cannot overlap, and must either share no character with what has to follow it or be the last
of its kind, so that stepping back from it fails at once. Character sets are 132 bits: ASCII one by one, and four
classes for all the rest, rounded up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_parser: Any = getattr(re, "_parser", None)

MAX_SEQUENCES = 32
"""Alternative sequences a pattern may expand into."""
MAX_ITEMS = 512
"""Items in all of them together."""

_ASCII = 128
_ALL = (1 << (_ASCII + 4)) - 1
_ASCII_ALL = (1 << _ASCII) - 1
_LETTERS = sum(1 << code for code in range(_ASCII) if chr(code).isalpha())
_NEWLINE = 1 << ord("\n")


def _foreign(char: str) -> int:
    """Return the bit of the class of a character outside ASCII: spaces, digits, other word characters, the rest."""
    kinds = (char.isspace(), char.isdecimal(), char.isalnum(), True)
    return 1 << (_ASCII + kinds.index(True))


def _bit(code: int) -> int:
    return 1 << code if code < _ASCII else _foreign(chr(code))


_SPACES = sum(1 << code for code in range(_ASCII) if chr(code).isspace()) | 1 << _ASCII
_DIGITS = sum(1 << code for code in range(_ASCII) if chr(code).isdecimal()) | 1 << (_ASCII + 1)
_WORDS = sum(1 << c for c in range(_ASCII) if chr(c).isalnum() or c == ord("_")) | _DIGITS | 1 << (_ASCII + 2)
_CATEGORIES = {"SPACE": _SPACES, "DIGIT": _DIGITS, "WORD": _WORDS}
_ANY = _ALL & ~_NEWLINE


@dataclass(frozen=True, slots=True)
class _Item:
    chars: int
    """The set of characters it can take."""
    is_repeat: bool = False
    """It takes any number of them, none included."""
    is_assertion: bool = False
    """It takes nothing and may fail."""


class _NoProofError(Exception):
    """The pattern is outside what the proof covers."""


@lru_cache(maxsize=256)
def is_linear(pattern: str) -> bool:
    """Return whether finding the last match of `pattern` is proven to take time linear in the text.

    Raises:
        re.error: If `pattern` is not a regular expression.
    """
    compiled = re.compile(pattern)
    if _parser is None:
        return False
    try:
        sequences = _expand(_parser.parse(pattern), compiled.flags)
    except _NoProofError:
        return False
    return all(_is_linear_sequence(sequence) for sequence in sequences)


def _is_linear_sequence(items: tuple[_Item, ...]) -> bool:
    start = next((item for item in items if not item.is_assertion), None)
    is_last = True
    for at in range(len(items) - 1, -1, -1):
        item, rest = items[at], items[at + 1 :]
        if not item.is_repeat or _cannot_fail(item, rest):
            continue
        if start is None or start.is_repeat or start.chars & item.chars:
            return False
        if not is_last and _first(rest) & item.chars:
            return False
        is_last = False
    return True


def _cannot_fail(item: _Item, rest: tuple[_Item, ...]) -> bool:
    """Return whether the rest of the pattern always matches where this greedy repeat has stopped."""
    if item.chars == _ANY and rest and rest[0].is_assertion and rest[0].chars == _NEWLINE:
        rest = rest[1:]
    return all(other.is_repeat for other in rest)


def _first(rest: tuple[_Item, ...]) -> int:
    """Return every character that can follow; everything, where the rest could match nothing or asserts."""
    chars = 0
    for item in rest:
        if item.is_assertion:
            return _ALL
        chars |= item.chars
        if not item.is_repeat:
            return chars
    return _ALL


_Sequences = list[tuple[_Item, ...]]


def _expand(tree: Iterable[tuple[Any, Any]], flags: int) -> _Sequences:
    """Return the alternative sequences of a parsed pattern."""
    sequences: _Sequences = [()]
    for op, argument in tree:
        choices = _choices(str(op), argument, flags)
        sequences = [left + right for left in sequences for right in choices]
        if len(sequences) > MAX_SEQUENCES or sum(map(len, sequences)) > MAX_ITEMS:
            raise _NoProofError
    return sequences


def _choices(op: str, argument: Any, flags: int) -> _Sequences:
    if op == "SUBPATTERN":
        _, added, removed, body = argument
        return _expand(body, (flags | added) & ~removed)
    if op == "BRANCH":
        return [sequence for branch in argument[1] for sequence in _expand(branch, flags)]
    if op in {"MAX_REPEAT", "MIN_REPEAT"}:
        least, most, body = argument
        return _repeat(op, least, most, body, flags)
    if op == "AT":
        # Only `$` under (?m) is certain to hold where `.*` stops; its set, the newline, marks it.
        is_line_end = str(argument) == "AT_END" and bool(flags & re.MULTILINE)
        return [(_Item(_NEWLINE if is_line_end else _ALL, is_assertion=True),)]
    return [(_Item(_chars(op, argument, flags)),)]


def _repeat(op: str, least: int, most: int, body: Any, flags: int) -> _Sequences:
    bodies = _expand(body, flags)
    is_unbounded = str(most) == "MAXREPEAT"
    if is_unbounded and len(bodies) == 1 and len(bodies[0]) == 1 and not bodies[0][0].is_assertion:
        item = bodies[0][0]
        if item.is_repeat or least > MAX_SEQUENCES:
            raise _NoProofError
        # A lazy repeat stops early, where a line's end need not hold: its set must not pass for the greedy `.*`.
        repeated = _Item(item.chars | (_NEWLINE if op == "MIN_REPEAT" else 0), is_repeat=True)
        return [(item,) * least + (repeated,)]
    if is_unbounded or most > MAX_SEQUENCES:
        raise _NoProofError
    sequences: _Sequences = []
    for count in range(least, most + 1):
        sequences += _expand([(_parser.SUBPATTERN, (None, 0, 0, body))] * count, flags)
    return sequences


def _chars(op: str, argument: Any, flags: int) -> int:
    """Return the set of characters that one single-character node takes."""
    if op == "ANY":
        return _ALL if flags & re.DOTALL else _ANY
    if op == "LITERAL":
        return _literal(argument, flags)
    if op == "NOT_LITERAL":
        return _ALL & ~_certain([(_parser.LITERAL, argument)], flags)
    if op == "IN":
        if argument and str(argument[0][0]) == "NEGATE":
            return _ALL & ~_certain(argument[1:], flags)
        return _union(argument, flags)
    raise _NoProofError


def _literal(code: int, flags: int) -> int:
    if not flags & re.IGNORECASE:
        return _bit(code)
    # Some letters outside ASCII fold to ASCII ones, so under (?i) either kind may stand for the other.
    if code >= _ASCII:
        return _LETTERS | _ALL & ~_ASCII_ALL
    char = chr(code)
    return _bit(ord(char.lower())) | _bit(ord(char.upper())) | (1 << (_ASCII + 2) if char.isalpha() else 0)


def _union(members: Iterable[tuple[Any, Any]], flags: int) -> int:
    """Return a set that holds at least the characters of a class."""
    chars = 0
    for op, argument in members:
        kind = str(op)
        if kind == "LITERAL":
            chars |= _literal(argument, flags)
        elif kind == "RANGE":
            low, high = argument
            for code in range(low, min(high, _ASCII) + 1):
                chars |= _literal(code, flags)
            chars |= _ALL & ~_ASCII_ALL if high >= _ASCII else 0
        elif kind == "CATEGORY":
            name = str(argument).removeprefix("CATEGORY_")
            known = _CATEGORIES[name.removeprefix("NOT_")] & (_ASCII_ALL if flags & re.ASCII else _ALL)
            chars |= _ALL & ~known if name.startswith("NOT_") else known
        else:
            raise _NoProofError
    return chars


def _certain(members: Iterable[tuple[Any, Any]], flags: int) -> int:
    """Return a set that holds at most the characters of a class: whole classes and ASCII characters only."""
    chars = 0
    for op, argument in members:
        if str(op) == "CATEGORY":
            chars |= _union([(op, argument)], flags)
        elif str(op) in {"LITERAL", "RANGE"}:
            chars |= _union([(op, argument)], flags & ~re.IGNORECASE) & _ASCII_ALL
    return chars
