"""The judge's end of a test: runs the test's own code, in a process that never runs a program's.

What the test finds as the entry point is a handle of the program's. The result is one line on a private copy of
standard output, which no text of the program's reaches: `passed`, written only when the test has returned normally, or
what was in the way, a word and the name of a type.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from rlvr.rewards.code.inside.handles import Handle
from rlvr.rewards.code.inside.link import open_link
from rlvr.rewards.code.inside.methods import run_method, spare_main, why_failed
from rlvr.rewards.code.inside.operations import OPERATIONS
from rlvr.rewards.code.inside.peer import Peer
from rlvr.rewards.code.inside.program import compiled, run_code, taken_input
from rlvr.rewards.code.inside.reach import Reach

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_NAME = 100


class OpaqueHandle(Handle):
    """An object of the program's."""

    __slots__ = ()

    def __bool__(self) -> bool:
        raise TypeError("an object of the program's is neither true nor false")

    def __str__(self) -> str:
        return self._rlvr_text("str")

    def __repr__(self) -> str:
        return self._rlvr_text("repr")

    def _rlvr_text(self, operation: str) -> str:
        text = self._rlvr_peer.ask(operation, self)
        if type(text) is not str:
            raise TypeError("no text")
        return text


class Record:
    """Writes how the test ended, once."""

    def __init__(self) -> None:
        self._fd = os.dup(1)
        os.dup2(2, 1)

    def end(self, word: str, name: str = "") -> NoReturn:
        """Write a word, and the name that it is about, and end the process."""
        self.write(word, name)
        os._exit(0)

    def write(self, word: str, name: str = "") -> None:
        """Write a word, and the name that it is about."""
        os.write(self._fd, f"{word} {ascii(name[:_MAX_NAME])[1:-1]}\n".encode("ascii"))

    def end_of_link(self, why: str) -> NoReturn:
        """End since the other end has gone or is not to be understood."""
        self.end("lost" if why == "lost" else "malformed", why)


def main(source: bytes, path: str) -> None:
    """Run one test."""
    record = Record()
    job = taken_input()
    reach = Reach()
    operations: dict[str, Callable[..., Any]] = {**OPERATIONS, **reach.operations}
    may_stop = b"StopIteration" in source or "StopIteration" in job["preamble"]
    peer = Peer(open_link(record.end_of_link), record.end_of_link, operations, OpaqueHandle, may_stop=may_stop)
    try:
        if job["class"]:
            spare_main()
        code = compiled(source, path)
        names = _prepared(job["preamble"], job["modules"], path)
        reach.share(names)
    except BaseException as error:  # noqa: BLE001  whatever it is, the program has no part in it
        record.end("task", type(error).__name__)
    try:
        entry = names["candidate"] = names[job["entry_point"]] = peer.ask_entry()
        if not isinstance(entry, Handle) or not callable(entry):
            record.end("malformed", "the entry point is no function")
        run_code(code, names)
        if job["class"]:
            run_method(names, job["class"], job["method"], job["methods"])
        elif job["method"]:
            names[job["method"]](entry)
    except BaseException as error:  # noqa: BLE001  whatever it is, the test has not passed
        record.end(*why_failed(error))
    record.write("passed")
    peer.end()  # the program's exit code counts, too
    os._exit(0)


def _prepared(preamble: str, modules: list[str], path: str) -> dict[str, Any]:
    """Return the names that a test's code finds."""
    module = type(sys)("tests")
    sys.modules["tests"] = module
    names: dict[str, Any] = module.__dict__
    run_code(compiled(preamble, "<preamble>"), names)
    names.update([(one, __import__(one)) for one in modules if one not in names], __file__=path)
    return names
