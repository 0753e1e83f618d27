import copy
from dataclasses import replace

import pytest
import torch

from rlvr.grpo.policy import Policy
from rlvr.grpo.rollout import Rollout
from rlvr.grpo.sync import SyncError
from tests.grpo.small import small_config
from tests.grpo.test_learner import ADVANTAGES, Recorder, learn, sampled_rollouts

PLACE = -1
"""The last token of a rollout is a sampled one."""


def assert_refused(policy: Policy, rollouts: list[Rollout], message: str, *overrides: str, version: int = 0) -> None:
    """The batch is refused and nothing was learned from it."""
    before = copy.deepcopy(policy.model.state_dict())
    learner = Recorder(policy, small_config(*overrides))
    with pytest.raises(SyncError, match=message):
        learn(learner, rollouts, ADVANTAGES, version=version)
    assert all(torch.equal(tensor, before[name]) for name, tensor in policy.model.state_dict().items())
    assert not learner.optimizer.adamw.state_dict()["state"]


def corrupted(rollout: Rollout, value: float) -> Rollout:
    """With another log-probability of its last token."""
    return replace(rollout, sampler_logprobs=(*rollout.sampler_logprobs[:PLACE], value))


def test_weights_of_another_version_are_refused(policy: Policy) -> None:
    rollouts = sampled_rollouts(policy)
    assert_refused(policy, rollouts, r"sampler held policy version 0 and the trainer holds 1: .* skipped", version=1)
    mixed = [*rollouts[:-1], replace(rollouts[-1], policy_version=1)]
    assert_refused(policy, mixed, "sampler held policy version", version=1)


@pytest.mark.parametrize("micro_batch_tokens", [1, 10**6])
@pytest.mark.parametrize("row", range(len(ADVANTAGES)))
@pytest.mark.parametrize("error", [0.002, float("nan"), float("-inf")])
def test_one_wrong_number_anywhere_is_found_and_named(
    policy: Policy, row: int, error: float, micro_batch_tokens: int
) -> None:
    rollouts = sampled_rollouts(policy)
    rollouts[row] = corrupted(rollouts[row], rollouts[row].sampler_logprobs[PLACE] + error)
    named = rf"ChainSum-v0/train/0/0, rollout {row}, token {len(rollouts[row].token_ids) - 1}: trainer -"
    assert_refused(policy, rollouts, named, f"optimizer.micro_batch_tokens={micro_batch_tokens}")


def test_the_message_counts_what_is_past_the_bound(policy: Policy) -> None:
    rollouts = sampled_rollouts(policy)
    for row in (1, 4):
        rollouts[row] = corrupted(rollouts[row], rollouts[row].sampler_logprobs[PLACE] + 0.002)
    num_tokens = sum(rollout.num_tokens for rollout in rollouts)
    counted = f"which 2 of {num_tokens} tokens in 2 of {len(rollouts)} rollouts exceed .*both say policy version 0"
    assert_refused(policy, rollouts, counted)
    assert_refused(policy, rollouts, counted, "optimizer.micro_batch_tokens=1")


def test_the_bound_can_be_raised(policy: Policy) -> None:
    rollouts = sampled_rollouts(policy)
    rollouts[0] = corrupted(rollouts[0], rollouts[0].sampler_logprobs[PLACE] - 0.002)
    report = learn(Recorder(policy, small_config("grpo.max_sync_gap=0.003")), rollouts, ADVANTAGES)
    assert report.sync_gap.max == pytest.approx(0.002, abs=1e-5)
    num_tokens = sum(rollout.num_tokens for rollout in rollouts)
    assert report.sync_gap.mean == pytest.approx(0.002 / num_tokens, rel=0.05)


def test_in_bfloat16_the_mean_decides(policy: Policy) -> None:
    """The weights stay in float32 here; what is compared is the bound."""
    rollouts = sampled_rollouts(policy)
    odd = [corrupted(rollouts[0], rollouts[0].sampler_logprobs[PLACE] - 0.5), *rollouts[1:]]
    report = learn(Recorder(policy, small_config("model.dtype=bfloat16")), odd, ADVANTAGES)
    assert report.sync_gap.max == pytest.approx(0.5, abs=1e-3)
    shifted = [
        replace(one, sampler_logprobs=tuple(value - 0.03 * (value < 0) for value in one.sampler_logprobs))
        for one in sampled_rollouts(policy)
    ]
    assert_refused(policy, shifted, r"mean gap 0\.03 nats, allowed 0\.02", "model.dtype=bfloat16")
