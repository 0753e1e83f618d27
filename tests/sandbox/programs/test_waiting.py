"""A job that other processes keep from the CPU gets that time back, whichever of its processes waits."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from rlvr.sandbox import Program, Sandbox
from rlvr.sandbox.programs.inside import waiting
from rlvr.sandbox.programs.inside.waiting import Waiting
from tests.sandbox.programs.conftest import SMALL

LOOKS = {
    "nobody waits": ([{1: 0.0}, {1: 0.0}], [0.0, 0.0], [0.0, 0.0], 0.0),
    "its only process waits half the time": ([{1: 0.5}, {1: 1.0}], [0.5, 1.0], [0.0, 0.0], 1.0),
    "a child waits while the first process sleeps": ([{1: 0.0, 2: 0.9}, {1: 0.0, 2: 1.8}], [0.1, 0.2], [0.0, 0.0], 1.8),
    "two wait at once": ([{1: 0.8, 2: 0.8}, {1: 1.6, 2: 1.6}], [0.2, 0.4], [0.0, 0.0], 1.6),
    "one after the other": ([{2: 0.7}, {3: 0.6}], [0.3, 0.7], [0.0, 0.0], 1.3),
    "its own processes share one CPU": ([{1: 0.5, 2: 0.5}, {1: 1.0, 2: 1.0}], [1.0, 2.0], [0.0, 0.0], 0.0),
    "they use more than one": ([{1: 0.5, 2: 0.5}, {1: 1.0, 2: 1.0}], [1.7, 3.4], [0.0, 0.0], 0.0),
    "more waiting than time": ([{1: 5.0}, {1: 9.0}], [0.0, 0.0], [0.0, 0.0], 2.0),
    "a wait that ends later": ([{1: 0.0}, {1: 1.7}], [0.0, 0.2], [0.0, 0.0], 1.7),
    "a number is given again": ([{1: 0.9}, {1: 0.1}], [0.1, 0.9], [0.0, 0.0], 0.9),
    "all have ended": ([{1: 0.4}, {}], [0.6, 0.6], [0.0, 0.0], 0.4),
    "held back, which the kernel counts as waiting": ([{1: 0.9}, {1: 1.8}], [0.1, 0.2], [0.9, 1.8], 1.8),
    "held back, which it does not": ([{1: 0.0}, {1: 0.0}], [0.1, 0.2], [0.9, 1.8], 1.8),
}
"""Delays, CPU seconds and held seconds after one and after two seconds; and what the job was kept waiting."""


@pytest.mark.parametrize("case", LOOKS)
def test_waiting_counts_where_no_cpu_is_used(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    delays, cpu_s, held_s, total_s = LOOKS[case]
    told: Iterator[dict[int, bytes]] = iter(
        [{}] + [{task: b"7 %d 9" % (delay * 1e9) for task, delay in one.items()} for one in delays]
    )
    monkeypatch.setattr(waiting, "_schedstats", lambda _pids: next(told))
    monkeypatch.setattr(time, "monotonic", lambda: 100.0)
    waited = Waiting(list)
    waited.look(101.0, cpu_s[0], held_s[0])
    waited.look(102.0, cpu_s[1], held_s[1])
    assert waited.total_s == pytest.approx(total_s)


def test_the_agent_counts_too(monkeypatch: pytest.MonkeyPatch) -> None:
    delays = iter([7.0, 7.0, 7.4])
    monkeypatch.setattr(waiting, "_schedstats", lambda pids: {pid: b"0 %d 0" % (next(delays) * 1e9) for pid in pids})
    waited = Waiting(list)
    now = time.monotonic()
    waited.look(now + 1, 0.0, 0.0)
    waited.look(now + 2, 0.0, 0.0)
    assert waited.total_s == pytest.approx(0.4), "a job that asks its judge waits for the agent"


@contextlib.contextmanager
def crowded_cpus() -> Iterator[None]:
    """Keep all CPUs busy with others' work."""
    command = [sys.executable, "-c", "print(flush=True)\nwhile True: pass"]
    burning = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(4 * len(os.sched_getaffinity(0)))]
    try:
        for one in burning:
            assert one.stdout is not None
            one.stdout.readline()
        yield
    finally:
        for one in burning:
            one.kill()
            one.communicate()


CROWDED = """
import os, sys, time
start = time.monotonic()
if os.fork() == 0:
    while time.process_time() < 0.35: pass
    os._exit(0)
os.wait()
print(time.monotonic() - start)
"""
ON_THE_FIRST = "os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})"


def test_a_child_that_others_keep_from_the_cpu(sandbox: Sandbox) -> None:
    limits = replace(SMALL, wall_s=0.4)
    with crowded_cpus():
        for _ in range(5):  # how crowded it is, the kernel decides
            execution = sandbox.run(Program(CROWDED), limits)
            assert execution.outcome == "OK", execution
            if float(execution.stdout) > limits.wall_s:
                return
    pytest.skip("the kernel gave it a CPU of its own each time")


@pytest.mark.parametrize("num_children", [1, 4])
def test_children_that_keep_each_other_from_it_get_no_more(num_children: int, sandbox: Sandbox) -> None:
    forks = f"for _ in range({num_children}):\n  if os.fork() == 0:\n    while True: pass\n"
    execution = sandbox.run(Program(f"import os\n{ON_THE_FIRST}\n{forks}os.wait()"), replace(SMALL, wall_s=0.4))
    assert (execution.outcome, "0.4" in execution.reason) == ("TLE", True), execution
    assert execution.cpu_s < 0.8, execution  # else it was given time for what it did itself
