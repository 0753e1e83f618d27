"""What the tests of the pool share: targets, budgets, and looks at processes."""

import time
from pathlib import Path

from rlvr.sandbox import Budget, Target
from tests.sandbox.callees import PATH

SHORT = Budget(0.3)
LITTLE_CPU = Budget(20.0, cpu_s=0.15)  # a busy machine may take long to grant it


def callee(name: str) -> Target:
    return Target.function(f"{PATH}:{name}")


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until_dead(pid: int) -> None:
    deadline = time.monotonic() + 10
    while is_alive(pid):
        assert time.monotonic() < deadline, f"process {pid} is alive"
        time.sleep(0.01)
