"""Bounded calls in killable worker processes."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from types import TracebackType
from typing import Any

from rlvr.sandbox.calls import Budget, CallResult, Outcome
from rlvr.sandbox.target import Target

__all__ = ["Budget", "CallResult", "DeadlinePool", "Outcome", "PoolClosedError", "Target", "default_pool"]


class PoolClosedError(ValueError):
    """The pool was closed, or belongs to the process that this one was forked from."""


class DeadlinePool:
    """A fixed number of worker processes, each of which is killed when a call exceeds its budget."""

    def __init__(self, num_workers: int | None = None, memory_mb: int = 1024) -> None:
        raise NotImplementedError

    def submit(self, target: Target, *args: Any, budget: Budget | None = None) -> Future[CallResult]:
        """Start a call and return the future of its result."""
        raise NotImplementedError

    def run(self, target: Target, *args: Any, budget: Budget | None = None) -> CallResult:
        """Call and wait; never raises for what the function did."""
        raise NotImplementedError

    async def run_async(self, target: Target, *args: Any, budget: Budget | None = None) -> CallResult:
        """Call and wait in asyncio."""
        raise NotImplementedError

    def run_many(
        self,
        target: Target,
        calls: Iterable[Sequence[Any]],
        budget: Budget | None = None,
        on_result: Callable[[int, CallResult], None] | None = None,
    ) -> list[CallResult]:
        """Call once for each tuple of arguments; results in order."""
        raise NotImplementedError

    def close(self) -> None:
        """Kill the workers; calls that have not ended get NO_WORKER."""
        raise NotImplementedError

    def __enter__(self) -> "DeadlinePool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def default_pool() -> DeadlinePool:
    """Return this process's pool, made at first use; a forked child makes its own."""
    raise NotImplementedError
