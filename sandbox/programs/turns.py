"""Turns: who has a slot, and what is done about jobs that last.

A job that lasts lets another start beside it on a spare slot. Yet it is still there: where it burns CPU it takes from
the short jobs that come and go beside it. So while such jobs come, those that last and burn are held to a small share
of a CPU between them, each for no more than half of its wall limit in all. That time does not count against its limit,
since in it the job waits for a CPU. A quota and not a weight, since a busy core slows its sibling even when it yields
at once.

How much CPU each uses is looked at, too: jobs that sleep cost nobody anything, and any number of them may last; those
that burn may not be many more than there are cores, or all would starve.
"""

import threading
import time
from collections.abc import Callable
from typing import Final

from rlvr.sandbox.programs.slot import Slot

HELD_SHARE: Final = 0.08
"""Of one CPU, for all jobs that last and burn, while short ones come."""

_HOLD_FACTOR: Final = 0.5
_BURNED_S: Final = 0.01
"""CPU that a job must have used since it began to last; one that has only waited for a CPU is not to wait for more."""
_TICK_S: Final = 0.0125
_FLOW_S: Final = 0.1
"""For so long after a short job it is thought that another will come."""
_LOOK_S: Final = 0.1
_LONG_LOOK_S: Final = 0.4
"""How often it is seen whether a job that is held back uses what it may: that comes in pieces."""
_BUSY_SHARE: Final = 0.05
"""Of one CPU: a job that uses less sleeps."""


class Turn:
    """A slot that one thread has, for one job.

    Args:
        slot: The slot.
        wall_s: The job's wall limit.
        on_slow: Told that the job lasts.
    """

    def __init__(self, slot: Slot, wall_s: float, on_slow: Callable[["Turn"], None]) -> None:
        self.slot = slot
        self.lasts = False
        """Whether another may start beside it."""
        self.is_busy = True
        """Whether the job uses a CPU; believed until it has been looked at."""
        self.share = 1.0
        """Of one CPU, which it may use now."""
        self._on_slow = on_slow
        self._lock = threading.Lock()
        self._started = time.monotonic()
        self._may_hold_s = wall_s * _HOLD_FACTOR
        self._is_over = self._has_burned = False
        self._looked = 0.0
        self._used_s: float | None = None
        self._first_used_s: float | None = None

    def give_way(self) -> None:
        """Let another thread start although this one goes on."""
        if not self.lasts:
            self.lasts = True
            self._looked, self._used_s = time.monotonic(), self.slot.cpu.used_s()
            self._first_used_s = self._used_s
            self._on_slow(self)

    def look(self) -> bool:
        """See whether the job uses a CPU; return whether that has changed."""
        now = time.monotonic()
        if now < self._looked + (_LOOK_S if self.share == 1 else _LONG_LOOK_S):
            return False
        was_busy, used_s = self.is_busy, self.slot.cpu.used_s()
        if used_s is not None and self._used_s is not None:
            self.is_busy = used_s - self._used_s > (now - self._looked) * min(_BUSY_SHARE, self.share / 2)
        self._looked, self._used_s = now, used_s
        return self.is_busy != was_busy

    def may_be_held(self) -> bool:
        """Whether the job has burned CPU, and has not been held back for long enough."""
        if not self._has_burned:
            used_s, first_s = self.slot.cpu.used_s(), self._first_used_s
            self._has_burned = used_s is None or first_s is None or used_s - first_s > _BURNED_S
        is_old = time.monotonic() > self._started + self.slot.cpu.hold_after_s
        return self._has_burned and self.is_busy and is_old and self._may_hold_s > 0

    def hold(self, share: float, elapsed_s: float) -> bool:
        """Hold the job to a share of one CPU, or let it go; return whether that is a change.

        Args:
            share: At most 1, which is to let it go.
            elapsed_s: Since the last call.
        """
        with self._lock:
            if self._is_over:
                return False
            if self.share < 1:
                self._may_hold_s -= elapsed_s
            if share == self.share or not self.slot.cpu.limit(share):
                return False
            self.share = share
            self._looked, self._used_s = time.monotonic(), self.slot.cpu.used_s()
            return True

    def end(self) -> None:
        """Leave the slot as it was; one where that fails is spent."""
        with self._lock:
            self._is_over = True
            if self.share < 1 and not self.slot.is_spent:
                self.slot.is_spent = not self.slot.cpu.limit(1.0)


class Brake:
    """The thread that holds back the jobs that last while short ones come.

    Args:
        on_change: Told that a job has begun or ceased to use a CPU.
    """

    def __init__(self, on_change: Callable[[], None]) -> None:
        self.num_short = 0
        """Counts the jobs that ended soon, by which it is seen whether short ones come."""
        self._on_change = on_change
        self._turns: set[Turn] = set()
        self._changed = threading.Condition()
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="rlvr-brake", daemon=True)
        self._thread.start()

    @property
    def num_lasting(self) -> int:
        """How many jobs last."""
        return len(self._turns)

    @property
    def num_busy(self) -> int:
        """How many of them use a CPU."""
        return sum(turn.is_busy for turn in self._turns)

    def watch(self, turn: Turn) -> None:
        """Look after a job that lasts."""
        with self._changed:
            self._turns.add(turn)
            self._changed.notify()

    def forget(self, turn: Turn) -> None:
        """Look no more after a job."""
        with self._changed:
            self._turns.discard(turn)

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        seen = last = flow_until = 0.0
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._turns or self._is_closed)
                if self._is_closed:
                    return
                turns = list(self._turns)
            now = time.monotonic()
            if self.num_short != seen:
                seen, flow_until = self.num_short, now + _FLOW_S
            self._tick(turns, now < flow_until, now - last)
            last = now
            time.sleep(_TICK_S)

    def _tick(self, turns: list[Turn], flows: bool, elapsed_s: float) -> None:
        held = {turn for turn in turns if flows and turn.may_be_held()}
        share = share_of(len(held))
        has_changed = [turn.hold(share if turn in held else 1.0, elapsed_s) for turn in turns]
        has_changed += [turn.look() for turn in turns]
        if any(has_changed):
            self._on_change()


def share_of(num_held: int) -> float:
    """Return the share of one CPU for each of so many; in powers of two, since a change may be dear."""
    return HELD_SHARE / (1 << max(0, num_held - 1).bit_length())
