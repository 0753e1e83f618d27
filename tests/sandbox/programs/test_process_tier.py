"""Where the process tier is refused, what `auto` says of it, and the folders that it makes and removes."""

import json
import os
import tempfile
from pathlib import Path

import pytest

from rlvr.sandbox import Program, SandboxError, open_sandbox
from rlvr.sandbox.programs import host_tree, owners, process_tier, tiers
from rlvr.sandbox.programs.inside import landlock, users
from tests.sandbox.programs.conftest import SMALL, opened
from tests.sandbox.programs.test_tiers import refuse


def test_a_closed_sandbox_leaves_no_folder() -> None:
    sandbox = opened("process", SMALL, num_slots=1)
    before = set(Path(tempfile.gettempdir()).glob("rlvr-slots-*"))
    assert sandbox.is_weak
    assert sandbox.run(Program("open('x', 'w').write('x')")).is_ok
    sandbox.close()
    after = set(Path(tempfile.gettempdir()).glob("rlvr-slots-*"))
    assert len(before - after) == 1


@pytest.fixture
def left_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a run that is dead, with folders too deep for a path in it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = tmp_path / "rlvr-slots-dead"
    folder.mkdir()
    (folder / "owner.json").write_text(json.dumps({**owners.labels(), "rlvr.started": "1"}))
    name = "d" * 100
    fd = os.open(folder, os.O_RDONLY)
    for _ in range(1200):
        os.mkdir(name, dir_fd=fd)
        above, fd = fd, os.open(name, os.O_RDONLY, dir_fd=fd)
        os.close(above)
    os.close(fd)
    return folder


def test_what_a_dead_run_left_is_removed(left_over: Path) -> None:
    living = left_over.with_name("rlvr-slots-living")
    living.mkdir()
    (living / "owner.json").write_text(json.dumps(owners.labels()))
    half_made = left_over.with_name("rlvr-slots-new")
    half_made.mkdir()
    assert process_tier.sweep() == [str(left_over)]
    assert set(left_over.parent.iterdir()) == {living, half_made}


@pytest.mark.parametrize(
    ("where", "answer", "problem"),
    [
        ((landlock, "abi"), 0, "the kernel has no Landlock"),
        ((landlock, "abi"), 5, r"the kernel has Landlock ABI 5, and without ABI 6 \(Linux 6.12\) a program could"),
        ((users, "first_uid"), 0, "this is root, and it may not become other users"),
    ],
)
def test_where_it_is_refused(
    monkeypatch: pytest.MonkeyPatch, where: tuple[object, str], answer: int, problem: str
) -> None:
    monkeypatch.setattr(*where, lambda: answer)
    with pytest.raises(SandboxError, match=problem) as caught:
        process_tier.probe(is_privileged=True)
    assert caught.value.remedy


def test_auto_takes_it_last_and_says_that_it_is_weak(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    opened("process", num_slots=1).close()
    assert list(tiers._TIERS) == ["docker", "bubblewrap", "process"]
    monkeypatch.setattr(tiers, "_TIERS", {**tiers._TIERS, "docker": refuse, "bubblewrap": refuse})
    with caplog.at_level("INFO", "rlvr.sandbox"), open_sandbox("auto", num_slots=1) as sandbox:
        assert (sandbox.tier, sandbox.is_weak) == ("process", True)
    assert "docker: it is not here: install it; bubblewrap: it is not here" in caplog.text
    assert "This tier is weak" in caplog.text


def test_a_folder_that_not_all_can_enter_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(SandboxError, match="set TMPDIR to a folder that all can"):
        process_tier._owned_folder(0o711)
    assert process_tier._owned_folder(0o700).parent == tmp_path


def test_libraries_outside_the_systems_folders_come_from_the_tree(tmp_path: Path) -> None:
    (tmp_path / "opt/rlvr").mkdir(parents=True)
    names = ["/lib/x86_64-linux-gnu/libc.so.6", "/home/me/python/lib/libpython.so", "/home/me/python/lib/libz.so"]
    (tmp_path / "opt/rlvr/libraries").write_text("\n".join(names))
    assert process_tier._library_path(tmp_path) == f"{tmp_path}/home/me/python/lib"


def test_a_tree_for_all_users_lies_where_they_can_enter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert host_tree.cache_folder(is_for_all=False) == tmp_path / "cache/rlvr/sandbox"
    assert host_tree.cache_folder(is_for_all=True) == Path("/var/cache/rlvr/sandbox")


def test_other_languages_need_a_stronger_tier() -> None:
    with (
        opened("process", num_slots=1) as sandbox,
        pytest.raises(SandboxError, match="Python only"),
    ):
        sandbox.run(Program("console.log(1)", language="javascript"))
