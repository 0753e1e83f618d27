"""What slots of other languages are made from, and that they come when they are needed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rlvr.sandbox import Limits, Program, Sandbox, SandboxError, open_sandbox
from rlvr.sandbox.programs import docker_image, host_tools, host_tree
from rlvr.sandbox.programs.docker_engine import Engine
from rlvr.sandbox.programs.variants import Variant
from tests.sandbox.programs.conftest import folder_for_all, opened
from tests.sandbox.programs.speaking import LIMITS, need_tools, printed

COMPILERS = {"g++", "gcc", "cc", "cc1plus", "as", "ld", "collect2", "stdio.h", "iostream"}
OTHERS = {"npm", "npx", "pip", "apt-get", "dpkg", "sudo", "su", "site-packages"}


@pytest.fixture(scope="module", autouse=True)
def _tools() -> None:
    need_tools()


HOLDS = {
    Variant.PYTHON: (set[str](), COMPILERS | OTHERS | {"node"}),
    Variant.JAVASCRIPT: ({"node"}, COMPILERS | OTHERS),
    Variant.CPP: ({"libstdc++.so.6"}, COMPILERS | OTHERS | {"node"}),
    Variant.COMPILER: ({"g++", "cc1plus", "iostream", "stdc++.h.gch"}, OTHERS | {"node"}),
}


@pytest.mark.parametrize("variant", Variant)
def test_a_tree_holds_what_its_programs_need_and_no_more(variant: Variant) -> None:
    root = host_tree.cached_tree(variant)
    names = set()
    for path in root.rglob("*"):
        assert path.is_symlink() or not path.stat().st_mode & 0o6022 or path.stat().st_mode & 0o1000, path
        names.add(path.name)
    needed, absent = HOLDS[variant]
    assert names >= needed
    assert not names & absent


def test_a_tree_has_no_library_that_only_this_process_wants(monkeypatch: pytest.MonkeyPatch) -> None:
    shell = [Path("/bin/sh")]
    before = set(host_tree._shared_libraries(shell))
    other = next(path.with_name("libresolv.so.2") for path in before if path.name == "libc.so.6")
    assert other.exists()
    monkeypatch.setenv("LD_PRELOAD", str(other))
    assert set(host_tree._shared_libraries(shell)) == before - {other} == before


def test_a_tree_is_for_one_version_of_its_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {variant: host_tree.tree_key.__wrapped__(variant) for variant in Variant}
    monkeypatch.setattr(host_tools, "identity", lambda variant: "another")
    after = {variant: host_tree.tree_key.__wrapped__(variant) for variant in Variant}
    assert [variant for variant in Variant if before[variant] == after[variant]] == [Variant.PYTHON]


def test_what_a_linkers_script_names_is_found(tmp_path: Path) -> None:
    real = tmp_path / "libx.so.1"
    real.write_bytes(b"\x7fELF" + bytes(9000))
    script = tmp_path / "libx.so"
    script.write_text(f"/* GNU ld script */ GROUP ( {real} AS_NEEDED ( {tmp_path}/absent.so ) -lgcc )")
    assert list(host_tools._in_scripts([script, real])) == [real]


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[str], int]]:
    """How often a notice has said something."""
    with caplog.at_level("INFO", "rlvr.sandbox"):
        yield lambda part: sum(part in text for text in caplog.messages)


def test_another_languages_image_is_built_when_its_first_program_comes(
    monkeypatch: pytest.MonkeyPatch, said: Callable[[str], int]
) -> None:
    opened("docker", num_slots=1).close()
    tag, original = "rlvr-slot:test-javascript", docker_image.image_tag

    def image_tag(variant: Variant = Variant.PYTHON) -> str:
        return tag if variant is Variant.JAVASCRIPT else original(variant)

    for module in ("docker_image", "docker_tier"):
        monkeypatch.setattr(f"rlvr.sandbox.programs.{module}.image_tag", image_tag)
    engine = Engine()
    try:
        with open_sandbox("docker", limits=LIMITS, num_slots=1) as sandbox:
            assert printed_python(sandbox) == b"1\n"
            assert not said("Node.js")
            for _ in range(2):
                assert printed(sandbox, "javascript", "console.log(2)") == "2\n"
    finally:
        engine.api.remove_image(tag, force=True)
        engine.close()
    assert said(f"building the image {tag} from this host's own Node.js") == 1


def test_a_tree_is_built_when_its_first_program_comes(
    monkeypatch: pytest.MonkeyPatch, said: Callable[[str], int]
) -> None:
    opened("bubblewrap", num_slots=1).close()
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder_for_all() / "another"))
    with open_sandbox("bubblewrap", limits=LIMITS, num_slots=1) as sandbox:
        assert printed_python(sandbox) == b"1\n"
        assert not said("C++") + said("g++")
        assert printed(sandbox, "cpp", '#include <cstdio>\nint main() { puts("2"); }') == "2\n"
    assert (said("this host's own C++ library"), said("this host's own g++")) == (1, 1)


def printed_python(sandbox: Sandbox) -> bytes:
    return sandbox.run(Program("print(1)")).stdout


@pytest.mark.parametrize("tier", ["docker", "bubblewrap"])
def test_a_host_without_the_tools_says_so_at_the_first_program(monkeypatch: pytest.MonkeyPatch, tier: str) -> None:
    def tool(variant: Variant) -> Path:
        raise SandboxError("there is none on this host", "install it")

    monkeypatch.setattr(host_tools, "tool", tool)
    host_tree.tree_key.cache_clear()
    docker_image.image_tag.cache_clear()
    with opened(tier, Limits(), num_slots=1) as sandbox:
        with pytest.raises(SandboxError, match="there is none on this host: install it"):
            sandbox.run(Program("x", language="cpp"))
        assert printed_python(sandbox) == b"1\n"
