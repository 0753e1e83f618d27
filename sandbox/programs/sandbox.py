"""The sandbox: programs in, executions out."""

import asyncio
import os
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Final, Self

from rlvr.sandbox.programs.errors import SandboxClosedError, SandboxError, SlotLostError
from rlvr.sandbox.programs.pool import SlotPool, Tier
from rlvr.sandbox.programs.program import Execution, Limits, Program, ProgramOutcome
from rlvr.sandbox.programs.slot import Shape

_MAX_DEATHS: Final = 2
_MAX_TRIES: Final = 4


class Sandbox:
    """A pool of warm slots that run untrusted programs; made by `open_sandbox`, and to be closed.

    It can be used from any number of threads and from asyncio. A program gets a world of its own, and nothing of an
    earlier program is left in it.

    Args:
        tier: Makes the slots.
        limits: What a program may use when `run` is not told otherwise.
        num_slots: How many programs run at one time; one per usable core if None.

    Raises:
        SandboxError: no slot can be made.
        ValueError: `num_slots` is not positive.
    """

    def __init__(self, tier: Tier, limits: Limits | None = None, num_slots: int | None = None) -> None:
        num_slots = len(os.sched_getaffinity(0)) if num_slots is None else num_slots
        if num_slots < 1:
            raise ValueError(f"num_slots is {num_slots}: give at least 1")
        self.tier: str = tier.name
        """`docker` or `bubblewrap`."""
        self.tier_detail: str = tier.detail
        """What about the tier matters on this machine, such as the container runtime."""
        self.limits = limits or Limits()
        """What a program may use when `run` is not told otherwise."""
        self.num_slots = num_slots
        """How many programs run at one time."""
        self._owner = os.getpid()
        self._pool = SlotPool(tier, Shape.of(self.limits), num_slots)
        try:
            self._pool.wait_until_ready()
        except SlotLostError as error:
            self._pool.close()
            raise SandboxError(f"the {tier.name} tier makes no slot: {error}") from error
        self._threads = ThreadPoolExecutor(self._pool.num_threads, thread_name_prefix="rlvr-program")

    def run(self, program: Program, limits: Limits | None = None) -> Execution:
        """Run one program and wait for its end.

        Raises:
            SandboxClosedError: the sandbox is, or gets, closed.
            ValueError: the program's files do not fit its disk.
        """
        limits = limits or self.limits
        if program.disk_bytes > limits.disk_mb * 2**20:
            raise ValueError(f"the files take {program.disk_bytes:,} bytes and disk_mb is {limits.disk_mb}: raise it")
        if os.getpid() != self._owner:
            raise SandboxClosedError(f"the sandbox was opened by process {self._owner}: open one in each process")
        deaths: list[str] = []
        error = "no slot"
        for _ in range(_MAX_TRIES):
            try:
                return self._attempt(program, limits)
            except SlotLostError as lost:
                error = str(lost)
                if not lost.is_ours:
                    deaths.append(error)
                if len(deaths) == _MAX_DEATHS:
                    reason = f"its slot ended under it {_MAX_DEATHS} times: {error}"
                    return Execution(ProgramOutcome.VIOLATION, reason=reason)
        return Execution(ProgramOutcome.INFRA, reason=error)

    def run_many(self, programs: Iterable[Program], limits: Limits | None = None) -> list[Execution]:
        """Run programs on all slots at once; the results are in the programs' order.

        Raises:
            SandboxClosedError: the sandbox is, or gets, closed.
            ValueError: the files of one do not fit its disk.
        """
        return [future.result() for future in [self._submit(program, limits) for program in programs]]

    async def run_async(self, program: Program, limits: Limits | None = None) -> Execution:
        """Run one program from asyncio; see `run`."""
        return await asyncio.wrap_future(self._submit(program, limits))

    def close(self) -> None:
        """End all slots; a program that runs in one ends with it."""
        self._pool.close()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Sandbox {self.tier} ({self.tier_detail}), {self.num_slots} slots>"

    def _submit(self, program: Program, limits: Limits | None) -> Future[Execution]:
        try:
            return self._threads.submit(self.run, program, limits)
        except RuntimeError as error:
            raise SandboxClosedError("the sandbox is closed") from error

    def _attempt(self, program: Program, limits: Limits) -> Execution:
        turn = self._pool.take(Shape.of(limits))
        try:
            return turn.slot.run(program, limits, turn.give_way)
        except SlotLostError as error:
            if self._pool.is_closed:
                raise SandboxClosedError("the sandbox was closed under a program") from error
            raise
        finally:
            self._pool.give_back(turn)
