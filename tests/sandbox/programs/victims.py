"""Processes with a sandbox that tests kill, and looks at what they leave behind."""

import contextlib
import functools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.sandbox.processes import is_alive
from tests.sandbox.programs.conftest import FOLDER_VARIABLE, folder_for_all, opened

GRACE_S = 5.0
"""After so long nothing of a killed process may be left."""
MARK = f"encodings.cp{(437, 850, 852, 855, 857, 858, 860, 861, 862, 863, 865, 866, 874)[os.getpid() % 13]}"
"""A module that the victim's slots load and no other run's, or hardly any."""

_SETUP = """
import os, signal, sys, threading, time
from rlvr.sandbox import Limits, Program
from rlvr.sandbox.programs.slot import PRELOAD, Shape
from tests.sandbox.programs.conftest import opened
PRELOAD["python"] = (os.environ["MARK"],)  # what its slots are known by
sandbox = opened(sys.argv[1], num_slots=1)

def start(source, judge=None):
    if judge is None:
        threading.Thread(target=sandbox.run, args=(Program(source),), daemon=True).start()
    else:
        threading.Thread(target=sandbox.run_linked, args=(Program(source), Program(judge)), daemon=True).start()

"""
_LINKED = (
    "\"import os\\nwhile os.read(3, 1): os.write(3, b'x')\"",
    "\"import os\\nwhile os.write(3, b'x'): os.read(3, 1)\"",
)
BUSY = {
    "idle": "",
    "sleeping": 'start("import time; time.sleep(60)")',
    "computing": 'start("while True: pass")',
    "bomb": 'start("import os\\nwhile 1:\\n  try: os.fork()\\n  except OSError: pass")',
    "family": 'start("import os, time\\nfor _ in range(5):\\n  if os.fork() == 0:\\n    os.setsid()\\n'
    '    if os.fork() == 0: os.setsid()\\n    time.sleep(60)\\ntime.sleep(60)")',
    "writing": 'start("import os\\nwhile 1: os.write(2, bytes(1 << 20))")',
    "linked": f"start({', '.join(_LINKED)})",
    "half a frame": "turn = sandbox._pool.take(Shape.of(Limits()), 5)\n"
    "frame = b''.join(turn.slot.begin(Program('x' * 100), Limits()))\n"
    "turn.slot.channel.send([frame[:50]], time.monotonic() + 5)",
}
"""What a victim does when it is killed."""


@contextlib.contextmanager
def victim(tier: str, code: str) -> Iterator["subprocess.Popen[str]"]:
    """Give a process with a sandbox that has run `code` for a moment, and slots known by what they import."""
    _require(tier)
    wait_until(lambda: not slots(), 30)  # those of the victim before may still be ending
    script = f"{_SETUP}{code}\ntime.sleep(0.4)\nprint('ready', flush=True)\ntime.sleep(60)"
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", script, tier]
    environment = {**os.environ, FOLDER_VARIABLE: str(folder_for_all()), "MARK": MARK}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            assert slots()
            yield process
        finally:
            process.kill()


@functools.cache
def _require(tier: str) -> None:
    opened(tier, num_slots=1).close()


def slots() -> set[int]:
    """Return the processes of victims' slots: agents, zygotes and jobs."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if b"rlvr.sandbox.programs.inside" in command and MARK.encode() in command and is_alive(int(entry.name)):
                found.add(int(entry.name))
    return found


def folders_of(pid: int) -> list[Path]:
    """Return the folders of the process tier's slots that a process has made."""
    found = []
    for path in Path(tempfile.gettempdir()).glob("rlvr-slots-*/owner.json"):
        with contextlib.suppress(OSError, ValueError):
            if json.loads(path.read_text())["rlvr.owner"] == str(pid):
                found.append(path.parent)
    return found


def wait_until(is_so: Callable[[], object], seconds: float = GRACE_S) -> None:
    """Wait until something holds; fail if that takes longer."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"not so after {seconds:g} s"
        time.sleep(0.02)
