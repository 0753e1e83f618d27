import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rlvr.sandbox import loading


@pytest.fixture(autouse=True)
def _same_import_state() -> Iterator[None]:
    path, modules = list(sys.path), set(sys.modules)
    yield
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        del sys.modules[name]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "my tasks.v2.py"
    file.write_text("class Reverse:\n    class Inner: ...\n    def run(self): return 'ran'\nlimit = 3\n")
    return file


def test_loads_from_a_module_and_by_a_dotted_name() -> None:
    assert loading.load_object("math:factorial") is __import__("math").factorial
    assert loading.load_object("pathlib:Path.exists") is Path.exists


def test_loads_from_a_file_once(file: Path) -> None:
    cls = loading.load_object(f"{file}:Reverse")
    assert cls().run() == "ran"
    assert loading.load_object(f"{file.parent}/./{file.name}:Reverse") is cls
    assert cls.__module__ == loading.file_module_name(str(file))
    assert loading.load_object(f"{file}:Reverse.Inner") is cls.Inner


def test_two_files_of_one_name_are_two_modules(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "tasks.py").write_text(f"name = {folder!r}\n")
    assert [loading.load_object(f"{tmp_path}/{folder}/tasks.py:name") for folder in "ab"] == ["a", "b"]


def test_objects_of_a_loaded_file_can_be_pickled(file: Path) -> None:
    obj = loading.load_object(f"{file}:Reverse")()
    assert pickle.loads(pickle.dumps(obj)).run() == "ran"


def test_a_registered_file_serves_pickles_in_another_process(file: Path) -> None:
    data = pickle.dumps(loading.load_object(f"{file}:Reverse")())
    code = (
        "import pickle, sys; from rlvr.sandbox.loading import register_file\n"
        "if sys.argv[3] == 'told': register_file(sys.argv[1], sys.argv[2])\n"
        "print(pickle.loads(bytes.fromhex(sys.argv[4])).run())"
    )
    arguments = [loading.file_module_name(str(file)), str(file)]
    told = subprocess.run([sys.executable, "-c", code, *arguments, "told", data.hex()], capture_output=True, text=True)
    assert told.stdout == "ran\n"
    untold = subprocess.run([sys.executable, "-c", code, *arguments, "", data.hex()], capture_output=True, text=True)
    assert "ModuleNotFoundError" in untold.stderr


def test_a_file_may_import_its_neighbours(tmp_path: Path) -> None:
    (tmp_path / "neighbour_of_it.py").write_text("x = 5\n")
    (tmp_path / "it.py").write_text("from neighbour_of_it import x\n")
    assert loading.load_object(f"{tmp_path}/it.py:x") == 5
    assert sys.path[-1] == str(tmp_path)


def test_a_module_of_the_current_directory_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "module_that_is_here.py").write_text("x = 6\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry not in ("", str(tmp_path))])
    assert loading.load_object("module_that_is_here:x") == 6


@pytest.mark.parametrize(
    ("path", "error", "text"),
    [
        ("Reverse", loading.PathFormatError, "write 'package.module:Name'"),
        ("math:", loading.PathFormatError, "is not an object path"),
        (":factorial", loading.PathFormatError, "is not an object path"),
        ("my-module:x", loading.PathFormatError, "is not a module name"),
        ("math:factorail", loading.NameMissingError, "did you mean 'factorial'?"),
        ("pathlib:Path.exsits", loading.NameMissingError, "did you mean 'exists'?"),
        ("no_such_module:x", loading.SourceMissingError, "there is no module 'no_such_module'; a file is named with"),
        ("math.nothing:x", loading.SourceMissingError, "there is no module 'math.nothing'"),
        ("{folder}/my taks.v2.py:Reverse", loading.SourceMissingError, "did you mean 'my tasks.v2.py'?"),
        ("{folder}/my tasks.v2.py:Revrse", loading.NameMissingError, "did you mean 'Reverse'?"),
        ("/no/such/folder/x.py:y", loading.SourceMissingError, "there is no file /no/such/folder/x.py"),
    ],
)
def test_a_path_that_leads_nowhere_says_where_it_ends(
    path: str, error: type[Exception], text: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent)
    with pytest.raises(error) as caught:
        loading.load_object(path.format(folder=file.parent))
    assert text in str(caught.value)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("import no_such_module_at_all", "No module named 'no_such_module_at_all'"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("def f(:", "SyntaxError"),
    ],
)
def test_a_file_that_fails_says_why_and_can_be_repaired(source: str, text: str, tmp_path: Path) -> None:
    file = tmp_path / "broken.py"
    file.write_text(source)
    with pytest.raises(loading.SourceFailedError) as caught:
        loading.load_object(f"{file}:x")
    assert text in str(caught.value)
    assert str(file) in str(caught.value)
    file.write_text("x = 1  # and now it is longer than it was before\n")
    assert loading.load_object(f"{file}:x") == 1


def test_require_loadable() -> None:
    class Local: ...

    loading.require_loadable(Path)
    loading.require_loadable(loading.load_object)
    with pytest.raises(loading.NotLoadable, match="inside a function"):
        loading.require_loadable(Local)
    with pytest.raises(loading.NotLoadable, match="main script or a notebook"):
        loading.require_loadable(type("Cell", (), {"__module__": "__main__"}))
    with pytest.raises(loading.NotLoadable, match="under that name"):
        loading.require_loadable(type("Path", (), {"__module__": "pathlib"}))


def test_absolute_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert loading.absolute_path("x.py:A.b") == f"{tmp_path}/x.py:A.b"
    assert loading.absolute_path("x.y:A") == "x.y:A"
