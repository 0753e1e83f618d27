"""Becomes Node.js, which runs the program. Arguments: MiB for its heap, and then the program's own."""

import os
import sys


def main() -> None:
    """Start it."""
    path, heap_mb, *arguments = sys.argv
    # The heap may grow to all that the job may use, and not only to a part of what the machine has.
    command = ["node", f"--max-old-space-size={heap_mb}", path, *arguments]
    os.execve("/usr/bin/node", command, {name: os.environ[name] for name in ("PATH", "LANG", "HOME")})  # noqa: S606


if __name__ == "launcher":
    main()
