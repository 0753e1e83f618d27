"""This host's own Node.js and g++: which of their files a slot needs.

They keep their paths, so that what they look for is where they look. The compiler's headers are those of the C++
library, and of the C library's those that a program on a judge would include.
"""

import functools
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from rlvr.sandbox.programs.errors import SandboxError
from rlvr.sandbox.programs.inside import places
from rlvr.sandbox.programs.variants import Variant

OPTIONS: Final = ("-O2", "-std=c++17", "-pthread", "-DONLINE_JUDGE", f"-I{places.HEADERS}")
"""How C++ is compiled. `ONLINE_JUDGE` is what many programs ask for before they read from a file of their author's."""

COMMANDS: Final = {Variant.JAVASCRIPT: "node", Variant.COMPILER: "g++"}
"""The name in /usr/bin under which a slot starts a variant's tool."""

_NODE: Final = "install Node.js (`apt-get install nodejs`, `dnf install nodejs`)"
_GXX: Final = "install the C++ compiler (`apt-get install g++`, `dnf install gcc-c++`)"
_FOLDERS: Final = "/usr/bin:/usr/local/bin:/bin"
"""Where to look first: further along the path there are wrappers, such as ccache's."""

_ASK_S: Final = 120
_MAX_SCRIPT: Final = 4096
_PATH: Final = re.compile(r"(?<![\w.])/[\w./+-]+")

_ALL: Final = "bits/stdc++.h"
_PROGRAMS: Final = ("cc1plus", "collect2", "as", "ld")
_OBJECTS: Final = (
    *("crt1.o", "Scrt1.o", "crti.o", "crtn.o", "crtbegin.o", "crtbeginS.o", "crtend.o", "crtendS.o"),
    *("libgcc.a", "libgcc_eh.a", "libgcc_s.so", "libgcc_s.so.1", "libstdc++.so", "libstdc++.so.6"),
    *("libc.so", "libm.so", "libpthread.a", "libdl.a", "librt.a", "libpthread.so", "libdl.so", "librt.so"),
)
_HEADERS: Final = (
    *(_ALL, "bits/extc++.h", "assert.h", "ctype.h", "dirent.h", "dlfcn.h", "errno.h", "execinfo.h"),
    *("fcntl.h", "fenv.h", "float.h", "getopt.h", "immintrin.h", "inttypes.h", "iso646.h", "langinfo.h", "limits.h"),
    *("locale.h", "malloc.h", "math.h", "memory.h", "poll.h", "pthread.h", "sched.h", "semaphore.h", "setjmp.h"),
    *("signal.h", "spawn.h", "stdalign.h", "stdarg.h", "stdbool.h", "stddef.h", "stdint.h", "stdio.h", "stdlib.h"),
    *("string.h", "strings.h", "sys/mman.h", "sys/param.h", "sys/resource.h", "sys/select.h", "sys/socket.h"),
    *("sys/stat.h", "sys/time.h", "sys/times.h", "sys/types.h", "sys/uio.h", "sys/un.h", "sys/wait.h", "time.h"),
    *("uchar.h", "unistd.h", "wchar.h", "wctype.h", "x86intrin.h", "arm_neon.h", "sys/syscall.h", "sys/random.h"),
)


@functools.cache
def tool(variant: Variant) -> Path:
    """Return the program that a variant is made around: this host's node or g++.

    Raises:
        SandboxError: there is none; the message says what to install.
    """
    if variant is Variant.JAVASCRIPT:
        node = _found("node") or _found("nodejs")
        if node is None:
            raise SandboxError("there is no node on this host, which JavaScript needs", _NODE)
        return Path(_asked(node, "-p", "process.execPath"))  # a version manager's node is only a wrapper
    compiler = _found("g++")
    if compiler is None:
        raise SandboxError("there is no g++ on this host, which C++ needs", _GXX)
    return compiler


def identity(variant: Variant) -> str:
    """Return what changes when the host's tool does."""
    path = tool(variant)
    seen = path.stat()
    return f"{variant} {path.resolve()} {seen.st_size} {seen.st_mtime_ns}"


def binaries(variant: Variant) -> list[Path]:
    """Return the variant's own programs and libraries; what they need in turn is not among them."""
    path = tool(variant)
    if variant is Variant.JAVASCRIPT:
        return [path]
    if variant is Variant.CPP:
        return list(_named(path, ("libstdc++.so.6", "libgcc_s.so.1")))
    return [path, *_programs(path)]


def plain_files(variant: Variant) -> set[Path]:
    """Return the compiler's other files: headers, start files, and libraries to link."""
    if variant is not Variant.COMPILER:
        return set()
    objects = set(_named(tool(variant), _OBJECTS))
    return objects | set(_in_scripts(objects)) | set(_headers(tool(variant)))


def precompile(files: Iterable[Path], root: Path) -> None:
    """Put the header that includes all others under `root` as the compiler would have it: most of a compilation's time.

    The compiler takes it where it makes no difference, and else the header itself.
    """
    for header in files:
        if header.as_posix().endswith(_ALL):
            made = root / places.HEADERS.lstrip("/") / f"{_ALL}.gch"
            made.parent.mkdir(parents=True)
            _asked(tool(Variant.COMPILER), *OPTIONS, "-x", "c++-header", str(header), "-o", str(made))


def _found(name: str) -> Path | None:
    path = shutil.which(name, path=_FOLDERS) or shutil.which(name)
    return Path(path) if path else None


def _asked(command: Path, *words: str, stdin: str = "") -> str:
    """Return what a tool says of itself, its standard error included."""
    try:
        asked = subprocess.run(  # noqa: S603  the host's own tool
            [command, *words],
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_ASK_S,
            check=False,
            env={**os.environ, "LC_ALL": "C"},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SandboxError(f"{command} does not run: {error}") from error
    if asked.returncode:
        raise SandboxError(f"{command} {' '.join(words)} fails: {asked.stdout.strip()[-300:]}")
    return asked.stdout.strip()


def _programs(compiler: Path) -> Iterator[Path]:
    for name in _PROGRAMS:
        answer = _asked(compiler, f"-print-prog-name={name}")
        path = answer if "/" in answer else shutil.which(answer)  # a bare name: it looks on the path
        if path is None or not Path(path).exists():
            raise SandboxError(f"{compiler} has no {name}", _GXX)
        yield Path(os.path.normpath(path))


def _named(compiler: Path, names: Iterable[str]) -> Iterator[Path]:
    """Yield where the compiler finds files to link, those that it has."""
    for name in names:
        answer = _asked(compiler, f"-print-file-name={name}")
        if "/" in answer and Path(answer).exists():
            yield Path(os.path.normpath(answer))


def _in_scripts(objects: Iterable[Path]) -> Iterator[Path]:
    """Yield what is named in libraries that are a linker's scripts."""
    for path in objects:
        if path.suffix == ".so" and path.stat().st_size < _MAX_SCRIPT:
            named = map(Path, _PATH.findall(path.read_text("utf-8", "replace")))
            yield from (one for one in named if one.is_file())


def _headers(compiler: Path) -> Iterator[Path]:
    """Yield the headers: all of the compiler's own folders, and what the known ones include of the others."""
    said = _asked(compiler, "-E", "-v", "-x", "c++", os.devnull)
    _, _, listed = said.partition("#include <...> search starts here:\n")
    folders = [Path(os.path.normpath(line.strip())) for line in listed.partition("End of search")[0].splitlines()]
    for folder in folders:
        if "c++" in folder.parts or "gcc" in folder.parts:
            yield from (path for path in folder.rglob("*") if path.is_file())
    source = "".join(f"#if __has_include(<{name}>)\n#include <{name}>\n#endif\n" for name in _HEADERS)
    rule = _asked(compiler, "-std=c++17", "-M", "-x", "c++", "-", stdin=source)
    words = rule.replace("\\\n", " ").split()
    included = {Path(os.path.normpath(word)) for word in words if word.startswith("/")}
    yield from included
    for folder in {path.parent for path in included}.difference(folders):  # with other options these include each other
        yield from (path for path in folder.iterdir() if path.is_file())
