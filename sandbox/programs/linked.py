"""Two programs that talk: bytes are carried between their slots, and never looked at.

One is trusted (a judge), the other is not, and they never share a slot. Nothing here blocks on one of them, so neither
can keep the other's words from arriving; and what the one says before the other has said a word is bounded.
"""

import select
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from rlvr.sandbox.programs.errors import SlotLostError
from rlvr.sandbox.programs.inside import wire
from rlvr.sandbox.programs.program import Execution, Limits, LinkedExecution, Program, ProgramOutcome
from rlvr.sandbox.programs.slot import Slot, backstop_s

_SLOW_S: Final = 0.03  # more than for one program: they wait for each other
_SPARE_BYTES: Final = 1 << 16
"""What may be said beyond the limit of output: a bound here needs to be no sharper than what is read at one time."""


class _Side:
    """One of the two programs.

    Args:
        slot: Where it runs.
        program: What runs.
        limits: Its own.
    """

    def __init__(self, slot: Slot, program: Program, limits: Limits) -> None:
        self.slot, self.limits = slot, limits
        self.out = bytearray().join(slot.begin(program, limits, is_linked=True))
        self.execution: Execution | None = None
        self.has_said_too_much = False
        self._num_said = 0

    def step(self, events: int, other: "_Side") -> None:
        """Send what waits, and take in what has come."""
        channel = self.slot.channel
        if events & select.POLLOUT:
            channel.send_some(self.out)
        if events & ~select.POLLOUT:
            channel.take_in(time.monotonic() + 1)
            while self.execution is None and (said := self.slot.next_said()) is not None:
                kind, meta, blobs = said
                if kind == wire.DONE:
                    self.execution = self.slot.finish(meta, blobs, self.limits)
                elif kind == wire.SAID:
                    self._say(blobs, other)
                else:
                    raise SlotLostError("an answer that was not asked for")

    def result(self) -> Execution:
        """Return how the program ended."""
        assert self.execution is not None, "it has ended"
        if not self.has_said_too_much:
            return self.execution
        reason = f"it said more than {self.limits.output_mb:g} MiB at one time"
        return replace(self.execution, outcome=ProgramOutcome.OLE, reason=reason, was_cut=False)

    def _say(self, said: memoryview, other: "_Side") -> None:
        other._num_said = 0
        self._num_said += len(said)
        if self._num_said > self.limits.output_mb * 2**20 + _SPARE_BYTES:
            self.has_said_too_much = True
        elif other.execution is None:
            other.out += other.slot.more(wire.HEAR, bytes(said))


class Conversation:
    """A program and its judge, each in a slot, and the bytes between them.

    Args:
        slots: The program's, and the judge's.
        programs: The program, and the judge.
        limits: Of each.
    """

    def __init__(
        self, slots: tuple[Slot, Slot], programs: tuple[Program, Program], limits: tuple[Limits, Limits]
    ) -> None:
        self._program, self._judge = (_Side(*one) for one in zip(slots, programs, limits, strict=True))
        self._sides = (self._program, self._judge)
        self._started = time.monotonic()
        self._deadline = self._started + sum(map(backstop_s, limits))
        self._is_cut = False

    def run(self, on_slow: Callable[[], None]) -> LinkedExecution:
        """Run both to their ends; `on_slow` is called once if that takes long.

        Raises:
            SlotLostError: a slot was lost; the judge's is always ours to lose.
        """
        try:
            self._run_until(self._started + _SLOW_S)
            if not self._has_ended():
                on_slow()
                self._run_until(self._deadline)
            self._check_ended()
        except BaseException:
            for side in self._sides:
                side.slot.is_spent = True
            raise
        program, judge = (side.result() for side in self._sides)
        return LinkedExecution(program, judge)

    def _has_ended(self) -> bool:
        return all(side.execution for side in self._sides)

    def _check_ended(self) -> None:
        for side in self._sides:
            if side.execution is None:
                raise self._lost(side, SlotLostError("the slot did not answer in time"))

    def _run_until(self, deadline: float) -> None:
        """Carry bytes until both have ended, or `deadline`."""
        while not self._has_ended() and (left_s := deadline - time.monotonic()) > 0:
            poll = select.poll()
            by_fd = {side.slot.channel.fileno(): side for side in self._sides if side.execution is None}
            for fd, side in by_fd.items():
                poll.register(fd, select.POLLIN | (select.POLLOUT if side.out else 0))
            for fd, events in poll.poll(left_s * 1000):
                self._step(by_fd[fd], events)
            self._cut_if_over()

    def _step(self, side: _Side, events: int) -> None:
        other = self._judge if side is self._program else self._program
        try:
            side.step(events, other)
        except SlotLostError as error:
            raise self._lost(side, error) from error

    def _lost(self, side: _Side, error: SlotLostError) -> SlotLostError:
        side.slot.lose(error)
        error.is_ours = error.is_ours or side is self._judge
        return error

    def _cut_if_over(self) -> None:
        """End the other one where one has ended or said too much."""
        if not self._is_cut and any(side.execution or side.has_said_too_much for side in self._sides):
            self._is_cut = True
            for side in self._sides:
                if side.execution is None:
                    side.out += side.slot.more(wire.CUT)
