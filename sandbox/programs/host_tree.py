"""A root file system made of this host's own Python: interpreter, standard library, shared libraries, a few tools.

It needs no network and no privileges, and takes seconds. It holds no package manager, no site-packages and no setuid
file, and no compiler but in the variant that runs none of what it compiles. bubblewrap uses it as a folder; docker
imports it for the variants other than Python, and for Python where there is no registry to pull from.
"""

import compileall
import functools
import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from rlvr.sandbox.programs import host_tools, inside
from rlvr.sandbox.programs.errors import SandboxError
from rlvr.sandbox.programs.inside import places
from rlvr.sandbox.programs.notices import notice
from rlvr.sandbox.programs.variants import Variant

_TOOLS: Final = (
    *("sh", "bash", "basename", "cat", "chmod", "cp", "cut", "date", "dd", "dirname", "echo", "env", "expr", "false"),
    *("find", "grep", "head", "id", "ln", "ls", "mkdir", "mv", "nproc", "od", "printf", "pwd", "readlink", "rm"),
    *("rmdir", "sed", "seq", "sleep", "sort", "stat", "tail", "tee", "test", "timeout", "touch", "tr", "true", "uname"),
    *("uniq", "wc", "xargs", "yes"),
)
_LEFT_OUT: Final = frozenset(
    {"site-packages", "dist-packages", "test", "tests", "idlelib", "tkinter", "turtledemo", "lib2to3", "ensurepip"}
    | {"__pycache__"}
)
_ETC: Final = {
    "passwd": "root:x:0:0:root:/:/bin/false\n",
    "group": "root:x:0:\n",
    "hosts": "127.0.0.1 localhost\n",
}
_FOLDERS: Final = ("proc", "sys", "dev", "tmp", "work", "job", "usr/local/bin")
PYTHON: Final = Path("usr/bin/python3")
"""The interpreter, below the tree."""

_ZONES: Final = Path("/usr/share/zoneinfo")
_LOCALES: Final = ("C.utf8", "C.UTF-8")
"""Names of the folder of the locale that slots name; the C library has it built in, or not."""
_LDD_S: Final = 60
_PATH: Final = re.compile(r"(/\S+) \(0x")


def cached_tree(variant: Variant = Variant.PYTHON, folder: Path | None = None) -> Path:
    """Return the folder of a variant's tree, for this host's tools and this version of the agent, made at first use.

    Args:
        variant: What it is for.
        folder: Where trees are; the user's cache if None.

    Raises:
        SandboxError: it cannot be made here.
    """
    tree = (folder or cache_folder()) / f"root-{tree_key(variant)}"
    if tree.is_dir():
        return tree
    base = None if variant is Variant.PYTHON else cached_tree(folder=folder)
    notice(f"building the sandbox's file system from this host's own {variant.made_of}, once, in {tree}")
    try:
        tree.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(dir=tree.parent, prefix="building-"))
        try:
            if base is None:
                fill_tree(work)
            else:
                extend_tree(base, work, variant)
            work.rename(tree)
        except BaseException as error:
            shutil.rmtree(work, ignore_errors=True)
            if not (isinstance(error, OSError) and tree.is_dir()):  # else another process was faster
                raise
    except OSError as error:
        raise SandboxError(f"cannot build {tree}: {error}; set XDG_CACHE_HOME to a writable folder") from error
    return tree


def cache_folder(*, is_for_all: bool = False) -> Path:
    """Return the user's folder for what can be made again, or one that every user of this host can enter."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    if is_for_all and not is_open_to_all(folder):
        folder = Path("/var/cache")
    return folder / "rlvr" / "sandbox"


def is_open_to_all(path: Path) -> bool:
    """Whether every user can enter a folder, as far as it exists."""
    path = path.resolve()
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents) if folder.exists())


@functools.cache
def tree_key(variant: Variant = Variant.PYTHON) -> str:
    """Return a hash of what a tree is made from: this Python, the variant's tools, these files, the agent's sources.

    Raises:
        SandboxError: a tool is not installed.
    """
    digest = hashlib.blake2b(f"{sys.version} {sys.base_prefix}".encode(), digest_size=8)
    files = [Path(__file__), *agent_files()]
    if variant is not Variant.PYTHON:
        digest.update(host_tools.identity(variant).encode())
        files.append(Path(host_tools.__file__))
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def agent_files() -> list[Path]:
    """Return the files that run inside a slot."""
    return sorted(Path(inside.__file__).parent.rglob("*.py"))


def copy_agent(root: Path) -> None:
    """Put the agent where slots look for it, under the same package names as here."""
    folder = root / places.CODE.lstrip("/") / Path(*inside.__name__.split("."))
    for path in agent_files():
        place = folder / path.relative_to(Path(inside.__file__).parent)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, place)


def fill_tree(root: Path) -> None:
    """Put the whole tree under `root`.

    Raises:
        SandboxError: the interpreter's shared libraries cannot be found.
    """
    python = _interpreter()
    library = Path(sysconfig.get_path("stdlib"))
    modules = [
        path for path in library.rglob("*") if path.is_file() and not _LEFT_OUT & set(path.parts[len(library.parts) :])
    ]
    tools = {name: Path(found) for name in _TOOLS if (found := shutil.which(name, path="/usr/bin:/bin"))}
    for path in (python, *modules):
        _copy(path, root, path)
    for name, tool in tools.items():
        _copy(tool, root, Path("/bin") / name)
    binaries = [python, *tools.values(), *(path for path in modules if path.suffix == ".so")]
    libraries = list(_shared_libraries(binaries))
    for path in libraries:
        _copy(path, root, path)
    for name in ("python", "python3"):
        link = root / PYTHON.parent / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(os.path.relpath(python, f"/{PYTHON.parent}"))  # holds wherever the tree is
    _finish(root, library)
    listed = root / places.LIBRARIES.lstrip("/")
    listed.write_text("".join(f"{path}\n" for path in libraries))
    listed.chmod(0o644)


def extend_tree(base: Path, root: Path, variant: Variant) -> None:
    """Put a variant's tree under `root`: that of Python, whose files it shares, and the host's tools.

    Raises:
        SandboxError: a tool is not installed, or its shared libraries cannot be found.
    """
    shutil.copytree(base, root, symlinks=True, copy_function=_link, dirs_exist_ok=True)
    programs, others = host_tools.binaries(variant), sorted(host_tools.plain_files(variant))
    for path in (*programs, *_shared_libraries(programs), *others):
        _copy(path, root, path)
    host_tools.precompile(others, root)
    name = host_tools.COMMANDS.get(variant)
    if name is not None and not (root / "usr/bin" / name).exists():
        (root / "usr/bin" / name).symlink_to(host_tools.tool(variant))
    _open_up(root)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:  # a file system without links
        shutil.copy2(source, target, follow_symlinks=False)


def _finish(root: Path, library: Path) -> None:
    if _ZONES.is_dir():
        shutil.copytree(
            _ZONES, root / _ZONES.relative_to("/"), symlinks=True, ignore=shutil.ignore_patterns("right", "posix")
        )
    for name in _LOCALES:
        locale = Path("/usr/lib/locale") / name
        if locale.is_dir():
            shutil.copytree(locale, root / locale.relative_to("/"))
    for folder in _FOLDERS:
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "etc").mkdir(exist_ok=True)
    for name, text in _ETC.items():
        (root / "etc" / name).write_text(text)
    copy_agent(root)
    for code in (library.relative_to("/"), Path(places.CODE.lstrip("/"))):
        # The root is read-only in a slot: what is not compiled now would be compiled by every program.
        compileall.compile_dir(str(root / code), stripdir=str(root), prependdir="/", quiet=2)
    _open_up(root)


def _open_up(root: Path) -> None:
    """Let everybody read all, whatever the modes on the host were."""
    for entry in (root, *root.rglob("*")):
        if not entry.is_symlink():
            entry.chmod(0o755 if entry.is_dir() or entry.stat().st_mode & 0o100 else 0o644)
    for folder in ("tmp", "work"):  # an engine gives what it mounts here the folder's own mode
        (root / folder).chmod(0o1777)


def _interpreter() -> Path:
    name = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    for path in (Path(sys.base_prefix) / "bin" / name, Path(sys.executable)):
        if path.exists():
            return path
    raise SandboxError(f"no interpreter at {sys.base_prefix}/bin/{name}")


def _copy(source: Path, root: Path, target: Path) -> None:
    """Copy a file's content, and its compiled form where it has one, to `target` under `root`."""
    place = root / target.relative_to("/")
    if place.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source.resolve(), place)
    compiled = source.parent / "__pycache__" / f"{source.stem}.{sys.implementation.cache_tag}.pyc"
    if source.suffix == ".py" and compiled.is_file():
        (place.parent / "__pycache__").mkdir(exist_ok=True)
        shutil.copy2(compiled, place.parent / "__pycache__" / compiled.name)


def _shared_libraries(binaries: Iterable[Path]) -> Iterator[Path]:
    """Yield what the loader loads for the binaries, itself included, by the paths at which it looks."""
    ldd = shutil.which("ldd")
    if ldd is None:
        raise SandboxError(
            "there is no ldd, which tells what a program needs: use a host with the GNU C library, or docker"
        )
    environment = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}  # else it lists that, too
    listed = subprocess.run(  # noqa: S603  the loader's own tool, on the interpreter's own files
        [ldd, *map(str, binaries)], capture_output=True, text=True, timeout=_LDD_S, check=False, env=environment
    )
    found = {Path(path) for path in _PATH.findall(listed.stdout)}
    if not found:
        raise SandboxError(f"ldd says nothing of the shared libraries: {listed.stderr.strip()[:300]}")
    yield from sorted(found)
    for folder in {path.parent for path in found if path.name == "libc.so.6"}:
        threads = folder / "libgcc_s.so.1"  # loaded by name when a thread ends
        if threads.exists():
            yield threads
    cache = Path("/etc/ld.so.cache")
    if cache.exists():
        yield cache
