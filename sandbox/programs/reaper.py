"""Removes what a killed process left on its engine. A program of its own, which the docker tier starts.

A container ends with its channel, and the engine removes it. But one that has been made and not started yet has nothing
that could end: when its maker is killed in that moment, it stays. So this waits for the end of the maker, and removes
its containers. It speaks to the engine itself and imports next to nothing, so that its waiting takes little memory.
"""

import contextlib
import json
import os
import select
import socket
import sys
import time
from typing import Final

_LABEL: Final = "rlvr.slot"
_LAST_S: Final = 3.0
"""How long it looks: a container may yet appear that was asked for."""
_READ_S: Final = 2.0
_PAUSE_S: Final = 0.2


def main() -> None:
    """Wait until a process has ended, then remove the containers whose labels begin as it says."""
    pid, path, prefix = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    with contextlib.suppress(ProcessLookupError):
        process = os.pidfd_open(pid)
        if os.getppid() == pid:  # else it has ended already, and this is another
            select.select([process], [], [])
    deadline = time.monotonic() + _LAST_S
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, ValueError):
            _remove(path, prefix)
        time.sleep(_PAUSE_S)


def _remove(path: str, prefix: str) -> None:
    for container in json.loads(_ask(path, "GET", "/containers/json?all=true")):
        if str((container.get("Labels") or {}).get(_LABEL, "")).startswith(prefix):
            _ask(path, "DELETE", f"/containers/{container['Id']}?force=true")


def _ask(path: str, method: str, target: str) -> bytes:
    """Return the body of the engine's answer."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(_READ_S)
        sock.connect(path)
        # Version 1.0, in which a body comes in one piece and ends with the connection.
        sock.sendall(f"{method} {target} HTTP/1.0\r\nHost: engine\r\n\r\n".encode())
        answer = b""
        while part := sock.recv(1 << 16):
            answer += part
    return answer.partition(b"\r\n\r\n")[2]


if __name__ == "__main__":
    main()
