"""Every program of HumanEval and MBPP passes its tests, in the bubblewrap tier, and what is wrong does not."""

import ast
import gzip
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from rlvr.rewards import CodeVerifier, Score, Verdict
from rlvr.sandbox import Limits, Sandbox, SandboxError, open_sandbox
from tests.rewards.code.mutants import ends_of, mutants, tree_of

DATA = Path(os.environ.get("RLVR_DATA", Path(__file__).parents[3].parent / "shared" / "data"))
HUMAN_EVAL, MBPP = DATA / "HumanEval.jsonl.gz", DATA / "mbpp_sanitized.json"

HELPERS = {"HumanEval/32": "poly", "HumanEval/38": "encode_cyclic", "HumanEval/50": "encode_shift"}
"""Tests that call a function of their prompt besides the entry point. What the program makes of it counts for nothing,
so the reference has to bring it as its preamble."""


@dataclass(frozen=True)
class Row:
    id: str
    program: str
    reference: dict[str, Any] = field(repr=False)
    plain: str
    """What follows the program where plain Python is to run the test."""

    @property
    def entry(self) -> str:
        return str(self.reference["tests"]["entry_point"])


def human_eval() -> list[Row]:
    with gzip.open(HUMAN_EVAL, "rt") as lines:
        return [_human_eval_row(json.loads(line)) for line in lines]


def _human_eval_row(row: dict[str, str]) -> Row:
    tests = {"entry_point": row["entry_point"], "test": row["test"]}
    helper = HELPERS.get(row["task_id"])
    preamble = row["prompt"].partition(f"def {row['entry_point']}")[0] if helper else ""
    plain = f"\n{row['test']}\ncheck({row['entry_point']})\n"
    reference = {"kind": "assert", "tests": tests, "preamble": preamble}
    return Row(row["task_id"], row["prompt"] + row["canonical_solution"], reference, plain)


def mbpp() -> list[Row]:
    return [_mbpp_row(row) for row in json.loads(MBPP.read_text())]


def _mbpp_row(row: dict[str, Any]) -> Row:
    imports = "\n".join(row["test_imports"])
    defined = {name for node in tree_of(row["code"]).body for name in [getattr(node, "name", "")] if name}
    called = [node.id for node in ast.walk(tree_of(row["test_list"][0])) if isinstance(node, ast.Name)]
    entry = next(name for name in called if name in defined)
    reference = {"kind": "assert", "tests": {"entry_point": entry, "asserts": row["test_list"]}, "preamble": imports}
    return Row(f"MBPP/{row['task_id']}", row["code"], reference, "\n".join(["", imports, *row["test_list"], ""]))


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    if not (HUMAN_EVAL.exists() and MBPP.exists()):
        pytest.skip(f"no {HUMAN_EVAL} or no {MBPP}: set RLVR_DATA to the folder with the real inputs")
    return human_eval() + mbpp()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    try:
        opened = open_sandbox("bubblewrap", limits=Limits(wall_s=10, cpu_s=10), num_slots=2)
    except SandboxError as error:
        pytest.skip(f"no bubblewrap here: {error}")
    with opened:
        yield opened


def scores(sandbox: Sandbox, pairs: list[tuple[str, Row]]) -> list[Score]:
    """Return the scores of programs for the tests of the rows beside them."""
    verifier = CodeVerifier(sandbox, extract="whole")
    return verifier.verify_many([(program, row.reference) for program, row in pairs])


def test_every_reference_program_is_correct(sandbox: Sandbox, rows: list[Row]) -> None:
    assert len(rows) == 164 + 427
    found = zip(rows, scores(sandbox, [(row.program, row) for row in rows]), strict=True)
    assert {row.id: score.reason for row, score in found if score.verdict is not Verdict.CORRECT} == {}


def test_a_test_without_its_helper_is_unscored_and_says_so(sandbox: Sandbox, rows: list[Row]) -> None:
    verifier = CodeVerifier(sandbox)
    for row in rows:
        if row.id in HELPERS:
            score = verifier.grade(row.program, row.reference | {"preamble": ""})
            assert (score.verdict, HELPERS[row.id] in score.reason) == (Verdict.UNSCORED, True)


@pytest.mark.parametrize("program", ["# nothing", "def {}(*args, **kwargs):\n    pass"])
def test_the_empty_program_and_an_empty_body_are_not(sandbox: Sandbox, rows: list[Row], program: str) -> None:
    found = zip(rows, scores(sandbox, [(program.format(row.entry), row) for row in rows]), strict=True)
    assert {row.id: score.reason for row, score in found if score.verdict is not Verdict.WRONG} == {}


def test_a_program_with_a_wrong_operator_is_not(sandbox: Sandbox, rows: list[Row]) -> None:
    made = {row.id: mutants(row.program, row.entry if row.id in HELPERS else "") for row in rows}
    failed: list[tuple[str, Row]] = []
    left = rows
    while left:  # those whose mutants have all passed so far, or not ended
        tried = [(text, row) for row in left if (text := next(made[row.id], ""))]
        ends = ends_of([text + row.plain for text, row in tried], limit_s=0.3)
        failed += [pair for pair, end in zip(tried, ends, strict=True) if end == "failed"]
        left = [row for (_, row), end in zip(tried, ends, strict=True) if end != "failed"]
    assert len(failed) > 450
    found = zip(failed, scores(sandbox, failed), strict=True)
    assert {row.id: score.reason for (_, row), score in found if score.verdict is not Verdict.WRONG} == {}


def test_plain_python_says_so_of_the_programs_themselves(rows: list[Row]) -> None:
    ends = ends_of([row.program + row.plain for row in rows], limit_s=20)
    assert [row.id for row, end in zip(rows, ends, strict=True) if end != "passed"] == []
