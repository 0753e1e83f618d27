"""What happens when a container or a slot ends under a program, and when programs hang."""

import os
import threading
import time
import types
from dataclasses import replace
from typing import Any

import pytest

from rlvr.sandbox import Program, Sandbox
from rlvr.sandbox.programs.inside import agent, disk, landlock, line
from rlvr.sandbox.programs.slot import Shape
from tests.sandbox.programs.conftest import SMALL, opened
from tests.sandbox.programs.running import call_alone, printed, run
from tests.sandbox.programs.victims import wait_until


@pytest.fixture
def docker_sandbox() -> Sandbox:
    return opened("docker", SMALL, num_slots=1)


def test_a_container_killed_under_a_job_is_our_loss() -> None:
    """In a process of its own: it kills all containers that it owns."""
    opened("docker", SMALL, num_slots=1).close()
    call_alone(lose_containers)


def lose_containers() -> None:
    """Run a program whose containers are killed under it, in a process that has no others."""
    from rlvr.sandbox.programs.docker_engine import Engine

    engine = Engine()
    filters = {"label": f"rlvr.owner={os.getpid()}"}
    killed: list[str] = []

    def kill() -> None:
        time.sleep(0.7)
        for container in engine.api.containers(filters=filters):
            engine.api.kill(container["Id"])
            killed.append(container["Id"])

    with opened("docker", SMALL, num_slots=1) as sandbox:
        killer = threading.Thread(target=kill)
        killer.start()
        execution = sandbox.run(Program("import time; time.sleep(1.5); print('right')"))
        killer.join()
        assert (execution.outcome, execution.stdout) == ("OK", b"right\n")
    assert killed, "nothing was killed"
    wait_until(lambda: not engine.api.containers(all=True, filters=filters), 30)
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


HELD = {
    "one process": "import time\nwhile time.process_time() < 0.4: pass\nprint('right')",
    "a child": "import os, time\nif os.fork() == 0:\n  while time.process_time() < 0.4: pass\n  os._exit(0)\n"
    "os.wait()\nprint('right')",
}


@pytest.mark.parametrize("kind", HELD)
def test_the_time_for_which_a_job_is_held_back_is_not_its_own(kind: str, docker_sandbox: Sandbox) -> None:
    limits = replace(SMALL, wall_s=1.5)
    with docker_sandbox:
        turn = docker_sandbox._pool.take(Shape.of(limits), limits.wall_s)
        if not turn.slot.cpu.limit(0.15):
            pytest.skip("no quota can be changed here")
        execution = turn.slot.run(Program(HELD[kind]), limits, turn.give_way)
        assert turn.slot.cpu.limit(1.0)
        docker_sandbox._pool.give_back(turn)
    assert execution.stdout == b"right\n", execution
    assert execution.wall_s > limits.wall_s


class Gauge:
    """A gauge of a job that exceeded nothing."""

    def excess(self, _limits: dict[str, float]) -> str:
        return ""

    def end(self, _largest_mb: float) -> None:
        pass

    def peak_mb(self) -> float:
        return 0.0


@pytest.mark.parametrize(("status", "killed"), [(0, ""), (3 << 8, ""), (11, ""), (9, "wall")])
def test_who_ended_before_the_kill_was_in_time(status: int, killed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(line, "write", lambda _number, _kind, report, *_blobs: sent.append(report))
    monkeypatch.setattr(disk, "state", list)
    slot = agent.Slot.__new__(agent.Slot)
    slot._gauge, slot._baseline, slot._number = Gauge(), [], 1  # type: ignore[assignment]
    watch = types.SimpleNamespace(killed="wall", stdout=b"", stderr=b"")
    slot._finish({"status": status, "peak_kb": 1, "is_clean": True}, watch, {})  # type: ignore[arg-type]
    assert sent[0]["killed"] == killed
