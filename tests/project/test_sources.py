"""Rules about the sources themselves that no linter states."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path for top in ("rlvr/cli", "envs", "rewards", "grpo", "sandbox") for path in (ROOT / top).rglob("*.py")
)
RUNS_PROGRAMS = (ROOT / "sandbox/programs/inside/job.py", ROOT / "rewards/code/inside/program.py")
"""The places that run what a model wrote, both inside a slot: the job's own process, and a launcher in it."""
RUNS_OUR_TEXTS = ROOT / "envs/problems/running.py"
"""The place that runs solutions of our own problems, to know what is right; only the problems' own files import it."""
FORBIDDEN_NAMES = frozenset({"eval", "exec"})
FORBIDDEN_ANYWHERE = frozenset({"parse_expr", "sympify", "S", "parse_latex", "lambdify", "literal_eval"})
MAX_FUNCTION_LINES = 60
MAX_FILE_LINES = 300


def forbidden_calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            is_bare = isinstance(node.func, ast.Name)
            name = getattr(node.func, "id" if is_bare else "attr", "")
            if name in FORBIDDEN_ANYWHERE or (is_bare and name in FORBIDDEN_NAMES):
                yield f"{name} at line {node.lineno}"


def long_functions(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MAX_FUNCTION_LINES:
                yield f"{node.name} has {lines} lines"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_sources_keep_the_rules(path: Path) -> None:
    text = path.read_text()
    tree = ast.parse(text)
    expected = ["exec"] if path in (*RUNS_PROGRAMS, RUNS_OUR_TEXTS) else []
    assert [call.partition(" ")[0] for call in forbidden_calls(tree)] == expected
    assert list(long_functions(tree)) == []
    assert text.count("\n") <= MAX_FILE_LINES


@pytest.mark.parametrize(
    "source",
    ["eval('1')", "import sympy\nsympy.sympify('x')", "import sympy\nsympy.S(text)", "import ast\nast.literal_eval(t)"],
)
def test_the_rule_finds_what_it_forbids(source: str) -> None:
    assert list(forbidden_calls(ast.parse(source)))


def test_the_rule_finds_a_long_function() -> None:
    assert list(long_functions(ast.parse("def f():\n" + "    pass\n" * MAX_FUNCTION_LINES)))


def test_only_our_own_problems_are_run_outside_the_sandbox() -> None:
    module = "rlvr.envs.problems.running"
    importing = {
        path.parent
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.ImportFrom) and node.module == module)
        or (
            isinstance(node, ast.ImportFrom)
            and node.module == module.rpartition(".")[0]
            and "running" in ast.dump(node)
        )
        or (isinstance(node, ast.Import) and any(alias.name == module for alias in node.names))
    }
    assert importing == {RUNS_OUR_TEXTS.parent}


def test_one_file_touches_vllm() -> None:
    touching = [
        path.name
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.Import) and any(alias.name.split(".")[0] == "vllm" for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "vllm")
    ]
    assert touching == ["vllm_sampler.py"]
