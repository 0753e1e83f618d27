"""How many tests of a program run at one time, where some of them last."""

import threading
import time

import pytest

from rlvr.rewards import CodeVerifier, Verdict
from rlvr.rewards.code.schedule import LASTS_S
from rlvr.sandbox import Execution, Limits, Program
from tests.rewards.code.fakes import FakeSandbox, wrote

ROWS = {"kind": "stdin", "tests": [{"input": f"{n}\n", "output": f"{n}\n"} for n in range(20)], "score": "fraction"}


def test_programs_that_hang_leave_the_others_their_turn() -> None:
    last = threading.Event()

    def script(program: Program, limits: Limits) -> Execution:
        if int(program.stdin) == 19:
            last.set()
        elif int(program.stdin) < 12:
            assert last.wait(60)
        return wrote(program.stdin)

    sandbox = FakeSandbox(script, num_slots=2)
    assert CodeVerifier(sandbox).grade("x", ROWS).verdict is Verdict.CORRECT
    assert 12 < sandbox.most_at_once <= sandbox.num_threads


@pytest.mark.parametrize(("has_room", "num_threads"), [(False, 16), (True, 3), (True, 5)])
def test_no_more_tests_begin_than_have_room(has_room: bool, num_threads: int) -> None:
    def script(program: Program, limits: Limits) -> Execution:
        time.sleep(0.0 if int(program.stdin) > 5 else 2.5 * LASTS_S)
        return wrote(program.stdin)

    sandbox = FakeSandbox(script, num_slots=2)
    sandbox.has_room, sandbox.num_threads = has_room, num_threads
    assert CodeVerifier(sandbox).grade("x", ROWS).verdict is Verdict.CORRECT
    assert 1 < sandbox.most_at_once <= (num_threads if has_room else 3)
