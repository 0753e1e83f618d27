"""Whose a container is, in labels, so that what a dead process left can be told from what a living one uses."""

import functools
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

LABEL: Final = "rlvr.slot"
_OWNER: Final = "rlvr.owner"
_STARTED: Final = "rlvr.started"
_MACHINE: Final = "rlvr.machine"


def labels(name: str = "") -> dict[str, str]:
    """Return the labels of what this process makes; `name` is the one's own."""
    pid = os.getpid()
    return {LABEL: name, _OWNER: str(pid), _STARTED: _start_time(pid) or "", _MACHINE: _machine()}


def is_left_over(seen: Mapping[str, str]) -> bool:
    """Whether the owner is known to be dead; one whose processes we cannot see is not."""
    if seen.get(_MACHINE) != _machine():
        return False
    owner = seen.get(_OWNER, "")
    return not owner.isdigit() or _start_time(int(owner)) != seen.get(_STARTED)


def _start_time(pid: int) -> str | None:
    """Return when a process started, in ticks since the boot: a process id alone may be another's by now."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] == "Z" else fields[19]


@functools.cache
def _machine() -> str:
    """Return what names this boot of this machine, and the pid namespace that ids here belong to."""
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return f"{boot}/{os.readlink('/proc/self/ns/pid')}"  # noqa: PTH115
