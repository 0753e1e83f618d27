"""Calls one function of a program and writes what it returned. The one file of this package that runs in a slot.

It shares its process with the program, and so proves nothing: it only carries a value out. What it writes is read with
bounds, and compared, on the host; no expected value is ever here. Standard output is the carrier, so the program's own
goes to standard error. Standard library of Python 3.9 or newer only.

A value is a JSON array of nodes in postfix order, one to a line: a container's node counts those before it that it
takes. So reading one needs no recursion, however deep it is.
"""

from __future__ import annotations

import json
import os
import sys
from types import ModuleType
from typing import Any

MAX_NODES = 500_000
MAX_DEPTH = 500
_SMALL = 1 << 53


def main() -> None:
    """Run the program, call the function, write its result."""
    from importlib.machinery import SourceFileLoader

    carrier = os.dup(1)
    os.dup2(2, 1)
    # Read and removed first: the program finds its own files only.
    with open("call.json", "rb") as file:  # noqa: PTH123
        name, arguments = json.loads(file.read())
    os.unlink("call.json")  # noqa: PTH108
    module = ModuleType("__main__")
    sys.modules["__main__"] = module
    for path in ("preamble.py", "program.py"):
        if os.path.exists(path):  # noqa: PTH110
            module.__file__ = os.path.abspath(path)  # noqa: PTH100
            SourceFileLoader("__main__", module.__file__).exec_module(module)
    data = encode(_entry(module, name)(*arguments))
    while data:
        data = data[os.write(carrier, data) :]


def _entry(module: ModuleType, name: str) -> Any:
    found = getattr(module, name, None)
    if found is None and hasattr(module, "Solution"):
        found = getattr(module.Solution(), name, None)
    if not callable(found):
        sys.exit(f"there is no function {name!r}")
    return found


def encode(value: Any) -> bytes:
    """Return a value as nodes; what has no node of its own crosses as the name of its type."""
    nodes: list[Any] = []
    # Work still to do: a value with its depth, or a node that is ready. The last is done first.
    todo: list[tuple[Any, int]] = [(value, 0)]
    while todo:
        one, depth = todo.pop()
        if depth < 0:
            nodes.append(one)
            continue
        node, children = _node(one)
        if depth > MAX_DEPTH or len(nodes) + len(todo) + len(children) > MAX_NODES:
            sys.exit("the result is too large or too deep")
        todo.append((node, -1))
        todo.extend((child, depth + 1) for child in reversed(children))
    return ("[" + ",\n".join(map(json.dumps, nodes)) + "]").encode("ascii")


def _node(value: Any) -> tuple[list[Any], list[Any]]:
    """Return a value's node and what it contains, read by the base type's own methods."""
    node: list[Any] = ["opaque", type(value).__name__]
    if value is None or isinstance(value, bool):
        node = ["plain", value]
    elif isinstance(value, int):
        exact = int.__index__(value)
        node = ["plain", exact] if -_SMALL < exact < _SMALL else ["int", hex(exact)]
    elif isinstance(value, float):
        node = ["float", float.hex(value)]
    elif isinstance(value, str):
        node = ["plain", str.__str__(value)]
    elif isinstance(value, (list, tuple)):
        children = list(list.__iter__(value) if isinstance(value, list) else tuple.__iter__(value))
        return ["list" if isinstance(value, list) else "tuple", len(children)], children
    elif isinstance(value, dict):
        children = [part for item in dict.items(value) for part in item]
        return ["dict", len(children) // 2], children
    elif hasattr(type(value), "__next__"):
        children = []
        for child in value:
            children.append(child)
            if len(children) > MAX_NODES:
                sys.exit("the result is an iterator without an end")
        return ["list", len(children)], children
    elif type(value).__module__ in ("decimal", "fractions", "_pydecimal"):
        node = [type(value).__name__, str(value)]
    return node, []


if __name__ == "__main__":
    main()
