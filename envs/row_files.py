"""Reads the rows of a JSONL, JSON or Parquet file, or of a data set on the Hub."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

SUFFIXES = (".jsonl", ".ndjson", ".json", ".parquet")
"""What files are read, by the ends of their names; all but Parquet may end in `.gz` as well."""


class MissingData(ValueError):  # noqa: N818 the name says what is wrong
    """A taskset needs data that is not there."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one split with what identifies them."""

    rows: Sequence[dict[str, Any]] = field(repr=False)
    """The rows, in the order of the file."""

    source: str
    """Where they come from, for messages."""

    identity: Mapping[str, str]
    """`file_sha256`, or the Hub's `fingerprint`; goes into each task's metadata."""


def read_file(path: str) -> Rows:
    """Reads a whole file.

    Raises:
        ValueError: The suffix is unknown, or the content is not what the suffix says; the message names the line.
        ImportError: Parquet needs pyarrow, of the extra `hub`.
    """
    file = Path(path)
    suffix = Path(file.stem).suffix if file.suffix == ".gz" else file.suffix
    if suffix not in SUFFIXES:
        raise ValueError(f"{path}: unknown kind of file {file.suffix!r}; it must end in {', '.join(SUFFIXES)}, or .gz.")
    data = file.read_bytes()
    digest = sha256(data).hexdigest()
    if file.suffix == ".gz":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise ValueError(f"{path} is not a whole gzip file: {error}") from error
    if suffix == ".parquet":
        rows = _parquet(data, path)
    elif suffix == ".json":
        rows = [_row(each, path, number) for number, each in enumerate(_json_array(data, path), 1)]
    else:
        lines = [(number, line) for number, line in enumerate(data.split(b"\n"), 1) if line.strip()]
        rows = [_row(_parsed(line, path, number), path, number) for number, line in lines]
    return Rows(rows, path, {"file_sha256": digest})


def read_hub(hub: str) -> dict[str, Rows]:
    """Reads every split of a data set on the Hub, or of a local folder in the Hub's layout.

    Args:
        hub: `owner/name`, `owner/name:config` or a folder. Its `validation` split is our `val`.

    Raises:
        MissingData: It cannot be loaded.
        ImportError: It needs datasets, of the extra `hub`.
    """
    try:
        from datasets import load_dataset
    except ImportError as error:
        raise ImportError('the Hub needs the datasets library: pip install "rlvr[hub]"') from error
    name, _, config = hub.partition(":")
    try:
        splits = load_dataset(name, config or None)
    except (OSError, ValueError, RuntimeError) as error:
        raise MissingData(
            f"path: the data set {hub!r} cannot be loaded from the Hub ({type(error).__name__}: {error}). "
            f"Download a file of it and give path='FILE'."
        ) from error
    names = {"validation": "val"}
    return {
        names.get(split, split): Rows(rows, f"{hub}, split {split}", {"fingerprint": str(rows._fingerprint)})
        for split, rows in splits.items()
    }


def _parquet(data: bytes, path: str) -> list[dict[str, Any]]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise ImportError('Parquet needs the pyarrow library: pip install "rlvr[hub]"') from error
    try:
        table = parquet.read_table(pyarrow.BufferReader(data))
    except pyarrow.ArrowException as error:
        raise ValueError(f"{path} is not a Parquet file: {error}") from error
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def _json_array(data: bytes, path: str) -> list[Any]:
    found = _parsed(data, path, 1)
    if not isinstance(found, list):
        kind = type(found).__name__
        raise ValueError(f"{path} holds one JSON {kind}; a .json file must hold an array.")  # noqa: TRY004 not our type
    return found


def _parsed(text: bytes, path: str, number: int) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path}, line {number}: not JSON: {error}") from error


def _row(found: Any, path: str, number: int) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise ValueError(f"{path}, row {number}: not a JSON object: {found!r:.60}")  # noqa: TRY004 not our type
    return found
