"""A program sees nothing of the host, of its judge, or of another program."""

import time

import pytest

from rlvr.sandbox import Sandbox
from tests.sandbox.programs.running import PLACES, printed, run

REFUSED = {
    "network": "import socket; socket.socket()",
    "netlink": "import socket; socket.socket(16, 3, 0)",
    "ptrace": "import ctypes\nif ctypes.CDLL(None).ptrace(0, 0, 0, 0) == -1: raise OSError",
    "attach": "import ctypes, os\nif ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) == -1: raise OSError",
    "root": "import os; os.setuid(0)",
    "groups": "import os; os.setgroups([0])",
    "unshare": "import ctypes\nif ctypes.CDLL(None).unshare(0x10000000) == -1: raise OSError",
    "mount": "import ctypes\nif ctypes.CDLL(None).mount(b'x', b'/tmp', b'tmpfs', 0, 0) == -1: raise OSError",
    "clock": "import time; time.clock_settime(0, 0)",
    "host name": "import socket; socket.sethostname('x')",
    "root folder": "open('/x', 'w')",
    "agent's code": "open('/opt/rlvr/x', 'w')",
    "own source": "open(__file__, 'w')",
    "message queue": "import os; os.open('/dev/mqueue/x', os.O_CREAT | os.O_RDWR)",
    "System V": "import ctypes\nif ctypes.CDLL(None).shmget(1, 4096, 0o1666) == -1: raise OSError",
    "agent's memory": "open('/proc/1/mem', 'rb')",
    "agent's channel": "import os; os.listdir('/proc/1/fd')",
    "agent's output": "open('/proc/1/fd/1', 'wb')",
    "agent's environment": "open('/proc/1/environ', 'rb').read(1)",
    "zygote's memory": "import os; open(f'/proc/{os.getppid()}/mem', 'rb')",
    "zygote's descriptors": "import os; os.listdir(f'/proc/{os.getppid()}/fd')",
    "kernel settings": "open('/proc/sys/kernel/hostname', 'w')",
    "kernel settings of its own namespaces": "open('/proc/sys/kernel/shmmax', 'w')",
    "folder of devices": "open('/dev/x', 'w')",
    "others' limits": "import os, resource; resource.prlimit(os.getppid(), resource.RLIMIT_NPROC, (1, 1))",
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(sandbox: Sandbox, name: str) -> None:
    if name == "own source" and sandbox.tier == "bubblewrap" and "one user" in sandbox.tier_detail:
        pytest.skip("with one user for all, a program owns its source; it is written anew for each")
    execution = run(sandbox, REFUSED[name])
    assert execution.exit_code == 1, execution
    assert b"Error" in execution.stderr


def test_agent_and_zygote_cannot_be_killed(guarded: Sandbox) -> None:
    source = """
    import os
    for pid in (1, os.getppid()):
        for number in (9, 15, 19):
            try:
                os.kill(pid, number)
            except PermissionError:
                print("refused")
    """
    assert printed(guarded, source) == "refused\n" * 6


def test_the_other_door_into_the_kernel_is_a_violation(sandbox: Sandbox) -> None:
    # mov eax, 0x40000027 (getpid by its x32 number); syscall; ret
    source = """
    import ctypes, mmap, platform
    code = bytes.fromhex("b827000040 0f05 c3")
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
    """
    if printed(sandbox, "import platform; print(platform.machine())") != "x86_64\n":
        pytest.skip("only x86_64 has x32 calls")
    assert run(sandbox, source).outcome == "VIOLATION"


def test_nothing_is_inherited(sandbox: Sandbox) -> None:
    source = """
    import gc, os, sys
    def os_error(call, *arguments):
        try:
            return call(*arguments)
        except OSError as error:
            return error
    print(sorted(os.environ))
    print([name for name in sys.modules if "rlvr" in name], [path for path in sys.path if path.endswith("rlvr")])
    print(sorted(fd for fd in range(100) if not isinstance(os_error(os.fstat, fd), OSError)))
    """
    lines = printed(sandbox, source).splitlines()
    names = {"HOME", "LANG", "PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED", "PYTHONUTF8"}
    if sandbox.tier == "process":
        names |= {"LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH", "RLVR_SLOT_SHM", "TMPDIR"}
    assert lines[0] == str(sorted(names))
    assert lines[1] == "[] []"
    assert lines[2] == "[0, 1, 2]"


def test_leftover_children_are_killed(sandbox: Sandbox) -> None:
    source = """
    import os, time
    print("right", flush=True)
    for _ in range(3):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(60)
            os._exit(0)
    """
    started = time.monotonic()
    assert printed(sandbox, source) == "right\n"
    assert time.monotonic() - started < 5
    if sandbox.tier == "process":  # from the inside there is nothing to see; test_process_tier looks from the outside
        return
    seen = "import os; print(sum(name.isdigit() for name in os.listdir('/proc')))"
    for _ in range(4):
        assert printed(sandbox, seen) == "3\n"  # the agent, the zygote, the program


def test_children_that_fight_the_killer_lose(guarded: Sandbox) -> None:
    source = """
    import os, signal
    main = os.getpid()
    for _ in range(6):
        if os.fork() == 0:
            break
    else:
        os._exit(0)
    while True:
        for pid in range(max(2, main - 20), main + 40):
            if pid not in (main, os.getpid()):
                try:
                    os.kill(pid, signal.SIGSTOP)
                except OSError:
                    pass
    """
    assert run(guarded, source).is_ok
    assert run(guarded, "print(1)").is_ok


def test_no_leak_between_jobs(sandbox: Sandbox) -> None:
    leave = PLACES + "for place in PLACES: open(place + '/left', 'w').write('secret')"
    find = PLACES + "print([place for place in PLACES if os.listdir(place)], os.path.exists('/dev/mqueue/left'))"
    for _ in range(4):
        assert run(sandbox, leave).is_ok
        assert printed(sandbox, find) == "[] False\n"


def test_jobs_have_users_of_their_own(many_users: Sandbox) -> None:
    users = [printed(many_users, "import os; print(os.getuid(), os.getgid(), os.getgroups())") for _ in range(6)]
    assert len(set(users)) == 6
    assert not any(user.startswith("0 ") for user in users)


def test_modules_patched_by_one_program_are_whole_in_the_next(sandbox: Sandbox) -> None:
    assert run(sandbox, "import builtins, math, sys\nbuiltins.print = None; math.sqrt = None; sys.path.clear()").is_ok
    for _ in range(3):
        assert printed(sandbox, "import math, json; print(math.sqrt(4))") == "2.0\n"
