"""Verdicts while others are still sampled: the overlap, its order, its failures, and that no thread outlives it."""

import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator, Sequence

import pytest

from rlvr.envs import judge
from rlvr.envs.judge import Step
from rlvr.envs.registry import make_taskset
from rlvr.envs.taskset import Taskset
from rlvr.grpo.clock import Clock
from rlvr.grpo.judging import Episode
from rlvr.grpo.policy import Policy
from rlvr.grpo.prompts import PromptFormat
from rlvr.grpo.rollout import Rollout, RolloutRequest, SamplingPlan, collect
from rlvr.grpo.sampler import Completion, Request, Sampler
from rlvr.rewards.score import Verdict
from tests.grpo.scripted import Scripted, Shuffled
from tests.grpo.small import TASKS, course_of

MOODY, ECHO = f"{TASKS}:Moody", f"{TASKS}:Echo"
DEADLINE_S = 60
"""For what takes milliseconds when it works."""

Advance = Callable[[Taskset, Sequence[Episode]], list[Step]]


def play(
    policy: Policy, sampler: Sampler, name: str = MOODY, size: int = 8, clock: Clock | None = None
) -> list[Rollout]:
    taskset = make_taskset(name, instructions="")
    requests = [RolloutRequest(task, 0) for task in taskset.tasks("train", 0, size)]
    plan = SamplingPlan(seed=3, purpose="5", max_tokens=100, max_length=512)
    return collect(sampler, course_of(taskset), PromptFormat(policy.tokenizer, policy.end_ids), requests, plan, clock)


def judging_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("rlvr-judging")]


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    yield
    assert not judging_threads()


@pytest.fixture
def judged_by(monkeypatch: pytest.MonkeyPatch) -> Callable[[Advance], None]:
    """Has another function judge."""
    return lambda advance: monkeypatch.setattr(Taskset, "advance_many", advance)


class Paced(Scripted):
    """Runs something before each completion but the first, and notes when it is closed."""

    def __init__(self, policy: Policy, script: Sequence[str], pause: Callable[[int], object]) -> None:
        super().__init__(policy, script)
        self._pause, self.num_drawn, self.is_closed = pause, 0, False

    def stream(self, requests: Sequence[Request]) -> Generator[tuple[int, Completion], None, None]:
        try:
            for place, completion in super().stream(requests):
                if place:
                    self._pause(place)
                self.num_drawn += 1
                yield place, completion
        finally:
            self.is_closed = True


def test_a_response_is_judged_before_the_next_one_ends(policy: Policy, judged_by: Callable[[Advance], None]) -> None:
    verdicts = threading.Semaphore(0)

    def advance(taskset: Taskset, episodes: Sequence[Episode]) -> list[Step]:
        steps = judge.advance_many(taskset, episodes)
        for _ in episodes:
            verdicts.release()
        return steps

    judged_by(advance)
    waited: list[bool] = []
    script = ["yes", "no"] * 4
    sampler = Paced(policy, script, lambda _: waited.append(verdicts.acquire(timeout=DEADLINE_S)))
    clock = Clock()
    rollouts = play(policy, sampler, clock=clock)
    assert waited == [True] * 7
    assert [rollout.score.value for rollout in rollouts] == [1.0, 0.0] * 4
    assert clock.timing(0)["verify_tail_s"] < DEADLINE_S


@pytest.mark.parametrize("name", [MOODY, ECHO, "ChainSum"])
def test_the_order_of_arrival_changes_nothing(policy: Policy, name: str) -> None:
    """Workers judge the first two, of which the second has several turns; the third is judged in this process."""
    script = ["yes", "stop", "<answer>3</answer>", "fail", "a", "yes", "stop", "", *"bcdefghijklmnop"]
    expected = play(policy, Scripted(policy, script), name)
    assert len({rollout.score.verdict for rollout in expected}) > 1 or name == "ChainSum"
    orders = [lambda size: range(size)[::-1], lambda size: sorted(range(size), key=lambda place: place * 5 % 8)]
    for order in orders:
        assert play(policy, Shuffled(policy, script, order), name) == expected


def test_what_hangs_stops_neither_sampling_nor_other_verdicts(
    policy: Policy, judged_by: Callable[[Advance], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three verdicts that come only when all the others are there, and each response is taken by itself."""
    monkeypatch.setattr("rlvr.grpo.judging._NUM_THREADS", 4)
    begun, all_others, others = threading.Semaphore(0), threading.Event(), []

    def advance(taskset: Taskset, episodes: Sequence[Episode]) -> list[Step]:
        ((_, _, response),) = episodes
        begun.release()
        if response == "hang":
            assert all_others.wait(DEADLINE_S)
        else:
            others.append(response)
            if len(others) == 13:
                all_others.set()
        return judge.advance_many(taskset, episodes)

    judged_by(advance)
    script = ["hang", "yes", "hang", "yes", "hang", *["yes"] * 11]
    rollouts = play(policy, Paced(policy, script, lambda _: begun.acquire(timeout=DEADLINE_S)), size=16)
    assert [rollout.score.value for rollout in rollouts] == [float(said == "yes") for said in script]


def test_a_judge_that_never_ends_costs_its_own_response_only(policy: Policy) -> None:
    """A real one, in a real worker."""
    rollouts = play(policy, Scripted(policy, ["a", "four", "ab", "abc", "\u20ac", "ab"]), f"{TASKS}:Trap", size=6)
    verdicts = [rollout.score.verdict for rollout in rollouts]
    assert verdicts.pop(1) in (Verdict.LIMIT, Verdict.UNSCORED), "an overloaded machine may leave it no processor time"
    assert verdicts == [Verdict.UNSCORED, Verdict.CORRECT, Verdict.CORRECT, Verdict.UNSCORED, Verdict.CORRECT]


def test_what_is_judged_in_this_process_is_judged_at_once_without_threads(
    policy: Policy, judged_by: Callable[[Advance], None]
) -> None:
    calls: list[tuple[int, str]] = []

    def advance(taskset: Taskset, episodes: Sequence[Episode]) -> list[Step]:
        calls.append((len(episodes), threading.current_thread().name))
        return judge.advance_many(taskset, episodes)

    judged_by(advance)
    seen: list[str] = []
    play(policy, Paced(policy, ["no"] * 8, lambda _: seen.extend(judging_threads())), "ChainSum")
    assert not seen
    assert calls == [(8, threading.main_thread().name)]


class Broken(Exception):
    """Neither side expects it."""


@pytest.mark.parametrize("error", [Broken, SystemExit])
def test_a_failure_to_judge_stops_the_sampler(
    policy: Policy, judged_by: Callable[[Advance], None], error: type[BaseException]
) -> None:
    failed = threading.Event()

    def advance(taskset: Taskset, episodes: Sequence[Episode]) -> list[Step]:
        failed.set()
        raise error("the judge is gone")

    def pause(place: int) -> None:
        assert failed.wait(DEADLINE_S)
        threading.Event().wait(0.05)

    judged_by(advance)
    sampler = Paced(policy, ["yes"] * 8, pause)
    with pytest.raises(error, match="the judge is gone"):
        play(policy, sampler)
    assert sampler.is_closed
    assert sampler.num_drawn < 8


def test_a_failure_to_judge_the_last_response_is_raised(policy: Policy, judged_by: Callable[[Advance], None]) -> None:
    def advance(taskset: Taskset, episodes: Sequence[Episode]) -> list[Step]:
        if any(response == "fail" for _, _, response in episodes):
            raise Broken("the judge is gone")
        return judge.advance_many(taskset, episodes)

    judged_by(advance)
    with pytest.raises(Broken, match="the judge is gone"):
        play(policy, Scripted(policy, [*["yes"] * 7, "fail"]))


@pytest.mark.parametrize("error", [Broken, KeyboardInterrupt])
def test_a_failure_to_sample_ends_the_judging(
    policy: Policy, judged_by: Callable[[Advance], None], monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    """What has begun is waited for; of what waits behind it, nothing begins."""
    monkeypatch.setattr("rlvr.grpo.judging._NUM_THREADS", 4)
    num_begun, may_end = threading.Semaphore(0), threading.Event()
    begun: list[str] = []

    def advance(taskset: Taskset, episodes: Sequence[Episode]) -> list[Step]:
        begun.extend(response for _, _, response in episodes)
        num_begun.release()
        assert may_end.wait(DEADLINE_S)
        return judge.advance_many(taskset, episodes)

    def pause(place: int) -> None:
        if place <= 4:
            assert num_begun.acquire(timeout=DEADLINE_S)
        if place == 7:
            threading.Timer(0.1, may_end.set).start()
            raise error("the sampler is gone")

    judged_by(advance)
    with pytest.raises(error, match="the sampler is gone"):
        play(policy, Paced(policy, list("abcdefgh"), pause))
    assert begun == list("abcd")


def test_an_interrupt_while_verdicts_are_waited_for(policy: Policy, judged_by: Callable[[Advance], None]) -> None:
    def advance(taskset: Taskset, episodes: Sequence[Episode]) -> list[Step]:
        if episodes[-1][2] == "last":
            os.kill(os.getpid(), signal.SIGINT)
            threading.Event().wait(0.2)
        return judge.advance_many(taskset, episodes)

    judged_by(advance)
    with pytest.raises(KeyboardInterrupt):
        play(policy, Scripted(policy, [*["yes"] * 7, "last"]))
