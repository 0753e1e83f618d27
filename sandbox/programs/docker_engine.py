"""Docker's engine through its SDK: every call with a deadline of its own, every failure with its remedy."""

import os
import socket
import threading
import time
import traceback
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final, TypeVar

from rlvr.sandbox.programs.errors import SandboxError

START: Final = (
    "install and start Docker (on Debian and Ubuntu: `apt-get install docker.io`, then `dockerd` or "
    "`systemctl start docker`), and let this user use it (`usermod -aG docker USER`)"
)
UNIX: Final = "unix://"
_PROBE_S: Final = 5.0
_READ_S: Final = 30
_POLL_S: Final = 0.02

_Result = TypeVar("_Result")


class EngineError(RuntimeError):
    """A call to the engine failed or did not end in time.

    Attributes:
        status: What the engine answered, as HTTP has it; None if it did not.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status

    @property
    def is_missing(self) -> bool:
        """Whether the engine says that what was asked for is not there."""
        return self.status == HTTPStatus.NOT_FOUND


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
        self.host = os.environ.get("DOCKER_HOST") or f"{UNIX}/var/run/docker.sock"
        """Where it is, as in `DOCKER_HOST`."""
        _check_socket(self.host)
        try:
            # The SDK's own timeout is per read, so it only ends the thread of a call that has been given up.
            self._client = self.call(docker.from_env, _READ_S, timeout=_READ_S, version="auto")
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
                _close_sockets(error)

        thread = threading.Thread(target=work, name="rlvr-docker", daemon=True)
        thread.start()
        thread.join(deadline_s)
        if failed:
            status = getattr(getattr(failed[0], "response", None), "status_code", None)
            raise EngineError(_brief(failed[0]), status) from failed[0]
        if not done:
            raise EngineError(f"the engine did not answer {function.__name__} in {deadline_s:g} s")
        return done[0]

    def remove_container(self, identity: str, deadline_s: float) -> bool:
        """Kill and remove a container, and wait until it is gone; return whether it is known to be."""
        deadline = time.monotonic() + deadline_s
        while True:
            try:
                self.call(self.api.remove_container, deadline_s, identity, force=True)
            except EngineError as error:
                # It ends by itself when its channel does, and what is being removed cannot be removed: ask until it is
                # gone. An engine that was killed while it removed one needs to be asked again, too.
                if error.is_missing:
                    return True
                if error.status is None or time.monotonic() > deadline:
                    return False
                time.sleep(_POLL_S)
            else:
                return True

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
    """Connect once ourselves, for an error that names the place."""
    if not host.startswith(UNIX):
        return
    try:
        with socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(_PROBE_S)
            sock.connect(host.removeprefix(UNIX))
    except OSError as error:
        raise SandboxError(f"no Docker engine answers at {host} ({error.strerror or error})", START) from error


def _close_sockets(error: BaseException | None) -> None:
    """Close the socket that the SDK leaves open when it cannot connect."""
    while error is not None:
        for frame, _ in traceback.walk_tb(error.__traceback__):
            sock = frame.f_locals.get("sock")
            if isinstance(sock, socket.socket):
                sock.close()
        error = error.__context__


def _brief(error: BaseException) -> str:
    return str(error).strip().replace("\n", " ")[:300] or type(error).__name__
