"""A slot as the host sees it: one agent behind one channel, one job at a time; how it was made is its tier's affair."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from rlvr.sandbox.programs.channel import Channel
from rlvr.sandbox.programs.cpu import Cpu
from rlvr.sandbox.programs.errors import SlotLostError
from rlvr.sandbox.programs.inside import places, wire
from rlvr.sandbox.programs.program import Execution, Limits, Program, ProgramOutcome
from rlvr.sandbox.programs.reports import execution_of
from rlvr.sandbox.programs.variants import Variant

PRELOAD: Final = {
    Variant.PYTHON: (
        *("collections", "heapq", "math", "bisect", "itertools", "functools", "re"),
        *("string", "random", "typing", "copy", "operator", "datetime"),
    ),
    Variant.CPP: ("fcntl",),
}
"""Modules that the zygotes have imported: a fork of them costs 0.3 ms, importing them in each program 3 to 10 ms."""

MAX_JOBS: Final = 2000
"""Jobs after which a slot is replaced. Making one costs about 200 ms of CPU time, so this costs 0.1 ms a job."""

SLOW_S: Final = 0.012
"""A job that lasts longer is slow: another may start beside it on a spare slot. Most take a third of that."""

_START_S: Final = 30.0
_PING_S: Final = 5.0
_RENEW_S: Final = 10.0
_SEND_S: Final = 20.0
_MARGIN_S: Final = 15.0
_WALL_FACTOR: Final = 10  # the agent adds the time for which a job waits for a CPU, up to nine times its limit


@dataclass(frozen=True, slots=True)
class Shape:
    """What a slot is made for and cannot change; a job's other limits are its own."""

    memory_mb: int
    """MiB of memory for the job."""
    pids: int
    """Processes and threads for the job."""
    disk_mb: int
    """MiB of each writable place."""
    output_mb: float
    """MiB of output, which the agent holds in memory until it reports."""
    variant: Variant = Variant.PYTHON
    """What lies in it besides its agent."""

    @classmethod
    def of(cls, limits: Limits, variant: Variant = Variant.PYTHON) -> "Shape":
        """Return the shape that fits the limits exactly."""
        return cls(limits.memory_mb, limits.pids, limits.disk_mb, limits.output_mb, variant)

    @property
    def preload(self) -> tuple[str, ...]:
        """The modules that its zygote imports."""
        return PRELOAD.get(self.variant, ())


class Vessel(Protocol):
    """What holds a slot: a container, a process."""

    def destroy(self) -> None:
        """End everything in it, and wait until it is gone or a deadline has passed. Never raises."""

    def is_host_alive(self) -> bool:
        """Whether what keeps the vessel (an engine) is there, so that a slot's end is the slot's own."""


class Slot:
    """One warm slot, ready after construction.

    Args:
        channel: To the agent.
        vessel: What holds the slot; destroyed with it.
        shape: What it was made for.
        cpu: What is known of its CPU.

    Raises:
        SlotLostError: the agent did not start.
    """

    def __init__(self, channel: Channel, vessel: Vessel, shape: Shape, cpu: Cpu | None = None) -> None:
        self.shape, self.cpu = shape, cpu or Cpu()
        self.last_used = time.monotonic()
        self.is_spent = False
        self.is_worn = False
        """Whether it must be renewed before it takes another job."""
        self.can_wait = False
        """Whether, although it is spent, nothing runs in it, so that its end may wait for a quiet moment."""
        self.channel, self._vessel, self._number = channel, vessel, 0
        number, kind, _ = channel.receive(time.monotonic() + _START_S)
        if (number, kind) != (0, wire.READY):
            raise SlotLostError("the agent did not say that it is ready")

    def run(self, program: Program, limits: Limits, on_slow: Callable[[], None]) -> Execution:
        """Run one program; `on_slow` is called once if that takes long.

        Raises:
            SlotLostError: the slot ended under the program, or is of no use any more.
        """
        deadline = time.monotonic() + backstop_s(limits)
        try:
            self.channel.send(self.begin(program, limits), time.monotonic() + _SEND_S)
            if not self.channel.is_readable(SLOW_S):
                on_slow()
            return self.finish(*self._receive(wire.DONE, deadline), limits)
        except SlotLostError as error:
            self.lose(error)
            raise

    def begin(self, program: Program, limits: Limits, *, is_linked: bool = False) -> list[bytes]:
        """Return the frame that starts a program, in pieces."""
        self.is_spent = True  # until the program's report is here
        self._number += 1
        blobs = (program.code, program.launcher, program.stdin, *program.files.values())
        meta = {
            "limits": {name: getattr(limits, name) for name in Limits.__slots__},
            "args": list(program.args),
            "files": list(program.files),
            "is_linked": is_linked,
            "main": f"{places.JOB}/{self.shape.variant.file}",
            "sizes": [len(blob) for blob in blobs],
        }
        return wire.pack(self._number, wire.RUN, meta, *blobs)

    def more(self, kind: int, *blobs: bytes) -> bytes:
        """Return a frame for the linked program that runs."""
        return b"".join(wire.pack(self._number, kind, {"sizes": [len(blob) for blob in blobs]}, *blobs))

    def next_said(self) -> tuple[int, dict[str, Any], memoryview] | None:
        """Return the kind, the JSON object and the bytes of the next frame about the program, if one has come.

        Raises:
            SlotLostError: it is none of ours.
        """
        frame = self.channel.next_frame()
        return None if frame is None else self._opened(*frame)

    def finish(self, meta: dict[str, Any], blobs: memoryview, limits: Limits) -> Execution:
        """Return how the program ended that a report is about.

        Raises:
            SlotLostError: the report is malformed.
        """
        execution = execution_of(meta, blobs, limits)
        self.last_used = time.monotonic()
        self.can_wait = meta.get("is_clean") is True and execution.outcome is not ProgramOutcome.VIOLATION
        is_plain = execution.outcome in (ProgramOutcome.OK, ProgramOutcome.RE, ProgramOutcome.OLE)
        # Not with a big interpreter in a file: its pages, charged to this slot, give way to a program that fills the
        # memory and are read in again and again, so that time runs out before memory does.
        is_renewable = self.shape.variant is Variant.PYTHON and meta.get("can_renew") is True
        self.is_worn = is_renewable and execution.outcome is ProgramOutcome.TLE
        self.is_spent = not ((is_plain or self.is_worn) and self.can_wait and self._number < MAX_JOBS)
        return execution

    def lose(self, error: SlotLostError) -> None:
        """Take the slot for lost, and note in the error whether that is the slot's own doing."""
        self.is_spent, self.can_wait = True, False
        error.is_ours = error.is_ours or self.channel.is_cut or not self._vessel.is_host_alive()

    def is_usable(self) -> bool:
        """Whether an idle slot is still there: it says nothing unasked, so what can be read is its end."""
        return not self.channel.is_readable(0)

    def ping(self) -> bool:
        """Ask for a sign of life, and give one."""
        return self._ask(wire.PING, wire.PONG, _PING_S)

    def renew(self) -> bool:
        """Have the agent end the process that jobs are forked from, and start another; whether that is done."""
        self.is_worn = not self._ask(wire.RENEW, wire.RENEWED, _RENEW_S)
        return not self.is_worn

    def destroy(self) -> None:
        """End the slot and all that is in it."""
        self.channel.close()
        self._vessel.destroy()

    def _ask(self, kind: int, answer: int, patience_s: float) -> bool:
        """Ask for something else than a job, and wait for the answer; a slot that gives another is spent."""
        try:
            self._number += 1
            self.channel.send(wire.pack(self._number, kind), time.monotonic() + _SEND_S)
            self._receive(answer, time.monotonic() + patience_s)
        except SlotLostError:
            self.is_spent, self.can_wait = True, False
        self.last_used = time.monotonic()
        return not self.is_spent

    def _receive(self, kind: int, deadline: float) -> tuple[dict[str, Any], memoryview]:
        seen, meta, blobs = self._opened(*self.channel.receive(deadline))
        if seen != kind:
            raise SlotLostError("an answer that was not asked for")
        return meta, blobs

    def _opened(self, number: int, kind: int, body: bytearray) -> tuple[int, dict[str, Any], memoryview]:
        if number != self._number:
            raise SlotLostError("an answer that was not asked for")
        try:
            return kind, *wire.unpack_body(body)
        except wire.MalformedFrameError as error:
            raise SlotLostError(f"a malformed answer: {error}") from error


def backstop_s(limits: Limits) -> float:
    """Return the seconds after which a slot whose agent has not reported is given up."""
    return limits.wall_s * _WALL_FACTOR + _SEND_S + _MARGIN_S
