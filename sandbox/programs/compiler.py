"""Compiles programs in slots that run none of them, and keeps what came out.

A compiler is given the source only, so nothing that a program's author can make it say or write holds a test. It is
taken for hostile itself, as the program's author writes all that it reads: it runs under limits of its own, in a slot
of its own variant, and its result is bytes that only a program's slot will look into.
"""

import collections
import hashlib
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from rlvr.sandbox.programs.host_tools import OPTIONS
from rlvr.sandbox.programs.languages import launcher_source
from rlvr.sandbox.programs.program import MAX_COMPILED_BYTES, Execution, Limits, Program, ProgramOutcome
from rlvr.sandbox.programs.variants import Variant

LIMITS: Final = Limits(wall_s=20, cpu_s=20, memory_mb=1024, pids=16, output_mb=MAX_COMPILED_BYTES / 2**20, disk_mb=64)
"""What one compilation may use; `output_mb` bounds the compiled program."""

_OPTIONS: Final = (
    *(*OPTIONS, "-x", "c++", "-pipe", "-fno-use-linker-plugin"),
    *("-w", "-fdiagnostics-color=never", "-fmax-errors=3"),
)

_MAX_KEPT: Final = 1000
_MAX_KEPT_BYTES: Final = 256 * 2**20
_MAX_LINE: Final = 200
_FIRST_ERROR: Final = re.compile(rb".*(?:error:|Error:|undefined reference|multiple definition).*")
_Runs = Callable[[Program, Limits, Variant], Execution]


@dataclass(slots=True)
class _Entry:
    lock: threading.Lock = field(default_factory=threading.Lock)
    made: bytes | Execution | None = None


class Compiler:
    """Compiles each source once.

    Args:
        run: Runs a program of ours in a slot of a variant.
    """

    def __init__(self, run: _Runs) -> None:
        self._run = run
        self._lock = threading.Lock()
        self._entries: collections.OrderedDict[bytes, _Entry] = collections.OrderedDict()

    def compiled(self, source: bytes) -> bytes | Execution:
        """Return the compiled program, or how its compilation failed."""
        key = hashlib.blake2b(source).digest()
        with self._lock:
            entry = self._entries.setdefault(key, _Entry())
            self._entries.move_to_end(key)
        with entry.lock:
            if entry.made is None:
                made = self._compile(source)
                if isinstance(made, Execution) and made.outcome is ProgramOutcome.INFRA:
                    return made
                entry.made = made
                self._forget()
            return entry.made

    def _compile(self, source: bytes) -> bytes | Execution:
        program = Program(source, args=_OPTIONS, launcher=launcher_source("compiler"))
        execution = self._run(program, LIMITS, Variant.COMPILER)
        if execution.is_ok:
            return execution.stdout
        if execution.outcome is ProgramOutcome.RE:
            reason = f"it does not compile: {first_error(execution.stderr)}"
        else:
            reason = f"its compilation: {execution.reason}"
        return replace(execution, reason=reason, exit_code=None, signal=None, stdout=b"")

    def _forget(self) -> None:
        """Forget what was used least, beyond what may be kept."""
        with self._lock:
            sizes = [len(entry.made) if isinstance(entry.made, bytes) else 0 for entry in self._entries.values()]
            total = sum(sizes)
            for size in sizes:
                if total <= _MAX_KEPT_BYTES and len(self._entries) <= _MAX_KEPT:
                    break
                self._entries.popitem(last=False)
                total -= size


def first_error(said: bytes) -> str:
    """Return the first error of a compiler, or its first line; what cannot be printed is replaced."""
    found = _FIRST_ERROR.search(said)
    line = found[0] if found else said.strip().partition(b"\n")[0]
    text = line[: 4 * _MAX_LINE].decode("utf-8", "replace").strip()[:_MAX_LINE]
    return "".join(one if one.isprintable() else "?" for one in text) or "the compiler says nothing"
