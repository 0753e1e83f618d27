"""The process tier: slots that are processes of this host, shut in by Landlock, seccomp and limits.

For places that allow neither an engine nor namespaces, such as a container without privileges. A slot shares the host's
file system, users, process ids and network with it, and what a program may do with them is what Landlock allows and two
filters let through. So it is the weakest tier, and says so: `SECURITY.md` lists what it does not hold.

Root gives every job its own user. Anybody else has one user for all, the host process's own.
"""

import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from rlvr.sandbox.programs import owners
from rlvr.sandbox.programs.child import agent_code, start_slot
from rlvr.sandbox.programs.errors import SandboxError, SlotLostError
from rlvr.sandbox.programs.host_tree import PYTHON, cache_folder, cached_tree, is_open_to_all
from rlvr.sandbox.programs.inside import bpf, landlock, places, users
from rlvr.sandbox.programs.inside.sweeping import remove
from rlvr.sandbox.programs.slot import Shape, Slot
from rlvr.sandbox.programs.variants import Variant

OTHERS: Final = "use docker or bubblewrap"

_PREFIX: Final = "rlvr-slots-"
_OWNER: Final = "owner.json"
_SYSTEM: Final = ("/lib", "/usr/lib", "/etc/")


class ProcessTier:
    """Makes slots that are processes of this host.

    Args:
        command: What starts the agent's Python, if not this process itself.
        is_privileged: Whether it starts as root; as this process, if None.

    Raises:
        SandboxError: this kernel, this user or this host's Python cannot hold programs in such a way.
    """

    name = "process"
    is_weak = True

    def __init__(self, command: Sequence[str] = (), is_privileged: bool | None = None) -> None:
        self._command = command
        self._is_privileged = os.getuid() == 0 if is_privileged is None else is_privileged
        self.detail = probe(self._is_privileged)
        self._tree = cached_tree(folder=cache_folder(is_for_all=self._is_privileged))
        self._library_path = _library_path(self._tree)
        sweep()
        self._mode = 0o711 if self._is_privileged else 0o700
        self.folder = _owned_folder(self._mode)
        """Where its slots' folders are."""

    def prepare(self, variant: Variant) -> None:
        """Do nothing for Python, whose files are there.

        Raises:
            SandboxError: any other variant, since its tools look for their files at the host's own paths.
        """
        if variant is not Variant.PYTHON:
            raise SandboxError(f"the process tier runs Python only, and not what is made of {variant.made_of}", OTHERS)

    def make_slot(self, shape: Shape) -> Slot:
        """Start a slot.

        Raises:
            SlotLostError: it did not start.
        """
        try:
            folder = Path(tempfile.mkdtemp(dir=self.folder))
            folder.chmod(self._mode)
        except OSError as error:
            raise SlotLostError(f"no folder for a slot: {error}") from error
        environment = {
            "LANG": "C.UTF-8",
            "LD_LIBRARY_PATH": self._library_path,
            "PYTHONHOME": f"{self._tree}{sys.base_prefix}:{self._tree}{sys.base_exec_prefix}",
            places.FOLDER_VARIABLE: str(folder),
            places.TREE_VARIABLE: str(self._tree),
        }
        python = [*self._command, str(self._tree / PYTHON), "-I", "-c", agent_code(str(self._tree)), *shape.preload]
        return start_slot(python, environment, shape, at_end=partial(_remove, folder))

    def close(self) -> None:
        """Remove the folder of the slots."""
        _remove(self.folder)


def probe(is_privileged: bool) -> str:
    """Return what there is to hold programs with.

    Raises:
        SandboxError: it is not enough; the message says what is missing.
    """
    try:
        bpf.column()
    except ValueError as error:
        raise SandboxError(str(error), OTHERS) from error
    abi = landlock.abi()
    if abi < landlock.SCOPES_ABI:
        has = f"has Landlock ABI {abi}" if abi else "has no Landlock, or does not let it be used"
        raise SandboxError(
            f"the kernel {has}, and without ABI {landlock.SCOPES_ABI} (Linux 6.12) a program could signal other "
            "processes of its user",
            OTHERS,
        )
    if not Path(f"/proc/self/task/{os.getpid()}/children").exists():
        raise SandboxError("the kernel does not tell a process's children (CONFIG_PROC_CHILDREN)", OTHERS)
    if not is_privileged:
        return f"Landlock ABI {abi}, seccomp, one user for all jobs, which is this one"
    if not users.first_uid():
        raise SandboxError(
            "this is root, and it may not become other users, so programs would run as root",
            "run as another user, or allow CAP_SETUID, CAP_SETGID and CAP_KILL",
        )
    return f"Landlock ABI {abi}, seccomp, a user per job"


def sweep() -> list[str]:
    """Remove what slots left whose owner is dead; return the folders.

    Their processes are gone by then: they end with their owner.
    """
    removed = []
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            is_ours = not folder.is_symlink() and folder.stat().st_uid == os.getuid()
            labels = json.loads((folder / _OWNER).read_text(encoding="utf-8")) if is_ours else {}
        except (OSError, ValueError):
            continue  # it is being made, or removed
        if is_ours and owners.is_left_over(labels):
            _remove(folder)
            removed.append(str(folder))
    return removed


def _owned_folder(mode: int) -> Path:
    """Make the folder of the slots' folders."""
    place = Path(tempfile.gettempdir())
    if mode & 0o001 and not is_open_to_all(place):
        raise SandboxError(f"not every user can enter {place}, where slots lie", "set TMPDIR to a folder that all can")
    try:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place))
        (folder / _OWNER).write_text(json.dumps(owners.labels()), encoding="utf-8")
        folder.chmod(mode)
    except OSError as error:
        raise SandboxError(f"no folder for slots in {place}: {error}", "set TMPDIR to a writable folder") from error
    return folder


def _remove(folder: Path) -> None:
    with contextlib.suppress(OSError):
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name == _OWNER):  # last, should another not go
            remove(str(entry))
        folder.rmdir()


def _library_path(tree: Path) -> str:
    """Return where the loader finds in the tree what it would find in no system folder.

    Those may lie where jobs cannot read, and then it would take another version from a system folder. The system's own
    libraries are not taken from the tree, since the loader itself is the host's.
    """
    listed = (tree / places.LIBRARIES.lstrip("/")).read_text(encoding="utf-8").splitlines()
    folders = [str(Path(path).parent) for path in listed if not path.startswith(_SYSTEM)]
    return ":".join(f"{tree}{folder}" for folder in dict.fromkeys(folders))
