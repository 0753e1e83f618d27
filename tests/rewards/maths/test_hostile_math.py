"""The corpus `tests/hostile/math.json` against `MathVerifier`: refused or accepted as stated, and everything survives.

How long and how much memory each case takes is measured by `benchmarks/math_hostile.py`.
"""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from rlvr.rewards import BadReferenceError, MathVerifier, Score, Verdict
from rlvr.rewards.verifier import Verifier
from tests.rewards.hostile import allowed, corpus, text_of
from tests.rewards.user_verifiers import Moody

CASES: list[dict[str, Any]] = corpus("math")["cases"]
GROUPS = {name: list(cases) for name, cases in groupby(CASES, lambda case: case["id"].partition("/")[0])}
COSTLY = {"big", "collection", "crumb", "megabyte", "regex", "slow"}
"""Groups whose cases take long. Each of their cases is verified once; each further way of calling tries a quarter."""
NUM_SHARES = 4
ALARM_S = 500
"""Far beyond what any test here takes; the alarm is the caller's own, and must neither ring nor be put off."""

pytestmark = pytest.mark.timeout(600, method="thread")
"""The other method is an alarm too, and would be in the way of the caller's."""

Case = dict[str, Any]


class Careless(Verifier):
    """Evaluates the answer, as graders in use do: what the canary is for."""

    is_bounded = True
    extract = "boxed"

    def grade(self, answer: str, reference: Any) -> bool:
        with suppress(Exception):
            return bool(eval(answer) == eval(reference))
        return False


def share_of(group: str, number: int) -> list[Case]:
    """Return the cases of a group that one of the further ways of calling tries: all, or one of the quarters."""
    return GROUPS[group][number % NUM_SHARES :: NUM_SHARES] if group in COSTLY else GROUPS[group]


def texts(case: Case, canary: Path) -> tuple[str, str]:
    response, reference = (text_of(case[name]).replace("CANARY", str(canary)) for name in ("response", "reference"))
    return response, reference


def verifier_of(case: Case) -> MathVerifier:
    spec = case.get("extract", "boxed")
    return MathVerifier(extract=tuple(spec) if isinstance(spec, list) else spec)


def complaint(case: Case, score: Score) -> str:
    """Return what is wrong with `score`; a machine too busy to give a worker its time is no fault."""
    if score.verdict in allowed(case["must"]) or "overloaded" in score.reason:
        return ""
    return f"{case['id']}: must be {case['must']}, was {score.verdict} ({score.reason[:200]!a})"


def complaints(cases: list[Case], scores: list[Score]) -> list[str]:
    return [text for case, score in zip(cases, scores, strict=True) if (text := complaint(case, score))]


def require_a_living_pool() -> None:
    assert Moody()("<answer>5</answer>", "5").verdict is Verdict.CORRECT


def require_an_innocent_verdict(tag: int) -> None:
    """An identity that no earlier call can have decided."""
    score = MathVerifier(extract="boxed")(rf"\boxed{{\sin^2({tag}x) + \cos^2({tag}x) + {tag}}}", str(tag + 1))
    assert score.verdict is Verdict.CORRECT, score.reason


@pytest.fixture(autouse=True)
def the_callers_alarm() -> Iterator[None]:
    """Arm an alarm of the caller's own, and see that it is still armed and still his."""

    def ring(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"a test took longer than {ALARM_S} s")

    old_handler = signal.signal(signal.SIGALRM, ring)
    old_delay, old_interval = signal.setitimer(signal.ITIMER_REAL, ALARM_S)
    try:
        yield
        delay, interval = signal.getitimer(signal.ITIMER_REAL)
        assert 0 < delay <= ALARM_S, "the caller's alarm was disarmed or put off"
        assert interval == 0
        assert signal.getsignal(signal.SIGALRM) is ring
    finally:
        signal.setitimer(signal.ITIMER_REAL, old_delay, old_interval)
        signal.signal(signal.SIGALRM, old_handler)


def in_another_thread(work: Callable[[], list[Score]]) -> list[Score]:
    scores: list[Score] = []
    thread = threading.Thread(target=lambda: scores.extend(work()))
    thread.start()
    thread.join(timeout=ALARM_S)
    return scores


def test_the_corpus_is_as_large_and_as_fair_as_promised() -> None:
    assert len(CASES) >= 170
    assert len({case["id"] for case in CASES}) == len(CASES)
    assert sum(case["must"] == "CORRECT" for case in CASES) >= 25, "or refusing everything passes"
    assert sum(len(cases) for cases in GROUPS.values()) == len(CASES)
    assert set(GROUPS) > COSTLY
    for group in COSTLY:
        shares = [case["id"] for number in range(NUM_SHARES) for case in share_of(group, number)]
        assert sorted(shares) == sorted(case["id"] for case in GROUPS[group])
    assert all(allowed(case["must"]) <= set(Verdict) for case in CASES)


@pytest.mark.parametrize("name", ["os.system", "open", "lambda", "f-string", "comprehension", "walrus"])
def test_a_grader_that_evaluates_is_caught_by_the_canary(name: str, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    case = next(case for case in CASES if case["id"] == f"injection/{name}")
    Careless()(*texts(case, canary))
    assert canary.exists()


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_each_case_ends_as_stated_and_leaves_nothing_behind(case: Case, tmp_path: Path) -> None:
    score = verifier_of(case)(*texts(case, tmp_path / "canary"))
    assert not complaint(case, score)
    assert not any(tmp_path.iterdir()), "something in the answer or the reference was executed"
    require_a_living_pool()


@pytest.mark.parametrize("group", GROUPS)
def test_a_thread_is_as_good_as_the_main_one(group: str, tmp_path: Path) -> None:
    cases = share_of(group, 0)
    scores = in_another_thread(lambda: [verifier_of(case)(*texts(case, tmp_path / "canary")) for case in cases])
    assert not complaints(cases, scores)
    assert not any(tmp_path.iterdir())
    require_a_living_pool()
    require_an_innocent_verdict(1000 + list(GROUPS).index(group))


@pytest.mark.parametrize("group", GROUPS)
def test_asyncio_gets_the_same_while_its_loop_goes_on(group: str, tmp_path: Path) -> None:
    cases = share_of(group, 1)

    async def main() -> list[Score]:
        calls = (verifier_of(case).verify_async(*texts(case, tmp_path / "canary")) for case in cases)
        verifying = asyncio.gather(*calls)
        while not verifying.done():
            await asyncio.sleep(0.01)
        return await verifying

    assert not complaints(cases, asyncio.run(main()))
    assert not any(tmp_path.iterdir())
    require_a_living_pool()
    require_an_innocent_verdict(2000 + list(GROUPS).index(group))


@pytest.mark.parametrize("group", GROUPS)
def test_many_at_once_get_the_same(group: str, tmp_path: Path) -> None:
    cases = [case for case in share_of(group, 2) if "extract" not in case]
    scores = MathVerifier(extract="boxed").verify_many([texts(case, tmp_path / "canary") for case in cases])
    assert not complaints(cases, scores)
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("group", GROUPS)
def test_a_raw_answer_is_refused_at_worst_by_a_typed_error(group: str, tmp_path: Path) -> None:
    verifier = MathVerifier(extract="boxed")
    for case in share_of(group, 3):
        response, reference = texts(case, tmp_path / "canary")
        with suppress(BadReferenceError):
            verifier.grade(response, reference)
        with suppress(BadReferenceError):
            verifier.grade(reference, response)
    assert not any(tmp_path.iterdir())
    require_a_living_pool()


# A sum that is left standing is no answer, but as a reference it may be answered with its value.
@pytest.mark.parametrize("group", [group for group in GROUPS if group != "restated"])
def test_what_is_refused_is_refused_the_other_way_too(group: str, tmp_path: Path) -> None:
    verifier = MathVerifier(extract="boxed")
    paid = []
    for case in share_of(group, 4):
        response, reference = texts(case, tmp_path / "canary")
        answer = verifier(response, reference).answer
        if "CORRECT" in allowed(case["must"]) or answer is None or not reference.strip():
            continue
        with suppress(BadReferenceError):
            if verifier.grade(reference, answer).verdict is Verdict.CORRECT:
                paid.append(case["id"])
    assert not paid


@pytest.mark.parametrize(
    "reference",
    [None, True, 5, 5.5, float("nan"), 10**5000, [5], {"a": 5}, b"5", object()],
    ids=lambda reference: type(reference).__name__,
)
def test_a_reference_that_is_no_text_never_raises(reference: Any) -> None:
    assert isinstance(MathVerifier(extract="boxed")(r"\boxed{6}", reference), Score)
    assert MathVerifier(extract="boxed")(r"\boxed{6}", reference).verdict is not Verdict.CORRECT


@pytest.mark.parametrize("response", [None, 5, b"5", ["5"], object()])
def test_a_response_that_is_no_text_is_unscored(response: Any) -> None:
    assert MathVerifier(extract="boxed")(response, "5").verdict is Verdict.UNSCORED


def test_an_alarm_that_rings_all_the_time_changes_nothing(tmp_path: Path) -> None:
    rings = 0

    def ring(number: int, frame: FrameType | None) -> None:
        nonlocal rings
        rings += 1

    cases = [*GROUPS["big"], *GROUPS["right"]]
    armed, handler = signal.getitimer(signal.ITIMER_REAL), signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
    try:
        scores = [verifier_of(case)(*texts(case, tmp_path / "canary")) for case in cases]
    finally:
        signal.setitimer(signal.ITIMER_REAL, *armed)
        signal.signal(signal.SIGALRM, handler)
    assert rings
    assert not complaints(cases, scores)
