from dataclasses import replace

import pytest
import torch

from rlvr.grpo.policy import Policy
from rlvr.grpo.sampler import Request
from rlvr.grpo.vllm_sampler import VllmSampler
from tests.grpo.adapted import adapted, adapter_of, weights_of
from tests.grpo.conftest import AdapterEngine, Engine
from tests.grpo.sampling import (
    assert_streams,
    chi_square,
    drawn_tokens,
    largest_gap,
    sharpen,
    some_requests,
    with_seeds,
)

pytestmark = pytest.mark.slow


def test_building_an_engine_leaves_the_global_generators_alone(engine: Engine) -> None:
    before, after = engine.generators
    assert before == after


def test_building_an_engine_preloads_nothing_into_the_sandbox(engine: Engine) -> None:
    before, after = engine.preloads
    assert before == after


def test_a_request_draws_the_same_bits_in_any_company(vllm_sampler: VllmSampler, policy: Policy) -> None:
    requests = some_requests(policy)
    together = vllm_sampler.sample(requests)
    assert vllm_sampler.sample(requests) == together
    assert vllm_sampler.sample(requests[::-1]) == together[::-1]
    assert vllm_sampler.sample(requests[3:7]) == together[3:7]
    assert [vllm_sampler.sample([request])[0] for request in requests] == together
    vllm_sampler.push(policy.model.state_dict(), 0)
    assert vllm_sampler.sample(requests) == together


def test_completions_arrive_as_they_end(vllm_sampler: VllmSampler, policy: Policy) -> None:
    assert_streams(vllm_sampler, policy)


def test_no_requests_give_no_completions(vllm_sampler: VllmSampler) -> None:
    assert vllm_sampler.sample([]) == []


def test_logprobs_are_the_models_own(vllm_sampler: VllmSampler, policy: Policy) -> None:
    sharpen(policy, 8)
    vllm_sampler.push(policy.model.state_dict(), 1)
    requests = some_requests(policy, 24)
    completions = vllm_sampler.sample(requests)
    assert largest_gap(policy, requests, completions) < 5e-5
    assert largest_gap(policy, requests, completions, temperature=1.1) > 1e-2, "the comparison is blind"


def test_distinct_seeds_draw_distinct_tokens(vllm_sampler: VllmSampler, policy: Policy) -> None:
    request = some_requests(policy)[0]
    seeds = [*range(16), *range(2**63 - 16, 2**63)]
    assert len(set(drawn_tokens(vllm_sampler.sample(with_seeds(request, seeds))))) == 32


def test_the_first_token_is_distributed_as_softmax(vllm_sampler: VllmSampler, policy: Policy) -> None:
    """The folder's own temperature, top_k, top_p, min_p and repetition penalty are not used."""
    sharpen(policy, 10)
    vllm_sampler.push(policy.model.state_dict(), 1)
    request = replace(some_requests(policy)[1], max_tokens=1)
    first = [one.token_ids[0] for one in vllm_sampler.sample(with_seeds(request, range(2000)))]
    statistic, bound = chi_square(policy, request, first, 1.0)
    assert statistic < bound
    other, bound = chi_square(policy, request, first, 1.5)
    assert other > bound, "the comparison is blind"


def test_a_completion_ends_at_its_limit_or_at_the_end_token(vllm_sampler: VllmSampler, policy: Policy) -> None:
    end = policy.end_ids[0]
    limits = [1, 2, 200]
    requests = [replace(request, max_tokens=limits[n % 3]) for n, request in enumerate(some_requests(policy, 60))]
    completions = vllm_sampler.sample(requests)
    for request, completion in zip(requests, completions, strict=True):
        if completion.finish_reason == "stop":
            assert completion.token_ids.index(end) == len(completion.token_ids) - 1
        else:
            assert end not in completion.token_ids
            assert len(completion.token_ids) == request.max_tokens
        assert completion.text == policy.decode(list(completion.token_ids))
    assert {completion.finish_reason for completion in completions} == {"stop", "length"}


def test_a_push_reaches_cached_prompts(vllm_sampler: VllmSampler, policy: Policy) -> None:
    """A prompt of several cache blocks was computed with the old weights; none of that may survive the push."""
    prefix = tuple(policy.tokenizer.encode("The same long beginning. " * 16))
    assert len(prefix) >= 256
    requests = [Request((*prefix, 60 + number), number, 16) for number in range(8)]
    vllm_sampler.sample(requests)
    assert largest_gap(policy, requests, vllm_sampler.sample(requests)) < 5e-5
    with torch.no_grad():
        for parameter in policy.model.parameters():
            parameter.add_(0.05 * torch.randn(parameter.shape, generator=torch.Generator().manual_seed(1)))
    old = vllm_sampler.sample(requests)
    vllm_sampler.push(policy.model.state_dict(), 5)
    assert vllm_sampler.policy_version == 5
    assert largest_gap(policy, requests, vllm_sampler.sample(requests)) < 5e-5
    assert largest_gap(policy, requests, old) > 1e-2, "the change is too small to see"


def test_without_the_reset_cached_prompts_would_be_stale(
    vllm_sampler: VllmSampler, policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the push protects against is there, and the sampler check sees it."""
    requests = [Request((*policy.tokenizer.encode("Another long beginning. " * 16), 60), 1, 16)]
    vllm_sampler.sample(requests)
    sharpen(policy, 2)
    with monkeypatch.context() as patched:
        patched.setattr(vllm_sampler._llm, "reset_prefix_cache", lambda: True)
        with torch.no_grad():
            policy.model.get_parameter("model.layers.0.self_attn.v_proj.weight").mul_(-3)
        vllm_sampler.push(policy.model.state_dict(), 1)
        assert largest_gap(policy, requests, vllm_sampler.sample(requests)) > 1e-3
    vllm_sampler.push(policy.model.state_dict(), 2)
    assert largest_gap(policy, requests, vllm_sampler.sample(requests)) < 5e-5


def test_a_prompt_that_fills_the_model_but_for_one_token_is_sampled(vllm_sampler: VllmSampler, policy: Policy) -> None:
    requests = [Request((65,) * 511, seed, 1) for seed in range(40)]
    completions = vllm_sampler.sample(requests)
    assert largest_gap(policy, requests, completions) < 5e-5


def test_a_pushed_adapter_is_drawn_through_until_weights_are_pushed(
    adapter_sampler: VllmSampler, policy: Policy
) -> None:
    """And the bits are as little a matter of company or order as without one."""
    prefix = tuple(policy.tokenizer.encode("Yet another long beginning. " * 16))
    requests = [*some_requests(policy), *(Request((*prefix, 60 + number), number, 16) for number in range(4))]
    assert largest_gap(policy, requests, adapter_sampler.sample(requests)) < 5e-5
    found = adapted(policy)
    for scale in (1.0, -2.0):
        with torch.no_grad():
            for tensor in weights_of(found).values():
                tensor.mul_(scale)
        old = adapter_sampler.sample(requests)
        assert largest_gap(found, requests, old) > 1e-2, "the change is too small to see"
        adapter_sampler.push(weights_of(found), 1)
        together = adapter_sampler.sample(requests)
        assert largest_gap(found, requests, together) < 5e-5
        assert adapter_sampler.sample(requests[::-1]) == together[::-1]
    adapter_sampler.push(adapter_of(found).merged(), 2)
    assert largest_gap(found, requests, adapter_sampler.sample(requests)) < 5e-5
    with found.without_adapter():
        assert largest_gap(found, requests, together) > 1e-2


def test_a_folder_with_an_adapter_is_sampled_with_the_adapter_merged_in(adapter_engine: AdapterEngine) -> None:
    plain = adapter_engine.loaded
    assert largest_gap(plain, some_requests(plain), adapter_engine.drawn) < 5e-5
