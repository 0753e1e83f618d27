"""`rlvr sandbox` against a real engine where there is one, and its errors where there is none."""

import os

import pytest

from rlvr.cli import sandbox_probes
from rlvr.sandbox import SandboxError
from rlvr.sandbox.programs import docker_image, host_tools, host_tree
from rlvr.sandbox.programs.docker_engine import Engine
from tests.cli.inside import run_inside
from tests.sandbox.programs.speaking import need_tools


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


@pytest.mark.usefixtures("_engine")
def test_build_for_other_languages(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    need_tools()
    assert run_inside(monkeypatch, "sandbox", "build", "--language", "all") == 0
    capsys.readouterr()
    for language, variants in {"cpp": ["cpp", "cpp-compiler"], "javascript": ["javascript"]}.items():
        assert run_inside(monkeypatch, "sandbox", "build", "--language", language) == 0
        lines = capsys.readouterr().out.splitlines()
        assert [line.split(" ", 1)[1] for line in lines] == [f"for {name} is there already" for name in variants]
    assert sandbox_probes._docker().detail.endswith("images: python, cpp, javascript")


@pytest.mark.usefixtures("_engine")
def test_build_for_a_language_without_tools(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(host_tools, "_found", lambda name: None)
    for cached in (host_tools.tool, host_tree.tree_key, docker_image.image_tag):
        cached.cache_clear()
    assert run_inside(monkeypatch, "sandbox", "build", "--language", "cpp") == 1
    assert "apt-get install g++" in capsys.readouterr().err
    assert run_inside(monkeypatch, "sandbox", "build") == 0
    assert sandbox_probes._docker().detail.endswith("images: python")


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
    assert run_inside(monkeypatch, "sandbox", "build", "--language", "rust") == 2
