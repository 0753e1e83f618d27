"""Right answers, after more memory than there is: the sum over processes, files, pipes and what the kernel holds."""

from textwrap import dedent
from typing import Final

from tests.hostile.programs.entry import Entry
from tests.hostile.programs.references import function, only_if, stdin

LIMITED: Final = stdin(("1000000007 998244353\n", "1998244360\n"), limits={"wall_s": 3, "cpu_s": 3})
ADD: Final = function("add", ([3, 4], 7), limits={"wall_s": 3, "cpu_s": 3})


_TOGETHER: Final = """
import mmap, os, time
read_end, write_end = os.pipe()
for _ in range(8):
    if os.fork() == 0:
        {made}
        os.write(write_end, b"x")
        time.sleep(10)
        os._exit(0)
for _ in range(8): os.read(read_end, 1)
"""
"""Eight children hold memory at one time; their parent waits until all have theirs."""


def _more(name: str, attack: str, outcomes: str = "MLE", weak: str = "") -> Entry:
    return Entry(name, LIMITED, f"{outcomes} TLE", only_if(dedent(attack).rstrip() + "\nwon = True"), weak)


MEMORY: Final = [
    _more("a list of blocks", "x = [bytes([n]) * (1 << 20) for n in range(250)] + [b'x' * (100 << 20)]", "MLE"),
    _more("one block", "x = b'x' * (600 << 20)", "MLE"),
    _more("a text that doubles", "x = 'x'\nwhile len(x) < 1 << 30: x += x", "MLE"),
    _more("a list of lists", "x = [[n] for n in range(10**7)]", "MLE TLE"),
    _more("a number", "x = 1 << (8 * 600 << 20)", "MLE"),
    _more("a dict", "x = dict.fromkeys(range(10**7), 0.5)", "MLE TLE"),
    _more("a memory map", """
        import mmap
        x = mmap.mmap(-1, 1 << 30)
        for at in range(0, 1 << 30, 4096): x[at] = 1
        """, "MLE TLE"),
    _more("shared memory maps of many processes", _TOGETHER.format(made="mmap.mmap(-1, 60 << 20).write(b'x' * (60 << 20))")),
    _more("many processes", _TOGETHER.format(made="block = b'x' * (60 << 20)")),
    _more("a child that dies of it, while its parent answers", """
        import os
        if os.fork() == 0:
            open("/proc/self/oom_score_adj", "w").write("1000")
            x = b"x" * (600 << 20)
            os._exit(0)
        os.wait()
        """),
    _more("files in memory", """
        import os
        fds = [os.memfd_create(str(n)) for n in range(10)]
        for fd in fds: os.write(fd, b"x" * (60 << 20))
        """, weak="AC"),
    _more("files and memory together", """
        for place in ("/work/a", "/tmp/a"):
            open(place, "wb").write(bytes(63 << 20))
        open("/dev/shm/a", "wb").write(bytes(15 << 20))
        x = b"x" * (200 << 20)
        """),
    _more("files without a name", """
        import os
        for place in ("/work/a", "/tmp/a"):
            file = os.open(place, os.O_CREAT | os.O_RDWR)
            os.unlink(place)
            os.write(file, bytes(63 << 20))
        x = b"x" * (220 << 20)
        """),
    _more("pipes", """
        import fcntl, os
        pipes = [os.pipe() for _ in range(500)]
        held = 0
        for _, end in pipes:
            os.set_blocking(end, False)
            try:
                fcntl.fcntl(end, 1031, 1 << 20)
            except OSError:
                pass
            try:
                while True: held += os.write(end, bytes(1 << 16))
            except BlockingIOError:
                pass
        x = b"x" * (252 << 20)
        """, "MLE RE", weak="TLE AC"),
    _more("sockets", """
        import socket
        pairs = [socket.socketpair() for _ in range(500)]
        for one, _ in pairs:
            one.setblocking(False)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
            try:
                while True: one.send(bytes(1 << 16))
            except BlockingIOError:
                pass
        x = b"x" * (230 << 20)
        """, "MLE RE", weak="TLE AC"),
    _more("a compressed bomb", """
        import zlib
        small = zlib.compress(bytes(1 << 22), 9)
        x = [zlib.decompress(small) for _ in range(400)]
        """, "MLE"),
    _more("the stacks of threads", """
        import ctypes, threading
        threading.stack_size(64 << 20)
        def fill():
            block = ctypes.create_string_buffer(40 << 20)
            ctypes.memset(block, 1, 40 << 20)
            filled.release()
            stop.wait()
        stop, filled = threading.Event(), threading.Semaphore(0)
        for _ in range(12): threading.Thread(target=fill, daemon=True).start()
        for _ in range(12): filled.acquire()
        """),
    _more("an exponential repr", "x = []\nfor _ in range(40): x = [x, x]\nrepr(x)", "MLE TLE"),
    _more("the page tables", """
        import mmap
        x = mmap.mmap(-1, 1 << 40, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000)
        for at in range(0, 1 << 40, 1 << 21): x[at]
        """, "MLE TLE RE"),
    _more("an oom score of its own", """
        import os
        for score in ("-1000", "-500", "0"):
            try:
                open("/proc/self/oom_score_adj", "w").write(score)
            except OSError:
                pass
        x = b"x" * (600 << 20)
        """),
    _more("the agent outgrown", """
        import os, time
        open("/proc/self/oom_score_adj", "w").write("0")
        os.write(1, b"x" * (7 << 20))
        read_end, write_end = os.pipe()
        for _ in range(40):
            if os.fork() == 0:
                x = b"x" * (8 << 20)
                os.write(write_end, b"x")
                time.sleep(10)
                os._exit(0)
        for _ in range(40): os.read(read_end, 1)
        """, "MLE VIOLATION"),
    Entry("a call that returns too much", ADD, "RE MLE", "def add(a, b): return list(range(10**7)) * 4"),
    Entry("a call that keeps too much", ADD, "MLE", "def add(a, b):\n    x = b'x' * (600 << 20)\n    return a + b"),
    Entry("a MemoryError that is caught", LIMITED, "MLE RE WA", """
        try:
            x = bytearray(1 << 60)
        except MemoryError:
            x = b"x" * (600 << 20)
        print(sum(map(int, input().split())))
        """),
]
