"""What a job has used so far: from the slot's own cgroup where it has one, else from /proc.

The cgroup is exact and its limits are the kernel's to enforce. /proc is looked at more often, and what a job allocates
between two looks goes over the limit before it is killed.
"""

from __future__ import annotations

import os
from typing import Union

from rlvr.sandbox.programs.inside import places

_MB = 1 << 20
_NS = 1e9
_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")
_MAX_INODES = 3 * 4096
_LIBRARIES_MB = 16
"""What an interpreter shares with others at most; beyond it, shared memory is looked at closely."""


class CgroupGauge:
    """Reads the slot's own cgroup, version 1 or 2.

    Raises:
        FileNotFoundError: none is visible.
    """

    tick_s = 0.1

    _VERSION_1 = ("memory/memory.oom_control", "cpuacct/cpuacct.usage", "memory/memory.max_usage_in_bytes")
    _VERSION_2 = ("memory.events", "cpu.stat", "memory.peak")

    def __init__(self) -> None:
        root = "/sys/fs/cgroup"
        is_first = os.path.exists(f"{root}/{self._VERSION_1[0]}")  # noqa: PTH110
        paths = self._VERSION_1 if is_first else self._VERSION_2
        self._oom_fd, self._cpu_fd = (os.open(f"{root}/{path}", os.O_RDONLY | os.O_CLOEXEC) for path in paths[:2])
        try:
            self._peak_fd = os.open(f"{root}/{paths[2]}", os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:  # memory.peak came with Linux 5.19
            self._peak_fd = -1
        self._cpu_factor = 1.0 if is_first else 1000.0
        self.begin()

    def begin(self) -> None:
        """Count from here."""
        self._oom, self._cpu, self._peak = self._read(self._oom_fd), self._read(self._cpu_fd), self._read(self._peak_fd)

    def cpu_s(self) -> float:
        """Return the CPU seconds of everything in the slot."""
        return (self._read(self._cpu_fd) - self._cpu) * self._cpu_factor / _NS

    def is_over_memory(self, _limit_mb: float) -> bool:
        """Whether the kernel has killed a process of the slot for its memory."""
        return self._read(self._oom_fd) > self._oom

    def peak_mb(self) -> float:
        """Return the slot's highest use of memory if this job caused it, else 0: the kernel's mark cannot be reset."""
        peak = self._read(self._peak_fd)
        return peak / _MB if peak > self._peak else 0.0

    @staticmethod
    def _read(fd: int) -> int:
        if fd < 0:
            return 0
        words = os.pread(fd, 4096, 0).split()
        for key in (b"oom_kill", b"usage_usec"):
            if key in words:
                return int(words[words.index(key) + 1])
        return int(words[0])


class ProcGauge:
    """Adds up the job's processes from /proc, and what lies in the writable places."""

    tick_s = 0.02

    def __init__(self, zygote: int) -> None:
        self._zygote = zygote
        self._ours = {1, os.getpid(), zygote}
        self.begin()

    def begin(self) -> None:
        """Count from here."""
        self._peak = 0.0
        self._base_cpu = self._reaped_cpu()

    def cpu_s(self) -> float:
        """Return the CPU seconds of the job's processes, living and reaped."""
        reaped = self._reaped_cpu() - self._base_cpu  # first: what ends meanwhile must not count twice
        return reaped + sum(sum(self._times(pid)) for pid in self._pids())

    def is_over_memory(self, limit_mb: float) -> bool:
        """Whether the job's own memory and files take more than the limit now."""
        disk_mb, inodes = 0.0, 0
        for place in places.WRITABLE:
            disk = os.statvfs(place)
            disk_mb += (disk.f_blocks - disk.f_bfree) * disk.f_frsize / _MB
            inodes += disk.f_files - disk.f_ffree
        pids = self._pids()
        memory_mb = disk_mb + sum(map(self._private_mb, pids))
        if memory_mb > limit_mb:  # this counts what forked processes share once for each, so look closer
            memory_mb = disk_mb + sum(map(self._share_mb, pids))
        self._peak = max(self._peak, memory_mb)
        return self._peak > limit_mb or inodes > _MAX_INODES

    def peak_mb(self) -> float:
        """Return the highest use of memory seen."""
        return self._peak

    def _pids(self) -> list[int]:
        return [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) not in self._ours]  # noqa: PTH208

    def _reaped_cpu(self) -> float:
        return sum(self._times(self._zygote)[2:])

    @staticmethod
    def _times(pid: int) -> list[float]:
        """Return the user and system time of a process, then those of the children it has reaped."""
        try:
            with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123
                words = file.read().rpartition(b")")[2].split()
        except OSError:  # it has just ended
            return [0.0] * 4
        return [int(word) / _TICKS for word in words[11:15]]

    @staticmethod
    def _private_mb(pid: int) -> float:
        try:
            with open(f"/proc/{pid}/statm", "rb") as file:  # noqa: PTH123
                words = file.read().split()
        except OSError:
            return 0.0
        resident, shared = int(words[1]) * _PAGE / _MB, int(words[2]) * _PAGE / _MB
        return resident - min(shared, _LIBRARIES_MB)

    def _share_mb(self, pid: int) -> float:
        """Return a process's own memory, with its share of what it has in common with others.

        A file in memory that is mapped counts here, and once more in its place.
        """
        try:
            with open(f"/proc/{pid}/smaps_rollup", "rb") as file:  # noqa: PTH123
                words = file.read().split()
        except PermissionError:  # it hides, which makes it no smaller
            return self._private_mb(pid)
        except OSError:
            return 0.0
        keys = (b"Pss_Anon:", b"Pss_Shmem:") if b"Pss_Anon:" in words else (b"Pss:",)
        return sum(int(words[words.index(key) + 1]) for key in keys if key in words) / 1024


Gauge = Union[CgroupGauge, ProcGauge]


def best_gauge(zygote: int) -> Gauge:
    """Return the best gauge that the slot offers."""
    try:
        return CgroupGauge()
    except (FileNotFoundError, PermissionError):
        return ProcGauge(zygote)
