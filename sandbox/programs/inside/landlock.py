"""Landlock: a process gives up files and signals for itself and all that it starts, without privileges, for ever.

A domain is what a process has given up. Domains nest: a process that restricts itself again has the rights of both, and
with `scope_signals` it can signal only what has its innermost domain or one below. So a process in an outer domain can
end all that is in the inner ones, in one step, and nothing in them can touch it. That holds among processes of one user
and for root, too.

What Landlock does not know is in `host_calls`.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import functools
import os
import struct

SCOPES_ABI = 6
"""The version of Landlock, of Linux 6.12, that knows scopes."""

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = (1 << bit for bit in range(6))
MAKE_CHAR, MAKE_DIR, MAKE_REG, MAKE_SOCK, MAKE_FIFO, MAKE_BLOCK, MAKE_SYM = (1 << bit for bit in range(6, 13))
REFER, TRUNCATE, IOCTL_DEV = (1 << bit for bit in range(13, 16))
ALL_FILES = (1 << 16) - 1
"""Every right on files of version 6."""

OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
"""The rights that a rule for a single file may name."""

_ALL_NET = 0b11  # bind and connect, of TCP
_ALL_SCOPES = 0b11  # abstract sockets, signals
_CREATE, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_GET_VERSION, _PATH_BENEATH = 1, 1
_LOGS_ABI, _NO_LOG = 7, 1
_PR_SET_NO_NEW_PRIVS = 38

_libc = ctypes.CDLL(None, use_errno=True)


def abi() -> int:
    """Return the version of Landlock that the kernel has, 0 if none."""
    try:
        return _call(_CREATE, None, ctypes.c_size_t(0), _GET_VERSION)
    except OSError as error:
        if error.errno in (errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM):  # not built, not enabled, or filtered
            return 0
        raise


def new_ruleset(files: int = ALL_FILES) -> int:
    """Return a descriptor of rules that allow nothing yet: none of the rights on files, no TCP, no signals out.

    Args:
        files: The rights on files that are governed; 0 leaves files alone.

    Raises:
        OSError: the kernel has no Landlock, or an older one.
    """
    attributes = struct.pack("<QQQ", files, _ALL_NET if files else 0, _ALL_SCOPES)
    return _call(_CREATE, attributes, ctypes.c_size_t(len(attributes)), 0)


def allow(ruleset: int, path: str, rights: int) -> None:
    """Allow rights on a file, or on a folder and all below it. What is not there, or out of reach, is left out."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError, PermissionError):
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            rights &= ALL_FILES if os.path.isdir(path) else OF_FILES  # noqa: PTH112
            _call(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("<Qi", rights, fd), 0)
        finally:
            os.close(fd)


def restrict(ruleset: int) -> None:
    """Enter a new domain with these rules.

    Raises:
        OSError: the kernel refused.
    """
    _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _call(_RESTRICT_SELF, ruleset, _NO_LOG if _is_logged() else 0)


def scope_signals() -> None:
    """Enter a new domain that leaves files alone, out of which no signal goes.

    Callers kill all that they can reach, so it is tried on a process of ours that must be out of reach.

    Raises:
        OSError: the kernel refused.
    """
    reader, writer = os.pipe()
    witness = os.fork()
    if witness == 0:
        os.close(writer)
        os.read(reader, 1)
        os._exit(0)
    try:
        ruleset = new_ruleset(files=0)
        restrict(ruleset)
        os.close(ruleset)
        with contextlib.suppress(PermissionError):
            os.kill(witness, 0)
            raise OSError(errno.ENOTSUP, "signals leave the domain")
    finally:
        os.close(writer)
        os.close(reader)
        os.waitpid(witness, 0)


@functools.cache
def _is_logged() -> bool:
    """Whether the kernel would write down what is refused, which a program could flood."""
    return abi() >= _LOGS_ABI


def _call(number: int, *arguments: object) -> int:
    result: int = _libc.syscall(number, *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), f"Landlock: {os.strerror(ctypes.get_errno())}")
    return result
