"""The filter is run here over every system call's number, by a small interpreter of classic BPF."""

import errno
import re
import struct
from pathlib import Path

import pytest

from rlvr.sandbox.programs.inside import bpf, host_calls, seccomp

ARCHES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}


def decide(machine: str, number: int, *arguments: int, arch: int | None = None, filtered: bytes = b"") -> int:
    """Return what a filter of the machine answers to a call."""
    code = list(struct.iter_unpack("<HBBI", filtered or seccomp.program(machine)))
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
        if operation == 0x54:
            accumulator &= constant
            continue
        holds = {0x15: accumulator == constant, 0x35: accumulator >= constant, 0x45: bool(accumulator & constant)}
        at += if_true if holds[operation] else if_false


@pytest.mark.parametrize("machine", ARCHES)
def test_every_named_call_is_denied_and_all_others_are_allowed(machine: str) -> None:
    column = ARCHES[machine][1]
    expected: dict[int | None, int] = {}
    for table, error in ((seccomp.DENIED, errno.EPERM), (seccomp.ABSENT, errno.ENOSYS)):
        expected |= {pair[column]: bpf.ERRNO | error for pair in table.values()}
    with_arguments = {one[column] for one in ((56, 220), (41, 198), (53, 199), (16, 29), (302, 261))}
    for number in set(range(600)) - with_arguments:
        assert decide(machine, number) == expected.get(number, bpf.ALLOW), number


@pytest.mark.parametrize(
    ("machine", "clone", "socket", "ioctl", "prlimit"), [("x86_64", 56, 41, 16, 302), ("aarch64", 220, 198, 29, 261)]
)
def test_calls_that_are_judged_by_an_argument(machine: str, clone: int, socket: int, ioctl: int, prlimit: int) -> None:
    denied = bpf.ERRNO | errno.EPERM
    assert decide(machine, clone, 0x11) == bpf.ALLOW
    assert decide(machine, clone, 0x3D0F00) == bpf.ALLOW  # a thread
    for flag in (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000):
        assert decide(machine, clone, flag | 0x11) == denied
    for call in (socket, socket + 12 if machine == "x86_64" else socket + 1):  # and socketpair
        assert decide(machine, call, 1, 1) == bpf.ALLOW
        assert {decide(machine, call, family) for family in (0, 2, 10, 16, 17, 30, 40)} == {bpf.ERRNO | errno.EACCES}
    assert decide(machine, ioctl, 0, 0x5401) == bpf.ALLOW
    assert {decide(machine, ioctl, 0, request) for request in (0x5412, 0x541C, 0x5423)} == {denied}
    assert decide(machine, prlimit, 0) == bpf.ALLOW
    assert decide(machine, prlimit, 1) == denied


def test_other_doors_are_deadly() -> None:
    assert decide("x86_64", 39, arch=0x40000003) == bpf.KILL_PROCESS  # int 0x80
    assert decide("x86_64", 0x40000000 | 39) == bpf.KILL_PROCESS
    assert decide("aarch64", 20, arch=0x40000028) == bpf.KILL_PROCESS


@pytest.mark.parametrize("is_one_user", [True, False])
@pytest.mark.parametrize("machine", ARCHES)
def test_what_jobs_on_a_shared_host_are_denied(machine: str, is_one_user: bool) -> None:
    column = ARCHES[machine][1]
    expected: dict[int | None, int] = {}
    tables = [(host_calls.REFUSED, errno.EPERM), (host_calls.IGNORED, 0)]
    if is_one_user:
        tables += [(host_calls.REFUSED_TO_ONE_USER, errno.EPERM), (host_calls.IGNORED_OF_ONE_USER, 0)]
    for table, error in tables:
        expected |= {pair[column]: bpf.ERRNO | error for pair in table.values()}
    with_arguments = {pair[column] for pair in [*host_calls.ONLY_ITSELF.values(), *BY_ARGUMENT.values()]}
    code = host_calls.program(is_one_user, machine)
    for number in set(range(600)) - with_arguments:
        assert decide(machine, number, filtered=code) == expected.get(number, bpf.ALLOW), number


BY_ARGUMENT = {
    "socket": (41, 198),
    "socketpair": (53, 199),
    "ioctl": (16, 29),
    "fcntl": (72, 25),
    "prctl": (157, 167),
    "setpriority": (141, 140),
}
JUDGED = [
    ("socket", (1, 1), 0),
    ("socket", (1, 5 | 0x80000), 0),
    ("socket", (1, 2), errno.EACCES),
    ("socket", (1, 3 | 0x800), errno.EACCES),
    ("socketpair", (1, 1), 0),
    ("socketpair", (1, 2), errno.EACCES),
    ("ioctl", (0, 0x5401), 0),
    ("ioctl", (0, 0x40086602), errno.ENOTTY),
    ("ioctl", (0, 0x5000940E), errno.ENOTTY),
    ("fcntl", (0, 1), 0),
    ("fcntl", (0, 1024), errno.EPERM),
    ("prctl", (38, 1), 0),
    ("prctl", (4, 0), errno.EPERM),
    ("setpriority", (0, 0, 5), 0),
    ("setpriority", (0, 7, 5), errno.EPERM),
    ("setpriority", (1, 0, 5), errno.EPERM),
    ("setpriority", (2, 0, 5), errno.EPERM),
    *((name, (0,), 0) for name in host_calls.ONLY_ITSELF),
    *((name, (9,), errno.EPERM) for name in host_calls.ONLY_ITSELF),
]


@pytest.mark.parametrize("is_one_user", [True, False])
@pytest.mark.parametrize(("name", "arguments", "error"), JUDGED)
@pytest.mark.parametrize("machine", ARCHES)
def test_calls_of_jobs_on_a_shared_host_that_are_judged_by_an_argument(
    machine: str, name: str, arguments: tuple[int, ...], error: int, is_one_user: bool
) -> None:
    number = host_calls.number_of({**BY_ARGUMENT, **host_calls.ONLY_ITSELF}[name], ARCHES[machine][1])
    seen = decide(machine, number, *arguments, filtered=host_calls.program(is_one_user, machine))
    is_denied = error and (is_one_user or name in ("socket", "socketpair", "prctl"))
    assert seen == (bpf.ERRNO | error if is_denied else bpf.ALLOW)


HEADERS = {
    "x86_64": "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
    "aarch64": "/usr/include/asm-generic/unistd.h",  # what the architecture uses
}
SINCE_6_2 = {"fchmodat2", "statmount", "listmount", "setxattrat", "removexattrat", "file_setattr"}


@pytest.mark.parametrize("machine", ARCHES)
def test_numbers_are_those_of_the_kernels_headers(machine: str) -> None:
    header = Path(HEADERS[machine])
    if not header.exists():
        pytest.skip(f"there is no {header}: it comes with linux-libc-dev")
    found = dict(re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", header.read_text()))
    assert len(found) > 200
    plain = (
        *(seccomp.DENIED, seccomp.ABSENT, host_calls.REFUSED, host_calls.REFUSED_TO_ONE_USER),
        *(host_calls.IGNORED, host_calls.IGNORED_OF_ONE_USER, host_calls.ONLY_ITSELF),
    )
    for name, pair in [entry for table in (*plain, BY_ARGUMENT) for entry in table.items()]:
        if name in found or name not in SINCE_6_2:
            assert str(pair[ARCHES[machine][1]]) == found.get(name, "None"), name


def test_an_unknown_architecture_is_refused() -> None:
    with pytest.raises(ValueError, match="no seccomp filter for riscv64"):
        seccomp.program("riscv64")
