"""Slots that are lost, that lie, or that are slow, over a scripted agent."""

import asyncio
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from rlvr.sandbox import Execution, Limits, Program, Sandbox, SandboxClosedError, SandboxError
from rlvr.sandbox.programs.channel import Channel, DockerChannel
from rlvr.sandbox.programs.errors import SlotLostError
from rlvr.sandbox.programs.inside import wire
from rlvr.sandbox.programs.slot import Shape, Slot
from rlvr.sandbox.programs.variants import Variant

REPORT = {"status": 0, "wall_s": 0.0, "cpu_s": 0.0, "peak_mb": 1.0, "killed": "", "is_clean": True}
Agent = Callable[[Channel, socket.socket], None]


def frame(number: int, kind: int, *blobs: bytes, **meta: object) -> bytes:
    return b"".join(wire.pack(number, kind, meta, *blobs))


def request(channel: Channel) -> tuple[int, int, bytes]:
    """Return the number, the kind and the blobs of the next request."""
    number, kind, body = channel.receive(time.monotonic() + 10)
    return number, kind, bytes(wire.unpack_body(body)[1])


def echo(channel: Channel, sock: socket.socket) -> None:
    """An agent whose programs print their own source."""
    while True:
        number, kind, blob = request(channel)
        if kind == wire.PING:
            sock.sendall(frame(number, wire.PONG))
        else:
            sock.sendall(frame(number, wire.DONE, blob, **REPORT, sizes=[len(blob), 0]))


def die(channel: Channel, _sock: socket.socket) -> None:
    request(channel)


def die_if_told(channel: Channel, sock: socket.socket) -> None:
    number, _, blob = request(channel)
    if blob != b"die":
        sock.sendall(frame(number, wire.DONE, blob, **REPORT, sizes=[len(blob), 0]))
        die_if_told(channel, sock)


def answer_another(channel: Channel, sock: socket.socket) -> None:
    number, _, _ = request(channel)
    sock.sendall(frame(number + 1, wire.DONE, **REPORT, sizes=[0, 0]))


def babble(channel: Channel, sock: socket.socket) -> None:
    request(channel)
    sock.sendall(b"\xff" * 100)


class Vessel:
    is_alive = True

    def destroy(self) -> None:
        pass

    def is_host_alive(self) -> bool:
        return self.is_alive


class ScriptedTier:
    """Slots whose agents are functions in threads; `script` gives them in turn, and then the last for ever."""

    name, detail, is_weak = "scripted", "for tests", False

    def __init__(self, *script: Agent, is_host_alive: bool = True) -> None:
        self.script = list(script)
        self.num_made = 0
        self.is_host_alive = is_host_alive

    def prepare(self, variant: Variant) -> None:
        pass

    def make_slot(self, shape: Shape) -> Slot:
        agent = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        self.num_made += 1
        ours, theirs = socket.socketpair()
        threading.Thread(target=self._serve, args=(agent, theirs), daemon=True).start()
        vessel = Vessel()
        vessel.is_alive = self.is_host_alive
        return Slot(Channel(ours), vessel, shape)

    @staticmethod
    def _serve(agent: Agent, sock: socket.socket) -> None:
        with sock:
            try:
                sock.sendall(frame(0, wire.READY))
                agent(Channel(sock), sock)
            except (SlotLostError, OSError):
                pass

    def close(self) -> None:
        pass


@pytest.mark.parametrize("agent", [die, answer_another, babble])
def test_a_program_under_which_two_slots_end_is_a_violation(agent: Agent) -> None:
    with Sandbox(ScriptedTier(agent), num_slots=1) as sandbox:
        execution = sandbox.run(Program("x"))
    assert execution.outcome == "VIOLATION"
    assert "2 times" in execution.reason


@pytest.mark.parametrize("agent", [die, answer_another, babble])
def test_one_lost_slot_costs_a_program_nothing(agent: Agent) -> None:
    with Sandbox(ScriptedTier(agent, echo), num_slots=1) as sandbox:
        executions = sandbox.run_many([Program(str(i)) for i in range(20)])
    assert [execution.stdout for execution in executions] == [str(i).encode() for i in range(20)]


def test_when_the_engine_is_gone_no_program_is_blamed() -> None:
    with Sandbox(ScriptedTier(die, is_host_alive=False), num_slots=1) as sandbox:
        assert sandbox.run(Program("x")).outcome == "INFRA"


def test_the_innocent_are_not_blamed_for_a_neighbour() -> None:
    tier = ScriptedTier(die_if_told)
    with Sandbox(tier, num_slots=2) as sandbox:
        executions = sandbox.run_many([Program("die" if i % 5 == 0 else str(i)) for i in range(30)])
    for i, execution in enumerate(executions):
        assert execution.outcome == ("OK" if i % 5 else "VIOLATION"), execution


def test_a_slot_that_ended_while_idle_is_not_used() -> None:
    def leave(_channel: Channel, _sock: socket.socket) -> None:
        pass

    with Sandbox(ScriptedTier(leave, leave, leave, echo), num_slots=1) as sandbox:
        time.sleep(0.1)
        assert sandbox.run(Program("x")).is_ok


def test_no_slot_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_shape: Shape) -> Slot:
        raise SlotLostError("the machine is full")

    tier = ScriptedTier(echo)
    monkeypatch.setattr(tier, "make_slot", refuse)
    with pytest.raises(SandboxError, match="the machine is full"):
        Sandbox(tier, num_slots=1)


def test_async_and_closing() -> None:
    async def main(sandbox: Sandbox) -> list[bytes]:
        executions = await asyncio.gather(*(sandbox.run_async(Program(str(i))) for i in range(9)))
        return [execution.stdout for execution in executions]

    sandbox = Sandbox(ScriptedTier(echo), num_slots=2)
    assert asyncio.run(main(sandbox)) == [b"%d" % i for i in range(9)]
    sandbox.close()
    sandbox.close()
    for call in (lambda: sandbox.run(Program("x")), lambda: sandbox.run_many([Program("x")])):
        with pytest.raises(SandboxClosedError):
            call()


def never_answer(channel: Channel, _sock: socket.socket) -> None:
    while True:
        request(channel)


class StuckTier(ScriptedTier):
    """An engine that makes one slot, in which nothing ends, and no other until it is let go."""

    def __init__(self) -> None:
        super().__init__(never_answer)
        self.is_stuck, self.may_go_on = threading.Event(), threading.Event()

    def make_slot(self, shape: Shape) -> Slot:
        if self.num_made:
            self.is_stuck.set()
            self.may_go_on.wait(30)
        return super().make_slot(shape)


def test_closing_ends_what_runs_and_what_waits_though_the_engine_is_stuck() -> None:
    tier = StuckTier()
    sandbox = Sandbox(tier, num_slots=2)
    told: queue.SimpleQueue[str] = queue.SimpleQueue()

    def run() -> None:
        with pytest.raises(SandboxClosedError) as raised:
            sandbox.run(Program("x"))
        told.put(str(raised.value))

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert tier.is_stuck.wait(10)
    time.sleep(0.1)
    closing = threading.Thread(target=sandbox.close)
    closing.start()
    reasons = sorted(told.get(timeout=5) for _ in threads)
    assert reasons == ["the sandbox is closed"] * 2 + ["the sandbox was closed under a program"]
    assert closing.is_alive(), "it waits for the slot that is being made"
    tier.may_go_on.set()
    for thread in (closing, *threads):
        thread.join(10)
        assert not thread.is_alive()


class SlowToLeave(Slot):
    """A slot whose user needs a while to notice that it has ended."""

    is_in_use = was_in_use = False

    def run(self, program: Program, limits: Limits, on_slow: Callable[[], None]) -> Execution:
        self.is_in_use = True
        try:
            return super().run(program, limits, on_slow)
        finally:
            time.sleep(0.3)
            self.is_in_use = False

    def destroy(self) -> None:
        self.was_in_use = self.is_in_use
        super().destroy()


def test_no_descriptor_is_closed_that_somebody_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    slots: list[SlowToLeave] = []

    def make(channel: Channel, vessel: Vessel, shape: Shape) -> Slot:
        slots.append(SlowToLeave(channel, vessel, shape))
        return slots[-1]

    monkeypatch.setattr("tests.sandbox.programs.test_slots.Slot", make)
    sandbox = Sandbox(ScriptedTier(never_answer), num_slots=2)
    with ThreadPoolExecutor() as threads:
        ended = [threads.submit(sandbox.run, Program("x")) for _ in range(2)]
        while sum(slot.is_in_use for slot in slots) < len(ended):
            time.sleep(0.01)
        sandbox.close()
    assert [type(one.exception()) for one in ended] == [SandboxClosedError] * 2
    assert [slot.was_in_use for slot in slots] == [False] * len(slots)


def test_num_slots_is_checked() -> None:
    with pytest.raises(ValueError, match="num_slots is 0"):
        Sandbox(ScriptedTier(echo), num_slots=0)


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_docker_records_are_cut_anywhere(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    channel = DockerChannel(ours)
    frames = frame(1, wire.DONE, b"abc", a=1) + frame(2, wire.DONE, b"de")
    records = b"".join(
        b"\1\0\0\0" + len(frames[i : i + 5]).to_bytes(4, "big") + frames[i : i + 5] + b"\2\0\0\0\0\0\0\1!"
        for i in range(0, len(frames), 5)
    )
    for i in range(0, len(records), 3):
        theirs.sendall(records[i : i + 3])
    deadline = time.monotonic() + 5
    assert bytes(wire.unpack_body(channel.receive(deadline)[2])[1]) == b"abc"
    assert bytes(wire.unpack_body(channel.receive(deadline)[2])[1]) == b"de"
    assert set(channel.errors()) == {"!"}


def test_a_silent_slot_has_a_deadline(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    started = time.monotonic()
    theirs.sendall(b"\0\0")
    with pytest.raises(SlotLostError, match="in time"):
        Channel(ours).receive(started + 0.2)
    assert time.monotonic() - started < 2


def test_shapes() -> None:
    shape = Shape.of(Limits(memory_mb=100, pids=20))
    assert shape == Shape.of(Limits(memory_mb=100, pids=20, wall_s=1))
    assert shape != Shape.of(Limits(memory_mb=101, pids=20))


def test_idle_slots_get_a_sign_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    pings = []

    def count(channel: Channel, sock: socket.socket) -> None:
        while True:
            number, kind, _ = request(channel)
            pings.append(kind)
            sock.sendall(frame(number, wire.PONG))

    monkeypatch.setattr("rlvr.sandbox.programs.keeper.HEARTBEAT_S", 0.05)
    with Sandbox(ScriptedTier(count), num_slots=1):
        deadline = time.monotonic() + 10
        while len(pings) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.02)
    assert set(pings) == {wire.PING}
