"""The score of a worked solution: what counts, what cannot be gained by writing more, and what no text can do to it."""

import asyncio
import threading
import time
from collections.abc import Mapping
from random import Random

import pytest

import rlvr
from rlvr.rewards import Score, Step, StepVerifier, Verdict, verifier_named
from rlvr.rewards.maths.steps.steps import MAX_CHARS, MAX_CLAIMS
from rlvr.rewards.maths.truth import Truth
from rlvr.rewards.step_verifier import MAX_INLINE_CHARS, MAX_TRUE_STEPS

VERIFIER = StepVerifier()
ALL_HOLD = "48/2 = 24 clips.\nSo 48 + 24 = 72."
ONE_FAILS = "48/2 = 24 clips.\nSo 48 + 24 = 73."
THOUGHT = "<think>48/2 = 23, no: 48/2 = 24.</think>\nSo 48 + 24 = 72. <answer>24 + 48 = 72</answer>"


@pytest.mark.parametrize(
    ("text", "verdict", "value"),
    [
        (ALL_HOLD, Verdict.CORRECT, 1.0),
        (ONE_FAILS, Verdict.PARTIAL, 0.5),
        ("48/2 = 25", Verdict.WRONG, 0.0),
        ("She sold 72 clips.", Verdict.NO_ANSWER, 0.0),
        ("", Verdict.NO_ANSWER, 0.0),
        ("2x + 3 = 7", Verdict.NO_ANSWER, 0.0),
        ("48/2 = 24 and 2x + 3 = 7", Verdict.CORRECT, 1.0),
    ],
)
def test_the_score_is_the_share_of_steps_that_hold(text: str, verdict: Verdict, value: float) -> None:
    for score in (VERIFIER(text, None), VERIFIER.grade(text)):
        assert (score.verdict, score.value) == (verdict, value)
    assert VERIFIER.parts(text) == {"steps": value}


def test_a_score_names_the_first_step_that_does_not_hold() -> None:
    assert VERIFIER(ONE_FAILS, None).reason == "1 of 2 steps hold; line 2 does not: '48 + 24 = 73'"
    assert VERIFIER(ALL_HOLD, None).reason == "2 of 2 steps hold"


@pytest.mark.parametrize(
    "padding",
    [
        "",
        "48/2 = 24. " * 50,
        "24 = 48/2. 48 / 2.0 = 24.00. 96/4 = 96/4.",
        "1 = 1. 24 = 24.0. $5 = 5. 3+4 = 4+3.",
        "$x = x$. $a + b^2 = b^2 + a$.",
        "2x + 3 = 7. " * 50,
        "1 hour = 60 minutes.",
    ],
)
def test_repeated_trivial_and_unchecked_steps_gain_nothing(padding: str) -> None:
    assert VERIFIER(f"{ONE_FAILS}\n{padding}", None).value == 0.5
    assert VERIFIER(padding, None).value == (1.0 if "48" in padding else 0.0)


def test_true_steps_are_counted_up_to_a_cap() -> None:
    many = "\n".join(f"{number} + 1 = {number + 1}" for number in range(200))
    assert VERIFIER(many, None).value == 1.0
    score = VERIFIER(f"{many}\n5 * 5 = 26", None)
    assert score.value == pytest.approx(MAX_TRUE_STEPS / (MAX_TRUE_STEPS + 1))
    assert "200 of 201 steps hold" in score.reason


def test_a_false_step_counts_once_for_each_spelling() -> None:
    assert VERIFIER("48/2 = 24. 5+3 = 9. 5 + 3 = 9. 3+5 = 9.", None).value == 0.5
    assert VERIFIER("48/2 = 24. 5+3 = 9. 5+3 = 7.", None).value == pytest.approx(1 / 3)


def test_a_false_step_counts_even_if_nothing_is_computed_in_it() -> None:
    assert VERIFIER("48/2 = 24 = 25", None).value == 0.5


@pytest.mark.parametrize(
    ("verifier", "texts"),
    [
        (StepVerifier(), ["48/2 = 23", "48/2 = 24", "48 + 24 = 72", "24 + 48 = 72"]),
        (StepVerifier(extract="whole"), ["48 + 24 = 72", "24 + 48 = 72"]),
        (StepVerifier(extract="tag"), ["24 + 48 = 72"]),
        (StepVerifier().with_extract("tag"), ["24 + 48 = 72"]),
        (verifier_named("steps"), ["48/2 = 23", "48/2 = 24", "48 + 24 = 72", "24 + 48 = 72"]),
        (verifier_named("steps", ["tag", "whole"]), ["24 + 48 = 72"]),
    ],
)
def test_the_thinking_is_read_unless_a_rule_is_given(verifier: StepVerifier, texts: list[str]) -> None:
    assert [step.text for step in verifier.steps(THOUGHT)] == texts


def test_what_extraction_refuses_has_no_answer() -> None:
    verifier = StepVerifier(extract="tag")
    assert verifier("5 + 3 = 8", None).verdict is Verdict.NO_ANSWER
    with pytest.raises(ValueError, match="answer"):
        verifier.steps("5 + 3 = 8")


def test_a_response_that_is_no_text_is_unscored() -> None:
    assert VERIFIER(None, None).verdict is Verdict.UNSCORED  # type: ignore[arg-type]


def test_the_reference_is_not_looked_at() -> None:
    assert VERIFIER(ALL_HOLD, {"any": "thing"}) == VERIFIER(ALL_HOLD, None) == VERIFIER.grade(ALL_HOLD, 5)


def test_a_step_is_frozen() -> None:
    (step,) = VERIFIER.steps("5 + 3 = 8")
    assert step == Step("5 + 3 = 8", Truth.TRUE, "equal canonical forms", 1, counts=True)
    with pytest.raises(AttributeError):
        step.line = 2  # type: ignore[misc]


def test_many_responses_are_judged_in_their_order() -> None:
    long = "5 + 3 = 8\n" + "Hm.\n" * MAX_INLINE_CHARS
    texts = [
        ALL_HOLD,
        long,
        ONE_FAILS,
        "x" * (MAX_CHARS + 1),
        "",
        r"$\sum_{n=1}^{\infty} \frac{1}{n^2} = \frac{\pi^2}{6}$",
    ]
    values = [score.value for score in VERIFIER.verify_many([(text, None) for text in texts])]
    assert values == [1.0, 1.0, 0.5, 0.0, 0.0, 1.0]


def test_a_long_solution_is_judged_in_a_worker_as_a_short_one_is() -> None:
    padded = ONE_FAILS + "\n" + "So she goes on.\n" * (MAX_INLINE_CHARS // 10)
    assert VERIFIER.steps(padded) == VERIFIER.steps(ONE_FAILS)
    assert VERIFIER(padded, None) == VERIFIER(ONE_FAILS, None)


def test_computer_algebra_decides_what_nothing_else_can() -> None:
    holds, fails = (rf"$\sum_{{n=1}}^{{\infty}} \frac{{1}}{{n^2}} = \frac{{\pi^2}}{{{number}}}$" for number in (6, 7))
    assert VERIFIER(holds, None).verdict is Verdict.CORRECT
    assert VERIFIER(fails, None).verdict in (Verdict.WRONG, Verdict.NO_ANSWER)


HOSTILE = {
    "a tower": "$9^{9^{9^{9}}} = 3$ and 2^(10^9)^(10^9) = 7",
    "a factorial": "$10^{9}!! = 3$ and 999999999! = 1",
    "code": "__import__('os').system('true') = 5 and eval(5) = 5 + 0, exec(2+2) = 4",
    "many lines": "1 + 1 = 3\n" * 29_000,
    "empty lines": "\n" * 100_000,
    "a megabyte": "1+" * 500_000 + "1 = 5",
    "a long line": "1 apple + " * 20_000 + "1 = 5",
    "signs": "=" * 200_000,
    "brackets": "\n".join(["(" * 1_900 + "=3"] * 100),
    "closing": "\n".join(["1)" * 900 + "=3"] * 100),
    "dollars": "$" * 200_000 + "= 5",
    "fractions": r"\frac{" * 40_000 + "=5",
    "annotations": "<<" * 100_000 + "1=1>>",
    "digits": "9" * 100_000 + " = 9",
    "zeros": "\n".join(["0." + "0" * 400 + "1 = 10000 ** 99"] * 500),
    "hard sides": "\n".join([r"$\sin(\sin(\sin(\sqrt{2}^{99}))) = \frac{7}{3}^{99}$"] * 500),
    "unicode": "\u200b\u202e５＋３＝９" * 3_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_solution_ends_and_gains_nothing(name: str) -> None:
    start = time.monotonic()
    score = VERIFIER(HOSTILE[name], None)
    assert time.monotonic() - start < 60, "bounded is far below this even on a busy machine"
    assert score.value == 0.0
    assert VERIFIER(ALL_HOLD, None).value == 1.0


def test_a_solution_past_a_cap_is_at_its_limit() -> None:
    assert VERIFIER("1+1=2\n" * (MAX_CLAIMS + 1), None).verdict is Verdict.LIMIT
    assert VERIFIER(" " * (MAX_CHARS + 1), None).verdict is Verdict.LIMIT
    assert VERIFIER.parts(" " * (MAX_CHARS + 1)) == {"steps": 0.0}
    with pytest.raises(ValueError, match="at most"):
        VERIFIER.steps(" " * (MAX_CHARS + 1))


def test_it_judges_in_a_thread_and_in_a_loop() -> None:
    found: list[Score] = []
    thread = threading.Thread(target=lambda: found.append(VERIFIER(ONE_FAILS, None)))
    thread.start()
    thread.join()
    found.append(asyncio.run(VERIFIER.verify_async(ONE_FAILS, None)))
    assert found == [VERIFIER(ONE_FAILS, None)] * 2


class ShownWork(rlvr.Taskset):
    """A product, with the work shown."""

    extract = "tag"
    rubric = rlvr.Rubric(correct=1.0, steps=0.2)
    steps = StepVerifier()

    def generate(self, rng: Random, level: int) -> rlvr.Problem:
        factor = rng.randrange(10**6)
        return rlvr.Problem(f"What is {factor} * 2? Show the work.", reference=str(2 * factor))

    def solve(self, task: rlvr.Task, turns: object = ()) -> rlvr.Solution:
        half = int(task.reference) // 2
        return rlvr.Solution(task.reference, work=f"{half} + {half} = {task.reference}")

    def parts(self, task: rlvr.Task, response: str, answer: str) -> Mapping[str, float | None]:
        return self.steps.parts(response)


@pytest.mark.parametrize(
    ("work", "is_right", "value"),
    [
        ("5+3=8", True, 1.0),
        ("5+3=9", True, 1 / 1.2),
        ("", True, 1 / 1.2),
        ("5+3=8", False, 0.2 / 1.2),
        ("", False, 0.0),
    ],
)
def test_steps_are_a_part_of_a_rubric(work: str, is_right: bool, value: float) -> None:
    taskset = ShownWork()
    task = taskset.task("train", 0, 0)
    answer = task.reference if is_right else "none"
    score = taskset.verify(task, f"<think>{work}</think><answer>{answer}</answer>")
    assert score.value == pytest.approx(value)
    assert score.verdict is (Verdict.CORRECT if is_right else Verdict.WRONG)
    assert taskset.verify(task, taskset.oracle(task)).value == 1.0
