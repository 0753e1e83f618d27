"""The bubblewrap tier: slots in namespaces of their own, without an engine.

Root gives every job its own user. Anybody else has one user for all; Landlock then keeps jobs apart from what runs
them, and on a kernel without its scopes what a program leaves running costs the slot. Memory is watched by the agent,
not bounded by the kernel: there is no cgroup.
"""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from rlvr.sandbox.programs.child import AGENT, start_slot
from rlvr.sandbox.programs.errors import SandboxError
from rlvr.sandbox.programs.host_tree import cache_folder, cached_tree
from rlvr.sandbox.programs.inside import places, seccomp
from rlvr.sandbox.programs.slot import Shape, Slot
from rlvr.sandbox.programs.variants import Variant

INSTALL: Final = "install bubblewrap (`apt-get install bubblewrap`, `dnf install bubblewrap`)"
_ALLOW: Final = "allow unprivileged user namespaces (`sysctl kernel.unprivileged_userns_clone=1`), or use docker"
_PROBE_S: Final = 10
_SHM_MB: Final = 16
_MB: Final = 2**20
_FIRST_USER: Final = "1000"
_CAPABILITIES: Final = ("CAP_SETUID", "CAP_SETGID", "CAP_KILL")
"""The agent's and the zygote's."""


class BubblewrapTier:
    """Makes slots with `bwrap`.

    Args:
        command: The program to start, if not the `bwrap` on the path.
        is_privileged: Whether it starts as root; as this process, if None.

    Raises:
        SandboxError: bubblewrap is not installed or may not make namespaces here.
    """

    name = "bubblewrap"
    is_weak = False

    def __init__(self, command: str = "", is_privileged: bool | None = None) -> None:
        self._command = command or _find()
        self._folder = cache_folder()
        self.prepare(Variant.PYTHON)
        self._is_privileged = is_root() if is_privileged is None else is_privileged
        self.detail = "as root, a user per job" if self._is_privileged else "unprivileged, one user for all jobs"

    def prepare(self, variant: Variant) -> None:
        """Make the variant's file system if it is missing.

        Raises:
            SandboxError: it cannot be made here.
        """
        cached_tree(variant, self._folder)

    def make_slot(self, shape: Shape) -> Slot:
        """Start a slot.

        Raises:
            SlotLostError: it did not start.
        """
        # Not --die-with-parent: that fires when the thread ends that started it. The channel's end does it.
        tree = cached_tree(shape.variant, self._folder)
        return start_slot([self._command, *_arguments(tree, shape, self._is_privileged)], {}, shape)

    def close(self) -> None:
        """Nothing is held besides the slots."""


def is_root() -> bool:
    """Whether slots can give every job a user of its own."""
    return os.getuid() == 0


def probe() -> str:
    """Return the version of a bubblewrap that works here.

    Raises:
        SandboxError: there is none; the message says what to do.
    """
    command = _find()
    root = ["--ro-bind", "/", "/", *_namespaces(is_root()), "--", "/bin/true"]
    try:
        tried = subprocess.run([command, *root], capture_output=True, text=True, timeout=_PROBE_S, check=False)  # noqa: S603
        version = subprocess.run(  # noqa: S603
            [command, "--version"], capture_output=True, text=True, timeout=_PROBE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SandboxError(f"bubblewrap does not run ({error})", INSTALL) from error
    if tried.returncode:
        text = tried.stderr.strip()[-300:]
        raise SandboxError(f"bubblewrap may not make namespaces here ({text})", _ALLOW)
    return version.stdout.strip().removeprefix("bubblewrap ")


def _find() -> str:
    command = shutil.which("bwrap")
    if command is None:
        raise SandboxError("there is no bwrap", INSTALL)
    try:
        seccomp.program()
    except ValueError as error:
        raise SandboxError(str(error)) from error
    return command


def _namespaces(is_privileged: bool) -> list[str]:
    if not is_privileged:
        return ["--unshare-all", "--uid", _FIRST_USER, "--gid", _FIRST_USER, "--cap-drop", "ALL"]
    # As root without a user namespace: in one that bwrap makes there is only one user.
    kinds = [f"--unshare-{kind}" for kind in ("pid", "net", "ipc", "uts", "cgroup-try")]
    return [*kinds, "--cap-drop", "ALL", *(word for name in _CAPABILITIES for word in ("--cap-add", name))]


def _arguments(root: Path, shape: Shape, is_privileged: bool) -> list[str]:
    def tmpfs(place: str, size_mb: int, mode: str = "1777") -> list[str]:
        return ["--perms", mode, "--size", str(size_mb * _MB), "--tmpfs", place]

    return [
        *_namespaces(is_privileged),
        *("--new-session", "--as-pid-1", "--clearenv", "--hostname", "slot", "--chdir", "/"),
        *("--ro-bind", str(root), "/", "--proc", "/proc", "--ro-bind", "/proc/sys", "/proc/sys", "--dev", "/dev"),
        *tmpfs("/tmp", shape.disk_mb),  # noqa: S108  the slot's own
        *tmpfs(places.WORK, shape.disk_mb),
        *tmpfs("/dev/shm", _SHM_MB),  # noqa: S108
        *("--remount-ro", "/dev"),  # its owner is every job where there is one user
        *tmpfs(places.JOB, shape.variant.file_mb, "0755"),
        *("--setenv", "LANG", "C.UTF-8", "--setenv", "PATH", "/usr/bin:/bin"),
        *("--", "/usr/bin/python3", "-I", "-c", AGENT, *shape.preload),
    ]
