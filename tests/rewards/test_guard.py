"""Real workers, killed for real."""

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from rlvr.rewards.guard import UnguardedWarning, guarded, guarded_json, scored
from rlvr.rewards.numeric import Numeric
from rlvr.rewards.score import BadReferenceError, Score, Verdict
from rlvr.rewards.verifier import Verifier
from tests.rewards.user_verifiers import Boxed, Moody

ROOT = Path(__file__).parents[2]


def respond(answer: str) -> str:
    return f"<answer>{answer}</answer>"


def is_stopped(score: Score) -> bool:
    """Whether a hung call was stopped.

    A machine too busy to give the call its processor time within the deadline leaves it UNSCORED, by design; any other
    reason than that is a fault.
    """
    return score.verdict is Verdict.LIMIT or "overloaded" in score.reason


def in_main_thread(verify: Callable[[], Score]) -> Score:
    return verify()


def in_another_thread(verify: Callable[[], Score]) -> Score:
    scores: list[Score] = []
    thread = threading.Thread(target=lambda: scores.append(verify()))
    thread.start()
    thread.join(timeout=30)
    return scores[0]


def in_asyncio(verify: Callable[[], Score]) -> Score:
    async def main() -> Score:
        return verify()

    return asyncio.run(main())


@pytest.mark.parametrize("place", [in_main_thread, in_another_thread, in_asyncio])
@pytest.mark.parametrize("answer", ["hang", "big", "hoard", "die"])
def test_a_grade_that_exceeds_its_limits_costs_its_deadline_and_nothing_else(
    place: Callable[[Callable[[], Score]], Score], answer: str
) -> None:
    moody = Moody()
    started = time.monotonic()
    score = place(lambda: moody(respond(answer), "5"))
    assert time.monotonic() - started < 10
    assert is_stopped(score)
    assert score.answer == answer
    assert place(lambda: moody(respond("5"), "5")).verdict is Verdict.CORRECT


def test_the_event_loop_goes_on_while_a_worker_grades() -> None:
    async def main() -> tuple[list[Score], int]:
        verifying = asyncio.gather(*(Moody().verify_async(respond(answer), "5") for answer in ("hang", "5", "6")))
        ticks = 0
        while not verifying.done():
            await asyncio.sleep(0.01)
            ticks += 1
        return await verifying, ticks

    scores, ticks = asyncio.run(main())
    assert is_stopped(scores[0])
    assert [score.verdict for score in scores[1:]] == [Verdict.CORRECT, Verdict.WRONG]
    assert ticks > 20


def test_bounded_verifiers_have_an_async_form_too() -> None:
    assert asyncio.run(Numeric().verify_async(respond("5"), "5.0")).verdict is Verdict.CORRECT


def test_one_hung_response_costs_no_other_its_verdict() -> None:
    answers = ["hang" if i in {3, 11} else "raise" if i == 5 else str(i) for i in range(16)]
    scores = Moody().verify_many([(respond(answer), str(i)) for i, answer in enumerate(answers)])
    for answer, score in zip(answers, scores, strict=True):
        wanted = Verdict.UNSCORED if answer == "raise" else Verdict.CORRECT
        assert is_stopped(score) if answer == "hang" else score.verdict is wanted


def test_our_failures_are_unscored_with_their_text() -> None:
    raised, nothing, asleep = Moody().verify_many([(respond(a), "5") for a in ("raise", "nothing", "sleep")])
    assert {score.verdict for score in (raised, nothing, asleep)} == {Verdict.UNSCORED}
    assert "KeyError: 'oops'" in raised.reason
    assert "forget to return" in nothing.reason
    assert asleep.value is None


def test_what_a_worker_graded_is_recorded() -> None:
    half, empty, wrong = Moody().verify_many([(respond("half"), "5"), ("<answer>", "5"), (respond("\ud800\0"), "5")])
    assert half == Score(0.5, Verdict.PARTIAL, answer="half")
    assert empty.verdict is Verdict.NO_ANSWER
    assert (wrong.verdict, wrong.answer) == (Verdict.WRONG, "\ud800\0")


def test_a_user_grade_runs_in_another_process_even_below_a_bounded_class() -> None:
    assert Moody()(respond("pid"), "").reason != str(os.getpid())
    pid, answer, reference = Boxed()(r"\boxed{5}", 7).reason.split()
    assert (answer, reference) == ("5", "7")
    assert int(pid) != os.getpid()


def test_a_reference_that_is_no_json_is_our_failure() -> None:
    score = Moody()(respond("5"), object())
    assert (score.verdict, score.value) == (Verdict.UNSCORED, None)


def test_a_catastrophic_pattern_is_stopped_and_a_good_text_still_read() -> None:
    verifier = Numeric(extract="regex:(?:(a+)+)b ([0-9]+)")
    bomb, good, nothing = verifier.verify_many([("a" * 40, "5"), ("aab 5", "aa"), ("x", "5")])
    assert is_stopped(bomb)
    assert good.verdict is Verdict.UNSCORED
    assert nothing.verdict is Verdict.NO_ANSWER
    assert is_stopped(asyncio.run(verifier.verify_async("a" * 40, "5")))


def test_a_class_that_no_worker_can_load_runs_here_with_one_warning() -> None:
    class Local(Verifier):
        def grade(self, answer: str, reference: object) -> bool:
            if answer == "raise":
                raise KeyError("oops")
            return answer == reference

    with pytest.warns(UnguardedWarning, match="without a deadline") as caught:
        scores = [Local()(respond(answer), "5") for answer in ("5", "6", "raise")]
    assert [score.verdict for score in scores] == [Verdict.CORRECT, Verdict.WRONG, Verdict.UNSCORED]
    assert len(caught) == 1


SCRIPT = """
import warnings
from rlvr.rewards import Verifier
from tests.rewards.user_verifiers import Moody

class Mine(Verifier):
    def grade(self, answer, reference):
        return answer == reference

print(Moody()("<answer>hang</answer>", "5").value, Moody()("<answer>5</answer>", "5").verdict)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print(Mine()("5", "5").verdict, Mine()("6", "5").verdict, len(caught))
"""


def test_a_script_without_a_main_guard_is_served(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    run = subprocess.run(
        [sys.executable, script],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert run.returncode == 0, run.stderr
    stopped, *others = run.stdout.split()
    assert stopped in {"0.0", "None"}
    assert others == ["CORRECT", "CORRECT", "WRONG", "1"]


class Speaker:
    """Something other than a verifier, as a taskset is."""

    def __init__(self, value: object) -> None:
        self.value = value

    def speak(self, *words: object) -> object:
        if words == ("loop",):
            while True:
                pass
        return [self.value, *words]

    def score(self, value: float) -> object:
        return Score.partial(value).to_json() if value < 1 else {"value": value}


def test_any_trusted_objects_method_can_be_guarded() -> None:
    assert guarded_json(Speaker(1), "speak", [("a", 2), ()]) == [[1, "a", 2], [1]]
    looped = guarded_json(Speaker(1), "speak", [("loop",)])[0]
    assert isinstance(looped, Score)
    assert is_stopped(looped)


def test_what_a_worker_returns_must_be_a_score() -> None:
    good, bad = guarded(Speaker(1), "score", [(0.5,), (1.0,)])
    assert good == Score(0.5, Verdict.PARTIAL)
    assert (bad.verdict, "no score" in bad.reason) == (Verdict.UNSCORED, True)


def fail(error: Exception) -> object:
    raise error


@pytest.mark.parametrize(
    ("error", "verdict", "reason"),
    [
        (MemoryError(), Verdict.LIMIT, "check ran out of memory"),
        (KeyError("a"), Verdict.UNSCORED, "check raised KeyError: 'a'"),
        (RecursionError("deep"), Verdict.UNSCORED, "check raised RecursionError: deep"),
        (BadReferenceError("the reference is odd"), Verdict.UNSCORED, "the reference is odd"),
    ],
)
def test_what_a_users_function_raises_is_typed(error: Exception, verdict: Verdict, reason: str) -> None:
    score = scored(lambda: fail(error), "check")
    assert (score.verdict, score.reason) == (verdict, reason)
