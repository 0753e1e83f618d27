"""Becomes a compiled program. Arguments: MiB for its stack, and then the program's own.

The program is executed from a file in memory that nobody can change any more, its own process included: it needs no
place where files can be both written and executed.
"""

import fcntl
import os
import resource
import sys

_MFD_EXEC = 0x10  # asked for by name since Linux 6.3, and unknown before
_CHUNK = 1 << 24
_ADD_SEALS, _ALL_SEALS = 1033, 0xF


def main() -> None:
    """Start it."""
    path, stack_mb, *arguments = sys.argv
    _, most = resource.getrlimit(resource.RLIMIT_STACK)
    stack = int(stack_mb) << 20
    resource.setrlimit(resource.RLIMIT_STACK, (stack if most == resource.RLIM_INFINITY else min(stack, most), most))
    environment = {name: os.environ[name] for name in ("PATH", "LANG", "HOME")}
    os.execve(_sealed(path), ["main", *arguments], environment)  # noqa: S606


def _sealed(path: str) -> int:
    flags = os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING
    try:
        fd = os.memfd_create("main", flags | _MFD_EXEC)
    except OSError:
        fd = os.memfd_create("main", flags)
    program = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    while os.sendfile(fd, program, None, _CHUNK):
        pass
    fcntl.fcntl(fd, _ADD_SEALS, _ALL_SEALS)
    return fd


if __name__ == "launcher":
    main()
