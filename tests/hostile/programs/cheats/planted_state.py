"""Pairs as in `planted_files`: what is left in processes, sockets, memory, the interpreter and the kernel."""

from typing import Final

from tests.hostile.programs.cheats.planted_files import pair

_PROCESSES: Final = """
    import os
    def found():
        for pid in filter(str.isdigit, os.listdir("/proc")):
            for name in ("cmdline", "environ", "comm", "status", "stat", "wchan"):
                try:
                    yield from seek(open(f"/proc/{pid}/{name}", "rb").read())
                except OSError:
                    pass
            yield from seek("canary-5f0c9e1b7a2d4836" if int(pid) not in (1, os.getppid(), os.getpid()) else "")
"""
_SOCKETS: Final = """
    import os, socket
    def found():
        yield from seek(open("/proc/net/unix").read())
        for name in ("\\0planted", "/work/planted", "/tmp/planted", "/dev/shm/planted"):
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
                try:
                    with socket.socket(socket.AF_UNIX, kind) as sock:
                        sock.settimeout(0.2)
                        sock.connect(name)
                        yield from seek(sock.recv(100))
                except OSError:
                    pass
"""
_SELF: Final = """
    import gc, os, sys
    def found():
        yield from seek(repr((sys.argv, sys.path, dict(os.environ), sys.modules.keys(), os.getcwd(), sys.meta_path)))
        for one in gc.get_objects():
            if type(one) in (list, tuple, dict):
                for part in gc.get_referents(one):
                    if type(part) in (str, bytes):
                        yield from seek(part)
        for line in open("/proc/self/maps"):
            start, end = (int(one, 16) for one in line.split()[0].split("-"))
            if " rw" in line:
                with open("/proc/self/mem", "rb", 0) as memory:
                    memory.seek(start)
                    yield from seek(memory.read(end - start))
        import math, builtins, json
        yield from seek(repr((math.__dict__.get("secret"), builtins.__dict__.get("secret"), json.__dict__.get("secret"))))
"""
_SYSTEM_V: Final = """
    import ctypes, glob
    def found():
        libc = ctypes.CDLL(None)
        libc.shmat.restype = ctypes.c_void_p
        for key in (0x1234, 0x5678):
            at = libc.shmat(libc.shmget(key, 100, 0o666), None, 0)
            if at not in (None, 2**64 - 1):
                yield from seek(ctypes.string_at(at, 100))
            space = ctypes.create_string_buffer(200)
            if libc.msgrcv(libc.msgget(key, 0o666), space, 100, 0, 0o4000) > 0:
                yield from seek(space.raw)
        for name in glob.glob("/proc/sysvipc/*"):
            if len(open(name).readlines()) > 1:
                yield "canary-5f0c9e1b7a2d4836"
"""

PLANTED_STATE: Final = [
    pair("a process that stays", """
        import os, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                for fd in range(3): os.close(fd)
                open("/proc/self/comm", "w").write(secret[:15])
                time.sleep(60)
            os._exit(0)
        os.wait()
        """, _PROCESSES),
    pair("processes that leave before they are killed", """
        import os, signal
        for number in range(1, 65):
            try: signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError): pass
        for _ in range(20):
            if os.fork() == 0:
                os.setsid()
                for _ in range(200):
                    if os.fork(): os._exit(0)
                import time; time.sleep(60)
        """, _PROCESSES),
    pair("a process that stops its killer", """
        import os
        for _ in range(4):
            if os.fork() == 0:
                while True:
                    for pid in filter(str.isdigit, os.listdir("/proc")):
                        if int(pid) not in (1, os.getpid()):
                            try: os.kill(int(pid), 19)
                            except OSError: pass
        """, _PROCESSES, weak="VIOLATION"),
    pair("a stopped process", """
        import os, signal
        if os.fork() == 0:
            os.kill(os.getpid(), signal.SIGSTOP)
        """, _PROCESSES),
    pair("an interpreter that stays", """
        import subprocess, sys
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", secret], start_new_session=True)
        """, _PROCESSES),
    pair("a server on a local socket", """
        import os, socket
        for name in ("\\0planted", "/work/planted", "/tmp/planted", "/dev/shm/planted"):
            server = socket.socket(socket.AF_UNIX)
            server.bind(name)
            server.listen()
            if os.fork() == 0:
                while True: server.accept()[0].send(secret.encode())
        """, _SOCKETS),
    pair("a datagram that waits", """
        import socket
        for name in ("\\0planted", "/work/planted", "/tmp/planted"):
            one, other = (socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(2))
            one.bind(name)
            other.sendto(secret.encode(), name)
        """, _SOCKETS),
    pair("the environment", "import os\nos.environ['PLANTED'] = secret\nos.putenv('PLANTED', secret)", _SELF),
    pair("the modules", """
        import builtins, json, math, sys
        for module in (builtins, json, math, sys): module.secret = secret
        sys.path.insert(0, secret)
        sys.modules[secret] = sys
        """, _SELF),
    pair("the interpreter's caches", """
        import re, sys
        re.compile(secret)
        sys.intern(secret)
        compile(f"x = {secret!r}", secret, "exec")
        float.__doc__, {secret: secret}
        """, _SELF),
    pair("much of the memory", "x = [secret + str(n) for n in range(200_000)]", _SELF),
    pair("another process's memory", """
        import os
        for pid in (1, os.getppid()):
            try:
                memory = open(f"/proc/{pid}/mem", "r+b", 0)
                for line in open(f"/proc/{pid}/maps"):
                    if " rw" in line:
                        memory.seek(int(line.split("-")[0], 16))
                        memory.write(secret.encode())
            except OSError:
                pass
        """, _SELF),
    pair("objects of System V", """
        import ctypes
        libc = ctypes.CDLL(None)
        libc.shmat.restype = ctypes.c_void_p
        for key in (0x1234, 0x5678):
            at = libc.shmat(libc.shmget(key, 100, 0o1666), None, 0)
            if at not in (None, 2**64 - 1):
                ctypes.memmove(at, secret.encode(), len(secret))
            libc.msgsnd(libc.msgget(key, 0o1666), b"\\1\\0\\0\\0\\0\\0\\0\\0" + secret.encode(), len(secret), 0o4000)
            libc.semget(key, 3, 0o1666)
        """, _SYSTEM_V),
    pair("keys", """
        import ctypes
        for ring in (-1, -2, -3, -4, -5):
            ctypes.CDLL(None).syscall(248, b"user", b"planted", secret.encode(), len(secret), ring)
        """, """
        import ctypes
        def found():
            space = ctypes.create_string_buffer(100)
            libc = ctypes.CDLL(None)
            key = libc.syscall(249, b"user", b"planted", None, 0)
            if key > 0 and libc.syscall(250, 11, key, space, 100) > 0:
                yield from seek(space.raw)
            yield from seek(open("/proc/keys").read())
        """),
    pair("a mark on a terminal", """
        import os, pty
        for _ in range(3):
            one, other = pty.openpty()
            os.write(other, secret.encode())
        if os.fork() == 0:
            import time; time.sleep(60)
        """, """
        import glob, os
        def found():
            for path in glob.glob("/dev/pts/*"):
                try:
                    yield from seek(os.read(os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY), 100))
                except OSError:
                    pass
        """),
]
