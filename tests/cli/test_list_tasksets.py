import json

import pytest

from tests.cli.inside import run_inside


def test_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_inside(monkeypatch, "list", "--json") == 0
    listed = {entry["name"]: entry for entry in json.loads(capsys.readouterr().out)}
    assert {"Calculator", "ChainSum", "Countdown", "GSM8K", "GuessNumber", "LinearEquation"} <= set(listed)
    chain_sum = listed["ChainSum"]
    assert chain_sum["levels"] == list(range(10))
    assert (chain_sum["version"], chain_sum["family"], chain_sum["multi_turn"]) == (0, "arithmetic", False)
    assert listed["GuessNumber"]["multi_turn"] is True


def test_table(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_inside(monkeypatch, "list") == 0
    assert "Countdown-v0" in capsys.readouterr().out
