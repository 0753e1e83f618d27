"""The slots of a sandbox: who has one, and who waits for one.

A thread that has a program takes a slot, runs the program itself, and gives the slot back; those who wait are served in
the order in which they came. Making and ending slots takes tenths of a second, so a thread of the pool's own does that
off the critical path (`keeper.py`), and keeps spares (`stock.py`). A job that lasts gives up its turn, not its slot, so
that another can start on a spare: a program that hangs costs the others little (`turns.py`).
"""

import contextlib
import threading
import time
from typing import Final, Protocol

from rlvr.sandbox.programs.errors import SandboxClosedError, SlotLostError
from rlvr.sandbox.programs.keeper import Keeper
from rlvr.sandbox.programs.slot import Shape, Slot
from rlvr.sandbox.programs.stock import Bounds, Stock, bounds_for
from rlvr.sandbox.programs.turns import Brake, Turn
from rlvr.sandbox.programs.variants import Variant

PATIENCE_S: Final = 30.0
"""How long a program waits for a slot while none can be made; long enough for an engine's restart."""

_LOOK_S: Final = 1.0
_STARVED_S: Final = 1.0


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


class _Waiter:
    """Somebody who waits for a slot."""

    def __init__(self, shape: Shape, wall_s: float) -> None:
        self.shape, self.wall_s = shape, wall_s
        self.since = time.monotonic()
        self.turn: Turn | None = None
        self.is_served = threading.Event()


class SlotPool:
    """Keeps slots, and lets so many jobs run at one time as it is told, besides those that last.

    Args:
        tier: Makes the slots.
        shape: What slots are made for until a program asks for another shape.
        num_slots: How many programs run at one time, besides those that last.
        bounds: How many slots there are; by default as the machine allows.
    """

    def __init__(self, tier: Tier, shape: Shape, num_slots: int, bounds: Bounds | None = None) -> None:
        bounds = bounds or bounds_for(shape, num_slots)
        self.num_threads = bounds.num_most
        """How many programs can be under way at one time."""
        self._num_slots = num_slots
        self._lock = threading.Lock()
        self._stock = Stock(shape, bounds)
        self._waiting: list[_Waiter] = []
        self._num_short = 0
        self._hungry: tuple[Shape, float] | None = None
        self._brake = Brake(self._serve_now)
        self._keeper = Keeper(tier, self._stock, self._lock, lambda: self._hungry, self._serve)

    @property
    def is_closed(self) -> bool:
        """Whether `close` has been called."""
        return self._keeper.is_closed

    @property
    def has_room(self) -> bool:
        """Whether another job may start now, and nobody waits."""
        with self._lock:
            return not self._waiting and self._is_free()

    def take(self, shape: Shape, wall_s: float) -> Turn:
        """Return a slot for a job as soon as it is its turn.

        Args:
            shape: What the slot must be made for.
            wall_s: The job's wall limit.

        Raises:
            SandboxClosedError: the pool is closed.
            SlotLostError: no slot could be made for `PATIENCE_S`.
        """
        waiter = _Waiter(shape, wall_s)
        try:
            with self._lock:
                self._waiting.append(waiter)
                self._serve()
            while waiter.turn is None:
                self._check(waiter)
                if not waiter.is_served.wait(_LOOK_S):
                    self._serve_now()  # idle slots of another shape may be given up by now, though no job ends
        except BaseException:
            self._leave(waiter)
            raise
        return waiter.turn

    def give_back(self, turn: Turn) -> None:
        """End a turn; a spent slot is replaced."""
        turn.end()
        with self._lock:
            if turn.lasts:
                self._brake.forget(turn)
            else:
                self._num_short -= 1
                self._brake.num_short += 1
            self._stock.put_back(turn.slot)
            self._serve()
            if turn.slot.is_spent or turn.slot.is_worn or self.is_closed:
                self._keeper.wake()

    def wait_until_ready(self) -> None:
        """Wait for the first slot.

        Raises:
            SlotLostError: it cannot be made.
        """
        self._keeper.wait_until_ready()

    def stop(self) -> None:
        """Give out no slot any more, and end what runs, at once."""
        self._keeper.stop()
        with self._lock:
            for waiter in self._waiting:
                waiter.is_served.set()

    def close(self) -> None:
        """Stop, and end all slots."""
        self.stop()
        self._brake.close()
        self._keeper.join()

    def _serve_now(self) -> None:
        with self._lock:
            self._serve()

    def _serve(self) -> None:
        """Give slots to those who wait, in the order in which they came."""
        hungry = None
        for waiter in list(self._waiting):
            if self.is_closed or not self._is_free():
                break
            slot = None if hungry == waiter.shape else self._stock.pick(waiter.shape)
            if slot is not None:
                self._waiting.remove(waiter)
                waiter.turn = self._start(slot, waiter.wall_s)
                waiter.is_served.set()
            elif hungry is None:
                hungry = waiter.shape
                if time.monotonic() > waiter.since + _STARVED_S:
                    self._stock.doom_another(hungry)
        if hungry is None:
            self._hungry = None
        elif self._hungry is None or self._hungry[0] != hungry:
            self._hungry = hungry, time.monotonic()
            self._keeper.wake()

    def _is_free(self) -> bool:
        """Whether another job may start; those that last do not count, unless more burn than there are slots."""
        return self._num_short + max(0, self._brake.num_busy - self._num_slots) < self._num_slots

    def _start(self, slot: Slot, wall_s: float) -> Turn:
        self._num_short += 1
        return Turn(slot, wall_s, self._let_last)

    def _let_last(self, turn: Turn) -> None:
        with self._lock:
            self._num_short -= 1
            self._brake.watch(turn)
            self._stock.note_lasting(self._brake.num_lasting, self._num_slots)
            self._serve()

    def _check(self, waiter: _Waiter) -> None:
        if self.is_closed:
            raise SandboxClosedError("the sandbox is closed")
        with self._lock:
            is_hopeless = self._keeper.has_failed_for(PATIENCE_S) and not any(
                slot.shape == waiter.shape for slot in self._stock.live
            )
        if is_hopeless:
            raise SlotLostError(f"no slot could be made for {PATIENCE_S:g} s: {self._keeper.error}", is_ours=True)

    def _leave(self, waiter: _Waiter) -> None:
        with self._lock, contextlib.suppress(ValueError):
            self._waiting.remove(waiter)
        if waiter.turn is not None:
            self.give_back(waiter.turn)
