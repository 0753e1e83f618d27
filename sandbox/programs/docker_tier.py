"""The docker tier: each slot is a container without network, capabilities or a writable root.

The engine is there for a container's life only. Job data travels over the attached socket; when this process dies, the
socket closes, the agent ends, and the engine removes the container.
"""

import os
from typing import Any, Final

from rlvr.sandbox.programs import owners
from rlvr.sandbox.programs.channel import DockerChannel
from rlvr.sandbox.programs.child import AGENT
from rlvr.sandbox.programs.docker_engine import Engine, EngineError
from rlvr.sandbox.programs.docker_image import build_image, has_image, image_tag
from rlvr.sandbox.programs.errors import SandboxError, SlotLostError
from rlvr.sandbox.programs.inside import places
from rlvr.sandbox.programs.slot import Shape, Slot
from rlvr.sandbox.programs.variants import Variant

RUNTIME_VARIABLE: Final = "RLVR_SANDBOX_RUNTIME"

_CALL_S: Final = 20.0
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
        try:
            self._runtime = _runtime(self._engine)
            sweep(self._engine)
        except EngineError as error:
            raise SandboxError(f"the Docker engine failed: {error}") from error
        self.prepare(Variant.PYTHON)
        self.detail = f"{self._runtime}, engine {self._engine.info.get('ServerVersion', 'unknown')}"

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
        api, call = self._engine.api, self._engine.call
        try:
            made: dict[str, Any] = call(api.create_container, _CALL_S, **_options(api, shape, self._runtime))
            vessel = _Container(self._engine, made["Id"])
            try:
                # Before the start: without a log nothing is kept of what was written earlier.
                streams = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
                attached = call(api.attach_socket, _CALL_S, made["Id"], params=streams)
                channel = DockerChannel(attached._sock)
                vessel.attached = attached
                call(api.start, _CALL_S, made["Id"])
                return Slot(channel, vessel, shape)
            except BaseException:
                vessel.destroy()
                raise
        except EngineError as error:
            raise SlotLostError(f"the Docker engine failed: {error}", is_ours=True) from error

    def close(self) -> None:
        """Close the connection to the engine."""
        self._engine.close()


class _Container:
    def __init__(self, engine: Engine, identity: str) -> None:
        self._engine, self._id = engine, identity
        self.attached: Any = None
        """The SDK's wrapper around the socket, which closes it when it is collected."""

    def destroy(self) -> None:
        if self.attached is not None:
            self.attached.close()
        try:
            self._engine.call(self._engine.api.remove_container, _CALL_S, self._id, force=True)
        except EngineError:
            # It is gone already or going; or the engine is, and then the agent ends for want of a sign of life.
            return

    def is_host_alive(self) -> bool:
        return self._engine.is_alive()


def sweep(engine: Engine, *, is_all: bool = False) -> list[str]:
    """Remove containers whose owner is dead, or all that were ever made here; return their ids.

    Raises:
        EngineError: the engine does not answer.
    """
    removed = []
    filters = {"label": owners.LABEL}
    for container in engine.call(engine.api.containers, _CALL_S, all=True, filters=filters):
        if is_all or owners.is_left_over(container.get("Labels") or {}):
            try:
                engine.call(engine.api.remove_container, _CALL_S, container["Id"], force=True)
            except EngineError:
                continue  # another sweep was faster
            removed.append(container["Id"][:12])
    return removed


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
        "labels": owners.labels(),
        "hostname": "slot",
        "stop_signal": "SIGKILL",  # the agent would not hear another, and the engine would wait for it
    }
