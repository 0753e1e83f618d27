"""The worker process: `python -m rlvr.sandbox.worker`, started by a `DeadlinePool` and by nothing else.

It reads frames from one pipe and writes frames to another, loads targets, calls them, and answers each call before
it starts the next. It holds no deadline of its own: the parent watches from outside and kills. Standard input,
output and error are `/dev/null` while targets run, so that nothing a function prints can reach the channel.

It imports little, because the first call of a cold pool waits for it.
"""

import contextlib
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from typing import Any, Final

from rlvr.sandbox import frames
from rlvr.sandbox.inside import enter_worker

MAX_ERROR_CHARS: Final = 4_000
MAX_TRACEBACK_CHARS: Final = 40_000

_PR_SET_PDEATHSIG: Final = 1


class Channel:
    """The two pipes to the parent; a process forked from this one has none."""

    def __init__(self, read_fd: int, write_fd: int) -> None:
        self._read_fd = read_fd
        self._write_fd = write_fd
        self._owner = os.getpid()
        for fd in (read_fd, write_fd):
            os.set_inheritable(fd, False)
        os.register_at_fork(after_in_child=self._close)

    def read(self) -> tuple[int, bytes]:
        """Return the next frame's kind and payload; the end of the pipe ends the process."""
        kind, length = frames.request_head(self._read_exactly(frames.REQUEST_SIZE))
        return kind, self._read_exactly(length)

    def write(self, kind: int, payload: bytes = b"", wall_s: float = 0.0, flags: int = 0) -> None:
        """Send one frame; in a process that was forked by a target, end instead."""
        if os.getpid() != self._owner:
            os._exit(0)
        view = memoryview(frames.answer(kind, flags, _cpu_s(), wall_s, payload))
        while view:
            view = view[os.write(self._write_fd, view) :]

    def _read_exactly(self, length: int) -> bytes:
        parts = []
        while length:
            part = os.read(self._read_fd, min(length, 2**20))
            if not part:
                sys.exit(0)
            parts.append(part)
            length -= len(part)
        return b"".join(parts)

    def _close(self) -> None:
        for fd in (self._read_fd, self._write_fd):
            with contextlib.suppress(OSError):
                os.close(fd)
        self._read_fd = self._write_fd = -1


class Worker:
    """Loads targets and answers calls, one after another."""

    def __init__(self, channel: Channel, memory_mb: int) -> None:
        self._channel = channel
        self._memory = memory_mb * 2**20
        self._functions: dict[str, Callable[..., Any]] = {}
        self._num_threads = 1

    def serve(self) -> None:
        """Answer frames until the parent hangs up."""
        self._channel.write(frames.HELLO)
        while True:
            kind, payload = self._channel.read()
            if kind == frames.LOAD:
                self._load(payload)
            elif kind == frames.CALL:
                self._call(payload)
            else:
                raise AssertionError(f"the parent sent a frame of unknown kind {kind}")

    def _load(self, payload: bytes) -> None:
        head, pickled = frames.split_load_payload(payload)
        for key in head["evict"]:
            self._functions.pop(key, None)
        _limit_memory(None)
        try:
            self._functions[head["key"]] = _load_function(head, pickled)
        except BaseException as error:  # noqa: BLE001  the target's import may raise anything; the parent is told
            self._channel.write(frames.LOAD_FAILED, _describe(error))
            return
        self._num_threads = _count_threads()
        _limit_memory(self._memory)
        self._channel.write(frames.LOADED)

    def _call(self, payload: bytes) -> None:
        key, calls = frames.split_calls_payload(payload)
        function = self._functions[key]
        self._channel.write(frames.STARTED)
        for arguments in calls:
            started = time.perf_counter()
            kind, answer = _run(function, arguments)
            flags = frames.HAS_THREADS if _count_threads() > self._num_threads else 0
            self._channel.write(kind, answer, time.perf_counter() - started, flags)
            if kind == frames.NO_MEMORY:
                os._exit(0)  # what is left here is no place for another call


def _run(function: Callable[..., Any], arguments: bytes) -> tuple[int, bytes]:
    try:
        return frames.RETURNED, frames.to_json(function(*frames.from_json(arguments)), "the result")
    except MemoryError:
        _limit_memory(None)
        return frames.NO_MEMORY, b""
    except BaseException as error:  # noqa: BLE001  SystemExit too is an answer; the parent gets the exact error
        return frames.RAISED, _describe(error)


def _load_function(head: dict[str, Any], pickled: bytes) -> Callable[..., Any]:
    from rlvr.sandbox.loading import load_object, register_file

    known = set(sys.path)
    sys.path[:0] = [entry for entry in head["search_path"] if entry not in known]
    for name, file in head["files"].items():
        register_file(name, file)
    if head["path"] is not None:
        function = load_object(head["path"])
    else:
        import pickle

        function = getattr(pickle.loads(pickled), head["attribute"])  # noqa: S301  the caller's own object
    if not callable(function):
        raise TypeError(f"{head['name']} is not callable: it is {function!r}")
    return function  # type: ignore[no-any-return]


def _describe(error: BaseException) -> bytes:
    import traceback

    name = type(error).__qualname__
    if type(error).__module__ not in ("builtins", "__main__"):
        name = f"{type(error).__module__}.{name}"
    try:
        text = str(error)
    except Exception:  # noqa: BLE001  an exception whose text raises is still reported by its type
        text = "(its text cannot be made)"
    frame = error.__traceback__.tb_next if error.__traceback__ else None
    trace = "".join(traceback.format_exception(type(error), error, frame))
    first = f"{name}: {text}" if text else name
    return frames.to_json([first[:MAX_ERROR_CHARS], trace[-MAX_TRACEBACK_CHARS:]], "the error")


def _cpu_s() -> float:
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def _count_threads() -> int:
    threading = sys.modules.get("threading")
    return threading.active_count() if threading is not None else 1


def _limit_memory(extra: int | None) -> None:
    """Allow `extra` bytes more than are in use now, or everything that the system allows."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = hard
    if extra is not None:
        with open("/proc/self/statm", "rb") as statm:  # noqa: PTH123  pathlib is not worth its import here
            limit = int(statm.read().split()[0]) * resource.getpagesize() + extra
        limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _die_with(parent: int) -> None:
    """Ask the kernel for SIGKILL when the parent ends, which works in a loop that never lets go of the GIL."""
    # Without prctl the end of the pipe still ends an idle worker, and the parent's close() any other.
    with contextlib.suppress(ImportError, AttributeError):
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _discard_output() -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    os.close(null)


def main(arguments: list[str]) -> None:
    """Serve the parent whose process id and pipes are in `arguments`."""
    read_fd, write_fd, parent, memory_mb = map(int, arguments[:4])
    _die_with(parent)
    if len(arguments) > 4:
        os.environ["PYTHONPATH"] = arguments[4]
    else:
        os.environ.pop("PYTHONPATH", None)
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    channel = Channel(read_fd, write_fd)
    _discard_output()
    enter_worker()
    Worker(channel, memory_mb).serve()


if __name__ == "__main__":
    main(sys.argv[1:])
