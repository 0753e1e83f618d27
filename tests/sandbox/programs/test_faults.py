"""What happens when something dies that should not: the host process, a container, a slot."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rlvr.sandbox import Program, Sandbox
from rlvr.sandbox.programs import process_tier
from rlvr.sandbox.programs.inside import landlock
from tests.sandbox.processes import is_alive
from tests.sandbox.programs.conftest import AS_A_USER, FOLDER_VARIABLE, SMALL, folder_for_all, opened
from tests.sandbox.programs.running import printed, run

VICTIM = """
import os, sys, threading, time
from rlvr.sandbox import Program
from rlvr.sandbox.programs.slot import PRELOAD
from tests.sandbox.programs.conftest import opened
PRELOAD["python"] = (os.environ["MARK"],)  # what its slots are known by
sandbox = opened(sys.argv[1], num_slots=1)
for source in sys.argv[2:]:
    threading.Thread(target=sandbox.run, args=(Program(source),)).start()
time.sleep(1)
print("ready", flush=True)
time.sleep(60)
"""
MARK = f"encodings.cp{(437, 850, 852, 855, 857, 858, 860, 861, 862, 863, 865, 866, 874)[os.getpid() % 13]}"
"""A module that the victim's slots load and no other run's, or hardly any."""

BUSY = {
    "idle": [],
    "sleeping": ["import time; time.sleep(60)"],
    "bomb": ["import os\nwhile 1:\n  try: os.fork()\n  except OSError: pass"],
    "family": [
        "import os, time\nfor _ in range(5):\n  if os.fork() == 0:\n    os.setsid()\n"
        "    if os.fork() == 0: os.setsid()\n    time.sleep(60)\ntime.sleep(60)"
    ],
    "writing": ["import os\nwhile 1: os.write(2, bytes(1 << 20))"],
}


def victims_slots() -> set[int]:
    """Return the processes of the victim's slots: agents, zygotes and jobs."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if b"rlvr.sandbox.programs.inside" in command and MARK.encode() in command and is_alive(int(entry.name)):
                found.add(int(entry.name))
    return found


@pytest.mark.parametrize("state", BUSY)
@pytest.mark.parametrize("tier", ["docker", "bubblewrap", "process", "process" + AS_A_USER])
def test_killing_the_host_leaves_nothing(tier: str, state: str) -> None:
    with victim(tier, BUSY[state]) as host:
        host.kill()
    assert_nothing_is_left()
    for folder in folders_of(host.pid):
        assert not list(folder.glob("*/*"))  # each slot has emptied its own
        assert str(folder) in process_tier.sweep()
    assert not folders_of(host.pid)


@pytest.mark.parametrize("which", ["agent", "zygote"])
@pytest.mark.parametrize("tier", ["process", "process" + AS_A_USER])
def test_killing_a_part_of_a_slot_leaves_nothing_of_it(tier: str, which: str) -> None:
    with victim(tier, BUSY["family"]) as host:
        before = victims_slots()
        agents = [pid for pid in before if parent_of(pid) == host.pid]
        zygotes = [pid for pid in before if parent_of(pid) in agents]
        assert len(agents) == len(zygotes) == 2  # a slot and its spare
        for pid in agents if which == "agent" else zygotes:
            os.kill(pid, 9)
        deadline = time.monotonic() + 5
        while left := before & victims_slots():
            assert time.monotonic() < deadline, f"alive: {left} of {agents}, {zygotes}"
            time.sleep(0.02)
        host.kill()
    assert_nothing_is_left()


@contextlib.contextmanager
def victim(tier: str, sources: list[str]) -> Iterator["subprocess.Popen[str]"]:
    """A process with a sandbox in which programs run."""
    opened(tier, num_slots=1).close()
    assert victims_slots() == set()
    command = [sys.executable, "-c", VICTIM, tier, *sources]
    environment = {**os.environ, "MARK": MARK, FOLDER_VARIABLE: str(folder_for_all())}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        assert victims_slots()
        yield process


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def folders_of(pid: int) -> list[Path]:
    """Return the folders of the process tier's slots that a process has made."""
    found = []
    for path in Path(tempfile.gettempdir()).glob("rlvr-slots-*/owner.json"):
        with contextlib.suppress(OSError, ValueError):
            if json.loads(path.read_text())["rlvr.owner"] == str(pid):
                found.append(path.parent)
    return found


def assert_nothing_is_left() -> None:
    deadline = time.monotonic() + 5
    while alive := victims_slots():
        assert time.monotonic() < deadline, f"alive: {alive}"
        time.sleep(0.02)


@pytest.fixture
def docker_sandbox() -> Sandbox:
    return opened("docker", SMALL, num_slots=1)


def test_a_container_killed_under_a_job_is_our_loss(docker_sandbox: Sandbox) -> None:
    from rlvr.sandbox.programs.docker_engine import Engine

    engine = Engine()
    filters = {"label": f"rlvr.owner={os.getpid()}"}

    def kill() -> None:
        time.sleep(0.7)
        for container in engine.api.containers(filters=filters):
            engine.api.kill(container["Id"])

    with docker_sandbox:
        killer = threading.Thread(target=kill)
        killer.start()
        execution = docker_sandbox.run(Program("import time; time.sleep(1.5); print('right')"))
        killer.join()
        assert (execution.outcome, execution.stdout) == ("OK", b"right\n")
    deadline = time.monotonic() + 5
    while engine.api.containers(all=True, filters=filters):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    engine.close()


def test_a_program_cannot_end_its_zygote_or_is_a_violation(sandbox: Sandbox) -> None:
    execution = run(sandbox, "import os; os.kill(os.getppid(), 9)")
    if "one user" in sandbox.tier_detail and landlock.abi() < landlock.SCOPES_ABI:
        assert execution.outcome == "VIOLATION"
    else:
        assert (execution.outcome, execution.exit_code) == ("RE", 1)
        assert b"PermissionError" in execution.stderr
    assert printed(sandbox, "print(1)") == "1\n"


def test_bombs_in_a_row(sandbox: Sandbox) -> None:
    sources = ["x = []\nwhile True: x.append(b'x' * (1 << 20))", "import os; os.kill(os.getpid(), 9)", "print(1)"] * 5
    executions = sandbox.run_many([Program(source) for source in sources])
    assert [execution.outcome for execution in executions] == ["MLE", "RE", "OK"] * 5


def test_a_hanging_program_does_not_stop_the_others(sandbox: Sandbox) -> None:
    programs = [Program("import time; time.sleep(60)")] + [Program(f"print({i})") for i in range(100)]
    started = time.monotonic()
    executions = sandbox.run_many(programs, replace(sandbox.limits, wall_s=3))
    assert executions[0].outcome == "TLE"
    assert [execution.stdout for execution in executions[1:]] == [b"%d\n" % i for i in range(100)]
    assert time.monotonic() - started < 10  # the hanging one's own 3 s, and not one after the other


def test_order_and_concurrency(sandbox: Sandbox) -> None:
    programs = [Program(f"import time; time.sleep({0.05 * (i % 3)}); print({i})") for i in range(24)]
    assert [execution.stdout for execution in sandbox.run_many(programs)] == [b"%d\n" % i for i in range(24)]
