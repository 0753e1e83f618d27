"""The semaphores and the shared memory of slots that share the host's file system, against the interpreter's own."""

import importlib.util
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from rlvr.sandbox.programs import inside

FOLDER = Path(inside.__file__).parent / "standins"
RECURSIVE, SEMAPHORE = 0, 1


def loaded(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setenv("RLVR_SLOT_SHM", str(tmp_path))
    return loaded("_posixshmem")


@pytest.fixture(params=["the interpreter's", "ours"])
def locks(request: pytest.FixtureRequest, memory: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Any:
    if request.param != "ours":
        return importlib.import_module("_multiprocessing")
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "_posixshmem", memory)
        return loaded("_multiprocessing")


@pytest.fixture
def name() -> str:
    return f"/rlvr-{os.getpid()}"


def made(locks: Any, name: str, kind: int, value: int = 1, most: int = 1, *, is_unlinked: bool = True) -> Any:
    return locks.SemLock(kind, value, most, name, is_unlinked)


def test_a_lock(locks: Any, name: str) -> None:
    lock = made(locks, name, SEMAPHORE)
    assert (lock.kind, lock.maxvalue, lock.name, lock._get_value(), lock._is_zero()) == (SEMAPHORE, 1, None, 1, False)
    assert lock.acquire() is True
    assert lock.acquire(False) is False
    assert lock.acquire(True, 0.05) is False
    assert lock.acquire(True, -1.0) is False
    assert (lock._count(), lock._is_mine(), lock._is_zero()) == (1, True, True)
    lock.release()
    with pytest.raises(ValueError, match="released too many times"):
        lock.release()
    with lock:
        assert lock._is_zero()
    assert lock._get_value() == 1
    assert lock.SEM_VALUE_MAX == 2**31 - 1


def test_a_recursive_lock(locks: Any, name: str) -> None:
    lock = made(locks, name, RECURSIVE)
    assert lock.acquire()
    assert lock.acquire()
    lock.release()
    assert lock._count() == 1
    refused = in_a_thread(lock.release)
    assert isinstance(refused, AssertionError)
    assert str(refused) == "attempt to release recursive lock not owned by thread"
    assert in_a_thread(lambda: lock.acquire(False)) is False
    lock.release()
    assert in_a_thread(lambda: lock.acquire(False)) is True


def in_a_thread(function: Callable[[], object]) -> object:
    out: list[object] = []

    def work() -> None:
        try:
            out.append(function())
        except Exception as error:  # noqa: BLE001  it is what is asked for
            out.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return out[0]


def test_a_name_is_shared_until_it_is_removed(locks: Any, name: str) -> None:
    first = made(locks, name, SEMAPHORE, 2, 5, is_unlinked=False)
    try:
        with pytest.raises(FileExistsError):
            made(locks, name, SEMAPHORE, is_unlinked=False)
        second = locks.SemLock._rebuild(first.handle, SEMAPHORE, 5, name)
        assert second.name == name
        second.acquire()
        assert (first._get_value(), first._count(), second._count()) == (1, 0, 1)
        second._after_fork()
        assert second._count() == 0
    finally:
        locks.sem_unlink(name)
    with pytest.raises(FileNotFoundError):
        locks.sem_unlink(name)


def test_processes_wait_for_each_other(locks: Any, name: str) -> None:
    lock = made(locks, name, SEMAPHORE, 0, 1)
    pid = os.fork()
    if pid == 0:
        lock.release()
        os._exit(0)
    assert lock.acquire(True, 10)
    os.waitpid(pid, 0)


@pytest.fixture(params=["the interpreter's", "ours"])
def shared(request: pytest.FixtureRequest, memory: ModuleType) -> Any:
    return memory if request.param == "ours" else importlib.import_module("_posixshmem")


def test_shared_memory(shared: Any, name: str) -> None:
    fd = shared.shm_open(name, os.O_CREAT | os.O_EXCL | os.O_RDWR, mode=0o600)
    try:
        assert not os.get_inheritable(fd)
        os.write(fd, b"text")
        with pytest.raises(FileExistsError):
            shared.shm_open(name, os.O_CREAT | os.O_EXCL | os.O_RDWR)
        again = shared.shm_open(name, os.O_RDWR)
        assert os.read(again, 9) == b"text"
        os.close(again)
    finally:
        shared.shm_unlink(name)
        os.close(fd)
    with pytest.raises(FileNotFoundError):
        shared.shm_open(name, os.O_RDWR)


@pytest.mark.parametrize("bad", ["/", "/a/b", "/../x"])
def test_a_name_stays_in_its_folder(shared: Any, bad: str) -> None:
    with pytest.raises(OSError, match=r"Invalid argument|No such file"):
        shared.shm_open(bad, os.O_CREAT | os.O_RDWR)


def test_the_hosts_shared_memory_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    before = os.statvfs("/tmp")
    monkeypatch.setattr(os, "statvfs", os.statvfs)  # put back at the end
    loaded("sitecustomize")
    assert os.statvfs("/dev/shm").f_bavail == 0
    assert os.statvfs("/tmp").f_blocks == before.f_blocks
