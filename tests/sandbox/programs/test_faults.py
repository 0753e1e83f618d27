"""What happens when something dies that should not: the host process, a container, a slot."""

import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from rlvr.sandbox import Program, Sandbox
from tests.sandbox.processes import is_alive
from tests.sandbox.programs.conftest import SMALL, opened
from tests.sandbox.programs.running import printed, run

VICTIM = """
import sys, threading, time
from rlvr.sandbox import Program, open_sandbox
from rlvr.sandbox.programs.slot import PRELOAD
PRELOAD["python"] = ("colorsys",)  # what its slots are known by
sandbox = open_sandbox(sys.argv[1], num_slots=1)
for source in sys.argv[2:]:
    threading.Thread(target=sandbox.run, args=(Program(source),)).start()
time.sleep(1)
print("ready", flush=True)
time.sleep(60)
"""
BUSY = {
    "idle": [],
    "sleeping": ["import time; time.sleep(60)"],
    "bomb": ["import os\nwhile 1:\n  try: os.fork()\n  except OSError: pass"],
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
            if b"rlvr.sandbox.programs.inside" in command and b"colorsys" in command and is_alive(int(entry.name)):
                found.add(int(entry.name))
    return found


@pytest.mark.parametrize("state", BUSY)
@pytest.mark.parametrize("tier", ["docker", "bubblewrap"])
def test_killing_the_host_leaves_nothing(tier: str, state: str) -> None:
    opened(tier, num_slots=1).close()
    assert victims_slots() == set()
    victim = subprocess.Popen([sys.executable, "-c", VICTIM, tier, *BUSY[state]], stdout=subprocess.PIPE, text=True)
    with victim:
        assert victim.stdout is not None
        assert victim.stdout.readline() == "ready\n"
        assert victims_slots()
        victim.kill()
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


def test_a_program_that_ends_its_zygote_is_a_violation(sandbox: Sandbox) -> None:
    if "one user" not in sandbox.tier_detail:
        pytest.skip("a program cannot signal the zygote of this tier")
    execution = run(sandbox, "import os; os.kill(os.getppid(), 9)")
    assert execution.outcome == "VIOLATION"
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
