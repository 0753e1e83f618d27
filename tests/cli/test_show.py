import json
from pathlib import Path

import pytest

from tests.cli.inside import run_inside

MY_TASKS = Path(__file__).with_name("my_tasks.py")


def test_json_has_prompt_reference_response_and_score(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_inside(monkeypatch, "show", "ChainSum", "--level", "3", "--split", "val", "-n", "2", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert [task["id"] for task in shown] == ["ChainSum-v0/val/3/0", "ChainSum-v0/val/3/1"]
    for task in shown:
        assert task["prompt"]
        assert str(task["reference"]) in task["response"]
        assert [turn["response"] for turn in task["turns"]] == [task["response"]]
        assert (task["score"]["value"], task["score"]["verdict"]) == (1.0, "CORRECT")


def test_text(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_inside(monkeypatch, "show", f"{MY_TASKS}:Reverse", "--index", "5") == 0
    told = capsys.readouterr().out
    assert "[Reverse-v0/train/0/5]" in told
    assert "backwards." in told
    assert '"verdict": "CORRECT"' in told


def test_game_shows_every_turn(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_inside(monkeypatch, "show", "GuessNumber") == 0
    told = capsys.readouterr().out
    assert told.count("[oracle]") == told.count("[reply]") > 1


def test_without_oracle(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_inside(monkeypatch, "show", f"{MY_TASKS}:Unsolved") == 0
    assert "no oracle" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["Countdwn"], "did you mean 'Countdown'"),
        (["Countdown", "--level", "10"], "no level 10"),
        (["Countdown", "--split", "all"], "no split 'all'"),
        (["Countdown", "--option", "size=3"], "no option 'size'"),
        (["GSM8K"], "path"),
        (["missing.py:X"], "missing.py"),
        ([f"{MY_TASKS}:Revers"], "did you mean 'Reverse'"),
    ],
)
def test_usage_errors(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert run_inside(monkeypatch, "show", *arguments) == 2
    assert message in capsys.readouterr().err


def test_rows_beyond_the_end_of_a_data_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"question": "One?", "answer": "It is 1.\\n#### 1"}\n', encoding="utf-8")
    option = ["--option", f"path={rows}"]
    assert run_inside(monkeypatch, "show", "GSM8K", *option) == 0
    assert run_inside(monkeypatch, "show", "GSM8K", *option, "-n", "2") == 2
    assert "1 tasks" in capsys.readouterr().err
