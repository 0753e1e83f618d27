"""The zygote: forks one job at a time. It sees file descriptors and limits, never what is a job's.

That is so for inputs, results and the names of files alike: a job can read all that the zygote holds, or held.

The agent starts it with a SOCK_SEQPACKET socket as descriptor 3, empty stand-ins as 0, 1 and 2 (a file and two pipes,
so that the stream objects made now are right for the job's), the seccomp filter and the subreaper flag, which both
survive the exec. It forks for each request; the child takes the job's user and descriptors and runs the program without
an exec, which would cost ten times as much.

Every orphan of a job becomes the zygote's child, so `wait4(-1)` that finds no child proves, without a race and without
a cgroup, that nothing of the job is left.

It imports little on purpose: each megabyte of it costs every job about 0.1 ms.
"""

from __future__ import annotations

import _socket
import contextlib
import gc
import marshal
import os
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from rlvr.sandbox.programs.inside import disk, domains, job, places
from rlvr.sandbox.programs.inside.sweeping import sweep

if TYPE_CHECKING:
    from collections.abc import Callable

_SIGKILL, _KILLER = 9, 65533
_SPACE = _socket.CMSG_SPACE(64)
_LAUNCHER = 5  # its place among the descriptors, after those that every job has


def start() -> Callable[[], None]:
    """Serve the agent for ever; return only in a job, with what it shall do, so that no frame of ours is below it."""
    for name in sys.argv[1:]:
        __import__(name)
    job.set_dumpable(False)
    with contextlib.suppress(PermissionError):  # with one user for all there is nothing to drop
        os.setgroups([])
    # The first run of the interpreter's own machinery fills caches that all jobs then share.
    compile("x = sum(map(int, '1 2'.split()))\nprint(end='')", "warm", "exec")
    shut_in = domains.enter_zygote()
    gc.collect()
    gc.freeze()
    sock = _socket.socket(fileno=3)
    sock.send(marshal.dumps(0))
    return _serve(sock, shut_in)


def _serve(sock: Any, shut_in: Callable[[], None] | None) -> Callable[[], None]:
    launchers: dict[int, Any] = {0: None}
    emptiness = None if places.FOLDER else disk.state()
    while True:
        message, ancillary, _, _ = sock.recvmsg(4096, _SPACE)
        if not message:
            os._exit(0)
        data = ancillary[0][2]
        fds = [int.from_bytes(data[i : i + 4], sys.byteorder) for i in range(0, len(data), 4)]
        uid, rlimits, launcher, is_linked, path = marshal.loads(message)  # noqa: S302  the agent wrote it
        if launcher not in launchers:
            launchers[launcher] = compile(job.content(fds[_LAUNCHER]), "<launcher>", "exec", dont_inherit=True)
            os.close(fds.pop(_LAUNCHER))
            gc.freeze()
        started = time.monotonic()
        main = os.fork()
        if main == 0:
            source = job.become_job(sock, fds, uid, rlimits, is_linked, path, shut_in)
            sock.detach()
            return partial(job.run_program, source, launchers[launcher])
        for fd in fds:
            os.close(fd)
        sock.send(marshal.dumps(_reap(main, uid, started, shut_in is not None, emptiness)))


def _reap(main: int, uid: int, started: float, is_scoped: bool, emptiness: object) -> dict[str, Any]:
    """Wait for the job's first process, then kill and reap whatever else is left of it."""
    cpu_s, peak_kb, wall_s, status, is_clean = 0.0, 0, 0.0, 0, True
    flags = 0
    while True:
        try:
            pid, code, usage = os.wait4(-1, flags)
        except ChildProcessError:
            break
        if pid == 0:  # the first process has ended and something else is alive
            if is_scoped:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(-1, _SIGKILL)
            elif uid:
                _kill_all(uid)
            else:
                is_clean = False  # with one user for all, whatever kills the rest kills us: the slot ends instead
                break
            flags = 0
            continue
        cpu_s += usage.ru_utime + usage.ru_stime
        peak_kb = max(peak_kb, usage.ru_maxrss)
        if pid == main:
            status, wall_s, flags = code, time.monotonic() - started, os.WNOHANG
    if is_clean:
        sweep(uid, emptiness)
    return {"status": status, "wall_s": wall_s, "cpu_s": cpu_s, "peak_kb": peak_kb, "is_clean": is_clean}


def _kill_all(uid: int) -> None:
    """Kill everything of one user at once: the kernel holds the list of tasks meanwhile, so no fork escapes.

    Only the effective user is the job's. That is enough to signal it, while its processes could signal only by our real
    and saved users, so they can neither kill nor stop the killer. With the real user 0 it would take the zygote, too.
    """
    if os.fork() == 0:
        try:
            os.setresuid(_KILLER, uid, 0)
            os.kill(-1, _SIGKILL)
        finally:
            os._exit(0)
