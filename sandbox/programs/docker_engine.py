"""Docker's engine through its SDK: every call with a deadline of its own, every failure with its remedy."""

import os
import socket
import threading
from collections.abc import Callable
from typing import Any, Final, TypeVar

from rlvr.sandbox.programs.errors import SandboxError

START: Final = (
    "install and start Docker (on Debian and Ubuntu: `apt-get install docker.io`, then `dockerd` or "
    "`systemctl start docker`), and let this user use it (`usermod -aG docker USER`)"
)
_PROBE_S: Final = 5.0
_READ_S: Final = 30

_Result = TypeVar("_Result")


class EngineError(RuntimeError):
    """A call to the engine failed or did not end in time."""


class Engine:
    """A connection to the engine that the environment names (`DOCKER_HOST`), or the local one.

    Raises:
        SandboxError: the SDK is not installed, or no engine answers.
    """

    def __init__(self) -> None:
        try:
            import docker
        except ImportError as error:
            raise SandboxError("docker's SDK is not installed", "pip install 'rlvr[docker]'") from error
        _check_socket(os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock")
        try:
            # The SDK's own timeout is per read, so it only ends the thread of a call that has been given up.
            self._client = docker.from_env(timeout=_READ_S, version="auto")
            self.api: Any = self._client.api
            self.info: dict[str, Any] = self.call(self.api.info, _PROBE_S)
        except (docker.errors.DockerException, EngineError, OSError) as error:
            raise SandboxError(f"no Docker engine answers ({_brief(error)})", START) from error
        self._failures = (docker.errors.DockerException, OSError)

    def call(self, function: Callable[..., _Result], deadline_s: float, /, *args: Any, **kwargs: Any) -> _Result:
        """Call a function of the SDK.

        Raises:
            EngineError: it failed, or has not returned within `deadline_s`.
        """
        done: list[_Result] = []
        failed: list[BaseException] = []

        def work() -> None:
            try:
                done.append(function(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001  handed to the caller's thread
                failed.append(error)

        thread = threading.Thread(target=work, name="rlvr-docker", daemon=True)
        thread.start()
        thread.join(deadline_s)
        if failed:
            raise EngineError(_brief(failed[0])) from failed[0]
        if not done:
            raise EngineError(f"the engine did not answer {function.__name__} in {deadline_s:g} s")
        return done[0]

    def is_alive(self) -> bool:
        """Whether the engine answers."""
        try:
            self.call(self.api.ping, _PROBE_S)
        except EngineError:
            return False
        return True

    def close(self) -> None:
        """Close the connection."""
        self._client.close()


def _check_socket(host: str) -> None:
    """Connect once ourselves: the SDK leaks the socket of a connection that fails."""
    if not host.startswith("unix://"):
        return
    try:
        with socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(_PROBE_S)
            sock.connect(host.removeprefix("unix://"))
    except OSError as error:
        raise SandboxError(f"no Docker engine answers at {host} ({error.strerror or error})", START) from error


def _brief(error: BaseException) -> str:
    return str(error).strip().replace("\n", " ")[:300] or type(error).__name__
