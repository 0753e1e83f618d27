"""Several lanes against one, which `test_learner` holds against the formula."""

import copy
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import PreTrainedModel

from rlvr.grpo import lanes as lanes_module
from rlvr.grpo.config import Config
from rlvr.grpo.lanes import Lanes, num_lanes
from rlvr.grpo.learner import UpdateReport
from rlvr.grpo.pack import Pack, make_packs
from rlvr.grpo.policy import Policy, load_policy
from rlvr.grpo.rollout import Rollout
from tests.grpo.adapted import adapted
from tests.grpo.small import made_rollout, small_config
from tests.grpo.test_learner import ADVANTAGES, Gradient, Recorder, assert_close, learn, perturbed, sampled_rollouts

CASES = {
    "plain": (),
    "padded": ("optimizer.packing=false",),
    "every term": ("grpo.kl_coef=0.5", "grpo.entropy_coef=0.1", "grpo.algorithm=dapo"),
    "an adapter against its base": ("model.lora.rank=4", "grpo.kl_coef=0.5"),
}


def learned(folder: Path, count: int, case: str, rollouts: list[Rollout]) -> tuple[UpdateReport, list[Gradient]]:
    """What three updates with so many lanes found."""
    config = small_config(
        "optimizer.micro_batch_tokens=100",
        "optimizer.lr=1e-3",
        "grpo.num_updates=3",
        "grpo.max_sync_gap=1e9",
        f"run.num_threads={count}",
        *CASES[case],
    )
    policy = load_policy(folder, config.model, torch.device("cpu"))
    reference = perturbed(policy.model) if config.grpo.kl_coef else None
    if config.model.lora.rank:
        policy = adapted(policy)
        reference = policy.model
    learner = Recorder(policy, config, reference)
    assert learner._lanes.count == count, "the case is blind"
    return learn(learner, rollouts, ADVANTAGES), learner.gradients


@pytest.mark.parametrize("case", CASES)
def test_lanes_change_no_gradient_and_repeat_to_the_bit(policy: Policy, tiny_folder: Path, case: str) -> None:
    rollouts = sampled_rollouts(policy)
    (one_report, one), (report, three), (again_report, again) = (
        learned(tiny_folder, count, case, rollouts) for count in (1, 3, 3)
    )
    assert len(one) == len(three) == 3
    for expected, found in zip(one, three, strict=True):
        assert_close(found, expected, within=1e-4)
    assert report.loss == pytest.approx(one_report.loss, abs=1e-5)
    assert report.entropy == pytest.approx(one_report.entropy, rel=1e-5)
    assert report.kl == (None if one_report.kl is None else pytest.approx(one_report.kl, rel=1e-4))
    assert again_report == report
    assert all(
        torch.equal(first[name], second[name]) for first, second in zip(three, again, strict=True) for name in first
    )


def some_packs(count: int) -> list[Pack]:
    rollouts = [made_rollout([5, 6], [7, 8, 9], index=index) for index in range(count)]
    return list(make_packs(rollouts, [[1.0] * 3] * count, 5, torch.device("cpu")))


def test_each_lane_has_a_thread_and_a_model_of_its_own(policy: Policy) -> None:
    packs, meet = some_packs(6), threading.Barrier(2, timeout=60)

    def work(model: PreTrainedModel, place: int, pack: Pack) -> tuple[int, int, int, int]:
        meet.wait()
        assert pack is packs[place]
        return place, id(model), threading.get_ident(), torch.get_num_threads()

    before = torch.get_num_threads()
    found = Lanes(policy.model, 2).over(packs, work)
    assert [place for place, *_ in found] == list(range(6))
    assert len({(model, thread) for _, model, thread, _ in found}) == 2
    assert id(policy.model) not in {model for _, model, _, _ in found}
    assert {num_threads for *_, num_threads in found} == {1}
    assert torch.get_num_threads() == before


def test_one_lane_is_the_model_in_the_calling_thread(policy: Policy) -> None:
    def work(model: PreTrainedModel, _place: int, _pack: Pack) -> bool:
        return model is policy.model and threading.current_thread() is threading.main_thread()

    assert Lanes(policy.model, 1).over(some_packs(3), work) == [True] * 3


def test_gradients_are_added_to_what_is_there(policy: Policy) -> None:
    lanes, packs = Lanes(policy.model, 2), some_packs(3)
    name, weight = next(iter(policy.model.named_parameters()))
    weight.grad = torch.ones_like(weight)

    def work(model: PreTrainedModel, place: int, _pack: Pack) -> None:
        (dict(model.named_parameters())[name].sum() * 10**place).backward()

    lanes.over(packs, work)
    assert torch.equal(weight.grad, torch.full_like(weight, 112.0))
    lanes.over(packs, work)
    assert torch.equal(weight.grad, torch.full_like(weight, 223.0)), "a lane forgets what it has given"


def test_a_fault_in_a_lane_is_raised_when_all_have_stopped_and_leaves_them_clean(policy: Policy) -> None:
    ended, lanes, weight = [], Lanes(policy.model, 2), next(policy.model.parameters())

    def work(model: PreTrainedModel, place: int, _pack: Pack) -> None:
        if place == 0:
            raise RuntimeError("the first pack is bad")
        time.sleep(0.2)
        next(model.parameters()).sum().backward()  # type: ignore[no-untyped-call]
        ended.append(place)

    with pytest.raises(RuntimeError, match="the first pack is bad"):
        lanes.over(some_packs(2), work)
    assert ended == [1]
    policy.model.zero_grad()
    lanes.over(some_packs(2), lambda *_: None)
    assert weight.grad is None, "what the other lane had found is not learned from later"


def test_a_model_whose_weights_were_replaced_is_refused(policy: Policy) -> None:
    lanes = Lanes(policy.model, 2)
    lanes.over(some_packs(2), lambda *_: None)
    weight = next(policy.model.parameters())
    weight.data = weight.data.clone()
    with pytest.raises(AssertionError, match="the weights were replaced"):
        lanes.over(some_packs(2), lambda *_: None)


def test_a_lane_sees_what_the_optimizer_did(policy: Policy) -> None:
    lanes, weight = Lanes(policy.model, 2), next(policy.model.parameters())
    with torch.no_grad():
        weight.fill_(3.0)
    assert lanes.over(some_packs(2), lambda model, *_: bool((next(model.parameters()) == 3.0).all())) == [True, True]


@pytest.mark.parametrize(
    ("sizes", "count", "shares"),
    [
        ((5, 4, 3, 3, 3), 2, [[0, 3], [1, 2, 4]]),
        ((1, 9, 1), 2, [[1], [0, 2]]),
        ((7,), 3, [[0], [], []]),
        ((), 2, [[], []]),
    ],
)
def test_the_lanes_have_about_as_much_to_do(sizes: tuple[int, ...], count: int, shares: list[list[int]]) -> None:
    assert lanes_module._dealt(sizes, count) == shares


def test_each_lane_has_a_pack_and_none_is_above_the_limit(policy: Policy) -> None:
    lanes = Lanes(policy.model, 3)
    assert (lanes.pack_size(300, 2048), lanes.pack_size(301, 2048), lanes.pack_size(10**6, 2048)) == (100, 101, 2048)


def test_lanes_are_for_small_models_on_a_cpu(policy: Policy, monkeypatch: pytest.MonkeyPatch) -> None:
    def with_two_threads(*settings: str) -> Config:
        return small_config("run.num_threads=2", *settings)

    assert num_lanes(with_two_threads(), policy.model) == 2
    assert num_lanes(small_config(), policy.model) == 1
    assert num_lanes(with_two_threads("optimizer.gradient_checkpointing=true"), policy.model) == 1
    assert num_lanes(with_two_threads(), copy.deepcopy(policy.model).bfloat16()) == 1
    elsewhere: Any = copy.deepcopy(policy.model)
    assert num_lanes(with_two_threads(), elsewhere.to("meta")) == 1
    monkeypatch.setattr(lanes_module, "MAX_PARAMETERS", sum(one.numel() for one in policy.model.parameters()) - 1)
    assert num_lanes(with_two_threads(), policy.model) == 1
