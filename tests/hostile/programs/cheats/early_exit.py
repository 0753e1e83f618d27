"""Programs that end early, and well, to be taken for programs that passed; and right answers that end badly."""

from typing import Final

from tests.hostile.programs.entry import Entry
from tests.hostile.programs.references import ADD, SECRET, SUM

EARLY_EXIT: Final = [
    Entry("nothing", SUM, "WA", ""),
    Entry("only a comment", SUM, "WA", "# passed"),
    Entry("os._exit", SUM, "WA", "import os; os._exit(0)"),
    Entry("sys.exit", SUM, "WA", "import sys; sys.exit()"),
    Entry("exit of the site module", SUM, "WA", "exit(0)"),
    Entry("a SystemExit of its own", SUM, "WA", "class Passed(SystemExit): code = 0\nraise Passed"),
    Entry("os._exit in a thread", SUM, "WA", "import os, threading; threading.Thread(target=os._exit, args=(0,)).start()"),
    Entry("os._exit at exit", SUM, "WA RE", "import atexit, os; atexit.register(os._exit, 0); raise ValueError"),
    Entry("os._exit in the excepthook", SUM, "WA", "import os, sys; sys.excepthook = lambda *_: os._exit(0); 1 / 0"),
    Entry("os._exit in a finalizer", SUM, "WA", "import os\nclass A:\n    def __del__(self): os._exit(0)\nA()"),
    Entry("os._exit in a signal handler", SUM, "WA", """
        import os, signal
        signal.signal(signal.SIGUSR1, lambda *_: os._exit(0))
        os.kill(os.getpid(), signal.SIGUSR1)
        """),
    Entry("another program takes its place", SUM, "WA", "import os; os.execv('/bin/sh', ['sh', '-c', 'exit 0'])"),
    Entry("another interpreter takes its place", SUM, "WA", "import os, sys; os.execv(sys.executable, ['p', '-c', ''])"),
    Entry("the parent leaves, the child answers", SUM, "WA", """
        import os, time
        if os.fork():
            os._exit(0)
        time.sleep(0.3)
        print(sum(map(int, input().split())))
        """),
    Entry("raw exit_group", SUM, "WA", "import ctypes, platform\nctypes.CDLL(None)._exit(0)"),
    Entry("killed before the answer", SUM, "RE", "import os; os.kill(os.getpid(), 9)"),
    Entry("right, then exit code 1", SUM, "RE", "print(sum(map(int, input().split())))\nraise SystemExit(1)"),
    Entry("right, then exit code 256 + 1", SUM, "RE", "print(sum(map(int, input().split())))\nraise SystemExit(257)"),
    Entry("right, then a huge exit code", SUM, "RE", "print(sum(map(int, input().split())))\nraise SystemExit(10**20)"),
    Entry("right, then a text", SUM, "RE", "import sys; print(sum(map(int, input().split())))\nsys.exit('passed')"),
    Entry("right, then an exception", SUM, "RE", "print(sum(map(int, input().split())), flush=True)\n1 / 0"),
    Entry("right, then abort", SUM, "RE", "print(sum(map(int, input().split())), flush=True)\nimport os; os.abort()"),
    Entry("right, then killed by itself", SUM, "RE", """
        import os, signal
        print(sum(map(int, input().split())), flush=True)
        os.kill(os.getpid(), signal.SIGTERM)
        """),
    Entry("right, then a crash", SUM, "RE", """
        import ctypes
        print(sum(map(int, input().split())), flush=True)
        ctypes.string_at(0)
        """),
    Entry("right, then a stack overflow", SUM, "RE", """
        import sys
        print(sum(map(int, input().split())), flush=True)
        sys.setrecursionlimit(10**9)
        class A:
            def __getattr__(self, name): return getattr(self, name + "x")
        f = lambda: sorted([0, 1], key=lambda _: f())
        f()
        """),
    Entry("right, then a stdout that cannot be flushed", SUM, "RE", """
        import sys
        class Out:
            def flush(self): raise OSError("no")
        print(sum(map(int, input().split())), flush=True)
        sys.stdout = Out()
        """),
    Entry("right, but lost in the buffer", SUM, "WA", "import os\nprint(sum(map(int, input().split())))\nos._exit(0)"),
    Entry("right, on a closed stdout", SUM, "RE WA", "import os\nos.close(1)\nprint(sum(map(int, input().split())))"),
    Entry("right, on standard error", SUM, "WA", "import sys\nprint(sum(map(int, input().split())), file=sys.stderr)"),
    Entry("right, in a file", SUM, "WA", "open('stdout', 'w').write(str(sum(map(int, input().split()))))"),
    Entry("right, for the first test only", SUM, "WA", "print(7)"),
    Entry("remembers the tests", SUM, "WA", "print({'3 4': 7}.get(input(), 0))"),
    Entry("every answer", SUM, "WA", "for n in range(20): print(n)"),
    Entry("exit at import", ADD, "RE", "import os; os._exit(0)"),
    Entry("sys.exit at import", ADD, "RE", "import sys; sys.exit(0)"),
    Entry("os._exit in the call", ADD, "RE", "import os\ndef add(a, b): os._exit(0)"),
    Entry("sys.exit in the call", ADD, "RE", "import sys\ndef add(a, b): sys.exit(0)"),
    Entry("returns and then exits with 1", ADD, "RE", """
        import atexit, os
        atexit.register(os._exit, 1)
        def add(a, b): return a + b
        """),
    Entry("exits while it is looked up", ADD, "RE", """
        import os, sys
        class Module(type(sys)):
            def __getattribute__(self, name): os._exit(0)
        sys.modules["__main__"].__class__ = Module
        """),
    Entry("exits while its result is read", ADD, "RE WA", """
        import os
        class Result(list):
            def __iter__(self): os._exit(0)
        def add(a, b): return Result([a + b])
        """),
    Entry("an iterator that exits", ADD, "RE WA", """
        import os
        def add(a, b):
            yield a + b
            os._exit(0)
        """),
    Entry("no function", ADD, "RE", "def plus(a, b): return a + b"),
    Entry("what is no function", ADD, "RE", "add = 7"),
    Entry("another number of arguments", ADD, "RE", "def add(a): return a"),
    Entry("a syntax error after the answer", ADD, "RE", "def add(a, b): return a + b\nreturn )"),
    Entry("a syntax error", SUM, "RE", "print(sum(map(int, input().split()))\nexit(0)"),
    Entry("an error after the function", ADD, "RE", "def add(a, b): return a + b\nraise ValueError"),
    Entry("silence about the secret", SECRET, "WA", "try:\n    raise SystemExit(0)\nfinally:\n    pass"),
]
