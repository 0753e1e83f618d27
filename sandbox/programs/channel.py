"""The host's end of a slot's channel: frames over a socket, each wait with a deadline."""

import contextlib
import os
import select
import socket
import time
import weakref
from typing import Final

from rlvr.sandbox.programs.errors import SlotLostError
from rlvr.sandbox.programs.inside import wire

_CHUNK: Final = 2**18
_ERROR_BYTES: Final = 4_000
_STREAM_HEAD: Final = 8
_STDOUT: Final = 1


class Channel:
    """A socket whose bytes are the agent's own.

    Args:
        sock: Connected to the agent's stdin and stdout; the channel closes it.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._in = bytearray()
        self.is_cut = False
        """Whether we have ended it."""
        _OPEN.add(self)

    def send(self, pieces: list[bytes], deadline: float) -> None:
        """Send a frame.

        Raises:
            SlotLostError: the slot ended, or did not take it until `deadline` (of `time.monotonic`).
        """
        data = b"".join(pieces) if sum(map(len, pieces)) < _CHUNK else None
        try:
            for piece in pieces if data is None else (data,):
                self._sock.settimeout(max(0.001, deadline - time.monotonic()))
                self._sock.sendall(piece)
        except OSError as error:
            raise SlotLostError(f"the slot took no frame: {error}") from error

    def receive(self, deadline: float) -> tuple[int, int, bytearray]:
        """Return the number, kind and body of the next frame.

        Raises:
            SlotLostError: the slot ended, sent what is no frame, or sent none until `deadline`.
        """
        while (frame := self.next_frame()) is None:
            self.take_in(deadline)
        return frame

    def next_frame(self) -> tuple[int, int, bytearray] | None:
        """Return the next frame of those taken in, or None if none is complete.

        Raises:
            SlotLostError: it is no frame.
        """
        if len(self._in) < wire.HEAD_SIZE:
            return None
        try:
            length, number, kind = wire.unpack_head(self._in)
        except wire.MalformedFrameError as error:
            raise SlotLostError(f"a malformed frame: {error}") from error
        end = wire.HEAD_SIZE + length
        if len(self._in) < end:
            return None
        body = self._in[wire.HEAD_SIZE : end]
        del self._in[:end]
        return number, kind, body

    def send_some(self, data: bytearray) -> None:
        """Send the first of the bytes, as many as go without waiting, and delete them.

        Raises:
            SlotLostError: the slot ended.
        """
        try:
            self._sock.settimeout(0)
            del data[: self._sock.send(data[:_CHUNK])]
        except BlockingIOError:
            return
        except OSError as error:
            raise SlotLostError(f"the slot took no frame: {error}") from error

    def fileno(self) -> int:
        """Return the descriptor to poll."""
        return self._sock.fileno()

    def is_readable(self, timeout_s: float) -> bool:
        """Whether there is something to read within `timeout_s`, be it the end."""
        if self._in:
            return True
        poll = select.poll()
        poll.register(self._sock, select.POLLIN)
        return bool(poll.poll(timeout_s * 1000))

    def errors(self) -> str:
        """Return what the slot wrote to standard error, where the channel carries it."""
        return ""

    def cut(self) -> None:
        """End what is said, both ways: the agent ends at that, and whoever waits for it here is told."""
        self.is_cut = True
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Cut the channel and close its socket, which nobody may be using: another gets its descriptor."""
        self.cut()
        self._sock.close()
        _OPEN.discard(self)

    def abandon(self) -> None:
        """Close a forked child's copy of the socket, and leave the parent's as it is."""
        with contextlib.suppress(OSError):  # it is closed
            os.close(self._sock.detach())  # whatever else holds the object

    def take_in(self, deadline: float) -> None:
        """Read what has come, or wait for it.

        Raises:
            SlotLostError: the slot ended, or nothing came until `deadline`.
        """
        self._take(self._recv(deadline))

    def _recv(self, deadline: float) -> bytes:
        left_s = deadline - time.monotonic()
        if left_s <= 0:
            raise SlotLostError("the slot did not answer in time")
        try:
            self._sock.settimeout(left_s)
            data = self._sock.recv(_CHUNK)
        except TimeoutError as error:
            raise SlotLostError("the slot did not answer in time") from error
        except OSError as error:
            raise SlotLostError(f"the slot's channel broke: {error}") from error
        if not data:
            raise SlotLostError(f"the slot ended {self.errors()}".strip())
        return data

    def _take(self, data: bytes) -> None:
        self._in += data


class DockerChannel(Channel):
    """An attached container's socket: what comes back is in records of a stream's number, a length, and bytes.

    Records and frames are cut independently of each other.
    """

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock)
        self._raw = bytearray()
        self._errors = bytearray()

    def errors(self) -> str:
        """Return the end of what the slot wrote to standard error."""
        return self._errors.decode(errors="replace").strip()

    def _take(self, data: bytes) -> None:
        self._raw += data
        while len(self._raw) >= _STREAM_HEAD:
            end = _STREAM_HEAD + int.from_bytes(self._raw[4:_STREAM_HEAD], "big")
            if len(self._raw) < end:
                return
            if self._raw[0] == _STDOUT:
                self._in += self._raw[_STREAM_HEAD:end]
            else:
                self._errors = (self._errors + self._raw[_STREAM_HEAD:end])[-_ERROR_BYTES:]
            del self._raw[:end]


_OPEN: "weakref.WeakSet[Channel]" = weakref.WeakSet()


def _abandon_all() -> None:
    """In a forked child: while its copies are open, no slot would see that our process has ended."""
    for channel in list(_OPEN):
        channel.abandon()
    _OPEN.clear()


os.register_at_fork(after_in_child=_abandon_all)
