"""Right answers by programs that do not end in time, or that try to stop the clock."""

from typing import Final

from tests.hostile.programs.entry import Entry
from tests.hostile.programs.references import HANG, QUICK, SUM, function, stdin

RIGHT: Final = "print(sum(map(int, input().split())), flush=True)\n"
BURN: Final = stdin(("1000000007 998244353\n", "1998244360\n"), limits={"wall_s": 4, "cpu_s": 0.5})
"""The CPU ends long before the clock."""
ADD: Final = function("add", ([3, 4], 7), limits=QUICK)


def _sum(name: str, rest: str, outcomes: str = "TLE", weak: str = "") -> Entry:
    return Entry(name, HANG, outcomes, RIGHT + rest, weak)


TIME_ABUSE: Final = [
    _sum("right, then a loop", "while True: pass"),
    _sum("right, then asleep", "import time; time.sleep(1000)"),
    _sum("right, then waiting for a child", "import subprocess; subprocess.run(['sleep', '1000'])"),
    _sum("right, then a thread that does not end", "import threading; threading.Thread(target=threading.Event().wait).start()"),
    _sum("right, then an endless exit handler", "import atexit\n@atexit.register\ndef last():\n    while True: pass"),
    _sum("right, then an endless finalizer", "class A:\n    def __del__(self):\n        while True: pass\na = A()"),
    _sum("right, then an endless excepthook", "import sys, time\nsys.excepthook = lambda *_: time.sleep(1000)\n1 / 0"),
    _sum("right, then stopped by itself", "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)"),
    _sum("right, then a pause", "import signal\nwhile True: signal.pause()"),
    _sum("right, then a fifo that nobody opens", "import os; os.mkfifo('f'); open('f')"),
    _sum("right, then a lock taken twice", "import threading; lock = threading.Lock(); lock.acquire(); lock.acquire()"),
    _sum("right, then deaf", """import signal, time
for number in range(1, 65):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
while True:
    try: time.sleep(1000)
    except BaseException: pass
"""),
    _sum("right, then blocked signals", "import signal, time\nsignal.pthread_sigmask(0, range(1, 65))\ntime.sleep(1000)"),
    _sum("right, then an uninterruptible sum", "sum(range(10**12))"),
    _sum("right, then an uninterruptible power", "x = 7 ** (10**9)"),
    _sum("right, then a pattern that backtracks", "import re; re.match('(a|aa)+$', 'a' * 200 + 'b')"),
    _sum("right, then a number of many digits", "import sys; sys.set_int_max_str_digits(0); str(7 ** 3000000)", "TLE"),
    _sum("right, then a vfork that does not return", "import ctypes; libc = ctypes.CDLL(None)\nlibc.vfork() or libc.pause()", "TLE RE"),
    Entry("a chain of processes that answers at its end", SUM, "WA", """
        import os, time
        for _ in range(50):
            if os.fork():
                os._exit(0)
            time.sleep(0.01)
        print(sum(map(int, input().split())))
        """),
    _sum("right, then children that burn", """import os
for _ in range(8):
    if os.fork() == 0:
        while True: pass
os.wait()
"""),
    _sum("a clock of its own", "import time\ntime.time = time.monotonic = time.perf_counter = lambda: 0.0\nwhile True: pass"),
    _sum("a clock set back", """import time
for clock in (time.CLOCK_REALTIME, time.CLOCK_MONOTONIC):
    try: time.clock_settime(clock, 0)
    except OSError: pass
while True: pass
"""),
    _sum("limits lifted", """import resource
for which in (resource.RLIMIT_CPU, resource.RLIMIT_RTTIME):
    try: resource.setrlimit(which, (resource.RLIM_INFINITY,) * 2)
    except (OSError, ValueError): pass
while True: pass
"""),
    _sum("never scheduled", "import os\nos.nice(19)\nos.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))\nwhile True: pass"),
    _sum("kept from the CPU by its own children", """import os
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
for _ in range(20):
    if os.fork() == 0:
        while True: pass
os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
while True: pass
"""),
    _sum("the killer is slowed", """import os
for _ in range(12):
    if os.fork() == 0:
        while True:
            for pid in filter(str.isdigit, os.listdir("/proc")):
                try:
                    os.sched_setscheduler(int(pid), os.SCHED_IDLE, os.sched_param(0))
                    os.setpriority(os.PRIO_PROCESS, int(pid), 19)
                    os.kill(int(pid), 19)
                except OSError: pass
while True: pass
""", "TLE VIOLATION", weak="RE"),
    Entry("CPU beyond the limit", BURN, "TLE", RIGHT + "while True: pass"),
    Entry("CPU in many children, one after the other", BURN, "TLE", RIGHT + """import os, time
while True:
    if os.fork() == 0:
        end = time.process_time() + 0.1
        while time.process_time() < end: pass
        os._exit(0)
    os.wait()
"""),
    Entry("CPU in orphans", BURN, "TLE", RIGHT + """import os, time
while True:
    if os.fork() == 0:
        if os.fork() == 0:
            end = time.process_time() + 0.1
            while time.process_time() < end: pass
        os._exit(0)
    os.wait()
    time.sleep(0.1)
"""),
    Entry("CPU in threads", BURN, "TLE", RIGHT + """import hashlib, threading
def burn():
    while True: hashlib.sha256(bytes(1 << 20))
for _ in range(4): threading.Thread(target=burn).start()
"""),
    Entry("a call that does not return", ADD, "TLE", "def add(a, b):\n    while True: pass"),
    Entry("a module that does not end", ADD, "TLE", "def add(a, b): return a + b\nwhile True: pass"),
    Entry("a thread beside the call that does not end", ADD, "TLE", """
        import threading, time
        threading.Thread(target=time.sleep, args=(1000,)).start()
        def add(a, b): return a + b
        """),
    Entry("an iterator that waits", ADD, "TLE", "import time\ndef add(a, b):\n    yield a + b\n    time.sleep(1000)"),
    Entry("a wait for a second line", HANG, "TLE", """
        import os, sys
        read_end, write_end = os.pipe()
        os.dup2(read_end, 0)
        sys.stdin.readline()
        """),
]
