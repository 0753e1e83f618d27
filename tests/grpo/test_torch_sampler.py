from dataclasses import replace

import pytest
import torch

from rlvr.grpo.policy import Policy
from rlvr.grpo.torch_sampler import TorchSampler
from tests.grpo.sampling import (
    assert_streams,
    chi_square,
    drawn_tokens,
    largest_gap,
    sharpen,
    some_requests,
    with_seeds,
)


def test_a_request_draws_the_same_tokens_in_any_company(policy: Policy) -> None:
    sampler, requests = TorchSampler(policy, 1.0, num_slots=5), some_requests(policy)
    together = drawn_tokens(sampler.sample(requests))
    assert drawn_tokens(sampler.sample(requests)) == together
    assert drawn_tokens(sampler.sample(requests[::-1])) == together[::-1]
    assert drawn_tokens(sampler.sample(requests[3:7])) == together[3:7]
    assert [sampler.sample([request])[0].token_ids for request in requests] == together
    assert drawn_tokens(TorchSampler(policy, 1.0, num_slots=64).sample(requests)) == together


@pytest.mark.parametrize("num_slots", [5, 64])
def test_lanes_draw_the_same_tokens_in_an_order_of_their_own(policy: Policy, num_slots: int) -> None:
    requests = some_requests(policy)
    one, three = (TorchSampler(policy, 1.0, num_slots, num_lanes) for num_lanes in (1, 3))
    assert drawn_tokens(three.sample(requests)) == drawn_tokens(one.sample(requests))
    arrived = list(three.stream(requests))
    assert arrived == list(three.stream(requests)), "however the threads are scheduled"
    assert TorchSampler(policy, 1.0, num_slots, 3).sample(requests[:1]) == three.sample(requests[:1])
    assert three.sample([]) == []


def test_a_prompt_of_many_requests_is_read_once(policy: Policy) -> None:
    short, *_, long = some_requests(policy)
    assert short.token_ids != long.token_ids
    requests = [*with_seeds(short, range(7)), *with_seeds(long, range(5)), *with_seeds(short, range(7, 9))]
    alone = [TorchSampler(policy, 1.0, 1).sample([request])[0].token_ids for request in requests]
    num_rows = []
    watch = policy.model.register_forward_pre_hook(
        lambda _model, _args, kwargs: num_rows.append(len(kwargs["input_ids"])), with_kwargs=True
    )
    together = drawn_tokens(TorchSampler(policy, 1.0, 64).sample(requests))
    watch.remove()
    assert together == alone
    assert num_rows[:2] == [2, 14]


def test_completions_arrive_as_they_end(policy: Policy) -> None:
    assert_streams(TorchSampler(policy, 1.0, 64), policy)
    assert_streams(TorchSampler(policy, 1.0, 64, num_lanes=3), policy)


def test_no_requests_give_no_completions(policy: Policy) -> None:
    assert TorchSampler(policy, 1.0, 4).sample([]) == []


@pytest.mark.parametrize("temperature", [0.5, 1.0, 1.7])
def test_logprobs_are_those_of_a_teacher_forced_pass(policy: Policy, temperature: float) -> None:
    sharpen(policy, 4)
    sampler, requests = TorchSampler(policy, temperature, num_slots=5), some_requests(policy)
    completions = sampler.sample(requests)
    assert largest_gap(policy, requests, completions, temperature) < 1e-4
    assert largest_gap(policy, requests, completions, temperature + 0.5) > 1e-2, "the comparison is blind"


def test_distinct_seeds_draw_distinct_drawn_tokens(policy: Policy) -> None:
    request = some_requests(policy)[0]
    drawn = TorchSampler(policy, 1.0, 64).sample(with_seeds(request, range(32)))
    assert len(set(drawn_tokens(drawn))) == 32


def test_a_completion_ends_at_its_limit_or_at_the_end_token(policy: Policy) -> None:
    end = policy.end_ids[0]
    sharpen(policy, 3)
    limits = [1, 2, 200]
    requests = [replace(request, max_tokens=limits[n % 3]) for n, request in enumerate(some_requests(policy, 60))]
    completions = TorchSampler(policy, 2.0, 16).sample(requests)
    for request, completion in zip(requests, completions, strict=True):
        if completion.finish_reason == "stop":
            assert completion.token_ids.index(end) == len(completion.token_ids) - 1
        else:
            assert end not in completion.token_ids
            assert len(completion.token_ids) == request.max_tokens
        assert len(completion.logprobs) == len(completion.token_ids) <= request.max_tokens
        assert completion.text == policy.decode(list(completion.token_ids))
    assert {completion.finish_reason for completion in completions} == {"stop", "length"}


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_the_first_token_is_distributed_as_softmax(policy: Policy, temperature: float) -> None:
    sharpen(policy, 10)
    request = replace(some_requests(policy)[1], max_tokens=1)
    drawn = TorchSampler(policy, temperature, 500).sample(with_seeds(request, range(4000)))
    first = [completion.token_ids[0] for completion in drawn]
    statistic, bound = chi_square(policy, request, first, temperature)
    assert statistic < bound
    other, bound = chi_square(policy, request, first, temperature * 1.5)
    assert other > bound, "the comparison is blind"


def test_sampling_leaves_the_global_generator_and_gradients_alone(policy: Policy) -> None:
    torch.manual_seed(3)
    state = torch.get_rng_state()
    TorchSampler(policy, 1.0, 4).sample(some_requests(policy))
    assert torch.equal(torch.get_rng_state(), state)
    assert all(parameter.grad is None for parameter in policy.model.parameters())


def test_the_weights_are_the_policys_own(policy: Policy) -> None:
    sampler, request = TorchSampler(policy, 1.0, 4), some_requests(policy)[0]
    before = sampler.sample([request])[0]
    sharpen(policy, 2)
    sampler.push(policy.model.state_dict(), 7)
    assert sampler.policy_version == 7
    assert sampler.sample([request])[0].logprobs != before.logprobs
