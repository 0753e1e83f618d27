"""Seccomp filters in classic BPF: assembled here, without a library, for x86_64 and aarch64, and installed.

A filter is a list of instructions over the number and the arguments of a system call.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from typing import TYPE_CHECKING, Optional

if TYPE_CHECKING:
    from collections.abc import Callable

ALLOW, KILL_PROCESS, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
LD, JEQ, JGE, JSET, AND, RET = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
"""The operations used: load a word of the call, jump if equal, if not less, if a bit is set; mask; answer."""

NUMBER, ARCH, ARG0, ARG1 = 0, 4, 16, 24
"""Offsets in `struct seccomp_data`; of arguments, those of the low halves, little endian."""

Calls = dict[str, tuple[Optional[int], Optional[int]]]
"""Names of system calls, with their numbers on x86_64 and on aarch64; None where the architecture has no such call."""

_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32_BIT = 0x40000000
_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, _PR_SET_NO_NEW_PRIVS = 22, 2, 38


def column(machine: str = "") -> int:
    """Return which of the two numbers of `Calls` holds for an architecture, this machine's if empty.

    Raises:
        ValueError: there is no filter for the architecture.
    """
    machine = machine or platform.machine()
    if machine not in _AUDIT_ARCH:
        raise ValueError(f"there is no seccomp filter for {machine}: use one of {', '.join(_AUDIT_ARCH)}")
    return list(_AUDIT_ARCH).index(machine)


def entry(machine: str = "") -> list[bytes]:
    """Load the call's number. Kill what comes by another door: the 32-bit calls, and on x86_64 the x32 numbers."""
    name = list(_AUDIT_ARCH)[column(machine)]
    head = [op(LD, ARCH), op(JEQ, _AUDIT_ARCH[name], 1, 0), op(RET, KILL_PROCESS), op(LD, NUMBER)]
    return head + ([op(JGE, _X32_BIT, 0, 1), op(RET, KILL_PROCESS)] if name == "x86_64" else [])


def answer(calls: Calls, which: int, error: int) -> list[bytes]:
    """Answer calls, whatever their arguments, with an error, or with success and nothing done if that is 0."""
    numbers = [pair[which] for pair in calls.values()]
    return [one for number in numbers if number is not None for one in (op(JEQ, number, 0, 1), fail(error))]


def op(code: int, constant: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """Return one instruction; its jumps count from the next one."""
    return struct.pack("<HBBI", code, if_true, if_false, constant)


def fail(number: int) -> bytes:
    """Return the instruction that answers a call with an error."""
    return op(RET, ERRNO | number)


class _Program(ctypes.Structure):
    _fields_ = (("len", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def installer(code: bytes) -> Callable[[], None]:
    """Return what sets no_new_privs and a filter on its thread and all that it will start, beside the filters it has.

    It raises OSError if the kernel refuses.
    """
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl.argtypes = [ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong]
    buffer = ctypes.create_string_buffer(code, len(code))
    fprog = _Program(len(code) // 8, ctypes.addressof(buffer))
    modes = ((_PR_SET_NO_NEW_PRIVS, 1, None), (_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(fprog)))

    def install() -> None:
        assert len(buffer) == fprog.len * 8, "both must live as long as this"
        for option, mode, pointer in modes:
            if prctl(option, mode, pointer, 0, 0):
                raise OSError(ctypes.get_errno(), f"prctl({option}): {os.strerror(ctypes.get_errno())}")

    return install
