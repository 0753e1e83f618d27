r"""What holds of every row of the semantic tables: symmetry, determinism, and that a box changes nothing."""

from functools import cache
from importlib import import_module

import pytest

from rlvr.rewards import MathVerifier, Verdict
from tests.rewards.maths.rows import VERIFIER, flat

TABLES = (
    "calculus",
    "counted",
    "domain",
    "equations",
    "labels",
    "latex",
    "lists",
    "lookalikes",
    "policies",
    "ratio",
    "reference",
    "restated",
    "sets",
    "text",
    "tolerance",
    "units",
    "unicode",
    "values",
)


@cache
def table(name: str) -> list[tuple[str, str, bool]]:
    return flat(import_module(f"tests.rewards.maths.test_semantics_{name}").CASES)


def is_right(answer: str, reference: str) -> bool:
    return VERIFIER.grade(answer, reference).verdict is Verdict.CORRECT


def test_the_tables_are_large_and_balanced() -> None:
    rows = [row for name in TABLES for row in table(name)]
    num_wrong = sum(not right for _, _, right in rows)
    assert len(rows) >= 700
    assert 0.4 <= num_wrong / len(rows) <= 0.6


@pytest.mark.parametrize("name", TABLES)
def test_no_row_is_there_twice_with_two_verdicts(name: str) -> None:
    seen: dict[tuple[str, str], bool] = {}
    for reference, answer, right in table(name):
        assert seen.setdefault((reference, answer), right) is right, (reference, answer)


@pytest.mark.parametrize("name", TABLES)
def test_a_pair_has_one_verdict_in_both_directions(name: str) -> None:
    different = [(a, b) for a, b, _ in table(name) if is_right(b, a) is not is_right(a, b)]
    assert not different


@pytest.mark.parametrize("name", TABLES)
def test_each_reference_is_itself(name: str) -> None:
    undefined = ("/0", "0}", r"\frac10", r"\frac00")
    references = {a for a, _, _ in table(name) if not (name == "ratio" and a.endswith(undefined))}
    assert not [reference for reference in sorted(references) if not is_right(reference, reference)]


@pytest.mark.parametrize("name", TABLES)
def test_two_verifiers_say_the_same_in_the_same_words(name: str) -> None:
    other = MathVerifier(extract=("boxed", "marker", "whole"))
    for reference, answer, _ in reversed(table(name)):
        assert other.grade(answer, reference) == VERIFIER.grade(answer, reference)


@pytest.mark.parametrize("name", TABLES)
def test_a_boxed_answer_is_graded_as_the_answer(name: str) -> None:
    different = []
    for reference, answer, _ in table(name):
        is_balanced = answer.count("{") == answer.count("}") and r"\boxed" not in answer
        boxed = VERIFIER(rf"\boxed{{{answer}}}", reference) if is_balanced else None
        if boxed is not None and (boxed.verdict is Verdict.CORRECT) is not is_right(answer, reference):
            different.append((reference, answer))
    assert not different
