"""Decides how a call ended when it did not end by itself: the rules, without the processes.

Each function returns a result, or None when the call deserves a second attempt on a fresh worker. What is retried
is what the call might not be to blame for: a death, a wall deadline that passed with CPU budget left, and a limit
that was exceeded in a process which earlier calls had spoilt.
"""

from enum import Enum, auto

from rlvr.sandbox.calls import Budget, CallResult, Outcome
from rlvr.sandbox.jobs import Job


class Cause(Enum):
    """Why the parent killed a worker."""

    NONE = auto()
    """It did not: the process ended by itself, or broke off the channel."""
    CPU = auto()
    """The current call had used up its CPU budget."""
    WALL = auto()
    """The current call's wall deadline had passed."""
    LOAD = auto()
    """The target was not loaded in time."""
    START = auto()
    """The process was not ready in time."""
    RETIRED = auto()
    """It was no longer wanted."""


def of_cpu(job: Job, budget: Budget, cpu_s: float, wall_s: float, is_spoilt: bool) -> CallResult | None:
    """Judge a call whose worker was killed with the CPU budget used up.

    Args:
        job: The call.
        budget: What it was allowed.
        cpu_s: CPU seconds that the process used since the call began.
        wall_s: Wall seconds since then.
        is_spoilt: Whether threads that earlier calls had left behind may have used them instead.
    """
    if is_spoilt and job.num_doubts == 0:
        job.num_doubts += 1
        return None
    text = f"used {cpu_s:.2f} s of CPU time; the budget is {budget.cpu_limit_s:g} s"
    return CallResult(Outcome.CPU_LIMIT, error=text, cpu_s=cpu_s, wall_s=wall_s)


def of_memory(job: Job, memory_mb: int, cpu_s: float, wall_s: float, is_spoilt: bool) -> CallResult | None:
    """Judge a call that ran out of memory; it is spoilt if earlier calls may have left some of it in use."""
    if is_spoilt and job.num_doubts == 0:
        job.num_doubts += 1
        return None
    text = f"needed more than the {memory_mb} MiB of memory that a call may use"
    return CallResult(Outcome.MEMORY_LIMIT, error=text, cpu_s=cpu_s, wall_s=wall_s)


def of_wall(job: Job, budget: Budget, cpu_s: float, wall_s: float) -> CallResult | None:
    """Judge a call whose wall deadline passed with CPU budget left."""
    job.num_timeouts += 1
    if job.num_timeouts < 2:
        return None
    text = (
        f"had not ended after {budget.deadline_s:g} s, twice, having used {cpu_s:.2f} s of its "
        f"{budget.cpu_limit_s:g} s of CPU time: it waits for something, or the machine is overloaded"
    )
    return CallResult(Outcome.UNFINISHED, error=text, cpu_s=cpu_s, wall_s=wall_s)


def of_death(job: Job, how: str, cpu_s: float, wall_s: float) -> CallResult | None:
    """Judge a call whose worker's process ended by itself; `how` is its exit status or signal."""
    job.num_deaths += 1
    if job.num_deaths < 2:
        return None
    return CallResult(
        Outcome.DIED, error=f"the process ended twice during this call ({how})", cpu_s=cpu_s, wall_s=wall_s
    )


def no_worker(why: str) -> CallResult:
    """Return the result of a call that no worker could take."""
    return CallResult(Outcome.NO_WORKER, error=why)
