"""The candidate's end of a test: runs the program, and then does what the test asks of its function or class.

It shares its process with the program and proves nothing. It holds no test and no expected value.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NoReturn

from rlvr.rewards.code.inside.exceptions import exception_text
from rlvr.rewards.code.inside.handles import Handle
from rlvr.rewards.code.inside.link import open_link
from rlvr.rewards.code.inside.operations import OPERATIONS
from rlvr.rewards.code.inside.peer import Peer
from rlvr.rewards.code.inside.program import entry_of, run_as_main, taken_input

if TYPE_CHECKING:
    from collections.abc import Callable


def main(source: bytes, path: str) -> None:
    """Run the program, and serve the test for as long as it lasts; then the program ends as any other."""
    os.dup2(2, 1)
    name, preamble = taken_input()
    peer = Peer(open_link(_end), _end, {**OPERATIONS, **_OWN}, Handle)
    peer.show(entry_of(run_as_main(source, path, preamble), name))
    peer.serve()


def _end(_: str) -> NoReturn:
    os._exit(0)


def _reported_call(one: Any, args: Any, kwargs: Any) -> Any:
    try:
        return one(*args, **kwargs)
    except BaseException as error:
        # For who reads why a test failed: the last line of standard error names the exception.
        os.write(2, f"{type(error).__name__}: {exception_text(error)}\n".encode("utf-8", "replace"))
        raise


_OWN: dict[str, Callable[..., Any]] = {
    "call": _reported_call,
    "entry": lambda one: one,
    "get": getattr,
    "set": setattr,
    "str": str,
    "repr": repr,
    "isinstance": lambda kind, one: isinstance(one, kind),
}
