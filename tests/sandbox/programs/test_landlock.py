"""Landlock itself, in processes of our own: what a domain takes away, and that there is a way to be without it."""

import ctypes
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from rlvr.sandbox.programs.inside import landlock

ERROR = 100


@pytest.fixture(autouse=True)
def _is_there() -> None:
    if landlock.abi() < landlock.SCOPES_ABI:
        pytest.skip(f"Landlock ABI {landlock.abi()}: scopes came with {landlock.SCOPES_ABI}")


def in_a_child(function: Callable[[], object]) -> int:
    """Return 0 if a function runs in a child process, 1 if it raises PermissionError, 100 for any other error."""
    pid = os.fork()
    if pid == 0:
        code = ERROR
        try:
            function()
            code = 0
        except PermissionError:
            code = 1
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_files_are_closed_but_for_the_rules(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open/file").write_text("x")
    (tmp_path / "closed").write_text("x")

    def restricted(path: Path, mode: str = "r") -> None:
        rules = landlock.new_ruleset()
        landlock.allow(rules, str(tmp_path / "open"), landlock.READ_FILE)
        landlock.allow(rules, str(tmp_path / "not there"), landlock.READ_FILE)
        landlock.restrict(rules)
        path.open(mode).close()

    assert in_a_child(lambda: restricted(tmp_path / "open/file")) == 0
    assert in_a_child(lambda: restricted(tmp_path / "open/file", "a")) == 1
    assert in_a_child(lambda: restricted(tmp_path / "closed")) == 1


def test_a_rule_for_a_file_leaves_out_rights_of_folders(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    def restricted() -> None:
        rules = landlock.new_ruleset()
        landlock.allow(rules, str(tmp_path / "file"), landlock.ALL_FILES)
        landlock.restrict(rules)
        (tmp_path / "file").write_text("y")

    assert in_a_child(restricted) == 0


def test_no_signal_leaves_a_domain_and_all_reach_into_it() -> None:
    def inside() -> None:
        landlock.scope_signals()
        pid = os.fork()
        if pid == 0:
            landlock.scope_signals()
            os.setsid()
            signal.pause()
        os.kill(-1, signal.SIGKILL)  # it takes what is inside, and nothing else
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
        os.kill(os.getppid(), 0)

    assert in_a_child(inside) == 1


def test_abstract_sockets_outside_cannot_be_reached() -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("\0rlvr-test")
        server.listen()

        def inside() -> None:
            with socket.socket(socket.AF_UNIX) as client:
                landlock.scope_signals()
                client.connect("\0rlvr-test")

        assert in_a_child(inside) == 1


def test_signals_that_would_leave_after_all_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "restrict", lambda ruleset: None)
    assert in_a_child(landlock.scope_signals) == ERROR


def test_a_kernel_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class Libc:
        @staticmethod
        def syscall(*_: object) -> int:
            ctypes.set_errno(38)
            return -1

    monkeypatch.setattr(landlock, "_libc", Libc)
    assert landlock.abi() == 0
    with pytest.raises(OSError, match="Landlock: Function not implemented"):
        landlock.new_ruleset()
