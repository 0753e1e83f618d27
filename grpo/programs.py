"""The sandbox of a run, for tasksets whose responses are programs."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rlvr.envs.taskset import Taskset
from rlvr.grpo.config import RunConfig
from rlvr.rewards.code.default import process_sandbox


@contextmanager
def sandbox_of(run: RunConfig, tasksets: Sequence[Taskset], *, is_training: bool = True) -> Iterator[None]:
    """Within the block, programs run in the configured sandbox; it is open from the start if a taskset needs it.

    Args:
        run: Says which tier, and how many slots.
        tasksets: What is judged.
        is_training: Whether a weak tier must have been allowed.

    Raises:
        SandboxError: The tier does not work here.
        WeakSandboxError: A ValueError: only a weak tier is to be had, and the run does not allow it.
    """
    is_weak_allowed = run.allow_weak_sandbox or not is_training
    with process_sandbox(run.sandbox, run.num_sandbox_slots, is_weak_allowed=is_weak_allowed) as open_now:
        if any(taskset.verifier.uses_sandbox for taskset in tasksets):
            open_now()
        yield
