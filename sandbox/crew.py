"""The workers of a pool: starts them, gives them jobs, reads what they say, watches their clocks and kills them.

Everything here runs in the supervisor's thread, and nothing waits.
"""

import math
import selectors
import time
from typing import Final

from rlvr.sandbox import frames
from rlvr.sandbox.docket import Docket
from rlvr.sandbox.jobs import Chunk, Job, Lane
from rlvr.sandbox.member import Member, State
from rlvr.sandbox.process import Answer, Exit, WorkerProcess
from rlvr.sandbox.target import Target
from rlvr.sandbox.verdicts import Cause

START_DEADLINE_S: Final = 20.0
"""Seconds in which a worker's process must report for work."""
MAX_START_FAILURES: Final = 3
"""Processes in a row that may fail to start before the waiting calls are given up."""
_RESTART_DELAY_S: Final = 0.05
_MAX_RESTART_DELAY_S: Final = 5.0
_REAP_DEADLINE_S: Final = 5.0
_REAP_POLL_S: Final = 0.002
_IDLE_CHECK_S: Final = 0.25
_IDLE_CPU_S: Final = 0.1


class Crew:
    """The workers of one pool, at most `num_workers` at a time."""

    def __init__(
        self, selector: selectors.BaseSelector, docket: Docket, num_workers: int, memory_mb: int, load_deadline_s: float
    ) -> None:
        self._selector = selector
        self._docket = docket
        self._num_workers = num_workers
        self._memory_mb = memory_mb
        self._load_deadline_s = load_deadline_s
        self._members: list[Member] = []
        self._num_wanted = 0  # as many as were ever needed at once; the lost ones among them are replaced unasked
        self._start_failures = 0
        self._start_after = 0.0

    def next_check(self) -> float:
        """Return when something must be looked at (monotonic seconds)."""
        checks = [member.next_check for member in self._members]
        if self._is_short_handed():
            checks.append(self._start_after)
        return min(checks, default=math.inf)

    def read(self, member: Member) -> None:
        """Take in what a worker has said."""
        try:
            answers = member.process.receive()
        except ValueError:
            answers = []
            member.process.is_open = False
        now = time.monotonic()
        for answer in answers:
            self._take(member, answer, now)
        if not member.process.is_open:
            self._ignore(member)
            if member.state is not State.DYING:
                member.kill(Cause.NONE, now)

    def write(self, member: Member) -> None:
        """Go on sending what a worker's pipe had no room for."""
        if member.process.send(b"") and member.process.write_fd in self._selector.get_map():
            self._selector.unregister(member.process.write_fd)

    def look(self) -> None:
        """Look at every worker whose time has come."""
        now = time.monotonic()
        for member in [member for member in self._members if member.next_check <= now]:
            if member.state is State.DYING:
                self._look_at_dying(member, now)
            else:
                self._look_at_living(member)

    def hand_out(self) -> None:
        """Give jobs to idle workers, then start a process if one is missing."""
        now = time.monotonic()
        idle = [member for member in self._members if member.state is State.IDLE]
        while idle and self._hand_out_next(idle, now):
            pass
        if self._docket.last_target is not None:
            for member in idle:
                if not member.loaded and member.is_fresh:
                    self._load(member, self._docket.last_target, now)
        if self._is_short_handed():
            if now >= self._start_after:
                self._start(now)
        elif idle and self._docket.backlog.num_retries > sum(member.awaits_first for member in self._members):
            idle[0].kill(Cause.RETIRED, now)  # makes room for the fresh worker that a retry needs

    def dismiss(self, goodbye_s: float, why: str) -> None:
        """End every worker, the idle ones politely, and give NO_WORKER to what they held."""
        for member in self._members:
            if member.state is State.IDLE:
                self._ignore(member)
                member.process.hang_up()
            else:
                self._docket.abandon(member, why)
                member.process.kill()
        deadline = time.monotonic() + goodbye_s
        while self._members and time.monotonic() < deadline + goodbye_s:
            if time.monotonic() > deadline:
                for member in self._members:
                    member.process.kill()
            for member in [member for member in self._members if member.process.reap()]:
                member.process.kill()  # what it had started
                self._remove(member)
            time.sleep(_REAP_POLL_S)
        for member in list(self._members):
            self._remove(member)

    def _take(self, member: Member, answer: Answer, now: float) -> None:
        member.cpu_s = answer.cpu_s
        if answer.kind in (frames.RETURNED, frames.RAISED, frames.NO_MEMORY):
            self._take_result(member, answer, now)
        elif answer.kind == frames.STARTED:
            member.begin_first(answer, now)
        elif member.state is State.DYING:
            return  # it became ready a moment too late
        elif answer.kind == frames.HELLO:
            self._start_failures = 0
            member.be_idle()
        else:
            self._take_load(member, answer, now)

    def _take_result(self, member: Member, answer: Answer, now: float) -> None:
        self._docket.take_result(member, answer, now)
        chunk = member.chunk
        if member.state is State.DYING or chunk is None:
            return
        if answer.kind == frames.NO_MEMORY:
            member.kill(Cause.RETIRED, now)
        elif chunk.is_done:
            chunk.lane.learn(now - chunk.sent_at)
            member.be_idle(check_at=now + _IDLE_CHECK_S)

    def _take_load(self, member: Member, answer: Answer, now: float) -> None:
        target, chunk = member.loading, member.chunk
        assert target is not None, "a worker reported a load that nobody had asked for"
        member.end_load(is_loaded=answer.kind == frames.LOADED)
        if answer.kind == frames.LOAD_FAILED:
            self._docket.take_load_failure(target, chunk, answer)
            return
        self._docket.take_loaded(target)
        if chunk is not None:
            member.begin_chunk(chunk, now)
            self._watch_writing(member)

    def _look_at_living(self, member: Member) -> None:
        self.read(member)  # first what it has to say: the time may be up only because we come late
        now = time.monotonic()
        if member.next_check > now or member.state is State.DYING:
            return
        if member.state is State.BUSY:
            self._look_at_busy(member, now)
        elif member.state is State.IDLE:
            self._look_at_idle(member, now)
        else:
            self._start_failures += (MAX_START_FAILURES - 1) * (member.state is State.STARTING)  # no second long wait
            member.kill(Cause.LOAD if member.state is State.LOADING else Cause.START, now)

    def _look_at_busy(self, member: Member, now: float) -> None:
        cpu_left, wall_left = member.cpu_left(), member.wall_left(now)
        if cpu_left <= 0:
            member.kill(Cause.CPU, now)
        elif wall_left <= 0:
            member.kill(Cause.WALL, now)
        elif member.process.has_ended():  # a process that it had forked may hold the pipe open
            member.kill(Cause.NONE, now)
        else:
            member.look_again(now, min(cpu_left, wall_left))

    def _look_at_idle(self, member: Member, now: float) -> None:
        # A thread that a call left running takes CPU time from everyone, and the next call would be charged for it.
        if member.process.cpu_s() - member.cpu_s > _IDLE_CPU_S:
            member.kill(Cause.RETIRED, now)
        else:
            member.next_check = now + _IDLE_CHECK_S if member.has_threads else math.inf

    def _look_at_dying(self, member: Member, now: float) -> None:
        end = member.process.reap()
        if end is None and now < member.killed_at + _REAP_DEADLINE_S:
            member.next_check = now + _REAP_POLL_S
            return
        self.read(member)
        end = end or Exit("a process that does not end", None)
        if member.died_in is State.STARTING:
            self._note_start_failure(f"{end.text} {member.process.start_error()}".strip(), now)
        else:
            self._docket.judge(member, end)
        self._remove(member)

    def _hand_out_next(self, idle: list[Member], now: float) -> bool:
        backlog = self._docket.backlog
        member = next((member for member in idle if member.is_fresh), None)
        batch = backlog.next_retry() if member else None
        if batch is None:
            batch = backlog.next_chunk(self._num_workers)
            if batch is None:
                return False
            key = batch[0].target.key
            member = next((member for member in idle if key in member.loaded), idle[0])
        assert member is not None, "a retry is taken only for a fresh worker"
        lane, jobs = batch
        wanted = [job for job in jobs if job.sink.begin()]
        if wanted:
            idle.remove(member)
            self._give(member, lane, wanted, now)
        return True

    def _give(self, member: Member, lane: Lane, jobs: list[Job], now: float) -> None:
        self._docket.last_target = lane.target
        chunk = Chunk(lane, jobs)
        if lane.target.key in member.loaded:
            member.begin_chunk(chunk, now)
            self._watch_writing(member)
        else:
            member.chunk = chunk
            self._load(member, lane.target, now)

    def _load(self, member: Member, target: Target, now: float) -> None:
        member.begin_load(target, now + self._load_deadline_s)
        self._watch_writing(member)

    def _is_short_handed(self) -> bool:
        states = [member.state for member in self._members if member.state is not State.DYING]
        has_work = len(self._docket.backlog) > states.count(State.STARTING)
        return len(states) < (self._num_workers if has_work else self._num_wanted)

    def _start(self, now: float) -> None:
        try:
            process = WorkerProcess(self._memory_mb)
        except (OSError, ValueError) as error:
            self._note_start_failure(f"{type(error).__name__}: {error}", now)
            return
        member = Member(process, next_check=now + START_DEADLINE_S)
        self._members.append(member)
        self._selector.register(process.read_fd, selectors.EVENT_READ, member)
        num_living = sum(member.state is not State.DYING for member in self._members)
        self._num_wanted = max(self._num_wanted, num_living)

    def _note_start_failure(self, why: str, now: float) -> None:
        self._start_failures += 1
        self._start_after = now + min(_RESTART_DELAY_S * 2**self._start_failures, _MAX_RESTART_DELAY_S)
        if self._start_failures >= MAX_START_FAILURES:
            has_workers = any(member.state not in (State.STARTING, State.DYING) for member in self._members)
            text = f"no worker: {self._start_failures} processes in a row did not start ({why})"
            self._docket.give_up(text, retries_only=has_workers)
            self._num_wanted = 0
            if not has_workers:
                self._start_failures = 0

    def _watch_writing(self, member: Member) -> None:
        if not member.process.send(b""):
            self._selector.register(member.process.write_fd, selectors.EVENT_WRITE, member)

    def _ignore(self, member: Member) -> None:
        for fd in (member.process.read_fd, member.process.write_fd):
            if fd >= 0 and fd in self._selector.get_map():
                self._selector.unregister(fd)

    def _remove(self, member: Member) -> None:
        self._ignore(member)
        self._members.remove(member)
        member.process.close()
