"""Running the command as a user does: a process of its own, in a folder of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

RLVR = [sys.executable, "-m", "rlvr"]


def rlvr(
    *arguments: str, cwd: Path, stdin: bytes = b"", deadline_s: float = 60
) -> "subprocess.CompletedProcess[bytes]":
    """Run `rlvr` to its end."""
    return subprocess.run(
        [*RLVR, *arguments], cwd=cwd, input=stdin, capture_output=True, timeout=deadline_s, check=False
    )


def start(*arguments: str, cwd: Path) -> "subprocess.Popen[bytes]":
    """Start `rlvr` in the background."""
    return subprocess.Popen([*RLVR, *arguments], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def write_rows(path: Path, rows: list[Any]) -> None:
    """Write JSON lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def read_rows(path: Path) -> list[Any]:
    """Read JSON lines, refusing what JSON has no word for."""
    return [json.loads(line, parse_constant=_refuse, parse_int=_int_or_text) for line in path.read_bytes().splitlines()]


def verdicts(path: Path) -> list[str]:
    """The verdict of each row."""
    return [row["score"]["verdict"] for row in read_rows(path)]


def _int_or_text(digits: str) -> int | str:
    return int(digits) if len(digits) < 100 else digits


def _refuse(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")
