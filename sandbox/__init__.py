"""Runs calls that may not end, and stops them.

A `DeadlinePool` keeps a fixed number of worker processes. The parent measures each call's wall and CPU time, kills
the worker of a call that exceeds its `Budget`, and says in a `CallResult` how the call ended. Nothing here knows
what a reward is.

What it is not: a place for hostile programs. It bounds our own functions on hostile input.
"""

from typing import TYPE_CHECKING

from rlvr._lazy import lazy_exports

if TYPE_CHECKING:
    from rlvr.sandbox.calls import Budget, CallResult, Outcome
    from rlvr.sandbox.deadline import DeadlinePool, PoolClosedError, default_pool
    from rlvr.sandbox.inside import in_worker
    from rlvr.sandbox.loading import LoadingError, NotLoadable, load_object
    from rlvr.sandbox.target import Target

_HOMES = {
    "Budget": "rlvr.sandbox.calls",
    "CallResult": "rlvr.sandbox.calls",
    "Outcome": "rlvr.sandbox.calls",
    "DeadlinePool": "rlvr.sandbox.deadline",
    "PoolClosedError": "rlvr.sandbox.deadline",
    "default_pool": "rlvr.sandbox.deadline",
    "in_worker": "rlvr.sandbox.inside",
    "LoadingError": "rlvr.sandbox.loading",
    "NotLoadable": "rlvr.sandbox.loading",
    "load_object": "rlvr.sandbox.loading",
    "Target": "rlvr.sandbox.target",
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

__getattr__, __dir__ = lazy_exports(__name__, _HOMES)
