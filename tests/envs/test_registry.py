import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import gymnasium
import pytest

import rlvr
from rlvr.envs import plugins, registry
from rlvr.envs.registry import BrokenPlugin, DuplicateTaskset, TasksetInfo, UnknownTaskset
from tests.envs.authored import OutOfInit, Reverse

MY_TASKS = """
import rlvr

@rlvr.register("Shout")
class Shout(rlvr.Taskset):
    def __init__(self, mark="!"):
        self.mark = mark
    def generate(self, rng, level):
        return rlvr.Problem(f"Shout {rng.random()}.", reference="HEY" + self.mark)
    def solve(self, task):
        return task.reference

class Plain(Shout):
    pass

NUMBER = 3

if __name__ == "__main__":
    print(rlvr.make("my_tasks.py:Shout").reset(options={"index": 0})[1]["task_id"])
    print(rlvr.make("Shout").reset(options={"index": 0})[1]["task_id"])
"""


@pytest.fixture
def registered() -> Iterator[dict[tuple[str, int], type[rlvr.Taskset]]]:
    """The registry's table, restored afterwards along with Gymnasium's."""
    table, gym_table = dict(registry._REGISTERED), dict(gymnasium.registry)
    yield registry._REGISTERED
    registry._REGISTERED.clear()
    registry._REGISTERED.update(table)
    gymnasium.registry.clear()
    gymnasium.registry.update(gym_table)


@pytest.fixture
def announce(
    monkeypatch: pytest.MonkeyPatch, registered: dict[tuple[str, int], type[rlvr.Taskset]]
) -> Iterator[pytest.MonkeyPatch]:
    plugins.announced.cache_clear()
    yield monkeypatch
    plugins.announced.cache_clear()


def entries(announce: pytest.MonkeyPatch, **paths: str) -> None:
    found = EntryPoints(EntryPoint(name.replace("_v", "-v"), path, plugins.GROUP) for name, path in paths.items())
    announce.setattr("importlib.metadata.entry_points", lambda group: found.select(group=group))


@pytest.fixture
def my_tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, registered: object) -> Path:
    file = tmp_path / "my_tasks.py"
    file.write_text(MY_TASKS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    return file


def fresh(name: str = "Reverse") -> type[rlvr.Taskset]:
    return type(name, (Reverse,), {"__module__": __name__, "__qualname__": name})


@pytest.mark.usefixtures("registered")
def test_a_name_finds_the_newest_version() -> None:
    old, new = fresh(), fresh()
    rlvr.register("Mirror")(old)
    rlvr.register("Mirror", version=2)(new)
    assert rlvr.make("Mirror").reset(options={"index": 3})[1]["task_id"] == "Mirror-v2/train/0/3"
    assert rlvr.make("Mirror-v0").reset(options={"index": 3})[1]["task_id"] == "Mirror-v0/train/0/3"
    with pytest.raises(UnknownTaskset, match="Mirror has no version 1; it has Mirror-v0, Mirror-v2"):
        rlvr.make("Mirror-v1")


@pytest.mark.usefixtures("registered")
def test_the_same_name_and_version_twice_is_an_error() -> None:
    rlvr.register("Mirror")(fresh())
    with pytest.raises(DuplicateTaskset, match=r"Mirror-v0 is registered already, by tests\.envs"):
        rlvr.register("Mirror")(fresh())
    with pytest.raises(DuplicateTaskset, match=r"ChainSum-v0 is registered already, by rlvr\.envs\.tasksets"):
        rlvr.register("ChainSum")(fresh())


CELL = """
@rlvr.register("Cell")
class {name}(rlvr.Taskset):
    def generate(self, rng, level):
        return rlvr.Problem("Say {word}.", reference="{word}")
"""
AGAIN = f"""
import rlvr
exec({CELL.format(name="Cell", word="one")!r})
exec({CELL.format(name="Cell", word="two")!r})
print(rlvr.make_taskset("Cell").task("train", 0, 0).reference)
exec({CELL.format(name="Other", word="three")!r})
"""


def test_a_cell_of_a_notebook_may_run_again_but_takes_no_other_classes_name() -> None:
    done = subprocess.run([sys.executable, "-c", AGAIN], capture_output=True, text=True, check=False)
    assert done.stdout == "two\n"
    assert "DuplicateTaskset: Cell-v0 is registered already, by __main__:Cell" in done.stderr


def test_a_script_that_defines_a_class_twice_is_wrong(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(AGAIN)
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    assert (done.stdout, "DuplicateTaskset: Cell-v0 is registered" in done.stderr) == ("", True)


@pytest.mark.usefixtures("registered")
def test_one_class_has_one_name() -> None:
    cls = rlvr.register("Mirror")(fresh())
    with pytest.raises(DuplicateTaskset, match="registered already, as Mirror-v0"):
        rlvr.register("Reflection")(cls)


@pytest.mark.parametrize("name", ["", "my/tasks", "Mirror-v1", "1st", "a b", "a:b", "Sué"])
def test_a_malformed_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a taskset's name"):
        rlvr.register(name)


def test_only_a_taskset_class_can_be_registered() -> None:
    with pytest.raises(ValueError, match=r"not a subclass of rlvr\.Taskset"):
        rlvr.register("Mirror")(int)  # type: ignore[type-var]
    with pytest.raises(ValueError, match="must be 0 or more, not -1"):
        rlvr.register("Mirror", version=-1)


def test_a_misspelt_name_suggests_the_nearest() -> None:
    with pytest.raises(UnknownTaskset, match=r"no taskset 'Countdwon'; did you mean 'Countdown'\?"):
        rlvr.make("Countdwon")
    with pytest.raises(UnknownTaskset, match=r"no taskset 'zzz'\. Known: Calculator"):
        rlvr.make("zzz")


def test_a_misspelt_option_suggests_the_nearest() -> None:
    with pytest.raises(
        ValueError, match=r"no option 'slp'; did you mean 'slip'\? It takes: instructions, rubric, slip"
    ):
        rlvr.make("ChainSum", slp=0.5)
    with pytest.raises(ValueError, match="no option 'anything'"):
        rlvr.make("tests.envs.authored:Reverse", anything=1)


def test_rubric_and_instructions_are_options_of_every_taskset() -> None:
    for name in ("ChainSum", "tests.envs.authored:OutOfInit"):
        taskset = rlvr.make_taskset(name, rubric={"correct": 2.0, "format": 0.2}, instructions="")
        assert dict(taskset.rubric) == {"correct": 2.0, "format": 0.2}
        assert "think" not in taskset.task("train", 0, 0).prompt
    assert dict(OutOfInit().rubric) == {"correct": 1.0}
    with pytest.raises(ValueError, match=r"at most 0\.2"):
        rlvr.make_taskset("ChainSum", rubric={"correct": 1.0, "format": 0.5})


def test_a_file_names_its_class_decorated_or_not(my_tasks: Path) -> None:
    for _ in range(2):
        env = rlvr.make("my_tasks.py:Shout", level=2, split="val", mark="?")
        _, info = env.reset(options={"index": 5})
        assert info["task_id"] == "Shout-v0/val/2/5"
        assert env.step("<answer>HEY?</answer>")[1] == 1.0
    assert rlvr.make(f"{my_tasks}:Plain").reset(options={"index": 5})[1]["task_id"] == "Plain-v0/train/0/5"
    assert rlvr.make("Shout").reset(options={"index": 0})[1]["task_id"] == "Shout-v0/train/0/0"


def test_two_files_may_have_classes_of_one_name(my_tasks: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.py"
    other.write_text(MY_TASKS.replace("HEY", "HO"))
    answers = ["<answer>HEY!</answer>", "<answer>HO!</answer>"]
    for file, answer in zip((my_tasks, other), answers, strict=True):
        env = rlvr.make(f"{file}:Shout")
        env.reset(seed=0)
        assert env.step(answer)[1] == 1.0
    assert rlvr.make_taskset("Shout").task("train", 0, 0).reference == "HEY!"


def test_one_file_may_not_have_two_classes_of_one_name(my_tasks: Path) -> None:
    my_tasks.write_text(MY_TASKS.replace("class Plain", "@rlvr.register('Shout')\nclass Plain"))
    with pytest.raises(ValueError, match="Shout-v0 is registered already"):
        rlvr.make("my_tasks.py:Shout")


def test_a_file_may_not_take_a_built_in_name(my_tasks: Path) -> None:
    my_tasks.write_text(MY_TASKS.replace('register("Shout")', 'register("ChainSum")'))
    with pytest.raises(ValueError, match="ChainSum-v0 is registered already"):
        rlvr.make("my_tasks.py:Shout")
    rlvr.make("ChainSum")
    with pytest.raises(ValueError, match="ChainSum-v0 is registered already"):
        rlvr.make("my_tasks.py:Shout")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("my_tasks.py:Shuot", "did you mean 'Shout'?"),
        ("my_task.py:Shout", "did you mean 'my_tasks.py'?"),
        ("my_tasks.py:NUMBER", "not a subclass of rlvr.Taskset but 3"),
        ("nowhere.at.all:Shout", "no module 'nowhere'"),
    ],
)
@pytest.mark.usefixtures("my_tasks")
def test_a_path_that_leads_nowhere_says_so(path: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        rlvr.make(path)


def test_a_file_may_be_run_and_name_itself(my_tasks: Path) -> None:
    done = subprocess.run([sys.executable, my_tasks], capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.split() == ["Shout-v0/train/0/0"] * 2, done.stderr


def test_the_list_has_every_built_in_with_its_family() -> None:
    found = {info.name: info for info in rlvr.list_tasksets() if info.source == "built-in"}
    assert {name: info.family for name, info in found.items()} == {
        "Calculator": "arithmetic",
        "ChainSum": "arithmetic",
        "CodeRepair": "code",
        "Countdown": "arithmetic",
        "GSM8K": "math",
        "GuessNumber": "game",
        "HumanEval": "code",
        "KnightsAndKnaves": "logic",
        "LinearEquation": "math",
        "MATH": "math",
        "MBPP": "code",
        "Programs": "code",
    }
    assert found["GuessNumber"] == TasksetInfo("GuessNumber", 0, "game", tuple(range(10)), True, "built-in")
    assert [name for name, info in found.items() if info.multi_turn] == ["Calculator", "CodeRepair", "GuessNumber"]


def test_a_plug_in_is_found_and_named_by_its_entry(announce: pytest.MonkeyPatch) -> None:
    entries(announce, Turned="tests.envs.authored:Checked", Turned_v3="tests.envs.authored:Measured")
    assert rlvr.make_taskset("Turned-v0").task("train", 0, 0).id == "Turned-v0/train/0/0"
    assert rlvr.make_taskset("Turned").task("train", 0, 0).id == "Turned-v3/train/0/0"
    assert gymnasium.make("rlvr/Turned-v3").reset(options={"index": 2})[1]["task_id"] == "Turned-v3/train/0/2"
    listed = {(info.name, info.version): info for info in rlvr.list_tasksets()}
    assert listed["Turned", 3].source == "plug-in an unknown distribution"
    assert not listed["Turned", 3].error


def test_a_broken_plug_in_is_reported_and_breaks_nothing_else(announce: pytest.MonkeyPatch) -> None:
    entries(
        announce,
        Gone="no.such.module:Thing",
        Wrong="tests.envs.authored:Echo.max_turns",
        ChainSum="tests.envs.authored:Reverse",
    )
    listed = {(info.name, info.source): info for info in rlvr.list_tasksets()}
    plug_in = "plug-in an unknown distribution"
    assert "no module" in listed["Gone", plug_in].error
    assert "not a subclass" in listed["Wrong", plug_in].error
    assert "belongs to another taskset" in listed["ChainSum", plug_in].error
    assert not listed["ChainSum", "built-in"].error
    with pytest.raises(BrokenPlugin, match=r"Gone-v0, a plug-in of .* at no\.such\.module:Thing, cannot be loaded"):
        rlvr.make("Gone")
    assert rlvr.make("ChainSum").reset(options={"index": 0})[1]["task_id"] == "ChainSum-v0/train/0/0"


PLUGIN_SCRIPT = """
import sys, gymnasium, rlvr
assert "rlvr/Whisper-v1" in gymnasium.registry
assert "whisper" not in sys.modules
print(gymnasium.make("rlvr/Whisper-v1").reset(options={"index": 0})[1]["task_id"])
for info in rlvr.list_tasksets():
    if info.source != "built-in":
        print(info.name, info.version, info.source, bool(info.error))
"""


def test_an_installed_distribution_brings_its_tasksets(tmp_path: Path) -> None:
    (tmp_path / "whisper.py").write_text(MY_TASKS.replace('"Shout"', '"Whisper", version=1'))
    folder = tmp_path / "whisper_tasks-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: whisper-tasks\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text("[rlvr.tasksets]\nWhisper-v1 = whisper:Shout\nGone = gone:Gone\n")
    done = subprocess.run(
        [sys.executable, "-c", PLUGIN_SCRIPT],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.splitlines() == [
        "Whisper-v1/train/0/0",
        "Gone 0 plug-in whisper-tasks True",
        "Whisper 1 plug-in whisper-tasks False",
    ], done.stderr


def test_python_m_runs_the_command() -> None:
    command = [sys.executable, "-m", "rlvr", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "score" in done.stdout
