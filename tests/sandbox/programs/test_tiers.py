"""The choice of a tier, and the image that docker's slots are made from."""

import tarfile
from pathlib import Path

import pytest

from rlvr.sandbox import Program, Sandbox, SandboxError, open_sandbox
from rlvr.sandbox.programs import docker_image, host_tree, tiers
from rlvr.sandbox.programs.docker_engine import Engine, EngineError
from rlvr.sandbox.programs.pool import Tier
from tests.sandbox.programs.conftest import opened
from tests.sandbox.programs.running import printed
from tests.sandbox.programs.test_slots import ScriptedTier, echo


def refuse() -> Tier:
    raise SandboxError("it is not here", "install it")


def test_auto_takes_the_strongest_and_says_why_not_a_stronger(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tiers, "_TIERS", {"docker": refuse, "scripted": lambda: ScriptedTier(echo)})
    with caplog.at_level("INFO", "rlvr.sandbox"), open_sandbox("auto", num_slots=1) as sandbox:
        assert sandbox.tier == "scripted"
        assert sandbox.run(Program("x")).stdout == b"x"
    assert caplog.messages == [
        "programs run in the scripted tier (for tests), since docker: it is not here: install it"
    ]


def test_auto_with_nothing_says_what_each_tier_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiers, "_TIERS", {"docker": refuse, "bubblewrap": refuse})
    with pytest.raises(SandboxError, match=r"no tier works here\. docker: it is not here: install it\. bubblewrap: it"):
        open_sandbox()


def test_every_call_to_the_engine_has_a_deadline() -> None:
    opened("docker", num_slots=1).close()
    engine = Engine()
    with pytest.raises(EngineError, match=r"did not answer sleep in 0\.1 s"):
        engine.call(__import__("time").sleep, 0.1, 1)
    engine.close()


def test_an_image_is_built_when_missing(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    opened("docker", num_slots=1).close()
    monkeypatch.setattr(docker_image, "image_tag", lambda variant: "rlvr-slot:test")
    monkeypatch.setattr("rlvr.sandbox.programs.docker_tier.image_tag", lambda variant: "rlvr-slot:test")
    monkeypatch.setattr(docker_image, "_pulled", lambda engine: False)
    engine = Engine()
    try:
        with caplog.at_level("INFO", "rlvr.sandbox"), open_sandbox("docker", num_slots=1) as sandbox:
            assert "building the image rlvr-slot:test from this host's own Python" in caplog.text
            assert printed(sandbox, "print(1)") == "1\n"
    finally:
        engine.api.remove_image("rlvr-slot:test", force=True)
        engine.close()


def test_the_tree_holds_no_setuid_file_and_no_package_manager(tmp_path: Path) -> None:
    root = host_tree.cached_tree()
    for path in root.rglob("*"):
        assert path.is_symlink() or not path.stat().st_mode & 0o6000, path
        assert path.name not in {"pip", "gcc", "cc", "apt-get", "dpkg", "site-packages"}, path
    archive = docker_image._tar(root / "opt", tmp_path / "archive.tar")
    with tarfile.open(archive) as listed:
        for entry in listed:
            assert (entry.uid, entry.gid, entry.mode & 0o6022) == (0, 0, 0), entry.name


def test_a_program_sees_no_compiler(sandbox: Sandbox) -> None:
    source = (
        "import shutil; print([name for name in ('gcc', 'cc', 'pip', 'apt-get', 'sudo', 'su') if shutil.which(name)])"
    )
    assert printed(sandbox, source) == "[]\n"
