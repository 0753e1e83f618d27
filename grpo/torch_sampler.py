"""Sampling with the trained model itself: slower than vLLM, needs nothing else, and can never be stale."""

import math
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from transformers import DynamicCache

from rlvr.grpo.lanes import lane_threads
from rlvr.grpo.policy import Policy
from rlvr.grpo.sampler import Completion, Request, Sampler

Tokens = tuple[int, ...]


@dataclass(slots=True)
class _Row:
    """One request while it is generated."""

    index: int
    request: Request
    uniforms: list[float]
    token_ids: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    is_finished: bool = False


class TorchSampler(Sampler):
    """Batched sampling with a key-value cache, left-padded, by inverse transform of one uniform per token."""

    name = f"torch {torch.__version__}"

    def __init__(self, policy: Policy, temperature: float, num_slots: int, num_lanes: int = 1) -> None:
        """Make a sampler.

        Args:
            policy: Draws.
            temperature: Divides the logits.
            num_slots: How many completions grow at a time.
            num_lanes: In how many threads, of which each takes its part of the slots.
        """
        self._map = map if num_lanes == 1 else lane_threads(num_lanes).map
        self._num_lanes = num_lanes
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
            for row in self._side_by_side(rows):
                yield row.index, self._completion(row)

    def _side_by_side(self, rows: list[_Row]) -> Iterator[_Row]:
        """Grow the rows of all lanes by a token at a time, and give each row when it is finished, in a fixed order."""
        size = math.ceil(len(rows) / self._num_lanes)
        growing = [self._generate(rows[start : start + size]) for start in range(0, len(rows), size)]
        while growing:
            finished = list(self._map(_next, growing))
            yield from (row for found in finished if found for row in found)
            growing = [one for one, found in zip(growing, finished, strict=True) if found is not None]

    @torch.no_grad()
    def _generate(self, rows: list[_Row]) -> Iterator[list[_Row]]:
        """Grow the rows together, and give after each token those that it finished."""
        logits, mask, cache = self._read_prompts([row.request.token_ids for row in rows])
        while True:
            unfinished = [row for row in rows if not row.is_finished]
            ids = self._draw(rows, logits)
            yield [row for row in unfinished if row.is_finished]
            mask = torch.cat([mask, mask.new_ones(len(rows), 1)], dim=1)
            alive = [position for position, row in enumerate(rows) if not row.is_finished]
            if len(alive) <= len(rows) // 2:
                keep = torch.tensor(alive, device=ids.device, dtype=torch.long)
                cache.batch_select_indices(keep)
                ids, mask, rows = ids[keep], mask[keep], [rows[position] for position in alive]
            if not rows:
                return
            logits = self._read(ids, mask, cache)

    def _read_prompts(self, prompts: Sequence[Tokens]) -> tuple[torch.Tensor, torch.Tensor, DynamicCache]:
        """Read each distinct prompt once; returns the next token's logits [B, V], the mask [B, P] and the cache."""
        places = {prompt: place for place, prompt in enumerate(dict.fromkeys(prompts))}
        cache = DynamicCache(config=self._policy.model.config)
        ids, mask = self._left_pad(list(places))
        logits = self._read(ids, mask, cache)
        if len(places) < len(prompts):
            copies = torch.tensor([places[prompt] for prompt in prompts], device=ids.device)
            cache.batch_select_indices(copies)
            logits, mask = logits[copies], mask[copies]
        return logits, mask, cache

    def _read(self, ids: torch.Tensor, mask: torch.Tensor, cache: DynamicCache) -> torch.Tensor:
        """Read the tokens [B, T] that end what the mask [B, P + T] covers; returns the next token's logits [B, V]."""
        positions = (mask.cumsum(1) - 1).clamp(min=0)[:, -ids.shape[1] :]
        logits: torch.Tensor = self._policy.model(
            input_ids=ids,
            attention_mask=mask,
            position_ids=positions,
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        ).logits
        return logits[:, -1]

    def _draw(self, rows: list[_Row], logits: torch.Tensor) -> torch.Tensor:
        """Sample a token [B, 1] for each row and append it, with its log-probability, to the unfinished ones."""
        logprobs = torch.log_softmax(logits.float() / self._temperature, dim=-1)
        cumulative = logprobs.double().exp().cumsum(-1)
        uniforms = [row.uniforms[min(len(row.token_ids), len(row.uniforms) - 1)] for row in rows]
        target = torch.tensor(uniforms, dtype=torch.float64, device=cumulative.device)[:, None] * cumulative[:, -1:]
        chosen = torch.searchsorted(cumulative, target, right=True).clamp(max=logprobs.shape[-1] - 1)
        values = logprobs.gather(1, chosen)[:, 0].tolist()
        for row, token, value in zip(rows, chosen[:, 0].tolist(), values, strict=True):
            if not row.is_finished:
                row.token_ids.append(token)
                row.logprobs.append(value)
                row.is_finished = token in self._policy.end_ids or len(row.token_ids) == row.request.max_tokens
        return chosen

    def _left_pad(self, prompts: Sequence[Tokens]) -> tuple[torch.Tensor, torch.Tensor]:
        length = max(map(len, prompts))
        device = self._policy.model.device
        ids = torch.full((len(prompts), length), self._policy.end_ids[0], dtype=torch.long, device=device)
        mask = torch.zeros_like(ids)
        for position, prompt in enumerate(prompts):
            size = len(prompt)
            ids[position, length - size :] = torch.tensor(prompt, device=device)
            mask[position, length - size :] = 1
        return ids, mask

    def _completion(self, row: _Row) -> Completion:
        ended = row.token_ids[-1] in self._policy.end_ids
        text = self._policy.decode(row.token_ids)
        return Completion(tuple(row.token_ids), tuple(row.logprobs), text, "stop" if ended else "length")


def _row(index: int, request: Request) -> _Row:
    generator = torch.Generator().manual_seed(request.seed)
    return _Row(index, request, torch.rand(request.max_tokens, generator=generator, dtype=torch.float64).tolist())


def _next(growing: Iterator[list[_Row]]) -> list[_Row] | None:
    return next(growing, None)
