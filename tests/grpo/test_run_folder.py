import subprocess
import sys
from pathlib import Path

import pytest

from rlvr.grpo.config import Config
from rlvr.grpo.recipe import load_recipe
from rlvr.grpo.run_folder import JsonLog, RunFolder, RunFolderError
from tests.grpo.small import small_config

HOLDER = """
import sys
from rlvr.grpo.recipe import load_recipe
from rlvr.grpo.run_folder import RunFolder
with RunFolder(load_recipe(None, [f"run.dir={sys.argv[1]}"])):
    print("open", flush=True)
    sys.stdin.read()
"""


def config_in(folder: Path, *overrides: str) -> Config:
    return small_config(f"run.dir={folder / 'run'}", *overrides)


def begin(config: Config) -> None:
    """Leave a run that got as far as its first checkpoint."""
    with RunFolder(config) as run:
        run.checkpoints.mkdir()


def test_a_new_folder_says_what_runs(tmp_path: Path) -> None:
    config = config_in(tmp_path / "deep" / "er", "grpo.num_steps=9")
    with RunFolder(config) as run:
        assert load_recipe(run.dir / "config.toml") == config
        assert (run.metrics.read(), run.rollouts.size, run.read_json("summary.json")) == ([], 0, None)


def test_a_second_process_is_refused_while_the_first_lives(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    command = [sys.executable, "-c", HOLDER, str(config.run.dir)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(RunFolderError, match=r"run is in use by another process; wait for it or set run\.dir"):
            RunFolder(config, is_fresh=True)
        holder.kill()
    with RunFolder(config, is_fresh=True):
        pass


def test_a_refused_folder_is_not_held(tmp_path: Path) -> None:
    begin(config_in(tmp_path))
    with pytest.raises(RunFolderError) as refused:
        RunFolder(config_in(tmp_path, "run.seed=3"))
    with RunFolder(config_in(tmp_path)):
        assert refused.traceback


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("run.seed=0", "run.seed=3", r"\(run\.seed was 0, is 3\)"),
        (
            "grpo.kl_coef=0.1",
            "optimizer.lr=1",
            r"\(grpo\.kl_coef was 0\.1, is 0\.0; optimizer\.lr was 0\.01, is 1\.0\)",
        ),
        ("run.seed=0", "task.options={slip = 0.1}", r"\(task\.options\.slip was None, is 0\.1\)"),
        ("task.options={slip = 0.1}", "run.seed=0", r"\(task\.options\.slip was 0\.1, is None\)"),
        ("task.rubric={correct = 1}", "run.seed=0", r"\(task\.rubric\.correct was 1\.0, is None\)"),
    ],
)
def test_a_run_of_another_configuration_is_refused(tmp_path: Path, before: str, after: str, message: str) -> None:
    begin(config_in(tmp_path, before))
    with pytest.raises(RunFolderError, match=message + r": use another run\.dir, or start over with --fresh"):
        RunFolder(config_in(tmp_path, after))
    assert load_recipe(tmp_path / "run" / "config.toml") == config_in(tmp_path, before)


def test_a_run_that_never_began_is_replaced(tmp_path: Path) -> None:
    with RunFolder(config_in(tmp_path)) as run:
        (run.dir / "tiny").mkdir()
        (run.dir / "report.html").touch()
    with RunFolder(config_in(tmp_path, "run.seed=3")) as run:
        assert load_recipe(run.dir / "config.toml").run.seed == 3
        assert not (run.dir / "tiny").exists()
        assert not (run.dir / "report.html").exists()


def test_a_run_may_become_longer_and_move(tmp_path: Path) -> None:
    begin(config_in(tmp_path))
    (tmp_path / "run").rename(tmp_path / "moved")
    longer = small_config(
        f"run.dir={tmp_path / 'moved'}", "grpo.num_steps=99", "run.checkpoint_every=1", "run.keep_checkpoints=5"
    )
    with RunFolder(longer) as run:
        assert load_recipe(run.dir / "config.toml") == longer


@pytest.mark.parametrize("is_fresh", [False, True])
@pytest.mark.parametrize("config", [None, 'title = "My site"', "[run]", "not toml"])
def test_a_foreign_folder_is_refused_and_left_alone(tmp_path: Path, config: str | None, is_fresh: bool) -> None:
    folder = tmp_path / "run"
    (folder / "checkpoints").mkdir(parents=True)
    (folder / "thesis.tex").touch()
    if config is not None:
        (folder / "config.toml").write_text(config)
    with pytest.raises(RunFolderError, match=r"run is no run folder|so it is no run folder"):
        RunFolder(config_in(tmp_path), is_fresh=is_fresh)
    assert (folder / "thesis.tex").exists()
    assert (folder / "checkpoints").exists()


def test_a_folder_of_another_version_can_be_started_over(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    (folder / "checkpoints").mkdir(parents=True)
    (folder / "config.toml").write_text("[run]\nseed = 0\n[grpo]\nnum_epochs = 3\n")
    with pytest.raises(RunFolderError, match=r"another version of rlvr \(unknown key grpo\.num_epochs.*--fresh"):
        RunFolder(config_in(tmp_path))
    with RunFolder(config_in(tmp_path), is_fresh=True) as run:
        assert load_recipe(run.dir / "config.toml") == config_in(tmp_path)


def test_fresh_deletes_what_a_run_left_and_nothing_else(tmp_path: Path) -> None:
    with RunFolder(config_in(tmp_path)) as run:
        run.metrics.append([{"step": 1}])
        run.write_json("summary.json", {"num_steps": 1})
        (run.checkpoints / "step-1").mkdir(parents=True)
        (run.dir / "notes.txt").touch()
    with RunFolder(config_in(tmp_path, "run.seed=3"), is_fresh=True) as run:
        assert {path.name for path in run.dir.iterdir()} == {".lock", "config.toml", "notes.txt"}
        assert load_recipe(run.dir / "config.toml").run.seed == 3


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_place_that_cannot_be_a_folder_is_named(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunFolderError, match=r"cannot write in .*; set run\.dir"):
        RunFolder(small_config(f"run.dir={tmp_path / place}"))


def test_a_log_grows_and_is_cut_back(tmp_path: Path) -> None:
    log = JsonLog(tmp_path / "log.jsonl")
    log.cut(0)
    log.append([{"text": "\u20ac \ud800 \n"}])
    size = log.size
    log.append({"step": step} for step in range(3))
    log.cut(size)
    assert log.read() == [{"text": "\u20ac \ud800 \n"}]
    with pytest.raises(RunFolderError, match=rf"log\.jsonl has {size} bytes, fewer than the {size + 1} .*--fresh"):
        log.cut(size + 1)
    with pytest.raises(ValueError, match="not JSON compliant"):
        log.append([{"value": float("nan")}])
