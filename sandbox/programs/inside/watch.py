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

from rlvr.sandbox.programs.inside import wire

if TYPE_CHECKING:
    import socket

    from rlvr.sandbox.programs.inside.gauges import Gauge

_GRACE_S = 5.0
"""How long the zygote may take to report after a kill; then the slot is given up."""
_MAX_PATIENCE = 3
"""How many times the wall limit a job may last that is kept waiting for a CPU."""
_CHUNK = 1 << 16
_DRAINS = 32
"""Reads that empty a pipe of the largest size there is."""


class ChannelClosedError(Exception):
    """The host has gone, or the slot is broken; either way the agent ends, and with it the slot."""


class Watch:
    """One job under watch.

    `killed` says why its first process was killed (`wall`, `cpu`, `memory`, `output`), or is empty.
    """

    def __init__(self, zygote: socket.socket, out_fd: int, err_fd: int, limits: dict[str, float], gauge: Gauge) -> None:
        self.stdout, self.stderr, self.killed = bytearray(), bytearray(), ""
        self._zygote, self._out_fd, self._err_fd, self._limits, self._gauge = zygote, out_fd, err_fd, limits, gauge
        self._report: dict[str, Any] | None = None
        self._pid = 0
        self._started = time.monotonic()
        self._deadline = self._started + _GRACE_S
        self._poll = select.poll()
        self._poll.register(0, 0)  # only its end
        for fd in (zygote.fileno(), out_fd, err_fd):
            self._poll.register(fd, select.POLLIN)

    def run(self) -> dict[str, Any]:
        """Return the zygote's report, or one with `set_up_error`.

        Raises:
            ChannelClosedError: the host or the zygote has gone, or the zygote does not answer.
        """
        tick = self._started
        while True:
            wait_s = max(0.001, min(self._gauge.tick_s, self._deadline - time.monotonic()))
            for fd, _ in self._poll.poll(wait_s * 1000):
                self._handle(fd)
            now = time.monotonic()
            if self._report is not None:
                break
            if now >= self._deadline:
                self._at_deadline(now)
            if now >= tick + self._gauge.tick_s:
                tick = now
                self._check_use()
        for fd in (self._out_fd, self._err_fd):  # nothing writes any more, so what the pipes hold is all there will be
            for _ in range(_DRAINS):
                if not self._read(fd):
                    break
        return self._report

    def _at_deadline(self, now: float) -> None:
        """Kill the job, or give it the time for which it waited for a CPU."""
        if self.killed or not self._pid:
            raise ChannelClosedError("the zygote does not report")
        wall_s = self._limits["wall_s"]
        self._deadline = self._started + wall_s + min(self._waited_s(), (_MAX_PATIENCE - 1) * wall_s)
        if self._deadline <= now:
            self._kill("wall")
            self._deadline = now + _GRACE_S

    def _waited_s(self) -> float:
        """Return the seconds in which the job's first process was ready to run and no CPU was free."""
        try:
            with open(f"/proc/{self._pid}/schedstat", "rb") as file:  # noqa: PTH123
                return int(file.read().split()[1]) / 1e9
        except (OSError, IndexError):
            return 0.0

    def _check_use(self) -> None:
        if self._gauge.is_over_memory(self._limits["memory_mb"]):
            self._kill("memory")
        elif self._gauge.cpu_s() > self._limits["cpu_s"]:
            self._kill("cpu")

    def _handle(self, fd: int) -> None:
        if fd == 0:
            raise ChannelClosedError("the host has gone")
        if fd != self._zygote.fileno():
            if not self._read(fd):
                self._poll.unregister(fd)
            return
        data = self._zygote.recv(4096)
        if not data:
            raise ChannelClosedError("the zygote has gone")
        message = marshal.loads(data)  # noqa: S302  the zygote, or its child before the program began, wrote it
        if isinstance(message, int):
            self._pid, self._started = message, time.monotonic()
            self._deadline = self._started + self._limits["wall_s"]
        elif isinstance(message, str):
            self._report = {"set_up_error": message}
        else:
            self._report = message

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
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self._pid, signal.SIGKILL)
