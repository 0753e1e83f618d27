"""What a job has used so far: from the slot's own cgroup, which is exact and bounded by the kernel, else from /proc."""

from __future__ import annotations

import contextlib
import os
from typing import Union

from rlvr.sandbox.programs.inside import places
from rlvr.sandbox.programs.inside.proc_gauge import ProcGauge, all_pids_but

_MB = 1 << 20
_NS = 1e9
_ALL = 1e6  # more CPUs than there are


class CgroupGauge:
    """Reads the slot's own cgroup, version 1 or 2.

    Raises:
        FileNotFoundError: none is visible.
    """

    tick_s = 0.1

    _ROOT = "/sys/fs/cgroup"
    _VERSION_1 = ("memory/memory.oom_control", "cpuacct/cpuacct.usage", "memory/memory.max_usage_in_bytes")
    _VERSION_2 = ("memory.events", "cpu.stat", "memory.peak")

    def __init__(self, zygote: int) -> None:
        self.zygote = zygote
        root = self._ROOT
        is_first = os.path.exists(f"{root}/{self._VERSION_1[0]}")  # noqa: PTH110
        paths = self._VERSION_1 if is_first else self._VERSION_2
        self._oom_fd, self._cpu_fd = (os.open(f"{root}/{path}", os.O_RDONLY | os.O_CLOEXEC) for path in paths[:2])
        try:
            self._peak_fd = os.open(f"{root}/{paths[2]}", os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:  # memory.peak came with Linux 5.19
            self._peak_fd = -1
        self._cpu_factor = 1.0 if is_first else 1000.0
        # How much CPU the slot may use now, which the host lowers for a job that lasts.
        names = ("cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us") if is_first else ("cpu.max",)
        found = [f"{root}/{name}" for name in names if os.path.exists(f"{root}/{name}")]  # noqa: PTH110
        self._quota_fds = [os.open(path, os.O_RDONLY | os.O_CLOEXEC) for path in found]
        self._full = self._share()
        self.begin()

    def begin(self, _uid: int = 0) -> None:
        """Count from here."""
        self.held_s = 0.0
        """The seconds that the job did not get because the host held the slot back."""
        self._last_share = self._full
        self._oom, self._cpu, self._peak = self._read(self._oom_fd), self._read(self._cpu_fd), self._read(self._peak_fd)

    def look(self, elapsed_s: float) -> None:
        """See whether the host holds the slot back, `elapsed_s` after the last time.

        If it did then or does now, all the time between counts as held: a job that is let go just before does not lose.
        """
        share = self._share()
        self.held_s += elapsed_s * (1 - min(share, self._last_share) / self._full)
        self._last_share = share

    def end(self, _largest_mb: float) -> None:
        """There is nothing to add: the kernel has counted all."""

    def cpu_s(self) -> float:
        """Return the CPU seconds of everything in the slot."""
        return (self._read(self._cpu_fd) - self._cpu) * self._cpu_factor / _NS

    def pids(self) -> list[int]:
        """Return the job's living processes."""
        return all_pids_but({1, os.getpid(), self.zygote})

    def excess(self, _limits: dict[str, float]) -> str:
        """Return `memory` if the kernel has killed a process of the slot for its memory, else nothing."""
        return "memory" if self._read(self._oom_fd) > self._oom else ""

    def peak_mb(self) -> float:
        """Return the slot's highest use of memory if this job caused it, else 0: the kernel's mark cannot be reset."""
        peak = self._read(self._peak_fd)
        return peak / _MB if peak > self._peak else 0.0

    def _share(self) -> float:
        """Return how much of one CPU the slot may use; a large number if all."""
        words = b" ".join(os.pread(fd, 64, 0) for fd in self._quota_fds).split()
        return int(words[0]) / int(words[1]) if len(words) == 2 and words[0].isdigit() else _ALL

    @staticmethod
    def _read(fd: int) -> int:
        if fd < 0:
            return 0
        words = os.pread(fd, 4096, 0).split()
        for key in (b"oom_kill", b"usage_usec"):
            if key in words:
                return int(words[words.index(key) + 1])
        return int(words[0])


Gauge = Union[CgroupGauge, ProcGauge]


def best_gauge(zygote: int) -> Gauge:
    """Return the best gauge that the slot offers."""
    if not places.FOLDER:  # else the cgroup that is seen is the host's
        with contextlib.suppress(FileNotFoundError, PermissionError):
            return CgroupGauge(zygote)
    return ProcGauge(zygote)
