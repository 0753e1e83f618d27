"""The agent's watch over one job: reads its output, capped, and kills its first process at a limit.

The zygote kills the rest, and reports when nothing is left.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import select
import signal
import time
from typing import TYPE_CHECKING, Any

from rlvr.sandbox.programs.inside import domains, line, places, wire
from rlvr.sandbox.programs.inside.line import ChannelClosedError
from rlvr.sandbox.programs.inside.waiting import LOOK_S, Waiting, waited_s

if TYPE_CHECKING:
    import socket

    from rlvr.sandbox.programs.inside.gauges import Gauge
    from rlvr.sandbox.programs.inside.link import Link

_GRACE_S = 5.0
"""How long the zygote may take to report after a kill; then the slot is given up."""
_MAX_PATIENCE = 10
"""How many times the wall limit a job may last that is kept waiting for a CPU."""
_CHUNK = 1 << 16
_DRAINS = 32
"""Reads that empty a pipe of the largest size there is."""


class Clock:
    """The wall time of one job, which stands still while it waits for the word of another.

    Args:
        limit_s: How long the job may take.
    """

    def __init__(self, limit_s: float) -> None:
        self._limit_s, self._used_s = limit_s, 0.0
        self._since: float | None = time.monotonic()

    def stop(self) -> None:
        """Stand still."""
        if self._since is not None:
            self._used_s += time.monotonic() - self._since
            self._since = None

    def go_on(self) -> None:
        """Run again."""
        if self._since is None:
            self._since = time.monotonic()

    def deadline(self, more_s: float = 0.0) -> float:
        """Return when the time is up, or `more_s` later."""
        return float("inf") if self._since is None else self._since + self._limit_s + more_s - self._used_s


class Watch:
    """One job under watch.

    `killed` says why its first process was killed (`wall`, `cpu`, `memory`, `output`, `cut`), or is empty.
    """

    def __init__(
        self, zygote: socket.socket, fds: tuple[int, int], limits: dict[str, float], gauge: Gauge, link: Link | None
    ) -> None:
        self.stdout, self.stderr, self.killed = bytearray(), bytearray(), ""
        self._zygote, (self._out_fd, self._err_fd), self._limits = zygote, fds, limits
        self._gauge, self._link = gauge, link
        self._report: dict[str, Any] | None = None
        self._pid = 0
        self._clock = Clock(limits["wall_s"])
        self._waiting: Waiting  # from when the job has begun
        self._started = time.monotonic()
        self._deadline = self._started + _GRACE_S
        self._poll = select.poll()
        self._poll.register(0, select.POLLIN if link else 0)  # without a link, only its end
        for fd in (zygote.fileno(), *fds, *([link.fileno()] if link else ())):
            self._poll.register(fd, select.POLLIN)

    def run(self) -> dict[str, Any]:
        """Return the zygote's report, or one with `set_up_error`; or our own on a job that was killed and does not end.

        Raises:
            ChannelClosedError: the host or the zygote has gone, or the zygote does not answer.
        """
        tick = time.monotonic()
        while True:
            wait_s = max(0.001, min(self._gauge.tick_s, self._deadline - time.monotonic()))
            for fd, events in self._poll.poll(wait_s * 1000):
                self._handle(fd, events)
            if self._report is not None:
                break
            now = time.monotonic()
            if now >= self._deadline:
                self._at_deadline(now)
                continue
            if now >= tick + self._gauge.tick_s:
                self._gauge.look(now - tick)
                tick = now
                self._check_use(now)
        for fd in (self._out_fd, self._err_fd):  # nothing writes any more, so what the pipes hold is all there will be
            for _ in range(_DRAINS):
                if not self._read(fd):
                    break
        return self._report

    def _at_deadline(self, now: float) -> None:
        """Kill the job, or give it the time for which its first process, or all of it, waited for a CPU."""
        if not self._pid:
            raise ChannelClosedError("the zygote does not report")
        if self.killed:
            # A job can keep its own first process from the CPU that it needs to die: that costs the slot, no verdict.
            used = {"wall_s": now - self._started, "cpu_s": self._gauge.cpu_s(), "peak_kb": 0}
            self._report = {"status": signal.SIGKILL.value, "is_clean": False, **used}
            return
        cpu_s, held_s, most_s = self._gauge.cpu_s(), self._gauge.held_s, (_MAX_PATIENCE - 1) * self._limits["wall_s"]
        goes_on = self._waiting.goes_on(now, cpu_s)
        self._waiting.look(now, cpu_s, held_s)
        # Both, since a job that is held back does not wait for a CPU; a kernel that counts it so gives it more time.
        first_s = waited_s(self._pid) + held_s
        self._deadline = self._clock.deadline(min(max(first_s, self._waiting.total_s), most_s))
        if self._deadline <= now and goes_on:  # the kernel counts it when it ends
            self._deadline = min(now + LOOK_S, self._clock.deadline(most_s))
        if self._deadline <= now:
            self._kill("wall")

    def _check_use(self, now: float) -> None:
        why, cpu_s = self._gauge.excess(self._limits), self._gauge.cpu_s()
        if why:
            self._kill(why)
        elif cpu_s > self._limits["cpu_s"]:
            self._kill("cpu")
        if self._pid and self._waiting.is_due(now):
            self._waiting.look(now, cpu_s, self._gauge.held_s)

    def _handle(self, fd: int, events: int) -> None:
        if fd == 0:
            self._listen()
        elif self._link is not None and fd == self._link.fileno():
            self._relay(self._link, events)
        elif fd != self._zygote.fileno():
            if not self._read(fd):
                self._poll.unregister(fd)
        else:
            self._note(self._zygote.recv(4096))

    def _note(self, data: bytes) -> None:
        """Take what the zygote says: the process that it started, or how the job ended."""
        if not data:
            raise ChannelClosedError("the zygote has gone")
        message = marshal.loads(data)  # noqa: S302  the zygote, or its child before the program began, wrote it
        if isinstance(message, int):
            self._pid, self._clock, self._waiting = message, Clock(self._limits["wall_s"]), Waiting(self._gauge.pids)
            self._deadline = self._clock.deadline()
            if self.killed:  # cut before it began
                self._kill_now()
        elif isinstance(message, str):
            self._report = {"set_up_error": message}
        else:
            self._report = message

    def _listen(self) -> None:
        """Read what the host has for a linked job; to any other job it says nothing."""
        if self._link is None:
            raise ChannelClosedError("the host has gone")
        _, kind, meta = line.read_head()
        if kind == wire.CUT:
            self._kill("cut")
        elif kind == wire.HEAR:
            self._link.hear(line.read(sum(meta["sizes"])))
            self._clock.go_on()
            self._expect()
        else:
            raise ChannelClosedError("an unexpected frame")

    def _relay(self, link: Link, events: int) -> None:
        if events & select.POLLOUT:
            link.hear(b"")
        if events & ~select.POLLOUT:
            if not link.relay():
                self._poll.unregister(link.fileno())
                return
            self._clock.stop()
        self._expect()

    def _expect(self) -> None:
        """Wait for the link as it is now: for what the job says, and for room for what it has not taken yet."""
        if self._link is not None:
            self._poll.register(
                self._link.fileno(), select.POLLIN | (select.POLLOUT if self._link.has_waiting() else 0)
            )
        if self._pid and not self.killed:
            self._deadline = self._clock.deadline()

    def _read(self, fd: int) -> int:
        try:
            part = os.read(fd, _CHUNK)
        except BlockingIOError:
            return 0
        if fd == self._err_fd:
            self.stderr += part
            if len(self.stderr) > 2 * wire.STDERR_BYTES:
                del self.stderr[: -wire.STDERR_BYTES]
            return len(part)
        cap = int(self._limits["output_mb"] * (1 << 20))
        if len(self.stdout) + len(part) > cap:
            self._kill("output")
        self.stdout += part[: cap - len(self.stdout)]
        return len(part)

    def _kill(self, why: str) -> None:
        if not self.killed:
            self.killed = why
            if self._pid:
                self._kill_now()

    def _kill_now(self) -> None:
        self._deadline = time.monotonic() + _GRACE_S
        with contextlib.suppress(ProcessLookupError):
            if places.FOLDER:  # before a bomb has grown further
                domains.kill_job(self._gauge.zygote)
            else:
                os.kill(self._pid, signal.SIGKILL)
