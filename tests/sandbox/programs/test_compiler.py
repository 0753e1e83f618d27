"""The compiler keeps what it made, the host says what it lacks, and a language has one name."""

import ast
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from rlvr.sandbox import Execution, Limits, Program, ProgramOutcome, Sandbox, SandboxError
from rlvr.sandbox.programs import compiler, host_tools
from rlvr.sandbox.programs.compiler import Compiler, first_error
from rlvr.sandbox.programs.languages import language_problem, launcher_source
from rlvr.sandbox.programs.slot import Shape, Slot
from rlvr.sandbox.programs.variants import Variant
from tests.sandbox.programs.test_slots import ScriptedTier, echo

OK = ProgramOutcome.OK


class Compilations:
    """Counts what is compiled; `make` says what comes out."""

    def __init__(self, make: Callable[[bytes], Execution]) -> None:
        self.make, self.sources, self.seen = make, list[bytes](), set[tuple[Variant, bytes, int]]()

    def __call__(self, program: Program, limits: Limits, variant: Variant) -> Execution:
        self.sources.append(program.code)
        self.seen.add((variant, program.stdin, len(program.files)))
        time.sleep(0.02)
        return self.make(program.code)


def test_a_source_is_compiled_once_whoever_asks() -> None:
    runs = Compilations(lambda source: Execution(OK, 0, stdout=b"made of " + source))
    compilers, made = Compiler(runs), []
    threads = [threading.Thread(target=lambda n=n: made.append(compilers.compiled(b"%d" % (n % 3)))) for n in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(runs.sources) == [b"0", b"1", b"2"]
    assert sorted(map(str, made)) == sorted(str(b"made of %d" % (n % 3)) for n in range(30))
    assert runs.seen == {(Variant.COMPILER, b"", 0)}, "it sees the source and nothing else"


@pytest.mark.parametrize("outcome", [ProgramOutcome.RE, ProgramOutcome.TLE, ProgramOutcome.MLE, ProgramOutcome.OLE])
def test_a_failure_is_kept_too(outcome: ProgramOutcome) -> None:
    failed = Execution(outcome, 1, None, b"partly", b"main.cpp:1:1: error: no\n", reason="as it says")
    runs = Compilations(lambda source: failed)
    compilers = Compiler(runs)
    for _ in range(3):
        found = compilers.compiled(b"x")
        assert isinstance(found, Execution)
        assert (found.outcome, found.exit_code, found.stdout) == (outcome, None, b"")
        assert found.reason in ("it does not compile: main.cpp:1:1: error: no", "its compilation: as it says")
    assert len(runs.sources) == 1


def test_our_own_failure_is_not_kept() -> None:
    results = [Execution(ProgramOutcome.INFRA, reason="gone"), Execution(OK, 0, stdout=b"made")]
    compilers = Compiler(Compilations(lambda source: results.pop(0)))
    first = compilers.compiled(b"x")
    assert isinstance(first, Execution)
    assert first.outcome == "INFRA"
    assert compilers.compiled(b"x") == b"made"


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiler, "_MAX_KEPT_BYTES", 1000)
    monkeypatch.setattr(compiler, "_MAX_KEPT", 5)
    for size, most in ((400, 2), (1, 5)):
        runs = Compilations(lambda source, size=size: Execution(OK, 0, stdout=bytes(size)))  # type: ignore[misc]
        compilers = Compiler(runs)
        for n in range(8):
            compilers.compiled(b"%d" % n)
        assert len(compilers._entries) == most
        compilers.compiled(b"7")
        assert len(runs.sources) == 8, "what was used last is still there"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (b"In file included\nmain.cpp:3:5: error: 'x' was\n 3 | x\n", "main.cpp:3:5: error: 'x' was"),
        (b"ld: in main:\nmain.cpp:(.text): undefined reference to `f()'\ncollect2: error: ld", "undefined reference"),
        (b"something else\nentirely\n", "something else"),
        (b"", "the compiler says nothing"),
        (b"x: error: \x1b[31m\xff\0" + b"y" * 5000, "x: error: ?[31m"),
    ],
)
def test_the_first_error(said: bytes, expected: str) -> None:
    found = first_error(said)
    assert expected in found
    assert len(found) <= 200
    assert found.isprintable()


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("c++", "'cpp'"),
        ("C++", "'cpp'"),
        ("js", "'javascript'"),
        ("Python3", "'python'"),
        ("javascrpt", "'javascript'"),
    ],
)
def test_another_name_of_a_language_is_recognized(name: str, hint: str) -> None:
    assert f"did you mean {hint}" in language_problem(name)
    with pytest.raises(ValueError, match=r"did you mean .*: use python, cpp, javascript"):
        Program("x", language=name)


@pytest.mark.parametrize("name", ["rust", "", None, 3, "cpp-compiler"])
def test_an_unknown_language(name: object) -> None:
    assert language_problem(name).startswith("there is no language")
    with pytest.raises(ValueError, match="there is no language"):
        Program("x", language=name)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("variant", "remedy"),
    [(Variant.JAVASCRIPT, "install Node.js"), (Variant.CPP, "install the C++"), (Variant.COMPILER, "install the C++")],
)
def test_a_host_without_the_tools_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, variant: Variant, remedy: str
) -> None:
    monkeypatch.setattr(host_tools, "_found", lambda name: None)
    with pytest.raises(SandboxError, match=remedy.replace("+", r"\+")):
        host_tools.tool.__wrapped__(variant)


def test_a_broken_tool_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    node = tmp_path / "node"
    node.write_text("#!/bin/sh\necho broken; exit 3\n")
    node.chmod(0o755)
    monkeypatch.setattr(host_tools, "_found", lambda name: node)
    with pytest.raises(SandboxError, match=r"node -p process.execPath fails: broken"):
        host_tools.tool.__wrapped__(Variant.JAVASCRIPT)


class LackingTier(ScriptedTier):
    """Has no tools for other languages."""

    def prepare(self, variant: Variant) -> None:
        raise SandboxError(f"nothing for {variant}", "install it")


def test_a_language_without_tools_is_an_error_and_python_goes_on() -> None:
    with Sandbox(LackingTier(echo), num_slots=1) as sandbox:
        for name in ("cpp", "javascript"):
            with pytest.raises(SandboxError, match=f"nothing for {name}: install it"):
                sandbox.run(Program("x", language=name))
        assert sandbox.run(Program("x")).stdout == b"x"


class RecordingTier(ScriptedTier):
    """Notes the variants of its slots."""

    def __init__(self) -> None:
        super().__init__(echo)
        self.variants: list[Variant] = []

    def make_slot(self, shape: Shape) -> Slot:
        self.variants.append(shape.variant)
        return super().make_slot(shape)


def test_each_language_has_slots_of_its_own() -> None:
    tier = RecordingTier()
    with Sandbox(tier, num_slots=1) as sandbox:
        assert sandbox.run(Program("x")).stdout == b"x"
        assert set(tier.variants) == {Variant.PYTHON}
        assert sandbox.run(Program("x", language="javascript")).stdout == b"x" + launcher_source("node")
        # The scripted compiler hands back what it was sent, and that is what then runs.
        made = b"y" + launcher_source("compiler")
        assert sandbox.run(Program("y", language="cpp")).stdout == made + launcher_source("binary")
    assert set(tier.variants) == set(Variant)


@pytest.mark.parametrize("name", ["binary", "compiler", "node"])
def test_launchers_need_only_an_old_python(name: str) -> None:
    tree = ast.parse(launcher_source(name), feature_version=(3, 9))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert imported <= sys.stdlib_module_names
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]


def test_a_judge_is_written_in_python() -> None:
    judge = Program("x", language="javascript")
    with Sandbox(ScriptedTier(echo), num_slots=1) as sandbox:
        for call in (lambda: sandbox.run_judge(judge), lambda: sandbox.run_linked(Program("x"), judge)):
            with pytest.raises(ValueError, match="the judge is written in 'javascript': write it in 'python'"):
                call()


def test_compiled_programs_may_be_larger_than_sources() -> None:
    big = bytes(3 << 20)
    with pytest.raises(ValueError, match="at most 2,097,152 are run"):
        Program(big, language="cpp")
    assert replace(Program(b"x", language="cpp"), source=big, launcher=b"pass").code == big
