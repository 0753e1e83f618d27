"""The sandbox: programs in, executions out."""

import asyncio
import contextlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Final, Self, TypeVar

from rlvr.sandbox.programs.compiler import Compiler
from rlvr.sandbox.programs.errors import SandboxClosedError, SandboxError, SlotLostError
from rlvr.sandbox.programs.languages import LANGUAGES, PYTHON
from rlvr.sandbox.programs.linked import Conversation
from rlvr.sandbox.programs.pool import SlotPool, Tier
from rlvr.sandbox.programs.program import Execution, Limits, LinkedExecution, Program, ProgramOutcome
from rlvr.sandbox.programs.slot import Shape
from rlvr.sandbox.programs.turns import Turn
from rlvr.sandbox.programs.variants import Variant
from rlvr.sandbox.programs.workshop import Workshop

_MAX_DEATHS: Final = 2
_MAX_TRIES: Final = 4
_DEFAULT: Final = Limits()

_Result = TypeVar("_Result")


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
        """`docker`, `bubblewrap` or `process`."""
        self.tier_detail: str = tier.detail
        """What about the tier matters on this machine, such as the container runtime."""
        self.is_weak: bool = tier.is_weak
        """Whether programs share with the host what the other tiers keep apart; so in `process`."""
        self.limits = limits or Limits()
        """What a program may use when `run` is not told otherwise."""
        self.num_slots = num_slots
        """How many programs run at one time, besides those that last."""
        self._owner = os.getpid()
        self._tier = tier
        self._lock = threading.Lock()
        self._aside: dict[str, SlotPool] = {}
        self._workshop = Workshop(tier, Compiler(self._compile))
        self._pool = SlotPool(tier, Shape.of(self.limits), num_slots)
        try:
            self._pool.wait_until_ready()
        except SlotLostError as error:
            self._pool.close()
            tier.close()
            raise SandboxError(f"the {tier.name} tier makes no slot: {error}") from error
        self.num_threads = self._pool.num_threads
        """How many programs can be under way at one time, those that last included."""
        self._threads = ThreadPoolExecutor(self.num_threads, thread_name_prefix="rlvr-program")

    @property
    def has_room(self) -> bool:
        """Whether another program would start now."""
        return self._pool.has_room

    def run(self, program: Program, limits: Limits | None = None) -> Execution:
        """Run one program and wait for its end.

        Raises:
            SandboxClosedError: the sandbox is, or gets, closed.
            SandboxError: this host has not what the program's language needs; the message says what to install.
            ValueError: the program's files do not fit its disk.
        """
        checked = self._checked(program, limits or self.limits)
        ready = self._workshop.ready(program, checked)
        return ready if isinstance(ready, Execution) else self._persist(lambda: self._attempt(ready, checked))

    def run_judge(self, judge: Program, limits: Limits | None = None) -> Execution:
        """Run a trusted program, as `run` does, in a slot that never runs another kind.

        Raises:
            SandboxClosedError: the sandbox is, or gets, closed.
            ValueError: the program's files do not fit its disk, or it is not written in Python.
        """
        checked = self._checked_judge(judge, limits or self.limits)
        return self._persist(lambda: self._attempt_judge(judge, checked))

    def run_linked(self, program: Program, judge: Program, limits: Limits | None = None) -> LinkedExecution:
        """Run an untrusted program and a trusted one that talk over descriptor 3, a stream socket in each.

        They run in two slots, and the judge's never runs a program that nobody trusts. Whichever ends first, the other
        is ended at once. The wall clock of each stands still from its word until the other's. What one says between two
        words of the other is limited by `output_mb`.

        Args:
            program: The untrusted one.
            judge: The trusted one; its limits are at least the default ones.
            limits: Of the program.

        Raises:
            SandboxClosedError: the sandbox is, or gets, closed.
            SandboxError: this host has not what the program's language needs; the message says what to install.
            ValueError: a program's files do not fit its disk, or the judge is not written in Python.
        """
        checked = self._checked(program, limits or self.limits)
        judges = self._checked_judge(judge, checked)
        ready = self._workshop.ready(program, checked)
        done: LinkedExecution | Execution = (
            ready
            if isinstance(ready, Execution)
            else self._persist(lambda: self._converse((ready, judge), (checked, judges)))
        )
        return done if isinstance(done, LinkedExecution) else LinkedExecution(done, Execution(ProgramOutcome.INFRA))

    def _persist(self, attempt: Callable[[], _Result]) -> _Result | Execution:
        """Try again where a slot was lost, until two have ended under one program."""
        deaths: list[str] = []
        error = "no slot"
        for _ in range(_MAX_TRIES):
            try:
                return attempt()
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
        futures = [self._submit(program, limits) for program in programs]
        try:
            return [future.result() for future in futures]
        finally:
            for future in futures:
                future.cancel()  # what has not begun when one failed, or when this was interrupted

    async def run_async(self, program: Program, limits: Limits | None = None) -> Execution:
        """Run one program from asyncio; see `run`."""
        return await asyncio.wrap_future(self._submit(program, limits))

    def close(self) -> None:
        """End all slots; a program that runs in one ends with it. In a forked child this does nothing."""
        if os.getpid() != self._owner:
            return
        with self._lock:
            pools = (self._pool, *self._aside.values())
            for pool in pools:
                pool.stop()
        for pool in pools:
            pool.close()
        self._tier.close()
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

    def _checked(self, program: Program, limits: Limits) -> Limits:
        if program.disk_bytes > limits.disk_mb * 2**20:
            raise ValueError(f"the files take {program.disk_bytes:,} bytes and disk_mb is {limits.disk_mb}: raise it")
        if os.getpid() != self._owner:
            raise SandboxClosedError(f"the sandbox was opened by process {self._owner}: open one in each process")
        return limits

    def _checked_judge(self, judge: Program, limits: Limits) -> Limits:
        if judge.language != PYTHON:
            raise ValueError(f"the judge is written in {judge.language!r}: write it in {PYTHON!r}")
        return self._checked(judge, judge_limits(limits))

    def _attempt(self, program: Program, limits: Limits) -> Execution:
        with self._turn(self._pool, _shape(program, limits), limits.wall_s) as turn:
            return turn.slot.run(program, limits, turn.give_way)

    def _compile(self, program: Program, limits: Limits, variant: Variant) -> Execution:
        def attempt() -> Execution:
            shape = Shape.of(limits, variant)
            with self._turn(self._set_apart("compilers", shape), shape, limits.wall_s) as turn:
                return turn.slot.run(program, limits, turn.give_way)

        return self._persist(attempt)

    def _attempt_judge(self, judge: Program, limits: Limits) -> Execution:
        try:
            with self._turn(self._judges(), Shape.of(limits), limits.wall_s) as turn:
                return turn.slot.run(judge, limits, turn.give_way)
        except SlotLostError as error:
            error.is_ours = True  # nothing that nobody trusts was in it
            raise

    def _converse(self, programs: tuple[Program, Program], limits: tuple[Limits, Limits]) -> LinkedExecution:
        # Always in this order, so that whoever waits for a judge's slot waits for one that will be given back.
        wall_s, judge_wall_s = limits[0].wall_s, limits[1].wall_s
        with (
            self._turn(self._pool, _shape(programs[0], limits[0]), wall_s) as turn,
            self._turn(self._judges(), Shape.of(limits[1]), judge_wall_s) as judges,
        ):

            def give_way() -> None:
                turn.give_way()
                judges.give_way()

            return Conversation((turn.slot, judges.slot), programs, limits).run(give_way)

    @contextlib.contextmanager
    def _turn(self, pool: SlotPool, shape: Shape, wall_s: float) -> Iterator[Turn]:
        """Take a slot, and give it back."""
        turn = pool.take(shape, wall_s)
        try:
            yield turn
        except SlotLostError as error:
            if pool.is_closed:
                raise SandboxClosedError("the sandbox was closed under a program") from error
            raise
        finally:
            pool.give_back(turn)

    def _judges(self) -> SlotPool:
        return self._set_apart("judges", Shape.of(judge_limits(self.limits)))

    def _set_apart(self, purpose: str, shape: Shape) -> SlotPool:
        """Return the slots of judges or compilers, which are made when the first of them is needed."""
        with self._lock:
            if self._pool.is_closed:
                raise SandboxClosedError("the sandbox is closed")
            if purpose not in self._aside:
                self._aside[purpose] = SlotPool(self._tier, shape, self.num_slots)
            return self._aside[purpose]


def _shape(program: Program, limits: Limits) -> Shape:
    return Shape.of(limits, LANGUAGES[program.language].variant)


def judge_limits(limits: Limits) -> Limits:
    """Return what a judge may use: what its program may, and at least the default."""
    return Limits(**{name: max(getattr(limits, name), getattr(_DEFAULT, name)) for name in Limits.__slots__})
