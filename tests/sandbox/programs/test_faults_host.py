"""What happens when the process that has a sandbox is killed, is interrupted, forks, or is not alone."""

import contextlib
import faulthandler
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rlvr.sandbox import Execution, Program, Sandbox, SandboxClosedError
from rlvr.sandbox.programs import process_tier
from rlvr.sandbox.programs.docker_engine import Engine
from tests.sandbox.programs.conftest import AS_A_USER, SMALL, opened
from tests.sandbox.programs.running import printed
from tests.sandbox.programs.victims import BUSY, folders_of, slots, victim, wait_until

ROOTS = pytest.mark.parametrize("tier", ["docker", "bubblewrap", "process"])
ALL = pytest.mark.parametrize("tier", ["docker", "bubblewrap", "process", "process" + AS_A_USER])


def containers(owner: int) -> list[str]:
    """Return the containers that a process made, on the machine's engine."""
    engine = Engine()
    try:
        found = engine.api.containers(all=True, filters={"label": f"rlvr.owner={owner}"})
        return [container["Id"] for container in found]
    finally:
        engine.close()


@contextlib.contextmanager
def nothing_stays(tier: str, owner: int) -> Iterator[None]:
    """Check that slots, containers and files go when the block ends a process."""
    yield
    # A slot that was being started empties its own folder, too, when it has come so far.
    wait_until(lambda: not slots() and not [one for folder in folders_of(owner) for one in folder.glob("*/*")])
    if tier == "docker":
        wait_until(lambda: not containers(owner))
    for folder in folders_of(owner):
        assert str(folder) in process_tier.sweep()
    assert not folders_of(owner)


@pytest.mark.parametrize("state", BUSY)
@ALL
def test_killing_the_host_leaves_nothing(tier: str, state: str) -> None:
    with victim(tier, BUSY[state]) as host, nothing_stays(tier, host.pid):
        host.kill()


@pytest.mark.parametrize("which", ["agent", "zygote"])
@pytest.mark.parametrize("tier", ["process", "process" + AS_A_USER])
def test_killing_a_part_of_a_slot_leaves_nothing_of_it(tier: str, which: str) -> None:
    with victim(tier, BUSY["family"]) as host:
        wait_until(lambda: len(agents_of(host.pid)) == 4, 30)  # a slot and its spares
        time.sleep(1)
        agents, before = agents_of(host.pid), slots()
        zygotes = [pid for pid in before if parent_of(pid) in agents]
        assert len(agents) == len(zygotes)
        for pid in agents if which == "agent" else zygotes:
            os.kill(pid, 9)
        wait_until(lambda: not before & slots())
        host.kill()
    wait_until(lambda: not slots())


def agents_of(host: int) -> list[int]:
    return [pid for pid in slots() if parent_of(pid) == host]


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


@ROOTS
def test_a_forked_child_that_lives_on_keeps_nothing_alive(tier: str) -> None:
    code = "start('import time; time.sleep(60)')\ntime.sleep(0.5)\nif os.fork() == 0: time.sleep(30); os._exit(0)"
    with victim(tier, code) as host, nothing_stays(tier, host.pid):
        host.kill()


FORKING = """
pid = os.fork()
if pid == 0:
    try:
        sandbox.run(Program("print(1)"))
    except RuntimeError as error:
        sandbox.close()
        os._exit(7 if "open one in each process" in str(error) else 1)
    os._exit(2)
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7
assert sandbox.run(Program("print(1)")).stdout == b"1\\n"
"""


@ROOTS
def test_a_fork_leaves_the_sandbox_to_the_parent(tier: str) -> None:
    with victim(tier, FORKING + BUSY["sleeping"]) as host:
        assert host.poll() is None


INTERRUPTED = """
def tell():
    time.sleep(1)
    print("ready", flush=True)

threading.Thread(target=tell).start()
try:
    with sandbox:
        sandbox.run_many([Program(f"import time; time.sleep({n % 2 * 50})") for n in range(50)], Limits(wall_s=60))
except KeyboardInterrupt:
    print("interrupted", flush=True)
    sys.exit(3)
"""


@ROOTS
def test_an_interrupt_ends_a_batch_and_closes_all(tier: str) -> None:
    with victim(tier, INTERRUPTED) as host, nothing_stays(tier, host.pid):
        host.send_signal(signal.SIGINT)  # not before its slots have been seen: it ends them at once
        out, _ = host.communicate(timeout=60)
        assert (out, host.returncode) == ("interrupted\n", 3)


def test_an_interrupted_run_does_not_spoil_the_next(sandbox: Sandbox) -> None:
    timer = threading.Timer(0.5, signal.pthread_kill, (threading.main_thread().ident, signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        sandbox.run(Program("import time; time.sleep(8); print('old')"))
    timer.join()
    assert [printed(sandbox, f"print({n})") for n in range(5)] == [f"{n}\n" for n in range(5)]


@ROOTS
def test_closing_ends_what_runs(tier: str) -> None:
    others = set(containers(os.getpid())) if tier == "docker" else set()
    sandbox = opened(tier, SMALL)
    ended: list[Execution | Exception] = []

    def run(source: str) -> None:
        try:
            ended.append(sandbox.run(Program(source), replace(SMALL, wall_s=60, cpu_s=60)))
        except SandboxClosedError as error:
            ended.append(error)

    sources = ["import time; time.sleep(50)", "while True: pass", "import time; time.sleep(50)"] * 3
    threads = [threading.Thread(target=run, args=(source,)) for source in sources]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    sandbox.close()
    for thread in threads:
        thread.join(20)
        if thread.is_alive():
            faulthandler.dump_traceback()
        assert not thread.is_alive()
    assert [type(one) for one in ended] == [SandboxClosedError] * len(sources)
    if tier == "docker":
        wait_until(lambda: set(containers(os.getpid())) <= others)


@ROOTS
def test_sandboxes_of_two_processes_leave_each_other_alone(tier: str) -> None:
    with opened(tier, SMALL) as sandbox:
        running = threading.Thread(target=sandbox.run, args=(Program("import time; time.sleep(3)"),))
        running.start()
        before = set(containers(os.getpid())) if tier == "docker" else set()
        script = (
            f"from rlvr.sandbox import *\nwith open_sandbox({tier!r}) as s: print(s.run(Program('print(2)')).stdout)"
        )
        other = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120)
        assert other.stdout == "b'2\\n'\n"
        if tier == "docker":
            assert before <= set(containers(os.getpid()))
        assert printed(sandbox, "print(1)") == "1\n"
        running.join()
