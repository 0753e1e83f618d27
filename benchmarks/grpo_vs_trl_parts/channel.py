"""A worker's end of the line to the benchmark: it waits to be told to take a step, and reports what it did.

Both sides' workers use this file, each under its own Python, so it needs the standard library alone. The library under
test may print what it likes: the line to the benchmark is the process's first standard output, and what is printed
later goes to standard error.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any


class Stopped(BaseException):
    """The benchmark wants no further step; nothing that a trainer catches."""


class Channel:
    """Times steps from the order to the report, and waits in between."""

    def __init__(self) -> None:
        self._reports = os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)
        self._started_s, self._cpu_s = time.perf_counter(), time.process_time()
        self._is_loaded = False
        self._num_steps = 0

    def loaded(self, **facts: Any) -> None:
        """Say that everything is loaded, and start to count the peak of memory from here."""
        if not self._is_loaded:
            self._is_loaded = True
            self._send("loaded", {"startup_s": self._elapsed_s(), **memory_mb(), **facts})
            reset_peak()
            self.begin()

    def begin(self) -> None:
        """Wait until a step is wanted.

        Raises:
            Stopped: None is.
        """
        if sys.stdin.readline().strip() != "step":
            raise Stopped
        self._started_s, self._cpu_s = time.perf_counter(), time.process_time()

    def stepped(self, excluded_s: float = 0.0, **facts: Any) -> None:
        """Report a step and wait for the next; `excluded_s` of it is not the step's, an evaluation say."""
        self._num_steps += 1
        seconds = {"step_s": round(self._elapsed_s() - excluded_s, 4), "cpu_s": round(self._used_s(), 4)}
        self._send("step", {"step": self._num_steps, **seconds, **memory_mb(), **facts})
        self.begin()

    def finished(self, **facts: Any) -> None:
        """Report the end."""
        self._send("finished", {**memory_mb(), **facts})

    def _elapsed_s(self) -> float:
        return round(time.perf_counter() - self._started_s, 4)

    def _used_s(self) -> float:
        """Processor seconds of all threads: they say more than the clock where others use the machine too."""
        return time.process_time() - self._cpu_s

    def _send(self, kind: str, facts: dict[str, Any]) -> None:
        self._reports.write(json.dumps({"kind": kind, **facts}) + "\n")
        self._reports.flush()


def memory_mb() -> dict[str, float]:
    """Return this process's resident memory and its peak, in MiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    fields = dict(line.split(":", 1) for line in lines if ":" in line)
    return {name: round(int(fields[key].split()[0]) / 1024, 1) for name, key in (("rss", "VmRSS"), ("peak", "VmHWM"))}


def reset_peak() -> None:
    """Let the peak of this process's memory be what is resident now."""
    Path("/proc/self/clear_refs").write_text("5")


def read_job() -> dict[str, Any]:
    """Return the worker's job: the JSON file that its command line names."""
    job: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text())
    return job
