from pathlib import Path

import pytest

from tests.cli.inside import run_inside
from tests.grpo.report.made import line, make_run, rollout


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return make_run(tmp_path / "runs" / "one", [line(1), line(2)], [rollout(1), rollout(2)])


def test_a_report_is_written_into_the_run(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_inside(monkeypatch, "report", str(run)) == 0
    told = capsys.readouterr()
    assert told.out == f"{run / 'report.html'}\n"
    assert told.err == "2 steps, 2 of 2 rollouts, 0.1 MB\n"
    assert (run / "report.html").read_text().startswith("<!doctype html>")


def test_a_comparison_goes_where_it_is_told(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    other = make_run(tmp_path / "other", [line(1)], is_finished=False)
    page = tmp_path / "both.html"
    assert run_inside(monkeypatch, "report", str(run), str(other), "--out", str(page)) == 0
    assert "2 and 1 steps, 2 of 2 rollouts" in capsys.readouterr().err
    assert str(other) in page.read_text()
    assert not (run / "report.html").exists()


def test_a_damaged_run_is_told_and_reported(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (run / "metrics.jsonl").write_bytes((run / "metrics.jsonl").read_bytes()[:-9])
    assert run_inside(monkeypatch, "report", str(run)) == 0
    assert "note: metrics.jsonl ends in the middle of line 2" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["nowhere"], 2, "there is no nowhere"),
        (["."], 2, "is no run folder"),
        (["runs/one", "nowhere"], 2, "there is no nowhere"),
        (["runs/one", "--out", "runs/one/config.toml"], 2, "exists and is no report"),
        (["runs/one", "--out", "runs"], 2, "is a folder"),
        (["runs/one", "--out", "nowhere/page.html"], 1, "nowhere/page.html: No such file or directory"),
        ([], 2, "Missing argument"),
    ],
)
def test_what_cannot_be_done_is_said(
    run: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    before = (run / "config.toml").read_bytes()
    assert run_inside(monkeypatch, "report", *arguments) == code
    told = capsys.readouterr()
    assert message in told.err
    assert told.out == ""
    assert (run / "config.toml").read_bytes() == before
