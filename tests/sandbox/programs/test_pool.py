"""Turns, growth and shapes: who starts when, how many slots there are, and which jobs are held back."""

import socket
import threading
import time
import types
from collections.abc import Callable

import pytest

from rlvr.sandbox import Execution, Limits, Program, Sandbox
from rlvr.sandbox.programs import keeper, stock, turns
from rlvr.sandbox.programs.channel import Channel
from rlvr.sandbox.programs.cpu import Cpu
from rlvr.sandbox.programs.inside import wire
from rlvr.sandbox.programs.pool import SlotPool
from rlvr.sandbox.programs.slot import Shape, Slot
from rlvr.sandbox.programs.stock import Bounds, Stock, bounds_for
from rlvr.sandbox.programs.turns import HELD_SHARE, Brake, Turn, share_of
from tests.sandbox.programs.test_slots import REPORT, ScriptedTier, frame, request
from tests.sandbox.programs.victims import wait_until

NAP = Limits(wall_s=30)


class Kept(Cpu):
    """The CPU of a scripted slot: a job that `burns` uses all that it may, and what it may is kept."""

    def __init__(self) -> None:
        self.shares: list[float] = []
        self.burns = False
        self.is_obeyed = True
        self._used_s = 0.0

    def used_s(self) -> float:
        self._used_s += self.burns
        return self._used_s

    def limit(self, share: float) -> bool:
        self.shares.append(share)
        return self.is_obeyed


class NappingTier(ScriptedTier):
    """Slots whose programs last for as many seconds as their source says; a `!` after it ends the slot's life."""

    def __init__(self) -> None:
        super().__init__(self._nap)
        self.burns = False
        self.slots: list[Slot] = []
        self.num_running = self.most_running = 0
        self.order: list[bytes] = []
        self._lock = threading.Lock()

    def make_slot(self, shape: Shape) -> Slot:
        slot = super().make_slot(shape)
        slot.cpu = cpu = Kept()
        cpu.burns = self.burns
        self.slots.append(slot)
        return slot

    def _nap(self, channel: Channel, sock: socket.socket) -> None:
        while True:
            number, kind, source = request(channel)
            if kind == wire.PING:
                sock.sendall(frame(number, wire.PONG))
                continue
            with self._lock:
                self.num_running += 1
                self.most_running = max(self.most_running, self.num_running)
                self.order.append(source)
            time.sleep(float(source.strip(b"!")))
            with self._lock:
                self.num_running -= 1
            report = REPORT | {"killed": "wall" if b"!" in source else ""}
            sock.sendall(frame(number, wire.DONE, source, **report, sizes=[len(source), 0]))


class Running:
    """Programs that run in threads of their own."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._threads: list[threading.Thread] = []
        self.done: list[Execution] = []

    def start(self, source: str, number: int = 1, limits: Limits | None = NAP) -> None:
        for _ in range(number):
            call = lambda: self.done.append(self._sandbox.run(Program(source), limits))  # noqa: E731
            self._threads.append(threading.Thread(target=call))
            self._threads[-1].start()

    def wait(self) -> None:
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive()


@pytest.fixture
def tier() -> NappingTier:
    return NappingTier()


def test_who_came_first_starts_first(tier: NappingTier) -> None:
    with Sandbox(tier, num_slots=1) as sandbox:
        running = Running(sandbox)
        running.start("0.02")
        for n in range(1, 10):
            time.sleep(0.002)
            running.start(f"0.00{n}")
        running.wait()
    assert tier.order == [b"0.02"] + [b"0.00%d" % n for n in range(1, 10)]


def test_jobs_that_sleep_leave_their_turns_to_others(tier: NappingTier) -> None:
    with Sandbox(tier, num_slots=2) as sandbox:
        running = Running(sandbox)
        running.start("4", 9)
        time.sleep(0.2)
        executions = sandbox.run_many([Program("0.001")] * 100)
        assert all(execution.is_ok for execution in executions)
        assert len(running.done) < 9  # the others were not waited for
        running.wait()
    assert tier.most_running >= 10


def test_jobs_that_burn_are_few_at_one_time(tier: NappingTier) -> None:
    tier.burns = True
    with Sandbox(tier, num_slots=2) as sandbox:
        running = Running(sandbox)
        running.start("0.4", 20)
        running.wait()
    assert tier.most_running == 4


@pytest.mark.parametrize("burns", [False, True])
def test_there_is_room_beside_jobs_that_sleep_and_not_beside_many_that_burn(tier: NappingTier, burns: bool) -> None:
    tier.burns = burns
    with Sandbox(tier, num_slots=2) as sandbox:
        assert sandbox.has_room
        running = Running(sandbox)
        running.start("1", 5)
        wait_until(lambda: sandbox.has_room is not burns and len(tier.order) >= 4, 30)
        running.wait()
        assert sandbox.has_room


def test_the_stock_grows_on_demand_and_shrinks_again(tier: NappingTier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stock, "_KEEP_S", 0.5)
    monkeypatch.setattr(stock, "_QUIET_S", 0.1)
    with Sandbox(tier, num_slots=1) as sandbox:
        live = sandbox._pool._stock.live
        wait_until(lambda: len(live) == bounds_for(Shape.of(NAP), 1).num_usual)
        running = Running(sandbox)
        running.start("1.5", 6)
        time.sleep(1)
        assert len(live) >= 6
        running.wait()
        wait_until(lambda: len(live) == 4)


def test_the_stock_is_bounded_by_memory() -> None:
    shape = Shape.of(Limits(memory_mb=2**19))
    assert bounds_for(shape, 2) == Bounds(4, 3, 4)
    assert bounds_for(Shape.of(Limits(memory_mb=16)), 2).num_most > 4


def test_a_slot_is_not_replaced_while_programs_come_if_its_end_can_wait(tier: NappingTier) -> None:
    with Sandbox(tier, num_slots=2) as sandbox:
        wait_until(lambda: len(tier.slots) == 6)
        assert sandbox.run(Program("0!")).outcome == "TLE"
        for _ in range(100):
            sandbox.run(Program("0.001"))
        assert tier.num_made == 6
        wait_until(lambda: tier.num_made == 7)


def test_programs_of_two_shapes_in_turns_share_the_slots(tier: NappingTier) -> None:
    with Sandbox(tier, num_slots=2) as sandbox:
        for n in range(100):
            execution = sandbox.run(Program("0.001"), Limits(memory_mb=100 + n % 2, disk_mb=10 + n % 3))
            assert execution.is_ok
    assert tier.num_made < 12


def test_no_shape_starves_another(tier: NappingTier) -> None:
    pool = SlotPool(tier, Shape.of(NAP), 1, Bounds(1, 1, 1))
    stopped = threading.Event()

    def occupy() -> None:
        while not stopped.is_set():
            turn = pool.take(Shape.of(NAP), 9)
            turn.slot.run(Program("0.001"), NAP, turn.give_way)
            pool.give_back(turn)

    threads = [threading.Thread(target=occupy) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        pool.give_back(pool.take(Shape.of(Limits(memory_mb=99)), 9))
    finally:
        stopped.set()
        for thread in threads:
            thread.join()
        pool.close()


def test_idle_slots_of_another_shape_are_given_up_although_no_job_ends(
    tier: NappingTier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "HEARTBEAT_S", 1e6)  # nothing else looks at them again
    pool = SlotPool(tier, Shape.of(NAP), 1, Bounds(1, 1, 1))
    pool.give_back(pool.take(Shape.of(NAP), 9))
    thread = threading.Thread(target=lambda: pool.give_back(pool.take(Shape.of(Limits(memory_mb=99)), 9)), daemon=True)
    thread.start()
    thread.join(60)
    assert not thread.is_alive()
    pool.close()


class Held:
    """A turn under a brake, with a job that burns."""

    def __init__(self, wall_s: float = 10) -> None:
        tier = NappingTier()
        self.slot = tier.make_slot(Shape.of(NAP))
        self.cpu = self.slot.cpu = Kept()
        self.cpu.burns = True
        self.brake = Brake(lambda: None)
        self.turn = Turn(self.slot, wall_s, self.brake.watch)
        self.turn.give_way()

    def flow(self, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        """Let short jobs end for so long."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not until():
            self.brake.num_short += 1
            time.sleep(0.01)

    def end(self) -> None:
        self.brake.forget(self.turn)
        self.turn.end()
        self.brake.close()
        self.slot.destroy()


def test_a_job_that_burns_is_held_back_while_short_ones_come() -> None:
    held = Held()
    time.sleep(0.2)
    assert held.cpu.shares == []
    held.flow(5, lambda: bool(held.cpu.shares))
    assert held.cpu.shares == [HELD_SHARE]
    wait_until(lambda: held.cpu.shares == [HELD_SHARE, 1.0])
    held.flow(5, lambda: len(held.cpu.shares) == 3)
    held.end()
    assert held.cpu.shares == [HELD_SHARE, 1.0, HELD_SHARE, 1.0]
    assert not held.slot.is_spent


def test_no_job_is_held_back_for_more_than_half_its_time() -> None:
    held = Held(wall_s=0.4)
    held.flow(1)
    assert held.cpu.shares == [HELD_SHARE, 1.0]
    held.end()


def test_a_job_that_sleeps_is_not_held_back() -> None:
    held = Held()
    held.cpu.burns = False
    wait_until(lambda: not held.turn.is_busy)
    held.flow(0.3)
    assert held.cpu.shares == []
    held.end()


def test_a_job_that_has_only_waited_for_a_cpu_is_not_held_back() -> None:
    held = Held()
    held.cpu.burns = False
    held.flow(0.05)
    assert held.turn.is_busy  # for all that is known
    assert held.cpu.shares == []
    held.end()


def test_jobs_that_are_held_back_share_what_they_may_use() -> None:
    held = Held()
    others = [Turn(held.slot, 10, held.brake.watch) for _ in range(3)]
    for turn in others:
        turn.give_way()
    held.flow(5, lambda: {turn.share for turn in (held.turn, *others)} == {share_of(4)})
    assert held.brake.num_busy == 4
    wait_until(lambda: {turn.share for turn in (held.turn, *others)} == {1.0})
    held.end()


@pytest.mark.parametrize(("used", "is_busy"), [(0.02, True), (0.001, False)])
def test_a_job_that_is_held_back_is_busy_if_it_uses_what_it_may(
    used: float, is_busy: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held()
    held.end()
    turn, now = Turn(held.slot, 10, lambda _: None), 100.0
    monkeypatch.setattr(turns, "time", types.SimpleNamespace(monotonic=lambda: now))
    monkeypatch.setattr(held.cpu, "used_s", lambda: now * used)
    turn.give_way()
    turn.hold(0.02, 0)
    for _ in range(20):
        now += 0.1
        turn.look()
        assert turn.is_busy or now > 100.3
    assert turn.is_busy == is_busy


def test_what_is_held_back_never_has_more_than_its_share_together() -> None:
    assert share_of(1) == HELD_SHARE
    for number in range(1, 9):
        assert HELD_SHARE / 2 < number * share_of(number) <= HELD_SHARE


def test_a_slot_that_cannot_be_let_go_is_spent() -> None:
    held = Held()
    held.flow(5, lambda: bool(held.cpu.shares))
    held.cpu.is_obeyed = False
    held.end()
    assert held.slot.is_spent


def test_a_pinged_slot_is_nobodys_until_it_has_answered() -> None:
    tier = NappingTier()
    shape = Shape.of(NAP)
    slots = Stock(shape, Bounds(2, 2, 2))
    slot = tier.make_slot(shape)
    slots.add(slot)
    assert slots.to_ping(-1) is slot
    assert slots.pick(shape) is None
    slots.note_ping(True)
    assert slots.pick(shape) is slot
    slot.destroy()
