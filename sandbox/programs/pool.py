"""The slots of a sandbox: who has one, who waits for one, and the thread that makes new ones.

A thread that has a program takes a slot, runs the program itself, and gives the slot back. Making and ending slots
takes tenths of a second, so one thread of the pool's own does that off the critical path, and keeps spares. A job that
lasts gives up its turn (not its slot), so that another can start on a spare: a program that hangs costs the others
little.
"""

import collections
import threading
import time
from typing import Final, Protocol

from rlvr.sandbox.programs.errors import SandboxClosedError, SlotLostError
from rlvr.sandbox.programs.slot import Shape, Slot
from rlvr.sandbox.programs.variants import Variant

PATIENCE_S: Final = 30.0
"""How long a program waits for a slot while none can be made; long enough for an engine's restart."""

_HEARTBEAT_S: Final = 15.0
_RETRY_S: Final = 0.25
_CLOSE_S: Final = 20.0


class Tier(Protocol):
    """A way to make slots."""

    name: str
    """As the user names it."""
    detail: str
    """What about it matters here."""
    is_weak: bool
    """Whether a program shares with the host what the other tiers keep apart."""

    def prepare(self, variant: Variant) -> None:
        """Make what slots of a variant are made from, or raise SandboxError, which says what is missing."""

    def make_slot(self, shape: Shape) -> Slot:
        """Make a slot, or raise SlotLostError."""

    def close(self) -> None:
        """Give up what is held besides the slots."""


class Turn:
    """A slot that one thread has; `give_way` lets another thread start although this one goes on."""

    def __init__(self, pool: "SlotPool", slot: Slot) -> None:
        self.slot = slot
        self.has_given_way = False
        self._pool = pool

    def give_way(self) -> None:
        """Count no more among those whose turn it is."""
        self._pool._give_way(self)


class SlotPool:
    """Keeps `num_slots` slots and `num_spares` more.

    Args:
        tier: Makes the slots.
        shape: What slots are made for until a program asks for another shape.
        num_slots: How many programs run at one time, besides those that last.
        num_spares: How many slots there are besides.
    """

    def __init__(self, tier: Tier, shape: Shape, num_slots: int, num_spares: int = 1) -> None:
        self.num_threads = num_slots + num_spares
        self._tier, self._shape, self._num_slots = tier, shape, num_slots
        self._changed = threading.Condition()
        self._idle: list[Slot] = []
        self._doomed: collections.deque[Slot] = collections.deque()
        self._all: set[Slot] = set()
        self._num_turns = 0
        self._is_closed = False
        self._error = ""
        self._failing_since = 0.0
        self._keeper = threading.Thread(target=self._keep, name="rlvr-sandbox", daemon=True)
        self._keeper.start()

    @property
    def is_closed(self) -> bool:
        """Whether `close` has been called."""
        return self._is_closed

    def take(self, shape: Shape) -> Turn:
        """Return a slot of the shape as soon as it is this thread's turn.

        Raises:
            SandboxClosedError: the pool is closed.
            SlotLostError: no slot could be made for `PATIENCE_S`.
        """
        with self._changed:
            while True:
                if self._is_closed:
                    raise SandboxClosedError("the sandbox is closed")
                if self._num_turns < self._num_slots and (slot := self._pick(shape)) is not None:
                    self._num_turns += 1
                    return Turn(self, slot)
                if not self._all and self._failing_since and time.monotonic() > self._failing_since + PATIENCE_S:
                    raise SlotLostError(f"no slot could be made for {PATIENCE_S:g} s: {self._error}", is_ours=True)
                self._changed.wait(1.0)

    def give_back(self, turn: Turn) -> None:
        """End a turn; a spent slot is replaced."""
        with self._changed:
            if not turn.has_given_way:
                self._num_turns -= 1
            if turn.slot.is_spent or self._is_closed:
                self._doom(turn.slot)
            else:
                self._idle.append(turn.slot)
            self._changed.notify_all()

    def wait_until_ready(self) -> None:
        """Wait for the first slot.

        Raises:
            SlotLostError: it cannot be made.
        """
        with self._changed:
            while not self._all:
                if self._error:
                    raise SlotLostError(self._error)
                self._changed.wait(1.0)

    def close(self) -> None:
        """End all slots; a program that runs in one ends with it."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        self._keeper.join(_CLOSE_S)

    def _pick(self, shape: Shape) -> Slot | None:
        """Return the idle slot last used that fits; condemn one that does not, so that one that fits is made."""
        for slot in reversed(self._idle):
            if slot.shape == shape:
                self._idle.remove(slot)
                if slot.is_usable():
                    return slot
                self._doom(slot)
        self._shape = shape
        if self._idle and not any(slot.shape == shape for slot in self._all):
            self._doom(self._idle.pop(0))
        return None

    def _doom(self, slot: Slot) -> None:
        self._all.discard(slot)
        self._doomed.append(slot)
        self._changed.notify_all()

    def _give_way(self, turn: Turn) -> None:
        with self._changed:
            if not turn.has_given_way:
                turn.has_given_way = True
                self._num_turns -= 1
                self._changed.notify_all()

    def _keep(self) -> None:
        """Make slots, end slots, and keep the idle ones alive, until the pool is closed."""
        while not self._is_closed:
            if self._make_one() or self._end_one():
                continue
            self._beat()
            with self._changed:
                self._changed.wait_for(self._has_work, 1.0)
        with self._changed:
            left = [*self._doomed, *self._all]
            self._all.clear()
        for slot in left:
            slot.destroy()

    def _has_work(self) -> bool:
        return bool(self._doomed) or self._is_closed or len(self._all) < self.num_threads

    def _make_one(self) -> bool:
        with self._changed:
            shape = self._shape
            if len(self._all) >= self.num_threads:
                return False
        try:
            slot = self._tier.make_slot(shape)
        except SlotLostError as error:
            with self._changed:
                self._error = str(error)
                self._failing_since = self._failing_since or time.monotonic()
                self._changed.notify_all()
                self._changed.wait(0 if self._is_closed else _RETRY_S)
            return self._end_one()
        with self._changed:
            self._error, self._failing_since = "", 0.0
            self._all.add(slot)
            self._idle.insert(0, slot)
            self._changed.notify_all()
        return True

    def _end_one(self) -> bool:
        with self._changed:
            slot = self._doomed.popleft() if self._doomed else None
        if slot is not None:
            slot.destroy()
        return slot is not None

    def _beat(self) -> None:
        """Give a sign of life to a slot that has been idle for long."""
        with self._changed:
            old = next((slot for slot in self._idle if time.monotonic() > slot.last_used + _HEARTBEAT_S), None)
            if old is None:
                return
            self._idle.remove(old)
        is_alive = old.ping()
        with self._changed:
            if is_alive:
                self._idle.insert(0, old)
            else:
                self._doom(old)
            self._changed.notify_all()
