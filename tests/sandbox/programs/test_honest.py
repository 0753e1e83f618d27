"""Honest programs, the unusual ones too, end as they would under `python FILE`."""

import pytest

from rlvr.sandbox import Program, Sandbox
from tests.sandbox.programs.running import at_root, printed, run

ENDINGS = [
    ("print('x')", 0, None),
    ("", 0, None),
    ("import sys; print('x'); sys.exit(0)", 0, None),
    ("import os; print('x', flush=True); os._exit(0)", 0, None),
    ("print('x'); exit()", 0, None),
    ("import sys; sys.exit(3)", 3, None),
    ("import sys; sys.exit('text')", 1, None),
    ("import sys; sys.exit(-1)", 255, None),
    ("import sys; sys.exit(10**20)", 255, None),
    ("import sys; print('x'); sys.stdout.close()", 0, None),
    ("import sys; print('x'); sys.stdout = sys.stderr = None", 0, None),
    ("import os; os.close(1); print('x')", 120, None),
    ("import os; os._exit(7)", 7, None),
    ("print(", 1, None),
    ("raise ValueError", 1, None),
    ("raise KeyboardInterrupt", 1, None),
    ("import os; os.abort()", None, 6),
    ("import os; os.kill(os.getpid(), 15)", None, 15),
    ("import ctypes; ctypes.string_at(0)", None, 11),
]


@pytest.mark.parametrize(("source", "code", "signal"), ENDINGS)
def test_ends_as_it_does(sandbox: Sandbox, source: str, code: int | None, signal: int | None) -> None:
    execution = run(sandbox, source)
    assert (execution.exit_code, execution.signal) == (code, signal), execution
    assert execution.outcome == ("OK" if code == 0 else "RE")
    assert bool(execution.reason) is not execution.is_ok


def test_input_and_output(sandbox: Sandbox) -> None:
    execution = run(
        sandbox, "a, b = map(int, input().split())\nprint(a + b)\nimport sys; print('e', file=sys.stderr)", b"2 3\n"
    )
    assert (execution.stdout, execution.stderr, execution.reason) == (b"5\n", b"e\n", "")
    assert 0 < execution.cpu_s < 5
    assert 0 < execution.wall_s < 5
    assert 1 < execution.peak_mb < 120


def test_arguments_and_files(sandbox: Sandbox) -> None:
    source = "import sys, pathlib; print(sys.argv[1:], pathlib.Path('a/b.txt').read_text()); open('a/b.txt', 'w')"
    execution = sandbox.run(Program(source, args=["one", "zwei ü"], files={"a/b.txt": b"text", "c": b""}))
    assert execution.stdout.decode() == "['one', 'zwei ü'] text\n", execution


def test_traceback_shows_the_program(sandbox: Sandbox) -> None:
    execution = run(sandbox, "def f():\n    return 1 / 0\n\nf()")
    text = at_root(execution.stderr.decode())
    assert "return 1 / 0" in text
    assert text.startswith('Traceback (most recent call last):\n  File "/job/main.py", line 4, in <module>')


WORLD = {
    "main": ("print(__name__, __file__)", "__main__ /job/main.py"),
    "future": (
        "from __future__ import annotations\ndef f(x: nothing): ...\nprint(f.__annotations__)",
        "{'x': 'nothing'}",
    ),
    "no future": ("def f(x: int): ...\nprint(f.__annotations__)", "{'x': <class 'int'>}"),
    "dataclass": ("import dataclasses\n@dataclasses.dataclass\nclass P:\n  x: int\nprint(P(1))", "P(x=1)"),
    "pickle": ("import pickle\nclass A: pass\nprint(type(pickle.loads(pickle.dumps(A()))).__name__)", "A"),
    "source": ("import inspect\ndef f(): return 1\nprint(inspect.getsource(f).strip())", "def f(): return 1"),
    "unicode": ("print('žluťoučký 🐎', ''.join(chr(c) for c in (0x4e2d, 0x6587)))", "žluťoučký 🐎 中文"),
    "encodings": ("import sys; print(sys.stdin.encoding, sys.stdout.encoding)", "utf-8 utf-8"),
    "directory": ("import os; print(os.getcwd(), os.listdir())", "/work []"),
    "del": ("class A:\n  def __del__(self): print('gone')\na = A()", "gone"),
    "del of a class's object": ("class A:\n  def __del__(self): print('gone')\nclass B: a = A()", "gone"),
    "no threading": ("import sys; sys.modules['threading'] = None; print('x')", "x"),
    "no _exit": ("import os; os._exit = None; print('x')", "x"),
    "atexit": ("import atexit; atexit.register(print, 'bye'); print('hi')", "hi\nbye"),
    "order at exit": ("f = open(1, 'w', closefd=False)\nf.write('2\\n')\nprint(1)", "1\n2"),
    "file of a class": ("class A:\n  f = open(1, 'w')\nA.f.write('x')", "x"),
    "stdout replaced": ("import sys; print('x'); sys.stdout = open('/dev/null', 'w')", "x"),
    "module of its own": ("open('mine.py', 'w').write('x = 1')\nimport mine\nprint(mine.x)", "1"),
    "thread at exit": (
        "import threading, time\nthreading.Thread(target=lambda: (time.sleep(.05), print('late'))).start()",
        "late",
    ),
    "big stack": (
        "import sys, threading\nsys.setrecursionlimit(10**6); threading.stack_size(256 << 20)\n"
        "def f(n): return n and 1 + f(n - 1)\n"
        "t = threading.Thread(target=lambda: print(f(20000))); t.start(); t.join()",
        "20000",
    ),
    "children of a big parent": (
        "import os, time\nx = b'x' * (50 << 20)\nfor _ in range(4):\n  if os.fork() == 0: time.sleep(.2); os._exit(0)\n"
        "for _ in range(4): os.wait()\nprint(1)",
        "1",
    ),
    "threads": (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "with ThreadPoolExecutor(8) as pool: print(sum(pool.map(abs, range(-9, 1))))",
        "45",
    ),
    "pool by fork": (
        "import multiprocessing as m\n"
        "if __name__ == '__main__':\n"
        "  with m.get_context('fork').Pool(2) as pool: print(pool.map(abs, [-1, -2]))",
        "[1, 2]",
    ),
    "pool by spawn": (
        "import multiprocessing as m\ndef double(x): return 2 * x\n"
        "if __name__ == '__main__':\n"
        "  with m.get_context('spawn').Pool(2) as pool: print(pool.map(double, [1, 2]))",
        "[2, 4]",
    ),
    "executor of processes": (
        "from concurrent.futures import ProcessPoolExecutor as Pool\n"
        "if __name__ == '__main__':\n  with Pool(2) as pool: print(sum(pool.map(abs, range(-9, 1))))",
        "45",
    ),
    "shared value": (
        "import multiprocessing as m\nvalue = m.Value('i', 0)\ndef add():\n  for _ in range(200):\n"
        "    with value.get_lock(): value.value += 1\n"
        "parts = [m.Process(target=add) for _ in range(3)]\n[p.start() for p in parts]; [p.join() for p in parts]\n"
        "print(value.value)",
        "600",
    ),
    "queue": (
        "import multiprocessing as m\nqueue = m.Queue()\n"
        "p = m.Process(target=lambda: [queue.put(i) for i in range(9)]); p.start()\n"
        "print(sum(queue.get(timeout=5) for _ in range(9))); p.join()",
        "36",
    ),
    "condition": (
        "import multiprocessing as m\nready, both = m.Condition(), m.Barrier(2)\n"
        "def say():\n  both.wait()\n  with ready: ready.notify()\n"
        "p = m.Process(target=say)\nwith ready:\n  p.start(); both.wait(); print(ready.wait(5))\np.join()",
        "True",
    ),
    "copies of files": (
        "import os, shutil\nopen('a', 'w').write('x'); shutil.copy('a', 'b'); shutil.copy2('a', 'c')\n"
        "os.mkdir('d'); shutil.move('a', 'd/a'); shutil.copytree('d', 'e'); shutil.rmtree('d')\n"
        "print(sorted(os.listdir()))",
        "['b', 'c', 'e']",
    ),
    "types of files": ("import mimetypes; print(mimetypes.guess_type('a.txt')[0])", "text/plain"),
    "processors": ("import os; print(os.cpu_count() > 0, len(os.sched_getaffinity(0)) > 0)", "True True"),
    "niceness": ("import os; print(os.nice(1) >= 1); os.sched_setaffinity(0, os.sched_getaffinity(0))", "True"),
    "subprocess": (
        "import subprocess, sys\nprint(subprocess.run([sys.executable, '-c', 'print(1)'], capture_output=True).stdout)",
        "b'1\\n'",
    ),
    "shell": ("import subprocess; print(subprocess.getoutput('echo $HOME'))", "/tmp"),
    "asyncio": (
        "import asyncio\nasync def f():\n  p = await asyncio.create_subprocess_exec('echo', 'x', stdout=-1)\n"
        "  print(await p.stdout.read())\nasyncio.run(f())",
        "b'x\\n'",
    ),
    "stdin by name": ("print(open('/dev/stdin').read())", "some input"),
    "stdin by size": ("import os; print(os.read(0, os.fstat(0).st_size))", "b'some input'"),
    "stdin mapped": ("import mmap; print(mmap.mmap(0, 0, prot=mmap.PROT_READ)[:4])", "b'some'"),
    "stdout by name": ("open('/dev/stdout', 'w').write('direct')", "direct"),
    "stderr by name": ("open('/dev/stderr', 'w').write('x'); print(1)", "1"),
    "random": ("import random; random.seed(1); print(random.random())", "0.13436424411240122"),
    "zones": ("import zoneinfo; print(zoneinfo.ZoneInfo('Europe/Paris'))", "Europe/Paris"),
    "modules": (
        "import decimal, fractions, sqlite3, hashlib, zlib, bz2, lzma, json, csv, uuid, statistics, ssl\nprint(1)",
        "1",
    ),
    "semaphore": ("import multiprocessing as m; print(m.Semaphore(2).acquire())", "True"),
    "shared memory": (
        "from multiprocessing import shared_memory as s\n"
        "m = s.SharedMemory(create=True, size=8); m.close(); m.unlink()\nprint(1)",
        "1",
    ),
    "temporary files": ("import tempfile; f = tempfile.TemporaryFile(); f.write(b'x'); print(f.tell())", "1"),
    "local sockets": ("import socket; a, b = socket.socketpair(); a.send(b'x'); print(b.recv(1))", "b'x'"),
    "self": (
        "import os; print(len(os.listdir('/proc/self/fd')) > 2, open('/proc/self/cmdline').read(0) == '')",
        "True True",
    ),
}


@pytest.mark.parametrize("name", WORLD)
def test_world(sandbox: Sandbox, name: str) -> None:
    source, expected = WORLD[name]
    if name == "self" and sandbox.tier == "process":
        pytest.skip("/proc is the host's: nothing of it can be read")
    assert printed(sandbox, source, b"some input").strip() == expected


def test_big_output_and_input(sandbox: Sandbox) -> None:
    data = bytes(range(256)) * 4096
    source = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())"
    assert run(sandbox, source, data).stdout == data


def test_unread_input(sandbox: Sandbox) -> None:
    assert printed(sandbox, "print(1)", bytes(5 << 20)) == "1\n"


def test_the_end_of_standard_error_is_kept(sandbox: Sandbox) -> None:
    execution = run(sandbox, "import sys\nfor i in range(100000): print('line', i, file=sys.stderr)")
    assert execution.is_ok
    assert execution.stderr.endswith(b"line 99999\n")
    assert len(execution.stderr) <= 65536


def test_random_differs_between_runs(sandbox: Sandbox) -> None:
    assert len({printed(sandbox, "import random; print(random.random())") for _ in range(4)}) == 4


def test_sets_have_the_same_order_in_every_run(sandbox: Sandbox) -> None:
    assert len({printed(sandbox, "print({'a', 'b', 'c', 'd', 'e'})") for _ in range(4)}) == 1
