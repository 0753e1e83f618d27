"""The Landlock domains of a slot: the zygote's in the agent's, and each job's in the zygote's.

So each can end all that is inside, in one step, and nothing inside can touch it, although all may have one user. Slots
that have users and a pid namespace for that do without. In a slot that shares the host's file system, a job's domain
also is what it sees of it.
"""

from __future__ import annotations

import contextlib
import os
from functools import partial
from typing import TYPE_CHECKING

from rlvr.sandbox.programs.inside import places
from rlvr.sandbox.programs.inside.sweeping import sweep

if TYPE_CHECKING:
    from collections.abc import Callable

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_KEPT = (2, 5, 6, 7)
"""Capabilities of the agent, where it has them: DAC_READ_SEARCH to walk through jobs' folders, KILL, SETGID, SETUID."""
_PUBLIC = ("/usr/share/zoneinfo", "/usr/lib/locale", "/sys/devices/system/cpu", "/etc/mime.types")
_SHELLS = ("/bin/sh", "/bin/bash")  # as scripts name them; they look for all else in the slot's own tree
_SIGKILL, _KILL, _END = 9, 10, 15  # the last two are SIGUSR1 and SIGTERM
_CAPABILITY_VERSION = 0x20080522
_FOLDERS = (
    *((places.JOB, 0o755), (os.path.dirname(places.SHARED), 0o755)),  # noqa: PTH120
    *((place, 0o1777) for place in places.WRITABLE),
)


def enter_agent() -> None:
    """Make the slot's places, and give up what the agent does not need.

    Raises:
        OSError: the kernel refused.
    """
    import ctypes

    from rlvr.sandbox.programs.inside import landlock

    os.umask(0o022)
    for place, mode in _FOLDERS:  # not the slot's own, which is gone if the host is
        os.mkdir(place)  # noqa: PTH102
        os.chmod(place, mode)  # noqa: PTH101
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    _drop_capabilities()
    landlock.scope_signals()


def leave_agent(uid: int) -> None:
    """Kill and reap all that the slot holds, and remove what it wrote.

    Args:
        uid: The last job's user, or 0 where there is only one.
    """
    with contextlib.suppress(ProcessLookupError):
        os.kill(-1, _SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()
    with contextlib.suppress(OSError):
        sweep(uid)
        for name in os.listdir(places.JOB):  # noqa: PTH208
            os.unlink(f"{places.JOB}/{name}")  # noqa: PTH108
    with contextlib.suppress(OSError):
        for place, _ in (*reversed(_FOLDERS), (places.FOLDER, 0)):
            os.rmdir(place)  # noqa: PTH106


def enter_zygote() -> Callable[[], None] | None:
    """Enter the zygote's domain; return what a job calls to enter its own, or None if this slot has none.

    Raises:
        OSError: the kernel refused, in a slot that must have them.
    """
    if os.getuid() == 0 and not places.FOLDER:
        return None
    import signal

    from rlvr.sandbox.programs.inside import bpf, host_calls, landlock

    if landlock.abi() < landlock.SCOPES_ABI and not places.FOLDER:
        return None
    landlock.scope_signals()
    if not places.FOLDER:
        return partial(landlock.restrict, landlock.new_ruleset(files=0))
    _obey()
    rules, install = _rules(), bpf.installer(host_calls.program(is_one_user=os.getuid() != 0))

    def shut_in() -> None:
        for number in (_KILL, _END):
            signal.signal(number, signal.SIG_DFL)
        landlock.restrict(rules)
        install()

    return shut_in


def kill_job(zygote: int) -> None:
    """Have the zygote kill all of its job at once; for the agent."""
    os.kill(zygote, _KILL)


def _obey() -> None:
    """Kill the job when the agent says so, and when the agent is killed, which gets no chance to do it."""
    import ctypes
    import signal

    def kill(number: int, _: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, _SIGKILL)
        if number == _END:
            os._exit(0)

    for number in (_KILL, _END):
        signal.signal(number, kill)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, _END, 0, 0, 0)


def _rules() -> int:
    """Return the rules of a job's domain on files."""
    from rlvr.sandbox.programs.inside import landlock as ll

    look = ll.READ_FILE | ll.READ_DIR
    write = ll.ALL_FILES & ~(ll.EXECUTE | ll.MAKE_CHAR | ll.MAKE_BLOCK | ll.IOCTL_DEV)
    rules = ll.new_ruleset()
    for place in places.WRITABLE:
        ll.allow(rules, place, write)
    for path in (places.JOB, *_PUBLIC):
        ll.allow(rules, path, look)
    for name in ("urandom", "random", "null", "zero", "full"):
        ll.allow(rules, f"/dev/{name}", ll.READ_FILE | (0 if "random" in name else ll.WRITE_FILE))
    with open(places.LIBRARIES, encoding="utf-8") as listed:  # noqa: PTH123
        for path in (places.TREE, *_SHELLS, *listed.read().splitlines()):
            ll.allow(rules, path, look | ll.EXECUTE)
    return rules


def _drop_capabilities() -> None:
    """Keep what measuring, killing and changing the user take; the zygote cannot win the rest back."""
    import ctypes
    import struct

    with open("/proc/self/status", encoding="ascii", errors="replace") as status:  # noqa: PTH123
        words = status.read().split()
    kept = int(words[words.index("CapPrm:") + 1], 16) & sum(1 << number for number in _KEPT)
    low, high = kept & 0xFFFFFFFF, kept >> 32
    libc = ctypes.CDLL(None, use_errno=True)
    head = struct.pack("<Ii", _CAPABILITY_VERSION, 0)
    if libc.capset(head, struct.pack("<6I", low, low, 0, high, high, 0)):
        raise OSError(ctypes.get_errno(), "capset failed")
