"""Planted trouble is seen within thirty steps, and the honest run beside it is silent.

These are real trainings of a tiny model, because what a policy makes of a bad verifier is the question; each takes a
few seconds, and they share one warm start.
"""

import json
from pathlib import Path

import pytest

from rlvr.grpo.alarms import ALARMS
from rlvr.grpo.recipe import load_recipe
from rlvr.grpo.trainer import train
from rlvr.grpo.view import SilentView
from rlvr.grpo.warmup import warm_start_only
from tests.grpo.runs import Heard, records

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PLANTED = ROOT / "recipes" / "planted"
EXPECTED = {
    "honest": set[str](),
    "word": {"hacking"},
    "forty_two": {"hacking", "one_answer"},
    "long": {"length", "hacking"},
    "echo": {"repetition"},
    "fragile": {"unscored"},
    "stuck": {"entropy"},
    "runaway": {"kl"},
    "tight": {"truncation"},
}
"""What each recipe must make fire; only the honest one must make nothing else fire."""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the planted recipes begin with."""
    folder = tmp_path_factory.mktemp("planted")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        config = load_recipe(PLANTED / "honest.toml", [f"run.dir={folder / 'warmup'}"])
        warm_start_only(config, SilentView(), folder / "model")
    return folder / "model"


def trained(name: str, model: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Heard:
    """Run a planted recipe as its file says, but for the folders."""
    monkeypatch.chdir(ROOT)
    heard = Heard()
    overrides = [f"model.path={json.dumps(str(model))}", "warmup.is_enabled=false", f"run.dir={folder / 'run'}"]
    train(load_recipe(PLANTED / f"{name}.toml", overrides), heard)
    return heard


@pytest.mark.parametrize("name", EXPECTED)
def test_the_alarm_fires_that_the_recipe_announces(
    name: str, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = trained(name, model, tmp_path, monkeypatch)
    fired = {alarm["name"]: line["step"] for line in heard.steps for alarm in line["alarms"]}
    assert fired.keys() >= EXPECTED[name], fired
    assert len(heard.steps) <= 30
    if name == "honest":
        assert fired == {}
        assert heard.steps[-1]["val_accuracy"] > heard.steps[0]["val_accuracy_start"] + 0.1
    if name == "word":
        last = heard.steps[-1]
        assert last["val_accuracy"] > 0.8 > 0.2 > last["val_accuracy_audited"]
        responses = [row["turns"][0]["response"] for row in records(tmp_path / "run") if row["step"] == last["step"]]
        assert sum(response.startswith("answer") for response in responses) > len(responses) / 2


def test_every_recipe_is_run_and_announces_its_alarms() -> None:
    assert {path.stem for path in PLANTED.glob("*.toml")} == EXPECTED.keys()
    assert set().union(*EXPECTED.values()) == ALARMS.keys()
    for name, alarms in EXPECTED.items():
        head = (PLANTED / f"{name}.toml").read_text().partition("\n[")[0]
        assert "# Expect:" in head
        assert all(f"`{alarm}`" in head for alarm in alarms)
