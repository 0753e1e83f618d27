"""The filter is run here over every system call's number, by a small interpreter of classic BPF."""

import errno
import struct

import pytest

from rlvr.sandbox.programs.inside import seccomp

ARCHES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}


def decide(machine: str, number: int, *arguments: int, arch: int | None = None) -> int:
    """Return what the filter of the machine answers to a call."""
    code = list(struct.iter_unpack("<HBBI", seccomp.program(machine)))
    data = struct.pack("<IIQ6Q", number, ARCHES[machine][0] if arch is None else arch, 0, *[*arguments, *[0] * 6][:6])
    accumulator = at = 0
    while True:
        operation, if_true, if_false, constant = code[at]
        at += 1
        if operation == 0x06:
            return int(constant)
        if operation == 0x20:
            accumulator = int(struct.unpack_from("<I", data, constant)[0])
            continue
        holds = {0x15: accumulator == constant, 0x35: accumulator >= constant, 0x45: bool(accumulator & constant)}
        at += if_true if holds[operation] else if_false


@pytest.mark.parametrize("machine", ARCHES)
def test_every_named_call_is_denied_and_all_others_are_allowed(machine: str) -> None:
    column = ARCHES[machine][1]
    expected: dict[int | None, int] = {}
    for table, error in ((seccomp.DENIED, errno.EPERM), (seccomp.ABSENT, errno.ENOSYS)):
        expected |= {pair[column]: seccomp.ERRNO | error for pair in table.values()}
    with_arguments = {(56, 220)[column], (41, 198)[column], (16, 29)[column], (302, 261)[column]}
    for number in set(range(600)) - with_arguments:
        assert decide(machine, number) == expected.get(number, seccomp.ALLOW), number


@pytest.mark.parametrize(
    ("machine", "clone", "socket", "ioctl", "prlimit"), [("x86_64", 56, 41, 16, 302), ("aarch64", 220, 198, 29, 261)]
)
def test_calls_that_are_judged_by_an_argument(machine: str, clone: int, socket: int, ioctl: int, prlimit: int) -> None:
    denied = seccomp.ERRNO | errno.EPERM
    assert decide(machine, clone, 0x11) == seccomp.ALLOW
    assert decide(machine, clone, 0x3D0F00) == seccomp.ALLOW  # a thread
    for flag in (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000):
        assert decide(machine, clone, flag | 0x11) == denied
    assert decide(machine, socket, 1, 1) == seccomp.ALLOW
    assert {decide(machine, socket, family) for family in (0, 2, 10, 16, 17, 40)} == {seccomp.ERRNO | errno.EACCES}
    assert decide(machine, ioctl, 0, 0x5401) == seccomp.ALLOW
    assert decide(machine, ioctl, 0, 0x5412) == decide(machine, ioctl, 0, 0x541C) == denied
    assert decide(machine, prlimit, 0) == seccomp.ALLOW
    assert decide(machine, prlimit, 1) == denied


def test_other_doors_are_deadly() -> None:
    assert decide("x86_64", 39, arch=0x40000003) == seccomp.KILL_PROCESS  # int 0x80
    assert decide("x86_64", 0x40000000 | 39) == seccomp.KILL_PROCESS
    assert decide("aarch64", 20, arch=0x40000028) == seccomp.KILL_PROCESS


def test_an_unknown_architecture_is_refused() -> None:
    with pytest.raises(ValueError, match="no seccomp filter for riscv64"):
        seccomp.program("riscv64")
