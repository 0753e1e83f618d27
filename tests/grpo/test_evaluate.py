from collections.abc import Sequence
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.envs.registry import make_taskset
from rlvr.envs.taskset import Taskset
from rlvr.grpo.evaluate import Evaluation, pass_at_k, wilson
from rlvr.grpo.policy import Policy
from rlvr.grpo.prompts import PromptFormat
from rlvr.grpo.ranks import ALONE
from rlvr.grpo.setup import Setup
from tests.grpo.scripted import Scripted
from tests.grpo.small import TASKS, course_of, small_config


@given(st.integers(1, 8).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n))))
def test_pass_at_k_is_the_share_of_draws_with_a_right_one(numbers: tuple[int, int, int]) -> None:
    size, right, k = numbers
    draws = list(combinations([True] * right + [False] * (size - right), k))
    assert pass_at_k(size, right, k) == pytest.approx(sum(map(any, draws)) / len(draws))


@pytest.mark.parametrize(
    ("right", "size", "low", "high"),
    [
        (8, 10, 0.4902, 0.9433),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (1, 1, 0.2065, 1.0),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_wilson_golden_values(right: int, size: int, low: float, high: float) -> None:
    interval = wilson([1.0] * right + [0.0] * (size - right))
    assert (interval.mean, interval.low, interval.high) == pytest.approx((right / size, low, high), abs=6e-5)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_an_interval_holds_its_mean_at_the_ends_too(value: float) -> None:
    for size in range(1, 200):
        interval = wilson([value] * size)
        assert interval.low <= interval.mean <= interval.high


def sampled(policy: Policy, taskset: Taskset, script: Sequence[str], samples: int) -> Evaluation:
    """An evaluation of a taskset whose samples are given, task by task."""
    config = small_config("sampler.max_tokens=64")
    prompts = PromptFormat(policy.tokenizer, policy.end_ids)
    course = course_of(taskset)
    setup = Setup(config, policy, course, prompts, Scripted(policy, script), ALONE)
    return setup.evaluate("test", len(script) // samples, "test", course.start_levels, samples)


def evaluated(policy: Policy, *responses: str, samples: int = 2) -> Evaluation:
    """An evaluation of ChainSum whose samples are given, task by task."""
    taskset = make_taskset("ChainSum", rubric={"correct": 1.0, "format": 0.2}, instructions="")
    tasks = taskset.tasks("test", 0, len(responses) // samples)
    right = [f"<answer>{task.reference}</answer>" for task in tasks for _ in range(samples)]
    script = [good if said == "right" else said for good, said in zip(right, responses, strict=True)]
    return sampled(policy, taskset, script, samples)


def test_accuracy_and_pass_at_k(policy: Policy) -> None:
    result = evaluated(policy, "right", "right", "right", "no", "no", "no")
    assert (result.num_tasks, result.num_unscored, len(result.rollouts)) == (3, 0, 6)
    assert result.accuracy.mean == pytest.approx(0.5)
    assert {k: one.mean for k, one in result.pass_at_k.items()} == pytest.approx({1: 1 / 2, 2: 2 / 3})
    assert result.pass_at_k[2].low < 2 / 3 < result.pass_at_k[2].high
    assert result.mean_value == pytest.approx(0.5 * 1 / 1.2)


def unscored(policy: Policy, *responses: str, samples: int = 1) -> Evaluation:
    """Samples of a judge that fails on `fail`."""
    taskset = make_taskset(f"{TASKS}:Moody")
    return sampled(policy, taskset, responses, samples)


def test_what_we_failed_to_judge_is_left_out_and_counted(policy: Policy) -> None:
    result = unscored(policy, "yes", "fail", "no", "fail")
    assert (result.accuracy.mean, result.mean_value) == (0.5, 0.5)
    assert (result.num_tasks, result.num_unscored) == (2, 2)


def test_pass_at_k_is_over_tasks_with_every_sample_judged(policy: Policy) -> None:
    result = unscored(policy, "yes", "fail", "no", "yes", "fail", "fail", samples=2)
    assert (result.num_tasks, result.num_unscored) == (2, 3)
    assert result.accuracy.mean == pytest.approx((1 / 1 + 1 / 2) / 2)
    assert {k: one.mean for k, one in result.pass_at_k.items()} == {1: 0.5, 2: 1.0}
    assert unscored(policy, "yes", "fail", samples=2).pass_at_k == {}


def test_an_evaluation_of_nothing_is_an_error(policy: Policy) -> None:
    with pytest.raises(ValueError, match=r"not one response could be judged; .*RuntimeError: out of order"):
        unscored(policy, "fail", "fail")
    with pytest.raises(ValueError, match="there are no tasks to evaluate on"):
        unscored(policy)
