"""Results that claim to equal everything, or that look like a value and are none."""

from typing import Final

from tests.hostile.programs.entry import Entry
from tests.hostile.programs.references import ADD, QUICK, SECRET_CALL, function

PAIRS: Final = function("pairs", ([2], [[0, "a"], [1, "b"]]), ([0], []), limits=QUICK)
TRUTH: Final = function("truth", ([1], True), ([0], False), limits=QUICK)
ONE: Final = function("one", ([], 1), limits=QUICK)
TABLE: Final = function("table", ([1], {"1": [1.5, None]}), limits=QUICK)
HALF: Final = function("half", ([1], 0.5), ([3], 1.5), limits=QUICK, float_tol=1e-6)
ALWAYS: Final = """
class Always{base}:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return 0
    def __bool__(self): return True
    def __len__(self): return 0
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __contains__ = __lt__
    def __sub__(self, other): return 0
    __rsub__ = __sub__
    def __abs__(self): return 0
    def __repr__(self): return "passed"
    def __instancecheck__(self, other): return True
"""


def _always(name: str, base: str, made: str, function_name: str = "find") -> Entry:
    reference = SECRET_CALL if function_name == "find" else ADD
    source = ALWAYS.format(base=f"({base})" if base else "") + f"def {function_name}(*_): return {made}\n"
    return Entry(name, reference, "WA RE", source)


EQUALITY: Final = [
    _always("an object that equals all", "", "Always()"),
    _always("a text that equals all", "str", "Always('x')"),
    _always("an int that equals all", "int", "Always(5)", "add"),
    _always("a float that equals all", "float", "Always(5)", "add"),
    _always("a list that equals all", "list", "Always()"),
    _always("a dict that equals all", "dict", "Always()"),
    _always("a tuple that equals all", "tuple", "Always()"),
    _always("it, in a list", "", "[Always(), {'key': Always()}]"),
    _always("it, as a key", "str", "['x', {Always('y'): 'x'}]"),
    _always("a class that equals all", "type", "Always('Passed', (), {})"),
    Entry("mock.ANY", SECRET_CALL, "WA", "from unittest.mock import ANY\ndef find(n): return ANY"),
    Entry("a magic mock", SECRET_CALL, "WA RE", "from unittest.mock import MagicMock\nfind = MagicMock()"),
    Entry("a class in the place of the function", SECRET_CALL, "WA", ALWAYS.format(base="") + """
class find(Always):
    def __init__(self, *_): pass
"""),
    Entry("a pretended class", ADD, "WA RE", """
        class Fake:
            __class__ = int
            def __index__(self): return 7
            __int__ = __index__
            def __eq__(self, other): return True
        def add(a, b): return Fake()
        """),
    Entry("an int that writes itself as another", ADD, "WA RE", """
        class Fake(int):
            def __index__(self): return 7
            def __format__(self, spec): return "7"
            def __eq__(self, other): return True
        def add(a, b): return Fake(0)
        """),
    Entry("a text with methods of its own", SECRET_CALL, "WA RE", """
        class Fake(str):
            def encode(self, *_): return b"passed"
            def __eq__(self, other): return True
            __hash__ = str.__hash__
        def find(n): return Fake("x")
        """),
    Entry("a list with members of its own", PAIRS, "WA RE", """
        class Fake(list):
            def __iter__(self): return iter([[0, "a"], [1, "b"]])
            def __len__(self): return 2
            def __getitem__(self, n): return [n, "ab"[n]]
        def pairs(n): return Fake()
        """),
    Entry("a patched type", SECRET_CALL, "WA RE", """
        import ctypes, sys
        def find(n): return "passed"
        names = ctypes.py_object.from_address(id(str.__dict__) + 16).value
        names["__eq__"] = lambda self, other: True
        """),
    Entry("True for 1", ONE, "WA", "def one(): return True"),
    Entry("1 for True", TRUTH, "WA", "def truth(n): return n"),
    Entry("a text for a truth", TRUTH, "WA", "def truth(n): return str(bool(n))"),
    Entry("a text for a number", ADD, "WA", "def add(a, b): return str(a + b)"),
    Entry("a list of the number", ADD, "WA", "def add(a, b): return [a + b]"),
    Entry("a pair of guesses", ADD, "WA", "def add(a, b): return a + b, a - b"),
    Entry("a set of guesses", ADD, "WA", "def add(a, b): return set(range(100))"),
    Entry("a range of guesses", ADD, "WA", "def add(a, b): return range(10**9)"),
    Entry("a rounded number", ADD, "WA", "def add(a, b): return float(a + b) + 0.25"),
    Entry("almost the number", HALF, "WA", "def half(n): return n / 2 + 1e-3"),
    Entry("not a number", HALF, "WA", "def half(n): return float('nan')"),
    Entry("infinity", HALF, "WA", "def half(n): return float('inf')"),
    Entry("a complex number", HALF, "WA", "def half(n): return complex(n / 2, 1)"),
    Entry("a decimal NaN", HALF, "WA RE", "from decimal import Decimal\ndef half(n): return Decimal('sNaN')"),
    Entry("a huge decimal", HALF, "WA RE", "from decimal import Decimal\ndef half(n): return Decimal('1e999999999')"),
    Entry("bytes for a text", SECRET_CALL, "WA", "def find(n): return b'canary'"),
    Entry("None", SECRET_CALL, "WA", "def find(n): pass"),
    Entry("Ellipsis", SECRET_CALL, "WA", "def find(n): return ..."),
    Entry("NotImplemented", SECRET_CALL, "WA", "def find(n): return NotImplemented"),
    Entry("the function itself", SECRET_CALL, "WA", "def find(n): return find"),
    Entry("its argument", SECRET_CALL, "WA", "def find(n): return n"),
    Entry("an exception", SECRET_CALL, "WA", "def find(n): return AssertionError('passed')"),
    Entry("a coroutine", SECRET_CALL, "WA RE", "async def find(n): return 'passed'"),
    Entry("a key of another type", TABLE, "WA", "def table(n): return {1: [1.5, None]}"),
    Entry("a key too many", TABLE, "WA", "def table(n): return {'1': [1.5, None], '2': 0}"),
    Entry("the same key twice", TABLE, "WA RE", """
        class Key(str):
            __hash__ = object.__hash__
            def __eq__(self, other): return self is other
        def table(n): return {Key("1"): [1.5, None], Key("1"): 0}
        """),
    Entry("pairs for a table", TABLE, "WA", "def table(n): return [['1', [1.5, None]]]"),
    Entry("a shorter list", PAIRS, "WA", "def pairs(n): return [[0, 'a']]"),
    Entry("a longer list", PAIRS, "WA", "def pairs(n): return [[i, 'abc'[i]] for i in range(n + 1)]"),
    Entry("an empty iterator", PAIRS, "WA", "def pairs(n): return iter(())"),
]
