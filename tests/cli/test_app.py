import subprocess
import sys
from pathlib import Path

import pytest
import typer

import rlvr
from rlvr.cli.app import COMMANDS, build_app, command_in
from rlvr.cli.errors import OutputError, UsageError, reported
from rlvr.rewards.score import Score
from tests.cli.command import rlvr as run
from tests.cli.inside import run_inside

HEAVY = {"torch", "vllm", "transformers", "datasets", "sympy", "docker", "pyarrow", "tensorboard", "matplotlib", "peft"}


def test_version(tmp_path: Path) -> None:
    done = run("--version", cwd=tmp_path)
    assert (done.returncode, done.stdout.decode().strip()) == (0, f"rlvr {rlvr.__version__}")


def test_help_names_every_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_inside(monkeypatch, "--help") == 0
    told = capsys.readouterr().out
    names = {
        "list",
        "show",
        "play",
        "warmup",
        "train",
        "eval",
        "probe",
        "export",
        "report",
        "score",
        "sandbox",
        "doctor",
    }
    assert set(COMMANDS) == names
    for name in COMMANDS:
        assert f" {name} " in told


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_teaches_with_examples(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert run_inside(monkeypatch, name, "--help") == 0
    assert f"rlvr {name}" in capsys.readouterr().out.partition("Examples:")[2]


@pytest.mark.parametrize(
    "arguments",
    ['["--help"]', '["score", "--help"]', '["list", "--json"]', '["train", "--help"]', '["report", "none"]'],
)
def test_nothing_heavy_is_imported(tmp_path: Path, arguments: str) -> None:
    program = f"""
import sys
from rlvr.cli import main
sys.argv[1:] = {arguments}
try:
    main()
except SystemExit:
    pass
print(sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr.splitlines()[-1] == "[]"


def test_only_the_command_asked_for_is_built() -> None:
    assert command_in(["list", "--json"]) == "list"
    assert command_in(["--help"]) is None
    assert command_in([]) is None
    assert [command.name for command in build_app("list").registered_commands] == ["list"]
    assert [command.name for command in build_app().registered_commands] == list(COMMANDS)


def test_no_arguments_give_the_help(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_inside(monkeypatch) == 2
    output = capsys.readouterr()
    assert "Usage: rlvr" in output.out + output.err


def stop_with(error: BaseException) -> int:
    @reported
    def command() -> None:
        raise error

    with pytest.raises(typer.Exit) as stopped:
        command()
    return stopped.value.exit_code


def test_exit_codes_of_errors(capsys: pytest.CaptureFixture[str]) -> None:
    assert stop_with(UsageError("do this")) == 2
    assert stop_with(OutputError("disk full")) == 1
    assert stop_with(KeyboardInterrupt()) == 130
    assert capsys.readouterr().err == "error: do this\nerror: disk full\ninterrupted\n"


def test_plain_value_error_of_our_own_is_a_message(capsys: pytest.CaptureFixture[str]) -> None:
    @reported
    def command() -> None:
        Score(2.0, Score.correct().verdict)

    with pytest.raises(typer.Exit) as stopped:
        command()
    assert stopped.value.exit_code == 2
    assert "[0, 1]" in capsys.readouterr().err


@pytest.mark.parametrize("error", [ZeroDivisionError(), AssertionError("ours")])
def test_what_we_broke_keeps_its_traceback(error: Exception) -> None:
    @reported
    def command() -> None:
        raise error

    with pytest.raises(type(error)):
        command()


def test_value_error_of_a_library_keeps_its_traceback() -> None:
    @reported
    def command() -> None:
        int("no number")

    with pytest.raises(ValueError, match="no number"):
        command()
