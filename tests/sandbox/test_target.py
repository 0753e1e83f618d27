import functools
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rlvr.sandbox import NotLoadable, Target
from rlvr.sandbox.loading import PathFormatError, load_object
from tests.sandbox.callees import PATH, Adder


class Holder:
    def __init__(self, held: Any) -> None:
        self.held = held

    def get(self) -> Any:
        return self.held


def test_a_key_stands_for_what_is_called() -> None:
    assert Target.method(Adder(1), "add") == Target.method(Adder(1), "add")
    assert Target.method(Adder(1), "add").key != Target.method(Adder(2), "add").key
    assert Target.method(Adder(1), "add").key != Target.method(Adder(1), "__repr__").key
    assert Target.function("math:sqrt").key != Target.function("math:exp").key


def test_a_relative_file_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Target.function("tasks.py:f").path == f"{tmp_path}/tasks.py:f"
    with pytest.raises(PathFormatError):
        Target.function("tasks.py")


def test_the_files_of_nested_objects_travel_along() -> None:
    adder = load_object(f"{PATH}:Adder")(3)
    assert Target.method(Holder(adder), "get").files == {type(adder).__module__: PATH}


def test_what_lives_here_only_is_refused() -> None:
    class Local:
        def get(self) -> int:
            return 1

    with pytest.raises(NotLoadable, match="inside a function"):
        Target.method(Local(), "get")
    with pytest.raises(NotLoadable, match="inside a function"):
        Target.method(Holder(lambda: 1), "get")
    with pytest.raises(NotLoadable, match="inside a function"):
        Target.method(Holder(functools.partial(Local)), "get")
    with pytest.raises(NotLoadable, match="cannot be sent to a worker"):
        Target.method(Holder(sys.stdout), "get")


def test_what_is_not_a_method_is_refused() -> None:
    with pytest.raises(AttributeError):
        Target.method(Adder(1), "subtract")
    with pytest.raises(TypeError, match="is not a method: it is 1"):
        Target.method(Adder(1), "amount")


@pytest.mark.parametrize("source", ["Task()", "Holder(Task())", "Holder(Task)", "Holder(helper)"])
def test_the_main_module_is_refused_even_inside(source: str) -> None:
    code = (
        "from rlvr.sandbox import Target, NotLoadable\n"
        f"from {__name__} import Holder\n"
        "class Task:\n    def get(self): return 1\n"
        "def helper(): ...\n"
        f"try: Target.method({source}, 'get')\n"
        "except NotLoadable as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[2], check=True
    )
    assert "written in the main script or a notebook" in done.stdout
    assert "file.py:Name" in done.stdout
