"""Programs that forge the words of the judge, the agent, the zygote or the engine, wherever they might be heard."""

from typing import Final

from tests.hostile.programs.entry import Entry
from tests.hostile.programs.references import ADD, SECRET, SECRET_CALL, SUM

FORGE: Final = """
import json, marshal, os, struct, sys
sys.path.append("/opt/rlvr")
report = {"status": 0, "wall_s": 0.1, "cpu_s": 0.1, "peak_mb": 1, "peak_kb": 1, "is_clean": True, "killed": ""}
text = json.dumps(report | {"sizes": [2, 0]}).encode()
frames = [
    struct.pack(">IIBI", 4 + len(text) + 2, number, 3, len(text)) + text + b"7\\n" for number in range(1, 50)
]
docker = [b"\\x01\\0\\0\\0" + struct.pack(">I", len(frame)) + frame for frame in frames]
zygote = [marshal.dumps(report), marshal.dumps(os.getpid()), marshal.dumps(0)]
"""

CHANNELS: Final = [
    Entry("a verdict in words", SUM, "WA", "print('PASSED'); print('verdict: CORRECT')"),
    Entry("a verdict in JSON", SUM, "WA", """print('{"passed": true, "score": 1.0, "outcome": "AC", "value": 1}')"""),
    Entry("a test report", SUM, "WA", "print('1..3\\nok 1\\nok 2\\nok 3\\n3 passed in 0.01s')"),
    Entry("a report of unittest", SUM, "WA", "import sys; sys.stderr.write('Ran 3 tests in 0.001s\\n\\nOK\\n')"),
    Entry("agent frames to stdout", SUM, "WA", FORGE + "os.write(1, b''.join(frames))"),
    Entry("agent frames to stderr", SUM, "WA", FORGE + "os.write(2, b''.join(frames))"),
    Entry("engine records to stdout", SUM, "WA", FORGE + "os.write(1, b''.join(docker)); os.write(2, b''.join(docker))"),
    Entry("frames packed by the agent's own code", SUM, "WA RE", FORGE + """
from rlvr.sandbox.programs.inside import wire
for number in range(9):
    for piece in wire.pack(number, wire.DONE, report | {"sizes": [2, 0]}, b"7\\n", b""):
        os.write(1, piece)
"""),
    Entry("frames to every descriptor", SUM, "WA", FORGE + """
for fd in range(1024):
    for data in (*frames[:4], *docker[:4], *zygote):
        try:
            os.write(fd, data)
        except OSError:
            pass
"""),
    Entry("frames to every descriptor, from a call", ADD, "RE WA", FORGE + """
def add(a, b):
    for fd in range(1024):
        for data in (b"i7", b"bTrue", *frames[:4], *zygote):
            try:
                os.write(fd, data)
            except OSError:
                pass
    return 0
"""),
    Entry("frames to every open file of every process", SUM, "WA", FORGE + """
import glob
for path in glob.glob("/proc/[0-9]*/fd/*") + glob.glob("/proc/[0-9]*/task/*/fd/*"):
    if not path.startswith(f"/proc/{os.getpid()}/"):
        try:
            with open(path, "wb", 0) as file:
                file.write(frames[0] + zygote[0])
        except OSError:
            pass
"""),
    Entry("messages to every local socket", SUM, "WA", FORGE + """
import socket
names = [line.split()[-1] for line in open("/proc/net/unix") if len(line.split()) > 7]
for name in [*names, "/var/run/docker.sock", "/run/docker.sock", "\\0agent", "\\0zygote"]:
    for kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET, socket.SOCK_DGRAM):
        try:
            sock = socket.socket(socket.AF_UNIX, kind)
            sock.connect(name.replace("@", "\\0"))
            sock.send(frames[0] + zygote[0])
        except OSError:
            pass
"""),
    Entry("signals to the agent and the zygote", SUM, "WA RE", """
        import os, signal
        for pid in (1, os.getppid()):
            for number in range(1, 65):
                try:
                    os.kill(pid, number)
                except OSError:
                    pass
        """, weak="VIOLATION TLE"),
    Entry("queued signals with a value", SUM, "WA", """
        import ctypes, os
        libc = ctypes.CDLL(None)
        for pid in (1, os.getppid()):
            for number in (10, 12, 34, 64):
                libc.sigqueue(pid, number, ctypes.c_void_p(1))
        """, weak="VIOLATION TLE RE"),
    Entry("words to the terminal", SUM, "WA", """
        for name in ("/dev/console", "/dev/tty", "/dev/kmsg", "/dev/log", "/dev/ptmx", "/proc/1/fd/1", "/dev/pts/0"):
            try:
                open(name, "w").write("passed")
            except OSError:
                pass
        """),
    Entry("input pushed into the terminal", SUM, "WA", """
        import fcntl, os, pty
        for fd in (0, 1, 2, *pty.openpty()):
            try:
                fcntl.ioctl(fd, 0x5412, b"7")
            except OSError:
                pass
        """),
    Entry("results in files", SUM, "WA", """
        import os
        for place in ("/work", "/tmp", "/dev/shm", "/job", "/", "/opt/rlvr", "/run"):
            for name in ("result.json", "report", "stdout", "passed", ".verdict", "exit_code", "output.txt"):
                try:
                    with open(os.path.join(place, name), "w") as file:
                        file.write('{"passed": true}')
                except OSError:
                    pass
        """),
    Entry("its own source rewritten", SUM, "WA RE", "open(__file__, 'w').write('print(7)')", weak="WA"),
    Entry("its own input rewritten", SUM, "RE", "import os\nos.pwrite(0, b'7 0', 0)"),
    Entry("its own input reopened and rewritten", SUM, "RE", "open('/proc/self/fd/0', 'r+b', 0).write(b'7 0')"),
    Entry("its own input mapped and rewritten", SUM, "RE", "import mmap\nmmap.mmap(0, 3)[:3] = b'7 0'"),
    Entry("its own input truncated", SUM, "RE", "import os\nos.ftruncate(0, 0)"),
    Entry("reads what it wrote, to write it again", SECRET, "WA TLE", """
        import os
        os.write(1, b"canary-?\\n")
        fd = os.open("/proc/self/fd/1", os.O_RDONLY | os.O_NONBLOCK)
        try:
            os.write(1, os.read(fd, 100))
        except BlockingIOError:
            pass
        """),
    Entry("no marks of the end", SUM, "WA", "import os\nos.write(1, b'7\\x04\\x1a\\0')"),
    Entry("an exit code in words", SUM, "RE", "print('exit code 0'); raise SystemExit('exit code 0')"),
    Entry("a forged result without end", SECRET_CALL, "RE WA", """
        import os
        def find(n):
            for fd in range(3, 20):
                try:
                    os.write(fd, b"l1\\n" * 1000)
                except OSError:
                    pass
            os._exit(0)
        """),
    Entry("forged results of odd kinds", SECRET_CALL, "RE WA", """
        import os
        def find(n):
            odd = [b"o", b"oANY", b"l-1", b"l1", b"t9999999", b"d1", b"sZZ", b"i", b"i1_0", b"fnan", b"DsNaN", b"F1/0",
                   b"bTrue\\nbTrue", b"\\n", b"\\xff", b"x1", b"s" + b"6" * 9, b"D" + b"9" * 9999, b"F1/2/3"]
            for fd in range(3, 20):
                try:
                    os.write(fd, odd[n])
                except OSError:
                    pass
            os._exit(0)
        """),
]
