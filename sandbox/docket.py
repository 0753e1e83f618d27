"""The cases of a pool: turns what workers say, and how they end, into results and retries.

A kill is judged post mortem. By then the process is reaped and its pipe read to the end, so the call to blame is
exactly the first unanswered one and the CPU time is the kernel's final count; if the answer of the accused turns
out to have been on its way, everyone goes free.
"""

from collections.abc import Callable

from rlvr.sandbox import frames, verdicts
from rlvr.sandbox.backlog import Backlog
from rlvr.sandbox.calls import CallResult, Outcome
from rlvr.sandbox.jobs import Chunk, Job, Lane
from rlvr.sandbox.member import Member, State
from rlvr.sandbox.process import Answer, Exit
from rlvr.sandbox.target import Target
from rlvr.sandbox.verdicts import Cause

MAX_LOAD_DEATHS = 2
"""Workers that may end while they load a target before its calls are given up."""


class Docket:
    """The waiting jobs, and what is known of the targets that they call."""

    def __init__(self, deliver: Callable[[Job, CallResult], None], memory_mb: int, load_deadline_s: float) -> None:
        self.backlog = Backlog()
        self.last_target: Target | None = None
        """What was called last; a replacement loads it before it is asked."""
        self._deliver = deliver
        self._memory_mb = memory_mb
        self._load_deadline_s = load_deadline_s
        self._load_deaths: dict[str, int] = {}

    def take_result(self, member: Member, answer: Answer, now: float) -> None:
        """Settle the job that a worker has answered."""
        chunk, is_spoilt = member.chunk, not member.is_fresh
        assert chunk is not None, "a worker answered a call that nobody had made"
        cpu_s = answer.cpu_s - chunk.cpu_start
        job = member.advance(answer, now)
        if answer.kind == frames.NO_MEMORY:
            self._settle(chunk.lane, job, verdicts.of_memory(job, self._memory_mb, cpu_s, answer.wall_s, is_spoilt))
        else:
            self._deliver(job, _result_of(answer, cpu_s))

    def take_loaded(self, target: Target) -> None:
        """Forget what spoke against a target that has been loaded after all."""
        self._load_deaths.pop(target.key, None)

    def take_load_failure(self, target: Target, chunk: Chunk | None, answer: Answer) -> None:
        """Settle the jobs of a target that raised while it was loaded."""
        error, trace = frames.from_json(answer.payload)
        text = f"{target.name} cannot be loaded: {error}"
        self._give_up_target(target, chunk, CallResult(Outcome.RAISED, error=text, traceback=trace))

    def judge(self, member: Member, end: Exit) -> None:
        """Settle or requeue what a worker held when its process ended."""
        if member.died_in is State.LOADING:
            self._judge_load(member, end)
        elif member.chunk is not None and not member.chunk.is_done:
            self._judge_call(member, member.chunk, end)

    def give_up(self, why: str, *, retries_only: bool) -> None:
        """Give NO_WORKER to every waiting job, or to those that wait for a fresh worker."""
        for job in self.backlog.drain_retries() if retries_only else self.backlog.drain():
            self._deliver(job, verdicts.no_worker(why))

    def abandon(self, member: Member, why: str) -> None:
        """Give NO_WORKER to every job that a worker holds and has not answered."""
        if member.chunk is not None:
            for job in member.chunk.jobs[member.chunk.position :]:
                self._deliver(job, verdicts.no_worker(why))

    def _judge_call(self, member: Member, chunk: Chunk, end: Exit) -> None:
        job, rest = chunk.jobs[chunk.position], chunk.jobs[chunk.position + 1 :]
        budget = chunk.lane.budget
        cpu_s = max((member.cpu_s if end.cpu_s is None else end.cpu_s) - chunk.cpu_start, 0.0)
        wall_s = member.killed_at - chunk.wall_start
        result: CallResult | None
        if member.cause is Cause.NONE:
            result = verdicts.of_death(job, end.text, cpu_s, wall_s)
        elif member.cause is Cause.RETIRED or job is not member.blamed:
            self.backlog.put_back(chunk.lane, [job, *rest])
            return
        elif member.cause is Cause.CPU or cpu_s >= budget.cpu_limit_s:
            result = verdicts.of_cpu(job, budget, cpu_s, wall_s, member.has_threads)
        else:
            result = verdicts.of_wall(job, budget, cpu_s, wall_s)
        self.backlog.put_back(chunk.lane, rest)
        self._settle(chunk.lane, job, result)

    def _judge_load(self, member: Member, end: Exit) -> None:
        target, chunk = member.loading, member.chunk
        assert target is not None, "a worker that loads has a target"
        deaths = self._load_deaths.get(target.key, 0) + 1
        self._load_deaths[target.key] = deaths
        if member.cause is Cause.LOAD:
            why = f"{target.name} was not loaded within {self._load_deadline_s:g} s"
        else:
            why = f"a worker ended while it loaded {target.name}, {deaths} times ({end.text})"
        if member.cause is Cause.LOAD or deaths >= MAX_LOAD_DEATHS:
            self._give_up_target(target, chunk, verdicts.no_worker(why))
        elif chunk is not None:
            self.backlog.put_back(chunk.lane, chunk.jobs)

    def _give_up_target(self, target: Target, chunk: Chunk | None, result: CallResult) -> None:
        self._load_deaths.pop(target.key, None)
        self.last_target = None
        for job in [*(chunk.jobs if chunk else []), *self.backlog.drain(target.key)]:
            self._deliver(job, result)

    def _settle(self, lane: Lane, job: Job, result: CallResult | None) -> None:
        if result is None:
            self.backlog.retry(lane, job)
        else:
            self._deliver(job, result)


def _result_of(answer: Answer, cpu_s: float) -> CallResult:
    try:
        value = frames.from_json(answer.payload)
    except (ValueError, RecursionError) as error:
        return CallResult(
            Outcome.RAISED, error=f"the result cannot be read: {error}", cpu_s=cpu_s, wall_s=answer.wall_s
        )
    if answer.kind == frames.RETURNED:
        return CallResult(Outcome.OK, value, cpu_s=cpu_s, wall_s=answer.wall_s)
    return CallResult(Outcome.RAISED, None, value[0], cpu_s, answer.wall_s, value[1])
