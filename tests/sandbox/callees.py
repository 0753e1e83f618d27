"""What the tests ask workers to call; workers load it as a file."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rlvr.sandbox import in_worker

PATH = str(Path(__file__).resolve())


class OddError(Exception):
    pass


class Adder:
    def __init__(self, amount: int) -> None:
        self.amount = amount

    def add(self, value: int) -> int:
        return value + self.amount


def echo(value: Any) -> Any:
    return value


def process_id() -> int:
    return os.getpid()


def is_worker() -> bool:
    return in_worker()


def hang(_: Any = None) -> None:
    while True:
        pass


def big_integer() -> int:
    return len(str(10 ** (10**8)))  # one bytecode, which never lets go of the GIL


def nap(seconds: float) -> str:
    time.sleep(seconds)
    return "awake"


def hog(megabytes: int) -> int:
    """Ask for memory without touching it, which costs no time."""
    return sum(len(block) for block in [bytes(2**20) for _ in range(megabytes)])


_kept: list[bytes] = []


def keep(megabytes: int) -> int:
    _kept.extend(bytes(2**20) for _ in range(megabytes))
    return len(_kept)


def leave(status: int) -> None:
    os._exit(status)


def kill_itself() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def crash_once(marker: str) -> str:
    if not Path(marker).exists():
        Path(marker).touch()
        os._exit(1)
    return "second time"


def fail(text: str) -> None:
    raise OddError(text)


def fail_as(name: str) -> None:
    raise {"exit": SystemExit(7), "interrupt": KeyboardInterrupt("stop"), "memory": MemoryError()}[name]


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no text")


def fail_without_text() -> None:
    raise Unspeakable


def give_set() -> set[int]:
    return {1}


def give_text(length: int) -> str:
    return "x" * length


def talk() -> str:
    print("out" * 1000)  # noqa: T201
    print("err", file=sys.stderr)  # noqa: T201
    for fd in (1, 2):
        os.write(fd, b"\0" * 4096)
    return "said"


def listen() -> str:
    return input()


def fork_and_return() -> str:
    """Return twice: in the worker, and in a child that must not answer."""
    pid = os.fork()
    if pid:
        os.waitpid(pid, 0)
    return "parent" if pid else "child"


def fork_and_leave() -> None:
    """End the worker while a child of it lives on and holds whatever it inherited."""
    if os.fork() == 0:
        time.sleep(30)
    os._exit(5)


def start_child(marker: str) -> None:
    """Leave the process id of a child that sleeps, then hang."""
    pid = os.fork()
    if pid == 0:
        time.sleep(60)
        os._exit(0)
    Path(marker).write_text(str(pid))
    hang()


def spin_in_thread(_: Any = None) -> str:
    """Return at once and leave a thread that uses a whole core."""
    threading.Thread(target=hang, daemon=True).start()
    return "left"


def act(kind: str, value: Any) -> Any:
    """Do what the kind says, so that one list of calls can mix all of it."""
    return ACTIONS[kind](value)


ACTIONS: dict[str, Callable[[Any], Any]] = {
    "echo": echo,
    "nap": nap,
    "leave": leave,
    "hog": hog,
    "fail": fail,
    "hang": hang,
    "spin": spin_in_thread,
}
