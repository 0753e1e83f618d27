"""Pairs of programs: one is given the canary and hides it, the other, a later job, looks for it.

Either may be any rollout of a task: what one could leave for another, all could share. The second of each pair is paid
only if something was left. The seekers of `leaks` look everywhere for what the first ones leave, too.
"""

from textwrap import dedent
from typing import Final

from tests.hostile.programs.cheats.leaks import SEEK
from tests.hostile.programs.entry import Entry, Pair
from tests.hostile.programs.references import GIVEN, SECRET


def pair(name: str, plant: str, look: str, weak: str = "") -> Pair:
    """Return a pair; `plant` has the canary as `secret`, and `look` defines `found()`."""
    planter = f"secret = input()\n{dedent(plant)}\nprint('planted', flush=True)\n"
    looker = f"{SEEK}\n{dedent(look)}\nprint(next(iter(found()), 'nothing'))\n"
    return Pair(name, Entry(f"plants: {name}", GIVEN, "any", planter), Entry(f"looks: {name}", SECRET, "WA TLE", looker, weak))


_FILES: Final = """
    import os
    def found():
        for top in ("/work", "/tmp", "/dev/shm", "/dev/mqueue", "/job", "/run", "/var", "/home", "/mnt", "/opt"):
            for folder, names, files in os.walk(top):
                for name in (*names, *files):
                    path = f"{folder}/{name}"
                    yield from seek(path)
                    try:
                        yield from seek(os.readlink(path) if os.path.islink(path) else repr(os.listxattr(path)))
                        if os.path.isfile(path):
                            yield from seek(open(path, "rb").read())
                    except OSError:
                        pass
"""

PLANTED_FILES: Final = [
    pair("files in every place", """
        import os
        for place in ("/work", "/tmp", "/dev/shm", "/dev/mqueue", "/job", "/run", "/var/tmp", "/"):
            try:
                os.makedirs(f"{place}/deep/er", exist_ok=True)
                for name in ("planted", "deep/er/planted"):
                    open(f"{place}/{name}", "w").write(secret)
            except OSError:
                pass
        """, _FILES),
    pair("hidden files", """
        for place in ("/work", "/tmp", "/dev/shm"):
            for name in (".planted", "...", ".nfs0001", "\\n", " ", "-rf", "\\udcff"):
                open(f"{place}/{name}", "w").write(secret)
        """, _FILES),
    pair("names of files", """
        import os
        for place in ("/work", "/tmp", "/dev/shm"):
            open(f"{place}/{secret}", "w").close()
            os.mkdir(f"{place}/d-{secret}", 0)
            os.symlink(secret, f"{place}/link")
            os.mkfifo(f"{place}/fifo-{secret}")
        """, _FILES),
    pair("names that the sweep uses itself", """
        import os
        for place in ("/work", "/tmp", "/dev/shm"):
            for n in range(6):
                os.makedirs(f"{place}/.moved{n}/a/b/{secret}")
                os.chmod(f"{place}/.moved{n}", 0)
        """, _FILES),
    pair("closed and deep folders", """
        import os
        for place in ("/work", "/tmp", "/dev/shm"):
            os.chdir(place)
            for _ in range(100):
                os.mkdir("d" * 200)
                os.chdir("d" * 200)
            open("planted", "w").write(secret)
            os.chmod(".", 0)
            os.chmod(f"{place}/{'d' * 200}", 0)
        """, _FILES),
    pair("attributes of a place", """
        import os
        for place in ("/work", "/tmp", "/dev/shm", "/job", "/dev/mqueue"):
            for name in ("user.planted", "trusted.planted", "security.planted", "system.posix_acl_default"):
                try:
                    os.setxattr(place, name, secret.encode())
                except OSError:
                    pass
            try:
                os.utime(place, (1.0, 2.0))
            except OSError:
                pass
        """, """
        import os
        def found():
            for place in filter(os.path.exists, ("/work", "/tmp", "/dev/shm", "/job", "/dev/mqueue")):
                for name in os.listxattr(place):
                    yield from seek(os.getxattr(place, name))
                if os.stat(place).st_mtime == 2.0:
                    yield "canary-5f0c9e1b7a2d4836"
        """),
    pair("descriptors in flight", """
        import array, os, socket
        one, other = socket.socketpair()
        file = os.open("/tmp/planted", os.O_CREAT | os.O_RDWR)
        os.unlink("/tmp/planted")
        os.write(file, secret.encode() * 10_000)
        fds = array.array("i", [file, one.fileno(), other.fileno()])
        for sock in (one, other): sock.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
        """, _FILES),
    pair("POSIX queues", """
        import ctypes, os
        libc = ctypes.CDLL(None)
        queue = libc.mq_open(b"/planted", os.O_CREAT | os.O_RDWR, 0o666, None)
        libc.mq_send(queue, secret.encode(), len(secret), 0)
        try:
            os.open("/dev/mqueue/planted", os.O_CREAT | os.O_RDWR)
        except OSError:
            pass
        """, _FILES),
    pair("semaphores and shared memory", """
        from multiprocessing import Semaphore, shared_memory
        semaphore = Semaphore(5)
        memory = shared_memory.SharedMemory("planted", create=True, size=100)
        memory.buf[: len(secret)] = secret.encode()
        import os
        print("planted", flush=True)
        os._exit(0)
        """, _FILES),
    pair("locks of files", """
        import fcntl, os
        for name in ("/etc/passwd", "/usr/bin/python3", "/job/main.py", "/dev/null"):
            try:
                file = os.open(name, os.O_RDONLY)
                fcntl.flock(file, fcntl.LOCK_EX)
            except OSError:
                pass
        if os.fork() == 0:
            import time; time.sleep(60)
        """, """
        import fcntl, os
        def found():
            for name in ("/etc/passwd", "/usr/bin/python3", "/dev/null"):
                try:
                    fcntl.flock(os.open(name, os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    yield "canary-5f0c9e1b7a2d4836"
                except OSError:
                    pass
        """, weak="AC"),
    pair("shadows of modules", """
        import os
        for place in ("/work", "/tmp", "/job", "/opt/rlvr", "/usr/lib/python3", "/tmp/.local/lib/python3.11/site-packages"):
            for name in ("json.py", "heapq.py", "sitecustomize.py", "usercustomize.py", "x.pth"):
                try:
                    os.makedirs(place, exist_ok=True)
                    open(f"{place}/{name}", "w").write(f"secret = {secret!r}")
                except OSError:
                    pass
        """, """
        def found():
            import json, heapq, subprocess, sys
            yield from seek(repr((vars(json).get("secret"), vars(heapq).get("secret"))))
            yield from seek(subprocess.run([sys.executable, "-c", "import site, json; print(vars(json).get('secret'))"],
                                           capture_output=True).stdout)
        """),
    pair("the source of the next program", """
        import os
        for attempt in (lambda: os.unlink("/job/main.py"), lambda: os.rename("/job/main.py", "/job/other.py"),
                        lambda: os.symlink("/tmp/planted", "/job/main.py"), lambda: os.mkdir("/job/main.py"),
                        lambda: os.mkfifo("/job/main.py"), lambda: open("/job/main.py", "a").write(f"\\nprint({secret!r})")):
            try:
                attempt()
            except OSError:
                pass
        """, _FILES),
]
