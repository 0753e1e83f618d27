"""The vocabulary of a bounded call: what it may use, how it ended, and what it gave."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """How a call ended. Only `OK` has a value; every other outcome has an error text."""

    OK = "OK"
    """The function returned a JSON value."""
    RAISED = "RAISED"
    """The function raised, could not be loaded, or returned something that is not JSON."""
    CPU_LIMIT = "CPU_LIMIT"
    """The call used up its CPU budget and was killed."""
    MEMORY_LIMIT = "MEMORY_LIMIT"
    """The call asked for more memory than a worker may have."""
    DIED = "DIED"
    """The worker's process ended twice during this call (`os._exit`, a crash in C)."""
    UNFINISHED = "UNFINISHED"
    """The wall deadline passed twice with CPU budget left: it slept, or the machine was too busy."""
    NO_WORKER = "NO_WORKER"
    """No worker was to be had: it did not start, it could not load the target in time, or the pool was closed."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What one call may use, counted from its dispatch to a worker that has loaded the target.

    Raises:
        ValueError: a limit is not a positive, finite number.
    """

    deadline_s: float = 2.25
    """Wall seconds."""
    cpu_s: float | None = None
    """CPU seconds of the worker's whole process; None is a third of `deadline_s`, so that even with a third of a core
    a call is judged by the CPU it used."""

    def __post_init__(self) -> None:
        for name, value in (("deadline_s", self.deadline_s), ("cpu_s", self.cpu_limit_s)):
            if not (value > 0 and math.isfinite(value)):
                raise ValueError(f"{name} is {value!r}: give a positive number of seconds")

    @property
    def cpu_limit_s(self) -> float:
        """The CPU limit that holds, in seconds."""
        return self.deadline_s / 3 if self.cpu_s is None else self.cpu_s


@dataclass(frozen=True, slots=True)
class CallResult:
    """How one call ended."""

    outcome: Outcome
    """OK, or what went wrong."""
    value: Any = None
    """What the function returned, after a round trip through JSON (tuples are lists); None unless OK."""
    error: str = ""
    """What happened, as in `ValueError: text of the exception`; empty when OK."""
    cpu_s: float = 0.0
    """CPU seconds that the call used in its last attempt."""
    wall_s: float = 0.0
    """Wall seconds of its last attempt, as the parent saw them."""
    traceback: str = ""
    """The traceback of an exception that the function raised, from the function's own frame on."""

    @property
    def is_ok(self) -> bool:
        """Whether the function returned a value."""
        return self.outcome is Outcome.OK
