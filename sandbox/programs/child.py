"""A slot that is a child process of this one: how it is started, and how it ends."""

import contextlib
import os
import socket
import subprocess
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from rlvr.sandbox.programs.channel import Channel
from rlvr.sandbox.programs.errors import SlotLostError
from rlvr.sandbox.programs.inside import places
from rlvr.sandbox.programs.slot import Shape, Slot

_END_S: Final = 5.0
_KILLED_S: Final = 30.0  # an overloaded machine may take that long to let a killed process die
_ERROR_BYTES: Final = 1_000


def agent_code(tree: str = "") -> str:
    """Return the program that is the agent, for a Python whose files are under `tree`."""
    return (
        f"import sys; sys.path.insert(0, {tree + places.CODE!r}); "
        "from rlvr.sandbox.programs.inside import agent; agent.main()"
    )


AGENT: Final = agent_code()


def start_slot(
    command: Sequence[str], environment: Mapping[str, str], shape: Shape, at_end: Callable[[], None] = lambda: None
) -> Slot:
    """Start a slot.

    Args:
        command: Becomes, or starts, the agent, which finds the channel in its standard input and output.
        environment: All of its environment.
        shape: What the slot is made for.
        at_end: Called when its process has ended.

    Raises:
        SlotLostError: it did not start.
    """
    ours, theirs = socket.socketpair()
    channel = Channel(ours)
    errors = os.memfd_create("errors")
    try:
        with theirs:
            process = subprocess.Popen(  # noqa: S603
                command,
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=errors,
                start_new_session=True,
                env=environment,
                cwd="/",
            )
    except OSError as error:
        channel.close()
        os.close(errors)
        at_end()
        raise SlotLostError(f"{command[0]} did not start: {error}") from error
    vessel = _Process(process, at_end)
    try:
        return Slot(channel, vessel, shape)
    except BaseException as error:
        channel.close()
        vessel.destroy()
        if isinstance(error, SlotLostError):
            raise SlotLostError(f"{error} {_last_line(errors)}".strip()) from error
        raise
    finally:
        os.close(errors)


def _last_line(fd: int) -> str:
    end = os.pread(fd, _ERROR_BYTES, max(0, os.fstat(fd).st_size - _ERROR_BYTES))
    return end.decode(errors="replace").strip().rpartition("\n")[2]


class _Process:
    def __init__(self, process: "subprocess.Popen[bytes]", at_end: Callable[[], None]) -> None:
        self._process, self._at_end = process, at_end

    def destroy(self) -> None:
        # The channel is closed, at which the agent ends; bwrap waits for that outside, and takes all with it.
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_KILLED_S)
        self._at_end()

    def is_host_alive(self) -> bool:
        return True
