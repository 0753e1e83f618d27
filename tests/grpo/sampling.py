"""What every sampler is held to, whichever it is."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch

from rlvr.grpo.policy import Policy
from rlvr.grpo.sampler import Completion, Request, Sampler
from rlvr.grpo.seeds import draw_seed


def some_requests(policy: Policy, count: int = 12, max_tokens: int = 24) -> list[Request]:
    """Requests with prompts of many lengths, each under its own seed."""
    texts = ["7+8=", "Compute 12+34.", "<think>", "a", "x" * 70, "What is this \u20ac?"]
    return [
        Request(tuple(policy.tokenizer.encode(texts[number % len(texts)])), draw_seed("request", number), max_tokens)
        for number in range(count)
    ]


def assert_streams(sampler: Sampler, policy: Policy) -> None:
    """Short completions arrive first, and dropping the rest leaves nothing behind."""
    requests = [replace(one, max_tokens=1 + 5 * (place % 4)) for place, one in enumerate(some_requests(policy))]
    together, arrived = sampler.sample(requests), list(sampler.stream(requests))
    assert sorted(place for place, _ in arrived) == list(range(len(requests)))
    assert all(completion == together[place] for place, completion in arrived)
    lengths = [len(completion.token_ids) for _, completion in arrived]
    assert lengths == sorted(lengths)
    assert len(set(lengths)) > 2
    stream = sampler.stream(requests)
    next(stream)
    stream.close()
    sampler.push(policy.model.state_dict(), 0)
    assert sampler.sample(requests[::-1]) == together[::-1]


def drawn_tokens(completions: Sequence[Completion]) -> list[tuple[int, ...]]:
    """The tokens alone."""
    return [completion.token_ids for completion in completions]


@torch.no_grad()
def sharpen(policy: Policy, factor: float) -> None:
    """Make the model surer of itself: scale its output head, which is its embedding."""
    embedding: Any = policy.model.get_input_embeddings()
    embedding.weight.mul_(factor)


@torch.no_grad()
def teacher_forced(policy: Policy, request: Request, completion: Completion, temperature: float) -> list[float]:
    """Log-probabilities of the sampled tokens by one plain forward pass over the whole sequence."""
    ids = torch.tensor([[*request.token_ids, *completion.token_ids]])
    logprobs = torch.log_softmax(policy.model(ids).logits[0].double() / temperature, dim=-1)
    first = len(request.token_ids)
    return [float(logprobs[first - 1 + place, token]) for place, token in enumerate(completion.token_ids)]


def largest_gap(
    policy: Policy, requests: Sequence[Request], completions: Sequence[Completion], temperature: float = 1.0
) -> float:
    """How far a sampler's log-probabilities are from the model's own, in nats."""
    return max(
        abs(ours - theirs)
        for request, completion in zip(requests, completions, strict=True)
        for ours, theirs in zip(
            teacher_forced(policy, request, completion, temperature), completion.logprobs, strict=True
        )
    )


def with_seeds(request: Request, seeds: Sequence[int]) -> list[Request]:
    """One prompt under many seeds."""
    return [replace(request, seed=seed) for seed in seeds]


@torch.no_grad()
def chi_square(policy: Policy, request: Request, tokens: Sequence[int], temperature: float) -> tuple[float, float]:
    """Pearson's statistic of sampled first tokens against softmax, and the bound it passes once in 10,000 times.

    Tokens expected fewer than five times are counted together. The bound is Wilson and Hilferty's.
    """
    logits = policy.model(torch.tensor([request.token_ids])).logits[0, -1].double()
    expected = torch.softmax(logits / temperature, dim=-1) * len(tokens)
    counts = torch.bincount(torch.tensor(tokens), minlength=len(expected)).double()
    is_common = expected >= 5
    pairs = [
        (counts[is_common], expected[is_common]),
        (counts[~is_common].sum()[None], expected[~is_common].sum()[None]),
    ]
    statistic = sum(float(((seen - wanted) ** 2 / wanted.clamp(min=1e-9)).sum()) for seen, wanted in pairs)
    freedom = int(is_common.sum())
    return statistic, freedom * (1 - 2 / (9 * freedom) + 3.719 * (2 / (9 * freedom)) ** 0.5) ** 3
