"""Programs against tests that are code: handles that lie, exceptions that end a test, messages and ends out of turn."""

from typing import Final

from tests.hostile.programs.cheats.leaks import PLACES, RETURN, SEEK
from tests.hostile.programs.entry import Entry
from tests.hostile.programs.references import CANARY, asserting

SECRET_TEST: Final = asserting(
    "find", f"""
    EXPECTED = {CANARY!r}
    def check(candidate):
        for n in (1, 1, 1):
            assert candidate(n) == EXPECTED, EXPECTED
    """,
)
SECRET_LITERAL: Final = asserting("find", "", f"assert find(1) == {CANARY!r}", f"assert find(1) == {CANARY!r}")
SQUARE: Final = asserting("f", "def check(candidate):\n    for n in range(2, 6): assert candidate(n) == n * n")
UNIT: Final = asserting(
    "f", """
    import unittest
    class Test(unittest.TestCase):
        def setUp(self): self.wanted = [0, 1, 4, 9]
        def test_list(self): self.assertListEqual([f(n) for n in range(4)], self.wanted)
        def test_almost(self): self.assertAlmostEqual(f(1.5), 2.25, places=6)
        def test_type(self): self.assertIsInstance(f(3), int)
        def test_order(self): self.assertLess(f(2), f(3))
        def test_raises(self):
            with self.assertRaises(TypeError): f("x")
    """,
)
CLOSE: Final = asserting("f", "def check(c):\n    for x in (1.5, 2.5): assert abs(c(x) - x * x) < 1e-6")
AMONG: Final = asserting("f", "def check(c):\n    for n in range(3, 6): assert c(n) in {n * n} and c(n) in [n * n]")
TRUE: Final = asserting("f", "def check(c):\n    assert c(4) is True\n    assert c(5) is False\n    assert c(6) is True")
TRUTH: Final = asserting("f", "def check(c):\n    assert c(4)\n    assert not c(5)\n    assert c(6)\n    assert not c(7)")
SIZE: Final = asserting("f", "def check(c):\n    r = c(3)\n    assert len(r) == 3 and r[0] == 9 and list(r) == [9, 9, 9] and r == [9] * 3")
SORTED: Final = asserting("f", "def check(c):\n    assert sorted(c(3)) == [1, 2, 3] and max(c(4)) == 4 and sum(c(2)) == 3")
RAISES: Final = asserting(
    "f", """
    def check(c):
        for n in (-1, -2):
            try:
                c(n)
            except ValueError:
                continue
            assert False, "no ValueError"
        assert c(4) == 2
    """,
)
PLACE: Final = asserting("f", "def check(c):\n    x = [3, 1, 2]\n    y = x\n    assert c(x) is None and y is x and y == [1, 2, 3]")
BACK: Final = asserting(
    "f", f"""
    def check(c):
        secret, asked = {CANARY!r}, []
        def ask(text):
            asked.append(text)
            return text == secret
        assert c(ask, len(secret)) == secret and len(asked) < 100
    """,
)
TEXT: Final = asserting("f", "def check(c):\n    assert str(c(3)) == '9' and repr(c(3)) == '9' and f'{c(3):>3}' == '  9'")
ITEMS: Final = asserting("f", "def check(c):\n    assert [*c(3)] == [0, 1, 4] and [*c(0)] == [] and dict(enumerate(c(2))) == {0: 0, 1: 1}")
STACK: Final = asserting(
    "Stack", """
    import unittest
    class TestStack(unittest.TestCase):
        def test_it(self):
            stack = Stack()
            for n in range(5): stack.push(n * n)
            self.assertEqual(len(stack), 5)
            self.assertEqual([stack.pop() for _ in range(5)], [16, 9, 4, 1, 0])
            with self.assertRaises(IndexError): stack.pop()
            self.assertIsInstance(stack, Stack)
            self.assertEqual(stack.size, 0)
    """,
)
ODD: Final = """
class Odd:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return 9
    def __bool__(self): return True
    def __lt__(self, other): return True
    __gt__ = __le__ = __ge__ = __contains__ = __lt__
    def __sub__(self, other): return 0
    __rsub__ = __add__ = __radd__ = __abs__ = __round__ = __float__ = __int__ = __index__ = __sub__
    def __len__(self): return 3
    def __iter__(self): return iter([9, 9, 9])
    def __getitem__(self, key): return 9
    def __str__(self): return "passed"
    def __instancecheck__(self, other): return True
    def __getattr__(self, name): return lambda *_: True
    __class__ = int
"""
_CASES: Final = {
    "code": SQUARE,
    "unittest": UNIT,
    "a tolerance": CLOSE,
    "membership": AMONG,
    "identity": TRUE,
    "truth": TRUTH,
    "an order": SORTED,
    "exceptions": RAISES,
    "a change in place": PLACE,
    "a callback": BACK,
    "a text": TEXT,
    "items": ITEMS,
}


def _call(name: str, source: str, reference: object = SQUARE, outcomes: str = "WA RE TLE") -> Entry:
    assert isinstance(reference, dict)
    return Entry(name, reference, outcomes, source)


HANDLES: Final = [
    *(_call(f"an object that says yes, to {name}", ODD + "def f(*_): return Odd()", case) for name, case in _CASES.items()),
    *(_call(f"None, to {name}", "def f(*_): pass", case) for name, case in _CASES.items()),
    *(
        _call(f"a mock, to {name}", "from unittest.mock import MagicMock\nf = MagicMock()", case, "WA RE TLE")
        for name, case in _CASES.items()
    ),
    _call("an object that says yes, to a literal", ODD + "def find(n): return Odd()", SECRET_LITERAL),
    _call("an object that says yes, to a secret", ODD + "def find(n): return Odd()", SECRET_TEST),
    _call("an object that says yes, as a class", ODD + "class Stack(Odd):\n    def __init__(self, *_): pass", STACK),
    _call("a class that makes lists", "class Stack(list):\n    size = 0\n    def push(self, n): self[:] = [16, 9, 4, 1, 0]", STACK),
    _call("a class that is a mock", "from unittest.mock import MagicMock\nStack = MagicMock()", STACK),
    _call("a class whose metaclass says yes", "class M(type):\n    def __instancecheck__(c, o): return True\n    def __call__(c, *_): return M\n    def __getattr__(c, n): return lambda *_: 9\nclass Stack(metaclass=M): pass", STACK),
    _call("a float that is none", "def f(x): return float('nan')", CLOSE),
    _call("an infinite float", "def f(x): return float('inf')", CLOSE),
    _call("a complex number", "def f(x): return complex(x * x, 1)", CLOSE),
    _call("a number for a truth", "def f(n): return n % 2 == 0 and 1", TRUE),
    _call("a length without the rest", "class R:\n    def __len__(self): return 3\ndef f(n): return R()", SIZE),
    _call("a length and items, but no list", "class R:\n    def __len__(self): return 3\n    def __getitem__(self, k): return [9, 9, 9][k]\ndef f(n): return R()", SIZE),
    _call("a tuple for a list", "def f(n): return 9, 9, 9", SIZE),
    _call("objects with an order of their own", ODD + "def f(n): return [Odd() for _ in range(n)]", SORTED),
    _call("objects in a set", ODD + "def f(n): return {Odd()}", AMONG),
    _call("an object as a key", ODD + "def f(n): return {Odd(): Odd()}", SIZE),
    _call("a copy that is changed", "def f(x):\n    x = sorted(x)", PLACE),
    _call("a sorted list returned", "def f(x): return sorted(x)", PLACE),
    _call("an argument replaced", "import gc\ndef f(x):\n    for one in gc.get_referrers(x):\n        if type(one) in (list, dict): one.clear()", PLACE, "WA RE VIOLATION TLE"),
    _call("a callback's globals", "def f(ask, n): return str(ask.__globals__)", BACK),
    _call("a callback's closure", "def f(ask, n): return ask.__closure__[0].cell_contents", BACK),
    _call("a callback's code", "def f(ask, n): return ask.__code__.co_consts[1]", BACK),
    _call("a callback's defaults", "def f(ask, n): return ask.__defaults__[0]", BACK),
    _call("a callback asked with what says yes", ODD + "def f(ask, n): return 'x' * n if ask(Odd()) else Odd()", BACK),
    _call("a callback asked with a text that says yes", "class T(str):\n    def __eq__(s, o): return True\n    __hash__ = str.__hash__\ndef f(ask, n):\n    ask(T('x'))\n    return T('x' * n)", BACK),
    _call("a callback asked too often", "import itertools\ndef f(ask, n):\n    for one in itertools.product('canary-0123456789bdef', repeat=2): ask(''.join(one))\n    return 'x'", BACK, "WA RE TLE"),
    _call("a callback asked for ever", "def f(ask, n):\n    while True: ask('x')", BACK, "TLE WA RE"),
    _call("a callback that calls back", "def f(ask, n): return f(ask, n)", BACK, "RE WA"),
    _call("a text of its own kind", "class T(str):\n    def __format__(s, f): return '  9'\n    def __eq__(s, o): return True\n    __hash__ = str.__hash__\ndef f(n): return T('8')", TEXT),
]

ENDS: Final = [
    *(
        _call(f"{how}, in {where}", f"import os, signal, sys\n{made}")
        for how, what in {"exits": "os._exit(0)", "exits politely": "sys.exit(0)", "is killed": "os.kill(os.getpid(), 9)"}.items()
        for where, made in {
            "a call": f"def f(n): {what}",
            "the second call": f"calls = []\ndef f(n):\n    calls.append(n)\n    if len(calls) > 1: {what}\n    return n * n",
            "a length": f"class R(type(sys)):\n    def __len__(self): {what}\n    def __eq__(self, o): {what}\ndef f(n): return R('x')",
            "a finalizer": f"class R:\n    def __del__(self): {what}\ndef f(n):\n    R()\n    return 0",
            "an attribute": f"class R:\n    def __getattr__(self, name): {what}\nf = R()",
        }.items()
    ),
    _call("exits when its class is made", "import os\nclass Stack:\n    def __new__(cls): os._exit(0)", STACK),
    _call("exits in a method", "import os\nclass Stack:\n    def push(self, n): os._exit(0)", STACK),
    _call("exits when its length is asked", "import os\nclass Stack:\n    def push(self, n): pass\n    def __len__(self): os._exit(0)", STACK),
    _call("exits while it gives items", "import os\ndef f(n):\n    yield 0\n    os._exit(0)", ITEMS),
    _call("exits from a thread", "import os, threading\ndef f(n):\n    threading.Timer(0.01, os._exit, [0]).start()\n    while True: pass", SQUARE, "RE TLE"),
    _call("exits with the last answer", "import os\ndef f(n):\n    if n == 5: os._exit(0)\n    return n * n"),
    _call("another program in its place", "import os\ndef f(n): os.execv('/bin/true', ['true'])"),
    *(
        _call(f"raises {error}, to {name}", f"def f(*_): raise {error}", case, "WA RE")
        for error in ("SystemExit(0)", "KeyboardInterrupt", "AssertionError", "GeneratorExit", "StopIteration")
        for name, case in {"code": SQUARE, "unittest": UNIT, "exceptions": RAISES}.items()
    ),
    _call("raises what skips", "import unittest\ndef f(*_): raise unittest.SkipTest('passed')", UNIT),
    _call("raises what means no failure", "import unittest.case\ndef f(*_): raise unittest.case._ShouldStop", UNIT),
    _call("raises a kind that is all kinds", "class E(ValueError, TypeError, IndexError):\n    def __eq__(s, o): return True\ndef f(*_): raise E", UNIT),
    _call("raises for every number", "def f(n): raise ValueError", RAISES),
    _call("returns an error", "def f(n): return ValueError('x') if n < 0 else 2", RAISES),
    _call("an error that says it is another", "class E(Exception):\n    __class__ = ValueError\n    __instancecheck__ = lambda *_: True\ndef f(n):\n    if n < 0: raise E\n    return 2", RAISES),
    _call("a traceback that leads to the test", "def f(n):\n    try:\n        raise ValueError\n    except ValueError as e:\n        t = e.__traceback__.tb_frame\n        while t.f_back: t = t.f_back\n        return t.f_locals"),
]

_LINK: Final = """
import os, socket, struct
def message(body, number): return struct.pack(">II", len(body), number) + body
def link():
    for fd in range(3, 1100):
        try:
            if os.readlink(f"/proc/self/fd/{fd}").startswith("socket"): yield fd
        except OSError: pass
VALUE = b"svalue\\n"
"""

MESSAGES: Final = [
    _call("an answer of its own", _LINK + "def f(n):\n    for fd in link():\n        for number in range(30): os.write(fd, message(VALUE + b'i9\\nbNone\\nt3', number))\n    return n", SQUARE, "WA RE VIOLATION"),
    _call("an answer before the question", _LINK + "for fd in link():\n    os.write(fd, message(VALUE + b'i4\\nbNone\\nt3', 4))\ndef f(n): return n", SQUARE, "WA RE VIOLATION"),
    _call("a record of the judge's", _LINK + "def f(n):\n    for fd in [1, *link()]:\n        os.write(fd, b'passed \\n')\n    os._exit(0)", SQUARE, "WA RE VIOLATION"),
    _call("bytes without end", _LINK + "def f(n):\n    for fd in link():\n        while True: os.write(fd, bytes(1 << 16))", SQUARE, "RE VIOLATION OLE TLE"),
    _call("a message of a length without end", _LINK + "def f(n):\n    for fd in link(): os.write(fd, b'\\xff' * 8)\n    while True: pass", SQUARE, "RE VIOLATION OLE TLE"),
    _call("half a message", _LINK + "def f(n):\n    for fd in link(): os.write(fd, message(VALUE, 2)[:9])\n    while True: pass", SQUARE, "RE VIOLATION TLE"),
    _call("the link closed", _LINK + "def f(n):\n    for fd in link(): os.close(fd)\n    return n * n", SQUARE, "RE VIOLATION"),
    _call("the link shut", _LINK + "def f(n):\n    for fd in link(): socket.socket(fileno=fd).shutdown(2)\n    return n * n", SQUARE, "RE VIOLATION"),
    _call("the link read away", _LINK + "import threading\ndef steal(fd):\n    while True: os.read(fd, 1)\nfor fd in link(): threading.Thread(target=steal, args=(fd,), daemon=True).start()\ndef f(n): return n * n - 1", SQUARE, "RE WA VIOLATION TLE"),
    *(
        _call(f"an odd answer, {name}", _LINK + f"def f(n):\n    for fd in link(): os.write(fd, message({body!r}, 4))\n    while True: pass", SQUARE, "RE VIOLATION WA TLE MLE")
        for name, body in {
            "no text": b"\xff\xfe",
            "of nothing": b"",
            "of a word too few": b"svalue\nt1",
            "of no words": b"i1\ni2\ni3\nt3",
            "with an object of the test": b"svalue\nH0\nbNone\nt3",
            "with no such object": b"svalue\nHffffff\nbNone\nt3",
            "with a handle of all kinds": b"svalue\nh0:btcmlnisg\nbNone\nt3",
            "with a handle of an odd number": b"svalue\nh-1:c\nbNone\nt3",
            "with a true handle": b"svalue\nh9:b\nbNone\nt3",
            "with a date": b"svalue\nT" + b"39" * 90 + b"\nbNone\nt3",
            "with a range of none": b"svalue\nr0 0 0\nbNone\nt3",
            "with an error of no kind": b"sraised\nsEvil\nt0\nt2\nbNone\nt3",
            "with an error that asks much": b"sraised\nsUnicodeDecodeError\ni1\nt1\nt2\nbNone\nt3",
            "with items instead": b"sitems\nl0\nbNone\nt3",
            "that asks in turn": b"scall\ni0\nt0\nd0\nt4",
            "that asks for all": b"sget\ni0\ns__globals__\nt3",
        }.items()
    ),
]

GIANTS: Final = [
    _call("a result that is large", "def f(n): return [0] * 400_000", SQUARE, "WA RE OLE MLE TLE"),
    _call("a result of many objects", "class C: pass\ndef f(n): return [C() for _ in range(99_000)]", SQUARE, "WA RE OLE MLE TLE"),
    _call("a result that is long", "def f(n): return 'x' * 20_000_000", SQUARE, "WA RE OLE MLE TLE"),
    _call("a result of many bits", "def f(n): return 1 << 60_000_000", SQUARE, "WA RE OLE MLE TLE"),
    _call("hashes that collide", "def f(n): return {i * (2**61 - 1) for i in range(60_000)}", AMONG, "WA RE TLE"),
    _call("many different objects", "class C: pass\nf = lambda n, kept=[]: kept.append(C()) or kept[-1]", asserting("f", "def check(c):\n    for n in range(2000): c(n)\n    assert c(1) == 1"), "WA RE TLE"),
    _call("items without end", "import itertools\ndef f(n): return itertools.count()", ITEMS, "WA RE TLE"),
    _call("items that are slow", "import time\ndef f(n):\n    while True:\n        time.sleep(0.2)\n        yield 0", ITEMS, "TLE WA RE"),
    _call("a length without end", "class R:\n    def __len__(self): return 1 << 62\ndef f(n): return R()", SIZE),
    _call("a call that does not return", "def f(n):\n    while True: pass", SQUARE, "TLE"),
    _call("a call that sleeps", "import time\ndef f(n): time.sleep(1000)", SQUARE, "TLE"),
    _call("right, and a thread that does not end", "import threading\nthreading.Thread(target=threading.Event().wait).start()\ndef f(n): return n * n", SQUARE, "TLE"),
    _call("right, and then exit code 1", "import atexit, os\natexit.register(os._exit, 1)\ndef f(n): return n * n", SQUARE, "RE"),
    _call("a module that does not end", "def f(n): return n * n\nwhile True: pass", SQUARE, "TLE"),
    _call("slow in all calls together", "import time\ndef f(n):\n    time.sleep(0.4)\n    return n * n", SQUARE, "TLE"),
    _call("busy while the judge thinks", "import threading\ndef burn():\n    while True: pass\nfor _ in range(3): threading.Thread(target=burn, daemon=True).start()\ndef f(n): return n - 1", SQUARE, "WA TLE"),
    _call("a call that takes all memory", "def f(n): return len(b'x' * (600 << 20)) and n * n", SQUARE, "MLE TLE"),
    _call("a call that prints without end", "def f(n):\n    while True: print('x' * 1000)", SQUARE, "TLE OLE"),
]

ASSERTING: Final = [
    *HANDLES,
    *ENDS,
    *MESSAGES,
    *GIANTS,
    *(Entry(f"{name}, from a test", SECRET_TEST, "WA TLE RE", SEEK + place + RETURN) for name, place in PLACES.items()),
]
"""Every program is against one of the tests above; none of them may pass."""

