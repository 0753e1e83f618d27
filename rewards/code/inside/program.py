"""Runs the program as `__main__` of its own process, and finds what a test calls in it."""

from __future__ import annotations

import builtins
import marshal
import os
import sys
from typing import Any

_OWN_FRAMES = 12


def hidden_copy(fd: int) -> int:
    """Return a copy of a descriptor that is out of the way: a program may count on 3 being its first."""
    return os.dup2(fd, 1000, inheritable=False)


def taken_input() -> Any:
    """Return what the host has put on standard input, which the program then finds empty."""
    found = marshal.loads(os.pread(0, os.fstat(0).st_size, 0))  # noqa: S302  the host wrote it
    empty = os.memfd_create("stdin")
    os.dup2(empty, 0)
    os.close(empty)
    return found


def run_as_main(source: bytes, path: str, preamble: str) -> Any:
    """Run the preamble and the program in one fresh `__main__`; return the module."""
    # What of ours is below the program on the stack shall not cost it any depth.
    sys.setrecursionlimit(sys.getrecursionlimit() + _OWN_FRAMES)
    module = type(sys)("__main__")
    names: dict[str, Any] = module.__dict__
    names.update(__file__=path, __builtins__=builtins)
    sys.modules["__main__"] = module
    run_code(compiled(preamble, "<preamble>"), names)
    run_code(compiled(source, path), names)
    return module


def compiled(source: str | bytes, path: str) -> Any:
    """Return the code of a module."""
    return compile(source, path, "exec", dont_inherit=True)


def run_code(code: Any, names: dict[str, Any]) -> None:
    """Run the code of a module."""
    exec(code, names)  # noqa: S102  the slot exists for this


def entry_of(module: Any, name: str) -> Any:
    """Return the function or class of that name, or the method of `Solution`; end the program if there is none."""
    found = getattr(module, name, None)
    if found is None and hasattr(module, "Solution"):
        found = getattr(module.Solution(), name, None)
    if not callable(found):
        sys.exit(f"there is no function {name!r}")
    return found
