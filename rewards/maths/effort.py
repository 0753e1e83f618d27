"""How much work a pair may cost in the calling process before it goes to a worker that can be killed.

Every loop whose length a text decides calls `spend`. The unit is about a microsecond of an ordinary machine, but it is
counted, not measured, so a pair is decided in the same place everywhere. In a worker nothing is counted: there the
processor time is limited from outside.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rlvr.rewards.maths.truth import NeedsSymbolic

INLINE_UNITS = 50_000
"""What one pair may cost in the calling process."""


class Exhausted(NeedsSymbolic):
    """The pair has cost all that it may here."""


class _State(threading.local):
    left = 0
    is_counting = False


_state = _State()


@contextmanager
def limited(units: int = INLINE_UNITS) -> Iterator[None]:
    """Let the block spend at most `units`; past them `spend` raises."""
    before = _state.is_counting, _state.left
    _state.is_counting, _state.left = True, units
    try:
        yield
    finally:
        _state.is_counting, _state.left = before


def spend(units: int) -> None:
    """Count work that is about to be done.

    Raises:
        Exhausted: If it is more than what is left.
    """
    if _state.is_counting:
        _state.left -= units
        if _state.left < 0:
            raise Exhausted
