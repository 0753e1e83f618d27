"""Runs calls that may not end, and stops them.

A `DeadlinePool` keeps a fixed number of worker processes. The parent measures each call's wall and CPU time, kills
the worker of a call that exceeds its `Budget`, and says in a `CallResult` how the call ended. Nothing here knows
what a reward is.

That is no place for hostile programs: it bounds our own functions on hostile input. Programs that nobody trusts run
in a `Sandbox`, which `open_sandbox` opens: each `Program` in a warm slot, and an `Execution` says how it ended.
"""

from typing import TYPE_CHECKING

from rlvr._lazy import lazy_exports

if TYPE_CHECKING:
    from rlvr.sandbox.calls import Budget, CallResult, Outcome
    from rlvr.sandbox.deadline import DeadlinePool, PoolClosedError, default_pool
    from rlvr.sandbox.inside import in_worker
    from rlvr.sandbox.loading import LoadingError, NotLoadable, load_object
    from rlvr.sandbox.programs.errors import SandboxClosedError, SandboxError
    from rlvr.sandbox.programs.program import Execution, Limits, LinkedExecution, Program, ProgramOutcome
    from rlvr.sandbox.programs.sandbox import Sandbox
    from rlvr.sandbox.programs.tiers import open_sandbox
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
    "SandboxClosedError": "rlvr.sandbox.programs.errors",
    "SandboxError": "rlvr.sandbox.programs.errors",
    "Execution": "rlvr.sandbox.programs.program",
    "Limits": "rlvr.sandbox.programs.program",
    "LinkedExecution": "rlvr.sandbox.programs.program",
    "Program": "rlvr.sandbox.programs.program",
    "ProgramOutcome": "rlvr.sandbox.programs.program",
    "Sandbox": "rlvr.sandbox.programs.sandbox",
    "open_sandbox": "rlvr.sandbox.programs.tiers",
    "Target": "rlvr.sandbox.target",
}

__all__ = [
    "Budget",
    "CallResult",
    "DeadlinePool",
    "Execution",
    "Limits",
    "LinkedExecution",
    "LoadingError",
    "NotLoadable",
    "Outcome",
    "PoolClosedError",
    "Program",
    "ProgramOutcome",
    "Sandbox",
    "SandboxClosedError",
    "SandboxError",
    "Target",
    "default_pool",
    "in_worker",
    "load_object",
    "open_sandbox",
]

__getattr__, __dir__ = lazy_exports(__name__, _HOMES)
