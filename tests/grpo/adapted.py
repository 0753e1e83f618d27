"""Policies with an adapter that changes something."""

import copy

import torch

from rlvr.grpo.adapter import Adapter, AdapterWeights, new_adapter
from rlvr.grpo.config import LoraConfig
from rlvr.grpo.policy import Policy

LORA = LoraConfig(rank=4)


def adapted(policy: Policy, lora: LoraConfig = LORA, scale: float = 0.02) -> Policy:
    """A policy with an adapter on its model, as if it had been trained for a while."""
    found = new_adapter(policy, lora, 0)
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for tensor in weights_of(found).values():
            tensor.add_(scale * torch.randn(tensor.shape, generator=generator).to(tensor))
    return found


def adapter_of(policy: Policy) -> Adapter:
    assert policy.adapter is not None
    return policy.adapter


def weights_of(policy: Policy) -> AdapterWeights:
    """The adapter's tensors, which are those that are trained."""
    return adapter_of(policy).weights()


def adapted_beside_plain(policy: Policy, lora: LoraConfig = LORA) -> tuple[Policy, Policy]:
    """A policy with an adapter, and one without that has it merged in."""
    plain = copy.deepcopy(policy.model)
    with_adapter = adapted(policy, lora)
    plain.load_state_dict(adapter_of(with_adapter).merged())
    return with_adapter, Policy(plain, policy.tokenizer, policy.end_ids)
