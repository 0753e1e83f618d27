"""A second seccomp filter, for jobs whose slot shares the host's files: calls that reach past Landlock.

Landlock governs opening, making and removing files, and signals. Without namespaces these calls would reach what is the
host's:

- `connect`, and datagrams, to local sockets by path: a session bus or an engine would run commands for a program;
- times and attributes of files that a path names. Changing a time says that it was done, and does nothing;
- watching folders, listing mounts, flushing all disks.

Where jobs have the user of the host's own processes, these too:

- owners and modes of files. Changing a mode says that it was done, and does nothing, since copying a file does it;
- another process's priority and processors, a lease on a file, what else only a user protects.

`prctl` may not hide a job from its own slot: the memory and the deleted files that it holds are counted.
"""

from __future__ import annotations

import errno

from rlvr.sandbox.programs.inside import bpf
from rlvr.sandbox.programs.inside.bpf import ALLOW, AND, ARG0, ARG1, JEQ, LD, NUMBER, RET, Calls, fail, op

REFUSED: Calls = {
    "connect": (42, 203),
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    "inotify_add_watch": (254, 27),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "setxattrat": (463, 463),
    "removexattrat": (466, 466),
    "file_setattr": (469, 469),
    "statmount": (457, 457),
    "listmount": (458, 458),
}
"""Calls that fail with EPERM."""

REFUSED_TO_ONE_USER: Calls = {
    "chown": (92, None),
    "lchown": (94, None),
    "fchown": (93, 55),
    "fchownat": (260, 54),
    "ioprio_set": (251, 30),
    "mq_unlink": (241, 181),
}
"""Calls that fail with EPERM where all jobs have the user of the host's own processes."""

IGNORED: Calls = {
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
    "sync": (162, 81),
    "syncfs": (306, 267),
}
"""Calls that succeed and do nothing."""

IGNORED_OF_ONE_USER: Calls = {
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
}
"""Calls that succeed and do nothing where all jobs have the user of the host's own processes."""

ONLY_ITSELF: Calls = {
    "sched_setaffinity": (203, 122),
    "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118),
    "sched_setattr": (314, 274),
}
"""Calls whose first argument, a process, must then be 0, which is the caller."""

_SOCKET, _SOCKETPAIR, _IOCTL, _FCNTL = (41, 198), (53, 199), (16, 29), (72, 25)
_PRCTL, _SETPRIORITY = (157, 167), (141, 140)
_SOCK_STREAM, _SOCK_SEQPACKET, _SOCK_TYPE = 1, 5, 0xF
_OF_TERMINALS, _IOCTL_KIND = 0x5400, 0xFF00
_F_SETLEASE, _PR_SET_DUMPABLE = 1024, 4


def program(is_one_user: bool, machine: str = "") -> bytes:
    """Return the filter of an architecture, as the bytes of a `struct sock_filter[]`.

    Args:
        is_one_user: Whether jobs have the user of the host's own processes.
        machine: `x86_64` or `aarch64`; this machine's if empty.

    Raises:
        ValueError: there is no filter for the architecture.
    """
    which = bpf.column(machine)
    code = [op(LD, NUMBER), *bpf.answer(REFUSED, which, errno.EPERM), *bpf.answer(IGNORED, which, 0)]
    if is_one_user:
        code += bpf.answer(REFUSED_TO_ONE_USER, which, errno.EPERM) + bpf.answer(IGNORED_OF_ONE_USER, which, 0)
        code += _what_only_a_user_protects(which)
    code += _sockets(which)
    code += [op(JEQ, number_of(_PRCTL, which), 0, 4), op(LD, ARG0), op(JEQ, _PR_SET_DUMPABLE, 0, 1)]
    return b"".join([*code, fail(errno.EPERM), op(RET, ALLOW), op(RET, ALLOW)])


def _sockets(which: int) -> list[bytes]:
    """Allow streams and sequenced packets, which go where they are connected to."""
    out = []
    for pair in (_SOCKET, _SOCKETPAIR):
        out += [op(JEQ, number_of(pair, which), 0, 6), op(LD, ARG1), op(AND, _SOCK_TYPE)]
        out += [op(JEQ, _SOCK_STREAM, 2, 0), op(JEQ, _SOCK_SEQPACKET, 1, 0), fail(errno.EACCES), op(RET, ALLOW)]
    return out


def _what_only_a_user_protects(which: int) -> list[bytes]:
    out, deny = [], [fail(errno.EPERM), op(RET, ALLOW)]
    for pair in ONLY_ITSELF.values():
        out += [op(JEQ, number_of(pair, which), 0, 4), op(LD, ARG0), op(JEQ, 0, 1, 0), *deny]
    out += [op(JEQ, number_of(_SETPRIORITY, which), 0, 6), op(LD, ARG0), op(JEQ, 0, 0, 2)]
    out += [op(LD, ARG1), op(JEQ, 0, 1, 0), *deny]
    out += [op(JEQ, number_of(_IOCTL, which), 0, 5), op(LD, ARG1), op(AND, _IOCTL_KIND), op(JEQ, _OF_TERMINALS, 1, 0)]
    out += [fail(errno.ENOTTY), op(RET, ALLOW)]
    return [*out, op(JEQ, number_of(_FCNTL, which), 0, 4), op(LD, ARG1), op(JEQ, _F_SETLEASE, 0, 1), *deny]


def number_of(pair: tuple[int | None, int | None], which: int) -> int:
    """Return a call's number on an architecture that has it."""
    number = pair[which]
    assert number is not None, "each architecture has it"
    return number
