"""Runs whose responses are scripted: `train` itself, with sums answered right or wrong as a function of the request."""

import re
from collections.abc import Callable
from pathlib import Path

from rlvr.grpo.config import Config
from rlvr.grpo.policy import Policy
from rlvr.grpo.sampler import Request, SamplerMaker
from rlvr.grpo.trainer import train
from rlvr.grpo.view import View
from tests.grpo.runs import Heard
from tests.grpo.scripted import Said, Scripted
from tests.grpo.small import small_config

Knows = Callable[[list[int], int], bool]
"""Whether a sum of these numbers, asked for under this seed, is answered right."""


def seldom(numbers: list[int], seed: int) -> bool:
    """Right in one response of eight, so that half of the groups have no spread."""
    return seed % 8 == 0


def answering(knows: Knows) -> SamplerMaker:
    """A sampler for `ChainSum`; wrong answers are of several lengths, and some do not end."""

    def make(config: Config, policy: Policy, folder: Path) -> Scripted:
        def say(request: Request) -> Said:
            numbers = [int(word) for word in re.findall(r"\d+", policy.decode(list(request.token_ids)))]
            if knows(numbers, request.seed):
                return f"<answer>{sum(numbers)}</answer>"
            return "I do not know that"[: 3 + request.seed % 16]

        return Scripted(policy, say, is_honest=True)

    return make


def run(folder: Path, knows: Knows, *overrides: str, view: View | None = None) -> Heard:
    """Train in a folder, or go on there, and return what was heard."""
    heard = Heard()
    train(small_config(f"run.dir={folder}", *overrides), view or heard, sampler_maker=answering(knows))
    return heard
