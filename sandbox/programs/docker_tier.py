"""The docker tier: each slot is a container without network, capabilities or a writable root.

The engine is there for a container's life only. Job data travels over the attached socket; when this process dies, the
socket closes, the agent ends, and the engine removes the container.
"""

import contextlib
import os
import secrets
import subprocess
import sys
from collections.abc import Callable
from typing import Any, Final

from rlvr.sandbox.programs import owners, reaper
from rlvr.sandbox.programs.channel import DockerChannel
from rlvr.sandbox.programs.child import AGENT
from rlvr.sandbox.programs.cpu import ContainerCpu
from rlvr.sandbox.programs.docker_engine import UNIX, Engine, EngineError
from rlvr.sandbox.programs.docker_image import build_image, has_image, image_tag
from rlvr.sandbox.programs.errors import SandboxError, SlotLostError
from rlvr.sandbox.programs.inside import places
from rlvr.sandbox.programs.slot import Shape, Slot
from rlvr.sandbox.programs.variants import Variant

RUNTIME_VARIABLE: Final = "RLVR_SANDBOX_RUNTIME"

_CALL_S: Final = 20.0
_UPDATE_S: Final = 2.0
_REMOVE_S: Final = 5.0
_OWN_MB: Final = 24
"""MiB for the agent, the zygote and the kernel's own, beyond what the job may use."""
_OWN_PIDS: Final = 16
_SHM_MB: Final = 16
_INODES: Final = 4096
_PERIOD_US: Final = 20_000  # a tenth of a second, the default, is how long a throttled slot would stall its agent


class DockerTier:
    """Makes containers.

    Raises:
        SandboxError: no engine answers, or the image cannot be built.
    """

    name = "docker"
    is_weak = False

    def __init__(self) -> None:
        self._engine = Engine()
        self._prefix = f"rlvr-{os.getpid()}-{secrets.token_hex(4)}-"
        self._names: set[str] = set()
        self._must_sweep = False
        try:
            self._runtime = _runtime(self._engine)
            sweep(self._engine)
        except EngineError as error:
            raise SandboxError(f"the Docker engine failed: {error}") from error
        self.prepare(Variant.PYTHON)
        self.detail = f"{self._runtime}, engine {self._engine.info.get('ServerVersion', 'unknown')}"
        self._reaper = _start_reaper(self._engine.host, self._prefix)

    def prepare(self, variant: Variant) -> None:
        """Build the variant's image if it is missing.

        Raises:
            SandboxError: the engine failed, or the image cannot be built.
        """
        try:
            if not has_image(self._engine, variant):
                build_image(self._engine, variant)
        except EngineError as error:
            raise SandboxError(f"the Docker engine failed: {error}") from error

    def make_slot(self, shape: Shape) -> Slot:
        """Create, attach and start a container.

        Raises:
            SlotLostError: the engine failed, or the agent did not start.
        """
        name = self._prefix + secrets.token_hex(4)
        self._names.add(name)
        try:
            self._sweep_own()
            return self._made(name, shape)
        except EngineError as error:
            # Whether the container is there now is not known.
            self._names.discard(name)
            self._must_sweep = True
            raise SlotLostError(f"the Docker engine failed: {error}", is_ours=True) from error

    def close(self) -> None:
        """Remove what is left of ours, and close the connection to the engine."""
        self._names.clear()  # nobody has one any more, also where the engine was too slow to say that it is gone
        self._must_sweep = True
        with contextlib.suppress(EngineError):
            self._sweep_own()
        self._engine.close()
        if self._reaper is not None:
            self._reaper.kill()
            self._reaper.wait()

    def _made(self, name: str, shape: Shape) -> Slot:
        api, call = self._engine.api, self._engine.call
        options = _options(api, shape, self._runtime)
        made: dict[str, Any] = call(api.create_container, _CALL_S, name=name, labels=owners.labels(name), **options)
        vessel = _Container(self._engine, made["Id"], lambda is_gone: self._forget(name, is_gone))
        with contextlib.ExitStack() as undo:
            undo.callback(vessel.destroy)
            # Before the start: without a log nothing is kept of what was written earlier.
            streams = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
            vessel.attached = call(api.attach_socket, _CALL_S, made["Id"], params=streams)
            channel = DockerChannel(vessel.attached._sock)
            undo.callback(channel.close)
            call(api.start, _CALL_S, made["Id"])
            slot = Slot(channel, vessel, shape, vessel.cpu())
            undo.pop_all()
        return slot

    def _forget(self, name: str, is_gone: bool) -> None:
        self._names.discard(name)
        self._must_sweep = self._must_sweep or not is_gone

    def _sweep_own(self) -> None:
        """Remove containers of ours that nobody has, where the engine failed while one was made or removed.

        Raises:
            EngineError: the engine does not answer.
        """
        if self._must_sweep:
            self._must_sweep = False
            for identity in _left(self._engine, self._is_nobodys):
                if not self._engine.remove_container(identity, _REMOVE_S):
                    self._must_sweep = True

    def _is_nobodys(self, container: dict[str, Any]) -> bool:
        name = str(container["Labels"][owners.LABEL])  # one that the engine failed to remove has no other
        return name.startswith(self._prefix) and name not in self._names


def _start_reaper(host: str, prefix: str) -> "subprocess.Popen[bytes] | None":
    """Start what removes this process's containers when it is killed, where the engine is on this machine."""
    if not host.startswith(UNIX) or not hasattr(os, "pidfd_open"):
        return None
    command = [sys.executable, "-I", "-S", reaper.__file__, str(os.getpid()), host.removeprefix(UNIX), prefix]
    quiet: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    with contextlib.suppress(OSError):
        # A session of its own: what is sent to the whole group of this process must not end it.
        return subprocess.Popen(command, start_new_session=True, **quiet)  # noqa: S603
    return None


class _Container:
    """The container of a slot.

    Args:
        engine: That has it.
        identity: The engine's name for it.
        on_end: Told whether it is gone when it has been destroyed.
    """

    def __init__(self, engine: Engine, identity: str, on_end: Callable[[bool], None]) -> None:
        self._engine, self._id, self._on_end = engine, identity, on_end
        self.attached: Any = None
        """The SDK's wrapper around the socket, which closes it when it is collected."""

    def destroy(self) -> None:
        if self.attached is not None:
            self.attached.close()
        self._on_end(self._engine.remove_container(self._id, _REMOVE_S))

    def is_host_alive(self) -> bool:
        return self._engine.is_alive()

    def cpu(self) -> ContainerCpu:
        """Return what is to be known and done about its CPU.

        Raises:
            EngineError: the engine does not answer.
        """
        state = self._engine.call(self._engine.api.inspect_container, _CALL_S, self._id)["State"]
        return ContainerCpu(int(state.get("Pid") or 0), self._id, _PERIOD_US, self._ask_quota)

    def _ask_quota(self, quota_us: int, period_us: int) -> bool:
        ask = self._engine.api.update_container
        try:
            self._engine.call(ask, _UPDATE_S, self._id, cpu_quota=quota_us, cpu_period=period_us)
        except EngineError:
            return False
        return True


def sweep(engine: Engine, *, is_all: bool = False) -> list[str]:
    """Remove containers whose owner is dead, or all that were ever made here; return their ids.

    Raises:
        EngineError: the engine does not answer.
    """
    left = _left(engine, lambda container: is_all or owners.is_left_over(container.get("Labels") or {}))
    return [identity[:12] for identity in left if engine.remove_container(identity, _REMOVE_S)]


def _left(engine: Engine, is_left: Callable[[dict[str, Any]], bool]) -> list[str]:
    """Return the ids of the slots' containers of which something holds."""
    found = engine.call(engine.api.containers, _CALL_S, all=True, filters={"label": owners.LABEL})
    return [str(container["Id"]) for container in found if is_left(container)]


def _runtime(engine: Engine) -> str:
    """Return the container runtime: the one that the user names, else the engine's default.

    gVisor (`runsc`) is stronger and ten times slower, so it is a choice that is made, not met.
    """
    wanted = os.environ.get(RUNTIME_VARIABLE) or str(engine.info.get("DefaultRuntime") or "runc")
    known = engine.info.get("Runtimes") or {}
    if known and wanted not in known:
        raise SandboxError(f"{RUNTIME_VARIABLE} is {wanted!r}: the engine knows {', '.join(sorted(known))}")
    return wanted


def _options(api: Any, shape: Shape, runtime: str) -> dict[str, Any]:
    from docker.types import LogConfig, Ulimit

    memory = f"{shape.memory_mb + _OWN_MB + int(shape.output_mb)}m"
    place = "rw,noexec,nosuid,nodev,mode={mode},size={size}m,nr_inodes={inodes}"
    big = place.format(mode=1777, size=shape.disk_mb, inodes=_INODES)
    host_config = api.create_host_config(
        network_mode="none",
        read_only=True,
        auto_remove=True,
        ipc_mode="private",
        init=False,
        runtime=runtime,
        cap_drop=["ALL"],
        cap_add=["SETUID", "SETGID", "KILL"],
        security_opt=["no-new-privileges"],
        mem_limit=memory,
        memswap_limit=memory,
        pids_limit=shape.pids + _OWN_PIDS,
        cpu_period=_PERIOD_US,
        cpu_quota=_PERIOD_US,
        log_config=LogConfig(type="none"),  # else the engine writes all that a slot says to disk
        ulimits=[Ulimit(name="core", soft=1, hard=1), Ulimit(name="nofile", soft=1024, hard=1024)],
        tmpfs={
            places.JOB: place.format(mode="0755", size=shape.variant.file_mb, inodes=16),
            places.WORK: big,
            "/tmp": big,  # noqa: S108  the container's own
            "/dev/shm": place.format(mode=1777, size=_SHM_MB, inodes=_INODES),  # noqa: S108
        },
    )
    return {
        "image": image_tag(shape.variant),
        "command": ["/usr/bin/python3", "-I", "-c", AGENT, *shape.preload],
        "host_config": host_config,
        "stdin_open": True,
        "environment": {"LANG": "C.UTF-8"},
        "hostname": "slot",
        "stop_signal": "SIGKILL",  # the agent would not hear another, and the engine would wait for it
    }
