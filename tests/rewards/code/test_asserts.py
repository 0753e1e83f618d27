"""Tests that are code, on real programs, in the bubblewrap tier: what must pass, and beside it what must not."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rlvr.rewards import CodeVerifier, Score, Verdict
from rlvr.sandbox import Limits, Sandbox, SandboxError, open_sandbox

STACK = """
class Stack:
    LIMIT = 3
    def __init__(self, items=()): self.items = list(items)
    def push(self, item):
        self.items.append(item)
        return self
    def pop(self):
        if not self.items: raise IndexError("empty")
        return self.items.pop()
    def peers(self): return [self, Stack([9])]
    def __len__(self): return len(self.items)
    def __iter__(self): return iter(self.items)
    def __getitem__(self, place): return self.items[place]
    def __setitem__(self, place, item): self.items[place] = item
    def __repr__(self): return f"Stack({self.items})"
"""
TREE = """
class Node:
    def __init__(self, val, left=None, right=None):
        self.val, self.left, self.right = val, left, right
"""
TREES = "t = Node(1, Node(2), Node(3, None, Node(4)))\n"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    try:
        opened = open_sandbox("bubblewrap", limits=Limits(wall_s=2, cpu_s=2), num_slots=2)
    except SandboxError as error:
        pytest.skip(f"no bubblewrap here: {error}")
    with opened:
        yield opened


def graded(sandbox: Sandbox, program: str, test: str, entry: str = "f", **fields: Any) -> Score:
    reference = {"kind": "assert", "tests": {"entry_point": entry, "asserts": [test]}} | fields
    return CodeVerifier(sandbox).grade(program, reference)


def pairs() -> dict[str, tuple[str, str, str]]:
    """Return tests, each with a program that passes it and one that does not, by name."""
    found = {}
    for block in (Path(__file__).with_name("asserts.txt").read_text()).split("\n=== ")[1:]:
        name, _, rest = block.partition("\n")
        test, right, wrong = re.split("\n--- (?:right|wrong)\n", rest)
        found[name] = (test, right, wrong)
    return found


PAIRS = pairs()


@pytest.mark.parametrize(("test", "right", "wrong"), PAIRS.values(), ids=PAIRS)
def test_a_right_program_passes_and_a_wrong_one_does_not(sandbox: Sandbox, test: str, right: str, wrong: str) -> None:
    score = graded(sandbox, right, test)
    assert score.verdict is Verdict.CORRECT, score.reason
    score = graded(sandbox, wrong, test)
    assert score.verdict is Verdict.WRONG, score.reason


CLASS_TESTS = [
    "s = Stack()\ns.push(1).push([2])\nassert len(s) == 2 and s.pop() == [2] and list(s) == [1] and s[0] == 1",
    "s = Stack((1, 2))\nassert s.items == [1, 2] and s.LIMIT == 3 and repr(s) == str(s) == 'Stack([1, 2])'",
    "s = Stack()\nassert s.push(1) is s and s == s and s != Stack([1]) and s in [s] and len({s, s}) == 1",
    "s = Stack([1])\ns[0] = 5\ns.items = [7, s[0]]\nassert s.items == [7, 5] and 5 in s and 6 not in s",
    "a, b = Stack().peers()\nassert isinstance(a, Stack) and isinstance(b, Stack) and not isinstance(1, Stack)",
    "push = Stack().push\nassert [len(push(n)) for n in range(20)] == list(range(1, 21))",
    "assert Stack.__name__ == 'Stack' and callable(Stack) and not callable(Stack())\nassert isinstance(Stack(), Stack)",
    "try: Stack().pop()\nexcept IndexError as error: assert str(error) == 'empty'\nelse: assert False",
    "try: Stack().append\nexcept AttributeError: pass\nelse: assert False",
    "assert [*map(len, map(Stack, ['', 'ab']))] == [0, 2] and sorted(Stack('ba')) == ['a', 'b']",
]


@pytest.mark.parametrize("test", CLASS_TESTS)
def test_an_entry_point_may_be_a_class(sandbox: Sandbox, test: str) -> None:
    score = graded(sandbox, STACK, test, "Stack")
    assert score.verdict is Verdict.CORRECT, score.reason
    broken = STACK.replace("class Stack", "class S").replace("Stack([9])", "S([9])") + "\ndef Stack(*a): return [*a]"
    assert graded(sandbox, broken, test, "Stack").verdict is Verdict.WRONG


@pytest.mark.parametrize(
    "test",
    [
        *("f() + 1", "1 + f()", "f() * 2", "-f()", "abs(f())", "round(f())", "sum([f()])", "f() < 1", "f() >= f()"),
        *("float(f())", "int(f())", "range(f())", "[1][f()]", "bool(f())", "not f()", "f() and 1", "1 if f() else 0"),
        *("len(f())", "list(f())", "f()[0]", "1 in f()", "f()()", "with f(): pass", "import copy; copy.deepcopy(f())"),
    ],
)
def test_an_opaque_object_has_no_arithmetic_no_order_and_no_truth(sandbox: Sandbox, test: str) -> None:
    names = ["bool", "int", "float", "index", "abs", "neg", "add", "radd", "mul", "lt", "ge", "round", "enter", "exit"]
    own = "".join(f"    def __{name}__(self, *a): return 1\n" for name in names)
    program = f"class Y:\n{own}    def __eq__(self, other): return True\n    __hash__ = None\ndef f(): return Y()"
    score = graded(sandbox, program, f"{test}\nassert True")
    assert (score.verdict, "TypeError" in score.reason) == (Verdict.WRONG, True), score.reason
    assert graded(sandbox, program, "assert f() is not None").verdict is Verdict.CORRECT


CHECK = "METADATA = {}\n\ndef check(candidate):\n    for n in range(50):\n        assert candidate(n) == n + 1, 'no'\n"


def checked(sandbox: Sandbox, program: str, test: str, **fields: Any) -> Score:
    return CodeVerifier(sandbox).grade(
        program, {"kind": "assert", "tests": {"entry_point": "f", "test": test}} | fields
    )


def test_check_is_called_with_the_entry_point(sandbox: Sandbox) -> None:
    assert checked(sandbox, "def f(x): return x + 1", CHECK).reason == "the test passed"
    assert checked(sandbox, "class Solution:\n    def f(self, x): return x + 1", CHECK).verdict is Verdict.CORRECT
    score = checked(sandbox, "def f(x): return x + (x < 49)", CHECK)
    assert (score.verdict, score.reason) == (Verdict.WRONG, "test 1 of 1: WA: an assertion failed")


CASES = """
import unittest
from unittest import TestCase as Case

class Base(Case):
    def setUp(self): self.base = 1
    def test_first(self): self.assertEqual(f(self.base), 2)

class More(Base):
    @classmethod
    def setUpClass(cls): cls.start = 5
    def test_second(self):
        for n in range(5):
            with self.subTest(n): self.assertEqual(f(n), n + 1)
    def test_third(self):
        with self.assertRaises(TypeError): f(None)
        print("noise")

if __name__ == "__main__":
    unittest.main()
unittest.main()
"""


def test_each_method_of_a_unittest_class_is_a_record(sandbox: Sandbox) -> None:
    assert checked(sandbox, "def f(x): return x + 1", CASES).reason == "all 4 tests passed"
    score = checked(sandbox, "def f(x): return 3 if x == 2 else x + (x < 4)", CASES)
    assert score.reason == "test 3 of 4: WA: an assertion failed"
    score = checked(sandbox, "def f(x): return int(x or 0) + 1", CASES, score="fraction")
    assert (score.value, score.verdict) == (0.75, Verdict.PARTIAL)


@pytest.mark.parametrize(
    "method",
    [
        "@unittest.skip('')\n    def test_it(self): f(1)",
        "@unittest.expectedFailure\n    def test_it(self): self.assertEqual(f(1), 3)",
        "@unittest.expectedFailure\n    def test_it(self): self.assertEqual(f(1), 2)",
        "def test_it(self): f(1), self.skipTest('')",
        "def setUp(self): f(1), self.skipTest('')\n    def test_it(self): pass",
        "@classmethod\n    def setUpClass(cls): raise unittest.SkipTest\n    def test_it(self): pass",
        "def tearDown(self): self.fail()\n    def test_it(self): f(1)",
        "@classmethod\n    def tearDownClass(cls): assert 0\n    def test_it(self): f(1)",
        "def test_it(self):\n        with self.subTest(): self.fail()",
        "def test_it(self): self.assertEqual(f(1), 3)",
        "def test_it(self): f(1), exit(0)",
        "def test_it(self): __import__('os')._exit(0)",
    ],
)
def test_what_did_not_run_to_its_end_is_no_good_record(sandbox: Sandbox, method: str) -> None:
    score = checked(sandbox, "def f(x): return x + 1", f"import unittest\nclass T(unittest.TestCase):\n    {method}\n")
    assert score.verdict is Verdict.WRONG, score.reason


def test_the_preamble_is_for_the_program_and_for_the_test(sandbox: Sandbox) -> None:
    test = f"{TREES}r = f(t)\nassert (r.val, t.val, r.right.val, r.right.left) == (5, 2, 7, None) and r.left is t"
    program = "def f(t):\n    t.val += 1\n    return Node(5, t, Node(7))"
    assert graded(sandbox, program, test, preamble=TREE).verdict is Verdict.CORRECT
    assert graded(sandbox, f"{TREE}\n{program}", f"{TREE}\n{test}").verdict is Verdict.WRONG
    score = graded(sandbox, "def f(a: List[int]): return sum(a)", "assert f(deque([1])) == 1", preamble="leetcode")
    assert score.verdict is Verdict.CORRECT


@pytest.mark.parametrize(
    ("test", "reason"),
    [
        ("assert f(1) == helper(1)", "the name 'helper', which nothing defines: give it in the preamble"),
        ("import numpy\nassert f(1) == 2", "cannot be run: ModuleNotFoundError"),
        ("assert f(1) == 2\nreturn", "cannot be run: SyntaxError"),
    ],
)
def test_a_test_that_cannot_be_run_is_unscored(sandbox: Sandbox, test: str, reason: str) -> None:
    program = "def f(x): return x + 1\ndef helper(x): return f(x)"
    score = graded(sandbox, program, test)
    assert score.verdict is Verdict.UNSCORED
    assert reason in score.reason
    # A program cannot bring that about: what it raises is its own.
    for error in ("ImportError", "NameError", "SyntaxError"):
        score = graded(sandbox, f"def f(x): raise {error}('helper')", "assert f(1) == 2 or helper(1)")
        assert score.reason == f"test 1 of 1: RE: f raised {error}: '{error}: helper'"


def test_a_thousand_calls_of_one_test(sandbox: Sandbox) -> None:
    test = "assert [f(n) for n in range(1000)] == list(range(1, 1001))"
    assert graded(sandbox, "def f(x): return x + 1", test).verdict is Verdict.CORRECT
    assert graded(sandbox, "def f(x): return x + (x < 999)", test).verdict is Verdict.WRONG
