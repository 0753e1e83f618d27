"""What happens when the engine is stopped or killed under a batch, and is started again, or is not.

This engine is the tests' own: the machine's stays as it is.
"""

import signal
import threading
import time
from collections.abc import Iterator

import pytest

from rlvr.rewards import CodeVerifier
from rlvr.sandbox import Execution, Limits, Program, Sandbox, open_sandbox
from rlvr.sandbox.programs import owners, pool
from rlvr.sandbox.programs.docker_engine import Engine
from tests.sandbox.programs.conftest import SMALL
from tests.sandbox.programs.engines import PrivateEngine, left_in, private_engine
from tests.sandbox.programs.victims import wait_until

LIMITS = Limits(wall_s=1.5, cpu_s=1.5, memory_mb=96, pids=32, output_mb=2, disk_mb=8)
PROGRAMS = {
    "print({n})": "OK",
    "import time; time.sleep(0.2); print({n})": "OK",
    "sum(range(2_000_000)); print({n})": "OK",
    "print({n}); raise SystemExit(3)": "RE",
    "x = []\nwhile True: x.append(b'x' * (1 << 20))  # {n}": "MLE",
    "while True: print('x' * 1000)  # {n}": "OLE",
    "import time; time.sleep(60)  # {n}": "TLE",
}
"""Programs, and how they must end."""


@pytest.fixture(scope="module")
def engine() -> Iterator[PrivateEngine]:
    engine = private_engine()
    yield engine
    engine.close()
    wait_until(lambda: not left_in(engine.folder))


@pytest.fixture
def sandbox(engine: PrivateEngine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox on the private engine; afterwards no container is left there."""
    monkeypatch.setenv("DOCKER_HOST", engine.url)
    with open_sandbox("docker", limits=SMALL, num_slots=2) as sandbox:
        assert sandbox.run(Program("print(1)")).is_ok
        yield sandbox
    wait_until(lambda: not engine.containers())


class Batch:
    """Programs of all kinds that run in a thread, while something happens to the engine."""

    def __init__(self, sandbox: Sandbox, number: int) -> None:
        templates = list(PROGRAMS)
        self.wanted = [PROGRAMS[templates[n % len(templates)]] for n in range(number)]
        self._programs = [Program(templates[n % len(templates)].format(n=n)) for n in range(number)]
        self._executions: list[Execution] = []
        self._thread = threading.Thread(target=self._run, args=(sandbox,))
        self._thread.start()

    def check(self) -> None:
        """Wait for the end; every program must have ended as it does on its own."""
        self._thread.join(240)
        assert not self._thread.is_alive()
        seen = [str(execution.outcome) for execution in self._executions]
        assert seen == self.wanted, [one for one in self._executions if one.outcome == "INFRA"]
        for n, execution in enumerate(self._executions):
            assert execution.outcome != "OK" or execution.stdout == b"%d\n" % n

    def _run(self, sandbox: Sandbox) -> None:
        self._executions = sandbox.run_many(self._programs, LIMITS)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_an_engine_that_stops_under_a_batch_costs_no_verdict(
    engine: PrivateEngine, sandbox: Sandbox, number: signal.Signals
) -> None:
    batch = Batch(sandbox, 28)
    time.sleep(1)
    engine.stop(number)
    time.sleep(1)
    engine.start()
    batch.check()


def test_an_engine_that_stops_twice_blames_nobody(engine: PrivateEngine, sandbox: Sandbox) -> None:
    done: list[Execution] = []
    source = "import time; time.sleep(4); print('right')"
    threads = [threading.Thread(target=lambda: done.append(sandbox.run(Program(source)))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(2):
        time.sleep(2)
        engine.stop(signal.SIGKILL)
        engine.start()
    for thread in threads:
        thread.join(120)
    assert [(one.outcome, one.stdout) for one in done] == [("OK", b"right\n")] * 2


def test_an_engine_that_stands_still_costs_no_verdict(engine: PrivateEngine, sandbox: Sandbox) -> None:
    batch = Batch(sandbox, 28)
    time.sleep(0.5)
    engine.send(signal.SIGSTOP)
    time.sleep(3)
    engine.send(signal.SIGCONT)
    batch.check()


def test_an_engine_that_stays_away_scores_nothing_and_comes_back(
    engine: PrivateEngine, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "PATIENCE_S", 2.0)
    reference = {"kind": "stdin", "tests": [{"input": "1", "output": "1"}]}
    engine.stop(signal.SIGKILL)
    started = time.monotonic()
    executions = sandbox.run_many([Program(f"print({n})") for n in range(20)])
    assert {str(execution.outcome) for execution in executions} == {"INFRA"}
    assert str(CodeVerifier(sandbox).grade("print(input())", reference).verdict) == "UNSCORED"
    assert time.monotonic() - started < 60
    engine.start()
    monkeypatch.undo()
    wait_until(lambda: sandbox.run(Program("print(1)")).is_ok, 30)
    assert str(CodeVerifier(sandbox).grade("print(input())", reference).verdict) == "CORRECT"


def test_a_container_whose_making_was_given_up_goes_with_the_sandbox(
    engine: PrivateEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", engine.url)
    with open_sandbox("docker", limits=SMALL, num_slots=2):
        api = Engine().api
        known, *_ = api.containers(all=True, filters={"label": owners.LABEL})
        prefix, _, _ = known["Labels"][owners.LABEL].rpartition("-")
        lost = api.create_container(known["Image"], ["true"], labels=owners.labels(f"{prefix}-lost"))["Id"]
        api.close()
        assert lost[:12] in engine.containers()
    wait_until(lambda: not engine.containers())


def test_closing_while_the_engine_is_away_ends(engine: PrivateEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", engine.url)
    sandbox = open_sandbox("docker", limits=SMALL, num_slots=2)
    engine.stop(signal.SIGKILL)
    sandbox.close()
    engine.start()
    wait_until(lambda: not engine.containers())
