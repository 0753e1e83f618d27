import json
from pathlib import Path

import pytest

import rlvr
from tests.cli.command import rlvr as run
from tests.cli.inside import run_inside

MY_TASKS = Path(__file__).with_name("my_tasks.py")


def answer_to(name: str, task_id: str) -> str:
    return str(rlvr.make_taskset(name).task_from_id(task_id).reference)


def test_users_own_task_in_a_real_terminal_session(tmp_path: Path) -> None:
    done = run("play", f"{MY_TASKS}:Reverse", "--index", "4", cwd=tmp_path, stdin=b"wrong\n")
    assert done.returncode == 0, done.stderr
    assert b"[Reverse-v0/train/0/4]" in done.stdout
    assert b"[score 0 WRONG]" in done.stdout


def test_bare_answer_is_put_into_the_format_and_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = answer_to("ChainSum", "ChainSum-v0/val/2/7")
    assert run_inside(monkeypatch, "play", "ChainSum", "--task-id", "ChainSum-v0/val/2/7", stdin=f"{answer}\n") == 0
    told = capsys.readouterr().out
    assert f"(sent as <think></think><answer>{answer}</answer>)" in told
    assert "[score 1 CORRECT]" in told
    assert json.dumps(answer) in told


def test_tagged_response_may_have_many_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = answer_to("ChainSum", "ChainSum-v0/train/0/0")
    response = f"<think>first\nsecond</think><answer>\n{answer}\n</answer>\nnot read"
    assert run_inside(monkeypatch, "play", "ChainSum", stdin=response) == 0
    told = capsys.readouterr().out
    assert "sent as" not in told
    assert "[score 1 CORRECT]" in told


def test_hedge_is_not_repaired(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_inside(monkeypatch, "play", "ChainSum", stdin="<answer>1</answer><answer>2</answer>\n") == 0
    assert "[score 0 NO_ANSWER]" in capsys.readouterr().out


def test_game_goes_on_until_it_ends(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    taskset = rlvr.make_taskset("GuessNumber")
    answers = taskset.oracle_responses(taskset.task("train", 0, 0))
    assert run_inside(monkeypatch, "play", "GuessNumber", stdin="\n".join(answers)) == 0
    assert "[score 1 CORRECT]" in capsys.readouterr().out


def test_leaving_is_no_error(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_inside(monkeypatch, "play", "GuessNumber", stdin="") == 0
    assert "left without an answer" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["ChainSum", "GuessNumber", f"{MY_TASKS}:Reverse"])
def test_oracle_plays(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert run_inside(monkeypatch, "play", name, "--oracle", "--level", "1") == 0
    told = capsys.readouterr().out
    assert "<answer>" in told
    assert "[score 1 CORRECT]" in told


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ChainSum", "--task-id", "Countdown-v0/train/0/0"], "Countdown-v0"),
        (["ChainSum", "--task-id", "nonsense"], "nonsense"),
        ([f"{MY_TASKS}:Unsolved", "--oracle"], "no oracle"),
    ],
)
def test_usage_errors(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert run_inside(monkeypatch, "play", *arguments) == 2
    assert message in capsys.readouterr().err
