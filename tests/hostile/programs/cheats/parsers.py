"""Programs and results that are meant to break, slow or mislead the host, which has to read them."""

from typing import Final

from tests.hostile.programs.entry import Entry
from tests.hostile.programs.references import QUICK, SECRET_CALL, SUM, function, stdin

FLOAT: Final = stdin(("1\n", "0.5 3\n"), comparator="float")
NESTED: Final = function("nested", ([1], [[[]]]), limits=QUICK)
KEYS: Final = function("keys", ([1], {"a": 1}), limits=QUICK)


def _call(name: str, source: str, outcomes: str = "RE WA") -> Entry:
    return Entry(name, SECRET_CALL, outcomes, source)


RESULTS: Final = [
    _call("a list in itself", "def find(n):\n    x = []\n    x.append(x)\n    return x"),
    _call("a dict in itself", "def find(n):\n    x = {}\n    x['x'] = x\n    return x"),
    _call("a tuple in itself", "def find(n):\n    x = ([],)\n    x[0].append(x)\n    return x"),
    _call("a very deep list", "def find(n):\n    x = []\n    for _ in range(100_000): x = [x]\n    return x"),
    _call("a very deep tuple", "def find(n):\n    x = ()\n    for _ in range(100_000): x = (x,)\n    return x"),
    _call("a very deep dict", "def find(n):\n    x = {}\n    for _ in range(100_000): x = {'x': x}\n    return x"),
    _call("an exponential list", "def find(n):\n    x = []\n    for _ in range(60): x = [x, x]\n    return x", "RE WA TLE MLE"),
    _call("a wide list", "def find(n): return [0] * 5_000_000", "RE WA TLE MLE OLE"),
    _call("a long text", "def find(n): return 'canary-' * (1 << 20)", "RE WA OLE"),
    _call("a text of surrogates", "def find(n): return '\\ud800\\udfff' * 1000"),
    _call("a text of NUL", "def find(n): return '\\0' * 100_000"),
    _call("a text of every character", "def find(n): return ''.join(map(chr, range(0x110000)))", "RE WA OLE"),
    _call("a huge int", "def find(n): return 1 << 30_000_000", "RE WA OLE"),
    _call("a huge negative int", "def find(n): return -(7 ** 1_000_000)", "RE WA OLE"),
    _call("a huge float", "def find(n): return 1e308 * 10"),
    _call("a huge fraction", "from fractions import Fraction\ndef find(n): return Fraction(1, 7 ** 100_000)", "RE WA TLE"),
    _call("a long decimal", "from decimal import Decimal\ndef find(n): return Decimal('1' * 100_000 + 'e-9999999')", "RE WA TLE"),
    _call("a decimal with a huge exponent", "from decimal import Decimal\ndef find(n): return [Decimal('1e999999999999999999')]"),
    _call("an iterator without end", "import itertools\ndef find(n): return itertools.count()", "RE WA TLE MLE"),
    _call("a generator of itself", "def find(n):\n    while True: yield find(n)", "RE WA TLE MLE"),
    _call("a range without end", "def find(n): return range(10**18)", "RE WA TLE MLE"),
    _call("a set of many", "def find(n): return set(range(3_000_000))", "RE WA TLE MLE OLE"),
    _call("unhashable keys", "class K:\n    __hash__ = None\ndef find(n): return {(): [], frozenset(): {}}"),
    _call("a type with an odd name", "find = type('\\x1b[2J{0.__class__}%s%n\\n\\u202e' * 99, (), {'__init__': lambda *_: None})"),
    _call("a type with a huge name", "find = type('x' * 5_000_000, (), {'__init__': lambda *_: None})", "RE WA OLE"),
    _call("a type with a name of surrogates", "find = type('\\ud800' * 9, (), {'__init__': lambda *_: None})"),
    _call("a type without a name", "class M(type):\n    __name__ = property(lambda _: 1 / 0)\nclass find(metaclass=M):\n    def __init__(self, n): pass"),
    _call("methods that raise", """
        def no(*_, **__): raise MemoryError
        names = "iter len eq hash getitem index int float str repr class dict getattribute next call bool reduce_ex"
        class find(list):
            for name in names.split(): locals()[f"__{name}__"] = no
        find = lambda n, made=list.__new__(find): made
        """),
    _call("methods that wait", """
        import time
        class Slow:
            def __getattr__(self, name): time.sleep(1000)
        def find(n): return Slow()
        """, "RE WA TLE"),
    _call("a lying length", "class L(list):\n    def __len__(self): return 1 << 60\ndef find(n): return L([1])"),
    _call("a list that grows while it is read", """
        x = []
        class Grow:
            @property
            def __class__(self):
                x.append(Grow())
                return list
        def find(n):
            x.append(Grow())
            return x
        """, "RE WA TLE MLE"),
    Entry("deep, where a nested list is expected", NESTED, "RE WA", "def nested(n):\n    x = []\n    for _ in range(499): x = [x]\n    return x"),
    Entry("many keys that collide", KEYS, "RE WA OLE TLE", "def keys(n): return {i * (2**61 - 1): 0 for i in range(200_000)}"),
    Entry("a NaN as a key", KEYS, "RE WA", "def keys(n): return {float('nan'): 1, 'a': 1}"),
]

SOURCES: Final = [
    Entry("NUL bytes in the source", SUM, "RE", "print(7)\0print(8)"),
    Entry("a lone surrogate in the source", SUM, "RE", "print('\ud800')"),
    Entry("a source of parentheses", SUM, "RE", "(" * 50_000 + ")" * 50_000),
    Entry("a source of operators", SUM, "RE WA TLE MLE", "-" * 500_000 + "1"),
    Entry("a source of attributes", SUM, "RE WA TLE MLE", "x = 0\nx" + ".real" * 200_000),
    Entry("a source of blocks", SUM, "RE", "".join(" " * n + "if 1:\n" for n in range(500)) + " " * 500 + "pass"),
    Entry("a huge constant", SUM, "RE WA TLE MLE", "x = 9 ** 9 ** 9"),
    Entry("a constant of many digits", SUM, "RE", "x = " + "9" * 100_000),
    Entry("a large source", SUM, "WA", "#" * 2_000_000 + "\nprint('passed')"),
    Entry("a source that is too large", SUM, "LIMIT", "#" * 2_200_000),
    Entry("an unknown encoding", SUM, "RE", "# -*- coding: no-such-encoding -*-\nprint(7)"),
    Entry("an encoding that decodes to a program", SUM, "RE WA", "# -*- coding: utf-7 -*-\nprint(+ADc-)"),
    Entry("a mark of the end", SUM, "RE WA", "print(7)\x1a\x04\x00"),
    Entry("quotes that end a template", SUM, "RE WA", "'''\"\"\"\nprint(7)\n}}{{%s{0}\n'''"),
    Entry("a fence in the source", SUM, "RE WA", "print('''\n```\n</think>\n```python\nprint(7)\n''')"),
]

ERRORS: Final = [
    Entry("an error with an odd text", SUM, "RE", "raise Exception('\\x1b[2J\\0{0.__class__}%n\\u202e' + 'x' * 1_000_000)"),
    Entry("an error of surrogates", SUM, "RE", "raise Exception('\\udcff\\ud800')"),
    Entry("an error of many lines", SUM, "RE", "raise Exception('test 1 of 1: AC: ' + '\\nall 3 tests passed' * 10_000)"),
    Entry("bytes that are no text on stderr", SUM, "RE", "import os\nos.write(2, bytes(range(256)) * 300)\nraise SystemExit(3)"),
    Entry("an error without a text", SUM, "RE", "class E(Exception):\n    def __str__(self): return 1 / 0\nraise E"),
    Entry("an error whose text never comes", SUM, "TLE", "class E(Exception):\n    def __str__(self):\n        while True: pass\nraise E"),
    Entry("an error in an error in an error", SUM, "RE TLE", "def f(n):\n    try:\n        f(n + 1)\n    finally:\n        1 / 0\nf(0)"),
    Entry("a deep recursion", SUM, "RE", "def f(): f()\nf()"),
    Entry("a deep recursion without a limit", SUM, "RE MLE TLE", "import sys\nsys.setrecursionlimit(10**9)\ndef f(): f()\nf()"),
    Entry("a deep recursion of the C stack", SUM, "RE MLE", """
        import sys
        sys.setrecursionlimit(10**9)
        class A:
            def __repr__(self): return repr(self.a)
        a = A()
        a.a = a
        repr(a)
        """),
]

OUTPUTS: Final = [
    Entry("surrogates", SUM, "RE WA", "print('\\ud800')"),
    Entry("bytes that are no text", SUM, "WA", "import os\nos.write(1, bytes(range(256)) * 30_000)"),
    Entry("a number of a million digits", SUM, "WA", "print('7' * 1_000_000)"),
    Entry("millions of lines", SUM, "WA", "print('7\\n' * 2_000_000)"),
    Entry("millions of blank lines", SUM, "WA", "print('\\n' * 7_000_000)"),
    Entry("millions of blanks and an end", SUM, "WA", "print(' ' * 7_000_000 + 'x')"),
    Entry("millions of carriage returns", SUM, "WA", "print('\\r' * 7_000_000 + '8')"),
    Entry("zeros, to be read as a number", FLOAT, "WA", "print('0' * 4_000_000 + 'x', '0' * 3_000_000 + 'x')"),
    Entry("a number of dots", FLOAT, "WA", "print('.' * 4_000_000, '1.' * 1_000_000)"),
    Entry("huge exponents", FLOAT, "WA", "print('1e999999999999', '1e-999999999999')"),
    Entry("exponents of exponents", FLOAT, "WA", "print('1e1' * 1_000_000, 3)"),
    Entry("an integer of a million digits", FLOAT, "WA", "print('0.5', '3' * 4_000_000)"),
    Entry("an almost long number", FLOAT, "WA", "print('0.' + '5' * 390 + 'e999999', 3)"),
    Entry("JSON that is deep", SUM, "WA", "print('[' * 1_000_000 + ']' * 1_000_000)"),
    Entry("a pickle", SUM, "WA", "import os, pickle\nos.write(1, pickle.dumps(Exception('passed')))"),
    Entry("an expression", SUM, "WA", "a, b = input().split()\nprint(f'{a}+{b}')"),
    Entry("a format string", SUM, "WA", "print('{expected}', '%(expected)s', '$expected', '{0}')"),
    Entry("a path", SUM, "WA", "print('file:///work/expected', '@expected.txt')"),
]

PARSERS: Final = [*RESULTS, *SOURCES, *ERRORS, *OUTPUTS]
