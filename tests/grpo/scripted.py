"""A sampler that says what it is told, with log-probabilities that tell the tokens apart."""

from collections.abc import Iterable, Mapping, Sequence

import torch

from rlvr.grpo.policy import Policy
from rlvr.grpo.sampler import Completion, Request


class Scripted:
    """Answers the requests, in the order in which they come, with the texts of a script.

    A text is followed by the end token unless it is cut off by `max_tokens`; a list of token ids stands as it is.
    """

    name = "scripted"

    def __init__(self, policy: Policy, script: Iterable[str | list[int]], policy_version: int = 0) -> None:
        self._policy = policy
        self._script = iter(script)
        self.policy_version = policy_version
        self.requests: list[Request] = []

    def sample(self, requests: Sequence[Request]) -> list[Completion]:
        """The next lines of the script."""
        self.requests += requests
        return [self._complete(request, next(self._script)) for request in requests]

    def push(self, weights: Mapping[str, torch.Tensor], policy_version: int) -> None:
        """Note the version."""
        self.policy_version = policy_version

    def _complete(self, request: Request, said: str | list[int]) -> Completion:
        ids = [*self._policy.tokenizer.encode(said), self._policy.end_ids[0]] if isinstance(said, str) else said
        ids = ids[: request.max_tokens]
        has_ended = ids[-1] in self._policy.end_ids
        logprobs = tuple(-1.0 - place / 100 for place in range(len(ids)))
        return Completion(tuple(ids), logprobs, self._policy.decode(ids), "stop" if has_ended else "length")
