"""Lanes against threads inside each operation, on a CPU: the pass of an update, and the torch sampler.

Both sides use as many threads as there are cores. Lanes are that many passes side by side with one thread each, see
`rlvr/grpo/lanes.py`; without them one pass has all threads. Models are byte-level Qwen3s of several sizes with random
weights, and a batch is 512 responses of 32 tokens to 32 prompts of 16. The two sides alternate in one process; the
numbers are medians of `--rounds` after a round that is not counted, the ratio that of the lanes to the other.

    python benchmarks/lanes.py

writes `benchmarks/results/lanes.json`.
"""

import argparse
import collections
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
from algorithms import machine
from transformers import PreTrainedModel

from rlvr.grpo.config import Config
from rlvr.grpo.forward import trained_logprobs
from rlvr.grpo.lanes import Lanes
from rlvr.grpo.pack import Pack, Unsampled, make_packs
from rlvr.grpo.policy import Policy, load_policy
from rlvr.grpo.probe import prepare_forward
from rlvr.grpo.resolve import CPU_MICRO_BATCH_TOKENS
from rlvr.grpo.sampler import Request
from rlvr.grpo.seeds import draw_rng
from rlvr.grpo.tiny import save_tiny
from rlvr.grpo.torch_sampler import TorchSampler

RESULTS = Path(__file__).parent / "results" / "lanes.json"
SHAPES: dict[str, dict[str, int]] = {
    "quickstart": {},
    "7M": {"hidden_size": 256, "num_layers": 8, "intermediate_size": 768},
    "27M": {"hidden_size": 512, "num_layers": 8, "num_heads": 8, "num_kv_heads": 8, "intermediate_size": 1536},
    "43M": {"hidden_size": 640, "num_layers": 8, "num_heads": 10, "num_kv_heads": 10, "intermediate_size": 1920},
}
"""What differs from the model of the quickstart; names are numbers of parameters."""
NUM_PROMPTS, GROUP_SIZE, PROMPT_TOKENS, RESPONSE_TOKENS = 32, 16, 16, 32
CORES = len(os.sched_getaffinity(0))


def main() -> None:
    """Measure each size and write the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", default=list(SHAPES), choices=list(SHAPES))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    if CORES == 1:
        sys.exit("with one core there is one lane, and nothing to compare")
    results: dict[str, Any] = {"machine": machine(), "sizes": {}}
    for name in arguments.only:
        results["sizes"][name] = measured(name, arguments.rounds)
        print(name, json.dumps(results["sizes"][name]))
        arguments.out.parent.mkdir(exist_ok=True)
        arguments.out.write_text(json.dumps(results, indent=1) + "\n")


def measured(name: str, rounds: int) -> dict[str, Any]:
    """Seconds of both sides, with lanes and without, for one size."""
    policy = fresh_policy(SHAPES[name])
    rng = draw_rng(0, "prompts")
    prompts = [tokens(rng, PROMPT_TOKENS) for _ in range(NUM_PROMPTS)]
    return {
        "parameters": sum(one.numel() for one in policy.model.parameters()),
        "update": alternated([partial(update, policy, prompts, count) for count in (CORES, 1)], rounds),
        "sampling": alternated([partial(sampling, policy, prompts, count) for count in (CORES, 1)], rounds),
    }


def fresh_policy(shape: dict[str, int]) -> Policy:
    """A model of a shape, ready for packs."""
    config = Config.model_validate({"model": {"tiny": shape}})
    with tempfile.TemporaryDirectory() as folder:
        save_tiny(Path(folder) / "model", config.model.tiny, 0)
        policy = load_policy(Path(folder) / "model", config.model, torch.device("cpu"))
    prepare_forward(policy.model, is_packed=True)
    return policy


def tokens(rng: random.Random, count: int) -> tuple[int, ...]:
    """Random bytes."""
    return tuple(rng.randrange(256) for _ in range(count))


def update(policy: Policy, prompts: list[tuple[int, ...]], num_lanes: int) -> Callable[[], None]:
    """Forward and backward over a batch, in lanes or not."""
    rng = draw_rng(0, "responses")
    mask = (False,) * PROMPT_TOKENS + (True,) * RESPONSE_TOKENS
    batch = [Unsampled((*one, *tokens(rng, RESPONSE_TOKENS)), mask) for one in prompts for _ in range(GROUP_SIZE)]
    lanes, num_tokens = Lanes(policy.model, num_lanes), sum(len(one.token_ids) for one in batch)
    size, no_advantages = lanes.pack_size(num_tokens, CPU_MICRO_BATCH_TOKENS), [[0.0] * RESPONSE_TOKENS] * len(batch)
    packs = list(make_packs(batch, no_advantages, size, torch.device("cpu"), shares_prompts=True))

    def learn(model: PreTrainedModel, _place: int, pack: Pack) -> None:
        trained_logprobs(model, pack, 1.0).logprobs.sum().backward()  # type: ignore[no-untyped-call]

    def work() -> None:
        lanes.over(packs, learn)
        policy.model.zero_grad()

    return work


def sampling(policy: Policy, prompts: list[tuple[int, ...]], num_lanes: int) -> Callable[[], None]:
    """A batch sampled, in lanes or not."""
    sampler = TorchSampler(policy, 1.0, NUM_PROMPTS * GROUP_SIZE, num_lanes)
    groups = [prompt for prompt in prompts for _ in range(GROUP_SIZE)]
    requests = [Request(prompt, seed, RESPONSE_TOKENS) for seed, prompt in enumerate(groups)]
    return lambda: collections.deque(sampler.stream(requests), maxlen=0).clear()


def alternated(sides: list[Callable[[], Callable[[], None]]], rounds: int) -> dict[str, Any]:
    """Seconds of both sides, one after the other in each round."""
    works = [make() for make in sides]
    seconds: list[list[float]] = [[], []]
    for count in range(rounds + 1):
        for work, found in zip(works, seconds, strict=True):
            torch.set_num_threads(CORES)
            began_s = time.perf_counter()
            work()
            if count:
                found.append(round(time.perf_counter() - began_s, 4))
    lanes_s, threads_s = map(statistics.median, seconds)
    return {"lanes_s": seconds[0], "threads_s": seconds[1], "ratio": round(lanes_s / threads_s, 3)}


if __name__ == "__main__":
    main()
