"""Calls one function of a program, once, and writes what it returned.

No expected value is ever here. Standard output is the carrier of the result, so the program's own goes to standard
error. It imports next to nothing, since each import costs every test a millisecond or more.
"""

from __future__ import annotations

import marshal
import os
from typing import Any

from rlvr.rewards.code.inside.encoding import MAX_PARTS, CrossingError, encode, one_line
from rlvr.rewards.code.inside.program import entry_of, hidden_copy, run_as_main, taken_input


def main(source: bytes, path: str) -> None:
    """Run the program, call the function, write its result."""
    carrier = hidden_copy(1)
    os.dup2(2, 1)
    name, arguments, preamble, is_assert = taken_input()
    args, kwargs = marshal.loads(arguments)  # noqa: S302  the host wrote them
    found = entry_of(run_as_main(source, path, preamble), name)(*args, **kwargs)
    data = encode(found, named if is_assert else drained)
    while data:
        data = data[os.write(carrier, data) :]


def drained(value: Any) -> str | list[Any]:
    """Return the items of an iterator; of what is none, the name of its type."""
    if not hasattr(type(value), "__next__"):
        return named(value)
    items = []
    for item in value:
        items.append(item)
        if len(items) > MAX_PARTS:
            raise CrossingError("an iterator without an end")
    return items


def named(value: Any) -> str:
    """Return the name of the type of what does not cross."""
    return "o" + one_line(type(value).__name__)
