"""The tiers, the strongest first, and the choice among them."""

from collections.abc import Callable
from typing import Final

from rlvr.sandbox.programs.errors import SandboxError
from rlvr.sandbox.programs.notices import notice
from rlvr.sandbox.programs.pool import Tier
from rlvr.sandbox.programs.program import Limits
from rlvr.sandbox.programs.sandbox import Sandbox


def _docker() -> Tier:
    from rlvr.sandbox.programs.docker_tier import DockerTier

    return DockerTier()


def _bubblewrap() -> Tier:
    from rlvr.sandbox.programs.bubblewrap import BubblewrapTier

    return BubblewrapTier()


def _process() -> Tier:
    from rlvr.sandbox.programs.process_tier import ProcessTier

    return ProcessTier()


_TIERS: Final[dict[str, Callable[[], Tier]]] = {"docker": _docker, "bubblewrap": _bubblewrap, "process": _process}


def open_sandbox(tier: str = "auto", *, limits: Limits | None = None, num_slots: int | None = None) -> Sandbox:
    """Open a sandbox; close it, or use it as a context manager.

    Args:
        tier: `docker`, `bubblewrap`, `process`, or `auto`: the strongest that works here, which a line on standard
            error names, with the reason why a stronger one was passed over.
        limits: What a program may use when `run` is not told otherwise.
        num_slots: How many programs run at one time; one per usable core if None.

    Raises:
        SandboxError: the tier does not work here; the message says what to do.
        ValueError: there is no such tier.
    """
    if tier == "auto":
        return _strongest(limits, num_slots)
    if tier not in _TIERS:
        raise ValueError(f"there is no tier {tier!r}: use auto, {', '.join(_TIERS)}")
    return Sandbox(_TIERS[tier](), limits, num_slots)


def _strongest(limits: Limits | None, num_slots: int | None) -> Sandbox:
    refused = []
    for name, make in _TIERS.items():
        try:
            sandbox = Sandbox(make(), limits, num_slots)
        except SandboxError as error:
            refused.append(f"{name}: {error}")
            continue
        instead = f", since {'; '.join(refused)}" if refused else ""
        weak = ". This tier is weak: SECURITY.md says what it does not hold" if sandbox.is_weak else ""
        notice(f"programs run in the {name} tier ({sandbox.tier_detail}){instead}{weak}")
        return sandbox
    raise SandboxError("no tier works here. " + ". ".join(refused))
