"""Load an object by a path that means the same in every process.

A path is `module:Name` for what is importable and `file.py:Name` for what is not. A file becomes a module whose
name is made from its resolved location and which lives in `sys.modules`, so that a pickle that refers to its
classes can be read by every process that was told about the file (`register_file`).

What cannot be loaded elsewhere is refused by name: a class written in `__main__`, in a notebook cell or inside a
function exists in one process only.
"""

import difflib
import hashlib
import importlib
import os
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_FILES: dict[str, str] = {}


class LoadingError(ValueError):
    """An object path that leads nowhere; the subclasses say where it ends."""


class PathFormatError(LoadingError):
    """The path is neither `module:Name` nor `file.py:Name`."""


class SourceMissingError(LoadingError):
    """There is no such module or file."""


class SourceFailedError(LoadingError):
    """The module or file exists and raised while it was imported; the exception is the `__cause__`."""


class NameMissingError(LoadingError):
    """The module or file has no such name."""


class NotLoadable(LoadingError):  # noqa: N818  the name reads as a claim about the object, as it does in messages
    """The object lives in one process only, so no worker can load it."""


class _FileFinder:
    """Imports the registered files under their made names, and nothing else."""

    @staticmethod
    def find_spec(
        name: str, path: "Sequence[str] | None" = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        file = _FILES.get(name)
        if file is None:
            return None
        from importlib.util import spec_from_file_location

        return spec_from_file_location(name, file)


def load_object(path: str) -> Any:
    """Return the object that `path` names, importing its module or file if need be.

    A module that is not on `sys.path` is also looked for in the current directory, and a file may import its
    neighbours: both directories go to the end of `sys.path`, where they shadow nothing.

    Args:
        path: `module:Name` or `file.py:Name`; the name may be dotted.

    Raises:
        LoadingError: a `ValueError` that says what is missing and what to write instead.
    """
    source, name = split_path(path)
    module = _import_file(source) if source.endswith(".py") else _import_module(source)
    found: Any = module
    for part in name.split("."):
        if not hasattr(found, part):
            names = [known for known in vars(found) if not known.startswith("_")] if hasattr(found, "__dict__") else []
            raise NameMissingError(f"{source} has no {name!r}{did_you_mean(part, names)}")
        found = getattr(found, part)
    return found


def split_path(path: str) -> tuple[str, str]:
    """Split `module:Name` or `file.py:Name` at its last colon.

    Raises:
        PathFormatError: a side is empty, or there is no colon.
    """
    source, colon, name = path.rpartition(":")
    if not (source and colon and all(part.isidentifier() for part in name.split("."))):
        raise PathFormatError(f"{path!r} is not an object path: write 'package.module:Name' or 'path/to/file.py:Name'")
    return source, name


def absolute_path(path: str) -> str:
    """Return `path` so that it means the same in another working directory."""
    source, name = split_path(path)
    return f"{_resolve(source)}:{name}" if source.endswith(".py") else path


def file_module_name(file: str) -> str:
    """Return the module name under which a file is loaded: its stem and a hash of its resolved location."""
    resolved = _resolve(file)
    digest = hashlib.blake2b(os.fsencode(resolved), digest_size=6).hexdigest()
    stem = "".join(char if char.isalnum() else "_" for char in Path(resolved).stem)
    return f"rlvr_file_{stem}_{digest}"


def register_file(name: str, file: str) -> None:
    """Let `import name` load `file` in this process, as it did in the process that made a pickle."""
    _FILES[name] = file
    if _FileFinder not in sys.meta_path:
        sys.meta_path.insert(0, _FileFinder)


def source_files(modules: "Iterable[str]") -> dict[str, str]:
    """Map each loaded top-level module among `modules` that is a single file to that file.

    They are what another process might not find, or might find elsewhere, under the same name: our file modules,
    test modules, whatever was loaded by location. Packages are left to the import system.
    """
    files = {}
    for name in modules:
        file = getattr(sys.modules.get(name), "__file__", None)
        if "." not in name and file and file.endswith(".py") and not file.endswith("__init__.py"):
            location = Path(file).absolute()
            if location.is_file():
                files[name] = str(location)
    return files


def require_loadable(obj: Any) -> None:
    """Check that a class or function can be found again by its name in another process.

    Raises:
        NotLoadable: it lives in `__main__`, in a notebook, inside a function, or under another name.
    """
    name = f"{obj.__module__}.{obj.__qualname__}"
    remedy = "move it into a file and name it as 'file.py:Name'"
    if obj.__module__ in ("__main__", "__mp_main__"):
        raise NotLoadable(f"{name} is written in the main script or a notebook, which no worker can import: {remedy}")
    if "<" in obj.__qualname__:
        raise NotLoadable(f"{name} is made inside a function, where no worker can find it: {remedy}")
    found: Any = sys.modules.get(obj.__module__)
    for part in obj.__qualname__.split("."):
        found = getattr(found, part, None)
    if found is not obj:
        raise NotLoadable(f"{name} is not what its module holds under that name: {remedy}")


def did_you_mean(name: str, known: "Iterable[str]") -> str:
    """Return `; did you mean 'X'?` for the nearest of the known names, or the empty string."""
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _import_file(source: str) -> ModuleType:
    file = Path(_resolve(source))
    if not file.is_file():
        near = [other.name for other in file.parent.glob("*.py")] if file.parent.is_dir() else []
        raise SourceMissingError(f"there is no file {file}{did_you_mean(file.name, near)}")
    name = file_module_name(str(file))
    register_file(name, str(file))
    _append_to_path(str(file.parent))
    return _import(name, str(file))


def _import_module(source: str) -> ModuleType:
    if not all(part.isidentifier() for part in source.split(".")):
        raise PathFormatError(f"{source!r} is not a module name: write 'package.module:Name' or 'path/to/file.py:Name'")
    try:
        return _import(source, source)
    except SourceMissingError:
        importlib.invalidate_caches()
        _append_to_path(_resolve("."))
        return _import(source, source)


def _import(name: str, shown: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and (name == error.name or name.startswith(error.name + ".")):
            near = [file.stem for file in Path().glob("*.py")]
            hint = (
                did_you_mean(name, near)
                or f"; a file is named with its suffix, as in '{name.replace('.', '/')}.py:Name'"
            )
            raise SourceMissingError(f"there is no module {error.name!r}{hint}") from error
        raise SourceFailedError(f"importing {shown} failed: {type(error).__name__}: {error}") from error
    except (Exception, SystemExit) as error:
        raise SourceFailedError(f"importing {shown} failed: {type(error).__name__}: {error}") from error


def _resolve(file: str) -> str:
    return str(Path(file).expanduser().resolve())


def _append_to_path(folder: str) -> None:
    if folder not in sys.path:
        sys.path.append(folder)
