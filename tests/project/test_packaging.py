"""What is installed is what is in the tree: the list of packages, the wheel, the links."""

import json
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = ("rlvr", "envs", "rewards", "grpo", "sandbox")

WALK = """
import importlib, importlib.util, json, pkgutil, rlvr
failed = {}
found = [module.name for module in pkgutil.walk_packages(rlvr.__path__, "rlvr.")]
names = [name for name in found if not name.endswith("__main__")]
for name in names:
    try:
        importlib.import_module(name)
    except ImportError as error:
        failed[name] = error.name
try:
    import envs
except ImportError:
    bare = False
else:
    bare = True
print(json.dumps({"names": names, "failed": failed, "bare": bare}))
"""


def setuptools_table() -> dict[str, object]:
    table: dict[str, object] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    return table


def test_every_package_on_disk_is_listed() -> None:
    table = setuptools_table()
    mapping = table["package-dir"]
    assert isinstance(mapping, dict)
    assert sorted(mapping) == table["packages"] == sorted(table["packages"])  # type: ignore[call-overload]
    folders = {
        str(path.parent.relative_to(ROOT))
        for top in CODE
        for path in (ROOT / top).rglob("*.py")
        if not path.is_symlink()
    }
    inside_links = {folder for folder in folders if any(folder.startswith(f"rlvr/{top}") for top in CODE[1:])}
    assert set(mapping.values()) == folders - inside_links


@pytest.mark.parametrize("name", CODE[1:])
def test_links_are_relative(name: str) -> None:
    assert (ROOT / "rlvr" / name).readlink() == Path("..") / name


@pytest.fixture(scope="module")
def empty_environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The python of a fresh environment that holds the wheel and what it requires, and nothing else."""
    work = tmp_path_factory.mktemp("wheel")
    source = work / "source"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).exists():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, source / name, follow_symlinks=False)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(work), str(source)]
    subprocess.run(pip, check=True, capture_output=True, timeout=300)
    (wheel,) = work.glob("rlvr-*.whl")
    venv.create(work / "venv", with_pip=True)
    python = work / "venv" / "bin" / "python"
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", str(wheel)], check=True, capture_output=True, timeout=300
    )
    return python


def test_the_wheel_imports_everything_that_needs_no_extra(empty_environment: Path, tmp_path: Path) -> None:
    done = subprocess.run([empty_environment, "-c", WALK], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert not seen["bare"], "the bare name `envs` must not exist outside the repository"
    assert {"rlvr.envs.tasksets.countdown", "rlvr.sandbox.worker", "rlvr.grpo.recipe"} <= set(seen["names"])
    assert all(name.startswith("rlvr.grpo.") for name in seen["failed"]), seen["failed"]
    extras = {"torch", "transformers", "tokenizers", "safetensors", "vllm", "matplotlib", "tensorboard"}
    assert set(seen["failed"].values()) <= extras, seen["failed"]


def test_the_wheel_lists_its_tasksets(empty_environment: Path, tmp_path: Path) -> None:
    command = empty_environment.parent / "rlvr"
    done = subprocess.run([command, "list", "--json"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    names = {row["name"] for row in json.loads(done.stdout)}
    assert {
        "Calculator",
        "ChainSum",
        "Countdown",
        "GSM8K",
        "GuessNumber",
        "KnightsAndKnaves",
        "LinearEquation",
    } <= names


def test_the_wheel_writes_a_report_without_the_extras(empty_environment: Path, tmp_path: Path) -> None:
    (tmp_path / "metrics.jsonl").write_text('{"step": 1, "reward": 0.5}\n')
    command = empty_environment.parent / "rlvr"
    done = subprocess.run([command, "report", "."], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "report.html").read_text()
    assert "<style>" in page
    assert "<svg" in page


def test_the_wheel_without_the_extras_says_which_to_install(empty_environment: Path, tmp_path: Path) -> None:
    command = empty_environment.parent / "rlvr"
    done = subprocess.run([command, "train"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert "rlvr[vllm" in done.stderr or "rlvr[train]" in done.stderr, done.stderr
    assert "Traceback" not in done.stderr
