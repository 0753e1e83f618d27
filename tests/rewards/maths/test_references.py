r"""Real references: each of GSM8K and MATH-500 is itself, and the pairs of ten graders are judged right."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from rlvr.rewards import MathVerifier, Verdict, check_reference
from tests.rewards.maths.rows import VERIFIER

DATA = Path(os.environ.get("RLVR_DATA", Path(__file__).parents[3] / "../shared/data"))


def rows_of(name: str) -> list[dict[str, Any]]:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{path} is not there: set RLVR_DATA to the folder of the data sets")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def is_right(answer: str, reference: str) -> bool:
    return VERIFIER.grade(answer, reference).verdict is Verdict.CORRECT


@pytest.mark.parametrize("name", ["gsm8k_train.jsonl", "gsm8k_test.jsonl"])
def test_every_reference_of_gsm8k_is_sound_and_itself(name: str) -> None:
    references = {row["answer"].rpartition("#### ")[2] for row in rows_of(name)}
    assert not {one: check_reference(one) for one in references if check_reference(one) is not None}
    assert not [one for one in references if not is_right(one, one)]


@pytest.mark.parametrize("name", ["gsm8k_train.jsonl", "gsm8k_test.jsonl"])
def test_every_worked_solution_of_gsm8k_is_right_and_no_other(name: str) -> None:
    by_hash = MathVerifier(extract=("hash",))
    rows = rows_of(name)[:1500]
    references = [row["answer"].rpartition("#### ")[2] for row in rows]
    for row, own, other in zip(rows, references, references[1:] + references[:1], strict=True):
        assert by_hash(row["answer"], own).verdict is Verdict.CORRECT
        is_same = float(own.replace(",", "")) == float(other.replace(",", ""))
        assert (by_hash(row["answer"], other).verdict is Verdict.CORRECT) is is_same, (own, other)


def test_every_reference_of_math500_is_sound_and_itself() -> None:
    references = {row["answer"] for row in rows_of("math500.jsonl")}
    assert not {one: check_reference(one) for one in references if check_reference(one) is not None}
    assert not [one for one in references if not is_right(one, one)]


def test_every_worked_solution_of_math500_is_right() -> None:
    boxed = MathVerifier(extract=("boxed",))
    # One solution boxes its answer twice, joined by "or": a list of two by the rule, so wrong against one value.
    rows = [row for row in rows_of("math500.jsonl") if row["solution"].count(r"\boxed") == 1]
    wrong = [row for row in rows if boxed(row["solution"], row["answer"]).verdict is not Verdict.CORRECT]
    assert len(rows) >= 490
    assert not [(row["unique_id"], row["answer"]) for row in wrong]


def test_no_two_references_of_math500_that_are_different_numbers_are_taken_for_each_other() -> None:
    numbers = sorted({row["answer"] for row in rows_of("math500.jsonl") if row["answer"].lstrip("-").isdigit()})
    pairs = [(a, b) for at, a in enumerate(numbers) for b in numbers[at + 1 :]]
    assert not [pair for pair in pairs if is_right(*pair)]


@pytest.mark.parametrize(
    "mark", ["{} ", "{}.", "${}$", r"\boxed{{{}}}", r"\({}\)", r"\displaystyle {}", "x = {}", r"\ {}"]
)
def test_marks_around_a_reference_of_math500_change_nothing(mark: str) -> None:
    references = {row["answer"] for row in rows_of("math500.jsonl")}
    if mark.startswith("x"):
        references = {
            one for one in references if not {"=", "in", "text", "mbox"} & set(one.replace("\\", " ").split())
        }
        references = {one for one in references if "=" not in one and r"\text" not in one}
    assert not [one for one in sorted(references) if not is_right(mark.format(one), one)]


def judged(row: dict[str, Any]) -> tuple[bool, str]:
    answer = rf"\boxed{{{row['prediction']}}}" if row["form"] == "answer" else row["prediction"]
    score = VERIFIER(answer, row["gold"])
    return score.verdict is Verdict.CORRECT, score.reason


def test_the_conformance_pairs_are_judged_right() -> None:
    rows = [row for row in rows_of("math_conformance.jsonl") if row["tier"] in ("core", "parse")]
    verdicts = [(row, *judged(row)) for row in rows]
    false_positives = [(row["id"], reason) for row, right, reason in verdicts if right and not row["expected"]]
    missed = [(row["id"], reason) for row, right, reason in verdicts if right is not row["expected"]]
    assert not false_positives
    assert len(missed) <= 0.015 * len(rows), missed
