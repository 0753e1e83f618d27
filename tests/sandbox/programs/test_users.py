"""How many processes a user has, counted by the kernel alone; in a child of a user that has no others."""

import os
import resource
import signal
from collections.abc import Callable

import pytest

from rlvr.sandbox.programs.inside import users

NOBODY_ELSE = 1_900_000_001


def said_by_a_user(function: Callable[[], int]) -> int:
    """Return what a function returns in a child process that has a user of its own."""
    if os.getuid() or not users.first_uid():
        pytest.skip("only root can be another user")
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.setresuid(NOBODY_ELSE, NOBODY_ELSE, NOBODY_ELSE)
            os.write(writer, b"%d" % function())
        finally:
            os._exit(0)
    os.close(writer)
    said = os.read(reader, 20)
    os.close(reader)
    os.waitpid(pid, 0)
    return int(said)


def with_sleepers(number: int, function: Callable[[], int]) -> int:
    """Return what a function returns beside so many sleeping children."""
    sleepers = []
    for _ in range(number):
        pid = os.fork()
        if pid == 0:
            signal.pause()
        sleepers.append(pid)
    try:
        return function()
    finally:
        for pid in sleepers:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


@pytest.mark.parametrize("number", [0, 1, 7])
def test_a_users_tasks_are_counted(number: int) -> None:
    assert said_by_a_user(lambda: with_sleepers(number, users.num_tasks)) == 1 + number


def test_a_job_has_room_beside_them() -> None:
    def room() -> int:
        made = users.Room()
        first = made.limit(10)
        return first * 1000 + with_sleepers(2, lambda: made.limit(20)) - first  # counted once in a while

    assert said_by_a_user(room) == (1 + 10 + 256) * 1000 + 10


def test_the_users_own_limit_stays() -> None:
    def room() -> int:
        resource.setrlimit(resource.RLIMIT_NPROC, (50, 50))
        return users.Room().limit(20)

    assert said_by_a_user(room) == 50
