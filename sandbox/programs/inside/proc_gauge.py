"""What a job uses, added up from /proc and from the writable places, for slots without a cgroup of their own."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator

from rlvr.sandbox.programs.inside import places
from rlvr.sandbox.programs.inside.disk import MAX_INODES, Folders, Tmpfs

_MB = 1 << 20
_KB_PER_MB = 1024
_BLOCK = 512
_MOST = 4096
_SHARED_MB = 16
_TICKS = os.sysconf("SC_CLK_TCK")
_IS_COUNTED_HERE = bool(places.FOLDER and os.getuid())
"""Whether the kernel does not bound the number of processes, since it would count all that the user has."""

_FIELD = re.compile(rb"(RssAnon|RssFile|RssShmem|VmRSS|VmPTE|Threads|Pss_Anon|Pss_Shmem|Pss):\s+(\d+)")
_SHARED = re.compile(rb"/dev/zero \(deleted\)\n(?:\w+:.*\n)*?Pss:\s+(\d+)")


class ProcGauge:
    """Looks often; what a job allocates between two looks goes over the limit, and is found when it has ended.

    Args:
        zygote: The process whose descendants are the jobs.
    """

    tick_s = 0.02
    held_s = 0.0
    """The host cannot hold such a slot back."""

    def __init__(self, zygote: int) -> None:
        self.zygote = zygote
        self._device = os.stat(places.WORK).st_dev  # noqa: PTH116
        self.begin(0)

    def begin(self, uid: int) -> None:
        """Count from here, for a job of this user, 0 if it is ours."""
        self._ours = {1, os.getpid(), self.zygote}
        self._uid, self._most = uid, _MOST
        self._disk = Folders() if places.FOLDER else Tmpfs()
        self._peak = 0.0
        self._files_mb = _files_mb(_status(self.zygote))  # of which the job begins as a copy
        self._base_cpu = self._reaped_cpu()

    def look(self, _elapsed_s: float) -> None:
        """There is nothing to see."""

    def end(self, largest_mb: float) -> None:
        """Count what the largest process of a job that has ended had at its height, which no look may have met.

        Args:
            largest_mb: The kernel's high-water mark; pages of files are in it, and do not count as memory.
        """
        self._peak = max(self._peak, largest_mb - self._files_mb)

    def cpu_s(self) -> float:
        """Return the CPU seconds of the job's processes, living and reaped."""
        reaped = self._reaped_cpu() - self._base_cpu  # first: what ends meanwhile must not count twice
        return reaped + sum(sum(self._times(pid)) for pid in self.pids())

    def excess(self, limits: dict[str, float]) -> str:
        """Return which limit the job is over, or nothing."""
        self._most = int(limits["pids"])
        pids = self.pids()
        if _IS_COUNTED_HERE and len(pids) > limits["pids"]:  # at once: whatever is counted of them takes time
            return "pids"
        with _as(self._uid):
            held = _held_mb(pids)
        disk_mb, inodes = self._disk.used()
        # Together, what the three places have apart where they are file systems of their own.
        most_mb = 2 * limits["disk_mb"] + _SHARED_MB if places.FOLDER else float("inf")
        if inodes > MAX_INODES or disk_mb + held.get(self._device, 0.0) > most_mb:
            return "disk"
        found = [_status(pid) for pid in pids]
        if _IS_COUNTED_HERE and sum(one.get(b"Threads", 0) for one in found) > limits["pids"]:
            return "pids"
        self._files_mb = max([self._files_mb, *map(_files_mb, found)])
        sizes = [_most_mb(one) for one in found]
        tables_mb = sum(one.get(b"VmPTE", 0) for one in found) / _KB_PER_MB  # a gigabyte of them costs no page of data
        other_mb = disk_mb + sum(held.values()) + tables_mb
        memory_mb = other_mb + sum(sizes)
        if memory_mb > limits["memory_mb"]:  # this counts what processes share once for each, so look closer
            with _as(self._uid):
                memory_mb = other_mb + sum(map(_share_mb, pids, sizes))
        self._peak = max(self._peak, memory_mb)
        return "memory" if self._peak > limits["memory_mb"] else ""

    def peak_mb(self) -> float:
        """Return the highest use of memory seen."""
        return self._peak

    def pids(self) -> list[int]:
        """Return the job's living processes."""
        if places.FOLDER:
            return _descendants(self.zygote, self._most)
        return all_pids_but(self._ours)

    def _reaped_cpu(self) -> float:
        return sum(self._times(self.zygote)[2:])

    @staticmethod
    def _times(pid: int) -> list[float]:
        """Return the user and system time of a process, then those of the children it has reaped."""
        words = read(f"/proc/{pid}/stat").rpartition(b")")[2].split()
        return [int(word) / _TICKS for word in words[11:15]]


def all_pids_but(ours: set[int]) -> list[int]:
    """Return the processes of a slot that sees no others, without these."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) not in ours]  # noqa: PTH208


def read(path: str) -> bytes:
    """Return what a file of /proc says, nothing if the process has just ended or hides."""
    with contextlib.suppress(OSError), open(path, "rb") as file:  # noqa: PTH123
        return file.read()
    return b""


@contextlib.contextmanager
def _as(uid: int) -> Iterator[None]:
    """Look with the eyes of a job's user, who may see of its processes what not even root may without capabilities."""
    if uid:
        os.setegid(uid)
        os.seteuid(uid)
    try:
        yield
    finally:
        if uid:
            os.seteuid(0)
            os.setegid(0)


def _descendants(pid: int, most: int) -> list[int]:
    """Return the processes below a process, which may be changing meanwhile, or a little more than `most` of them."""
    found: list[int] = []
    left = [pid]
    while left and len(found) <= most:
        parent = left.pop()
        with contextlib.suppress(OSError):
            for task in os.listdir(f"/proc/{parent}/task"):  # noqa: PTH208
                left += map(int, read(f"/proc/{parent}/task/{task}/children").split())
        found.append(parent)
    return (found + left)[1:]


def _status(pid: int) -> dict[bytes, int]:
    return {name: int(value) for name, value in _FIELD.findall(read(f"/proc/{pid}/status"))}


def _files_mb(status: dict[bytes, int]) -> float:
    """Return how much of files a process has in memory; 0 where that is not told apart, and counts as its own."""
    return status.get(b"RssFile", 0) / _KB_PER_MB


def _most_mb(status: dict[bytes, int]) -> float:
    """Return a process's own memory, with all that it shares without a file."""
    if b"RssAnon" not in status:  # gVisor does not tell them apart
        return status.get(b"VmRSS", 0) / _KB_PER_MB
    return (status[b"RssAnon"] + status[b"RssShmem"]) / _KB_PER_MB


def _held_mb(pids: list[int]) -> dict[int, float]:
    """Return the MiB on each device of what has no name any more and is held open: deleted files, files in memory."""
    sizes = {}
    for pid in pids:
        with contextlib.suppress(OSError):  # it has just ended, or hides
            for fd in os.listdir(f"/proc/{pid}/fd"):  # noqa: PTH208
                with contextlib.suppress(OSError):
                    file = os.stat(f"/proc/{pid}/fd/{fd}")  # noqa: PTH116
                    if not file.st_nlink:
                        sizes[file.st_dev, file.st_ino] = file.st_blocks * _BLOCK
    out: dict[int, float] = {}
    for (device, _), size in sizes.items():
        out[device] = out.get(device, 0.0) + size / _MB
    return out


def _share_mb(pid: int, most_mb: float) -> float:
    """Return a process's memory with its share of what it has in common with others; `most_mb` if it hides that.

    Of shared memory only that without a file counts here: files count elsewhere.
    """
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as file:  # noqa: PTH123
            rollup: dict[bytes, bytes] = dict(_FIELD.findall(file.read()))
    except PermissionError:
        return most_mb
    except OSError:  # it has just ended
        return 0.0
    size = int(rollup.get(b"Pss_Anon", rollup.get(b"Pss", b"0")))
    if int(rollup.get(b"Pss_Shmem", b"0")):
        size += sum(map(int, _SHARED.findall(read(f"/proc/{pid}/smaps"))))
    return size / _KB_PER_MB
