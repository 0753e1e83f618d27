"""A slot goes on after a timeout, in the same vessel, with a new process to fork from; and only if all else is gone."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from rlvr.sandbox import Limits, Program, Sandbox
from rlvr.sandbox.programs.channel import Channel
from rlvr.sandbox.programs.inside import wire
from rlvr.sandbox.programs.slot import Shape, Slot
from rlvr.sandbox.programs.stock import Bounds, Stock
from tests.hostile.programs.cheats.planted_state import PLANTED_STATE
from tests.hostile.programs.references import CANARY
from tests.sandbox.programs.conftest import opened
from tests.sandbox.programs.test_slots import REPORT, ScriptedTier, echo, frame, request
from tests.sandbox.programs.victims import wait_until

PARENT = "import os\nprint(os.getppid())"
HANGING = {
    "sleeps": "import time\ntime.sleep(99)",
    "burns": "while True: pass",
    "leaves children": "import os, time\nfor _ in range(5):\n    if os.fork() == 0: os.setsid()\ntime.sleep(99)",
    "leaves files": "import time\nopen('left', 'w').write('x')\ntime.sleep(99)",
}
NOT_ALONE = """
import os, time, types
from rlvr.sandbox.programs.inside import agent, disk
slot = object.__new__(agent.Slot)
disk.state = lambda: {is_clean}
slot._baseline = True
children = []
for _ in range({num_children}):
    children.append(os.fork())
    if not children[-1]:
        time.sleep(60)
slot._gauge = types.SimpleNamespace(zygote=children[0])
slot._zygote, slot._preload = open("/dev/null"), ["math"]
agent._start_zygote = lambda preload: (7, preload)
try:
    slot._renew()
    print(slot._gauge.zygote, slot._zygote, slot._launchers)
except agent.ChannelClosedError as error:
    print(error)
for child in children[1:]:
    os.kill(child, 9)
"""
"""The agent's part by itself, with children in place of the zygote and of what should not be there."""


@contextmanager
def taken(sandbox: Sandbox) -> Iterator[Slot]:
    """A slot of the sandbox, as a program would have it."""
    turn = sandbox._pool.take(Shape.of(sandbox.limits), sandbox.limits.wall_s)
    try:
        yield turn.slot
    finally:
        sandbox._pool.give_back(turn)


def run(slot: Slot, source: str, limits: Limits, stdin: bytes = b"") -> str:
    """Return a program's outcome, and what it printed."""
    execution = slot.run(Program(source, stdin), limits, lambda: None)
    return f"{execution.outcome} {execution.stdout.decode()}".strip()


@pytest.mark.parametrize("source", HANGING.values(), ids=HANGING)
def test_a_slot_goes_on_with_a_new_zygote(guarded: Sandbox, source: str) -> None:
    short = replace(guarded.limits, wall_s=0.2, cpu_s=0.2)
    with taken(guarded) as slot:
        first = run(slot, PARENT, guarded.limits)
        assert run(slot, PARENT, guarded.limits) == first
        assert run(slot, source, short) == "TLE"
        if slot.is_spent:
            assert "one user" in guarded.tier_detail
            pytest.skip("with one user for all, what a program leaves costs the slot")
        assert slot.is_worn
        assert slot.renew()
        second = run(slot, PARENT, guarded.limits)
    assert second.startswith("OK ")
    assert second != first


def test_nothing_is_left_by_a_program_that_was_stopped() -> None:
    with opened("docker", num_slots=1) as sandbox, taken(sandbox) as slot:
        for pair in PLANTED_STATE:
            source = f"{pair.plant.program}\nimport time\ntime.sleep(99)"
            stopped = run(slot, source, Limits(wall_s=0.3), CANARY.encode())
            assert stopped.startswith("TLE"), pair.name
            if slot.is_spent:
                assert not slot.is_worn
                continue
            assert slot.renew()
            found = run(slot, pair.look.program, sandbox.limits)
            assert CANARY not in found, pair.name
            assert not slot.is_spent


@pytest.mark.parametrize(
    ("num_children", "is_clean", "said"),
    [(1, True, "7 ['math'] {}"), (2, True, "the zygote was not alone"), (1, False, "a job has left something")],
)
def test_an_agent_starts_no_zygote_beside_anything_else(num_children: int, is_clean: bool, said: str) -> None:
    code = NOT_ALONE.format(num_children=num_children, is_clean=is_clean)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == said


def test_a_zygote_leaves_the_agent_no_descriptor() -> None:
    code = """if True:
        import os
        from rlvr.sandbox.programs.inside import agent
        agent._ZYGOTE = "import os; os.write(3, b'ready')"
        before = os.listdir("/proc/self/fd")
        pid, sock = agent._start_zygote([])
        os.waitpid(pid, 0)
        sock.close()
        print(os.listdir("/proc/self/fd") == before)
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "True\n", done


class Hanging:
    """An agent whose programs all end by the wall limit, and what it was asked."""

    def __init__(self, can_renew: object, answer: int = wire.RENEWED) -> None:
        self.tier = ScriptedTier(self._serve)
        self.asked: list[int] = []
        self._can_renew, self._answer = can_renew, answer

    def _serve(self, channel: Channel, sock: socket.socket) -> None:
        while True:
            number, kind, _ = request(channel)
            self.asked.append(kind)
            report = REPORT | {"killed": "wall", "can_renew": self._can_renew}
            is_renewal = kind == wire.RENEW
            sock.sendall(
                frame(number, self._answer) if is_renewal else frame(number, wire.DONE, **report, sizes=[0, 0])
            )


@pytest.mark.parametrize(
    ("can_renew", "answer", "is_renewed"),
    [
        (True, wire.RENEWED, True),
        (False, wire.RENEWED, False),
        ("yes", wire.RENEWED, False),
        (None, wire.RENEWED, False),
        (True, wire.PONG, False),
    ],
)
def test_a_slot_that_cannot_be_renewed_is_replaced(can_renew: object, answer: int, is_renewed: bool) -> None:
    hanging = Hanging(can_renew, answer)
    with Sandbox(hanging.tier, num_slots=1) as sandbox:
        stock = sandbox._pool._stock
        wait_until(lambda: len(stock.live) == 4)
        before = set(stock.live)
        assert sandbox.run(Program("x")).outcome == "TLE"
        wait_until(lambda: len(stock._idle) == 4)
        assert (stock.live == before) == is_renewed
    assert hanging.asked == [wire.RUN] + [wire.RENEW] * (can_renew is True)


def test_a_worn_slot_is_nobodys_and_waits_while_others_are_at_hand() -> None:
    tier, shape = ScriptedTier(echo), Shape.of(Limits())
    stock = Stock(shape, Bounds(4, 4, 4))
    worn, *others = (tier.make_slot(shape) for _ in range(3))
    for slot in others:
        stock.add(slot)
    worn.is_worn = True
    stock.live.add(worn)
    stock.put_back(worn)
    assert stock.to_renew(is_hungry=False) is None
    assert {stock.pick(shape), stock.pick(shape)} == set(others)
    assert stock.to_renew(is_hungry=False) is worn
    assert stock.pick(shape) is None
    stock.note_renewal(worn, is_renewed=True)
    assert stock.pick(shape) is worn
    for slot in (worn, *others):
        slot.destroy()
