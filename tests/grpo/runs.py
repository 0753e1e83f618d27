"""Training as a user starts it, in a process of its own, and what its run folder holds."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from rlvr.grpo.view import SilentView
from tests.grpo.small import RECIPE

DEADLINE_S = 300
"""Loading vLLM takes a quarter of a minute on a quiet machine and several times that on a busy one."""


class Heard(SilentView):
    """A view that keeps what it is told."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.checks: list[tuple[int, float]] = []
        self.steps: list[dict[str, Any]] = []

    def say(self, text: str) -> None:
        self.said.append(text)

    def warmup(self, step: int, loss: float, accuracy: float) -> None:
        self.checks.append((step, accuracy))

    def step(self, metrics: dict[str, Any], num_steps: int) -> None:
        self.steps.append(metrics)


class Training:
    """`rlvr train` on the small recipe with `section.key=value` on top; its output goes to `FOLDER.log`."""

    def __init__(self, folder: Path, *overrides: str) -> None:
        settings = [f"run.dir={folder}", *overrides]
        command = [sys.executable, "-m", "rlvr", "train", str(RECIPE)]
        self.folder = folder
        self._log = folder.with_suffix(".log").open("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [*command, *(word for setting in settings for word in ("--set", setting))],
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def finish(self) -> str:
        """Wait for success and return what was printed."""
        code = self.process.wait(DEADLINE_S)
        said = self._said()
        assert code == 0, said[-2000:]
        return said

    def kill_after(self, step: int) -> None:
        """SIGKILL once a checkpoint of the step exists and the log has gone on beyond it."""
        deadline_s = time.monotonic() + DEADLINE_S
        while not ((self.folder / f"checkpoints/step-{step}").exists() and len(lines(self.folder)) > step):
            assert self.process.poll() is None, self._said()[-2000:]
            assert time.monotonic() < deadline_s, f"no checkpoint of step {step}: {self._said()[-2000:]}"
            time.sleep(0.002)
        self.process.send_signal(signal.SIGKILL)
        assert self.process.wait(DEADLINE_S) == -signal.SIGKILL
        self._log.close()

    def _said(self) -> str:
        self._log.seek(0)
        said = self._log.read()
        self._log.close()
        return said


def lines(folder: Path) -> list[str]:
    """The whole lines of `metrics.jsonl`."""
    path = folder / "metrics.jsonl"
    return path.read_text().splitlines(keepends=True)[: path.read_text().count("\n")] if path.exists() else []


def metrics(folder: Path) -> list[dict[str, Any]]:
    """`metrics.jsonl` without what depends on the clock."""
    found = [json.loads(line) for line in lines(folder)]
    assert all(line.pop("timing") for line in found)
    return found


def records(folder: Path) -> list[dict[str, Any]]:
    """`rollouts.jsonl`."""
    return [json.loads(line) for line in (folder / "rollouts.jsonl").read_text().splitlines()]


def rescored(folder: Path, taskset: str, out: Path, *options: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """What the trainer recorded and what `rlvr score` says of the same rows."""
    command = [sys.executable, "-m", "rlvr", "score", str(folder / "rollouts.jsonl"), "-o", str(out)]
    done = subprocess.run(
        [*command, "--taskset", taskset, *options], capture_output=True, timeout=DEADLINE_S, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    again = [json.loads(line)["score"] for line in out.read_text().splitlines()]
    return list(zip([record["score"] for record in records(folder)], again, strict=True))


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of change of every file that a run writes, to see that nothing was touched."""
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file() and path.name not in {".lock", "config.toml"}
    }
