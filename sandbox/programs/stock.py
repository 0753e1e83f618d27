"""The slots that a pool has, by shape, and which of them to make or to end next.

To make a slot takes a quarter of a second of CPU time, and to end one a twentieth: as much as a hundred jobs. So the
stock grows when somebody waits who could start, and is filled up and tidied in quiet moments, or bit by bit.
"""

import collections
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rlvr.sandbox.programs.slot import Shape, Slot

HUNGER_S: Final = 0.1
"""For so long somebody waits who could start before a slot is made: jobs may end sooner than it is there."""

_QUIET_S: Final = 0.5
"""The pool is quiet when for so long no job began or ended."""
_TRICKLE_S: Final = 3.0
"""How often the stock is filled up or tidied when the pool is not quiet."""
_NUM_AT_HAND: Final = 2
"""With fewer idle slots a worn one is renewed at once, which takes a tenth of what making one does."""
_KEEP_S: Final = 60.0
"""How long more slots than usual are kept after they were of use."""
_SLOT_MB: Final = 64
"""MiB beyond its job's memory that a slot and the engine's part of it may take."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many slots there are."""

    num_usual: int
    """That are kept ready."""
    num_first: int
    """That are made without waiting for a quiet moment."""
    num_most: int
    """That may be at one time."""


def bounds_for(shape: Shape, num_slots: int) -> Bounds:
    """Return the bounds for a pool in which so many jobs run at one time besides those that last.

    Jobs that hang may hold seven slots for each that works, as far as half of the memory that is free now allows.
    """
    num_fit = _free_mb() // 2 // (shape.memory_mb + _SLOT_MB)
    num_most = max(num_slots + 2, min(8 * num_slots, num_fit))
    return Bounds(min(2 * num_slots + 2, num_most), num_slots + 1, num_most)


def _free_mb() -> int:
    words = Path("/proc/meminfo").read_text(encoding="ascii").split()
    return int(words[words.index("MemAvailable:") + 1]) // 1024


class Stock:
    """The slots; whoever calls holds the pool's lock.

    Args:
        shape: What slots are made for until a job asks for another shape.
        bounds: How many there are.
    """

    def __init__(self, shape: Shape, bounds: Bounds) -> None:
        self.live: set[Slot] = set()
        """All that are idle, have a job, or are worn."""
        self._shape, self._bounds = shape, bounds
        self._idle: dict[Slot, float] = {}
        self._worn: collections.deque[Slot] = collections.deque()
        self._doomed: collections.deque[Slot] = collections.deque()
        self._pinged: Slot | None = None
        self._num_made = 0
        self._num_wanted, self._wanted_until = bounds.num_usual, 0.0
        self._last_job = self._last_work = time.monotonic()

    def add(self, slot: Slot) -> None:
        """Take in a new slot."""
        self.live.add(slot)
        self._idle = {slot: time.monotonic()} | self._idle
        self._num_made += 1

    def pick(self, shape: Shape) -> Slot | None:
        """Return the idle slot last used that has the shape."""
        self._last_job = time.monotonic()
        for slot in [slot for slot in reversed(self._idle) if slot.shape == shape and slot is not self._pinged]:
            if slot.is_usable():
                del self._idle[slot]
                self._shape = shape
                return slot
            self.doom(slot)
        return None

    def put_back(self, slot: Slot) -> None:
        """Take back a slot whose job has ended."""
        self._last_job = time.monotonic()
        if slot.is_spent:
            self.doom(slot)
        elif slot.is_worn:
            self._worn.append(slot)
        else:
            self._idle[slot] = self._last_job

    def doom(self, slot: Slot) -> None:
        """Use a slot no more."""
        self.live.discard(slot)
        self._idle.pop(slot, None)
        self._doomed.append(slot)

    def doom_another(self, shape: Shape) -> None:
        """Give up the idle slot unused for longest whose shape is another, where there is no room for one more."""
        if not self._has_room() and not self._doomed:
            other = next((slot for slot in self._idle if slot.shape != shape and slot is not self._pinged), None)
            if other is not None:
                self.doom(other)

    def note_lasting(self, num_lasting: int, num_slots: int) -> None:
        """Keep as many slots for a while as are of use now."""
        num_wanted = min(self._bounds.num_most, num_slots + num_lasting + 1)
        if num_wanted >= self._num_wanted or time.monotonic() > self._wanted_until:
            self._num_wanted = max(num_wanted, self._bounds.num_usual)
            self._wanted_until = time.monotonic() + _KEEP_S

    def to_make(self, hungry: tuple[Shape, float] | None) -> Shape | None:
        """Return the shape of the slot to make now.

        Args:
            hungry: What somebody waits for who could start, and since when.
        """
        now = time.monotonic()
        if hungry is not None:
            shape, since = hungry
            is_first = not any(slot.shape == shape for slot in self.live)
            if self._has_room() and (is_first or now > since + HUNGER_S):
                return shape
        if self._num_made < self._bounds.num_first:
            return self._shape
        is_short = len(self.live) < self._num_usual(now) and self._has_room()
        return self._shape if is_short and self._is_time(now) else None

    def to_renew(self, is_hungry: bool) -> Slot | None:
        """Return the worn slot to renew now; nobody gets it until `note_renewal`.

        Args:
            is_hungry: Whether somebody waits who could start.
        """
        is_due = is_hungry or len(self._idle) < _NUM_AT_HAND or self._is_time(time.monotonic())
        return self._worn.popleft() if self._worn and is_due else None

    def note_renewal(self, slot: Slot, is_renewed: bool) -> None:
        """Give out a slot again that was worn, or give it up."""
        self.note_work()
        if is_renewed:
            self._idle = {slot: time.monotonic()} | self._idle
        else:
            self.doom(slot)

    def to_end(self) -> Slot | None:
        """Return the slot to end now, which is no more in the stock then."""
        now = time.monotonic()
        is_time = self._is_time(now)
        if not self._doomed and is_time and len(self.live) > self._num_usual(now):
            self._doom_unused(now)
        if not self._doomed or not (is_time or not self._doomed[0].can_wait or not self._has_room()):
            return None
        return self._doomed.popleft()

    def to_ping(self, after_s: float) -> Slot | None:
        """Return an idle slot that has heard nothing for so long; nobody gets it until `note_ping`."""
        quiet_since = time.monotonic() - after_s
        self._pinged = next((slot for slot in self._idle if slot.last_used < quiet_since), None)
        return self._pinged

    def note_ping(self, is_alive: bool) -> None:
        """Give out the slot again that was pinged, or give it up."""
        slot, self._pinged = self._pinged, None
        if slot is not None and not is_alive:
            self.doom(slot)

    def note_work(self) -> None:
        """Remember that a slot was made or ended now."""
        self._last_work = time.monotonic()

    def cut_all(self) -> None:
        """End what runs in any of the slots, at once."""
        for slot in self.live:
            slot.channel.cut()

    def is_complete(self) -> bool:
        """Whether nobody has one of the slots."""
        return len(self.live) == len(self._idle) + len(self._worn)

    def take_all(self) -> list[Slot]:
        """Empty the stock; return what was in it."""
        slots = [*self._doomed, *self.live]
        self.live, self._idle = set(), {}
        self._worn.clear()
        self._doomed.clear()
        return slots

    def _has_room(self) -> bool:
        return len(self.live) + len(self._doomed) < self._bounds.num_most

    def _is_time(self, now: float) -> bool:
        return now > self._last_job + _QUIET_S or now > self._last_work + _TRICKLE_S

    def _num_usual(self, now: float) -> int:
        return self._num_wanted if now < self._wanted_until else self._bounds.num_usual

    def _doom_unused(self, now: float) -> None:
        slot, since = next(iter(self._idle.items()), (None, now))
        if slot is not None and now > since + _KEEP_S:
            self.doom(slot)
