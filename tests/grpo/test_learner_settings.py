"""Every setting of the learner, through a whole update: against a direct formula, and however the batch is cut."""

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from rlvr.envs.task import Turn
from rlvr.grpo.algorithms.table import ALGORITHMS
from rlvr.grpo.credited import Credited, credit
from rlvr.grpo.group import Group
from rlvr.grpo.learner import Learner, UpdateReport
from rlvr.grpo.policy import Policy, load_policy
from rlvr.grpo.rollout import Rollout
from rlvr.rewards.score import Score
from tests.grpo.small import course_of, small_config
from tests.grpo.test_learner import (
    ADVANTAGES,
    Gradient,
    Recorder,
    assert_close,
    direct_gradient,
    learn,
    perturbed,
    sampled_rollouts,
    token_logprobs,
)

UNCLIPPED = "optimizer.max_grad_norm=1e9"
LR = 0.002
REWARDS = (1.0, 0.0, 0.5, 0.0, 0.0, 1.0, 0.25, 0.0)


def twin_of(policy: Policy) -> Policy:
    return replace(policy, model=copy.deepcopy(policy.model))


def rewarded(rollouts: Sequence[Rollout]) -> Group:
    """One group, with a turn for each run of sampled tokens."""
    return Group(
        tuple(
            replace(one, score=Score.partial(value), turns=(Turn("", None, ""),) * len(one.turn_sizes))
            for one, value in zip(rollouts, REWARDS, strict=True)
        ),
        REWARDS,
    )


def gradient(policy: Policy, rollouts: Sequence[Rollout], *overrides: str) -> tuple[Gradient, UpdateReport]:
    """Of one update of a copy of the model on given advantages."""
    learner = Recorder(twin_of(policy), small_config(UNCLIPPED, "grpo.max_sync_gap=99", *overrides))
    report = learn(learner, rollouts, ADVANTAGES)
    return learner.gradients[0], report


Objective = Callable[[Tensor, int], Tensor]
"""The losses of a sequence's tokens from their log-probabilities and the sequence's number."""


def expected(policy: Policy, rollouts: Sequence[Rollout], objective: Objective) -> Gradient:
    """The gradient of the mean over all tokens, written down one sequence at a time."""
    total = sum(one.num_tokens for one in rollouts)
    losses = [objective(token_logprobs(policy.model, one, 1.0), row).sum() for row, one in enumerate(rollouts)]
    return direct_gradient(policy, torch.stack(losses).sum() / total)


def policy_gradient(logprobs: Tensor, row: int) -> Tensor:
    return -torch.exp(logprobs - logprobs.detach()) * ADVANTAGES[row]


@pytest.mark.parametrize("algorithm", sorted(ALGORITHMS))
def test_no_algorithm_sees_how_the_batch_was_cut(policy: Policy, algorithm: str) -> None:
    group = rewarded(sampled_rollouts(policy))
    found = []
    for cut in ("optimizer.micro_batch_tokens=1", "optimizer.micro_batch_tokens=100", "optimizer.packing=false"):
        config = small_config(f"grpo.algorithm={algorithm}", UNCLIPPED, "grpo.num_updates=2", "optimizer.lr=1e-3", cut)
        learner = Recorder(twin_of(policy), config)
        learner.update(credit([group], config.grpo.row, course_of("ChainSum")), 0, 0)
        found.append(learner.gradients)
    for other in found[1:]:
        assert_close(other[0], found[0][0])


def test_checkpointed_activations_change_nothing(policy: Policy) -> None:
    rollouts = sampled_rollouts(policy)
    plain, _ = gradient(policy, rollouts)
    again, _ = gradient(policy, rollouts, "optimizer.gradient_checkpointing=true")
    assert_close(again, plain)


def test_entropy_is_raised(policy: Policy) -> None:
    rollouts = sampled_rollouts(policy)

    def objective(logprobs: Tensor, row: int) -> Tensor:
        rollout = rollouts[row]
        logits = policy.model(torch.tensor([rollout.token_ids])).logits[0, :-1]
        logs = logits.log_softmax(-1)[torch.tensor(rollout.loss_mask[1:])]
        entropy: Tensor = -(logs.exp() * logs).sum(-1)
        return policy_gradient(logprobs, row) - 0.3 * entropy

    found, _ = gradient(policy, rollouts, "grpo.entropy_coef=0.3")
    assert_close(found, expected(policy, rollouts, objective))


def mistold(rollouts: Sequence[Rollout], *offsets: float) -> list[Rollout]:
    """The sampler's log-probabilities, wrong by these numbers in turn."""
    return [
        replace(one, sampler_logprobs=tuple(value - offsets[at % len(offsets)] for at, value in enumerate(logprobs)))
        for one in rollouts
        for logprobs in [one.sampler_logprobs]
    ]


@pytest.mark.parametrize("correction", ["tis", "icepop", "sequence_mask"])
def test_the_gap_to_the_sampler_is_corrected(policy: Policy, correction: str) -> None:
    rollouts = mistold(sampled_rollouts(policy), 0.0, 0.5, -0.9, 1.2, 0.4)
    dropped: list[bool] = []

    def factor(row: int, logprobs: Tensor) -> Tensor:
        told = torch.tensor(rollouts[row].sampler_logprobs)[torch.tensor(rollouts[row].loss_mask)]
        weights = torch.exp(logprobs.detach() - told)
        if correction == "tis":
            return weights.clamp(max=2.0)
        if correction == "icepop":
            return torch.where((weights >= 0.5) & (weights <= 2.0), weights, 0.0)
        mean = float(weights.log().mean().exp())
        return torch.full_like(weights, float(0.9 <= mean <= 1.3))

    def objective(logprobs: Tensor, row: int) -> Tensor:
        factors = factor(row, logprobs)
        dropped.extend((factors == 0).tolist() if ADVANTAGES[row] else [False] * len(factors))
        return policy_gradient(logprobs, row) * factors

    bounds = ("grpo.mismatch_low=0.9", "grpo.mismatch_high=1.3") if correction == "sequence_mask" else ()
    found, report = gradient(policy, rollouts, f"grpo.mismatch={correction}", *bounds)
    assert_close(found, expected(policy, rollouts, objective))
    assert report.dropped_fraction == pytest.approx(sum(dropped) / len(dropped))
    assert (report.dropped_fraction > 0) == (correction != "tis")


def cut_off(rollouts: Sequence[Rollout], *rows: int) -> list[Rollout]:
    return [replace(one, finish_reasons=("length",)) if row in rows else one for row, one in enumerate(rollouts)]


def test_what_was_cut_off_teaches_nothing_but_counts(policy: Policy) -> None:
    rollouts = cut_off(sampled_rollouts(policy), 0, 4)
    found, _ = gradient(policy, rollouts, "grpo.mask_truncated=true")
    masked = expected(policy, rollouts, lambda logprobs, row: policy_gradient(logprobs, row) * (row not in (0, 4)))
    assert_close(found, masked)
    row, course = ALGORITHMS["dapo"], course_of("ChainSum")
    (whole,), (cut,) = (credit([rewarded(one)], row, course) for one in (sampled_rollouts(policy), rollouts))
    assert cut.advantages == whole.advantages, "they count in the group's mean"


def test_each_turn_learns_from_its_own_advantage(policy: Policy) -> None:
    """The rollout with an untrained token among the sampled ones has two turns, of one and of three tokens."""
    rollouts = sampled_rollouts(policy)
    sizes = rollouts[1].turn_sizes
    assert len(sizes) == 2
    turns = {row: (value,) for row, value in enumerate(ADVANTAGES)} | {1: (2.0, -3.0)}
    group = Group(tuple(rollouts), tuple(one.score.value for one in rollouts))
    learner = Recorder(twin_of(policy), small_config(UNCLIPPED, "grpo.algorithm=gigpo"))
    learner.update([Credited(group, tuple(turns.values()))], 0, 0)

    def objective(logprobs: Tensor, row: int) -> Tensor:
        values = [value for value, size in zip(turns[row], rollouts[row].turn_sizes, strict=True) for _ in range(size)]
        return -torch.exp(logprobs - logprobs.detach()) * torch.tensor(values)

    assert_close(learner.gradients[0], expected(policy, rollouts, objective))


Losses = Callable[[Tensor, Tensor, float], Tensor]
"""The losses of a sequence's tokens, weighted, from log-probabilities, old ones and an advantage."""


def gspo(now: Tensor, old: Tensor, advantage: float) -> Tensor:
    ratio = (now - old).mean().exp()
    gain = torch.minimum(ratio * advantage, ratio.clamp(0.7, 1.5) * advantage)
    return -gain / len(ADVANTAGES)


def cispo(now: Tensor, old: Tensor, advantage: float) -> Tensor:
    return -((now - old).exp().detach().clamp(max=1.1) * advantage * now).sum()


def reinforce(now: Tensor, old: Tensor, advantage: float) -> Tensor:
    return -((now - old).exp() * advantage).sum() / len(ADVANTAGES)


def dual_clipped(now: Tensor, old: Tensor, advantage: float) -> Tensor:
    ratio = (now - old).exp()
    gain = torch.minimum(ratio * advantage, ratio.clamp(0.8, 1.28) * advantage)
    return -(gain.clamp(min=1.05 * advantage) if advantage < 0 else gain).sum()


@pytest.mark.parametrize(
    ("losses", "settings", "is_per_token"),
    [
        (gspo, ("grpo.algorithm=gspo", "grpo.clip_low=0.3", "grpo.clip_high=0.5"), False),
        (cispo, ("grpo.algorithm=cispo", "grpo.ratio_cap=1.1"), True),
        (reinforce, ("grpo.algorithm=reinforce",), False),
        (dual_clipped, ("grpo.algorithm=dapo", "grpo.dual_clip=1.05"), True),
    ],
)
def test_later_updates_are_those_of_the_formula(
    policy: Policy, losses: Losses, settings: tuple[str, ...], *, is_per_token: bool
) -> None:
    rollouts, twin = sampled_rollouts(policy), twin_of(policy)
    smooth = (f"optimizer.lr={LR}", "optimizer.eps=1e-2")
    config = small_config(*settings, "grpo.num_updates=3", *smooth, UNCLIPPED)
    learner = Recorder(policy, config)
    report = learn(learner, rollouts, ADVANTAGES)
    old = [token_logprobs(twin.model, rollout, 1.0).detach() for rollout in rollouts]
    betas = config.optimizer.betas
    optimizer = torch.optim.AdamW(twin.model.parameters(), lr=LR, betas=betas, eps=1e-2, weight_decay=0.0)
    scale = sum(one.num_tokens for one in rollouts) if is_per_token else 1
    for number in range(3):
        parts = [
            losses(token_logprobs(twin.model, one, 1.0), old[row], ADVANTAGES[row]) for row, one in enumerate(rollouts)
        ]
        found = direct_gradient(twin, torch.stack(parts).sum() / scale)
        assert_close(learner.gradients[number], found, within=1e-5 if number == 0 else 1e-3)
        for name, parameter in twin.model.named_parameters():
            parameter.grad = found[name]
        optimizer.step()
    assert (report.clip_fraction > 0) == (losses is not reinforce)


def test_a_penalty_in_the_reward_is_the_summed_estimate(policy: Policy) -> None:
    group = rewarded(sampled_rollouts(policy))
    group = Group(group.rollouts, (None, *REWARDS[1:]))
    reference = perturbed(policy.model)
    config = small_config("grpo.kl_coef=0.5", "grpo.kl_in=reward", "grpo.kl_estimator=k1")
    learner = Recorder(policy, config, reference)
    (penalized,) = learner.penalize([group])
    assert penalized.rewards[0] is None
    for row in range(1, len(REWARDS)):
        one, less = group.rollouts[row], penalized.rewards[row]
        now, away = (token_logprobs(model, one, 1.0).detach() for model in (policy.model, reference))
        assert less == pytest.approx(REWARDS[row] - 0.5 * float((now - away).sum()), abs=1e-4)
    assert learn(learner, group.rollouts, ADVANTAGES).kl is None, "and then it is no term of the loss"
    in_loss = Learner(policy, small_config("grpo.kl_coef=0.5"), reference)
    assert in_loss.penalize([group]) == [group]


def test_a_step_that_is_all_masked_moves_nothing(policy: Policy) -> None:
    rollouts = cut_off(sampled_rollouts(policy), *range(8))
    learner = Recorder(policy, small_config("grpo.mask_truncated=true", "optimizer.weight_decay=0.5"))
    before = copy.deepcopy(policy.model.state_dict())
    report = learn(learner, rollouts, ADVANTAGES)
    assert (report.num_updates, report.loss, learner.gradients) == (0, 0, [])
    assert report.sync_gap.max > 0, "the sampler is checked all the same"
    assert all(torch.equal(one, before[name]) for name, one in policy.model.state_dict().items())


@pytest.mark.parametrize("algorithm", sorted(ALGORITHMS))
def test_what_could_not_be_scored_is_left_out_by_every_algorithm(policy: Policy, algorithm: str) -> None:
    rollouts = sampled_rollouts(policy)
    config = small_config(f"grpo.algorithm={algorithm}", UNCLIPPED)
    lost = Group(tuple(replace(one, score=Score.unscored("lost")) for one in rollouts), (None,) * 8)
    group, gradients = rewarded(rollouts), []
    for groups in ([lost], [group], [lost, group]):
        learner = Recorder(twin_of(policy), config)
        report = learner.update(credit(groups, config.grpo.row, course_of("ChainSum")), 0, 0)
        assert report.num_updates == (0 if group not in groups else 1)
        assert math.isfinite(report.loss)
        gradients.append(learner.gradients)
    assert gradients[0] == []
    assert_close(gradients[2][0], gradients[1][0])


def test_copies_in_full_precision_move_where_short_weights_would_not(policy: Policy, tiny_folder: object) -> None:
    rollouts = sampled_rollouts(policy)
    config = small_config("model.dtype=bfloat16", "optimizer.lr=1e-6", "grpo.max_sync_gap=9", UNCLIPPED)
    short = load_policy(str(tiny_folder), config.model, torch.device("cpu"))
    before = copy.deepcopy(short.model.state_dict())
    learner = Learner(short, config)
    for step in range(3):
        learn(learner, rollouts, ADVANTAGES, step)
    masters = learner.optimizer.state_dict()["masters"]
    weights = list(short.model.parameters())
    moved = [(master - before[name].float()).abs() for master, name in zip(masters, _names(short), strict=True)]
    assert max(float(one.max()) for one in moved) == pytest.approx(3e-6, rel=0.2)
    assert all(torch.equal(weight, master.bfloat16()) for weight, master in zip(weights, masters, strict=True))
    resumed = Learner(twin_of(short), config)
    resumed.optimizer.load_state_dict(copy.deepcopy(learner.optimizer.state_dict()))
    for one in (learner, resumed):
        learn(one, rollouts, ADVANTAGES, 3)
    pairs = zip(masters, resumed.optimizer.state_dict()["masters"], strict=True)
    assert all(torch.equal(one, two) for one, two in pairs)


def _names(policy: Policy) -> list[str]:
    return [name for name, _ in policy.model.named_parameters()]


@pytest.mark.parametrize("dual_clip", [None, 1.001])
def test_a_ratio_that_rose_where_the_advantage_is_negative_is_cut_at_the_dual_clip(
    policy: Policy, dual_clip: float | None
) -> None:
    """The same tokens, praised much and blamed little: their probability rises, and the blame runs into its bound."""
    one = sampled_rollouts(policy)[2]
    advantages = (2.0, -0.5)
    settings = ("grpo.num_updates=2", f"optimizer.lr={LR}", UNCLIPPED, "grpo.clip_high=9", "grpo.max_sync_gap=99")
    config = small_config(*settings, *([] if dual_clip is None else [f"grpo.dual_clip={dual_clip}"]))
    old = token_logprobs(policy.model, one, 1.0).detach()
    learner = Recorder(policy, config)
    step = learner.optimizer.step
    expectations: list[Gradient] = []

    def expect_and_step() -> float:
        ratio = torch.exp(token_logprobs(policy.model, one, 1.0) - old)
        blame = -ratio * advantages[1]
        if dual_clip is not None:
            blame = torch.minimum(blame, torch.full_like(blame, -dual_clip * advantages[1]))
        seen = [parameter.grad for parameter in policy.model.parameters()]
        loss = (-ratio * advantages[0] + blame).sum() / (2 * one.num_tokens)
        expectations.append(direct_gradient(policy, loss))
        for parameter, gradient_ in zip(policy.model.parameters(), seen, strict=True):
            parameter.grad = gradient_
        return step()

    learner.optimizer.step = expect_and_step  # type: ignore[method-assign]
    report = learn(learner, [one, replace(one, index=1)], advantages)
    assert_close(learner.gradients[1], expectations[1], within=1e-4)
    assert (report.clip_fraction > 0) == (dual_clip is not None)
