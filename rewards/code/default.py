"""The sandbox of this process, for verifiers that were given none.

It is opened at first use and closed at exit. `process_sandbox` says for a while which one it is, and closes it at the
end. There is one in a process, so that all who judge there share its slots; a worker that bounds our own functions gets
none, since its deadline would come between and every worker would open another.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rlvr.sandbox.inside import in_worker
from rlvr.sandbox.programs.errors import SandboxError

if TYPE_CHECKING:
    from rlvr.sandbox.programs.sandbox import Sandbox


class WeakSandboxError(SandboxError, ValueError):
    """Only a tier is to be had that holds off less than is asked for."""


class _Place:
    """Where this process's sandbox is, once somebody has asked for it."""

    def __init__(self, tier: str = "auto", num_slots: int | None = None, *, is_weak_allowed: bool = True) -> None:
        self._tier, self._num_slots, self._is_weak_allowed = tier, num_slots, is_weak_allowed
        self._sandbox: Sandbox | None = None
        self._is_closed = False
        self._lock = threading.Lock()

    def opened(self) -> Sandbox:
        with self._lock:
            if self._is_closed:
                raise SandboxError("this process's sandbox is closed")
            if self._sandbox is None:
                self._sandbox = self._open()
            return self._sandbox

    def close(self) -> None:
        with self._lock:
            sandbox, self._sandbox, self._is_closed = self._sandbox, None, True
        if sandbox is not None:
            sandbox.close()

    def forget(self) -> None:
        """Leave the parent's sandbox to the parent."""
        self._sandbox, self._lock = None, threading.Lock()

    def _open(self) -> Sandbox:
        from rlvr.sandbox.programs.tiers import open_sandbox

        sandbox = open_sandbox(self._tier, num_slots=self._num_slots)
        if sandbox.is_weak and not self._is_weak_allowed:
            sandbox.close()
            raise WeakSandboxError(
                f"programs that a model writes would run in the {sandbox.tier} tier, which is weak",
                "install docker or bubblewrap (rlvr doctor tells what is missing), or allow it with "
                "run.allow_weak_sandbox=true",
            )
        return sandbox


_place = _Place()


def default_sandbox() -> Sandbox:
    """Return this process's sandbox, opened at first use and closed at exit; a forked child opens its own.

    Raises:
        SandboxError: no tier works here, this is a worker of a `DeadlinePool`, or the process is about to end; the
            message says what to do.
    """
    if in_worker():
        raise SandboxError(
            "a worker process has no sandbox for programs",
            "set is_bounded = True on the class whose check, reply or grade runs them: the sandbox bounds them already",
        )
    return _place.opened()


@contextmanager
def process_sandbox(
    tier: str = "auto", num_slots: int | None = None, *, is_weak_allowed: bool = True
) -> Iterator[Callable[[], Sandbox]]:
    """Say which sandbox this process has within the block, and close it at the end.

    Args:
        tier: As for `open_sandbox`.
        num_slots: As for `open_sandbox`.
        is_weak_allowed: Whether a weak tier will do.

    Yields:
        What opens it now rather than at first use. It raises SandboxError: no such tier works here, or it is a
        WeakSandboxError.
    """
    global _place
    outer, _place = _place, _Place(tier, num_slots, is_weak_allowed=is_weak_allowed)
    mine = _place
    try:
        yield mine.opened
    finally:
        _place = outer
        mine.close()


def _close() -> None:
    _place.close()


def _forget() -> None:
    _place.forget()


atexit.register(_close)
os.register_at_fork(after_in_child=_forget)
