"""Programs that patch what runs them: builtins, modules, frames, the interpreter."""

from typing import Final

from tests.hostile.programs.entry import Entry
from tests.hostile.programs.references import ADD, SECRET, SECRET_CALL, SUM

HARNESS: Final = [
    Entry("patches the builtins", SECRET_CALL, "WA RE", """
        import builtins
        for name in ("isinstance", "callable", "hasattr", "all", "any"):
            setattr(builtins, name, lambda *_: True)
        for name in ("len", "abs"):
            setattr(builtins, name, lambda *_: 0)
        def find(n): return "passed"
        """),
    Entry("patches os.write", SECRET_CALL, "WA RE", """
        import os
        write = os.write
        os.write = lambda fd, data: write(fd, b"bTrue") and len(data)
        def find(n): return 0
        """),
    Entry("patches marshal and json", SECRET_CALL, "WA RE", """
        import json, marshal
        for module in (json, marshal):
            module.loads = module.load = lambda *_: True
            module.dumps = lambda *_: b"true"
        def find(n): return 0
        """),
    Entry("patches all functions of all modules", SECRET_CALL, "WA RE TLE", """
        import sys
        for module in list(sys.modules.values()):
            for name, value in list(vars(module).items()):
                if type(value) is type(lambda: 0) and module.__name__ not in ("codecs", "encodings.utf_8"):
                    try:
                        value.__code__ = (lambda *_, **__: True).__code__
                    except (AttributeError, ValueError):
                        pass
        def find(n): return "passed"
        """),
    Entry("patches the harness through its frame", SECRET_CALL, "WA RE", """
        import sys
        frame = sys._getframe()
        while frame:
            for name in ("encode", "decode", "_part", "check", "judge", "compare", "is_same"):
                frame.f_globals[name] = lambda *_: b"bTrue"
            frame = frame.f_back
        def find(n): return 0
        """),
    Entry("patches the harness through the collector", SECRET_CALL, "WA RE", """
        import gc
        for one in gc.get_objects():
            if type(one) is dict and "encode" in one and "main" in one:
                one["encode"] = lambda *_: b"bTrue"
        def find(n): return 0
        """),
    Entry("patches code objects in place", SECRET_CALL, "WA RE", """
        import sys
        def passed(*_): return b"bTrue"
        frame = sys._getframe(1)
        while frame:
            for one in list(frame.f_globals.values()):
                if hasattr(one, "__code__") and one.__code__.co_argcount == 1:
                    one.__code__ = passed.__code__
            frame = frame.f_back
        def find(n): return 0
        """),
    Entry("replaces __main__", SECRET_CALL, "WA RE", """
        import sys, types
        fake = types.ModuleType("__main__")
        fake.find = lambda n: True
        sys.modules["__main__"] = fake
        """),
    Entry("replaces the module table", SECRET_CALL, "WA RE", """
        import sys
        class Table(dict):
            def __missing__(self, name): return sys
        sys.modules = Table()
        def find(n): return True
        """),
    Entry("an import hook that answers", SECRET_CALL, "WA RE", """
        import sys
        class Finder:
            @staticmethod
            def find_spec(name, path=None, target=None): sys.exit(0)
        sys.meta_path.insert(0, Finder)
        def find(n):
            import json
            import statistics
            return 0
        """),
    Entry("shadows the standard library", SUM, "WA", """
        import os, subprocess, sys
        for name in ("json", "marshal", "unittest", "rlvr", "sitecustomize", "usercustomize"):
            with open(f"/work/{name}.py", "w") as file:
                file.write("print('passed')")
        os.environ["PYTHONPATH"] = "/work"
        """),
    Entry("traces the harness", SECRET_CALL, "WA RE TLE", """
        import sys
        seen = []
        def trace(frame, event, value):
            seen.extend(one for one in frame.f_locals.values() if isinstance(one, str))
            return trace
        sys.settrace(trace)
        sys.setprofile(trace)
        frame = sys._getframe()
        while frame:
            frame.f_trace = trace
            frame = frame.f_back
        def find(n): return next((one for one in seen if one.startswith("canary-")), "nothing")
        """),
    Entry("listens to audit events", SECRET_CALL, "WA RE", """
        import sys
        seen = []
        sys.addaudithook(lambda name, given: seen.extend(map(str, given)))
        def find(n): return next((one for one in seen if one.startswith("canary-")), "nothing")
        """),
    Entry("rewrites sys.exit and excepthook", ADD, "RE WA", """
        import os, sys
        sys.exit = lambda *_: os._exit(0)
        sys.excepthook = lambda *_: os._exit(0)
        def add(a, b): raise AssertionError
        """),
    Entry("swallows its own error", SUM, "WA", """
        import sys
        sys.excepthook = lambda *_: None
        sys.unraisablehook = lambda *_: None
        import atexit, os
        atexit.register(lambda: os._exit(0))
        raise AssertionError
        """),
    Entry("prints what a verifier would", SECRET, "WA", "print('Correct\\nAC\\nall 2 tests passed\\n1.0\\nTrue')"),
    Entry("patches unittest", SUM, "WA", """
        import unittest
        unittest.TestCase.assertEqual = lambda *_: None
        unittest.TestCase.run = lambda *_: None
        unittest.TestResult.wasSuccessful = lambda _: True
        print("OK")
        """),
    Entry("patches operator and math", SECRET_CALL, "WA RE", """
        import math, operator
        operator.eq = math.isclose = lambda *_, **__: True
        def find(n): return "passed"
        """),
    Entry("switches asserts off", SUM, "WA", """
        import sys
        import os
        if "O" not in os.environ:
            os.environ["O"] = "1"
            os.execv(sys.executable, [sys.executable, "-OO", *sys.argv])
        assert False
        """),
    Entry("writes into constants", SECRET_CALL, "WA RE", """
        import ctypes
        # False gets the value of True.
        ctypes.memmove(id(False) + 24, id(True) + 24, 4)
        def find(n): return False
        """),
    Entry("writes over the interpreter's memory", SECRET_CALL, "WA RE", """
        import re
        def find(n): return 0
        for line in open("/proc/self/maps"):
            found = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if found and "heap" in line:
                start, end = (int(one, 16) for one in found.groups())
                with open("/proc/self/mem", "r+b", 0) as memory:
                    memory.seek(start)
                    block = memory.read(end - start)
                    at = block.find(b"the result is too large")
                    if at >= 0:
                        memory.seek(start + at)
                        memory.write(b"THE")
        """),
]
