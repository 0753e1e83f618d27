"""The sandbox of this process, for verifiers that were given none."""

from __future__ import annotations

import atexit
import os
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rlvr.sandbox.programs.sandbox import Sandbox

_sandbox: Sandbox | None = None
_lock = threading.Lock()


def default_sandbox() -> Sandbox:
    """Return this process's sandbox, opened at first use and closed at exit; a forked child opens its own.

    Raises:
        SandboxError: no tier works here; the message says what to do.
    """
    global _sandbox
    with _lock:
        if _sandbox is None:
            from rlvr.sandbox.programs.tiers import open_sandbox

            _sandbox = open_sandbox("auto")
            atexit.register(_close)
        return _sandbox


def _close() -> None:
    global _sandbox
    with _lock:
        sandbox, _sandbox = _sandbox, None
    if sandbox is not None:
        sandbox.close()


def _forget() -> None:
    """Leave the parent's sandbox to the parent."""
    global _sandbox, _lock
    _sandbox, _lock = None, threading.Lock()


os.register_at_fork(after_in_child=_forget)
