"""Where the scored rows go: a new file, the rest of an interrupted one, or a stream.

Only complete lines count. To resume, the lines of OUT are held against the lines of FILE; a torn last line, which a
killed process leaves, is cut off. Beside OUT lies `OUT.summary.json`, which also records the settings, so that one
file is never made of two kinds of scores.
"""

import io
import json
import os
import stat
import sys
from pathlib import Path
from typing import Any, cast

from rlvr.cli.errors import UsageError
from rlvr.cli.score_line import SCORE_KEY, LineError, decode_line, opened, opened_error, parse_line
from rlvr.cli.score_source import STDIN, Source
from rlvr.cli.score_tally import Tally

STDOUT = "-"


class Output:
    """An open place to write to."""

    def __init__(self, path: str, *, is_overwrite: bool = False, is_resume: bool = False) -> None:
        """Check that OUT may be written; `open` opens it.

        Args:
            path: A file, or `-` for standard output.
            is_overwrite: Replace a file that exists.
            is_resume: Go on after what a file that exists holds.

        Raises:
            UsageError: If it exists and neither is asked for, or both are asked for.
        """
        self._is_stdout = path == STDOUT
        self._path = Path(path)
        self.is_file = not self._is_stdout and _is_regular(self._path)
        if is_overwrite and is_resume:
            raise UsageError("--overwrite starts over and --resume goes on: choose one")
        if not self.is_file and (is_overwrite or is_resume):
            raise UsageError("--overwrite and --resume are for files: the output is a stream")
        self.exists = self.is_file and self._path.exists()
        if self.exists and not (is_overwrite or is_resume):
            raise UsageError(f"{path} exists: --resume goes on after its last row, --overwrite starts over")
        self._stream: io.RawIOBase | io.BufferedIOBase | None = None

    @property
    def summary_path(self) -> Path | None:
        """Where the summary is kept; None where the output is a stream."""
        return self._path.with_name(f"{self._path.name}.summary.json") if self.is_file else None

    def is_same_as(self, path: str) -> bool:
        """Whether writing here would destroy that input."""
        if path == STDIN or not self.is_file:
            return False
        return any(ours.exists() and ours.samefile(path) for ours in (self._path, self.summary_path) if ours)

    def open(self) -> None:
        """Open OUT, which keeps what it holds until `keep` or `clear`.

        Raises:
            UsageError: If it cannot be written.
        """
        if self._is_stdout:
            self._stream = cast(io.BufferedIOBase, sys.stdout.buffer)
            return
        mode = "r+b" if self.exists else "w+b" if self.is_file else "wb"
        try:
            self._stream = cast(io.RawIOBase, self._path.open(mode, buffering=0))
        except FileNotFoundError:
            raise UsageError(f"cannot write {self._path}: there is no folder {self._path.parent}") from None
        except OSError as error:
            raise UsageError(f"cannot write {self._path}: {error.strerror}") from None

    def keep(self, source: Source) -> Tally:
        """Read the rows that are there, moving `source` past their inputs; the next write goes on from there.

        Raises:
            UsageError: If a row is not what scoring that line of `source` gives.
        """
        tally = Tally()
        end = 0
        with self._path.open("rb") as rows:
            for row in rows:
                if not row.endswith(b"\n"):
                    break
                _count(tally, source, row, str(self._path))
                end += len(row)
        self._cut(end)
        return tally

    def clear(self) -> None:
        """Start with nothing."""
        if self.is_file:
            self._cut(0)

    def write(self, data: bytes) -> None:
        """Write whole rows, down to the system, so that a kill loses none of them."""
        assert self._stream is not None, "open() comes before write()"
        rest = memoryview(data)
        while rest:
            rest = rest[self._stream.write(rest) :]
        self._stream.flush()

    def close(self) -> None:
        """Close the file; standard output stays open."""
        if self._stream is not None and not self._is_stdout:
            self._stream.close()

    def _cut(self, end: int) -> None:
        assert self._stream is not None, "open() comes before keep() and clear()"
        self._stream.seek(end)
        self._stream.truncate()


def _is_regular(path: Path) -> bool:
    """False for pipes and devices such as /dev/null; a file that is yet to be made is regular."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        return True


def read_settings(path: Path) -> dict[str, Any] | None:
    """Return the settings that the summary beside OUT records; None where there is no such file."""
    try:
        return cast("dict[str, Any]", json.loads(path.read_bytes())["settings"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def write_summary(path: Path, summary: dict[str, Any]) -> None:
    """Write the summary in one piece, replacing an older one."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    temporary.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    temporary.replace(path)


def _count(tally: Tally, source: Source, row: bytes, name: str) -> None:
    line = source.next_line()
    number = source.num_lines
    if not line:
        raise UsageError(f"{name} has more rows than {source.name} has lines: it was made from another file")
    try:
        score = json.loads(_score_of(row, line, number))
        tally.add(score["verdict"], score["value"])
    except (ValueError, KeyError, TypeError):
        raise UsageError(
            f"line {number} of {name} is not line {number} of {source.name} with its score: "
            "--resume needs the same input; --overwrite starts over"
        ) from None


def _score_of(row: bytes, line: bytes, number: int) -> bytes:
    """Cut the score out of a row that begins with the line's own text.

    Raises:
        ValueError: If the row does not.
    """
    end = f'"{SCORE_KEY}": '.encode()
    body = line.strip()[:-1]
    if row.startswith(b'%b, %b{"value"' % (body, end)):
        return row[len(body) + 2 + len(end) : -2]
    start = _opened(line, number).encode() + end
    if not row.startswith(start):
        raise ValueError("the row begins otherwise")
    return row[len(start) : -2]


def _opened(line: bytes, number: int) -> str:
    line = line.removesuffix(b"\n")
    try:
        text = decode_line(line)
        return opened(text, parse_line(text))
    except LineError as error:
        return opened_error(number, str(error), line)
