import dataclasses
import os
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.rewards.arithmetic import Arithmetic
from rlvr.rewards.exact import Exact
from rlvr.rewards.extraction import DEFAULT_EXTRACT
from rlvr.rewards.numeric import Numeric
from rlvr.rewards.puzzles import CountdownChecker, KnightsAndKnavesChecker, LinearEquationChecker
from rlvr.rewards.score import Score, Verdict
from rlvr.rewards.verifier import FrozenVerifier, Verifier
from tests.rewards.user_verifiers import Boxed, Claimed, Moody, Needy

OURS: list[tuple[FrozenVerifier, Any]] = [
    (Exact(), "5"),
    (Numeric(), "5"),
    (Arithmetic(), "5"),
    (CountdownChecker(), {"numbers": [5], "target": 5}),
    (KnightsAndKnavesChecker(), {"Alice": "knight"}),
    (LinearEquationChecker(), 5),
]


@pytest.mark.parametrize(
    ("response", "verdict"),
    [
        ("<think>2+3</think><answer>5</answer>", Verdict.CORRECT),
        (r"so $\boxed{5}$", Verdict.CORRECT),
        ("2+3\n#### 5", Verdict.CORRECT),
        ("5", Verdict.CORRECT),
        ("<answer>6</answer>", Verdict.WRONG),
        (r"\boxed{5} or \boxed{6}", Verdict.WRONG),
        (r"\boxed{5} and \boxed{5}", Verdict.WRONG),
        ("<answer>5</answer><answer>6</answer>", Verdict.NO_ANSWER),
        (r"<answer>\boxed{5}", Verdict.NO_ANSWER),
        (r"\boxed{5} no \boxed{}", Verdict.NO_ANSWER),
        ("<think>5", Verdict.NO_ANSWER),
        ("", Verdict.NO_ANSWER),
    ],
)
def test_by_default_the_first_rule_that_finds_something_decides(response: str, verdict: Verdict) -> None:
    assert Numeric().extract == DEFAULT_EXTRACT == ("tag", "boxed", "hash", "whole")
    score = Numeric()(response, "5")
    assert score.verdict is verdict
    assert (score.answer is None) == (verdict is Verdict.NO_ANSWER)


@pytest.mark.parametrize("verifier", [ours for ours, _ in OURS], ids=lambda v: type(v).__name__)
def test_ours_are_frozen_bounded_and_travel(verifier: FrozenVerifier) -> None:
    assert verifier.is_bounded
    assert verifier.runs_inline
    assert pickle.loads(pickle.dumps(verifier)) == verifier
    with pytest.raises(dataclasses.FrozenInstanceError):
        verifier.extract = "tag"  # type: ignore[misc]


@pytest.mark.parametrize(("verifier", "reference"), OURS, ids=lambda v: type(v).__name__)
@given(text=st.text() | st.text(alphabet="<>answer/5\\boxed{}#`think \ud800\0"))
def test_no_response_makes_ours_raise_or_abstain(verifier: FrozenVerifier, reference: Any, text: str) -> None:
    for response in (text, f"<answer>{text}</answer>", f"<think>{text}</think>{text}"):
        score = verifier(response, reference)
        assert score.value in {0.0, 1.0}
        assert score.verdict in {Verdict.CORRECT, Verdict.WRONG, Verdict.NO_ANSWER}


def test_the_extraction_can_be_chosen() -> None:
    assert Numeric(extract="hash")("#### 5 <answer>6</answer>", "5").verdict is Verdict.WRONG
    assert Numeric(extract=["boxed", "whole"]).extract == ("boxed", "whole")  # type: ignore[arg-type]
    changed = LinearEquationChecker(variable="n").with_extract("regex:A: (.*)")
    assert changed == LinearEquationChecker(variable="n", extract="regex:A: (.*)")
    assert changed("A: n = 5", 5).verdict is Verdict.CORRECT
    assert Needy(100).with_extract("whole").limit == 100
    assert Moody(extract="boxed").extract == "boxed"


@pytest.mark.parametrize(
    "make", [lambda s: Numeric(extract=s), lambda s: Moody(extract=s), lambda s: Exact().with_extract(s)]
)
def test_an_extraction_that_is_none_is_refused_when_it_is_chosen(make: Any) -> None:
    with pytest.raises(ValueError, match="did you mean 'boxed'"):
        make("boxd")


def test_a_class_with_an_unknown_extraction_is_refused_when_it_is_written() -> None:
    with pytest.raises(ValueError, match="unknown extraction rule"):
        type("Bad", (Verifier,), {"extract": "nowhere"})


def test_being_bounded_is_claimed_by_the_class_that_writes_grade() -> None:
    assert not Verifier.is_bounded
    assert not Moody.is_bounded
    assert not Boxed.is_bounded
    assert Claimed.is_bounded
    assert not type("Mixed", (type("Mixin", (), {"grade": Moody.grade}), Exact), {}).is_bounded  # type: ignore[attr-defined]
    assert type("Renamed", (Exact,), {}).is_bounded  # type: ignore[attr-defined]


def test_a_bounded_grade_runs_here() -> None:
    assert Claimed()(r"\boxed{5}", 7) == Score.correct(f"{os.getpid()} 5 7", answer="5")


def test_a_pattern_without_a_proof_runs_elsewhere() -> None:
    assert not Numeric(extract="regex:(a+)+b").runs_inline
    assert Numeric(extract="regex:A: (.*)").runs_inline


@pytest.mark.parametrize("response", [None, 5, ["5"], b"5"])
def test_a_response_that_is_no_text_is_our_failure(response: Any) -> None:
    score = Numeric()(response, "5")
    assert (score.verdict, score.value) == (Verdict.UNSCORED, None)
    assert "not a text" in score.reason


def test_a_verifier_without_a_grade_says_so() -> None:
    with pytest.raises(NotImplementedError, match="has no grade"):
        Verifier().grade("5", "5")


def test_many_are_verified_in_order() -> None:
    pairs = [(f"<answer>{i}</answer>", str(i - i % 3)) for i in range(30)]
    assert [score.value for score in Numeric().verify_many(pairs)] == [1.0, 0.0, 0.0] * 10
    assert Numeric().verify_many([]) == []
