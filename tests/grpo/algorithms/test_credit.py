"""Advantages: golden values that were computed elsewhere, and what has no signal."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr.grpo.algorithms import advantages
from rlvr.grpo.algorithms.credit import Credits, Episode, assign_credit
from rlvr.grpo.algorithms.gigpo import turn_advantages
from rlvr.grpo.algorithms.table import ALGORITHMS, Algorithm, Std
from tests.grpo.algorithms.flat import double

REWARDS = (1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0)
GROUPED = [name for name, row in ALGORITHMS.items() if row.advantage != "batch"]
ANCHORS = (("s0", "s1", "s2"), ("s0", "s2", "s3"))


def of_one_turn(rewards: Sequence[float]) -> list[Episode]:
    return [Episode(reward, ("start",)) for reward in rewards]


def credit(algorithm: Algorithm, rewards: Sequence[float]) -> list[float]:
    (group,) = assign_credit(algorithm, [of_one_turn(rewards)])
    return [turn for (turn,) in group]


def flattened(group: Credits) -> list[float]:
    return [turn for rollout in group for turn in rollout]


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("grpo", 1.207615, -0.724569),
        ("dapo", 1.207615, -0.724569),
        ("dr_grpo", 0.625, -0.375),
        ("rloo", 0.714286, -0.428571),
        ("maxrl", 1.666667, -1.0),
        ("reinforce", 0.625, -0.375),
        ("gigpo", 1.25, -0.75),
    ],
)
def test_golden_values(name: str, right: float, wrong: float) -> None:
    expected = [right if reward else wrong for reward in REWARDS]
    assert credit(ALGORITHMS[name], REWARDS) == pytest.approx(expected, abs=5.1e-7)


@pytest.mark.parametrize(("std", "right"), [("sample", 1.207615), ("population", 1.290994), ("none", 0.625)])
def test_the_std_is_an_option(std: Std, right: float) -> None:
    assert credit(replace(ALGORITHMS["grpo"], std=std), REWARDS)[0] == pytest.approx(right, abs=5.1e-7)


def test_the_std_has_no_epsilon() -> None:
    tiny = [reward * 1e-4 for reward in REWARDS]
    assert credit(ALGORITHMS["grpo"], tiny) == pytest.approx(credit(ALGORITHMS["grpo"], REWARDS), abs=1e-9)


@pytest.mark.parametrize("name", GROUPED)
@pytest.mark.parametrize("rewards", [[], [1.0], [-0.4], [0.3, 0.3, 0.3], [0.5, 0.5 + 9e-7], [0.0, 0.0]])
def test_without_spread_there_is_no_signal(name: str, rewards: list[float]) -> None:
    assert credit(ALGORITHMS[name], rewards) == [0.0] * len(rewards)
    assert not advantages.has_spread(double(rewards))


@pytest.mark.parametrize("name", GROUPED)
def test_a_spread_just_above_the_bound_is_signal(name: str) -> None:
    rewards = [0.5, 0.5 + 2e-6]
    low, high = credit(ALGORITHMS[name], rewards)
    assert low < 0 < high
    assert advantages.has_spread(double(rewards))


@pytest.mark.parametrize("name", ALGORITHMS)
@given(rewards=st.lists(st.floats(-1, 1), min_size=2, max_size=9), shuffler=st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_advantages_sum_to_zero_and_do_not_know_the_order(name: str, rewards: list[float], shuffler: Random) -> None:
    found = credit(ALGORITHMS[name], rewards)
    largest = max(map(abs, found))
    assert sum(found) == pytest.approx(0, abs=1e-9 * max(largest, 1))
    order = list(range(len(rewards)))
    shuffler.shuffle(order)
    shuffled = credit(ALGORITHMS[name], [rewards[place] for place in order])
    assert shuffled == pytest.approx([found[place] for place in order], abs=1e-9 * max(largest, 1))


@given(st.lists(st.floats(-1, 1), max_size=9))
@settings(max_examples=100, deadline=None)
def test_maxrl_is_bounded_and_finite_for_any_reward(rewards: list[float]) -> None:
    found = advantages.over_mean(double(rewards))
    best = max(rewards, default=0.0)
    assert all(abs(one) <= 2 * len(rewards) / best + 1e-9 for one in found.tolist() if best > 1e-6)
    if best <= 1e-6:
        assert found.tolist() == [0.0] * len(rewards)


def test_maxrl_with_penalties() -> None:
    assert credit(ALGORITHMS["maxrl"], [0, -0.5, -1]) == [0, 0, 0], "no success, no likelihood to raise"
    shaped = credit(ALGORITHMS["maxrl"], [1, 0, 0, -0.96])
    assert shaped == pytest.approx([3.96, -0.04, -0.04, -3.88]), "over the plain mean, 0.01, these would be hundreds"


def test_the_baseline_of_reinforce_is_that_of_the_batch() -> None:
    groups = [of_one_turn([1, 1]), of_one_turn([0, 0, 1])]
    found = assign_credit(ALGORITHMS["reinforce"], groups)
    assert [flattened(group) for group in found] == [pytest.approx([0.4, 0.4]), pytest.approx([-0.6, -0.6, 0.4])]
    alike = assign_credit(ALGORITHMS["reinforce"], [of_one_turn([1, 1]), of_one_turn([1])])
    assert alike == [[(0.0,), (0.0,)], [(0.0,)]]
    assert assign_credit(ALGORITHMS["reinforce"], []) == []


def test_every_turn_gets_its_rollouts_advantage() -> None:
    group = [Episode(1, ("a", "b", "c")), Episode(0, ("a",))]
    (found,) = assign_credit(ALGORITHMS["rloo"], [group])
    assert found == [(1.0, 1.0, 1.0), (-1.0,)]


def test_gigpo() -> None:
    expected = [pytest.approx([0.95125, 0.5, 1], abs=1e-12), pytest.approx([-0.95125, -1, -0.5], abs=1e-12)]
    assert turn_advantages((1, 0), ANCHORS, discount=0.95, step_weight=1, std="none") == expected
    group = [Episode(reward, states) for reward, states in zip((1, 0), ANCHORS, strict=True)]
    assert assign_credit(ALGORITHMS["gigpo"], [group]) == [expected]


def test_gigpo_with_a_std() -> None:
    root = 2**-0.5
    found = turn_advantages((1, 0), ANCHORS, std="sample")
    assert found == [pytest.approx([2 * root, root, 2 * root]), pytest.approx([-2 * root, -2 * root, -root])]


@pytest.mark.parametrize(
    ("discount", "step_weight", "expected"),
    [
        (1.0, 1.0, [[1, 0.5, 1], [-1, -1, -0.5]]),
        (0.95, 0.0, [[0.5] * 3, [-0.5] * 3]),
        (0.95, 2.0, [[1.4025, 0.5, 1.5], [-1.4025, -1.5, -0.5]]),
    ],
)
def test_gigpos_settings(discount: float, step_weight: float, expected: list[list[float]]) -> None:
    found = turn_advantages((1, 0), ANCHORS, discount, step_weight)
    assert found == [pytest.approx(row) for row in expected]


def test_gigpo_groups_a_state_that_a_rollout_returns_to() -> None:
    found = turn_advantages((1, 0), (("s", "s"), ("t",)), discount=0.5)
    assert found == [pytest.approx([0.5 - 0.25, 0.5 + 0.25]), pytest.approx([-0.5])]


def test_gigpo_tells_equal_rewards_apart_by_their_turns() -> None:
    found = turn_advantages((1, 1), (("s", "t"), ("s",)), discount=0.5)
    assert found == [pytest.approx([-0.25, 0]), pytest.approx([0.25])]


def test_gigpo_without_a_second_rollout_has_no_signal() -> None:
    assert turn_advantages((1,), (("s", "s"),)) == [(0.0, 0.0)]
    assert turn_advantages((), ()) == []
    assert turn_advantages((0, 0), ANCHORS) == [(0.0,) * 3] * 2
