"""`rlvr train`, `rlvr warmup` and `rlvr eval` as a user types them; what they do is tested in tests/grpo."""

import io
import json
import signal
import time
from pathlib import Path

import pytest
from rich.console import Console

from rlvr.cli.train_view import TrainView
from rlvr.grpo.tiny import save_tiny
from rlvr.grpo.trainer import train
from rlvr.grpo.view import SilentView
from tests.cli.command import read_rows, rlvr, start
from tests.grpo.small import RECIPE, TASKS, small_config

DEADLINE_S = 300
HERE = Path(__file__).parent

YES = [
    *("--set", f"task.name={TASKS}:Yes", "--set", "warmup.check_every=5", "--set", "warmup.batch_size=16"),
    *("--set", "warmup.num_check_tasks=32", "--set", "warmup.lr=1e-2", "--set", "warmup.target_accuracy=0.9"),
]


@pytest.mark.parametrize("command", ["train", "warmup", "eval"])
def test_help_shows_how_it_is_typed(tmp_path: Path, command: str) -> None:
    done = rlvr(command, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert f"rlvr {command} ".encode() in done.stdout
    assert b"--set" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "--set", "grpo.group_sise=4"], "unknown key grpo.group_sise; did you mean grpo.group_size?"),
        (["train", "none.toml"], "cannot read the recipe none.toml: No such file"),
        (["warmup", "--set", "grpo.num_steps=many"], "grpo.num_steps: Input should be a valid integer"),
        (["eval", "model", "ChainSum", "--set", "run.sead=1"], "unknown key run.sead; did you mean run.seed?"),
        (["eval", "model", "ChainSum", "--level", "12"], "task.level: Input should be less than or equal to 9"),
        (["train", "--gruop"], "No such option"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(tmp_path: Path, arguments: list[str], message: str) -> None:
    done = rlvr(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert done.stdout == b""
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["eval", ".", "ChainSum"], "error: cannot load the model '.'"),
        (["train", str(RECIPE), "--set", "task.name=ChainSun"], "did you mean"),
    ],
)
def test_what_only_loading_can_tell_is_no_traceback_either(tmp_path: Path, arguments: list[str], message: str) -> None:
    done = rlvr(*arguments, "--set", "sampler.backend=torch", cwd=tmp_path, deadline_s=DEADLINE_S)
    assert done.returncode == 2, done.stderr[-2000:]
    assert message in done.stderr.decode()
    assert b"Traceback" not in done.stderr


@pytest.mark.slow
def test_a_users_file_trains(tmp_path: Path) -> None:
    (tmp_path / "my_tasks.py").write_bytes((HERE / "my_tasks.py").read_bytes())
    settings = ["--set", "task.name=my_tasks.py:Reverse", "--set", "grpo.num_steps=2", "--set", "run.dir=[b]out"]
    done = rlvr("train", str(RECIPE), *settings, "--json", cwd=tmp_path, deadline_s=DEADLINE_S)
    assert done.returncode == 0, done.stderr[-2000:]
    summary = json.loads(done.stdout)
    assert (summary["num_steps"], summary["num_eval_tasks"]) == (2, 4)
    assert b"step 1: no learning signal in 2 groups" in done.stderr
    assert b"resum" not in done.stderr
    rows = read_rows(tmp_path / "[b]out" / "rollouts.jsonl")
    assert len(rows) == 2 * 8
    assert all(row["task_id"].startswith("Reverse-v0/train/0/") for row in rows)


@pytest.mark.slow
def test_ctrl_c_finishes_the_step_and_says_how_to_go_on(tmp_path: Path) -> None:
    many = [f"grpo.num_steps={10**5}", "run.checkpoint_every=50000", "run.val_every=0", "run.num_eval_tasks=0"]
    settings = [word for one in (f"task.name={TASKS}:Plain", "run.dir=out", *many) for word in ("--set", one)]
    process = start("train", str(RECIPE), *settings, cwd=tmp_path)
    log, deadline_s = tmp_path / "out" / "metrics.jsonl", time.monotonic() + DEADLINE_S
    while not (log.exists() and log.read_bytes().count(b"\n") > 2) and time.monotonic() < deadline_s:
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=DEADLINE_S)
    assert process.returncode == 130
    assert b"finishing this step and writing a checkpoint; Ctrl-C again stops at once, without\n" in stdout
    assert b"interrupted; the same command resumes from the last checkpoint in out\n" in stdout
    assert b"Traceback" not in stderr
    num_done = log.read_bytes().count(b"\n")
    assert (tmp_path / "out" / "checkpoints" / f"step-{num_done}").is_dir()


def test_a_second_ctrl_c_is_not_waited_with() -> None:
    before = signal.getsignal(signal.SIGINT)
    with TrainView(Console(file=io.StringIO())) as view, view.stoppable() as is_asked:
        assert not is_asked()
        signal.raise_signal(signal.SIGINT)
        assert is_asked()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_an_interrupt_that_passes_through_eval_is_an_exit_code_too(tmp_path: Path) -> None:
    """As in a library's; CPython itself would end the process by the signal."""
    (tmp_path / "rude.py").write_text(
        "import os, signal, rlvr\n"
        "class Rude(rlvr.Taskset):\n"
        "    def generate(self, rng, level):\n"
        "        return eval('os.kill(os.getpid(), signal.SIGINT)')\n"
    )
    done = rlvr("show", "rude.py:Rude", cwd=tmp_path)
    assert done.returncode == 130
    assert done.stderr == b"interrupted\n"


@pytest.mark.slow
def test_what_was_trained_is_exported_and_evaluated(tmp_path: Path) -> None:
    train(
        small_config(f"run.dir={tmp_path / 'run'}", f"task.name={TASKS}:Plain", "model.lora.rank=2"),
        SilentView(),
    )
    for name, option in (("model", ()), ("adapter", ("--adapter",))):
        done = rlvr("export", "run", "--out", name, *option, cwd=tmp_path, deadline_s=DEADLINE_S)
        assert done.returncode == 0, done.stderr[-2000:]
        assert done.stdout.startswith(f"{name}, of step-6: the ".encode())
        settings = ["--set", "sampler.backend=torch", "--set", "sampler.max_tokens=16", "--set", "task.instructions="]
        command = ["eval", name, f"{TASKS}:Plain", "--num-tasks", "4", *settings, "-o", f"{name}.jsonl"]
        done = rlvr(*command, cwd=tmp_path, deadline_s=DEADLINE_S)
        assert done.returncode == 0, done.stderr[-2000:]
    assert (tmp_path / "model.jsonl").read_bytes() == (tmp_path / "adapter.jsonl").read_bytes()
    done = rlvr("export", "nothing", "--out", "again", cwd=tmp_path, deadline_s=DEADLINE_S)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"error: nothing is no run folder: cannot read nothing/config.toml: No such file")


@pytest.mark.slow
def test_a_warm_started_model_is_written_and_evaluated(tmp_path: Path) -> None:
    done = rlvr("warmup", str(RECIPE), *YES, "-o", "model", cwd=tmp_path, deadline_s=DEADLINE_S)
    assert done.returncode == 0, done.stderr[-2000:]
    assert b"the model is in model\n" in done.stdout
    options = ["--num-tasks", "16", "--samples", "2", "--set", "task.instructions=", "--set", "sampler.backend=torch"]
    done = rlvr("eval", "model", f"{TASKS}:Yes", *options, "--json", "-o", "said.jsonl", cwd=tmp_path, deadline_s=300)
    assert done.returncode == 0, done.stderr[-2000:]
    result = json.loads(done.stdout)
    assert result["accuracy_low"] <= result["accuracy"] <= result["accuracy_high"]
    assert result["accuracy"] > 0.5
    assert result["pass_at_k"]["2"]["mean"] >= result["pass_at_k"]["1"]["mean"] == pytest.approx(result["accuracy"])
    assert (result["num_tasks"], result["num_unscored"], result["model"]) == (16, 0, "model")
    rows = read_rows(tmp_path / "said.jsonl")
    assert len(rows) == 32
    right = sum(row["score"]["verdict"] == "CORRECT" for row in rows)
    assert right / 32 == pytest.approx(result["accuracy"])


@pytest.mark.slow
def test_a_dry_run_and_a_probe(tmp_path: Path) -> None:
    done = rlvr("train", str(RECIPE), "--dry-run", "--set", "run.dir=out", cwd=tmp_path, deadline_s=DEADLINE_S)
    assert done.returncode == 0, done.stderr[-2000:]
    assert b"Nothing was kept." in done.stdout
    assert list(tmp_path.iterdir()) == []
    done = rlvr("train", str(RECIPE), "--dry-run", "--json", cwd=tmp_path, deadline_s=DEADLINE_S)
    assert (done.returncode, b"leave --fresh and --json out" in done.stderr) == (2, True)

    save_tiny(tmp_path / "model", small_config().model.tiny, seed=0)
    command = ["probe", "ChainSum", "--model", "model", "--levels", "0,2", "--num-tasks", "4", "--samples", "2"]
    command += ["--set", "sampler.backend=torch", "--set", "sampler.max_tokens=8"]
    done = rlvr(*command, "--json", cwd=tmp_path, deadline_s=DEADLINE_S)
    assert done.returncode == 0, done.stderr[-2000:]
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(line["level"], line["unsolved"], line["num_tasks"]) for line in lines] == [(0, 1, 4), (2, 1, 4)]
    done = rlvr(*command[:5], "7-12", *command[6:], cwd=tmp_path, deadline_s=DEADLINE_S)
    assert (done.returncode, b"there is no level 10; there are 0 to 9" in done.stderr) == (2, True)
