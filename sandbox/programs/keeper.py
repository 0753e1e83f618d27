"""The thread that makes slots, ends slots, and keeps the idle ones alive."""

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from rlvr.sandbox.programs.errors import SlotLostError
from rlvr.sandbox.programs.slot import Shape
from rlvr.sandbox.programs.stock import HUNGER_S, Stock

if TYPE_CHECKING:
    from rlvr.sandbox.programs.pool import Tier

HEARTBEAT_S: Final = 15.0

_RETRY_S: Final = 0.25
_PAUSE_S: Final = 0.25
_LEAVE_S: Final = 5.0
_CLOSE_S: Final = 20.0


class Keeper:
    """Does what the stock wants done, one thing after another.

    Args:
        tier: Makes the slots.
        stock: Of the pool.
        lock: The pool's, which guards the stock.
        hungry: Tells, under the lock, what somebody waits for who could start, and since when.
        on_new: Told, under the lock, that there is a new slot.
    """

    def __init__(
        self,
        tier: "Tier",
        stock: Stock,
        lock: threading.Lock,
        hungry: Callable[[], tuple[Shape, float] | None],
        on_new: Callable[[], None],
    ) -> None:
        self.error = ""
        """Why the last slot could not be made."""
        self.is_closed = False
        self._tier, self._stock, self._hungry, self._on_new = tier, stock, hungry, on_new
        self._failing_since = 0.0
        self._changed = threading.Condition(lock)
        self._thread = threading.Thread(target=self._run, name="rlvr-keeper", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Say, under the lock, that there may be something to do."""
        self._changed.notify_all()

    def has_failed_for(self, seconds: float) -> bool:
        """Whether no slot could be made for so long."""
        return bool(self._failing_since) and time.monotonic() > self._failing_since + seconds

    def wait_until_ready(self) -> None:
        """Wait for the first slot.

        Raises:
            SlotLostError: it cannot be made.
        """
        with self._changed:
            while not self._stock.live:
                if self.error:
                    raise SlotLostError(self.error)
                self._changed.wait(1.0)

    def stop(self) -> None:
        """End what runs in the slots, at once, whatever the thread waits for."""
        with self._changed:
            self.is_closed = True
            self._stock.cut_all()
            self._changed.notify_all()

    def join(self) -> None:
        """Wait until the slots have been ended, but not for an engine that does not answer."""
        self._thread.join(_CLOSE_S)

    def _run(self) -> None:
        while not self.is_closed:
            if not (self._renew_one() or self._make_one() or self._end_one() or self._ping_one()):
                with self._changed:
                    self._changed.wait(HUNGER_S if self._hungry() else _PAUSE_S)
        with self._changed:
            self._changed.wait_for(self._stock.is_complete, _LEAVE_S)
            left = self._stock.take_all()
        for slot in left:
            slot.destroy()

    def _renew_one(self) -> bool:
        with self._changed:
            slot = None if self.is_closed else self._stock.to_renew(self._hungry() is not None)
        if slot is None:
            return False
        is_renewed = slot.renew()
        with self._changed:
            self._stock.note_renewal(slot, is_renewed)
            self._on_new()
        return True

    def _make_one(self) -> bool:
        with self._changed:
            shape = None if self.is_closed else self._stock.to_make(self._hungry())
        if shape is None:
            return False
        try:
            slot = self._tier.make_slot(shape)
        except SlotLostError as error:
            self._note_failure(str(error))
            return False
        with self._changed:
            self.error, self._failing_since = "", 0.0
            self._stock.add(slot)
            self._stock.note_work()
            self._on_new()
            self._changed.notify_all()
        return True

    def _note_failure(self, error: str) -> None:
        with self._changed:
            self.error = error
            self._failing_since = self._failing_since or time.monotonic()
            self._changed.notify_all()
            self._changed.wait(0 if self.is_closed else _RETRY_S)

    def _end_one(self) -> bool:
        with self._changed:
            slot = self._stock.to_end()
        if slot is None:
            return False
        slot.destroy()
        with self._changed:
            self._stock.note_work()
        return True

    def _ping_one(self) -> bool:
        with self._changed:
            slot = self._stock.to_ping(HEARTBEAT_S)
        if slot is None:
            return False
        is_alive = slot.ping()
        with self._changed:
            self._stock.note_ping(is_alive)
            self._on_new()
        return True
