import copy
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import cycle

import pytest
import torch
from torch import Tensor
from transformers import PreTrainedModel

from rlvr.grpo.config import Config, OptimizerConfig
from rlvr.grpo.credited import Credited, credit
from rlvr.grpo.group import Group
from rlvr.grpo.learner import Learner, UpdateReport
from rlvr.grpo.optimizer import GradientError, Optimizer, lr_at
from rlvr.grpo.policy import Policy
from rlvr.grpo.rollout import Rollout
from rlvr.grpo.torch_sampler import TorchSampler
from rlvr.rewards.score import Score
from tests.grpo.sampling import sharpen, some_requests
from tests.grpo.small import course_of, made_rollout, small_config

Gradient = Mapping[str, Tensor]
ADVANTAGES = (1.2, -0.7, 0.0, 0.4, -1.1, 0.0, 2.0, -0.3)


class Recorder(Learner):
    """Keeps the gradient of each update."""

    def __init__(self, policy: Policy, config: Config, reference: PreTrainedModel | None = None) -> None:
        super().__init__(policy, config, reference)
        self.gradients: list[Gradient] = []
        self.optimizer = RecordedOptimizer(policy.model, config.optimizer, self.gradients)


class RecordedOptimizer(Optimizer):
    """Writes the gradient of each step down."""

    def __init__(self, model: PreTrainedModel, config: OptimizerConfig, seen: list[Gradient]) -> None:
        super().__init__(model, config)
        self._model, self._seen = model, seen

    def step(self) -> float:
        self._seen.append(gradient_of(self._model))
        return super().step()


def learn(
    learner: Learner, rollouts: Sequence[Rollout], advantages: Sequence[float], step: int = 0, version: int = 0
) -> UpdateReport:
    """One step on rollouts with given advantages, all in one group; unscored ones are left out."""
    group = Group(tuple(rollouts), tuple(rollout.score.value for rollout in rollouts))
    turns = tuple((value,) * len(one.turn_sizes) for one, value in zip(rollouts, advantages, strict=True))
    return learner.update([Credited(group, turns)], step, version)


def gradient_of(model: PreTrainedModel) -> Gradient:
    return {name: one.grad.clone() for name, one in model.named_parameters() if one.grad is not None}


def assert_close(one: Gradient, two: Gradient, within: float = 1e-5) -> None:
    """The largest difference, as a share of the largest entry."""
    largest = max(float(tensor.abs().max()) for tensor in two.values())
    assert one.keys() == two.keys()
    assert largest > 0
    assert max(float((one[name] - two[name]).abs().max()) for name in two) <= within * largest


def sampled_rollouts(policy: Policy, temperature: float = 1.0) -> list[Rollout]:
    """Rollouts of many lengths, one of which has an untrained token among the sampled ones."""
    sharpen(policy, 4)
    limits = cycle([1, 5, 20])
    requests = [replace(request, max_tokens=next(limits)) for request in some_requests(policy, len(ADVANTAGES))]
    completions = TorchSampler(policy, temperature, 16).sample(requests)
    rollouts = [
        made_rollout(request.token_ids, completion.token_ids, index=index, logprobs=completion.logprobs)
        for index, (request, completion) in enumerate(zip(requests, completions, strict=True))
    ]
    place = len(requests[1].token_ids) + 1
    holed = tuple(is_sampled and at != place for at, is_sampled in enumerate(rollouts[1].loss_mask))
    rollouts[1] = replace(rollouts[1], loss_mask=holed)
    return rollouts


def perturbed(model: PreTrainedModel) -> PreTrainedModel:
    other = copy.deepcopy(model).requires_grad_(requires_grad=False)
    generator = torch.Generator().manual_seed(2)
    for parameter in other.parameters():
        parameter.add_(0.02 * torch.randn(parameter.shape, generator=generator))
    return other


def direct_loss(
    policy: Policy,
    rollouts: Sequence[Rollout],
    config: Config,
    old: Sequence[Tensor] | None = None,
    reference: PreTrainedModel | None = None,
) -> Tensor:
    """The objective written down once more, one sequence at a time and without any of the modules under test."""
    terms, grpo = [], config.grpo
    num_tokens = sum(sum(rollout.loss_mask) for rollout in rollouts)
    for row, (rollout, advantage) in enumerate(zip(rollouts, ADVANTAGES, strict=True)):
        logprobs = token_logprobs(policy.model, rollout, config.sampler.temperature)
        ratio = torch.exp(logprobs - (old[row] if old is not None else logprobs.detach()))
        gain = torch.minimum(ratio * advantage, ratio.clamp(1 - grpo.row.clip_low, 1 + grpo.row.clip_high) * advantage)
        if reference is not None:
            with torch.no_grad():
                away = token_logprobs(reference, rollout, config.sampler.temperature)
            log_ratio = logprobs - away
            kl = {"k1": log_ratio, "k2": log_ratio**2 / 2, "k3": torch.exp(-log_ratio) - 1 + log_ratio}
            gain = gain - grpo.kl_coef * kl[grpo.kl_estimator]
        scale = num_tokens if grpo.row.normalizer == "token" else len(rollouts) * len(logprobs)
        terms.append(-gain.sum() / scale)
    return torch.stack(terms).sum()


def token_logprobs(model: PreTrainedModel, rollout: Rollout, temperature: float) -> Tensor:
    """Log-probabilities of the sampled tokens alone."""
    ids = torch.tensor([rollout.token_ids])
    logprobs = torch.log_softmax(model(ids).logits[0, :-1] / temperature, dim=-1)
    chosen = logprobs[torch.arange(ids.shape[1] - 1), ids[0, 1:]]
    return chosen[torch.tensor(rollout.loss_mask[1:])]


def direct_gradient(policy: Policy, loss: Tensor) -> Gradient:
    policy.model.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    found = gradient_of(policy.model)
    policy.model.zero_grad()
    return found


@pytest.mark.parametrize("normalizer", ["token", "sequence"])
@pytest.mark.parametrize("temperature", [1.0, 0.7])
@pytest.mark.parametrize("micro_batch_tokens", [1, 100, 10**6])
def test_the_gradient_is_that_of_the_formula(
    policy: Policy, normalizer: str, temperature: float, micro_batch_tokens: int
) -> None:
    rollouts = sampled_rollouts(policy, temperature)
    config = small_config(
        f"grpo.normalizer={normalizer}",
        f"sampler.temperature={temperature}",
        f"optimizer.micro_batch_tokens={micro_batch_tokens}",
        "optimizer.max_grad_norm=1e9",
    )
    loss = direct_loss(policy, rollouts, config)
    expected = direct_gradient(policy, loss)
    learner = Recorder(policy, config)
    report = learn(learner, rollouts, ADVANTAGES)
    assert_close(learner.gradients[0], expected)
    assert report.loss == pytest.approx(loss.item(), abs=1e-6)
    assert report.num_updates == 1
    norm = math.sqrt(sum(float(one.double().square().sum()) for one in expected.values()))
    assert report.grad_norm == pytest.approx(norm, rel=1e-4)
    assert report.sync_gap.max < 1e-4


@pytest.mark.parametrize("estimator", ["k1", "k2", "k3"])
@pytest.mark.parametrize("micro_batch_tokens", [1, 10**6])
def test_the_kl_penalty_adds_its_term(policy: Policy, estimator: str, micro_batch_tokens: int) -> None:
    rollouts = sampled_rollouts(policy)
    config = small_config(
        "grpo.kl_coef=0.5",
        f"grpo.kl_estimator={estimator}",
        f"optimizer.micro_batch_tokens={micro_batch_tokens}",
    )
    reference = perturbed(policy.model)
    before = copy.deepcopy(reference.state_dict())
    expected = direct_gradient(policy, direct_loss(policy, rollouts, config, reference=reference))
    learner = Recorder(policy, config, reference)
    report = learn(learner, rollouts, ADVANTAGES)
    assert_close(learner.gradients[0], expected)
    assert report.kl is not None
    assert all(torch.equal(tensor, before[name]) for name, tensor in reference.state_dict().items())


@pytest.mark.parametrize("limit", [1e-3, 1e9])
def test_the_gradient_is_clipped_and_reported_unclipped(policy: Policy, limit: float) -> None:
    learner = Recorder(policy, small_config(f"optimizer.max_grad_norm={limit}", "optimizer.betas=[0.9, 0.95]"))
    report = learn(learner, sampled_rollouts(policy), ADVANTAGES)
    moments = [one["exp_avg"] for one in learner.optimizer.state_dict()["adamw"]["state"].values()]
    learned = math.sqrt(sum(float(one.double().square().sum()) for one in moments)) / 0.1
    assert learned == pytest.approx(min(limit, report.grad_norm), rel=1e-3)
    assert report.grad_norm > 1e-2


def test_later_updates_hold_on_to_the_first_passes_logprobs(policy: Policy) -> None:
    rollouts = sampled_rollouts(policy)
    twin = replace(policy, model=copy.deepcopy(policy.model))
    config = small_config("grpo.num_updates=3", "optimizer.lr=0.02", "optimizer.max_grad_norm=1e9")
    report = learn(Recorder(policy, config), rollouts, ADVANTAGES)
    old = [token_logprobs(twin.model, rollout, 1.0).detach() for rollout in rollouts]
    settings = config.optimizer
    optimizer = torch.optim.AdamW(twin.model.parameters(), lr=0.02, betas=settings.betas, weight_decay=0.0)
    for _ in range(3):
        optimizer.zero_grad()
        direct_loss(twin, rollouts, config, old).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    assert report.num_updates == 3
    assert report.clip_fraction > 0, "nothing was clipped, so the old log-probabilities were not put to the test"
    ours, theirs = policy.model.state_dict(), twin.model.state_dict()
    assert max(float((ours[name] - theirs[name]).abs().max()) for name in ours) < 1e-4


def test_unscored_rollouts_count_nowhere_and_zero_advantages_everywhere(policy: Policy) -> None:
    config = small_config("grpo.max_sync_gap=99", "optimizer.max_grad_norm=1e9")
    rollouts = sampled_rollouts(policy)[:4]
    rollouts = [replace(one, score=Score.partial(reward)) for one, reward in zip(rollouts, (0, 1, 0, 1), strict=True)]
    unscored = [replace(one, score=Score.unscored("lost")) for one in sampled_rollouts(policy)[4:6]]
    twin = replace(policy, model=copy.deepcopy(policy.model))

    def learned(on: Policy, *batch: Rollout) -> Gradient:
        group = Group(batch, tuple(one.score.value for one in batch))
        learner = Recorder(on, config)
        learner.update(credit([group], config.grpo.row, course_of("ChainSum")), 0, 0)
        return learner.gradients[0]

    assert_close(learned(policy, *rollouts, *unscored), learned(twin, *rollouts))


def test_a_zero_advantage_counts_in_the_normaliser(policy: Policy) -> None:
    rollouts = sampled_rollouts(policy)
    moving = [row for row, advantage in enumerate(ADVANTAGES) if advantage]
    twin = replace(policy, model=copy.deepcopy(policy.model))
    config = small_config("grpo.normalizer=sequence", "optimizer.max_grad_norm=1e9")
    with_them, without = Recorder(policy, config), Recorder(twin, config)
    learn(with_them, rollouts, ADVANTAGES)
    learn(without, [rollouts[row] for row in moving], [ADVANTAGES[row] for row in moving])
    share = len(moving) / len(rollouts)
    assert_close(with_them.gradients[0], {name: one * share for name, one in without.gradients[0].items()})


@pytest.mark.parametrize("rows", [0, 8])
def test_without_signal_nothing_moves_but_the_sampler_is_checked(policy: Policy, rows: int) -> None:
    rollouts = sampled_rollouts(policy)[:rows]
    before = copy.deepcopy(policy.model.state_dict())
    learner = Recorder(policy, small_config("optimizer.weight_decay=0.5"))
    report = learn(learner, rollouts, [0.0] * rows)
    assert (report.num_updates, report.loss, report.grad_norm) == (0, 0.0, 0.0)
    assert (report.sync_gap.max > 0) == (rows > 0)
    assert all(torch.equal(tensor, before[name]) for name, tensor in policy.model.state_dict().items())
    assert not learner.optimizer.state_dict()["adamw"]["state"]


def test_with_nothing_scored_the_kl_penalty_has_nothing_to_say(policy: Policy) -> None:
    learner = Recorder(policy, small_config("grpo.kl_coef=0.5"), perturbed(policy.model))
    assert learn(learner, [], []).num_updates == 0


def test_a_gradient_that_is_not_finite_stops_the_run_before_it_does_harm(policy: Policy) -> None:
    rollouts = sampled_rollouts(policy)
    before = copy.deepcopy(policy.model.state_dict())
    learner = Recorder(policy, small_config("grpo.kl_coef=1e30", "grpo.kl_estimator=k1"), perturbed(policy.model))
    with pytest.raises(GradientError, match=r"(inf|nan).*optimizer\.lr"):
        learn(learner, rollouts, ADVANTAGES)
    assert all(torch.equal(tensor, before[name]) for name, tensor in policy.model.state_dict().items())


@pytest.mark.parametrize(
    ("schedule", "rise", "expected"),
    [
        ("constant", 0, [1.0, 1.0, 1.0, 1.0]),
        ("constant", 2, [0.5, 1.0, 1.0, 1.0]),
        ("linear", 0, [1.0, 0.75, 0.5, 0.25]),
        ("linear", 2, [0.5, 1.0, 1.0, 0.5]),
        ("cosine", 0, [1.0, (1 + math.sqrt(0.5)) / 2, 0.5, (1 - math.sqrt(0.5)) / 2]),
        ("cosine", 9, [1 / 9, 2 / 9, 3 / 9, 4 / 9]),
    ],
)
def test_the_learning_rate_rises_and_falls(schedule: str, rise: int, expected: list[float]) -> None:
    config = small_config(f"optimizer.schedule={schedule}", f"optimizer.warmup_steps={rise}", "grpo.num_steps=4")
    assert [lr_at(config, step) / config.optimizer.lr for step in range(4)] == pytest.approx(expected)


def test_the_step_decides_the_rate_of_the_update(policy: Policy) -> None:
    learner = Recorder(policy, small_config("optimizer.schedule=linear", "grpo.num_steps=10"))
    learn(learner, sampled_rollouts(policy), ADVANTAGES, step=5)
    assert learner.optimizer.adamw.param_groups[0]["lr"] == pytest.approx(5e-3)
