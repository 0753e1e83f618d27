"""Honest programs that use the language and its library in ways that a harness may trip over."""

from typing import Final

from tests.hostile.programs.entry import Entry
from tests.hostile.programs.references import CALM_SUM


def _sum(name: str, source: str) -> Entry:
    return Entry(name, CALM_SUM, "AC", source)


LANGUAGE: Final = [
    _sum("a main function", "def main():\n    print(sum(map(int, input().split())))\nif __name__ == '__main__':\n    main()"),
    _sum("annotations of the future", """
        from __future__ import annotations
        def add(a: Number, b: Number) -> Unknown: return a + b
        print(add(*map(int, input().split())))
        """),
    _sum("a text that is no docstring of ours", "'''a \"\"\" b \\'\\'\\' {x} %s'''\nfrom __future__ import division\nprint(sum(map(int, input().split())))"),
    _sum("all quotes", "a = '''\"'''; b = \"\"\"'\"\"\"; c = r'\\'; d = '{}%{{}}'\nprint(sum(map(int, input().split())))".replace("r'\\'", "'\\\\'")),
    _sum("no line end and no final newline", "print(sum(map(int, input().split())))  # end"),
    _sum("lines that end otherwise", "n = input()\r\nif True:\r\n\tprint(sum(map(int, n.split())))\r\n"),
    _sum("a byte order mark", "\ufeffprint(sum(map(int, input().split())))"),
    _sum("names in another alphabet", "числа = map(int, input().split())\nπ = sum(числа)\nprint(π)"),
    _sum("a form feed", "import sys\n\f\nprint(sum(map(int, input().split())))"),
    _sum("semicolons and backslashes", "a, b = \\\n  map(int, input().split()); print(a \\\n  + b)"),
    _sum("a declared encoding", "#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\nprint(sum(map(int, input().split())))"),
    _sum("a dataclass", """
        from dataclasses import dataclass, field
        @dataclass(order=True, slots=True)
        class Pair:
            a: int
            b: int = field(default=0)
        pair = Pair(*map(int, input().split()))
        print(pair.a + pair.b)
        """),
    _sum("typing of all kinds", """
        from typing import Generic, NamedTuple, Protocol, TypeVar, get_type_hints
        T = TypeVar("T")
        class Box(Generic[T]):
            value: "Pair"
        class Pair(NamedTuple):
            a: int
            b: int
        assert get_type_hints(Box) == {"value": Pair}
        print(sum(Pair(*map(int, input().split()))))
        """),
    _sum("an enum, a metaclass, a descriptor", """
        import enum
        class Op(enum.Enum):
            ADD = "+"
        class Meta(type):
            def __call__(cls, *args): return sum(args)
        class Total(metaclass=Meta): pass
        class Lazy:
            def __set_name__(self, owner, name): self.name = name
            def __get__(self, obj, owner): return Op.ADD
        class Holder: op = Lazy()
        assert Holder().op is Op.ADD
        print(Total(*map(int, input().split())))
        """),
    _sum("decorators and closures", """
        import functools
        def logged(f):
            @functools.wraps(f)
            def inner(*args): return f(*args)
            return inner
        @logged
        @functools.lru_cache(maxsize=None)
        def add(a, b): return a + b
        print(add(*map(int, input().split())))
        """),
    _sum("generators that delegate", """
        def numbers(): yield from map(int, input().split())
        def total():
            result = 0
            while True:
                n = yield result
                result += n
        t = total()
        next(t)
        print([t.send(n) for n in numbers()][-1])
        """),
    _sum("a context manager that swallows", """
        import contextlib
        with contextlib.suppress(ZeroDivisionError):
            1 / 0
        with contextlib.ExitStack() as stack:
            stack.callback(lambda: print(sum(map(int, input().split()))))
        """),
    _sum("exec and eval", "exec('total = lambda a, b: a + b')\nprint(eval('total(*map(int, input().split()))'))"),
    _sum("compiled by itself", "exec(compile('print(sum(map(int, input().split())))', '<own>', 'exec'))"),
    _sum("names of the module", "x = 5\nassert globals()['x'] == vars()['x'] == __import__('__main__').x\nprint(sum(map(int, input().split())))"),
    _sum("its own source", "import inspect\ndef f(): return 1\nassert 'return 1' in inspect.getsource(f) and open(__file__).read()\nprint(sum(map(int, input().split())))"),
    _sum("pickled classes of its own", """
        import copy, pickle
        class Node:
            def __init__(self, value): self.value = value
        nodes = pickle.loads(pickle.dumps([Node(int(word)) for word in input().split()]))
        print(sum(node.value for node in copy.deepcopy(nodes)))
        """),
    _sum("a module it wrote", """
        with open("helper.py", "w") as file: file.write("def add(a, b): return a + b\\n")
        import importlib
        print(importlib.import_module("helper").add(*map(int, input().split())))
        """),
    _sum("a package it wrote", """
        import pathlib, sys, tempfile
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "pack").mkdir()
            pathlib.Path(folder, "pack", "__init__.py").write_text("from .part import add")
            pathlib.Path(folder, "pack", "part.py").write_text("add = lambda a, b: a + b")
            sys.path.append(folder)
            from pack import add
            print(add(*map(int, input().split())))
        """),
    _sum("a module made in memory", """
        import sys, types
        made = types.ModuleType("made")
        exec("def add(a, b): return a + b", made.__dict__)
        sys.modules["made"] = made
        from made import add
        print(add(*map(int, input().split())))
        """),
    _sum("tests of its own", """
        import io, unittest
        class Test(unittest.TestCase):
            def test_add(self): self.assertEqual(1 + 1, 2)
        unittest.main(argv=["x"], exit=False, verbosity=0)
        print(sum(map(int, input().split())))
        """),
    _sum("doctest", "def add(a, b):\n    '''\n    >>> add(1, 2)\n    3\n    '''\n    return a + b\nimport doctest\nassert doctest.testmod().failed == 0\nprint(add(*map(int, input().split())))"),
    _sum("asserts that hold", "a, b = map(int, input().split())\nassert a + b == b + a, 'never'\nprint(a + b)"),
    _sum("a changed recursion limit", "import sys\nsys.setrecursionlimit(5000)\ndef f(n): return n and f(n - 1)\nf(4000)\nprint(sum(map(int, input().split())))"),
    _sum("no collection of garbage", "import gc\ngc.disable()\ngc.freeze()\nx = [[]]\nx[0].append(x)\nprint(sum(map(int, input().split())))"),
    _sum("a trace function", "import sys\nsys.settrace(lambda *_: None)\nprint(sum(map(int, input().split())))"),
    _sum("builtins under other names", "print, input = print, input\nsum = sum\nlist = [1]\nprint(sum(map(int, input().split())))"),
    _sum("many files", """
        import glob, os, shutil
        os.makedirs("a/b/c")
        for n in range(500):
            with open(f"a/b/{n}.txt", "w") as file: file.write("x" * 1000)
        assert len(glob.glob("a/**/*.txt", recursive=True)) == 500
        shutil.make_archive("all", "zip", "a")
        shutil.rmtree("a")
        print(sum(map(int, input().split())))
        """),
    _sum("a big file", """
        with open("big", "wb") as file:
            for _ in range(50): file.write(bytes(1 << 20))
        import os
        assert os.path.getsize("big") == 50 << 20
        print(sum(map(int, input().split())))
        """),
    _sum("temporary files of all kinds", """
        import tempfile
        with tempfile.NamedTemporaryFile("w+") as named, tempfile.SpooledTemporaryFile(10) as spooled, tempfile.TemporaryFile() as plain:
            named.write("x" * 100), spooled.write(b"x" * 100), plain.write(b"x")
            named.flush()
            assert open(named.name).read() == "x" * 100
        print(sum(map(int, input().split())))
        """),
    _sum("a database", """
        import sqlite3
        with sqlite3.connect("data.db") as db:
            db.execute("create table numbers (n integer)")
            db.executemany("insert into numbers values (?)", [(int(word),) for word in input().split()])
            print(db.execute("select sum(n) from numbers").fetchone()[0])
        """),
    _sum("compression and hashes", """
        import bz2, hashlib, lzma, zlib
        data = b"x" * 100_000
        assert all(m.decompress(m.compress(data)) == data for m in (bz2, lzma, zlib))
        assert hashlib.sha256(data).hexdigest()
        print(sum(map(int, input().split())))
        """),
    _sum("ctypes", "import ctypes\nassert ctypes.CDLL(None).abs(-3) == 3\nprint(sum(map(int, input().split())))"),
    _sum("a callback from C", """
        import ctypes
        compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_long), ctypes.POINTER(ctypes.c_long))
        numbers = (ctypes.c_long * 3)(3, 1, 2)
        ctypes.CDLL(None).qsort(numbers, 3, ctypes.sizeof(ctypes.c_long), compare(lambda a, b: a[0] - b[0]))
        assert list(numbers) == [1, 2, 3]
        print(sum(map(int, input().split())))
        """),
    _sum("large integers", "a, b = map(int, input().split())\nx = 7 ** 20_000\nprint(a + b + x - x, end='\\n' if len(bin(x)) > 9 else '')"),
    _sum("decimals and fractions", """
        from decimal import Decimal, getcontext
        from fractions import Fraction
        getcontext().prec = 50
        a, b = map(Fraction, input().split())
        assert Decimal(1) / 3 != Decimal("0.3")
        print(a + b)
        """),
    _sum("numbers with names", "import math, cmath, statistics\na, b = map(int, input().split())\nassert math.comb(5, 2) == 10 and cmath.phase(-1) > 3\nprint(statistics.fsum([a, b]).__int__() if hasattr(statistics, 'fsum') else a + b)"),
    _sum("a table of characters", "print(str(sum(map(int, input().split()))).translate(str.maketrans('', '', 'x')))"),
    _sum("matching by structure", "match input().split():\n    case [a, b]: print(int(a) + int(b))\n    case _: print('no')"),
    _sum("groups of exceptions", "try:\n    raise ExceptionGroup('g', [ValueError(1)])\nexcept* ValueError:\n    print(sum(map(int, input().split())))"),
    _sum("weak references and finalizers", """
        import weakref
        class A: pass
        a = A()
        weakref.finalize(a, print, sum(map(int, input().split())))
        del a
        """),
    _sum("the time and the zone", "import datetime, time, zoneinfo\nassert datetime.datetime.now(zoneinfo.ZoneInfo('Asia/Tokyo')).utcoffset().seconds == 32400\ntime.tzset()\nprint(sum(map(int, input().split())))"),
    _sum("the locale", "import locale\nlocale.setlocale(locale.LC_ALL, '')\nprint(sum(map(int, input().split())))"),
    _sum("random numbers", "import random, secrets, uuid\nrandom.seed(1)\nassert random.randrange(100) == 17 and secrets.token_hex() and uuid.uuid4()\nprint(sum(map(int, input().split())))"),
    _sum("sets and hashes", "assert len({hash(str(n)) for n in range(1000)}) == 1000\nprint(sum(map(int, input().split())))"),
    _sum("what it runs on", """
        import getpass, os, platform, shutil, sys
        assert platform.system() == "Linux" and os.cpu_count() and sys.argv[0] == __file__ and os.path.exists(sys.executable)
        assert os.path.isdir(os.path.expanduser("~")) and os.getcwd() == os.path.realpath(".") and shutil.disk_usage(".").free
        print(sum(map(int, input().split())))
        """),
    _sum("arguments", "import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('--x', default=1)\nparser.parse_args()\nprint(sum(map(int, input().split())))"),
    _sum("a command interpreter", """
        import cmd
        class Shell(cmd.Cmd):
            prompt = ""
            use_rawinput = True
            def default(self, line):
                print(sum(map(int, line.split())))
                return True
        Shell().cmdloop()
        """),
    _sum("the preloaded modules, changed", "import math, re, random\nmath.pi = 3\nre.compile = None\nrandom.random = lambda: 4\nprint(sum(map(int, input().split())))"),
    _sum("turtles", "a, b = (int(word) for word in input().split())\nprint((lambda f: f(f, a, b))(lambda f, a, b: a if b == 0 else a + b))"),
]
