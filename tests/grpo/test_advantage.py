"""Golden values were computed independently of this project."""

import pytest
import torch

from rlvr.grpo.advantage import Std, group_advantages, has_spread

REWARDS = torch.tensor([1, 0, 0, 1, 1, 0, 0, 0], dtype=torch.float64)


@pytest.mark.parametrize(
    ("std", "right", "wrong"),
    [("population", 1.290994, -0.774597), ("sample", 1.207615, -0.724569), ("none", 0.625, -0.375)],
)
def test_golden_values(std: Std, right: float, wrong: float) -> None:
    expected = torch.where(REWARDS == 1, right, wrong).double()
    assert torch.allclose(group_advantages(REWARDS, std), expected, atol=5e-7, rtol=0)


def test_default_is_the_sample_std_without_epsilon() -> None:
    tiny = REWARDS * 1e-4
    assert torch.allclose(group_advantages(tiny), group_advantages(REWARDS), atol=1e-9)


@pytest.mark.parametrize("rewards", [[], [1.0], [0.3, 0.3, 0.3], [0.5, 0.5 + 9e-7]])
def test_without_spread_there_is_no_signal(rewards: list[float]) -> None:
    tensor = torch.tensor(rewards, dtype=torch.float64)
    assert not has_spread(tensor)
    assert group_advantages(tensor).tolist() == [0.0] * len(rewards)


def test_a_spread_just_above_the_bound_is_signal() -> None:
    assert has_spread(torch.tensor([0.5, 0.5 + 2e-6], dtype=torch.float64))


@pytest.mark.parametrize("std", ["sample", "population", "none"])
def test_advantages_sum_to_zero(std: Std) -> None:
    rewards = torch.rand(16, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    assert abs(float(group_advantages(rewards, std).sum())) < 1e-12
