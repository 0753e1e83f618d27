"""Honest programs that read and write in unusual ways, much or little, and end in unusual ways after the answer."""

from typing import Final

from tests.hostile.programs.entry import Entry
from tests.hostile.programs.references import CALM_SUM, stdin


def _sum(name: str, source: str) -> Entry:
    return Entry(name, CALM_SUM, "AC", source)


MANY: Final = stdin(("100000\n" + "\n".join(map(str, range(100_000))) + "\n", "4999950000\n"), ("0\n", "0\n"), limits={})
LONG: Final = stdin(("7\n", "x" * (8 * 2**20 - 2)), limits={})
BIG: Final = stdin(("1\n" * 3_000_000, "3000000\n"), limits={})
WIDE: Final = stdin(("200000\n", "".join(f"{n}\n" for n in range(200_000))), limits={})
WORDS: Final = stdin(("žluťoučký kůň 🐎 中文\n", "文中 🐎 ňůk ýkčuoťulž\n"), limits={})
UNREAD: Final = stdin(("x" * 5_000_000 + "\n", "done\n"), limits={})
EMPTY: Final = stdin(("", ""), ("\n\n", "\n"), limits={})
LAYOUT: Final = stdin(("1\n", "1 2\n3\n"), limits={})
TOKENS: Final = stdin(("1\n", "1 2\n3\n"), comparator="tokens", limits={})
UNORDERED: Final = stdin(("1\n", "a\nb\na\n"), comparator="unordered", limits={})
FLOAT: Final = stdin(("1\n", "0.333333333 3 1e20 inf abc\n"), comparator="float", limits={})
CASEFOLD: Final = stdin(("1\n", "Yes\nNo\n"), comparator="casefold", limits={})
EXACT: Final = stdin(("1\n", "a \r\n\tb"), comparator="exact", limits={})
SLOW: Final = stdin(("1\n", "1\n"), limits={})

STREAMS: Final = [
    _sum("sys.stdin.buffer", "import sys\nsys.stdout.buffer.write(b'%d' % sum(map(int, sys.stdin.buffer.read().split())))"),
    _sum("os.read and os.write", "import os\nos.write(1, str(sum(map(int, os.read(0, 1 << 20).split()))).encode())"),
    _sum("os.read by the size", "import os\nprint(sum(map(int, os.read(0, os.fstat(0).st_size).split())))"),
    _sum("a map of stdin", "import mmap\nprint(sum(map(int, mmap.mmap(0, 0, prot=mmap.PROT_READ)[:].split())))"),
    _sum("open(0)", "print(sum(map(int, open(0).read().split())))"),
    _sum("open by name", "print(sum(map(int, open('/dev/stdin').readline().split())), file=open('/dev/stdout', 'w'))"),
    _sum("fileinput", "import fileinput\nprint(sum(int(word) for line in fileinput.input() for word in line.split()))"),
    _sum("lines of stdin", "import sys\nfor line in sys.stdin: print(sum(map(int, line.split())))"),
    _sum("input until the end", """
        total = 0
        while True:
            try:
                total += sum(map(int, input().split()))
            except EOFError:
                break
        print(total)
        """),
    _sum("iter of input", "for line in iter(input, None):\n    print(sum(map(int, line.split())))\n    break"),
    _sum("readline until it is empty", "import sys\nwhile line := sys.stdin.readline(): print(sum(map(int, line.split())))"),
    _sum("input replaced", "import sys\ninput = lambda: sys.stdin.readline().rstrip()\nprint(sum(map(int, input().split())))"),
    _sum("a reader of its own", """
        import io, os, sys
        class FastIO(io.IOBase):
            newlines = 0
            def __init__(self, file):
                self._fd = file.fileno()
                self.buffer = io.BytesIO()
                self.writable = "x" in file.mode or "r" not in file.mode
                self.write = self.buffer.write if self.writable else None
            def readline(self):
                while self.newlines == 0:
                    block = os.read(self._fd, max(os.fstat(self._fd).st_size, 8192))
                    self.newlines = block.count(b"\\n") + (not block)
                    at = self.buffer.tell()
                    self.buffer.seek(0, 2), self.buffer.write(block), self.buffer.seek(at)
                self.newlines -= 1
                return self.buffer.readline()
            def flush(self):
                if self.writable:
                    os.write(self._fd, self.buffer.getvalue())
                    self.buffer.truncate(0), self.buffer.seek(0)
        class Wrapper(io.IOBase):
            def __init__(self, file):
                self.buffer = FastIO(file)
                self.flush = self.buffer.flush
                self.writable = self.buffer.writable
                self.write = lambda s: self.buffer.write(s.encode("ascii"))
                self.readline = lambda: self.buffer.readline().decode("ascii")
        sys.stdin, sys.stdout = Wrapper(sys.stdin), Wrapper(sys.stdout)
        print(sum(map(int, sys.stdin.readline().split())))
        """),
    _sum("select", "import select, sys\nassert select.select([sys.stdin], [], [], 1)[0]\nprint(sum(map(int, input().split())))"),
    _sum("stdin read twice", "import sys\nfirst = sys.stdin.read()\nsys.stdin.seek(0)\nassert first == sys.stdin.read()\nprint(sum(map(int, first.split())))"),
    _sum("stdin closed", "import sys\nline = sys.stdin.readline()\nsys.stdin.close()\nprint(sum(map(int, line.split())))"),
    _sum("stdin of another encoding", "import io, sys\nprint(sum(map(int, io.TextIOWrapper(sys.stdin.buffer, 'ascii').read().split())))"),
    _sum("output line by line", "import sys\nsys.stdout.reconfigure(line_buffering=True)\nprint(sum(map(int, input().split())))"),
    _sum("output byte by byte", "import os\nfor c in str(sum(map(int, input().split()))): os.write(1, c.encode())"),
    _sum("output in parts", "print(*str(sum(map(int, input().split()))), sep='', end='', flush=True)"),
    _sum("output through a text in memory", """
        import contextlib, io
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            print(sum(map(int, input().split())))
        print(out.getvalue(), end="")
        """),
    _sum("output through a file of its own", "out = open(1, 'w', buffering=1 << 20)\nout.write(f'{sum(map(int, input().split()))}\\n')"),
    _sum("output through a class's file", "class Out: file = open(1, 'w')\nprint(sum(map(int, input().split())), file=Out.file)"),
    _sum("stdout closed after the answer", "import sys\nprint(sum(map(int, input().split())))\nsys.stdout.close()"),
    _sum("stdout replaced after the answer", "import os, sys\nprint(sum(map(int, input().split())))\nsys.stdout = open(os.devnull, 'w')"),
    _sum("stdout copied", "import os\nfd = os.dup(1)\nos.close(1)\nos.write(fd, str(sum(map(int, input().split()))).encode())\nos.dup2(fd, 1)"),
    _sum("stderr closed", "import sys\nsys.stderr.close()\nprint(sum(map(int, input().split())))"),
    _sum("much on stderr", "import sys\nprint('debug ' * 1_000_000, file=sys.stderr)\nprint(sum(map(int, input().split())))"),
    _sum("a warning", "import warnings\nwarnings.warn('old')\nprint(sum(map(int, input().split())))"),
    _sum("logging", "import logging\nlogging.basicConfig(level=0)\nlogging.error('%s', 1)\nprint(sum(map(int, input().split())))"),
    _sum("sys.exit", "import sys\nprint(sum(map(int, input().split())))\nsys.exit(0)"),
    _sum("sys.exit of True's opposite", "import sys\nprint(sum(map(int, input().split())))\nsys.exit(False)"),
    _sum("quit", "print(sum(map(int, input().split())))\nquit()"),
    _sum("os._exit after a flush", "import os\nprint(sum(map(int, input().split())), flush=True)\nos._exit(0)"),
    _sum("exit in a function of a function", "def f(): raise SystemExit\ndef g():\n    print(sum(map(int, input().split())))\n    f()\ng()"),
    _sum("exit in a thread", "import sys, threading\nprint(sum(map(int, input().split())))\nthreading.Thread(target=sys.exit, args=(3,)).start()"),
    _sum("the answer at exit", "import atexit\nn = input()\natexit.register(lambda: print(sum(map(int, n.split()))))"),
    _sum("the answer in a finalizer", """
        class Last:
            def __del__(self): print(self.total)
        last = Last()
        last.total = sum(map(int, input().split()))
        """),
    _sum("an error in a thread", "import threading\nprint(sum(map(int, input().split())))\nthreading.Thread(target=lambda: 1 / 0).start()"),
    _sum("an error at exit", "import atexit\natexit.register(lambda: 1 / 0)\nprint(sum(map(int, input().split())))"),
    _sum("no line end", "print(sum(map(int, input().split())), end='')"),
    _sum("many line ends", "print(sum(map(int, input().split())), end='  \\n\\n\\n')"),
    _sum("line ends of another kind", "print(sum(map(int, input().split())), end='\\r\\n')"),
    Entry("many lines in", MANY, "AC", "n = int(input())\nprint(sum(int(input()) for _ in range(n)))"),
    Entry("many lines in, at once", MANY, "AC", "import sys\n_, *numbers = map(int, sys.stdin.buffer.read().split())\nprint(sum(numbers))"),
    Entry("many lines out", WIDE, "AC", "for n in range(int(input())): print(n)"),
    Entry("many lines out, each flushed", WIDE, "AC", "for n in range(0, int(input()), 100): print(*range(n, n + 100), sep='\\n', flush=True)"),
    Entry("all the output there may be", LONG, "AC", "print('x' * (8 * 2**20 - 2), end='\\n\\n')"),
    Entry("six megabytes in", BIG, "AC", "import sys\nprint(sum(map(int, sys.stdin)))"),
    Entry("input that is not read", UNREAD, "AC", "print('done')"),
    Entry("input that is not read, and closed", UNREAD, "AC", "import os\nos.close(0)\nprint('done')"),
    Entry("no input, no output", EMPTY, "AC", "import sys\nsys.stdin.read()"),
    Entry("letters of many alphabets", WORDS, "AC", "print(input()[::-1])"),
    Entry("letters in bytes", WORDS, "AC", "import sys\nsys.stdout.buffer.write(sys.stdin.buffer.read().decode()[::-1].strip().encode())"),
    Entry("trailing blanks", LAYOUT, "AC", "print('1 2   ')\nprint('3\\t')\nprint()"),
    Entry("tokens on other lines", TOKENS, "AC", "print(1)\nprint()\nprint('  2\\t3')"),
    Entry("lines in another order", UNORDERED, "AC", "print('b', 'a', 'a', sep='\\n')"),
    Entry("numbers of other forms", FLOAT, "AC", "print('.3333333334', '3.0', '100000000000000000000', 'inf', 'abc')"),
    Entry("other letters", CASEFOLD, "AC", "print('YES', 'nO', sep='\\n')"),
    Entry("exact bytes", EXACT, "AC", "import os\nos.write(1, b'a \\r\\n\\tb')"),
    Entry("slow, and asleep", SLOW, "AC", "import time\ntime.sleep(3)\nprint(input())"),
    Entry("slow, and busy", SLOW, "AC", "import time\nwhile time.process_time() < 1.5: pass\nprint(input())"),
]
