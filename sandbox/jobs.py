"""Calls on their way: a job is one call, a lane is a queue of jobs for one target, a chunk is what a worker holds.

Jobs travel in chunks because a trivial call costs less than waking a process. A chunk grows while its calls are
quick, so that many trivial calls share a wake-up, and shrinks when they are slow, so that none waits for long
behind another.
"""

from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Final, Protocol

from rlvr.sandbox.calls import Budget, CallResult
from rlvr.sandbox.target import Target

MAX_CHUNK: Final = 512
"""Calls in a chunk."""
MAX_CHUNK_BYTES: Final = 2**20
"""Bytes of arguments in a chunk of more than one call."""
_QUICK_S: Final = 0.01
_SLOW_S: Final = 0.05


class Sink(Protocol):
    """Where the results of one caller's jobs go. Its methods run in the supervisor's thread."""

    def begin(self) -> bool:
        """Return False if the caller no longer wants its jobs."""
        ...

    def deliver(self, results: list[tuple[int, CallResult]]) -> None:
        """Take results, each with its job's index."""
        ...


class FutureSink:
    """Delivers the result of one job to a future."""

    def __init__(self) -> None:
        self.future: Future[CallResult] = Future()
        self._has_begun: bool | None = None

    def begin(self) -> bool:
        """Mark the future as running, unless it was cancelled."""
        if self._has_begun is None:  # a future may be told only once, and a retried job begins twice
            self._has_begun = self.future.set_running_or_notify_cancel()
        return self._has_begun

    def deliver(self, results: list[tuple[int, CallResult]]) -> None:
        """Complete the future."""
        if self.begin():
            self.future.set_result(results[0][1])


class StreamSink:
    """Delivers the results of many jobs to a thread that waits on `queue`."""

    def __init__(self) -> None:
        self.queue: SimpleQueue[list[tuple[int, CallResult]]] = SimpleQueue()
        self.is_cancelled = False

    def begin(self) -> bool:
        """Return whether somebody still waits."""
        return not self.is_cancelled

    def deliver(self, results: list[tuple[int, CallResult]]) -> None:
        """Queue the results."""
        self.queue.put(results)


@dataclass(slots=True, eq=False)
class Job:
    """One call, until its result is delivered."""

    sink: Sink
    """Where the result goes."""
    index: int
    """Which of the sink's jobs this is."""
    arguments: bytes
    """The JSON list of the call's arguments."""
    num_deaths: int = 0
    """How often the worker ended during this call."""
    num_timeouts: int = 0
    """How often the wall deadline passed with CPU budget left."""
    num_doubts: int = 0
    """How often a limit was exceeded on a worker that earlier calls may have spoilt."""


@dataclass(slots=True, eq=False)
class Lane:
    """Jobs for one target under one budget, in order."""

    target: Target
    """What the jobs call."""
    budget: Budget
    """What each call may use."""
    is_shared: bool = False
    """Whether jobs of several callers are put together, as single calls are."""
    jobs: deque[Job] = field(default_factory=deque)
    """The jobs that no worker holds."""
    chunk_size: int = 1
    """How many jobs the next chunk may have."""

    def take(self, num_workers: int) -> list[Job]:
        """Remove and return the next chunk's jobs, leaving enough for the other workers."""
        share = max(1, len(self.jobs) // (2 * num_workers))
        jobs: list[Job] = []
        size = 0
        while self.jobs and len(jobs) < min(self.chunk_size, share):
            size += len(self.jobs[0].arguments)
            if jobs and size > MAX_CHUNK_BYTES:
                break
            jobs.append(self.jobs.popleft())
        return jobs

    def learn(self, wall_s: float) -> None:
        """Choose the next chunk's size from the time that one took."""
        if wall_s < _QUICK_S:
            self.chunk_size = min(MAX_CHUNK, self.chunk_size * 4)
        elif wall_s > _SLOW_S:
            self.chunk_size = max(1, self.chunk_size // 4)


@dataclass(slots=True, eq=False)
class Chunk:
    """The jobs that one worker holds, and how far it has come."""

    lane: Lane
    """Where the jobs come from."""
    jobs: list[Job]
    """The jobs, in the order in which the worker answers."""
    sent_at: float = 0.0
    """When the chunk was dispatched to a worker that had loaded the target (monotonic seconds)."""
    position: int = 0
    """Index of the job that the worker runs now."""
    has_started: bool = False
    """Whether the worker has read the chunk."""
    wall_start: float = 0.0
    """When the current job began, as far as the parent knows (monotonic seconds)."""
    cpu_start: float = 0.0
    """The worker's CPU seconds when the current job began."""

    @property
    def is_done(self) -> bool:
        """Whether every job was answered."""
        return self.position == len(self.jobs)

    @property
    def num_bytes(self) -> int:
        """Bytes of arguments."""
        return sum(len(job.arguments) for job in self.jobs)
