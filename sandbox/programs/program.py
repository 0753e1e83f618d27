"""The vocabulary of running a program: what is run, what it may use, and how it ended."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Final

from rlvr.sandbox.programs.languages import LANGUAGES, PYTHON, language_problem

MAX_SOURCE_BYTES: Final = 2 * 2**20
MAX_COMPILED_BYTES: Final = 32 * 2**20
MAX_INPUT_BYTES: Final = 64 * 2**20
MAX_FILES: Final = 1000
MAX_ARGUMENT_BYTES: Final = 2**16
_BLOCK: Final = 4096


class ProgramOutcome(StrEnum):
    """How a program ended."""

    OK = "OK"
    """It exited with 0, within its limits. What it wrote is for others to judge."""
    RE = "RE"
    """It exited with another code, or a signal ended it."""
    TLE = "TLE"
    """It exceeded its wall or CPU limit and was killed."""
    MLE = "MLE"
    """It exceeded its memory limit and was killed."""
    OLE = "OLE"
    """It wrote more to standard output than it may and was killed."""
    VIOLATION = "VIOLATION"
    """It did what no honest program does: a forbidden way into the kernel, or it brought down two slots."""
    INFRA = "INFRA"
    """We failed, not the program: no slot was to be had, or it was lost."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one program may use, all its processes and threads together.

    Raises:
        ValueError: a limit is not a positive, finite number, or more than a slot can hold.
    """

    wall_s: float = 5.0
    """Seconds from its start; time in which it waited for a CPU does not count, up to nine times as much."""
    cpu_s: float = 5.0
    """CPU seconds, of all its processes."""
    memory_mb: int = 256
    """MiB of memory, with the files it writes and the input it is given."""
    pids: int = 64
    """Processes and threads at one time."""
    output_mb: float = 8.0
    """MiB of standard output. Of standard error the end is kept."""
    disk_mb: int = 64
    """MiB in its working directory, and as much again in /tmp."""

    def __post_init__(self) -> None:
        for name in ("wall_s", "cpu_s", "memory_mb", "pids", "output_mb", "disk_mb"):
            value, most = getattr(self, name), _MOST[name]
            if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
                raise ValueError(f"{name} is {value!r}: give a number")
            if not 0 < value <= most:
                raise ValueError(f"{name} is {value!r}: give a positive number of at most {most:,}")
        for name in ("memory_mb", "pids", "disk_mb"):
            if getattr(self, name) != int(getattr(self, name)):
                raise ValueError(f"{name} is {getattr(self, name)!r}: give a whole number")
        if self.memory_mb < _LEAST_MEMORY_MB:
            raise ValueError(f"memory_mb is {self.memory_mb}: an interpreter needs at least {_LEAST_MEMORY_MB}")


_MOST: Final = {"wall_s": 3600, "cpu_s": 3600, "memory_mb": 2**20, "pids": 4096, "output_mb": 64, "disk_mb": 2**16}
_LEAST_MEMORY_MB: Final = 16


@dataclass(frozen=True, slots=True)
class Program:
    """A program and what it is given.

    Raises:
        ValueError: it is not text or bytes, is too large, a file's name leads out of the working directory, or there is
            no such language.
    """

    source: str | bytes
    """The text of the program; at most 2 MiB of UTF-8. A lone surrogate, which has no UTF-8, is an error of its own."""
    stdin: bytes = b""
    """Standard input; at most 64 MiB."""
    args: Sequence[str] = ()
    """What follows the program's name among its arguments."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Files in the working directory, by relative path; at most 1000, and within `Limits.disk_mb`."""
    launcher: bytes = b""
    """Trusted source that runs in the program's process instead of it, before anything of it; slots keep it compiled.

    It finds the program's source as `SOURCE`, and in a file that `PATH` names; it makes the module `__main__` itself.
    """
    language: str = PYTHON
    """`python`, `cpp` or `javascript`."""

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise ValueError(language_problem(self.language))
        most = MAX_COMPILED_BYTES if self.launcher else MAX_SOURCE_BYTES
        if len(self.code) > most:
            raise ValueError(f"the source has {len(self.code):,} bytes: at most {most:,} are run")
        if len(self.launcher) > MAX_SOURCE_BYTES:
            raise ValueError(f"the launcher has {len(self.launcher):,} bytes: at most {MAX_SOURCE_BYTES:,} are run")
        if not isinstance(self.stdin, bytes):
            raise ValueError(f"stdin is {type(self.stdin).__name__}: give bytes, as in text.encode()")  # noqa: TRY004
        if len(self.stdin) > MAX_INPUT_BYTES:
            raise ValueError(f"stdin has {len(self.stdin):,} bytes: at most {MAX_INPUT_BYTES:,} are given")
        if isinstance(self.args, str) or sum(len(argument) for argument in self.args) > MAX_ARGUMENT_BYTES:
            raise ValueError(f"args must be a sequence of strings with at most {MAX_ARGUMENT_BYTES:,} characters")
        if len(self.files) > MAX_FILES:
            raise ValueError(f"{len(self.files):,} files: at most {MAX_FILES:,} are given")
        for name, data in self.files.items():
            _check_file(name, data)

    @property
    def code(self) -> bytes:
        """The source as bytes."""
        # A surrogate crosses, so that the program ends as the interpreter ends it: with a SyntaxError.
        return self.source if isinstance(self.source, bytes) else self.source.encode("utf-8", "surrogatepass")

    @property
    def disk_bytes(self) -> int:
        """Bytes that the files take on disk."""
        return sum(-(-len(data) // _BLOCK) * _BLOCK for data in self.files.values())


def _check_file(name: str, data: bytes) -> None:
    path = PurePosixPath(name)
    if not name or "\0" in name or path.is_absolute() or ".." in path.parts or len(name) > 200:
        raise ValueError(f"the file name {name!r}: give a relative path without '..', of at most 200 characters")
    if not isinstance(data, bytes):
        raise ValueError(f"the file {name!r} is {type(data).__name__}: give bytes")  # noqa: TRY004


@dataclass(frozen=True, slots=True)
class Execution:
    """How one program ended, and what it wrote."""

    outcome: ProgramOutcome
    """OK, or what went wrong."""
    exit_code: int | None = None
    """Its exit code; None if a signal ended it or it never ran."""
    signal: int | None = None
    """The number of the signal that ended it, if one did; a kill at a limit is 9."""
    stdout: bytes = b""
    """What it wrote to standard output, up to `Limits.output_mb`."""
    stderr: bytes = b""
    """The end of what it wrote to standard error, at most 64 KiB."""
    cpu_s: float = 0.0
    """CPU seconds of all its processes."""
    wall_s: float = 0.0
    """Wall seconds from its start to the end of its first process."""
    peak_mb: float = 0.0
    """The most memory seen, in MiB; at least that of its largest process, the interpreter's own 10 included."""
    reason: str = ""
    """What happened, in a sentence; empty when OK."""
    was_cut: bool = False
    """Whether it was ended, within its limits, because the program that it was linked to had ended."""

    @property
    def is_ok(self) -> bool:
        """Whether it exited with 0 within its limits."""
        return self.outcome is ProgramOutcome.OK


@dataclass(frozen=True, slots=True)
class LinkedExecution:
    """How two linked programs ended; at most one of them was cut."""

    program: Execution
    """Of the program that nobody trusts."""
    judge: Execution
    """Of its judge."""
