"""Programs that try to pass tests that are code without deserving it, and unusual ones that do deserve it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rlvr.rewards import CodeVerifier, Verdict
from rlvr.sandbox import Limits, Sandbox, SandboxError, open_sandbox

TESTS: dict[str, dict[str, Any]] = {
    "lifted": {"asserts": ["assert f(3) == [9, 27]", "assert f(2) == [4, 8]"]},
    "judged": {"asserts": ["n = 3\nassert f(n) == [9, 27]\nassert f(2) == [4, 8]"]},
    "compared": {"asserts": ["for n in 3, 2:\n    assert not [n * n, n ** 3] != f(n) and len(f(n)) == 2"]},
    "check": {"test": "def check(c):\n    for n in range(2, 9): assert c(n) == [n * n, n ** 3]"},
    "unittest": {
        "test": "import unittest\nclass T(unittest.TestCase):\n"
        "    def test_it(self):\n        for n in range(2, 9): self.assertEqual(f(n), [n * n, n ** 3])"
    },
}


def programs(name: str) -> dict[str, str]:
    blocks = Path(__file__).with_name(name).read_text().split("\n=== ")[1:]
    return {part[0]: part[2] for part in (block.partition("\n") for block in blocks)}


CHEATS, HONEST = programs("assert_cheats.txt"), programs("assert_honest.txt")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    try:
        opened = open_sandbox("bubblewrap", limits=Limits(wall_s=1, cpu_s=1, memory_mb=128, output_mb=2), num_slots=2)
    except SandboxError as error:
        pytest.skip(f"no bubblewrap here: {error}")
    with opened:
        yield opened


def graded(sandbox: Sandbox, program: str, tests: dict[str, Any]) -> tuple[Verdict, str]:
    score = CodeVerifier(sandbox).grade(program, {"kind": "assert", "tests": {"entry_point": "f"} | tests})
    assert score.value == {Verdict.CORRECT: 1.0, Verdict.UNSCORED: None}.get(score.verdict, 0.0)
    return score.verdict, score.reason


@pytest.mark.parametrize("name", CHEATS)
def test_no_cheat_is_paid(sandbox: Sandbox, name: str) -> None:
    kinds = ("lifted", "check") if name.endswith("(slow)") else TESTS
    found = {kind: graded(sandbox, CHEATS[name], TESTS[kind]) for kind in kinds}
    assert {verdict for verdict, _ in found.values()} <= {Verdict.WRONG, Verdict.LIMIT}, found


@pytest.mark.parametrize("name", HONEST)
def test_every_honest_program_is(sandbox: Sandbox, name: str) -> None:
    found = {kind: graded(sandbox, HONEST[name], tests) for kind, tests in TESTS.items()}
    assert {verdict for verdict, _ in found.values()} == {Verdict.CORRECT}, found


SECRET = """
class Game:
    limit = 100
    def __init__(self, secret):
        self.tries, self._secret, self.is_over = 0, secret, False
    def is_below(self, n):
        self.tries += 1
        return self._secret < n
    @property
    def left(self): return 9 - self.tries

def check(candidate):
    import random
    for secret in random.sample(range(100), 5):
        game = Game(secret)
        assert candidate(game, lambda n: n == secret, iter([secret])) == secret
        assert game.tries <= 9 and not game.is_over and type(game) is Game
"""
FINDS = """
def f(game, is_it, last):
    low, high = 0, game.limit
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if game.is_below(middle) else (middle, high)
    assert is_it(low) and game.left == 9 - game.tries >= 0
    return low
"""
ASK = """
import os
BY = next(one for one in __import__("gc").get_objects() if type(one).__name__ == "Peer")
def ask(*words): return BY._exchange(words, "value", "changed", "items")[1]
"""
PEEKS = [
    "game._secret",
    "game.__dict__['_secret']",
    "vars(game)['_secret']",
    "game.is_below.__self__._secret",
    "game.is_below.__func__.__globals__",
    "is_it.__closure__[0].cell_contents",
    "is_it.__code__.co_consts[-1]",
    "is_it.__globals__['secret']",
    "last.gi_frame",
    "last.__reduce__()[1]",
    "ask('get', game._rlvr_number, '_secret')",
    "ask('get', game._rlvr_number, '__dict__')['_secret']",
    "ask('get', is_it._rlvr_number, '__closure__')",
    "ask('get', is_it._rlvr_number, 'cell_contents')",
    "ask('get', last._rlvr_number, '__setstate__')",
    "ask('str', game._rlvr_number)",
    "ask('entry', 0)",
    "ask('get', 10**6, 'x')",
    "ask('get', -1, 'x')",
    "ask('get', 'game', '_secret')",
    "ask('call', '{0._secret}'.format, (game,), {})",
    "ask('get', '{0._secret}', 'format')",
    "ask('next', last._rlvr_number, 10**9)[0] * 0",
    "game.is_below('x') and 0",
    "(setattr(game, 'is_over', True), setattr(game, 'tries', 0))",
    "setattr(game, 'is_below', lambda n: True)",
    "[is_it(n) for n in range(100)] and None",
]


@pytest.mark.parametrize("peek", PEEKS)
def test_nothing_is_behind_a_handle_but_what_was_handed_out(sandbox: Sandbox, peek: str) -> None:
    tests = {"test": SECRET}
    plain = f"def f(game, is_it, last): return {peek}"
    tries = f"def f(game, is_it, last):\n    try: return {peek}\n    except BaseException as error: return repr(error)"
    for program in (plain, tries):
        verdict, reason = graded(sandbox, ASK + program, tests)
        assert verdict is Verdict.WRONG, reason


def test_what_was_handed_out_can_be_used(sandbox: Sandbox) -> None:
    assert graded(sandbox, FINDS, {"test": SECRET}) == (Verdict.CORRECT, "the test passed")
