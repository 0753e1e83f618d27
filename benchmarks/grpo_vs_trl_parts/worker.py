"""The benchmark's end of the line to a worker: start it, tell it to step, hear what it did, end it.

A worker is a process of its own, and waits while another is measured, so that only one side is busy at a time.
"""

import json
import os
import select
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent.parent
LOAD_S = 600.0
"""A worker that has not loaded after so long is given up."""


class WorkerError(RuntimeError):
    """A worker that died, or did not answer in time; its last words are in the message."""


class NoAnswerError(WorkerError):
    """A worker that is alive and did not answer in time."""


class Worker:
    """One side, ready to take steps.

    Args:
        python: The interpreter of that side's environment.
        module: The worker's module, in `grpo_vs_trl_parts`.
        job: What it is to do, as JSON.
        folder: Where its job, its log and its files are.
        num_threads: Threads of torch and of BLAS.
    """

    def __init__(self, python: Path, module: str, job: dict[str, Any], folder: Path, num_threads: int = 2) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.log = folder / "log.txt"
        (folder / "job.json").write_text(json.dumps(job, indent=1))
        command = [str(python), "-m", f"grpo_vs_trl_parts.{module}", str(folder / "job.json")]
        with self.log.open("w") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=environment(num_threads)
            )
        self._pending = b""
        started_s = time.monotonic()
        try:
            self.loaded = self._hear(LOAD_S) | {"startup_s": round(time.monotonic() - started_s, 2)}
        except WorkerError:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def step(self, timeout_s: float = 1800.0) -> dict[str, Any]:
        """Take one step and return the report; `kind` is `step`, or `finished` after the last.

        Raises:
            NoAnswerError: There is no report in time.
            WorkerError: The worker died.
        """
        self._tell("step\n")
        return self._hear(timeout_s)

    def close(self) -> None:
        """End the worker, gently where it waits for an order."""
        try:
            self._tell("stop\n")
            self._process.wait(20)
        except (OSError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()

    def _tell(self, order: str) -> None:
        assert self._process.stdin is not None, "orders go through a pipe"
        self._process.stdin.write(order.encode())
        self._process.stdin.flush()

    def _hear(self, timeout_s: float) -> dict[str, Any]:
        assert self._process.stdout is not None, "reports come through a pipe"
        deadline = time.monotonic() + timeout_s
        while b"\n" not in self._pending:
            ready, _, _ = select.select([self._process.stdout], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise NoAnswerError(f"{self.folder.name}: no report within {timeout_s:.0f} s; {self._last_words()}")
            read = os.read(self._process.stdout.fileno(), 65536)
            if not read:
                code = self._process.wait(LOAD_S)
                raise WorkerError(f"{self.folder.name} died with exit code {code}; {self._last_words()}")
            self._pending += read
        line, _, self._pending = self._pending.partition(b"\n")
        report: dict[str, Any] = json.loads(line)
        return report

    def _last_words(self) -> str:
        return f"the end of {self.log}:\n{self.log.read_text(errors='replace')[-2000:]}"


def environment(num_threads: int) -> dict[str, str]:
    """Return what both sides' workers find in their environment: the sources, the threads, and no network.

    How threads wait is left as it comes: that is what a user has, and both sides were seen fastest with it.
    """
    threads = str(num_threads)
    return os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "benchmarks")]),
        "OMP_NUM_THREADS": threads,
        "MKL_NUM_THREADS": threads,
        "HF_HUB_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
    }
