"""The job's half of the zygote: how a forked child becomes the job, and runs a program as `python FILE` would.

Everything up to the message on the socket is ours; after it, all that this process does is the program's doing.
"""

from __future__ import annotations

import _ctypes
import builtins
import contextlib
import marshal
import os
import resource
import sys
from typing import TYPE_CHECKING, Any

from rlvr.sandbox.programs.inside import places
from rlvr.sandbox.programs.inside.ending import exit_status, finish
from rlvr.sandbox.programs.inside.sweeping import become

if TYPE_CHECKING:
    from collections.abc import Callable

_PR_SET_DUMPABLE = 4
_PRCTL = _ctypes.dlsym(_ctypes.dlopen(None, 0), "prctl")  # type: ignore[arg-type]
_MODULE = type(sys)
_MAX_FDS = 1024

LINK = 3
"""The descriptor of a linked job's socket to the other."""


def set_dumpable(is_dumpable: bool) -> None:
    """Open or close this process to others of its own user: its memory, its descriptors, its environment."""
    _ctypes.call_function(_PRCTL, (_PR_SET_DUMPABLE, int(is_dumpable), 0, 0, 0))


def become_job(
    sock: Any,
    fds: list[int],
    uid: int,
    rlimits: list[tuple[int, int]],
    is_linked: bool,
    path: str,
    shut_in: Callable[[], None] | None,
) -> bytes:
    """Give up everything that the zygote has; return the program's source.

    Args:
        sock: The zygote's socket to the agent.
        fds: The source, the standard input, the arguments and files, the standard output and error, and the link.
        uid: The job's own user, or 0 where the slot has only one user.
        rlimits: Pairs of a resource and its limit.
        is_linked: Whether there is a link, which becomes descriptor 3.
        path: The file with the source.
        shut_in: Gives up what else the job shall not have, if there is such.
    """
    try:
        source, arguments = _set_up(fds, uid, rlimits)
        if shut_in is not None:
            shut_in()
    except BaseException as error:  # noqa: BLE001  whatever it is, it is reported as ours and ends the process
        sock.send(marshal.dumps(f"{type(error).__name__}: {error}"))
        os._exit(1)
    sys.argv = sys.orig_argv[1:] = [path, *arguments]  # type: ignore[attr-defined,unused-ignore]
    sock.send(marshal.dumps(os.getpid()))  # an exit before this is our failure, not the program's
    if is_linked:
        os.dup2(fds[-1], LINK)
    os.closerange(LINK + is_linked, _MAX_FDS)
    return source


def _set_up(fds: list[int], uid: int, rlimits: list[tuple[int, int]]) -> tuple[bytes, list[str]]:
    code_fd, stdin_fd, extras_fd, *outputs = fds[:5]
    set_dumpable(True)  # its own /proc/self would be closed to it
    with open("/proc/self/oom_score_adj", "wb", buffering=0) as score:  # noqa: PTH123  pathlib is not loaded here
        score.write(b"1000")  # the kernel shall take the job, not the zygote
    os.setsid()
    os.nice(5)  # the agent goes first when a job has many processes
    for which, value in rlimits:
        # gVisor has no message queues, nor their limit.
        with contextlib.suppress(*([ValueError] if which == resource.RLIMIT_MSGQUEUE else [])):
            resource.setrlimit(which, (value, value))
    if uid:
        become(uid)
        set_dumpable(True)  # a change of user had undone it
    source = content(code_fd)
    arguments, files = marshal.loads(content(extras_fd)) if os.fstat(extras_fd).st_size else ([], {})  # noqa: S302
    for number, fd in enumerate((stdin_fd, *outputs)):  # the zygote holds 0 to 3 itself, so these are all above
        os.dup2(fd, number)
    os.chdir(places.WORK)
    for name, data in files.items():
        _write(name, data)
    return source, arguments


def content(fd: int) -> bytes:
    """Return all that is in a file."""
    return os.pread(fd, os.fstat(fd).st_size, 0)


def _write(name: str, data: bytes) -> None:
    if "/" in name:
        os.makedirs(os.path.dirname(name), exist_ok=True)  # noqa: PTH103, PTH120
    with open(name, "wb") as file:  # noqa: PTH123
        file.write(data)


def run_program(source: bytes, launcher: Any) -> None:
    """Run the program as `__main__`, or its launcher, and end the process as the interpreter would."""
    names: dict[str, Any] = _main_names() if launcher is None else _launcher_names(source)
    sys.path[:1] = [places.JOB, places.WORK]  # as if the program's file lay in its working directory
    for name in [name for name in sys.modules if name.partition(".")[0] == "rlvr"]:
        del sys.modules[name]
    status = 0
    try:
        code = launcher or compile(source, places.MAIN, "exec", dont_inherit=True)
        exec(code, names)  # noqa: S102  the slot exists for this
    except SystemExit as stop:
        status = exit_status(stop.code)
    except BaseException as error:  # noqa: BLE001  as the interpreter's own last resort
        status = 1
        trace = error.__traceback__.tb_next if error.__traceback__ else None  # without our own frame
        error.__traceback__ = trace
        sys.excepthook(type(error), error, trace)
    finish(status)


def _main_names() -> dict[str, Any]:
    main = _MODULE("__main__")
    names: dict[str, Any] = main.__dict__
    names.update(__file__=places.MAIN, __builtins__=builtins)
    sys.modules["__main__"] = main
    return names


def _launcher_names(source: bytes) -> dict[str, Any]:
    return {"__name__": "launcher", "__builtins__": builtins, "SOURCE": source, "PATH": sys.argv[0]}
