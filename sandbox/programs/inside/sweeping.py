"""Removing what a job left in the writable places, whatever it is."""

from __future__ import annotations

import os

from rlvr.sandbox.programs.inside import disk, places


def sweep(uid: int, emptiness: object = None) -> None:
    """Empty the writable places, as the job's user; with one user for all, the program's source goes, too.

    A child reads what there is, since names are a job's own: the zygote's memory, freed or not, is that of later jobs.

    Args:
        uid: The job's user, or 0.
        emptiness: What `disk.state` was before the first job, to be spared a child; only where that tells no names.
    """
    if uid and emptiness is not None and disk.state() == emptiness:
        return
    pid = os.fork()
    if pid == 0:
        try:
            tops = places.WRITABLE if uid else (*places.WRITABLE, places.JOB)
            left = [f"{top}/{name}" for top in tops for name in os.listdir(top)]  # noqa: PTH208
            if uid:
                become(uid)
            for path in left:
                remove(path)
        finally:
            os._exit(0)
    os.waitpid(pid, 0)


def become(uid: int) -> None:
    """Take a job's user and group for ever."""
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def remove(path: str) -> None:
    """Delete a file, or a tree of any depth.

    A folder's folders are first moved up beside it, so that no path ever grows too long for the kernel.
    """
    top, paths = os.path.dirname(path), [path]  # noqa: PTH120
    while paths:
        path = paths.pop()
        if os.path.islink(path) or not os.path.isdir(path):  # noqa: PTH112, PTH114
            os.unlink(path)  # noqa: PTH108
            continue
        os.chmod(path, 0o700)  # noqa: PTH101
        for entry in list(os.scandir(path)):
            if entry.is_dir(follow_symlinks=False):
                os.chmod(entry.path, 0o700)  # noqa: PTH101
                paths.append(f"{top}/.moved-{os.urandom(8).hex()}")
                os.rename(entry.path, paths[-1])  # noqa: PTH104
            else:
                os.unlink(entry.path)  # noqa: PTH108
        os.rmdir(path)  # noqa: PTH106
