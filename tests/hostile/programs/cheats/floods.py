"""Floods of processes, files, inodes, descriptors and output. The answer is right only if the flood was not stopped."""

from textwrap import dedent
from typing import Final

from tests.hostile.programs.entry import Entry
from tests.hostile.programs.references import ADD, HANG, only_if, stdin

PATIENT: Final = stdin(("1000000007 998244353\n", "1998244360\n"), limits={"wall_s": 3, "cpu_s": 3})


def _if(name: str, attack: str, weak: str = "", weakest: str = "") -> Entry:
    return Entry(name, PATIENT, "WA TLE", only_if(attack), weak, weakest)


def _after(name: str, flood: str, outcomes: str, weak: str = "") -> Entry:
    return Entry(name, HANG, outcomes, "print(sum(map(int, input().split())), flush=True)\n" + dedent(flood), weak)


PROCESSES: Final = [
    _after("a fork bomb", """
        import os
        while True:
            try:
                os.fork()
            except OSError:
                pass
        """, "TLE"),
    _after("a fork bomb that leaves", """
        import os
        while True:
            try:
                if os.fork():
                    os._exit(1)
            except OSError:
                pass
        """, "RE TLE"),
    _after("a thread bomb", """
        import threading, time
        while True:
            try:
                threading.Thread(target=time.sleep, args=(1000,)).start()
            except RuntimeError:
                pass
        """, "TLE"),
    _after("a shell bomb", "import os\nos.system('f() { f | f & f; }; f')\nwhile True: pass", "TLE"),
    _after("exec without end", "import os, sys\nos.execv(sys.executable, [sys.executable, *sys.argv])", "WA RE TLE"),
    _if("more processes than there may be", """
        import os, time
        children = 0
        try:
            while children < 300:
                if os.fork() == 0:
                    time.sleep(5)
                    os._exit(0)
                children += 1
        except OSError:
            pass
        won = children >= 64
        """),
    _if("more threads than there may be", """
        import _thread, time
        threads = 0
        try:
            while threads < 300:
                _thread.start_new_thread(time.sleep, (5,))
                threads += 1
        except RuntimeError:
            pass
        won = threads >= 64
        """),
    _if("zombies", """
        import os
        zombies = 0
        try:
            while zombies < 300:
                if os.fork() == 0:
                    os._exit(0)
                zombies += 1
        except OSError:
            pass
        won = zombies >= 64
        """),
    _if("a limit of processes lifted", """
        import os, resource, time
        try:
            resource.setrlimit(resource.RLIMIT_NPROC, (resource.RLIM_INFINITY,) * 2)
            won = True
        except (OSError, ValueError):
            pass
        """),
]

_FILL: Final = """
import os
held = 0
for place in ("/work", "/tmp", "/dev/shm", "/job", "/run", "/var/tmp", "/dev", "/opt"):
    try:
        with open(place + "/big", "wb", 0) as file:
            for _ in range(400):
                held += file.write(bytes(1 << 20))
    except OSError:
        pass
won = held > (64 + 64 + 16 + 1) << 20
"""

FILES: Final = [
    _if("all places filled", _FILL, weakest="AC"),
    _if("all places filled twice", _FILL + _FILL.replace("/big", "/more"), weakest="AC"),
    _if("one huge file", """
        import os
        try:
            with open("big", "wb", 0) as file:
                for _ in range(200): file.write(bytes(1 << 20))
            won = os.stat("big").st_blocks * 512 > 65 << 20
        except OSError:
            pass
        """),
    _if("a huge allocation", """
        import os
        try:
            os.posix_fallocate(os.open("big", os.O_CREAT | os.O_RDWR), 0, 1 << 30)
            won = True
        except OSError:
            pass
        """),
    _if("many small files", """
        made = 0
        for place in ("/work", "/tmp", "/dev/shm"):
            try:
                for n in range(10_000):
                    open(f"{place}/{n}", "w").close()
                    made += 1
            except OSError:
                pass
        won = made > 3 * 4096
        """, weak="MLE TLE RE"),
    _if("many folders", """
        import os
        made = 0
        for place in ("/work", "/tmp", "/dev/shm"):
            os.chdir(place)
            try:
                for _ in range(6_000):
                    os.mkdir("d")
                    os.chdir("d")
                    made += 1
            except OSError:
                pass
        won = made > 3 * 4096
        """, weak="MLE TLE RE"),
    _if("many links", """
        import os
        made = 0
        open("one", "w").close()
        try:
            for n in range(20_000):
                os.link("one", f"l{n}")
                made += 1
        except OSError:
            pass
        won = made > 4096
        """, weak="MLE TLE AC"),
    _if("files without a name", """
        import os
        held = 0
        try:
            while held < 400 << 20:
                file = os.open("big", os.O_CREAT | os.O_RDWR)
                os.unlink("big")
                held += os.write(file, bytes(8 << 20))
        except OSError:
            pass
        won = held > 65 << 20
        """),
    _if("attributes of files", """
        import os
        held = 0
        open("file", "w").close()
        try:
            for n in range(10_000):
                os.setxattr("file", f"user.{n}", bytes(60_000))
                held += 60_000
        except OSError:
            pass
        won = held > 65 << 20
        """, weak="MLE RE"),
    _if("remounted larger", """
        import ctypes
        won = ctypes.CDLL(None).mount(b"tmpfs", b"/tmp", b"tmpfs", 32, b"size=1g") == 0
        """),
]

DESCRIPTORS: Final = [
    _if("copies of a descriptor", """
        import os
        fds = []
        try:
            while len(fds) < 5000: fds.append(os.dup(1))
        except OSError:
            pass
        for fd in fds: os.close(fd)
        won = len(fds) >= 1024
        """),
    _if("a limit of descriptors lifted", """
        import resource
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
            won = True
        except (OSError, ValueError):
            pass
        """),
    _if("descriptors in flight", """
        import array, os, socket
        passed, pairs = 0, []
        try:
            while passed < 20_000:
                one, other = socket.socketpair()
                pairs.append((one, other))
                one.setblocking(False)
                while True:
                    try:
                        one.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [1] * 250))])
                        passed += 250
                    except BlockingIOError:
                        break
        except OSError:
            pass
        for one, other in pairs: one.close(), other.close()
        won = passed > 2048
        """),
    _if("watches", """
        import ctypes, os
        libc = ctypes.CDLL(None)
        watchers = [libc.inotify_init1(0) for _ in range(2000)]
        won = sum(fd >= 0 for fd in watchers) > 1024
        for fd in watchers: fd > 2 and os.close(fd)
        """),
    _if("timers", """
        import ctypes
        libc = ctypes.CDLL(None)
        made = 0
        while made < 200_000 and libc.timer_create(1, None, ctypes.byref(ctypes.c_void_p())) == 0: made += 1
        won = made >= 200_000
        """),
]

OUTPUT: Final = [
    _after("print without end", "while True: print('x' * 1000)", "OLE TLE"),
    _after("the answer without end", "while True: print(7)", "OLE TLE"),
    _after("blanks without end", "while True: print(' ' * 100_000)", "OLE TLE"),
    _after("one byte too many", "import os\nfor _ in range(8): os.write(1, b' ' * (1 << 20))", "OLE TLE"),
    Entry("returns more than it may write", ADD, "OLE TLE", "def add(a, b): return 'x' * (8 << 20)"),
    _after("a child that floods", "import os\nos.system('while :; do echo yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy; done')", "OLE TLE"),
    _after("children that flood", """
        import os
        for _ in range(6):
            if os.fork() == 0:
                while True: os.write(1, bytes(1 << 16))
        os.wait()
        """, "OLE TLE"),
    _after("a flood from the kernel", """
        import os
        file = os.memfd_create("zeros")
        os.truncate(file, 1 << 30)
        while True: os.sendfile(1, file, 0, 1 << 30)
        """, "OLE TLE"),
    _after("a flood by name", "out = open('/dev/stdout', 'wb', 0)\nwhile True: out.write(bytes(1 << 16))", "OLE TLE"),
    _after("a flood at the end", """
        import atexit, os
        @atexit.register
        def last():
            while True: os.write(1, bytes(1 << 16))
        """, "OLE TLE"),
    _after("a flood of errors, and an error", "import os\nfor _ in range(64): os.write(2, bytes(1 << 20))\n1 / 0", "RE"),
    _after("a flood of a larger pipe", """
        import fcntl, os
        fcntl.fcntl(1, 1031, 1 << 20)
        os.set_blocking(1, False)
        for _ in range(400):
            try:
                os.write(1, b"x" * (1 << 20))
            except BlockingIOError:
                pass
        """, "OLE WA TLE"),
]

FLOODS: Final = [*PROCESSES, *FILES, *DESCRIPTORS, *OUTPUT]
