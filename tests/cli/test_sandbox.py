"""`rlvr sandbox` against a real engine where there is one, and its errors where there is none."""

import os

import pytest

from rlvr.cli import sandbox_probes
from rlvr.sandbox import SandboxError
from rlvr.sandbox.programs.docker_engine import Engine
from tests.cli.inside import run_inside


@pytest.fixture
def _engine() -> None:
    try:
        Engine().close()
    except SandboxError as error:
        if os.environ.get("RLVR_NEEDS_DOCKER") == "1":
            pytest.fail(f"RLVR_NEEDS_DOCKER=1, and yet: {error}")
        pytest.skip(str(error))


@pytest.mark.usefixtures("_engine")
def test_build_and_clean(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_inside(monkeypatch, "sandbox", "build") == 0
    assert run_inside(monkeypatch, "sandbox", "build") == 0
    assert "is there already" in capsys.readouterr().out
    assert run_inside(monkeypatch, "sandbox", "clean") == 0
    assert "images removed" in capsys.readouterr().out


def test_without_an_engine_the_error_says_how_to_start_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("docker")
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    assert run_inside(monkeypatch, "sandbox", "clean") == 1
    assert "apt-get install docker.io" in capsys.readouterr().err
    probe = sandbox_probes._docker()
    assert (probe.status, probe.remedy[:7]) == ("absent", "install")


def test_without_the_sdk_the_error_names_the_extra(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "docker", None)
    assert run_inside(monkeypatch, "sandbox", "build") == 1
    assert "pip install 'rlvr[docker]'" in capsys.readouterr().err


def test_without_bubblewrap_the_probe_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    probe = sandbox_probes._bubblewrap()
    assert probe.status == "absent"
    assert "apt-get install bubblewrap" in probe.remedy


def test_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run_inside(monkeypatch, "sandbox", "destroy") == 2
