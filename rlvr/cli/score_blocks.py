"""The input as blocks of bytes, whatever its format: JSONL, gzipped JSONL, or Parquet.

What a file is, its first bytes say, not its name. Parquet rows become JSON lines. A byte order mark at the start is
skipped. Blocks end anywhere; `score_source` cuts them into lines.
"""

import base64
import io
import itertools
import json
import zlib
from collections.abc import Iterator
from typing import Any

from rlvr.cli.errors import InputError, UsageError

_GZIP = b"\x1f\x8b"
_PARQUET = b"PAR1"
_MARK = b"\xef\xbb\xbf"
_BLOCK_BYTES = 256 * 1024
_GZIP_BLOCK_BYTES = 16 * 1024
"""Smaller, because it may expand a thousandfold."""
_PARQUET_ROWS = 1024


def blocks_of(raw: io.BufferedReader, name: str) -> Iterator[bytes]:
    """Return the content of `raw`, decompressed, as JSON lines in blocks.

    Args:
        raw: The open input.
        name: What messages call it.

    Raises:
        UsageError: If it is Parquet and cannot be read here. While the blocks are read, an InputError says that the
            input is damaged; all that could be read comes before it.
    """
    magic = raw.peek(len(_PARQUET))[: len(_PARQUET)]
    if magic == _PARQUET:
        return _parquet_blocks(raw, name)
    return _without_mark(_gzip_blocks(raw) if magic.startswith(_GZIP) else _plain_blocks(raw))


def _plain_blocks(raw: io.BufferedReader, size: int = _BLOCK_BYTES) -> Iterator[bytes]:
    while block := raw.read1(size):
        yield block


def _gzip_blocks(raw: io.BufferedReader) -> Iterator[bytes]:
    """Decompress block by block, so that a damaged file gives all that comes before the damage."""
    inflater = None
    for block in _plain_blocks(raw, _GZIP_BLOCK_BYTES):
        rest = block
        # Members follow each other, with zeros as padding between them.
        while rest := rest if inflater else rest.lstrip(b"\0"):
            inflater = inflater or zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
            try:
                yield inflater.decompress(rest)
            except zlib.error as error:
                raise InputError(f"the gzip data are damaged: {error}") from error
            rest = inflater.unused_data
            if inflater.eof:
                inflater = None
    if inflater is not None:
        raise InputError("the gzip data end too early")


def _without_mark(blocks: Iterator[bytes]) -> Iterator[bytes]:
    first = next(blocks, b"")
    return itertools.chain([first.removeprefix(_MARK)], blocks)


def _parquet_blocks(raw: io.BufferedReader, name: str) -> Iterator[bytes]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise UsageError(f"{name} is Parquet, which needs pyarrow: pip install 'rlvr[hub]'") from None
    if not raw.seekable():
        raise UsageError("Parquet cannot be read from a stream: name the file")
    try:
        table = pyarrow.parquet.ParquetFile(raw)
    except pyarrow.ArrowException as error:
        raise UsageError(f"{name} is not a whole Parquet file: {error}") from None
    return _table_blocks(table)


def _table_blocks(table: Any) -> Iterator[bytes]:
    import pyarrow

    try:
        for batch in table.iter_batches(batch_size=_PARQUET_ROWS):
            yield "".join(json.dumps(row, default=_json_value) + "\n" for row in batch.to_pylist()).encode()
    except pyarrow.ArrowException as error:
        raise InputError(f"the Parquet data are damaged: {error}") from error


def _json_value(value: Any) -> str:
    """What JSON has no type for: bytes as base64, dates and decimals as their text."""
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)
