"""Where the rows come from: JSONL, gzipped JSONL, Parquet, or standard input, all as a stream of lines.

What a file is, its first bytes say, not its name. Parquet rows become JSON lines. A byte order mark at the start is
skipped. Lines end at a newline byte and nowhere else, whatever other line separators a text may hold.
"""

import base64
import gzip
import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from rlvr.cli.errors import InputError, UsageError
from rlvr.cli.score_chunk import Chunk

STDIN = "-"
_GZIP = b"\x1f\x8b"
_PARQUET = b"PAR1"
_MARK = b"\xef\xbb\xbf"
_PARQUET_BATCH = 1024


class Source:
    """The lines of the input, read once from front to back."""

    def __init__(self, path: str, limit: int | None = None) -> None:
        """Open the input.

        Args:
            path: A file, or `-` for standard input.
            limit: How many lines to read at most.

        Raises:
            UsageError: If it cannot be opened.
        """
        self.name = "standard input" if path == STDIN else path
        self._limit = limit
        self._raw = cast(io.BufferedReader, sys.stdin.buffer) if path == STDIN else _open_file(path)
        self._is_live = not self._raw.seekable()
        self._stream = _decoded(self._raw, path)
        self._num_lines = 0
        self.size = None if self._is_live else os.fstat(self._raw.fileno()).st_size

    @property
    def num_lines(self) -> int:
        """How many lines have been read."""
        return self._num_lines

    @property
    def position(self) -> int:
        """How far into the file reading has come, in its own (compressed) bytes."""
        return 0 if self._is_live else self._raw.tell()

    def next_line(self) -> bytes:
        """Return the next line with its newline, empty at the end."""
        if self._limit is not None and self._num_lines >= self._limit:
            return b""
        line = self._read(self._stream.readline)
        self._num_lines += bool(line)
        return line

    def next_chunk(self, size: int) -> Chunk | None:
        """Return the next whole lines, about `size` bytes of them, or None at the end."""
        data = self._read(self._read_lines, size)
        if self._limit is not None:
            data = _first_lines(data, self._limit - self._num_lines)
        if not data:
            return None
        chunk = Chunk(self._num_lines + 1, data)
        self._num_lines += data.count(b"\n") + (not data.endswith(b"\n"))
        return chunk

    def close(self) -> None:
        """Close the file; standard input stays open."""
        if self._raw is not sys.stdin.buffer:
            self._stream.close()
            self._raw.close()

    def _read_lines(self, size: int) -> bytes:
        data = self._stream.read1(size) if self._is_live else self._stream.read(size)
        return data if not data or data.endswith(b"\n") else data + self._stream.readline()

    def _read(self, read: Any, *args: Any) -> bytes:
        try:
            return cast(bytes, read(*args))
        except (OSError, EOFError) as error:
            raise InputError(f"{self.name} cannot be read beyond line {self._num_lines}: {error}") from error


def _open_file(path: str) -> io.BufferedReader:
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None


def _decoded(raw: io.BufferedReader, path: str) -> io.BufferedReader:
    """Undo the compression or the table that the first bytes announce, and skip a byte order mark."""
    magic = raw.peek(4)[:4]
    stream = raw
    if magic.startswith(_GZIP):
        stream = io.BufferedReader(cast(io.RawIOBase, gzip.GzipFile(fileobj=raw)))
    elif magic == _PARQUET:
        stream = io.BufferedReader(_LineStream(_parquet_lines(raw, path)))
    try:
        if stream.peek(len(_MARK))[: len(_MARK)] == _MARK:
            stream.read(len(_MARK))
    except (OSError, EOFError) as error:
        raise UsageError(f"cannot read {path}: {error}") from None
    return stream


def _first_lines(data: bytes, count: int) -> bytes:
    end = 0
    for _ in range(count):
        end = data.find(b"\n", end) + 1
        if end == 0:
            return data
    return data[:end]


class _LineStream(io.RawIOBase):
    """A raw stream over an iterator of lines, so that generated lines are read like a file's."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = memoryview(next(self._lines, b""))
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def _parquet_lines(raw: BinaryIO, path: str) -> Iterator[bytes]:
    try:
        import pyarrow.parquet
    except ImportError:
        raise UsageError(f"{path} is Parquet, which needs pyarrow: pip install 'rlvr[hub]'") from None
    if path == STDIN:
        raise UsageError("Parquet cannot be read from standard input: name the file")
    try:
        for batch in pyarrow.parquet.ParquetFile(raw).iter_batches(batch_size=_PARQUET_BATCH):
            for row in batch.to_pylist():
                yield json.dumps(row, default=_json_value).encode() + b"\n"
    except pyarrow.ArrowException as error:
        raise InputError(f"{path} is a damaged Parquet file: {error}") from error


def _json_value(value: Any) -> str:
    """What JSON has no type for: bytes as base64, dates and decimals as their text."""
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)
