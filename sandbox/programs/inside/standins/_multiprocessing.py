"""Semaphores by name, each in a file in the slot's own folder: the same class as the interpreter's, in Python.

The C library does the same in `/dev/shm`: a semaphore is 32 bytes of memory that processes share.
"""

from __future__ import annotations

import _posixshmem  # type: ignore[import-not-found,unused-ignore]
import ctypes
import errno
import mmap
import os
import threading
import time
from typing import Any

flags: dict[str, int] = {"HAVE_SEM_OPEN": 1, "HAVE_SEM_TIMEDWAIT": 1}

_RECURSIVE_MUTEX = 0
_SIZE = 64
_NS = 10**9
_libc = ctypes.CDLL(None, use_errno=True)


class _Timespec(ctypes.Structure):
    _fields_ = (("tv_sec", ctypes.c_long), ("tv_nsec", ctypes.c_long))


def sem_unlink(name: str) -> None:
    """Remove a semaphore's name."""
    os.unlink(_posixshmem.place(name, "sem."))  # noqa: PTH108


class SemLock:
    """A lock or a semaphore that processes share.

    Args:
        kind: 0 for a recursive lock, 1 for a semaphore.
        value: What it begins with.
        maxvalue: The most that it can have.
        name: Its name, which must be new.
        unlink: Whether the name is removed at once.
    """

    SEM_VALUE_MAX = 2**31 - 1

    def __init__(self, kind: int, value: int, maxvalue: int, name: str, unlink: bool) -> None:
        path = _posixshmem.place(name, "sem.")
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            os.truncate(fd, _SIZE)
            self._attach(fd, kind, maxvalue, None if unlink else name)
            _check(_libc.sem_init(self._address, 1, value))
        finally:
            os.close(fd)
        if unlink:
            os.unlink(path)  # noqa: PTH108

    @classmethod
    def _rebuild(cls, _handle: int, kind: int, maxvalue: int, name: str) -> SemLock:
        """Return a semaphore that another process has made."""
        made = cls.__new__(cls)
        fd = os.open(_posixshmem.place(name, "sem."), os.O_RDWR | os.O_CLOEXEC)
        try:
            made._attach(fd, kind, maxvalue, name)
        finally:
            os.close(fd)
        return made

    def _attach(self, fd: int, kind: int, maxvalue: int, name: str | None) -> None:
        self.kind, self.maxvalue, self.name = kind, maxvalue, name
        self._memory = mmap.mmap(fd, _SIZE)
        self._address = ctypes.c_void_p(ctypes.addressof(ctypes.c_char.from_buffer(self._memory)))
        self._times, self._owner = 0, 0

    @property
    def handle(self) -> int:
        """Where it lies in this process's memory."""
        return self._address.value or 0

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """Take it; False if it is not to be had, or not in time."""
        if self.kind == _RECURSIVE_MUTEX and self._is_mine():
            self._times += 1
            return True
        if not self._take(block, timeout):
            return False
        self._times += 1
        self._owner = threading.get_ident()
        return True

    def _take(self, block: bool, timeout: float | None) -> bool:
        if _libc.sem_trywait(self._address) == 0:
            return True
        if not block:
            return False
        until = None
        if timeout is not None:
            until = _Timespec(*divmod(time.time_ns() + int(max(timeout, 0.0) * _NS), _NS))
        while True:
            # Between two tries the interpreter runs the handlers of signals that have come.
            if until is None:
                result = _libc.sem_wait(self._address)
            else:
                result = _libc.sem_timedwait(self._address, ctypes.byref(until))
            if result == 0:
                return True
            if ctypes.get_errno() == errno.ETIMEDOUT:
                return False
            if ctypes.get_errno() != errno.EINTR:
                _check(result)

    def release(self) -> None:
        """Give it back."""
        if self.kind == _RECURSIVE_MUTEX:
            if not self._is_mine():
                raise AssertionError("attempt to release recursive lock not owned by thread")
            if self._times > 1:
                self._times -= 1
                return
        elif self._get_value() >= self.maxvalue:
            raise ValueError("semaphore or lock released too many times")
        _check(_libc.sem_post(self._address))
        self._times -= 1

    def _count(self) -> int:
        return self._times

    def _is_mine(self) -> bool:
        return self._times > 0 and self._owner == threading.get_ident()

    def _get_value(self) -> int:
        value = ctypes.c_int()
        _check(_libc.sem_getvalue(self._address, ctypes.byref(value)))
        return max(value.value, 0)

    def _is_zero(self) -> bool:
        return self._get_value() == 0

    def _after_fork(self) -> None:
        self._times = 0

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: Any) -> None:
        self.release()


def _check(result: int) -> None:
    if result:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
