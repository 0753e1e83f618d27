"""The thread that runs a pool: one turn of its loop reads, looks at clocks, delivers results and hands out jobs.

It is also the thread that starts the workers, because the kernel kills them when the thread that started them ends.
Nothing in it waits except the `select`, which has a deadline.
"""

import os
import selectors
import threading
import time
from collections import deque
from typing import Final

from rlvr.sandbox.calls import CallResult
from rlvr.sandbox.crew import Crew
from rlvr.sandbox.docket import Docket
from rlvr.sandbox.jobs import Job, Lane, Sink
from rlvr.sandbox.verdicts import no_worker

_MAX_WAIT_S: Final = 60.0
_GOODBYE_S: Final = 0.5
_JOIN_S: Final = 10.0


class Supervisor:
    """Runs the calls of one pool in a thread of its own, which starts with the first call."""

    def __init__(self, num_workers: int, memory_mb: int, load_deadline_s: float) -> None:
        self.is_closed = False
        self._has_answered = False
        self._owner = os.getpid()
        self._lock = threading.Lock()
        self._inbox: deque[tuple[Lane, list[Job]]] = deque()
        self._results: dict[Sink, list[tuple[int, CallResult]]] = {}
        self._wake_read, self._wake_write = os.pipe()
        for fd in (self._wake_read, self._wake_write):
            os.set_blocking(fd, False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._wake_read, selectors.EVENT_READ)
        self._docket = Docket(self._collect, memory_mb, load_deadline_s)
        self._crew = Crew(self._selector, self._docket, num_workers, memory_mb, load_deadline_s)
        self._thread = threading.Thread(target=self._run, name="rlvr-sandbox", daemon=True)

    @property
    def is_foreign(self) -> bool:
        """Whether this is the copy of a parent's supervisor in a forked child, where its thread does not run."""
        return self._owner != os.getpid()

    def require_alive(self, waited_for: str) -> None:
        """Check that somebody will answer the caller, who is about to wait.

        Raises:
            RuntimeError: the caller is the supervisor's own thread, or that thread has ended without a word.
        """
        if self._thread is threading.current_thread():
            raise RuntimeError(f"a callback of a future waits for {waited_for} in the pool's own thread: use submit()")
        if self._thread.ident is not None and not self._thread.is_alive() and not self._has_answered:
            raise RuntimeError(f"the pool's thread ended without an answer for {waited_for}")

    def enqueue(self, lane: Lane, jobs: list[Job]) -> None:
        """Take jobs from any thread; those that come too late get NO_WORKER."""
        why = "the pool was closed before the call began"
        with self._lock:
            if not self.is_closed:
                try:
                    if self._thread.ident is None:
                        self._thread.start()
                except RuntimeError as error:
                    why = f"the pool's thread cannot be started: {error}"
                else:
                    self._inbox.append((lane, jobs))
                    self._wake()
                    return
        for job in jobs:
            job.sink.deliver([(job.index, no_worker(why))])

    def close(self) -> None:
        """Kill the workers and wait, briefly, until all that is left of the calls has been given NO_WORKER."""
        if self.is_foreign:
            return
        with self._lock:
            is_first, self.is_closed = not self.is_closed, True
            if is_first:
                self._wake()
        if self._thread.ident is None:
            if is_first:
                self._release()
        elif self._thread is not threading.current_thread():
            self._thread.join(_JOIN_S)

    def _wake(self) -> None:
        try:
            os.write(self._wake_write, b"\0")
        except BlockingIOError:
            return  # the pipe is full of wake-ups already

    def _run(self) -> None:
        why = "the pool was closed before the call ended"
        try:
            while not self.is_closed:
                self._turn()
        except BaseException as error:
            why = f"the pool's own thread failed: {type(error).__name__}: {error}"
            raise
        finally:
            with self._lock:
                self.is_closed = True
            self._end(why)

    def _turn(self) -> None:
        wait_s = min(max(self._crew.next_check() - time.monotonic(), 0.0), _MAX_WAIT_S)
        for key, events in self._selector.select(wait_s):
            if key.data is None:
                os.read(self._wake_read, 4096)
            elif events & selectors.EVENT_READ:
                self._crew.read(key.data)
            else:
                self._crew.write(key.data)
        while self._inbox:
            self._docket.backlog.add(*self._inbox.popleft())
        self._crew.look()
        self._deliver()
        self._crew.hand_out()
        self._deliver()

    def _collect(self, job: Job, result: CallResult) -> None:
        self._results.setdefault(job.sink, []).append((job.index, result))

    def _deliver(self) -> None:
        while self._results:
            sink, results = self._results.popitem()
            sink.deliver(results)

    def _end(self, why: str) -> None:
        try:
            self._crew.dismiss(_GOODBYE_S, why)
        finally:
            while self._inbox:
                self._docket.backlog.add(*self._inbox.popleft())
            self._docket.give_up(why, retries_only=False)
            self._deliver()
            self._has_answered = True
            self._release()

    def _release(self) -> None:
        self._selector.close()
        os.close(self._wake_read)
        os.close(self._wake_write)
