"""What the supervisor knows of one worker: its state, what it has loaded, what it runs, when to look at it again."""

import math
from collections import OrderedDict
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from rlvr.sandbox import frames
from rlvr.sandbox.jobs import Chunk, Job
from rlvr.sandbox.process import Answer, WorkerProcess
from rlvr.sandbox.target import Target
from rlvr.sandbox.verdicts import Cause

MAX_LOADED: Final = 16
"""Targets that a worker keeps; the one that was used longest ago makes room."""
_MAX_POLL_S: Final = 0.05
_MIN_POLL_S: Final = 0.005
_READ_BYTES_PER_S: Final = 20e6
_DYING_POLL_S: Final = 0.002


class State(Enum):
    """What a worker is doing."""

    STARTING = auto()
    IDLE = auto()
    LOADING = auto()
    BUSY = auto()
    DYING = auto()


@dataclass(slots=True, eq=False)
class Member:
    """One worker of the pool."""

    process: WorkerProcess
    """Its process and channel."""
    next_check: float
    """When to look at it again if it does not report before (monotonic seconds)."""
    state: State = State.STARTING
    """What it is doing."""
    died_in: State = State.STARTING
    """What it was doing when it was killed or ended."""
    cause: Cause = Cause.NONE
    """Why it was killed."""
    blamed: Job | None = None
    """The job for which it was killed; post mortem it may turn out to have answered that one."""
    killed_at: float = 0.0
    """When it was killed (monotonic seconds)."""
    chunk: Chunk | None = None
    """The jobs it holds."""
    loading: Target | None = None
    """The target it loads now."""
    loaded: OrderedDict[str, None] = field(default_factory=OrderedDict)
    """Keys of the targets it has loaded, the last used last."""
    num_calls: int = 0
    """Calls it has answered."""
    has_threads: bool = False
    """Whether its last call left threads behind."""
    cpu_s: float = 0.0
    """Its CPU seconds at its last report."""

    @property
    def is_fresh(self) -> bool:
        """Whether no call has run in it, so that it can bear witness against one."""
        return self.num_calls == 0

    @property
    def awaits_first(self) -> bool:
        """Whether it is fresh, and has not been given its first call yet."""
        return self.is_fresh and self.chunk is None and self.state is not State.DYING

    def begin_load(self, target: Target, deadline: float) -> None:
        """Tell the process to load a target."""
        evict = []
        while len(self.loaded) >= MAX_LOADED:
            evict.append(self.loaded.popitem(last=False)[0])
        self.state, self.loading, self.next_check = State.LOADING, target, deadline
        head = {
            "key": target.key,
            "name": target.name,
            "path": target.path,
            "attribute": target.attribute,
            "files": target.files,
            "search_path": target.search_path,
            "evict": evict,
        }
        self.process.send(frames.request(frames.LOAD, frames.load_payload(head, target.pickled)))

    def end_load(self, *, is_loaded: bool) -> None:
        """Note that the process has loaded its target, or failed to."""
        assert self.loading is not None, "a worker reported a load that nobody had asked for"
        if is_loaded:
            self.loaded[self.loading.key] = None
        self.loading = None
        self.be_idle()

    def begin_chunk(self, chunk: Chunk, now: float) -> None:
        """Send jobs to the process, which has loaded their target; their deadlines count from here."""
        self.state, self.chunk = State.BUSY, chunk
        self.loaded.move_to_end(chunk.lane.target.key)
        chunk.sent_at = chunk.wall_start = now
        chunk.cpu_start = self.cpu_s
        self.next_check = now + _MAX_POLL_S
        arguments = [job.arguments for job in chunk.jobs]
        self.process.send(frames.request(frames.CALL, frames.calls_payload(chunk.lane.target.key, arguments)))

    def begin_first(self, answer: Answer, now: float) -> None:
        """Note that the process has read its chunk; the first job starts now."""
        assert self.chunk is not None, "a worker started a chunk that nobody had sent"
        self.chunk.has_started = True
        self.chunk.wall_start, self.chunk.cpu_start = now, answer.cpu_s

    def advance(self, answer: Answer, now: float) -> Job:
        """Take the answer to the current job and return that job; the next one starts now."""
        chunk = self.chunk
        assert chunk is not None, "a worker answered a call that nobody had made"
        job = chunk.jobs[chunk.position]
        chunk.position += 1
        chunk.wall_start, chunk.cpu_start = now, answer.cpu_s
        self.num_calls += 1
        self.has_threads = bool(answer.flags & frames.HAS_THREADS)
        self.next_check = now + _MAX_POLL_S
        return job

    def be_idle(self, check_at: float = math.inf) -> None:
        """Wait for work; at `check_at` somebody sees whether the process is really idle."""
        self.state, self.chunk, self.next_check = State.IDLE, None, check_at

    def wall_left(self, now: float) -> float:
        """Return the seconds until the current job's deadline, with time to transfer the arguments before it starts."""
        assert self.chunk is not None, "only a busy worker has a deadline"
        chunk = self.chunk
        transfer = 0.0 if chunk.has_started else chunk.num_bytes / _READ_BYTES_PER_S
        return chunk.wall_start + chunk.lane.budget.deadline_s + transfer - now

    def cpu_left(self) -> float:
        """Return the CPU seconds that the current job may still use."""
        assert self.chunk is not None, "only a busy worker has a budget"
        if not self.chunk.has_started:
            return math.inf
        return self.chunk.lane.budget.cpu_limit_s - (self.process.cpu_s() - self.chunk.cpu_start)

    def look_again(self, now: float, left: float) -> None:
        """Schedule the next look at a busy process that has `left` seconds to go."""
        self.next_check = now + min(max(left, _MIN_POLL_S), _MAX_POLL_S)

    def kill(self, cause: Cause, now: float) -> None:
        """Kill the process, noting why and on whose account."""
        if self.chunk is not None and not self.chunk.is_done:
            self.blamed = self.chunk.jobs[self.chunk.position]
        self.died_in, self.state, self.cause, self.killed_at = self.state, State.DYING, cause, now
        self.next_check = now + _DYING_POLL_S
        self.process.kill()
