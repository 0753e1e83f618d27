"""A second Docker engine, which tests may stop, kill and start again: with the machine's own they may not.

It has sockets, folders and a containerd of its own, no bridge and no firewall rules. It needs root; without, or where
it does not start, what needs it is skipped with the reason, and fails where `RLVR_NEEDS_DOCKER=1`.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

START_S = 60.0
"""How long an engine may take to answer."""
_LABEL = "rlvr.slot"


class PrivateEngine:
    """A containerd and a dockerd in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"unix://{folder}/d.sock"
        self._dockerd: subprocess.Popen[bytes] | None = None
        config = folder / "containerd.toml"
        (folder / "d.json").write_text("{}")
        config.write_text('version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n')
        places = ("--root", f"{folder}/c", "--state", f"{folder}/cs", "--address", f"{folder}/c.sock")
        self._containerd = self._started("containerd", "--config", str(config), *places)

    def start(self) -> None:
        """Start dockerd, and wait until it answers."""
        self._wait_for(self.folder / "c.sock")
        (self.folder / "pid").unlink(missing_ok=True)
        network = ("--bridge", "none", "--iptables=false", "--ip-masq=false")
        places = {
            "data-root": "d",
            "exec-root": "ds",
            "pidfile": "pid",
            "containerd": "c.sock",
            "config-file": "d.json",
        }
        options = [f"--{name}={self.folder}/{place}" for name, place in places.items()]
        self._dockerd = self._started("dockerd", "--host", self.url, *options, *network)
        deadline = time.monotonic() + START_S
        while not self.answers():
            assert self._dockerd.poll() is None, f"dockerd ended: {self.log()}"
            assert time.monotonic() < deadline, f"dockerd does not answer: {self.log()}"
            time.sleep(0.1)

    def send(self, number: signal.Signals) -> None:
        """Send dockerd a signal."""
        assert self._dockerd is not None
        self._dockerd.send_signal(number)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Send dockerd a signal, and wait until it has ended."""
        if self._dockerd is not None:
            self.send(number)
            self._dockerd.wait(START_S)
            self._dockerd = None

    def answers(self) -> bool:
        """Whether dockerd answers."""
        return self._docker("version").returncode == 0

    def containers(self) -> list[str]:
        """Return the ids of all slots' containers, the dead ones included.

        An engine that is ended while it removes one may list it ever after, and say at once that there is no such
        container (moby/moby#51693). That one is not there.
        """
        listed = self._docker("ps", "--all", "--quiet", "--filter", f"label={_LABEL}")
        assert listed.returncode == 0, listed.stderr
        return [
            one for one in listed.stdout.split() if "No such" not in self._docker("container", "inspect", one).stderr
        ]

    def log(self) -> str:
        """Return the end of what both said."""
        return (self.folder / "log").read_text(errors="replace")[-2000:]

    def close(self) -> None:
        """End both, and remove the folder with all that is mounted in it."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.stop()
        for process in filter(None, (self._dockerd, self._containerd)):
            process.kill()
            process.wait()
        # A shim whose container ended while no engine was there to hear of it stays.
        for pid in _pids_in(self.folder):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        mounts = Path("/proc/self/mounts").read_text().splitlines()
        for place in reversed([line.split()[1] for line in mounts]):
            if place.startswith(f"{self.folder}/"):
                subprocess.run(["umount", "--lazy", place], check=False, capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _started(self, *command: str) -> "subprocess.Popen[bytes]":
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)

    def _wait_for(self, path: Path) -> None:
        deadline = time.monotonic() + START_S
        while not path.exists():
            assert time.monotonic() < deadline, f"{path.name} does not appear: {self.log()}"
            time.sleep(0.05)

    def _docker(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        command = ["docker", "--host", self.url, *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def private_engine() -> PrivateEngine:
    """Return a running engine, or skip; fail where docker must be there."""
    missing = [name for name in ("docker", "dockerd", "containerd") if shutil.which(name) is None]
    reason = "a private engine needs root" if os.getuid() else f"there is no {missing[0]}" if missing else ""
    if not reason:
        engine = PrivateEngine(Path(tempfile.mkdtemp(prefix="rlvr-engine-")))
        try:
            engine.start()
        except AssertionError as error:
            engine.close()
            reason = f"no private engine starts: {error}"
        else:
            return engine
    if os.environ.get("RLVR_NEEDS_DOCKER") == "1":
        pytest.fail(f"RLVR_NEEDS_DOCKER=1, and yet: {reason}")
    pytest.skip(reason)


def left_in(folder: Path) -> list[str]:
    """Return the command lines of the processes that name the folder."""
    lines = []
    for pid in _pids_in(folder):
        with contextlib.suppress(OSError):
            lines.append(Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode())
    return lines


def _pids_in(folder: Path) -> list[int]:
    """Return the processes whose command lines name the folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if str(folder).encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
    return found
