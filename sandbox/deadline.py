"""Bounded calls in killable worker processes: the pool, as its users see it.

A call that does not end cannot be stopped from inside its process: `signal.alarm` raises outside the main thread,
and neither it nor a thread interrupts a loop that holds the GIL. So calls run in worker processes, and the parent
measures them from outside, kills the process of a call that exceeds its `Budget`, and replaces it while other calls
go on.

    with DeadlinePool() as pool:
        result = pool.run(Target.function("math:factorial"), 10)

It can be used from any thread and from asyncio, from a script without a `__main__` guard, a notebook, or standard
input: workers are started with `python -m rlvr.sandbox.worker`, never forked, and never import the main module.

Left out: a call's position in the queue does not count against its deadline, and a call that is running is not
stopped when its future is cancelled; its budget stops it.
"""

import os
import threading
import weakref
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from itertools import islice
from queue import Empty
from types import TracebackType
from typing import Any, Final

from rlvr.sandbox import frames
from rlvr.sandbox.calls import Budget, CallResult, Outcome
from rlvr.sandbox.jobs import MAX_CHUNK, FutureSink, Job, Lane, StreamSink
from rlvr.sandbox.supervisor import Supervisor
from rlvr.sandbox.target import Target

__all__ = ["Budget", "CallResult", "DeadlinePool", "Outcome", "PoolClosedError", "Target", "default_pool"]

DEFAULT_BUDGET: Final = Budget()
_HEARTBEAT_S: Final = 5.0


class PoolClosedError(ValueError):
    """The pool was closed, or belongs to the process that this one was forked from."""


class DeadlinePool:
    """A fixed number of worker processes, each killed and replaced when a call exceeds its budget.

    Workers start when calls need them. An open pool does not keep the interpreter from exiting.

    Args:
        num_workers: How many processes at most; None is one for each CPU.
        memory_mb: MiB of memory that a call may use on top of what its worker held when the target was loaded.
        load_deadline_s: Seconds for loading a target into a worker, which does not count against a call's deadline.

    Raises:
        ValueError: an argument is not positive.
    """

    def __init__(self, num_workers: int | None = None, memory_mb: int = 1024, load_deadline_s: float = 60.0) -> None:
        self.num_workers = (os.cpu_count() or 1) if num_workers is None else num_workers
        for name, value in (
            ("num_workers", self.num_workers),
            ("memory_mb", memory_mb),
            ("load_deadline_s", load_deadline_s),
        ):
            if not value > 0:
                raise ValueError(f"{name} is {value!r}: give a positive number")
        self._supervisor = Supervisor(self.num_workers, memory_mb, load_deadline_s)
        self._finalizer = weakref.finalize(self, self._supervisor.close)

    def submit(self, target: Target, *args: Any, budget: Budget | None = None) -> "Future[CallResult]":
        """Start a call and return the future of its result.

        The future always completes, and has an exception only if it was cancelled. Callbacks that are added to it
        run in the pool's own thread and must be short.

        Args:
            target: What to call.
            args: Its arguments, which must be JSON.
            budget: What the call may use; None is `Budget()`.

        Raises:
            PoolClosedError: the pool was closed, or this is a forked child of the process that made it.
            ValueError: an argument is not JSON.
        """
        self._require_open()
        sink = FutureSink()
        job = Job(sink, 0, frames.to_json(args, f"the argument list of {target.name}"))
        self._supervisor.enqueue(Lane(target, budget or DEFAULT_BUDGET, is_shared=True), [job])
        return sink.future

    def run(self, target: Target, *args: Any, budget: Budget | None = None) -> CallResult:
        """Call `target` and wait for its result; see `submit`. Whatever the function does, nothing is raised."""
        future = self.submit(target, *args, budget=budget)
        try:
            while True:
                self._supervisor.require_alive(target.name)
                with suppress(TimeoutError):
                    return future.result(_HEARTBEAT_S)
        finally:
            future.cancel()

    async def run_async(self, target: Target, *args: Any, budget: Budget | None = None) -> CallResult:
        """Call `target` from asyncio; see `submit`. Cancelling the awaiting task drops the call if it has not begun."""
        from asyncio import wrap_future

        return await wrap_future(self.submit(target, *args, budget=budget))

    def run_many(
        self,
        target: Target,
        calls: Iterable[Sequence[Any]],
        budget: Budget | None = None,
        on_result: Callable[[int, CallResult], None] | None = None,
    ) -> list[CallResult]:
        """Call `target` once for each list of arguments and return the results in that order.

        Calls travel in chunks. When a worker is killed for one of them, the others go to another worker.

        Args:
            target: What to call.
            calls: One list of arguments for each call; it is read as the calls proceed.
            budget: What each call may use; None is `Budget()`.
            on_result: Called in this thread with a call's index and result, as results arrive, in any order.

        Raises:
            PoolClosedError: as for `submit`.
            ValueError: an argument is not JSON.
        """
        self._require_open()
        sink = StreamSink()
        lane = Lane(target, budget or DEFAULT_BUDGET)
        results: dict[int, CallResult] = {}
        source = enumerate(calls)
        num_sent, window = 0, MAX_CHUNK * 2 * (self.num_workers + 1)
        try:
            while True:
                if num_sent - len(results) <= window // 2:
                    jobs = [_job(sink, target, index, args) for index, args in islice(source, window // 2)]
                    num_sent += len(jobs)
                    if jobs:
                        self._supervisor.enqueue(lane, jobs)
                if len(results) == num_sent:
                    return [results[index] for index in range(num_sent)]
                self._supervisor.require_alive(target.name)
                for index, result in _next_results(sink):
                    results[index] = result
                    if on_result is not None:
                        on_result(index, result)
        finally:
            sink.is_cancelled = True

    def close(self) -> None:
        """Kill the workers. Calls that have not ended get NO_WORKER; the pool takes no more."""
        self._finalizer()

    @property
    def is_open(self) -> bool:
        """Whether the pool takes calls in this process."""
        return not (self._supervisor.is_closed or self._supervisor.is_foreign)

    def __enter__(self) -> "DeadlinePool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _require_open(self) -> None:
        if self._supervisor.is_foreign:
            raise PoolClosedError("this pool belongs to the process that this one was forked from: make a new one here")
        if self._supervisor.is_closed:
            raise PoolClosedError("this pool was closed: make a new one")


def _job(sink: StreamSink, target: Target, index: int, args: Sequence[Any]) -> Job:
    return Job(sink, index, frames.to_json(list(args), f"the argument list of call {index} of {target.name}"))


def _next_results(sink: StreamSink) -> list[tuple[int, CallResult]]:
    try:
        return sink.queue.get(timeout=_HEARTBEAT_S)
    except Empty:
        return []


_default: DeadlinePool | None = None
_default_lock = threading.Lock()


def default_pool(num_workers: int | None = None) -> DeadlinePool:
    """Return this process's pool, made at first use; a forked child makes its own.

    Args:
        num_workers: How many processes at most if this call makes the pool; it changes nothing later.
    """
    global _default
    with _default_lock:
        if _default is None or not _default.is_open:
            _default = DeadlinePool(num_workers)
        return _default


def _forget_default_pool() -> None:
    global _default, _default_lock
    _default, _default_lock = None, threading.Lock()


os.register_at_fork(after_in_child=_forget_default_pool)
