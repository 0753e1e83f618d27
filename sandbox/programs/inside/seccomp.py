"""A seccomp filter for the agent and all that it starts, on x86_64 and aarch64.

The filter is a list of what is denied, since what honest programs use is open-ended. It is installed once, before the
zygote forks: jobs inherit it and pay nothing. A call that is decided without its arguments is answered from the
kernel's bitmap.

What it cannot do: look behind a pointer. So `clone3`, whose flags lie there, does not exist in a slot, and the C
library falls back to `clone`.
"""

from __future__ import annotations

import errno

from rlvr.sandbox.programs.inside import bpf
from rlvr.sandbox.programs.inside.bpf import ALLOW, ARG0, ARG1, JEQ, JSET, LD, RET, Calls, fail, op

DENIED: Calls = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "syslog": (103, 116),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "iopl": (172, None),
    "ioperm": (173, None),
    "modify_ldt": (154, None),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
    "move_pages": (279, 239),
    "migrate_pages": (256, 238),
    "mbind": (237, 235),
    "set_mempolicy": (238, 237),
    "memfd_secret": (447, 447),
    "personality": (135, 92),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "semget": (64, 190),
    "semop": (65, 193),
    "semctl": (66, 191),
    "semtimedop": (220, 192),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "mq_open": (240, 180),
    "vhangup": (153, 58),
    "uselib": (134, None),
    "ustat": (136, None),
}
"""Calls that fail with EPERM."""

ABSENT: Calls = {
    "clone3": (435, 435),
    "io_setup": (206, 0),  # how many events may wait is bounded for the whole machine
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
}
"""Calls that fail with ENOSYS, so that the C library takes another way."""

_CLONE, _SOCKET, _SOCKETPAIR, _IOCTL, _PRLIMIT = (56, 220), (41, 198), (53, 199), (16, 29), (302, 261)
_NEW_NAMESPACES = 0x7E020000  # CLONE_NEW of mount, cgroup, uts, ipc, user, pid and net
_TIOCSTI, _TIOCLINUX, _TIOCSETD, _AF_UNIX = 0x5412, 0x541C, 0x5423, 1


def program(machine: str = "") -> bytes:
    """Return the filter of an architecture, as the bytes of a `struct sock_filter[]`.

    Args:
        machine: `x86_64` or `aarch64`; this machine's if empty.

    Raises:
        ValueError: there is no filter for the architecture.
    """
    column = bpf.column(machine)
    plain = [*bpf.answer(DENIED, column, errno.EPERM), *bpf.answer(ABSENT, column, errno.ENOSYS)]
    return b"".join([*bpf.entry(machine), *plain, *_by_argument(column), op(RET, ALLOW)])


def _by_argument(column: int) -> list[bytes]:
    """Deny new namespaces, sockets other than local ones, other processes' limits, odd requests of a terminal."""
    return [
        *(op(JEQ, _CLONE[column], 0, 4), op(LD, ARG0), op(JSET, _NEW_NAMESPACES, 0, 1)),
        *(fail(errno.EPERM), op(RET, ALLOW)),
        *_only_local(_SOCKET[column]),
        *_only_local(_SOCKETPAIR[column]),  # the kernel makes the sockets, and loads their module, before it refuses
        *(op(JEQ, _PRLIMIT[column], 0, 4), op(LD, ARG0), op(JEQ, 0, 1, 0)),
        *(fail(errno.EPERM), op(RET, ALLOW)),
        *(op(JEQ, _IOCTL[column], 0, 6), op(LD, ARG1)),
        *(op(JEQ, _TIOCSTI, 2, 0), op(JEQ, _TIOCSETD, 1, 0), op(JEQ, _TIOCLINUX, 0, 1)),
        *(fail(errno.EPERM), op(RET, ALLOW)),
    ]


def _only_local(number: int) -> list[bytes]:
    """Refuse a call whose first argument is another family than that of local sockets."""
    return [
        *(op(JEQ, number, 0, 4), op(LD, ARG0), op(JEQ, _AF_UNIX, 1, 0)),
        *(fail(errno.EACCES), op(RET, ALLOW)),
    ]


def install() -> None:
    """Set no_new_privs and the filter on this thread and all that it will start.

    Raises:
        OSError: the kernel refused.
    """
    bpf.installer(program())()
