import ast
import math
import os
from pathlib import Path
from typing import Any

import pytest

from rlvr.sandbox import Limits, Program, Sandbox, open_sandbox
from rlvr.sandbox.programs import inside, owners
from rlvr.sandbox.programs.errors import SlotLostError
from rlvr.sandbox.programs.reports import execution_of
from tests.sandbox.programs.running import run


@pytest.mark.parametrize(
    "bad",
    [
        *({"wall_s": 0}, {"wall_s": math.inf}, {"cpu_s": -1}, {"memory_mb": 8}, {"memory_mb": 64.5}, {"pids": True}),
        *({"output_mb": 1000}, {"disk_mb": math.nan}, {"wall_s": "5"}),
    ],
    ids=str,
)
def test_bad_limits(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(bad))):
        Limits(**bad)


@pytest.mark.parametrize(
    "bad",
    [
        {"source": "x" * (2**21 + 1)},
        {"stdin": "text"},
        {"args": "text"},
        {"args": ["x" * 2**17]},
        {"files": {"../x": b""}},
        {"files": {"/x": b""}},
        {"files": {"": b""}},
        {"files": {"x": "text"}},
        {"files": {str(i): b"" for i in range(1001)}},
    ],
    ids=lambda bad: next(iter(bad)),
)
def test_bad_programs(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"source|stdin|args|file"):
        Program(**{"source": "", **bad})


REPORT = {"status": 0, "wall_s": 0.1, "cpu_s": 0.1, "peak_mb": 10.0, "killed": "", "is_clean": True, "sizes": [2, 1]}
READ = [
    ({}, "OK", 0, None),
    ({"status": 256}, "RE", 1, None),
    ({"status": 11}, "RE", None, 11),
    ({"status": 139}, "RE", None, 11),
    ({"status": 31}, "VIOLATION", None, 31),
    ({"status": 9, "killed": "wall"}, "TLE", None, 9),
    ({"status": 9, "killed": "cpu"}, "TLE", None, 9),
    ({"killed": "memory"}, "MLE", 0, None),
    ({"killed": "output"}, "OLE", 0, None),
    ({"cpu_s": 6.0}, "TLE", 0, None),
    ({"status": 6, "peak_mb": 257.0}, "MLE", None, 6),
    ({"status": 6, "peak_mb": 255.0}, "RE", None, 6),
    ({"status": 11, "peak_mb": 257.0}, "RE", None, 11),
]


@pytest.mark.parametrize(("change", "outcome", "code", "signal"), READ, ids=str)
def test_reports(change: dict[str, Any], outcome: str, code: int | None, signal: int | None) -> None:
    execution = execution_of({**REPORT, **change}, memoryview(b"abc"), Limits())
    assert (execution.outcome, execution.exit_code, execution.signal) == (outcome, code, signal)
    assert (execution.stdout, execution.stderr) == (b"ab", b"c")
    assert bool(execution.reason) is (outcome != "OK")


@pytest.mark.parametrize(
    "change",
    [
        *({"sizes": [2, 2]}, {"sizes": [4, -1]}, {"sizes": "ab"}, {"sizes": [2.0, 1]}),
        *({"status": "0"}, {"cpu_s": None}, {"set_up_error": "OSError"}),
    ],
    ids=str,
)
def test_malformed_reports_are_a_lost_slot(change: dict[str, Any]) -> None:
    with pytest.raises(SlotLostError):
        execution_of({**REPORT, **change}, memoryview(b"abc"), Limits())


def test_more_output_than_allowed_is_no_report_of_ours() -> None:
    with pytest.raises(SlotLostError, match="sizes"):
        execution_of({**REPORT, "sizes": [2**20, 0]}, memoryview(bytes(2**20)), Limits(output_mb=0.5))


def test_names_of_tiers() -> None:
    with pytest.raises(ValueError, match="no tier 'dokcer'"):
        open_sandbox("dokcer")


def test_files_that_do_not_fit(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="disk_mb is 8"):
        sandbox.run(Program("", files={"x": bytes(9 << 20)}))


@pytest.mark.parametrize("source", ["print('\ud800')", "x = 1\0", b"\xff"], ids=ascii)
def test_source_that_is_no_text_is_the_programs_error(sandbox: Sandbox, source: str) -> None:
    execution = sandbox.run(Program(source))
    assert (execution.outcome, execution.exit_code) == ("RE", 1)


def test_memory_that_was_given_back_at_once_counts(sandbox: Sandbox) -> None:
    for _ in range(5):
        assert run(sandbox, "x = b'x' * (130 << 20)\ndel x").outcome == "MLE"
        assert run(sandbox, "import ssl, decimal\nx = b'x' * (76 << 20)\ndel x").outcome == "OK"


def test_other_limits_get_another_slot(sandbox: Sandbox) -> None:
    assert run(sandbox, "x = b'x' * (130 << 20)").outcome == "MLE"
    assert run(sandbox, "x = b'x' * (130 << 20)", memory_mb=256).outcome == "OK"
    assert run(sandbox, "x = b'x' * (130 << 20)").outcome == "MLE"


@pytest.mark.parametrize("path", sorted(Path(inside.__file__).parent.rglob("*.py")), ids=lambda path: path.stem)
def test_what_runs_inside_needs_only_an_old_python(path: Path) -> None:
    tree = ast.parse(path.read_text(), feature_version=(3, 9))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    ours = {name for name in names if name.startswith("rlvr")}
    assert all(name.startswith(inside.__name__) for name in ours)
    assert not {name.partition(".")[0] for name in names - ours} - __import__("sys").stdlib_module_names


def test_whose_a_container_is() -> None:
    mine = owners.labels()
    assert not owners.is_left_over(mine)
    assert owners.is_left_over({**mine, "rlvr.started": "1"})
    assert owners.is_left_over({**mine, "rlvr.owner": "4194999"})
    assert not owners.is_left_over({**mine, "rlvr.machine": "another", "rlvr.owner": "4194999"})
    assert mine["rlvr.owner"] == str(os.getpid())
