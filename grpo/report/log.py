"""Logs of JSON lines, read one at a time; what is damaged is left out and told."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Log:
    """A file of JSON objects, one a line, which is read once from its beginning to its end.

    Args:
        path: Where it is; a file that is not there has no records.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._num_damaged = 0
        self._first_damaged = 0
        self._is_torn = False

    def __iter__(self) -> Iterator[dict[str, Any]]:
        if not self.path.is_file():
            return
        with self.path.open("rb") as file:
            for number, line in enumerate(file, 1):
                record = _parsed(line)
                if record is not None:
                    yield record
                elif line.strip():
                    self._num_damaged += 1
                    self._first_damaged = self._first_damaged or number
                    self._is_torn = not line.endswith(b"\n")

    @property
    def note(self) -> str | None:
        """What was left out, in words, once the log has been read; None where nothing was."""
        if not self._num_damaged:
            return None
        if self._is_torn and self._num_damaged == 1:
            return f"{self.path.name} ends in the middle of line {self._first_damaged:,}, which is left out"
        return (
            f"{self.path.name}: {self._num_damaged:,} damaged lines are left out, the first of them line "
            f"{self._first_damaged:,}"
        )


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(line.decode(), parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None
