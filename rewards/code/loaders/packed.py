"""Texts that are packed as base64 of zlib of pickle, unpacked without trusting them.

A pickle is a program: it can call anything. So the few instructions that build texts, lists and dicts are let through,
and a pickle with any other is refused before it is loaded. What comes out is bounded at every step: bytes out of zlib,
instructions, and values, since lists that hold each other can be far more than they look.
"""

from __future__ import annotations

import base64
import binascii
import io
import pickle
import pickletools
import zlib
from typing import Any, Final

from rlvr.rewards.score import BadReferenceError

MAX_UNPACKED_BYTES: Final = 256 * 2**20
"""Bytes after decompression."""
MAX_STEPS: Final = 1_000_000
"""Instructions of a pickle, and values in what it builds, each as often as it is there."""

_HARMLESS: Final = frozenset(
    {
        *("PROTO", "FRAME", "STOP", "MARK", "MEMOIZE", "PUT", "BINPUT", "LONG_BINPUT", "GET", "BINGET", "LONG_BINGET"),
        *("UNICODE", "SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8"),
        *("EMPTY_LIST", "LIST", "APPEND", "APPENDS", "EMPTY_DICT", "DICT", "SETITEM", "SETITEMS", "NONE"),
    }
)
_MEMO: Final = frozenset({"PUT", "BINPUT", "LONG_BINPUT"})


def unpacked(text: str, where: str) -> Any:
    """Return what a packed text holds: texts, lists and dicts.

    Args:
        text: Base64 of a zlib stream of a pickle.
        where: What an error calls it.

    Raises:
        BadReferenceError: it is not packed like that, holds anything else, or is too large.
    """
    try:
        data = base64.b64decode("".join(text.split()).encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise BadReferenceError(f"{where} is neither JSON nor base64: {error}") from error
    return _loaded(_inflated(data, where), where)


def _inflated(data: bytes, where: str) -> bytes:
    stream = zlib.decompressobj()
    try:
        found = stream.decompress(data, MAX_UNPACKED_BYTES)
    except zlib.error as error:
        raise BadReferenceError(f"{where} is base64 of something else than zlib: {error}") from error
    if stream.unconsumed_tail:
        raise BadReferenceError(f"{where} unpacks to more than {MAX_UNPACKED_BYTES:,} bytes: leave the row out")
    if not stream.eof:
        raise BadReferenceError(f"{where} is cut short: its zlib stream has no end")
    return found


def _loaded(data: bytes, where: str) -> Any:
    try:
        refused = _refused(data)
        found = None if refused else _Plain(io.BytesIO(data)).load()
    except Exception as error:  # a malformed pickle raises nearly anything
        raise BadReferenceError(f"{where} holds no pickle: {type(error).__name__}: {error}") from error
    if refused:
        raise BadReferenceError(f"{where} holds a pickle with {refused}: only texts, lists and dicts are taken")
    if not isinstance(found, str) and not _is_bounded(found):
        raise BadReferenceError(f"{where} holds a pickle of more than {MAX_STEPS:,} values: leave the row out")
    return found


def _refused(data: bytes) -> str:
    """Return what a pickle has that plain data has not; empty for plain data."""
    for number, (code, argument, _) in enumerate(pickletools.genops(data)):
        if number == MAX_STEPS:
            return f"more than {MAX_STEPS:,} instructions"
        if code.name not in _HARMLESS:
            return f"the instruction {code.name}"
        if (
            code.name in _MEMO and isinstance(argument, int) and argument > len(data)
        ):  # the memo is a table of that size
            return f"the memo entry {argument}"
    return ""


def _is_bounded(found: Any) -> bool:
    todo, count = [found], 0
    while todo:
        one = todo.pop()
        members = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        count += len(members)
        if count > MAX_STEPS:
            return False
        todo.extend(members)
    return True


class _Plain(pickle.Unpickler):
    """Loads nothing that has a class, should an instruction for that ever get here."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"a pickle asks for {module}.{name}")
