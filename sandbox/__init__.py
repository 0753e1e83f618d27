"""Runs calls that may not end, and stops them.

A `DeadlinePool` keeps a fixed number of worker processes. The parent measures each call's wall and CPU time, kills
the worker of a call that exceeds its `Budget`, and says in a `CallResult` how the call ended. Nothing here knows
what a reward is.

What it is not: a place for hostile programs. It bounds our own functions on hostile input.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rlvr.sandbox.calls import Budget, CallResult, Outcome
    from rlvr.sandbox.deadline import DeadlinePool, PoolClosedError, default_pool
    from rlvr.sandbox.inside import in_worker
    from rlvr.sandbox.loading import LoadingError, NotLoadable, load_object
    from rlvr.sandbox.target import Target

_HOMES = {
    "Budget": "calls",
    "CallResult": "calls",
    "Outcome": "calls",
    "DeadlinePool": "deadline",
    "PoolClosedError": "deadline",
    "default_pool": "deadline",
    "in_worker": "inside",
    "LoadingError": "loading",
    "NotLoadable": "loading",
    "load_object": "loading",
    "Target": "target",
}

__all__ = [
    "Budget",
    "CallResult",
    "DeadlinePool",
    "LoadingError",
    "NotLoadable",
    "Outcome",
    "PoolClosedError",
    "Target",
    "default_pool",
    "in_worker",
    "load_object",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
