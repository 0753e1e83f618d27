"""What exceeds a limit is stopped, is named by its outcome, and costs the next program nothing."""

import textwrap
import time

import pytest

from rlvr.sandbox import Sandbox
from tests.sandbox.programs.running import PLACES, printed, run

FORK_BOMB = """
import os
while True:
    try:
        os.fork()
    except OSError:
        pass
"""


@pytest.fixture(autouse=True)
def _next_program_is_unharmed(sandbox: Sandbox) -> object:
    yield
    assert printed(sandbox, PLACES + "print([os.listdir(place) for place in PLACES])") == "[[], [], []]\n"


def has_no_bound_on_processes(sandbox: Sandbox) -> bool:
    """Whether too many are killed instead of made to fail: the kernel would count all that their user has running."""
    return sandbox.tier == "process" and "one user" in sandbox.tier_detail


def test_sleeper(sandbox: Sandbox) -> None:
    started = time.monotonic()
    execution = run(sandbox, "import time; print('x', flush=True); time.sleep(60)", wall_s=0.3)
    assert (execution.outcome, execution.stdout, execution.signal) == ("TLE", b"x\n", 9)
    assert time.monotonic() - started < 5


def test_burner(sandbox: Sandbox) -> None:
    execution = run(sandbox, "while True: pass", cpu_s=0.3)
    assert execution.outcome == "TLE", execution
    assert "CPU" in execution.reason


def test_burners_in_many_processes_are_counted_together(sandbox: Sandbox) -> None:
    execution = run(sandbox, "import os\nfor _ in range(3): os.fork()\nwhile True: pass", cpu_s=0.5)
    assert execution.outcome == "TLE", execution


def test_a_stopped_process_is_stopped_for_good(sandbox: Sandbox) -> None:
    assert run(sandbox, "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)", wall_s=0.3).outcome == "TLE"


def test_ignored_signals_do_not_help(sandbox: Sandbox) -> None:
    source = "import signal\nfor n in (2, 15, 24): signal.signal(n, signal.SIG_IGN)\nwhile True: pass"
    assert run(sandbox, source, cpu_s=0.3).outcome == "TLE"


def test_memory_in_one_process(sandbox: Sandbox) -> None:
    execution = run(sandbox, "x = []\nwhile True: x.append(b'x' * (1 << 20))")
    assert execution.outcome == "MLE", execution


def test_memory_in_page_tables(sandbox: Sandbox) -> None:
    """A page that is read and never written has no memory of its own, but the table that it stands in has."""
    reach = "import mmap\nx = mmap.mmap(-1, 1 << 40, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000)\n"
    touch = "for at in range(0, {}, 1 << 21): x[at]"
    held = run(sandbox, reach + touch.format("1 << 40"), wall_s=10, cpu_s=10)
    assert held.outcome in ("MLE", "RE"), held
    small = run(sandbox, reach + touch.format("1 << 33"), wall_s=10, cpu_s=10)
    assert small.outcome == "OK", small


def test_memory_in_many_processes(sandbox: Sandbox) -> None:
    source = """
    import os, time
    for _ in range(12):
        if os.fork() == 0:
            block = b"x" * (12 << 20)
            time.sleep(20)
    time.sleep(3)
    print("alive")
    """
    assert run(sandbox, source).outcome == "MLE"


def test_memory_that_processes_share_without_a_file(sandbox: Sandbox) -> None:
    source = """
    import mmap, os, time
    block = mmap.mmap(-1, 150 << 20)
    for i in range(0, len(block), 4096):
        block[i] = 1
    time.sleep(3)
    """
    assert run(sandbox, source).outcome == "MLE"


def test_memory_in_files_without_a_name(sandbox: Sandbox) -> None:
    source = """
    import os, time
    for _ in range(30):
        os.write(os.memfd_create("x"), bytes(5 << 20))
    time.sleep(3)
    """
    assert run(sandbox, source).outcome == "MLE"


def test_disk_in_deleted_files(sandbox: Sandbox) -> None:
    source = """
    import os, time
    files = []
    for _ in range(10):
        files.append(open("x", "wb"))
        files[-1].write(bytes(5 << 20))
        files[-1].flush()
        os.unlink("x")
    time.sleep(3)
    """
    assert run(sandbox, source).outcome == "RE"


def test_memory_in_files(sandbox: Sandbox) -> None:
    source = """
    for place in PLACES:
        open(place + "/big", "wb").write(bytes(7 << 20))
    x = b"x" * (85 << 20)
    import time; time.sleep(1)
    """
    assert run(sandbox, PLACES + textwrap.dedent(source)).outcome == "MLE"


def test_output_flood(sandbox: Sandbox) -> None:
    execution = run(sandbox, "while True: print('x' * 1000)")
    assert execution.outcome == "OLE"
    assert len(execution.stdout) == 2 << 20


def test_error_flood_is_only_cut(sandbox: Sandbox) -> None:
    execution = run(sandbox, "import os\nfor _ in range(64): os.write(2, bytes(1 << 20))\nprint(1)")
    assert (execution.outcome, execution.stdout) == ("OK", b"1\n")


def test_fork_bomb(sandbox: Sandbox) -> None:
    execution = run(sandbox, FORK_BOMB, wall_s=1, cpu_s=0.4)
    assert execution.outcome == ("RE" if has_no_bound_on_processes(sandbox) else "TLE"), execution


def test_processes_are_bounded(sandbox: Sandbox) -> None:
    source = """
    import os, time
    n = 0
    try:
        while n < 500:
            if os.fork() == 0:
                time.sleep(30)
                os._exit(0)
            n += 1
    except OSError:
        pass
    print(n)
    """
    if has_no_bound_on_processes(sandbox):
        assert "more than 32 processes" in run(sandbox, source).reason
    else:
        assert int(printed(sandbox, source)) < 40


def test_disk(sandbox: Sandbox) -> None:
    execution = run(sandbox, "with open('big', 'wb') as f:\n  while True: f.write(bytes(1 << 20))")
    assert execution.outcome == "RE"
    assert (b"File too large" if sandbox.tier == "process" else b"No space left") in execution.stderr


def test_inodes(sandbox: Sandbox) -> None:
    execution = run(sandbox, "n = 0\nwhile True:\n  open(f'{n}', 'w').close(); n += 1")
    assert execution.outcome in ("RE", "MLE"), execution


def test_descriptors(sandbox: Sandbox) -> None:
    execution = run(sandbox, "import os\nwhile True: os.dup(1)")
    assert execution.outcome == "RE"
    assert b"Too many open files" in execution.stderr


def test_deep_and_closed_folders_are_removed(sandbox: Sandbox) -> None:
    source = """
    import os
    for _ in range(300):
        os.mkdir("d" * 200)
        os.chdir("d" * 200)
    os.chmod(".", 0)
    os.chdir(os.environ["HOME"])
    os.makedirs("a/b/c")
    os.symlink("/etc/passwd", "a/link")
    os.mkfifo("a/fifo")
    os.chmod("a/b", 0)
    """
    assert run(sandbox, source).is_ok
