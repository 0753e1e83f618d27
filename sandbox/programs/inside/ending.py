"""How a job's process ends: with all that a program can see of the interpreter's own end.

The interpreter is not taken down, which would cost every job some tenths of a millisecond: what is left undone is what
no program can tell from a killed process.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import io
import os
import sys
from typing import Any

_WRITERS = (io.TextIOWrapper, io.BufferedWriter, io.BufferedRandom, io.BufferedRWPair)
_EXIT = os._exit  # a program may have replaced it since
_FLUSH_FAILED = 120
_MOST_C_LONG = 2**63


def exit_status(code: object) -> int:
    """Return the exit status that the `code` of a SystemExit asks for; print what is no number."""
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF if -_MOST_C_LONG <= code < _MOST_C_LONG else 255
    sys.stderr.write(f"{code}\n")
    return 1


def finish(status: int) -> None:
    """End this process, which has run a program with such an exit status."""
    try:
        with contextlib.suppress(BaseException):
            if "threading" in sys.modules:
                sys.modules["threading"]._shutdown()
        with contextlib.suppress(BaseException):
            atexit._run_exitfuncs()
        if not _is_flushed():
            status = _FLUSH_FAILED
        _let_go()
    finally:
        _EXIT(status)


def _is_flushed() -> bool:
    """Flush what the program has for standard output and error; whether the first took it all."""
    with contextlib.suppress(BaseException):
        sys.stderr.flush()
    out = sys.stdout
    try:
        if out is not None and not getattr(out, "closed", False):
            out.flush()
    except BaseException:  # noqa: BLE001  whatever the program made of its stdout
        return False
    return True


def _let_go() -> None:
    """Drop the program's names, so that `__del__` runs and files are written out, and write out all other files."""
    names: dict[str, Any] = getattr(sys.modules.get("__main__"), "__dict__", {})
    for name in list(names):
        if name != "__builtins__":
            names[name] = None
    writers = [one for one in gc.get_objects() if issubclass(type(one), _WRITERS)]
    # Text first, since what it flushes goes into a buffer; and before the collection, which may drop the buffer first.
    _flush(sorted(writers, key=lambda one: not isinstance(one, io.TextIOWrapper)))
    del writers
    gc.collect()
    _flush([sys.stdout, sys.__stdout__])


def _flush(files: list[Any]) -> None:
    for one in files:
        with contextlib.suppress(BaseException):
            one.flush()
