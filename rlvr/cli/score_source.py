"""The input as lines, read once from front to back.

Lines end at a newline byte and nowhere else, whatever other line separators a text may hold. Memory holds a block or
a line, whichever is longer.
"""

import io
import os
import sys
from pathlib import Path
from typing import cast

from rlvr.cli.errors import InputError, UsageError
from rlvr.cli.score_blocks import blocks_of
from rlvr.cli.score_chunk import Chunk

STDIN = "-"


class Source:
    """The lines of the input.

    Args:
        path: A file, or `-` for standard input.
        limit: How many lines to read at most.

    Raises:
        UsageError: If it cannot be opened.
    """

    def __init__(self, path: str, limit: int | None = None) -> None:
        self.name = "standard input" if path == STDIN else path
        self.num_lines = 0
        """How many lines have been read."""
        self._limit = limit
        self._raw = cast(io.BufferedReader, sys.stdin.buffer) if path == STDIN else _open_file(path)
        self._is_live = not self._raw.seekable()
        self.size = None if self._is_live else os.fstat(self._raw.fileno()).st_size
        """Bytes of the file as it lies on disk; None where nobody knows."""
        self._buffer = b""
        self._start = 0
        self._num_decoded = 0
        self._has_ended = False
        self._failure: InputError | None = None
        try:
            self._blocks = blocks_of(self._raw, self.name)
        except BaseException:
            self.close()
            raise

    @property
    def position(self) -> int:
        """How many of `size` bytes have been handed out, about: what lies in the buffer may have been compressed."""
        if self._is_live or not self._num_decoded:
            return 0
        return self._raw.tell() * (self._num_decoded - len(self._buffer) + self._start) // self._num_decoded

    def next_line(self) -> bytes:
        """Return the next line with its newline, or b"" at the end."""
        chunk = self.next_chunk(1)
        return b"" if chunk is None else chunk.data

    def next_chunk(self, size: int) -> Chunk | None:
        """Return the next whole lines, at least `size` bytes of them where there are as many; None at the end.

        Raises:
            InputError: If the input is damaged, after all whole lines before the damage were returned.
        """
        while not self._has_ended and self._cut(size) == 0:
            self._fill()
        data = self._buffer[self._start : self._cut(size) or len(self._buffer)]
        if self._failure is not None and not data.endswith(b"\n"):
            data = data[: data.rfind(b"\n") + 1]
        if self._limit is not None:
            data = _first_lines(data, self._limit - self.num_lines)
        if not data:
            if self._failure is not None and self.num_lines != self._limit:
                raise self._failure
            return None
        self._start += len(data)
        chunk = Chunk(self.num_lines + 1, data)
        self.num_lines += data.count(b"\n") + (not data.endswith(b"\n"))
        return chunk

    def close(self) -> None:
        """Close the file; standard input stays open."""
        if self._raw is not sys.stdin.buffer:
            self._raw.close()

    def _cut(self, size: int) -> int:
        """Where in the buffer a chunk ends: after the newline that completes `size` bytes; 0 where there is none.

        Of a stream that may pause, the lines that are there are enough.
        """
        end = self._buffer.find(b"\n", self._start + max(size, 1) - 1) + 1
        return end or (self._buffer.rfind(b"\n", self._start) + 1 if self._is_live else 0)

    def _fill(self) -> None:
        """Read on up to the next newline; a line of any length is joined once."""
        pieces = [self._buffer[self._start :]]
        try:
            for block in self._blocks:
                pieces.append(block)
                self._num_decoded += len(block)
                if b"\n" in block:
                    break
            else:
                self._has_ended = True
        except (InputError, OSError) as error:
            self._has_ended = True
            num_read = self.num_lines + sum(piece.count(b"\n") for piece in pieces)
            self._failure = InputError(f"{self.name} cannot be read beyond line {num_read}: {error}")
        self._buffer, self._start = b"".join(pieces), 0


def _open_file(path: str) -> io.BufferedReader:
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None


def _first_lines(data: bytes, count: int) -> bytes:
    end = 0
    for _ in range(count):
        end = data.find(b"\n", end) + 1
        if end == 0:
            return data
    return data[:end]
