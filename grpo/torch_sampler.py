"""Sampling with the trained model itself: slower than vLLM, needs nothing else, and can never be stale."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from transformers import DynamicCache

from rlvr.grpo.policy import Policy
from rlvr.grpo.sampler import Completion, Request, Sampler


@dataclass(slots=True)
class _Row:
    """One request while it is generated."""

    index: int
    request: Request
    uniforms: torch.Tensor
    token_ids: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    is_finished: bool = False


class TorchSampler(Sampler):
    """Batched sampling with a key-value cache, left-padded, by inverse transform of one uniform per token."""

    name = f"torch {torch.__version__}"

    def __init__(self, policy: Policy, temperature: float, num_slots: int) -> None:
        self._policy = policy
        self._temperature = temperature
        self._num_slots = num_slots
        self.policy_version = 0

    def push(self, weights: Mapping[str, torch.Tensor], policy_version: int) -> None:  # noqa: ARG002 - they are shared
        """Note the version; the weights are the policy's own."""
        self.policy_version = policy_version

    def diagnose(self, weights: Mapping[str, torch.Tensor], requests: Sequence[Request]) -> str:  # noqa: ARG002
        """Neither weights nor a cache can be stale here."""
        return "This sampler draws from the trained model itself, so what differs is its arithmetic and not its weights"

    def stream(self, requests: Sequence[Request]) -> Generator[tuple[int, Completion], None, None]:
        """Each completion as soon as it has ended; prompts of like length are batched together."""
        order = sorted(range(len(requests)), key=lambda index: len(requests[index].token_ids))
        for start in range(0, len(order), self._num_slots):
            rows = [_row(index, requests[index]) for index in order[start : start + self._num_slots]]
            for row in self._generate(rows):
                yield row.index, self._completion(row)

    @torch.no_grad()
    def _generate(self, rows: list[_Row]) -> Iterator[_Row]:
        """Grow the rows together and give each when it is finished."""
        ids, mask = self._left_pad(rows)
        cache = DynamicCache(config=self._policy.model.config)
        while rows:
            positions = (mask.cumsum(1) - 1).clamp(min=0)[:, -ids.shape[1] :]
            logits = self._policy.model(
                input_ids=ids,
                attention_mask=mask,
                position_ids=positions,
                past_key_values=cache,
                use_cache=True,
                logits_to_keep=1,
            ).logits[:, -1]
            unfinished = [row for row in rows if not row.is_finished]
            ids = self._draw(rows, logits)
            yield from (row for row in unfinished if row.is_finished)
            mask = torch.cat([mask, mask.new_ones(len(rows), 1)], dim=1)
            alive = [position for position, row in enumerate(rows) if not row.is_finished]
            if len(alive) <= len(rows) // 2:
                keep = torch.tensor(alive, device=ids.device, dtype=torch.long)
                cache.batch_select_indices(keep)
                ids, mask, rows = ids[keep], mask[keep], [rows[position] for position in alive]

    def _draw(self, rows: list[_Row], logits: torch.Tensor) -> torch.Tensor:
        """Sample a token [B, 1] for each row and append it, with its log-probability, to the unfinished ones."""
        logprobs = torch.log_softmax(logits.float() / self._temperature, dim=-1)
        uniforms = torch.stack([row.uniforms[min(len(row.token_ids), len(row.uniforms) - 1)] for row in rows])
        cumulative = logprobs.double().exp().cumsum(-1)
        target = uniforms.to(cumulative.device)[:, None] * cumulative[:, -1:]
        chosen = torch.searchsorted(cumulative, target, right=True).clamp(max=logprobs.shape[-1] - 1)
        values = logprobs.gather(1, chosen)[:, 0].tolist()
        for row, token, value in zip(rows, chosen[:, 0].tolist(), values, strict=True):
            if not row.is_finished:
                row.token_ids.append(token)
                row.logprobs.append(value)
                row.is_finished = token in self._policy.end_ids or len(row.token_ids) == row.request.max_tokens
        return chosen

    def _left_pad(self, rows: list[_Row]) -> tuple[torch.Tensor, torch.Tensor]:
        length = max(len(row.request.token_ids) for row in rows)
        device = self._policy.model.device
        ids = torch.full((len(rows), length), self._policy.end_ids[0], dtype=torch.long, device=device)
        mask = torch.zeros_like(ids)
        for position, row in enumerate(rows):
            size = len(row.request.token_ids)
            ids[position, length - size :] = torch.tensor(row.request.token_ids, device=device)
            mask[position, length - size :] = 1
        return ids, mask

    def _completion(self, row: _Row) -> Completion:
        ended = row.token_ids[-1] in self._policy.end_ids
        text = self._policy.decode(row.token_ids)
        return Completion(tuple(row.token_ids), tuple(row.logprobs), text, "stop" if ended else "length")


def _row(index: int, request: Request) -> _Row:
    generator = torch.Generator().manual_seed(request.seed)
    return _Row(index, request, torch.rand(request.max_tokens, generator=generator, dtype=torch.float64))
