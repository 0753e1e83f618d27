"""Golden values were computed independently of this project; gradients are also checked by finite differences."""

import math

import pytest
import torch
from torch import Tensor

from rlvr.grpo.loss import KlEstimator, Normalizer, clipped_surrogate, is_clipped, kl_penalty, token_weights

MASK = torch.tensor([[True, True, False], [True, True, True]])
RATIOS = torch.tensor([[1.5, 0.9, 1.0], [1.1, 0.5, 1.0]], dtype=torch.float64)
ADVANTAGES = torch.tensor([1.0, -1.0], dtype=torch.float64)


@pytest.fixture(autouse=True)
def _double() -> object:
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def objective(policy: Tensor, normalizer: Normalizer) -> Tensor:
    losses = clipped_surrogate(policy, torch.zeros_like(policy), ADVANTAGES, 0.2, 0.28)
    return (losses * token_weights(MASK, normalizer, 5, 2)).sum()


def test_token_losses() -> None:
    losses = clipped_surrogate(RATIOS.log(), torch.zeros(2, 3), ADVANTAGES, 0.2, 0.28)
    assert losses[0, :2].tolist() == pytest.approx([-1.28, -0.9])
    assert losses[1].tolist() == pytest.approx([1.1, 0.8, 1.0])


@pytest.mark.parametrize(
    ("normalizer", "loss", "gradient"),
    [
        ("token", 0.144, [[0, -0.18, 0], [0.22, 0, 0.2]]),
        ("sequence", -0.061667, [[0, -0.225, 0], [0.183333, 0, 0.166667]]),
    ],
)
def test_golden_loss_and_gradient(normalizer: Normalizer, loss: float, gradient: list[list[float]]) -> None:
    policy = RATIOS.log().requires_grad_()
    total = objective(policy, normalizer)
    total.backward()  # type: ignore[no-untyped-call]
    assert total.item() == pytest.approx(loss, abs=5e-7)
    assert policy.grad is not None
    assert torch.allclose(policy.grad, torch.tensor(gradient), atol=5e-7)


@pytest.mark.parametrize("normalizer", ["token", "sequence"])
def test_gradient_agrees_with_finite_differences(normalizer: Normalizer) -> None:
    policy = RATIOS.log().requires_grad_()
    assert torch.autograd.gradcheck(lambda value: objective(value, normalizer), policy, eps=1e-6, atol=1e-7)


@pytest.mark.parametrize("normalizer", ["token", "sequence"])
def test_micro_batches_sum_to_the_whole(normalizer: Normalizer) -> None:
    whole = objective(RATIOS.log(), normalizer)
    parts = 0.0
    for row in range(2):
        policy = RATIOS.log()[row : row + 1]
        losses = clipped_surrogate(policy, torch.zeros_like(policy), ADVANTAGES[row : row + 1], 0.2, 0.28)
        parts += float((losses * token_weights(MASK[row : row + 1], normalizer, 5, 2)).sum())
    assert parts == pytest.approx(float(whole), abs=1e-15)


def test_clipped_tokens_are_those_without_gradient() -> None:
    clipped = is_clipped(RATIOS.log(), torch.zeros(2, 3), ADVANTAGES, 0.2, 0.28)
    assert (clipped & MASK).tolist() == [[True, False, False], [False, True, False]]


@pytest.mark.parametrize(
    ("estimator", "value", "slope"), [("k1", 0.3, 1.0), ("k2", 0.045, 0.3), ("k3", 0.040818, 0.259182)]
)
def test_kl_golden_values(estimator: KlEstimator, value: float, slope: float) -> None:
    policy = torch.full((1, 1), 0.3, requires_grad=True)
    kl = kl_penalty(policy, torch.zeros(1, 1), estimator)
    kl.sum().backward()  # type: ignore[no-untyped-call]
    assert kl.item() == pytest.approx(value, abs=5e-7)
    assert kl.item() != pytest.approx(math.exp(0.3) - 1 - 0.3, abs=1e-4), "0.049859 is the wrong sign"
    assert policy.grad is not None
    assert float(policy.grad) == pytest.approx(slope, abs=5e-7)
