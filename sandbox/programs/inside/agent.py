"""The agent: the first process of a slot, and the only holder of the channel to the host (its stdin and stdout).

It takes a job, hands the program and its descriptors to the zygote, watches, and reports. It never runs anything of a
program. It is not dumpable, so no job can read its memory. Whatever is wrong with the channel, its end included, ends
the agent; and since it is the first process of its pid namespace, the kernel then kills all others.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import marshal
import os
import resource
import select
import signal
import socket
import sys
from typing import Any

from rlvr.sandbox.programs.inside import disk, domains, line, places, seccomp, wire
from rlvr.sandbox.programs.inside.gauges import best_gauge
from rlvr.sandbox.programs.inside.line import ChannelClosedError
from rlvr.sandbox.programs.inside.link import Link
from rlvr.sandbox.programs.inside.users import Room, first_uid
from rlvr.sandbox.programs.inside.watch import Watch

IDLE_S = 60.0
"""The agent ends when nothing comes from the host for so long; the host sends a sign of life when it has no job."""

_F_ADD_SEALS, _ALL_SEALS = 1033, 0xF
_PR_SET_DUMPABLE, _PR_SET_CHILD_SUBREAPER = 4, 36
_START_S = 20.0
_ZYGOTE = (
    f"import sys; sys.path[0] = {places.CODE!r}; from rlvr.sandbox.programs.inside import zygote; zygote.start()()"
)
_ENVIRONMENT = {
    "PATH": ":".join(f"{places.TREE}{folder}" for folder in ("/usr/local/bin", "/usr/bin", "/bin")),
    "LANG": "C.UTF-8",
    "HOME": places.TEMPORARY,
    "PYTHONUTF8": "1",
    "PYTHONHASHSEED": "0",  # a program's order of sets is the same in every run
    "PYTHONDONTWRITEBYTECODE": "1",
    **places.ENVIRONMENT,
}


def main() -> None:
    """Serve the host until it has gone."""
    prctl = ctypes.CDLL(None).prctl
    prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    seccomp.install()
    if places.FOLDER:
        domains.enter_agent()
    slot = Slot(sys.argv[1:])
    try:
        line.write(0, wire.READY)
        while True:
            slot.answer()
    except ChannelClosedError:
        if places.FOLDER:
            domains.leave_agent(slot.uid)
        os._exit(0)


class Slot:
    """Runs one job after another.

    Args:
        preload: Names of modules that the zygote imports once for all jobs.
    """

    def __init__(self, preload: list[str]) -> None:
        self._preload = preload
        pid, self._zygote = _start_zygote(preload)
        self._gauge = best_gauge(pid)
        self._number = 0
        self.uid = first_uid()
        """The last job's user, 0 where all jobs have the agent's own."""
        self._baseline = disk.state()
        self._launchers: dict[bytes, int] = {}
        self._room = Room() if places.FOLDER and not self.uid else None

    def answer(self) -> None:
        """Read one frame and answer it.

        Raises:
            ChannelClosedError: there is no frame, or it is malformed.
        """
        poll = select.poll()
        poll.register(0, select.POLLIN)
        poll.register(self._zygote, 0)  # only its end
        if not any(fd == 0 for fd, _ in poll.poll(IDLE_S * 1000)):
            raise ChannelClosedError("nothing came, or the zygote has gone")
        number, kind, meta = line.read_head()
        if kind in (wire.HEAR, wire.CUT) and number == self._number:
            line.read(sum(meta.get("sizes", [])))  # for a job that has just ended
            return
        self._number += 1
        if number != self._number or kind not in (wire.RUN, wire.PING, wire.RENEW):
            raise ChannelClosedError("an unexpected frame")
        if kind == wire.RUN:
            self._run(meta)
            return
        if kind == wire.RENEW:
            self._renew()
        line.write(number, wire.RENEWED if kind == wire.RENEW else wire.PONG)

    def _renew(self) -> None:
        """End the zygote, see that nothing is left then, and start another.

        Raises:
            ChannelClosedError: something else was there, or the writable places are not as they were at first.
        """
        pid = self._gauge.zygote
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        self._zygote.close()
        with contextlib.suppress(ChildProcessError):  # what the zygote leaves is this process's
            os.waitpid(-1, os.WNOHANG)
            raise ChannelClosedError("the zygote was not alone")
        if disk.state() != self._baseline:
            raise ChannelClosedError("a job has left something")
        self._gauge.zygote, self._zygote = _start_zygote(self._preload)
        self._launchers = {}

    def _run(self, request: dict[str, Any]) -> None:
        limits = request["limits"]
        (out, out_w), (err, err_w) = _output_pipe(), _output_pipe()
        code_size, launcher_size, stdin_size, *file_sizes = request["sizes"]
        path = places.FOLDER + request["main"]
        code = self._program(code_size, path)
        launcher, launcher_fds = self._launcher(line.read(launcher_size))
        fds = [code, _sealed(stdin_size), self._extras(request, file_sizes), out_w, err_w, *launcher_fds]
        link = Link(self._number) if request["is_linked"] else None
        if link is not None:
            fds.append(link.their_fd)
        self.uid += 1 if self.uid else 0
        self._gauge.begin(self.uid)
        message = (self.uid, self._rlimits(limits), launcher, link is not None, path)
        socket.send_fds(self._zygote, [marshal.dumps(message)], fds)
        for fd in fds:
            os.close(fd)
        watch = Watch(self._zygote, (out, err), limits, self._gauge, link)
        report = watch.run()
        for end in (out, err):
            os.close(end)
        if link is not None:
            link.close()
        if "set_up_error" in report:
            line.write(self._number, wire.DONE, {**report, "sizes": [0, 0]})
            raise ChannelClosedError("a job could not be set up")
        self._finish(report, watch, limits)

    def _finish(self, report: dict[str, Any], watch: Watch, limits: dict[str, float]) -> None:
        """Complete the report of a job, and send it."""
        killed = watch.killed
        if killed == "wall" and report["status"] & 0x7F != signal.SIGKILL:
            killed = ""  # it had ended in time: what went on was the clearing up
        largest_mb = report.pop("peak_kb") / 1024
        self._gauge.end(largest_mb)
        report["killed"] = self._gauge.excess(limits) or killed if killed in ("", "cut") else killed
        report["peak_mb"] = max(largest_mb, self._gauge.peak_mb())
        report["is_clean"] = report["is_clean"] and disk.state() == self._baseline
        report["can_renew"] = report["is_clean"] and killed in ("wall", "cpu") and not self._gauge.excess(limits)
        stderr = watch.stderr[-wire.STDERR_BYTES :]
        report["sizes"] = [len(watch.stdout), len(stderr)]
        line.write(self._number, wire.DONE, report, watch.stdout, stderr)

    def _rlimits(self, limits: dict[str, float]) -> list[tuple[int, int]]:
        pids = int(limits["pids"])
        out = [
            # Of one process: what counts is the sum, which is watched.
            (resource.RLIMIT_CPU, int(limits["cpu_s"]) + 2),
            (resource.RLIMIT_NPROC, self._room.limit(pids) if self._room else pids),
            (resource.RLIMIT_NOFILE, 1024),
            (resource.RLIMIT_CORE, 1),  # 0 would still feed a core_pattern that is a pipe; 1 feeds nothing
            (resource.RLIMIT_MSGQUEUE, 0),
        ]
        return [*out, (resource.RLIMIT_FSIZE, int(limits["disk_mb"]) << 20)] if places.FOLDER else out

    def _launcher(self, source: bytes) -> tuple[int, list[int]]:
        """Return a launcher's number, 0 for none, and the file with it if the zygote has not seen it yet."""
        if not source:
            return 0, []
        if source in self._launchers:
            return self._launchers[source], []
        fd = os.memfd_create("launcher", os.MFD_CLOEXEC)
        line.write_all(fd, source)
        return self._launchers.setdefault(source, len(self._launchers) + 1), [fd]

    @staticmethod
    def _program(size: int, path: str) -> int:
        """Write the program to the file that the job will see; it belongs to the agent where there are two users."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)  # noqa: PTH108
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        _copy(size, fd)
        return fd

    @staticmethod
    def _extras(request: dict[str, Any], sizes: list[int]) -> int:
        """Return the arguments and files as a file in memory, which is empty when there are none."""
        fd = os.memfd_create("extras", os.MFD_CLOEXEC)
        names: list[str] = request["files"]
        if names or request["args"]:
            files = {names[i]: line.read(size) for i, size in enumerate(sizes)}
            line.write_all(fd, marshal.dumps((request["args"], files)))
        return fd


def _start_zygote(preload: list[str]) -> tuple[int, socket.socket]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    (out, out_w), (err, err_w) = os.pipe(), os.pipe()
    standard = [os.memfd_create("stdin"), out_w, err_w]
    pid = os.fork()
    if pid == 0:
        # Set here: it survives the exec, and the jobs do not inherit it.
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        for number, fd in enumerate((*standard, theirs.fileno())):
            os.dup2(fd, number)
        os.closerange(4, 256)
        os.execve(sys.executable, [sys.executable, "-c", _ZYGOTE, *preload], _ENVIRONMENT)  # noqa: S606
    theirs.close()
    for fd in (*standard, out, err):
        os.close(fd)
    ours.settimeout(_START_S)
    if not ours.recv(64):
        raise SystemExit("the zygote did not start")
    ours.settimeout(None)
    return pid, ours


def _output_pipe() -> tuple[int, int]:
    read_fd, write_fd = os.pipe()
    with contextlib.suppress(PermissionError):  # gVisor refuses
        os.fchmod(write_fd, 0o666)  # so that the job may open /dev/stdout
    os.set_blocking(read_fd, False)
    return read_fd, write_fd


def _sealed(size: int) -> int:
    """Return the next bytes of the channel as a file in memory that cannot change.

    Unlike a pipe it is real for fstat, seek and mmap, and never blocks anyone when the program does not read it.
    """
    fd = os.memfd_create("input", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    _copy(size, fd)
    os.lseek(fd, 0, os.SEEK_SET)
    fcntl.fcntl(fd, _F_ADD_SEALS, _ALL_SEALS)
    return fd


def _copy(size: int, fd: int) -> None:
    while size:
        part = line.read_some(size)
        line.write_all(fd, part)
        size -= len(part)
