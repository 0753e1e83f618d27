"""Calls the function of a custom checker, in a judge's slot, and writes the one word that counts.

What the checker prints goes to standard error. Its yes is True or the number 1, and is written once it has returned.
"""

from __future__ import annotations

import marshal
import os
from typing import Any

from rlvr.rewards.code.inside.decoding import CONTAINERS, READERS, decode
from rlvr.rewards.code.inside.program import hidden_copy, run_as_main, taken_input

_READERS = {
    "text": lambda data: data.decode("utf-8", "replace"),
    "result": lambda data: decode(data, READERS, CONTAINERS),
    "arguments": lambda data: marshal.loads(data)[0],  # noqa: S302  the host wrote it
    "plain": marshal.loads,
}
"""By the form in which the host gives a value."""


def main(source: bytes, path: str) -> None:
    """Run the checker's source, call its function, write what it says."""
    carrier = hidden_copy(1)
    os.dup2(2, 1)
    name, given = taken_input()
    values = [_READERS[form](data) for form, data in given]
    found: Any = getattr(run_as_main(source, path, ""), name)(*values)
    os.write(carrier, b"1" if isinstance(found, (bool, int, float)) and found == 1 else b"0")
