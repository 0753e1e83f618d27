"""What the process tier keeps from the host with which it shares files, users and process ids."""

import os
import shutil
import socket
import stat
import subprocess
import textwrap
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from rlvr.sandbox import Program, Sandbox
from tests.sandbox.programs.conftest import AS_A_USER, SMALL, USER, folder_for_all, opened


@dataclass(frozen=True)
class Host:
    """What a job's own user has outside of the slot."""

    sandbox: Sandbox
    folder: Path
    """A folder with a file `secret`, a local socket `socket` and another for datagrams, `log`."""
    log: socket.socket
    """What the latter gets."""
    pid: int
    """A process with a secret in its environment."""

    @property
    def has_one_user(self) -> bool:
        """Whether all that is outside is the job's own user's."""
        return "one user" in self.sandbox.tier_detail

    def run(self, source: str) -> list[str]:
        """Return the lines that a program prints which knows where all that is."""
        arguments = [str(self.folder), str(self.pid), str(os.getpid())]
        head = "import os, sys\nFOLDER, PID, PARENT = sys.argv[1], *map(int, sys.argv[2:])\n"
        head += f"PID_IS_OURS = {self.has_one_user}\n"
        execution = self.sandbox.run(Program(head + TRY + textwrap.dedent(source), args=arguments))
        assert execution.outcome == "OK", execution
        return execution.stdout.decode().splitlines()


TRY = """
def refused(call, *arguments, **named):
    try:
        call(*arguments, **named)
    except OSError as error:
        print(type(error).__name__)
    else:
        print("done:", call, arguments)
"""


@pytest.fixture(scope="module", params=["process", "process" + AS_A_USER])
def host(request: pytest.FixtureRequest) -> Iterator[Host]:
    folder = folder_for_all() / "outside"
    folder.mkdir()
    (folder / "secret").write_text("secret")
    sleep = ["sleep", "600"] if request.param == "process" else ["setpriv", *USER.split(), "sleep", "600"]
    made = opened(request.param, SMALL, num_slots=1)
    stream, datagrams = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    with made, stream, datagrams, subprocess.Popen(sleep, env={"PATH": os.environ["PATH"], "SECRET": "1"}) as process:
        stream.bind(str(folder / "socket"))
        stream.listen()
        datagrams.bind(str(folder / "log"))
        for path in (folder, *folder.iterdir()):
            path.chmod(0o777)
            if request.param != "process":
                shutil.chown(path, 65534, 65534)
        yield Host(made, folder, datagrams, process.pid)
        process.kill()
    shutil.rmtree(folder)


def test_files_of_the_host_can_be_neither_read_nor_changed(host: Host) -> None:
    source = """
    path = FOLDER + "/secret"
    refused(open, path)
    refused(open, path, "w")
    refused(open, "/etc/passwd")
    refused(os.listdir, FOLDER)
    refused(os.listdir, "/")
    refused(open, FOLDER + "/new", "w")
    refused(os.truncate, path, 0)
    refused(os.unlink, path)
    refused(os.rename, path, "here")
    refused(os.link, path, "here")
    refused(os.mkdir, FOLDER + "/new")
    refused(os.symlink, "x", FOLDER + "/new")
    refused(os.mkfifo, FOLDER + "/new")
    refused(os.chown, path, os.getuid(), os.getgid())
    refused(os.setxattr, path, "user.x", b"1")
    refused(os.execv, "/usr/bin/env", ["env"])
    os.symlink(path, "link")
    refused(open, "link")
    refused(open, "/dev/shm/new", "w")
    refused(open, "/tmp/new", "w")
    refused(open, os.path.dirname(os.getcwd()) + "/new", "w")
    refused(open, __file__, "w")
    refused(open, sys.executable, "r+b")
    """
    assert set(host.run(source)) <= {
        "PermissionError",
        "OSError",
    }  # a move between folders is "Invalid cross-device link"
    assert (host.folder / "secret").read_text() == "secret"


def test_modes_and_times_of_the_hosts_files_stay(host: Host) -> None:
    before = (host.folder / "secret").stat()
    source = """
    path = FOLDER + "/secret"
    fd = os.open(path, os.O_PATH)
    refused(os.fchmod, fd, 0)
    os.utime(path); os.utime(path, (0, 0))
    for place in (path, FOLDER, f"/proc/self/fd/{fd}", sys.executable):
        refused(os.chmod, place, 0)
    """
    said = host.run(source)
    assert len([line for line in said if line.startswith("done")]) == (5 if host.has_one_user else 0), said
    after = (host.folder / "secret").stat()
    assert (after.st_mode, after.st_mtime_ns) == (before.st_mode, before.st_mtime_ns)
    assert stat.S_IMODE(host.folder.stat().st_mode) == 0o777
    assert host.run("print(1)") == ["1"]


def test_processes_of_the_host_can_be_neither_seen_nor_touched(host: Host) -> None:
    source = """
    import ctypes, resource
    refused(os.listdir, "/proc")
    agent = os.getppid() - 1
    for pid in (PID, PARENT, os.getppid(), 1):
        for name in ("environ", "cmdline", "mem", "maps", "status", "stat", "comm", "root/etc/passwd", "cwd/x", "fd/0"):
            refused(open, f"/proc/{pid}/{name}", "rb")
        refused(os.readlink, f"/proc/{pid}/exe")
        refused(os.readlink, f"/proc/{pid}/fd/0")
        refused(os.listdir, f"/proc/{pid}/fd")
        refused(os.listdir, f"/proc/{pid}/task")
        for number in (0, 9, 15, 19):
            refused(os.kill, pid, number)
        refused(os.sched_setaffinity, pid, {0})
        refused(os.sched_setscheduler, pid, os.SCHED_IDLE, os.sched_param(0))
        refused(os.setpriority, os.PRIO_PROCESS, pid, 19)
        refused(resource.prlimit, pid, resource.RLIMIT_NOFILE, (1, 1))
    if PID_IS_OURS:
        refused(os.setpriority, os.PRIO_USER, os.getuid(), 19)
    refused(os.killpg, os.getpgid(PID), 9)
    import signal
    refused(signal.pidfd_send_signal, os.pidfd_open(PID), 9)
    """
    assert set(host.run(source)) == {"PermissionError"}
    assert host.run("os.kill(-1, 9); print(1)") == ["1"]  # it has nobody to kill
    os.kill(host.pid, 0)


def test_services_of_the_host_cannot_be_reached(host: Host) -> None:
    source = """
    import socket
    with socket.socket(socket.AF_UNIX) as sock:
        refused(sock.connect, FOLDER + "/socket")
        refused(sock.connect, "\\0abstract")
    for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
        refused(socket.socket, socket.AF_UNIX, kind)
        refused(socket.socketpair, socket.AF_UNIX, kind)
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, socket.AF_PACKET, socket.AF_VSOCK):
        refused(socket.socket, family)
    a, b = socket.socketpair()
    refused(a.sendto, b"x", FOLDER + "/log")
    c, d = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    c.sendto(b"to the other end, whatever the address", FOLDER + "/log")
    """
    assert set(host.run(source)) <= {"PermissionError", "OSError"}
    host.log.setblocking(False)
    with pytest.raises(BlockingIOError):
        host.log.recv(100)


def test_what_else_would_reach_past_landlock(host: Host) -> None:
    source = """
    import ctypes, fcntl
    libc = ctypes.CDLL(None, use_errno=True)
    def call(name, *arguments):
        if getattr(libc, name)(*arguments) < 0:
            raise OSError(ctypes.get_errno(), name)
    refused(call, "inotify_init1", 0)
    if PID_IS_OURS:
        refused(call, "mq_unlink", b"/x")
    refused(call, "prctl", 4, 0, 0, 0, 0)
    fd = os.open(sys.executable, os.O_RDONLY)
    refused(fcntl.fcntl, fd, 1024, fcntl.F_WRLCK)
    refused(fcntl.ioctl, fd, 0x40086602, b"0" * 8)
    refused(fcntl.ioctl, os.open(".", os.O_RDONLY), 0x5000940E, b"0" * 1024)
    """
    assert set(host.run(source)) <= {"PermissionError", "OSError"}


def test_what_is_ended_with_its_program_leaves_nothing(host: Host) -> None:
    source = """
    import time
    for _ in range(4):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(60)
            os._exit(0)
    """
    for _ in range(3):
        host.run(source)
        deadline = time.monotonic() + 5
        while jobs := [job for agent in agents() for zygote in children(agent) for job in children(zygote)]:
            assert time.monotonic() < deadline, jobs
            time.sleep(0.02)


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def agents() -> list[int]:
    """Return the agents of this process's slots that are ready."""
    found = [pid for pid in children(os.getpid()) if "inside import agent" in Path(f"/proc/{pid}/cmdline").read_text()]
    return [pid for pid in found if children(pid)]


def test_the_slots_processes_have_no_more_rights_than_they_need(host: Host) -> None:
    assert host.run("print(1)") == ["1"]
    agent = agents()[0]
    for pid in (agent, *children(agent)):
        words = Path(f"/proc/{pid}/status").read_text().split()
        assert int(words[words.index("CapPrm:") + 1], 16) & ~0b11100100 == 0
        assert words[words.index("NoNewPrivs:") + 1] == "1"
