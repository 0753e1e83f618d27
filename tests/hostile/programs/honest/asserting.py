"""Honest functions and classes that tests of code use in unusual ways."""

from typing import Any, Final

from tests.hostile.programs.entry import Entry
from tests.hostile.programs.references import asserting


def _check(name: str, lines: str, program: str) -> Entry:
    """Return a program for a test that is the lines, with `c` for the entry point `f`."""
    body = "".join(f"    {line}\n" for line in lines.split("\n"))
    return Entry(name, asserting("f", f"def check(c):\n{body}", limits={}), "AC", program)


def _unit(name: str, entry_point: str, test: str, program: str, **fields: Any) -> Entry:
    return Entry(name, asserting(entry_point, test, limits={}, **fields), "AC", program)


_ACCOUNT: Final = """
    import unittest
    class TestAccount(unittest.TestCase):
        @classmethod
        def setUpClass(cls): cls.kinds = (int, float)
        def setUp(self): self.account = Account("eve", balance=10)
        def tearDown(self): self.account.close()
        def test_deposit(self):
            self.assertEqual(self.account.deposit(5), 15)
            self.assertEqual(self.account.balance, 15)
            self.assertEqual(self.account.history[-1], ("deposit", 5))
        def test_overdraft(self):
            with self.assertRaisesRegex(ValueError, "too little"): self.account.withdraw(100)
            self.assertEqual(self.account.balance, 10)
        def test_transfer(self):
            other = Account("bob")
            self.account.transfer(other, amount=4)
            self.assertEqual((self.account.balance, other.balance), (6, 4))
            self.assertIsNot(other, self.account)
            self.assertIsInstance(other, Account)
        def test_names(self):
            for name in "abc":
                with self.subTest(name=name): self.assertEqual(Account(name).owner, name)
            self.assertEqual(Account.COUNTRY, "XX")
            self.assertEqual(Account.parse("x:3").balance, 3)
        def test_text(self):
            self.assertEqual(str(self.account), "eve: 10")
            self.assertIn("eve", repr(self.account))
            self.assertTrue(self.account.is_open)
            self.assertAlmostEqual(self.account.interest(0.1), 1.0, places=9)
"""
_ACCOUNT_PROGRAM: Final = """
    class Account:
        COUNTRY = "XX"
        def __init__(self, owner, balance=0):
            self.owner, self.balance, self.history, self.is_open = owner, balance, [], True
        def deposit(self, amount):
            self.balance += amount
            self.history.append(("deposit", amount))
            return self.balance
        def withdraw(self, amount):
            if amount > self.balance: raise ValueError("too little money")
            self.balance -= amount
        def transfer(self, other, *, amount):
            self.withdraw(amount)
            other.deposit(amount)
        def interest(self, rate): return self.balance * rate
        def close(self): self.is_open = False
        @classmethod
        def parse(cls, text):
            owner, _, balance = text.partition(":")
            return cls(owner, int(balance))
        def __str__(self): return f"{self.owner}: {self.balance}"
        def __repr__(self): return f"Account({self.owner!r})"
"""

ASSERTING: Final = [
    _unit("a class with all its kinds of members", "Account", _ACCOUNT, _ACCOUNT_PROGRAM),
    _check("results of many types", "import datetime, decimal, fractions\nassert c(0) == (1, 2.5, 'x', b'y', None, True, 1j)\nassert c(1) == {1: {2}, (3,): frozenset({4})}\nassert c(2) == [decimal.Decimal('0.1'), fractions.Fraction(1, 3), datetime.date(2020, 2, 29), range(3)]", """
        import datetime
        from decimal import Decimal
        from fractions import Fraction
        def f(n):
            return [(1, 2.5, "x", b"y", None, True, 1j), {1: {2}, (3,): frozenset({4})},
                    [Decimal("0.1"), Fraction(1, 3), datetime.date(2020, 2, 29), range(3)]][n]
        """),
    _check("subclasses as their base values", "assert c() == [{'a': 2}, {'b': [1]}, 3, 'x', (1, 2)]", """
        from collections import Counter, defaultdict, namedtuple
        from enum import IntEnum
        class E(IntEnum): X = 3
        class S(str): pass
        def f():
            d = defaultdict(list)
            d["b"].append(1)
            return [Counter("aa"), d, E.X, S("x"), namedtuple("P", "x y")(1, 2)]
        """),
    _check("a generator, taken in parts", "g = c(3)\nassert next(g) == 0 and list(g) == [1, 4]\nassert list(c(0)) == []", "def f(n):\n    for i in range(n): yield i * i"),
    _check("a generator without end", "import itertools\nassert list(itertools.islice(c(), 5)) == [0, 1, 1, 2, 3]", "def f():\n    a, b = 0, 1\n    while True:\n        yield a\n        a, b = b, a + b"),
    _check("a function that returns functions", "add = c(3)\nassert add(4) == 7 and [add(n) for n in range(3)] == [3, 4, 5]\nassert list(map(c(1), [1, 2])) == [2, 3]", "def f(n): return lambda m: n + m"),
    _check("callbacks", "seen = []\nassert c(seen.append, [1, 2, 3]) is None and seen == [1, 2, 3]\nassert c(lambda x: None, []) is None", "def f(call, items):\n    for item in items: call(item)"),
    _check("a mock as a callback", "from unittest.mock import Mock, call\nseen = Mock(size=2)\nassert c(seen, [1, 2]) == 2 and seen.call_args_list == [call(1), call(2)]", "def f(call, items):\n    for item in items: call(item)\n    return call.size"),
    _check("callbacks that raise", "def no(x): raise KeyError(x)\nassert c(no, 1) == 'KeyError'", "def f(call, x):\n    try:\n        call(x)\n    except KeyError as error:\n        return type(error).__name__"),
    _check("a key function", "assert c(['bb', 'a'], key=len) == ['a', 'bb'] and c([1, 2], key=lambda x: -x) == [2, 1]", "def f(items, *, key=None): return sorted(items, key=key)"),
    _check("a decorator", "calls = []\n@c\ndef g(x):\n    calls.append(x)\n    return x * 2\nassert g(3) == g(3) == 6 and calls == [3]", "import functools\ndef f(g): return functools.lru_cache(None)(g)"),
    _check("lists changed in place", "x = [3, 1, 2]\ny = x\nassert c(x) is None and x is y and x == [1, 2, 3]", "def f(x): x.sort()"),
    _check("tables changed in place", "grid = [[1, 2], [3, 4]]\nrow = grid[0]\nassert c(grid) is None\nassert grid == [[1, 3], [2, 4]] and grid[0] is row", "def f(grid): grid[0][1], grid[1][0] = grid[1][0], grid[0][1]"),
    _check("a dict changed in place", "d = {'a': [1]}\nassert c(d) is None and d == {'a': [1, 2], 'b': 0}", "def f(d):\n    d['a'].append(2)\n    d['b'] = 0"),
    _check("exceptions by type", "import json\nfor n, kind in enumerate((ValueError, TypeError, KeyError, ZeroDivisionError, StopIteration, RecursionError, OSError)):\n    try:\n        c(n)\n    except kind:\n        continue\n    assert False", """
        def deep(): return deep()
        def f(n):
            return [lambda: int("x"), lambda: 1 + "x", lambda: {}["x"], lambda: 1 / 0, lambda: next(iter(())), deep, lambda: open("/no/such")][n]()
        """),
    _check("an exception of its own", "try:\n    c()\nexcept ValueError as error:\n    assert str(error) == 'bad: 3'\nelse:\n    assert False", "class Bad(ValueError):\n    def __init__(self, n): super().__init__(f'bad: {n}')\ndef f(): raise Bad(3)"),
    _check("a handle with a length and items", "r = c(3)\nassert len(r) == 3 and r[1] == 1 and list(r) == [0, 1, 2] and [x for x in r] == [0, 1, 2]", "class R:\n    def __init__(self, n): self.n = n\n    def __len__(self): return self.n\n    def __getitem__(self, k):\n        if k >= self.n: raise IndexError\n        return k\n    def __iter__(self): return iter(range(self.n))\ndef f(n): return R(n)"),
    _check("handles of handles", "node = c([1, 2, 3])\nassert node.value == 1 and node.next.next.value == 3 and node.next.next.next is None", "class Node:\n    def __init__(self, value, next=None): self.value, self.next = value, next\ndef f(items):\n    node = None\n    for item in reversed(items): node = Node(item, node)\n    return node"),
    _check("handles given back", "a, b = c(), c()\na.link(b)\nassert a.other is b and b.other is None and a is not b and a != b", "class A:\n    other = None\n    def link(self, other): self.other = other\ndef f(): return A()"),
    _check("a deque and an ordered dict", "assert list(c(0)) == [1, 2] and c(1) == {'b': 1, 'a': 2}", "from collections import OrderedDict, deque\ndef f(n): return OrderedDict(b=1, a=2) if n else deque([1, 2])"),
    _check("floats by a tolerance", "import math\nassert math.isclose(c(2), 2 ** 0.5, rel_tol=1e-9) and abs(c(3) - 1.7320508) < 1e-6 and round(c(2), 3) == 1.414", "def f(n): return n ** 0.5"),
    _check("large integers and texts", "assert c(3) == 7 ** 5000 and len(c(0)) == 1_000_000 and c(0)[:3] == 'abc'", "def f(n): return 7 ** 5000 if n else 'abc' + 'd' * 999_997"),
    _check("a text of nearly 8 MiB", "assert len(c(3)) == 7_900_000", "def f(n): return 'x' * 7_900_000"),
    _check("many calls", "for n in range(500): assert c(n) == n * n", "def f(n): return n * n"),
    _check("state between calls", "assert [c(), c(), c()] == [1, 2, 3]", "import itertools\n_count = itertools.count(1)\ndef f(): return next(_count)"),
    _check("prints, and a closed stdout", "assert c(3) == 9 and c(4) == 16", "import os, sys\nprint('ready')\ndef f(n):\n    print('debug', n, flush=True)\n    sys.stderr.write('x' * 1000)\n    return n * n"),
    _check("processes and threads", "assert c(3) == 9", "import threading\nfrom multiprocessing import Pool\ndef square(n): return n * n\ndef f(n):\n    out = []\n    with Pool(2) as pool: out += pool.map(square, [n])\n    thread = threading.Thread(target=lambda: out.append(1))\n    thread.start(), thread.join()\n    return out[0]"),
    _check("a daemon that never ends beside it", "assert c(3) == 9", "import threading, time\nthreading.Thread(target=time.sleep, args=(1000,), daemon=True).start()\ndef f(n): return n * n"),
    _check("a deep recursion in a thread", "assert c(30_000) == 30_000", "import sys, threading\nsys.setrecursionlimit(10**6)\nthreading.stack_size(256 << 20)\ndef deep(n): return n and 1 + deep(n - 1)\ndef f(n):\n    out = []\n    thread = threading.Thread(target=lambda: out.append(deep(n)))\n    thread.start(), thread.join()\n    return out[0]"),
    _check("a main block", "assert c(3) == 9", "def f(n): return n * n\nif __name__ == '__main__':\n    assert f(2) == 4\n    print(f(3))"),
    _check("an exit handler, and patched modules", "assert c(3) == 9", "import atexit, builtins, json\natexit.register(print, 'bye')\njson.loads = None\nbuiltins.print = builtins.input = lambda *_: 0\ndef f(n): return n * n"),
    _check("a method of Solution", "assert c([1, 2]) == 3", "from typing import List\nclass Solution:\n    def f(self, x: List[int]) -> int: return sum(x)"),
    _check("keyword arguments of all kinds", "assert c(1, 2, 3, x=4, y={'z': [5]}) == (1, (2, 3), {'x': 4, 'y': {'z': [5]}})", "def f(a, *rest, **more): return a, rest, more"),
    _check("sorted, max and sum over results", "assert sorted(c(3), reverse=True) == [2, 1, 0] and max(c(4)) == 3 and set(c(2)) == {0, 1} and dict(zip('ab', c(2))) == {'a': 0, 'b': 1}", "def f(n): return range(n)"),
    _check("a match of a pattern", "assert c('ab12') and not c('ab') and bool(c('1')) is True", "import re\ndef f(text): return re.search(r'\\d+', text)"),
    Entry("literals of all types", asserting(
        "f", "", "assert f(3) == [9, (1, 2), {'a': {1, 2}}, None, -1.5, 'x', b'y', 2 + 3j]", "assert f(n=3) == [9, (1, 2), {'a': {2, 1}}, None, -1.5, 'x', b'y', 2 + 3j]", limits={},
    ), "AC", "def f(n): return [n * n, (1, 2), {'a': {1, 2}}, None, -1.5, 'x', b'y', 2 + 3j]"),
    Entry("snippets of all kinds", asserting(
        "f", "", "import math\nx = f(2)\nassert math.isclose(x, 4)\nassert x > 3", "try:\n    f('x')\nexcept TypeError:\n    pass\nelse:\n    assert False", "assert f(3) == 9, 'nine'", "assert not f(0)", "assert f(2) != 5 and f(2) in (3, 4)", "for n in range(9): assert f(n) == n ** 2", limits={},
    ), "AC", "def f(n): return n * n if isinstance(n, (int, float)) else n + 1"),
    Entry("a preamble of the task's", asserting(
        "f", "def check(c): assert c(BASE) == decode('x')", limits={}, preamble="BASE = 3\ndef decode(text): return BASE * len(text) + 6\n",
    ), "AC", "def f(n): return decode('x') if n == BASE else 0"),
]
