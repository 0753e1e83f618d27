"""For how long a job was kept from a CPU by what is not its own."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator

from rlvr.sandbox.programs.inside.proc_gauge import read

LOOK_S = 0.1
"""How often it is looked at."""
_NS = 1e9


class Waiting:
    """Adds up the time in which a process of a job, or the agent that serves it, was ready to run and none ran.

    A job whose processes only keep each other from the CPU uses it, so that counts for nothing; and of a job that the
    host holds back, waiting and being held are the same time.

    Args:
        pids: Returns the job's living processes.
    """

    def __init__(self, pids: Callable[[], Iterable[int]]) -> None:
        self.total_s = 0.0
        self._pids = pids
        self._looked, self._cpu_s, self._held_s = time.monotonic(), 0.0, 0.0
        self._unused_s = 0.0  # that no waiting explains yet: the kernel counts a wait when it ends
        self._seen = _schedstats((os.getpid(),))  # which has served other jobs before

    def is_due(self, now: float) -> bool:
        """Return whether the last look was long enough ago."""
        return now - self._looked >= LOOK_S

    def look(self, now: float, cpu_s: float, held_s: float) -> None:
        """Count the time since the last look.

        Args:
            now: The time, of `time.monotonic`.
            cpu_s: CPU seconds that the job has used so far.
            held_s: Seconds for which the host has held it back so far.
        """
        seen = self._schedstats()
        longest_s = max((delay_s(text) - delay_s(self._seen.get(task)) for task, text in seen.items()), default=0.0)
        self._unused_s = max(0.0, self._unused_s + now - self._looked - (cpu_s - self._cpu_s))
        counted_s = max(held_s - self._held_s, min(longest_s, self._unused_s), 0.0)
        self._unused_s = max(0.0, self._unused_s - counted_s)
        self.total_s += counted_s
        self._looked, self._cpu_s, self._held_s, self._seen = now, cpu_s, held_s, seen

    def goes_on(self, now: float, cpu_s: float) -> bool:
        """Return whether a process is waiting now: it is ready to run, has not since the last look, nor did the others.

        Args:
            now: The time, of `time.monotonic`.
            cpu_s: CPU seconds that the job has used so far.
        """
        if cpu_s - self._cpu_s > (now - self._looked) / 2:
            return False
        same = [task for task, text in self._schedstats().items() if self._seen.get(task) == text]
        return any(read(f"/proc/{task}/stat").rpartition(b")")[2].split()[:1] == [b"R"] for task in same)

    def _schedstats(self) -> dict[int, bytes]:
        return _schedstats((*self._pids(), os.getpid()))


def delay_s(schedstat: bytes | None) -> float:
    """Return the seconds for which a thread waited for a CPU, from what the kernel says of it; 0 if it ended."""
    return int(schedstat.split()[1]) / _NS if schedstat else 0.0


def waited_s(pid: int) -> float:
    """Return the seconds for which the first thread of a process waited for a CPU; 0 if it ended."""
    return delay_s(read(f"/proc/{pid}/schedstat"))


def _schedstats(pids: Iterable[int]) -> dict[int, bytes]:
    """Return what the kernel says of each thread of these processes: how long it ran and waited, and how often."""
    return {task: read(f"/proc/{task}/schedstat") for pid in pids for task in _tasks(pid)}


def _tasks(pid: int) -> Iterator[int]:
    try:
        yield from map(int, os.listdir(f"/proc/{pid}/task"))  # noqa: PTH208
    except OSError:  # it has just ended
        return
