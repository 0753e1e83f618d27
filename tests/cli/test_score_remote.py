import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from rlvr.cli import score_remote
from rlvr.cli.score_chunk import Chunk
from rlvr.cli.score_plan import Plan
from rlvr.cli.score_remote import RemoteScorer, WorkerFailedError
from tests.cli.verifiers import HERE

PLAN = Plan(verifier=f"{HERE}:Claims", extract="whole")


@contextmanager
def scorer(plan: Plan = PLAN) -> Iterator[RemoteScorer]:
    made = RemoteScorer(plan)
    try:
        made.wait_ready()
        yield made
    finally:
        made.close()


def chunk(*responses: str) -> Chunk:
    rows = [json.dumps({"response": response, "reference": "a"}) for response in responses]
    return Chunk(5, "".join(f"{row}\n" for row in rows).encode())


def verdicts(data: bytes) -> list[str]:
    return [json.loads(line)["score"]["verdict"] for line in data.splitlines()]


def test_what_a_verifier_prints_does_not_disturb() -> None:
    with scorer() as made:
        for _ in range(2):
            assert verdicts(made.score(chunk("a", "b", "half")).data) == ["CORRECT", "WRONG", "PARTIAL"]


def test_dying_line_is_limit_alone() -> None:
    with scorer() as made:
        scored = made.score(chunk("a", "exit", "b"))
        assert verdicts(scored.data) == ["CORRECT", "LIMIT", "WRONG"]
        assert scored.tally.counts["LIMIT"] == 1
        assert verdicts(made.score(chunk("a")).data) == ["CORRECT"]


def test_line_past_the_deadline_is_unscored_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(score_remote, "CHUNK_DEADLINE_S", 0.3)
    monkeypatch.setattr(score_remote, "LINE_DEADLINE_S", 0.3)
    with scorer() as made:
        scored = made.score(chunk("a", "hang", "b"))
    assert verdicts(scored.data) == ["CORRECT", "UNSCORED", "WRONG"]
    assert [problem.line for problem in scored.problems] == [6]
    assert "no answer within" in scored.problems[0].reason


def test_failure_of_ours_is_unscored_and_never_a_zero() -> None:
    with scorer(Plan(verifier=f"{HERE}:Odd", extract="whole")) as made:
        scored = made.score(chunk("a", "odd", "break", "a"))
    assert verdicts(scored.data) == ["CORRECT", "UNSCORED", "UNSCORED", "CORRECT"]
    reasons = [problem.reason for problem in scored.problems]
    assert "not JSON" in reasons[0]
    assert "IndexError: broken" in reasons[1]


def test_killed_scorer_does_not_start_again() -> None:
    made = RemoteScorer(PLAN)
    made.wait_ready()
    made.kill()
    with pytest.raises(WorkerFailedError, match="closed"):
        made.score(chunk("a"))


def test_busy_scorer_can_be_killed() -> None:
    made = RemoteScorer(PLAN)
    made.wait_ready()
    with ThreadPoolExecutor() as threads:
        scoring = threads.submit(made.score, chunk("hang"))
        while not scoring.running():
            time.sleep(0.01)
        time.sleep(0.1)
        made.kill()
        assert isinstance(scoring.exception(timeout=10), WorkerFailedError)


def test_worker_that_cannot_build_its_grader_fails_to_start() -> None:
    made = RemoteScorer(Plan(verifier="no_such_verifier"))
    with pytest.raises(WorkerFailedError, match="ended"):
        made.wait_ready()
    made.close()
