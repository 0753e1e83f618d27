"""A sampler that says what it is told, for tests of anything else; `train` takes it as its `sampler_maker`."""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence

import torch

from rlvr.grpo.policy import Policy
from rlvr.grpo.sampler import Completion, Request, Sampler

Said = str | list[int]
"""A text, which is followed by the end token unless `max_tokens` cuts it off; token ids stand as they are."""


class Scripted(Sampler):
    """Answers requests in the order in which they come.

    Args:
        policy: For its tokenizer, and where `is_honest` for its log-probabilities.
        script: What to say: the lines in turn, or a function of the request, which any number of ranks can share.
        policy_version: To begin with.
        is_honest: Give the policy's own log-probabilities, as a trainer demands, and not some that tell places apart.
    """

    name = "scripted"

    def __init__(
        self,
        policy: Policy,
        script: Iterable[Said] | Callable[[Request], Said],
        policy_version: int = 0,
        *,
        is_honest: bool = False,
    ) -> None:
        self._policy = policy
        lines = iter(()) if callable(script) else iter(script)
        self._say = script if callable(script) else lambda _: next(lines)
        self._is_honest = is_honest
        self.policy_version = policy_version
        self.requests: list[Request] = []

    def stream(self, requests: Sequence[Request]) -> Generator[tuple[int, Completion], None, None]:
        """The next lines of the script."""
        for place, request in enumerate(requests):
            self.requests.append(request)
            yield place, self._complete(request, self._say(request))

    def push(self, weights: Mapping[str, torch.Tensor], policy_version: int) -> None:
        """Note the version."""
        self.policy_version = policy_version

    def _complete(self, request: Request, said: Said) -> Completion:
        ids = [*self._policy.tokenizer.encode(said), self._policy.end_ids[0]] if isinstance(said, str) else said
        ids = ids[: request.max_tokens]
        has_ended = ids[-1] in self._policy.end_ids
        invented = [-1.0 - place / 100 for place in range(len(ids))]
        logprobs = self._logprobs(request, ids) if self._is_honest else invented
        return Completion(tuple(ids), tuple(logprobs), self._policy.decode(ids), "stop" if has_ended else "length")

    @torch.no_grad()
    def _logprobs(self, request: Request, ids: list[int]) -> list[float]:
        logits = self._policy.model(input_ids=torch.tensor([[*request.token_ids, *ids]])).logits[0].float()
        chosen = logits.log_softmax(-1)[len(request.token_ids) - 1 : -1].gather(1, torch.tensor(ids)[:, None])
        return [float(value) for value in chosen[:, 0]]


class Shuffled(Scripted):
    """A script whose lines are taken in order, but arrive in another one."""

    def __init__(self, policy: Policy, script: Iterable[Said], order: Callable[[int], Sequence[int]]) -> None:
        super().__init__(policy, script)
        self._order = order

    def stream(self, requests: Sequence[Request]) -> Generator[tuple[int, Completion], None, None]:
        """The next lines, last come first served."""
        done = list(super().stream(requests))
        yield from (done[place] for place in self._order(len(done)))
