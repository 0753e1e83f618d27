import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.rewards.exact import Exact
from rlvr.rewards.score import BadReferenceError

COMPOSED, TYPED = "caf\u00e9", "cafe\u0301"


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        ("cat", "cat"),
        (" cat\n", "cat"),
        ("cat", "\tcat "),
        (COMPOSED, TYPED),
        (TYPED, COMPOSED),
        ("18", 18),
        ("-0.5", -0.5),
        ("true", True),
        ("True", True),
        ("null", None),
        ("[1, 2]", [1, 2]),
        ("[1,2]", [1, 2]),
        ('{"a": "\u00e9"}', {"a": "\u00e9"}),
        ("\ud800", "\ud800"),
    ],
)
def test_the_same_text_is_right(answer: str, reference: Any) -> None:
    assert Exact().grade(answer, reference).value == 1.0


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        ("Cat", "cat"),
        ("cat.", "cat"),
        ("c at", "cat"),
        ("cat or dog", "cat"),
        ("cafe", COMPOSED),
        ("\uff43at", "cat"),
        ("18.0", 18),
        ("1", True),
        ("TRUE", "true"),
        ("[1, 2, 3]", [1, 2]),
        ("[2, 1]", [1, 2]),
        ("None", None),
        ("cat\u200b", "cat"),
        ("\ud800", "\udc00"),
    ],
)
def test_another_text_is_wrong(answer: str, reference: Any) -> None:
    assert Exact().grade(answer, reference).value == 0.0


def test_a_reference_without_a_text_is_refused() -> None:
    with pytest.raises(BadReferenceError):
        Exact().grade("1", {1, 2})


def test_a_megabyte_of_accents_is_no_trap() -> None:
    started = time.process_time()
    assert Exact().grade("\u0301\u0327" * 500_000, COMPOSED).value == 0.0
    assert Exact().grade("\u0301\u0327" * 2_500, COMPOSED).value == 0.0
    assert time.process_time() - started < 1.0, "composing all of it takes minutes"


@given(st.text(), st.text())
def test_it_is_equality_after_stripping(answer: str, reference: str) -> None:
    assert Exact().grade(answer, answer).value == 1.0
    if answer.isascii() and reference.isascii():
        assert bool(Exact().grade(answer, reference).value) == (answer.strip() == reference.strip())
