"""Calls one function of a program and writes what it returned. The one file of this package that runs in a slot.

It shares its process with the program, and so proves nothing: it only carries a value out. What it writes is read with
bounds, and compared, on the host; no expected value is ever here. Standard output is the carrier, so the program's own
goes to standard error. It imports next to nothing, since each import costs every test a millisecond or more, and runs
under Python 3.9 or newer.

A value crosses as parts in postfix order, one to a line, the first letter of each saying what it is; a container counts
the values before it that it takes. So neither side needs recursion, however deep the value is.
"""

from __future__ import annotations

import marshal
import os
import sys
from typing import Any

MAX_PARTS = 500_000
MAX_DEPTH = 500


def main() -> None:
    """Run the program, call the function, write its result."""
    from _frozen_importlib_external import SourceFileLoader  # importlib.machinery takes 0.7 ms

    carrier = os.dup(1)
    os.dup2(2, 1)
    name, arguments = marshal.loads(os.pread(0, os.fstat(0).st_size, 0))  # noqa: S302  the host wrote it
    # The program finds its standard input empty.
    os.dup2(os.memfd_create("stdin"), 0)
    module = type(sys)("__main__")
    sys.modules["__main__"] = module
    for path in ("preamble.py", "program.py"):
        if os.path.exists(path):  # noqa: PTH110
            module.__file__ = os.path.abspath(path)  # noqa: PTH100
            SourceFileLoader("__main__", module.__file__).exec_module(module)
    data = encode(_entry(module, name)(*arguments))
    while data:
        data = data[os.write(carrier, data) :]


def _entry(module: Any, name: str) -> Any:
    found = getattr(module, name, None)
    if found is None and hasattr(module, "Solution"):
        found = getattr(module.Solution(), name, None)
    if not callable(found):
        sys.exit(f"there is no function {name!r}")
    return found


def encode(value: Any) -> bytes:
    """Return a value as parts; what has none of its own crosses as the name of its type."""
    parts: list[str] = []
    # Work still to do, the last first: a value with its depth, or a part that is ready, with -1.
    todo: list[tuple[Any, int]] = [(value, 0)]
    while todo:
        one, depth = todo.pop()
        if depth < 0:
            parts.append(one)
            continue
        part, members = _part(one)
        if depth > MAX_DEPTH or len(parts) + len(todo) + len(members) > MAX_PARTS:
            sys.exit("the result is too large or too deep")
        todo.append((part, -1))
        todo.extend([(member, depth + 1) for member in reversed(members)])
    return "\n".join(parts).encode("ascii")


def _part(value: Any) -> tuple[str, list[Any]]:
    """Return a value's part and its members, read by the base type's own methods."""
    if value is None or isinstance(value, bool):
        return f"b{value}", []
    if isinstance(value, int):
        return f"i{int.__index__(value):x}", []
    if isinstance(value, float):
        return f"f{float.hex(value)}", []
    if isinstance(value, str):
        return f"s{str.encode(value, 'utf-8', 'surrogatepass').hex()}", []
    if isinstance(value, (list, tuple)):
        members = list(list.__iter__(value) if isinstance(value, list) else tuple.__iter__(value))
        return f"{'l' if isinstance(value, list) else 't'}{len(members):x}", members
    if isinstance(value, dict):
        members = [member for item in dict.items(value) for member in item]
        return f"d{len(members):x}", members
    if hasattr(type(value), "__next__"):
        members = []
        for member in value:
            members.append(member)
            if len(members) > MAX_PARTS:
                sys.exit("the result is an iterator without an end")
        return f"l{len(members):x}", members
    kind = type(value)
    if (kind.__module__, kind.__name__) in (("decimal", "Decimal"), ("fractions", "Fraction")):
        return f"{kind.__name__[0]}{value}", []
    return f"o{kind.__name__.encode('utf-8', 'surrogatepass').hex()}", []


if __name__ == "__main__":
    main()
