"""What must hold for every row: cutting and ordering a batch changes nothing, and nothing overflows."""

import math
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from rlvr.grpo.algorithms import mismatch
from rlvr.grpo.algorithms.kl import kl_penalty
from rlvr.grpo.algorithms.objective import token_loss, token_weights
from rlvr.grpo.algorithms.table import ALGORITHMS, Algorithm, KlEstimator
from rlvr.grpo.algorithms.tokens import MAX_EXPONENT, finite_exp, sequence_means
from tests.grpo.algorithms.flat import Flat, double, flat, slope, step_loss

LENGTHS = st.lists(st.integers(0, 5), min_size=1, max_size=6)


def drawn(lengths: Sequence[int], seed: int) -> tuple[Tensor, Tensor, list[float]]:
    """Log-probabilities of policy and old policy, and an advantage per sequence, some of which are 0."""
    generator = torch.Generator().manual_seed(seed)
    policy, noise = torch.randn(2, sum(lengths), generator=generator, dtype=torch.float64)
    advantages = torch.randn(len(lengths), generator=generator, dtype=torch.float64)
    return policy - 2, policy - 2 - 0.5 * noise, (advantages * (advantages.abs() > 0.3)).tolist()


def rows_of(lengths: Sequence[int], row: int) -> slice:
    start = sum(lengths[:row])
    return slice(start, start + lengths[row])


@pytest.mark.parametrize("name", ALGORITHMS)
@given(lengths=LENGTHS, seed=st.integers(0, 99), shuffler=st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_cutting_and_ordering_a_batch_changes_nothing(
    name: str, lengths: list[int], seed: int, shuffler: Random
) -> None:
    algorithm = ALGORITHMS[name]
    policy, old, advantages = drawn(lengths, seed)
    totals = (sum(lengths), len(lengths))
    policy.requires_grad_()
    whole = step_loss(algorithm, policy, old, flat(lengths, advantages), *totals)
    order = list(range(len(lengths)))
    shuffler.shuffle(order)
    cut = seed % (len(order) + 1)
    parts = double([0]).sum()
    for rows in (order[:cut], order[cut:]):
        if rows:
            places = torch.cat([torch.arange(sum(lengths))[rows_of(lengths, row)] for row in rows])
            tokens = flat([lengths[row] for row in rows], [advantages[row] for row in rows])
            parts = parts + step_loss(algorithm, policy[places], old[places], tokens, *totals)
    assert parts.item() == pytest.approx(whole.item(), abs=1e-12)
    assert slope(parts, policy) == pytest.approx(slope(whole, policy), abs=1e-12)


def test_a_mean_over_the_micro_batch_would_be_seen() -> None:
    """The normaliser that is left out, `bnpo`, breaks the property above."""
    policy, old, advantages = drawn([2, 5], 1)
    row = ALGORITHMS["dapo"]
    whole = step_loss(row, policy, old, flat([2, 5], advantages), 7, 2)
    first = step_loss(row, policy[:2], old[:2], flat([2], advantages[:1]), 2, 1)
    second = step_loss(row, policy[2:], old[2:], flat([5], advantages[1:]), 5, 1)
    assert ((first + second) / 2).item() != pytest.approx(whole.item(), abs=1e-3)


@pytest.mark.parametrize("name", ALGORITHMS)
@pytest.mark.parametrize("seed", range(3))
def test_gradients_agree_with_finite_differences(name: str, seed: int) -> None:
    lengths = [3, 1, 4]
    policy, old, advantages = drawn(lengths, seed)
    tokens = flat(lengths, advantages)
    fixed = policy.clone()
    policy.requires_grad_()

    def loss(value: Tensor) -> Tensor:
        if ALGORITHMS[name].surrogate != "cispo":
            return step_loss(ALGORITHMS[name], value, old, tokens, 8, 3)
        capped = torch.exp(fixed - old).clamp(max=ALGORITHMS[name].ratio_cap)
        return -(capped * tokens.advantages * value).sum() / 8

    assert torch.autograd.gradcheck(loss, policy, eps=1e-6, atol=1e-7)
    whole = step_loss(ALGORITHMS[name], policy, old, tokens, 8, 3)
    assert slope(whole, policy) == pytest.approx(slope(loss(policy), policy), abs=1e-12)


@pytest.mark.parametrize("name", ALGORITHMS)
def test_in_the_first_update_every_surrogate_is_the_policy_gradient(name: str) -> None:
    """At ratio 1 the gradient of every token is -A times its weight, whatever the clip; for GSPO averaged."""
    lengths = [3, 1, 4]
    policy, _, advantages = drawn(lengths, 4)
    tokens = flat(lengths, advantages)
    policy.requires_grad_()
    weights = token_weights(ALGORITHMS[name], tokens, 8, 3)
    gradient = slope(step_loss(ALGORITHMS[name], policy, policy.detach(), tokens, 8, 3), policy)
    assert gradient == pytest.approx((-weights * tokens.advantages).tolist(), abs=1e-12)
    assert not token_loss(ALGORITHMS[name], policy, policy.detach(), tokens).is_clipped.any()


@pytest.mark.parametrize("name", ALGORITHMS)
@pytest.mark.parametrize("dual_clip", [None, 3.0])
@pytest.mark.parametrize("log_ratio", [100.0, -100.0, 1000.0])
@pytest.mark.parametrize("advantage", [1.0, -1.0, 0.0])
def test_extreme_ratios_stay_finite(name: str, dual_clip: float | None, log_ratio: float, advantage: float) -> None:
    tokens = Flat(torch.tensor([0]), torch.tensor([1]), torch.tensor([advantage]))
    policy = torch.tensor([-0.5], requires_grad=True)
    algorithm = replace(ALGORITHMS[name], dual_clip=dual_clip)
    total = step_loss(algorithm, policy, policy.detach() - log_ratio, tokens, 1, 1)
    (gradient,) = slope(total, policy)
    assert math.isfinite(total.item())
    assert math.isfinite(gradient)
    assert gradient * advantage <= 0, "never the wrong way"
    is_clipped = token_loss(algorithm, policy, policy.detach() - log_ratio, tokens).is_clipped
    assert advantage or not is_clipped.any(), "nothing is held back where nothing moves"
    if advantage < 0 < log_ratio and algorithm.surrogate != "cispo":
        assert (gradient == 0) == (dual_clip is not None and algorithm.surrogate == "clip"), "cut off only where said"


def test_an_infinite_ratio_would_be_seen() -> None:
    policy = torch.tensor([100.0], requires_grad=True)
    ratio = torch.exp(policy)
    unguarded = -torch.minimum(ratio, ratio.clamp(0.8, 1.28)).sum()
    assert math.isnan(slope(unguarded, policy)[0])


@given(st.floats(-50, MAX_EXPONENT))
@settings(deadline=None)
def test_the_guarded_exponential_is_the_exponential(exponent: float) -> None:
    value = double([exponent]).requires_grad_()
    assert finite_exp(value).item() == torch.exp(double([exponent])).item()
    assert slope(finite_exp(value).sum(), value) == [torch.exp(double([exponent])).item()]


@pytest.mark.parametrize("estimator", ["k1", "k2", "k3"])
@pytest.mark.parametrize("difference", [100.0, -100.0, 1000.0, -1000.0])
def test_an_extreme_kl_stays_finite_and_pulls_back(estimator: KlEstimator, difference: float) -> None:
    policy = torch.tensor([0.0], requires_grad=True)
    penalty = kl_penalty(policy, policy.detach() - difference, estimator).sum()
    (gradient,) = slope(penalty, policy)
    assert math.isfinite(penalty.item())
    assert math.isfinite(gradient)
    assert estimator == "k1" or gradient * difference > 0


def test_extreme_gaps_to_the_sampler_stay_finite() -> None:
    old, sampler = torch.tensor([0.0, -200.0]), torch.tensor([-200.0, 0.0])
    assert mismatch.truncated(old, sampler, 2).tolist() == [2, 0]
    assert mismatch.icepop(old, sampler, 0.5, 5).tolist() == [0, 0]
    assert mismatch.sequence_mask(old, sampler, flat([1, 1], [1, 1]), 0.5, 5).tolist() == [0, 0]


@pytest.mark.parametrize("name", ALGORITHMS)
def test_silent_and_masked_rollouts_count_in_the_normaliser(name: str) -> None:
    """Rollouts without advantage make the others' weights smaller and add nothing themselves."""
    policy, old, _ = drawn([2, 2], 5)
    algorithm = ALGORITHMS[name]
    both = step_loss(algorithm, policy, old, flat([2, 2], [1, 0]), 4, 2)
    alone = step_loss(algorithm, policy[:2], old[:2], flat([2], [1]), 2, 1)
    assert both.item() == pytest.approx(alone.item() / 2)


@pytest.mark.parametrize("name", ALGORITHMS)
def test_a_sequence_or_a_batch_without_trained_tokens(name: str) -> None:
    policy, old, _ = drawn([2], 5)
    algorithm = ALGORITHMS[name]
    assert step_loss(algorithm, policy, old, flat([0, 2, 0], [1, 1, 1]), 2, 3).isfinite()
    empty = step_loss(algorithm, policy[:0], old[:0], flat([0], [1]), 0, 1)
    assert empty.item() == 0
    assert sequence_means(policy[:0], flat([0], [1])).tolist() == [0]


@pytest.mark.parametrize("name", ALGORITHMS)
def test_number_types_are_kept(name: str) -> None:
    tokens = Flat(torch.tensor([0, 0]), torch.tensor([2]), torch.tensor([1.0, 1.0]))
    policy = torch.tensor([-1.0, -2.0], requires_grad=True)
    assert step_loss(ALGORITHMS[name], policy, policy.detach(), tokens, 2, 1).dtype == torch.float32


def test_advantages_may_differ_within_a_sequence() -> None:
    tokens = Flat(torch.tensor([0, 0, 0]), torch.tensor([3]), double([1, 1, -2]))
    policy = double([-1, -1, -1]).requires_grad_()
    total = step_loss(ALGORITHMS["gigpo"], policy, policy.detach(), tokens, 3, 1)
    assert slope(total, policy) == pytest.approx([-1 / 3, -1 / 3, 2 / 3])


def test_the_table() -> None:
    assert set(ALGORITHMS) == {"grpo", "dr_grpo", "dapo", "rloo", "gspo", "cispo", "maxrl", "gigpo", "reinforce"}
    assert (ALGORITHMS["gspo"].clip_low, ALGORITHMS["gspo"].clip_high) == (3e-4, 4e-4)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"clip_low": 1.0}, "clip_low 1.0"),
        ({"clip_low": -0.1}, "clip_low"),
        ({"clip_high": -0.1}, "clip_high -0.1"),
        ({"dual_clip": 1.0}, "dual_clip 1.0"),
        ({"ratio_cap": 0.0}, "ratio_cap 0.0"),
        ({"constant_length": 0.0}, "constant_length 0.0"),
    ],
)
def test_impossible_numbers_are_refused(change: dict[str, float], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        replace(ALGORITHMS["grpo"], **change)  # type: ignore[arg-type]


def test_a_row_is_made_of_any_parts() -> None:
    mixed = Algorithm("leave_one_out", "sequence", "cispo", "constant")
    policy, old, advantages = drawn([2, 3], 0)
    policy.requires_grad_()
    total = step_loss(mixed, policy, old, flat([2, 3], advantages), 5, 2)
    assert all(math.isfinite(one) for one in slope(total, policy))
