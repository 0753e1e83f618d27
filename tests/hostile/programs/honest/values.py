"""Honest functions with results of rich types, and unusual ways to be a function."""

from typing import Any, Final

from tests.hostile.programs.entry import Entry
from tests.hostile.programs.references import CALM_ADD, function


def _returns(name: str, wanted: Any, source: str, **fields: Any) -> Entry:
    return Entry(name, function("f", ([3], wanted), limits={}, **fields), "AC", source)


def _add(name: str, source: str) -> Entry:
    return Entry(name, CALM_ADD, "AC", source)


_DEEP: Any = []
for _ in range(300):
    _DEEP = [_DEEP]

VALUES: Final = [
    _returns("a tuple", [3, [4]], "def f(n): return n, (n + 1,)"),
    _returns("a named tuple", [3, 4], "from collections import namedtuple\nP = namedtuple('P', 'x y')\ndef f(n): return P(n, n + 1)"),
    _returns("a typed tuple", [3, "a"], "from typing import NamedTuple\nclass P(NamedTuple):\n    x: int\n    y: str\ndef f(n): return P(n, 'a')"),
    _returns("a counter", {"a": 2, "b": 1}, "from collections import Counter\ndef f(n): return Counter('aab')"),
    _returns("a defaultdict", {"a": [1]}, "from collections import defaultdict\ndef f(n):\n    d = defaultdict(list)\n    d['a'].append(1)\n    return d"),
    _returns("an ordered dict", {"b": 1, "a": 2}, "from collections import OrderedDict\ndef f(n): return OrderedDict(a=2, b=1)"),
    _returns("an enum of integers", [3, 1], "from enum import IntEnum, IntFlag\nclass E(IntEnum): X = 3\nclass F(IntFlag): Y = 1\ndef f(n): return [E.X, F.Y]"),
    _returns("an enum of texts", "x", "from enum import Enum\nclass E(str, Enum): X = 'x'\ndef f(n): return E.X"),
    _returns(
        "subclasses of everything",
        [3, 0.5, "x", [1], {"k": None}],
        """
        class I(int): pass
        class F(float): pass
        class S(str): pass
        class L(list): pass
        class D(dict): pass
        def f(n): return L([I(3), F(0.5), S("x"), L([1]), D(k=None)])
        """,
    ),
    _returns("a subclass with an unusual repr", [3, 4], "class L(list):\n    def __repr__(self): return 'L'\n    def __len__(self): return 99\ndef f(n): return L([3, 4])"),
    _returns("a generator", [0, 1, 2], "def f(n): yield from range(n)"),
    _returns("a map, a filter, a zip", [[0, 1], [1, 2], [2, 3]], "def f(n): return zip(map(int, range(n)), filter(None, range(n + 1)))"),
    _returns("an iterator of its own", [1, 2, 3], "class It:\n    n = 0\n    def __iter__(self): return self\n    def __next__(self):\n        self.n += 1\n        if self.n > 3: raise StopIteration\n        return self.n\ndef f(n): return It()"),
    _returns("an iterator of a deque", [1, 2], "from collections import deque\ndef f(n): return list(deque([1, 2]))"),
    _returns("an int for a float", 3.0, "def f(n): return n"),
    _returns("a float for an int", 3, "def f(n): return float(n)"),
    _returns("a decimal for a number", 0.5, "from decimal import Decimal\ndef f(n): return Decimal('0.5')"),
    _returns("a fraction for a number", 0.75, "from fractions import Fraction\ndef f(n): return Fraction(n, 4)"),
    _returns("a float that is close", 0.3, "def f(n): return 0.1 + 0.2", float_tol=1e-9),
    _returns("floats that are close, deep inside", {"a": [0.3, {"b": 1e20}]}, "def f(n): return {'a': (0.1 + 0.2, {'b': 1e20 + 1e6})}", float_tol=1e-9),
    _returns("infinity", float("inf"), "def f(n): return 1e308 * 10"),
    _returns("a negative zero", 0.0, "def f(n): return -0.0"),
    _returns("None", None, "def f(n): print('no result')"),
    _returns("a truth", True, "def f(n): return n == 3"),
    _returns("an empty list", [], "def f(n): return ()"),
    _returns("an empty dict", {}, "def f(n): return {}"),
    _returns("an empty text", "", "def f(n): return ''"),
    _returns("a text of some megabytes", "some words\n" * 650_000, "def f(n): return 'some words\\n' * 650_000"),
    _returns("a text of all kinds", "žluť 🐎\n\0\t\"'\\", "def f(n): return 'žluť 🐎\\n\\0\\t\"\\'\\\\'"),
    _returns("a lone surrogate", "\ud800", "def f(n): return chr(0xd800)"),
    _returns("a large integer", 7**300, "def f(n): return 7 ** 300"),
    _returns("a negative integer", -(2**64), "def f(n): return -2 ** 64"),
    _returns("a small float", 5e-324, "def f(n): return 5e-324"),
    _returns("a long list", list(range(100_000)), "def f(n): return list(range(100_000))"),
    _returns("a long text", "x" * 2_000_000, "def f(n): return 'x' * 2_000_000"),
    _returns("a table of tables", {str(n): {"n": [n]} for n in range(500)}, "def f(n): return {str(i): {'n': [i]} for i in range(500)}"),
    _returns("a deep list", _DEEP, "def f(n):\n    x = []\n    for _ in range(300): x = [x]\n    return x"),
    _returns("the same list twice", [[1], [1]], "def f(n):\n    x = [1]\n    return [x, x]"),
    _add("a method of Solution", "class Solution:\n    def add(self, a: int, b: int) -> int: return a + b"),
    _add("a static method of Solution", "class Solution:\n    @staticmethod\n    def add(a, b): return a + b"),
    _add("a class method of Solution", "class Solution:\n    @classmethod\n    def add(cls, a, b): return a + b"),
    _add("a Solution with a constructor", "class Solution:\n    def __init__(self): self.zero = 0\n    def add(self, a, b): return self.zero + a + b"),
    _add("a Solution that inherits", "class Base:\n    def add(self, a, b): return a + b\nclass Solution(Base): pass"),
    _add("a lambda", "add = lambda a, b: a + b"),
    _add("a builtin", "from operator import add"),
    _add("a partial function", "import functools\nadd = functools.partial(lambda z, a, b: z + a + b, 0)"),
    _add("a bound method", "class Adder:\n    def __init__(self): self.total = 0\n    def add(self, a, b): return self.total + a + b\nadd = Adder().add"),
    _add("an object that is called", "class Adder:\n    def __call__(self, a, b): return a + b\nadd = Adder()"),
    _add("a class that makes an integer", "class add(int):\n    def __new__(cls, a, b): return int.__new__(cls, a + b)"),
    _add("a cached function", "import functools\n@functools.cache\ndef add(a, b): return a + b"),
    _add("arguments with defaults", "def add(a, b=0, *rest, key=None, **more): return a + b"),
    _add("any arguments", "def add(*numbers): return sum(numbers)"),
    _add("positional arguments only", "def add(a, b, /): return a + b"),
    _add("a recursive function", "def add(a, b):\n    return a if b == 0 else add(a + b // 2, b - b // 2 * 2) + b // 2 if abs(b) > 1 else a + b"),
    _add("global state", "calls = []\ndef add(a, b):\n    global total\n    calls.append((a, b))\n    total = sum(map(sum, calls))\n    return total"),
    _add("prints of all kinds", "import sys\ndef add(a, b):\n    print('debug', a, b, flush=True)\n    sys.stdout.buffer.write(b'\\xff')\n    sys.stderr.write('x')\n    return a + b"),
    _add("a main block", "def add(a, b): return a + b\nif __name__ == '__main__':\n    assert add(1, 2) == 3\n    print('all passed')"),
    _add("a main block that reads", "import sys\ndef add(a, b): return a + b\nif __name__ == '__main__':\n    for line in sys.stdin: print(add(*map(int, line.split())))"),
    _add("annotations that name nothing", "from __future__ import annotations\ndef add(a: Number, b: Number) -> Optional[Number]: return a + b"),
    _add("quotes of all kinds", "'''\"\"\"'''\ndef add(a, b):\n    r'''{a} %s'''\n    return a + b"),
    _add("a function in a function", "def make():\n    def add(a, b): return a + b\n    return add\nadd = make()"),
    _add("what it calls comes later", "def add(a, b): return plus(a, b)\ndef plus(a, b): return a + b"),
    _add("stdout replaced", "import io, sys\nsys.stdout = io.StringIO()\ndef add(a, b):\n    print(a)\n    return a + b"),
    _add("stdout closed", "import sys\ndef add(a, b):\n    sys.stdout.close()\n    return a + b"),
    _add("an exit handler that prints", "import atexit\natexit.register(print, 'bye')\ndef add(a, b): return a + b"),
    _add("a daemon thread beside it", "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\ndef add(a, b): return a + b"),
    _add("its own files", "import os\ndef add(a, b):\n    with open('numbers.txt', 'w') as file: file.write(f'{a} {b}')\n    return sum(map(int, open('numbers.txt').read().split()))"),
    _add("pickled classes", "import pickle\nclass P:\n    def __init__(self, n): self.n = n\ndef add(a, b): return sum(p.n for p in pickle.loads(pickle.dumps([P(a), P(b)])))"),
    _add("a dataclass", "from dataclasses import dataclass\n@dataclass\nclass P:\n    a: int\n    b: int\n    def sum(self): return self.a + self.b\ndef add(a, b): return P(a, b).sum()"),
    Entry("lists in, changed in place", function("f", ([[3, 1, 2]], [1, 2, 3]), limits={}), "AC", "def f(x):\n    x.sort()\n    return x"),
    Entry(
        "the imports that such problems assume",
        function("f", ([[3, 1, 2]], [[1, 2, 3], 6]), limits={}, preamble="leetcode"),
        "AC",
        """
        class Solution:
            def f(self, x: List[int]) -> Tuple[Optional[List[int]], int]:
                heapify(x)
                return [heappop(x) for _ in range(len(x))], reduce(add, accumulate([1, 1, 1]))
        """,
    ),
    Entry("a preamble of its own", function("f", ([3], 6), limits={}, preamble="import math\nBASE = 2\n"), "AC", "def f(n): return math.prod([BASE, n])"),
]
