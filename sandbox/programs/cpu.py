"""The CPU of a slot as the host sees it: how much it has used, and how much it may use.

A container's cgroup tells and decides both. To read it takes microseconds and no rights, where the engine is on this
machine. To write it takes root; where this process may not, the engine is asked, which takes 10 ms.
"""

import contextlib
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Final

_NS: Final = 1e9
_US: Final = 1e6
_LONG_US: Final = 100_000
"""The period of a container that is held back: the kernel gives no less than a millisecond in each."""
_LEAST_US: Final = 1000
_UNIFIED: Final = ""
"""The name of version 2's only hierarchy."""


class Cpu:
    """The CPU of a slot of which nothing is known, and where nothing can be changed."""

    hold_after_s = 0.0
    """How old a job must be for a change to be worth what it costs."""

    def used_s(self) -> float | None:
        """Return the CPU seconds that the slot has used so far, or None if they cannot be known."""
        return None

    def limit(self, _share: float) -> bool:
        """Let the slot use so much of one CPU; return whether that is so now."""
        return False


class ContainerCpu(Cpu):
    """The CPU of a container.

    Args:
        pid: The container's first process, as the engine sees it.
        name: What occurs in the names of the container's cgroups and in no others, such as its id.
        period_us: In which the container may use its share when it is not held back.
        ask_engine: Sets the microseconds of CPU in a period, and the period, through the engine, and returns whether
            that worked.
    """

    def __init__(self, pid: int, name: str, period_us: int, ask_engine: Callable[[int, int], bool]) -> None:
        self._period_us, self._ask_engine = period_us, ask_engine
        folders = _cgroups(pid, name)
        self._usage = self._quota = None
        is_first = {"cpuacct", "cpu"} <= folders.keys()  # version 2 may be mounted beside it, without controllers
        self._is_unified = _UNIFIED in folders and not is_first
        if is_first:
            self._usage, self._quota = folders["cpuacct"] / "cpuacct.usage", folders["cpu"] / "cpu.cfs_quota_us"
        elif self._is_unified:
            self._usage, self._quota = folders[_UNIFIED] / "cpu.stat", folders[_UNIFIED] / "cpu.max"
        self.hold_after_s = 0.0 if self._may_write() else 0.1

    def used_s(self) -> float | None:
        """Return the CPU seconds that the container has used so far, or None if it cannot be seen."""
        if self._usage is None:
            return None
        try:
            words = self._usage.read_text(encoding="ascii").split()
        except OSError:
            return None
        return int(words[words.index("usage_usec") + 1]) / _US if self._is_unified else int(words[0]) / _NS

    def limit(self, share: float) -> bool:
        """Let the container use so much of one CPU, at least a hundredth; return whether that is so now."""
        period_us = self._period_us if share >= 1 else _LONG_US
        quota_us = max(_LEAST_US, round(share * period_us))
        if self._quota is not None:
            with contextlib.suppress(OSError):
                self._write(self._quota, quota_us, period_us)
                return True
        return self._ask_engine(quota_us, period_us)

    def _write(self, quota: Path, quota_us: int, period_us: int) -> None:
        if self._is_unified:
            quota.write_text(f"{quota_us} {period_us}")
            return
        period = quota.with_name("cpu.cfs_period_us")
        if period_us == _LONG_US:
            period.write_text(str(period_us))
        quota.write_text(str(quota_us))
        period.write_text(str(period_us))

    def _may_write(self) -> bool:
        if self._quota is None:
            return False
        try:
            self._quota.open("r+").close()
        except OSError:
            return False
        return True


def _cgroups(pid: int, name: str) -> dict[str, Path]:
    """Return the cgroups of a process by controller, those whose names have `name` in them and which are seen here."""
    found = {}
    try:
        lines = Path(f"/proc/{pid}/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    mounts = _mounts()
    for line in lines:
        _, controllers, path = line.split(":", 2)
        for controller in controllers.split(","):
            root, place = mounts.get(controller, ("", Path()))
            folder = place / path.removeprefix(root).lstrip("/")
            if root and name in path and path.startswith(root) and folder.is_dir():
                found[controller] = folder
    return found


@functools.cache
def _mounts() -> dict[str, tuple[str, Path]]:
    """Return for each controller the cgroup at the top of where it is mounted, and that place."""
    mounts: dict[str, tuple[str, Path]] = {}
    for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines():
        head, _, tail = line.partition(" - ")
        root, place = head.split()[3:5]
        kind, _, options = tail.split()[:3]
        controllers = {"cgroup": options.split(","), "cgroup2": [_UNIFIED]}.get(kind, [])
        mounts.update(dict.fromkeys(controllers, (root, Path(place))))
    return mounts
