"""Programs that exhaust what they are given: each ends as it must, the next finds its slot as new, nothing is left."""

import gc
import os
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from rlvr.sandbox import Limits, Program, Sandbox
from rlvr.sandbox.programs.docker_engine import Engine
from rlvr.sandbox.programs.slot import Shape
from tests.sandbox.programs.conftest import SMALL, opened
from tests.sandbox.programs.running import call_alone, printed
from tests.sandbox.programs.victims import wait_until

NUM_BOMBS, BATCH = 200, 50
"""So many at one time, so that what hangs hangs side by side; a canary after each batch."""
FORKS = "import os\nwhile True:\n  try: os.fork()\n  except OSError: pass"
BOMBS = {
    "forks": (FORKS, {"TLE", "MLE"}),  # 32 processes of 3 MiB each meet whichever limit comes first
    "memory": ("x = []\nwhile True: x.append(b'x' * (1 << 20))", {"MLE"}),
    "memory of children": (
        "import os, time\nfor _ in range(12):\n  if os.fork() == 0:\n    x = b'x' * (12 << 20); break\ntime.sleep(9)",
        {"MLE"},
    ),
    "disk": ("f = open('/work/f', 'wb')\nwhile True: f.write(bytes(1 << 20))", {"RE"}),
    "inodes": ("n = 0\nwhile True: n += 1; open(f'/tmp/{n}', 'w').close()", {"RE"}),
    "output": ("while True: print('x' * 1000)", {"OLE"}),
    "errors": ("import sys\nwhile True: sys.stderr.write('x' * 100000)", {"TLE"}),
    "descriptors": ("import os\nwhile True: os.dup(1)", {"RE"}),
    "pipes": ("import os\nx = []\nwhile True: x.append(os.pipe())", {"RE"}),
    "threads": (
        "import threading, time\nwhile True: threading.Thread(target=time.sleep, args=(99,), daemon=True).start()",
        {"RE"},
    ),
    "nested": (
        "import subprocess, sys\nsource = sys.argv[0]\nwhile True:\n"
        "  try: subprocess.Popen([sys.executable, source], start_new_session=True)\n  except OSError: pass",
        {"TLE", "MLE"},
    ),
    "detached": ("import os, time\nfor _ in range(20):\n  if os.fork() == 0: os.setsid(); time.sleep(99)", {"OK"}),
    "stopped": ("import os, signal\nos.kill(0, signal.SIGSTOP)", {"TLE"}),
}
"""Programs, and how each may end."""
LIMITS = Limits(wall_s=2, cpu_s=0.3, memory_mb=96, pids=32, output_mb=2, disk_mb=8)

CANARY = """
import os, shutil, tempfile, threading
for place in ("/work", "/tmp", "/dev/shm"):
    assert os.listdir(place) == [], place
    with open(f"{place}/f", "wb") as file:
        file.write(bytes(7 << 20))
for n in range(1000):
    open(f"/work/{n}", "w").close()
threads = [threading.Thread(target=int) for _ in range(20)]
for thread in threads: thread.start()
for thread in threads: thread.join()
x = b"x" * (40 << 20)
print("unharmed")
"""


@pytest.fixture
def sandbox_() -> Iterator[Sandbox]:
    with opened("docker", LIMITS) as sandbox:
        yield sandbox


FILLERS = {
    "size": "for place in ('/work', '/tmp', '/dev/shm'):\n"
    "  with open(f'{place}/f', 'wb', 0) as f:\n"
    "    try:\n      while True: f.write(bytes(1 << 16))\n    except OSError: pass",
    "inodes": "for place in ('/work', '/tmp', '/dev/shm'):\n"
    "  try:\n    for n in range(10**6): open(f'{place}/{n}', 'w').close()\n  except OSError: pass",
    "folders": "import os\nos.chdir('/work')\n"
    "try:\n  while True: os.mkdir('d'); os.chmod('d', 0o700); os.chdir('d')\nexcept OSError: os.chmod('.', 0)",
    "sparse": "f = open('/dev/shm/m', 'wb')\nf.truncate(15 << 20)\nf.write(bytes(15 << 20))",
    "held open": "import os, time\nf = open('/work/f', 'wb', 0)\nf.write(bytes(7 << 20))\nos.unlink('/work/f')\n"
    "if os.fork() == 0: os.setsid(); time.sleep(99)",
}


@pytest.mark.parametrize("filler", FILLERS)
def test_who_comes_after_a_full_disk_finds_it_empty(filler: str, sandbox_: Sandbox) -> None:
    limits = Limits(wall_s=20, cpu_s=20, memory_mb=96, pids=32, output_mb=2, disk_mb=8)
    turn = sandbox_._pool.take(Shape.of(limits), limits.wall_s)
    try:
        filled = turn.slot.run(Program(FILLERS[filler]), limits, turn.give_way)
        assert filled.outcome == "OK", filled
        assert not turn.slot.is_spent  # so it is the same slot
        after = turn.slot.run(Program(CANARY), limits, turn.give_way)
        assert after.stdout == b"unharmed\n", after
    finally:
        sandbox_._pool.give_back(turn)


def roots() -> set[str]:
    """Return where the file systems of this process's containers are mounted."""
    engine = Engine()
    found = engine.api.containers(all=True, filters={"label": f"rlvr.owner={os.getpid()}"})
    drivers = [engine.api.inspect_container(container["Id"])["GraphDriver"] for container in found]
    engine.close()
    return {driver["Data"].get("MergedDir", "") for driver in drivers}


def ours() -> tuple[int, set[threading.Thread]]:
    """Return how many descriptors this process has open, and its threads."""
    gc.collect()
    return len(list(Path("/proc/self/fd").iterdir())), set(threading.enumerate())


def test_bombs_in_a_row() -> None:
    """In a process of its own, whose containers, descriptors and threads are all this sandbox's."""
    opened("docker", SMALL, num_slots=1).close()
    call_alone(explode)


def explode() -> None:
    """Run the bombs, in a process that has nothing else to do."""
    opened("docker", SMALL, num_slots=1).close()
    before = ours()
    names = [name for name, _ in zip(list(BOMBS) * NUM_BOMBS, range(NUM_BOMBS), strict=False)]
    random.Random(0).shuffle(names)
    with opened("docker", LIMITS) as sandbox:
        for start in range(0, NUM_BOMBS, BATCH):
            some = names[start : start + BATCH]
            executions = sandbox.run_many([Program(BOMBS[name][0]) for name in some])
            for name, execution in zip(some, executions, strict=True):
                assert execution.outcome in BOMBS[name][1], (name, execution)
            assert printed(sandbox, CANARY, wall_s=20, cpu_s=20) == "unharmed\n"
        executions = sandbox.run_many([Program(f"print({n})") for n in range(200)])
        assert [execution.stdout for execution in executions] == [b"%d\n" % n for n in range(200)]
        mounted = roots()
    assert mounted, "the containers were not seen"
    assert not roots(), roots()
    mounts = Path("/proc/self/mounts").read_text()
    assert not [root for root in mounted if root and root in mounts]
    wait_until(lambda: ours() == before)
