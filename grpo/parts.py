"""What the row of a pack is made of, and which of its tokens go together into a call of an attention.

A part is a sequence by itself, or a prompt, or what one of several sequences goes on with after that prompt. A token
sees what its part goes on from, and its part up to itself.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

import torch
from torch import Tensor

_MIN_FILL = 0.75
"""How long the shortest sequence of a call is at least, against the longest, which the others are padded to."""


class Place(NamedTuple):
    """Where a part stands in its row, and what it goes on from."""

    start: int
    length: int
    prompt: int
    """Where that starts which it goes on from."""
    before: int
    """The length of that, 0 for none."""

    @property
    def seen(self) -> list[int]:
        """The tokens that it sees, its own last."""
        return [*range(self.prompt, self.prompt + self.before), *range(self.start, self.start + self.length)]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a row is made of, and what each part sees beside itself."""

    lengths: tuple[int, ...]
    """Tokens of each part."""
    before: tuple[int, ...]
    """Of each part, the tokens before its own that it goes on from: the last part above it of which this is 0."""

    @property
    def longest(self) -> int:
        """The most tokens that any sees, its own among them."""
        return max(length + before for length, before in zip(self.lengths, self.before, strict=True))

    @property
    def places(self) -> list[Place]:
        """Where each part stands, in order."""
        starts, found, prompt = [0, *accumulate(self.lengths)], [], 0
        for start, length, before in zip(starts, self.lengths, self.before, strict=False):
            prompt = prompt if before else start
            found.append(Place(start, length, prompt, before))
        return found


class Run(NamedTuple):
    """Neighbouring parts that share a call: each is padded at its end, which no token of it sees."""

    places: list[Place]
    longest: int
    """Tokens of the longest of them."""
    before: int
    """Tokens that each of them goes on from."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which tokens of a row go into which call."""

    queries: Tensor
    """The tokens of all runs, one run after another, [queries] long."""
    keys: Tensor
    """What they see, [keys] long."""
    kept: Tensor
    """Of each token of the row, its place among the queries, [T] long."""
    num_rows: list[int]
    """Parts in each run."""
    num_queries: list[int]
    """Tokens in each run, padding included."""
    num_keys: list[int]
    """Tokens that are seen in each run."""


@lru_cache(maxsize=256)  # a pack comes back in every layer and update
def make_plan(parts: Parts, device: torch.device, *, is_plain: bool) -> Plan:
    """Cut parts into runs and say where their tokens go.

    Args:
        parts: Of the row.
        device: Of the row.
        is_plain: Whether parts may share a call; a window or a cap would take memory for each of them.
    """
    runs, queries, keys, kept = _runs(parts, is_plain=is_plain), list[int](), list[int](), list[int]()
    for run in runs:
        for place in run.places:
            kept += range(len(queries), len(queries) + place.length)
            seen = place.seen
            padding = seen[-1:] * (run.longest - place.length)
            queries += [*seen[place.before :], *padding]
            keys += [*seen, *padding]
    with torch.inference_mode(False):  # else a later backward pass could not use the tensors
        return Plan(
            queries=torch.tensor(queries, device=device),
            keys=torch.tensor(keys, device=device),
            kept=torch.tensor(kept, device=device),
            num_rows=[len(run.places) for run in runs],
            num_queries=[len(run.places) * run.longest for run in runs],
            num_keys=[len(run.places) * (run.before + run.longest) for run in runs],
        )


def _runs(parts: Parts, *, is_plain: bool) -> list[Run]:
    """Cut parts into runs of neighbours that lose little by being padded to the longest of them."""
    runs: list[Run] = []
    shortest = 0
    for place in parts.places:
        longest = max(place.length, runs[-1].longest) if runs else 0
        if runs and is_plain and place.before == runs[-1].before and min(place.length, shortest) >= _MIN_FILL * longest:
            shortest = min(place.length, shortest)
            runs[-1] = Run([*runs[-1].places, place], longest, place.before)
        else:
            shortest = place.length
            runs.append(Run([place], place.length, place.before))
    return runs


@lru_cache(maxsize=64)
def seen_by(parts: Parts, device: torch.device) -> tuple[Tensor, Tensor, int]:
    """The tokens that each part sees; where those of each begin and end; and how many are the most."""
    seen = [place.seen for place in parts.places]
    sizes = [len(one) for one in seen]
    with torch.inference_mode(False):
        bounds = torch.tensor([0, *accumulate(sizes)], dtype=torch.int32, device=device)
        return torch.tensor([at for one in seen for at in one], device=device), bounds, max(sizes)
