"""Values that were computed by hand or by other programs, each gradient also against finite differences."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from rlvr.grpo.algorithms import kl, mismatch, surrogates
from rlvr.grpo.algorithms.objective import token_loss
from rlvr.grpo.algorithms.ratios import sequence_ratio
from rlvr.grpo.algorithms.shaping import overlong_penalty
from rlvr.grpo.algorithms.table import ALGORITHMS, Algorithm, Correction, KlEstimator
from tests.grpo.algorithms.flat import GOLDEN, LOG_RATIOS, POLICY, double, flat, slope, step_loss

WITHIN = 5.1e-7
DR_GRPO = replace(ALGORITHMS["dr_grpo"], clip_low=0.2, clip_high=0.28)
ROWS: dict[str, tuple[Algorithm, float, list[float]]] = {
    "grpo": (replace(ALGORITHMS["grpo"], clip_low=0.2, clip_high=0.28), -0.061667, [0, -0.225, 0.183333, 0, 0.166667]),
    "dapo": (replace(ALGORITHMS["dapo"], clip_low=0.2, clip_high=0.28), 0.144, [0, -0.18, 0.22, 0, 0.2]),
    "dr_grpo": (DR_GRPO, 0.36, [0, -0.45, 0.55, 0, 0.5]),
    "dr_grpo over 4": (replace(DR_GRPO, constant_length=4), 0.09, [0, -0.1125, 0.1375, 0, 0.125]),
    "gspo": (
        replace(ALGORITHMS["gspo"], clip_low=0.2, clip_high=0.28),
        -0.171287,
        [-0.290474, -0.290474, 0.136554, 0.136554, 0.136554],
    ),
    "gspo, its own bounds": (ALGORITHMS["gspo"], -0.00035, [0, 0, 0, 0, 0]),
    "cispo": (replace(ALGORITHMS["cispo"], ratio_cap=1.28), 0.156, [-0.256, -0.18, 0.22, 0.1, 0.2]),
    "reinforce": (ALGORITHMS["reinforce"], 0.1, [-0.75, -0.45, 0.55, 0.25, 0.5]),
}


def golden_loss(algorithm: Algorithm, policy: Tensor) -> Tensor:
    return step_loss(algorithm, policy, POLICY - LOG_RATIOS, GOLDEN, 5, 2)


@pytest.mark.parametrize("name", ROWS)
def test_losses_and_gradients(name: str) -> None:
    algorithm, loss, gradient = ROWS[name]
    policy = POLICY.clone().requires_grad_()
    total = golden_loss(algorithm, policy)
    assert total.item() == pytest.approx(loss, abs=WITHIN)
    assert slope(total, policy) == pytest.approx(gradient, abs=WITHIN)


@pytest.mark.parametrize("name", ["grpo", "dapo", "dr_grpo", "dr_grpo over 4", "gspo", "reinforce"])
def test_gradients_agree_with_finite_differences(name: str) -> None:
    algorithm = ROWS[name][0]
    policy = POLICY.clone().requires_grad_()
    assert torch.autograd.gradcheck(lambda value: golden_loss(algorithm, value), policy, eps=1e-6, atol=1e-7)


def test_cispo_agrees_with_finite_differences_of_its_fixed_weights() -> None:
    weights = LOG_RATIOS.exp()
    policy = POLICY.clone().requires_grad_()

    def fixed(value: Tensor) -> Tensor:
        return surrogates.cispo(value, weights, GOLDEN.advantages, 1.28).sum() / 5

    assert torch.autograd.gradcheck(fixed, policy, eps=1e-6, atol=1e-7)
    assert slope(fixed(policy), policy) == pytest.approx(ROWS["cispo"][2], abs=WITHIN)


def test_a_gradient_within_gspos_own_bounds_is_exactly_zero() -> None:
    policy = POLICY.clone().requires_grad_()
    assert slope(golden_loss(ALGORITHMS["gspo"], policy), policy) == [0.0] * 5


def test_sequence_ratios() -> None:
    ratios = sequence_ratio(LOG_RATIOS, torch.zeros_like(LOG_RATIOS), GOLDEN)
    assert ratios.tolist() == pytest.approx([1.161895] * 2 + [0.819321] * 3, abs=WITHIN)


@pytest.mark.parametrize(
    ("name", "clipped"),
    [
        ("grpo", [True, False, False, True, False]),
        ("gspo", [False] * 5),
        ("gspo, its own bounds", [True] * 5),
        ("cispo", [True, False, False, False, False]),
        ("reinforce", [False] * 5),
    ],
)
def test_clipped_tokens(name: str, clipped: list[bool]) -> None:
    assert token_loss(ROWS[name][0], POLICY, POLICY - LOG_RATIOS, GOLDEN).is_clipped.tolist() == clipped


@pytest.mark.parametrize(
    ("ratio", "advantage", "loss", "gradient", "is_clipped"),
    [
        (4.0, -1.0, 3.0, 0.0, True),
        (2.9, -1.0, 2.9, 2.9, False),
        (4.0, -2.0, 6.0, 0.0, True),
        (4.0, 1.0, -1.28, 0.0, True),
        (1.2, 1.0, -1.2, -1.2, False),
    ],
)
def test_dual_clip(ratio: float, advantage: float, loss: float, gradient: float, is_clipped: bool) -> None:
    algorithm = replace(DR_GRPO, dual_clip=3.0)
    tokens = flat([1], [advantage])
    policy = double([ratio]).log().requires_grad_()

    def total(value: Tensor) -> Tensor:
        return step_loss(algorithm, value, torch.zeros_like(value), tokens, 1, 1)

    assert total(policy).item() == pytest.approx(loss, abs=WITHIN)
    assert slope(total(policy), policy) == pytest.approx([gradient], abs=WITHIN)
    assert torch.autograd.gradcheck(total, policy, eps=1e-6, atol=1e-7)
    assert token_loss(algorithm, policy, double([0]), tokens).is_clipped.tolist() == [is_clipped]


def test_without_dual_clip_the_loss_has_no_such_bound() -> None:
    policy = double([4]).log().requires_grad_()
    total = step_loss(DR_GRPO, policy, double([0]), flat([1], [-1]), 1, 1)
    assert total.item() == pytest.approx(4)
    assert slope(total, policy) == pytest.approx([4])


@pytest.mark.parametrize(
    ("estimator", "value", "gradient"), [("k1", 0.3, 1.0), ("k2", 0.045, 0.3), ("k3", 0.040818, 0.259182)]
)
def test_kl(estimator: KlEstimator, value: float, gradient: float) -> None:
    policy = double([-0.7]).requires_grad_()
    reference = double([-1.0])

    def penalty(one: Tensor) -> Tensor:
        return kl.kl_penalty(one, reference, estimator).sum()

    assert penalty(policy).item() == pytest.approx(value, abs=WITHIN)
    assert slope(penalty(policy), policy) == pytest.approx([gradient], abs=WITHIN)
    assert torch.autograd.gradcheck(penalty, policy, eps=1e-6, atol=1e-7)


def test_the_other_sign_of_k3_would_be_seen() -> None:
    turned = kl.kl_penalty(double([-1.0]), double([-0.7]), "k3").item()
    assert turned == pytest.approx(0.049859, abs=WITHIN)
    assert turned != pytest.approx(0.040818, abs=1e-3)


def test_kl_of_whole_sequences() -> None:
    policy = POLICY.clone().requires_grad_()
    found = kl.sequence_kl(policy, POLICY - 0.3, "k1", GOLDEN)
    assert found.tolist() == pytest.approx([0.6, 0.9])
    assert not found.requires_grad


OLD = double([0.0, 0.5, -0.7, 1.2]) - 3
SAMPLER = double([0.0, 0.0, 0.0, 0.0]) - 3


@pytest.mark.parametrize(
    ("correction", "low", "high", "factors"),
    [
        ("tis", 0.5, 2, [1, 1.648721, 0.496585, 2]),
        ("icepop", 0.5, 5, [1, 1.648721, 0, 3.320117]),
        ("sequence_mask", 0.5, 5, [1, 1, 1, 1]),
        ("sequence_mask", 0.5, 1.28, [0, 0, 0, 0]),
    ],
)
def test_mismatch(correction: Correction, low: float, high: float, factors: list[float]) -> None:
    tokens = flat([4], [1])
    found = mismatch.correct(correction, OLD, SAMPLER, tokens, low, high)
    assert found.tolist() == pytest.approx(factors, abs=WITHIN)
    turned = mismatch.correct(correction, SAMPLER, OLD, tokens, low, high)
    assert (turned.tolist() == found.tolist()) == (factors == [1, 1, 1, 1]), "w is old over sampler"


def test_the_geometric_mean() -> None:
    assert mismatch.geometric_mean(OLD, SAMPLER, flat([4], [1])).tolist() == pytest.approx([1.284025], abs=WITHIN)


@pytest.mark.parametrize(("low", "high", "first", "second"), [(0.5, 5, 1, 1), (0.5, 1.2, 0, 1), (1.1, 5, 1, 0)])
def test_a_sequence_out_of_bounds_is_left_out(low: float, high: float, first: float, second: float) -> None:
    tokens = flat([4, 1], [1, 1])
    old, sampler = torch.cat([OLD, double([-1])]), torch.cat([SAMPLER, double([-1])])
    mask = mismatch.sequence_mask(old, sampler, tokens, low, high)
    assert mask.tolist() == [first] * 4 + [second]


def test_corrections_carry_no_gradient_and_scale_the_loss() -> None:
    old, policy = OLD.clone().requires_grad_(), OLD.clone().requires_grad_()
    tokens = flat([4], [1])
    for weights in (
        mismatch.truncated(old, SAMPLER, 2),
        mismatch.icepop(old, SAMPLER, 0.5, 5),
        mismatch.sequence_mask(old, SAMPLER, tokens, 0.5, 5),
    ):
        assert not weights.requires_grad
        loss = token_loss(ALGORITHMS["dapo"], policy, OLD, tokens, weights).loss
        assert slope(loss.sum(), policy) == pytest.approx((-weights).tolist())


@pytest.mark.parametrize(
    ("num_tokens", "penalty"),
    [(1, 0), (16384, 0), (16385, -1 / 4096), (18432, -0.5), (20480, -1), (20481, -1), (10**6, -1)],
)
def test_overlong_penalty(num_tokens: int, penalty: float) -> None:
    assert overlong_penalty(num_tokens, max_tokens=16384 + 4096, buffer_tokens=4096) == penalty


@pytest.mark.parametrize("buffer_tokens", [0, -1, 101])
def test_a_buffer_that_is_none_is_refused(buffer_tokens: int) -> None:
    with pytest.raises(ValueError, match="buffer"):
        overlong_penalty(1, max_tokens=100, buffer_tokens=buffer_tokens)
