"""A worker's process and its channel, as the parent holds them.

Every system call here either cannot block or has been made unable to: the supervisor has other workers to watch.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import Final

from rlvr.sandbox import frames
from rlvr.sandbox.target import search_path

_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
_READ_SIZE: Final = 2**16
_WRITE_SIZE: Final = 2**18
_MAX_READS: Final = 64
_MAX_FRAME: Final = frames.MAX_PAYLOAD + 2**20


@dataclass(frozen=True, slots=True)
class Answer:
    """One frame from a worker."""

    kind: int
    """One of the kinds in `frames`."""
    flags: int
    """`frames.HAS_THREADS` or 0."""
    cpu_s: float
    """CPU seconds of the worker's process, and of the children it has waited for, since its start."""
    wall_s: float
    """Wall seconds of the call."""
    payload: bytes
    """JSON, or nothing."""


@dataclass(frozen=True, slots=True)
class Exit:
    """The end of a worker's process."""

    text: str
    """`exit status 3` or `signal SIGSEGV`."""
    cpu_s: float | None
    """CPU seconds over its whole life; None if somebody else waited for the process first."""


class WorkerProcess:
    """Starts a worker in a session of its own and talks to it without ever waiting.

    Raises:
        OSError: the process could not be started.
    """

    def __init__(self, memory_mb: int) -> None:
        self.is_open = True
        self._in = bytearray()
        self._out = bytearray()
        child_read, self.write_fd = _pipe()
        self.read_fd, child_write = _pipe()
        self._error_fd, child_error = _pipe()
        try:
            self.pid = _start(child_read, child_write, child_error, memory_mb)
        except BaseException:
            self.close()
            raise
        finally:
            for fd in (child_read, child_write, child_error):
                os.close(fd)
        for fd in (self.write_fd, self.read_fd, self._error_fd):
            os.set_blocking(fd, False)

    def send(self, frame: bytes) -> bool:
        """Write what the pipe takes and keep the rest; return True when nothing is left to write."""
        self._out += frame
        try:
            while self._out:
                del self._out[: os.write(self.write_fd, self._out[:_WRITE_SIZE])]
        except BlockingIOError:
            return False
        except BrokenPipeError:
            self._out.clear()  # the worker is dead, which the reading side reports
        return True

    def receive(self) -> list[Answer]:
        """Return the complete frames that have arrived; `is_open` turns False at the end of the pipe.

        Raises:
            ValueError: the bytes are not frames.
        """
        for _ in range(_MAX_READS):
            try:
                data = os.read(self.read_fd, _READ_SIZE)
            except BlockingIOError:
                break
            if not data:
                self.is_open = False
                break
            self._in += data
            if len(data) < _READ_SIZE // 2:
                break
        return self._split()

    def _split(self) -> list[Answer]:
        buffer, answers, offset = self._in, [], 0
        while len(buffer) - offset >= frames.ANSWER_SIZE:
            kind, flags, length, cpu_s, wall_s = frames.answer_head(buffer, offset)
            if length > _MAX_FRAME:
                raise ValueError(f"a frame of {length:,} bytes")
            start, end = offset + frames.ANSWER_SIZE, offset + frames.ANSWER_SIZE + length
            if end > len(buffer):
                break
            answers.append(Answer(kind, flags, cpu_s, wall_s, bytes(buffer[start:end])))
            offset = end
        del buffer[:offset]
        return answers

    def cpu_s(self) -> float:
        """Return the CPU seconds used so far by the process, its threads and the children it has waited for."""
        try:
            with open(f"/proc/{self.pid}/stat", "rb") as stat:  # noqa: PTH123  read often; pathlib doubles its cost
                fields = stat.read().rpartition(b")")[2].split()
        except OSError:
            return 0.0  # gone, and reap() knows more
        return sum(map(int, fields[11:15])) / _TICKS_PER_S

    def kill(self) -> None:
        """Send SIGKILL to the process and to whatever it has started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    def hang_up(self) -> None:
        """Close the pipe to the worker, which ends it if it is idle."""
        if self.write_fd >= 0:
            os.close(self.write_fd)
            self.write_fd = -1

    def has_ended(self) -> bool:
        """Whether the process has ended; it can still be reaped."""
        try:
            return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        except ChildProcessError:
            return True

    def reap(self) -> Exit | None:
        """Return how the process ended, or None while it has not; after that its id may be another's."""
        try:
            pid, status, usage = os.wait4(self.pid, os.WNOHANG)
        except ChildProcessError:
            return Exit("exit status unknown, since somebody else waited for it", None)
        if pid == 0:
            return None
        code = os.waitstatus_to_exitcode(status)
        return Exit(
            f"exit status {code}" if code >= 0 else f"signal {_signal_name(-code)}", usage.ru_utime + usage.ru_stime
        )

    def start_error(self) -> str:
        """Return the end of what the process wrote to standard error before it was ready."""
        try:
            text = os.read(self._error_fd, _READ_SIZE)
        except BlockingIOError:
            return ""
        return text.decode(errors="replace").strip()[-2000:]

    def close(self) -> None:
        """Close the parent's ends of the pipes."""
        self.hang_up()
        for fd in (self.read_fd, self._error_fd):
            os.close(fd)


def _start(read_fd: int, write_fd: int, error_fd: int, memory_mb: int) -> int:
    command = [
        sys.executable,
        "-P",
        "-m",
        "rlvr.sandbox.worker",
        *map(str, (read_fd, write_fd, os.getpid(), memory_mb)),
    ]
    if "PYTHONPATH" in os.environ:
        command.append(os.environ["PYTHONPATH"])
    process = subprocess.Popen(  # noqa: S603  our own module, by our own interpreter
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=error_fd,
        pass_fds=(read_fd, write_fd),
        start_new_session=True,
        # The worker finds this package where the caller found it, however the caller made that possible.
        env={**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in search_path() if os.pathsep not in entry)},
    )
    # The process is waited for by wait4, which tells its CPU time; Popen must not wait or warn.
    process.returncode = 0
    return process.pid


def _pipe() -> tuple[int, int]:
    """Return the ends of a new pipe, above the standard descriptors even if the caller has closed those."""
    ends = []
    for fd in os.pipe():
        if fd > 2:
            ends.append(fd)
        else:
            ends.append(fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 3))
            os.close(fd)
    return ends[0], ends[1]


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)
