"""The models of the benchmark: random weights in a folder that both sides load.

Ragged lengths come from the weights alone, so that neither side needs a trick of its own: all embeddings share one
large coordinate, and the end token's row of the output head reads it. So its probability is about the same everywhere,
and lengths are geometric up to the cut.
"""

import math
from pathlib import Path
from typing import Any

import torch
from transformers import Qwen3Config, Qwen3ForCausalLM

from rlvr.grpo.tiny import tiny_tokenizer

_SHARED = 2.0
"""The coordinate that all embeddings share."""
_NUM_BYTES = 256
"""The first tokens; what comes after them, but for the end token, is a mark that would mean something, or nothing."""
_PROBES = (8, 128)
"""Random texts on which the end token's probability is set: how many, and how long."""


def make_model(
    folder: Path, shape: dict[str, Any], end_probability: float | None = None, seed: int = 0
) -> dict[str, Any]:
    """Write a random Qwen3 with a byte-level tokenizer; return what it is.

    Args:
        folder: Where to; a model that is there already is kept.
        shape: Fields of `Qwen3Config`; a `vocab_size` larger than the tokenizer's has tokens that decode to nothing.
        end_probability: The mean probability of the end token; None leaves it as it comes, near 1 / vocabulary.
        seed: Of the weights.
    """
    tokenizer = tiny_tokenizer()
    size = {"vocab_size": -(-len(tokenizer) // 8) * 8}
    end = {"eos_token_id": tokenizer.eos_token_id, "pad_token_id": tokenizer.pad_token_id, "bos_token_id": None}
    torch.manual_seed(seed)
    model = Qwen3ForCausalLM(Qwen3Config(**size | shape | end, tie_word_embeddings=end_probability is None))
    if end_probability is not None:
        _set_end(model, int(tokenizer.eos_token_id), end_probability)
    if not (folder / "config.json").exists():
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
    num_parameters = sum(one.numel() for one in model.parameters())
    return {"parameters": num_parameters, "end_probability": end_probability, **size, **shape}


@torch.no_grad()
def _set_end(model: Qwen3ForCausalLM, end_id: int, probability: float) -> None:
    """Set the head's rows so that bytes and the end token come, and nothing else."""
    model.get_input_embeddings().weight[:, 0] = _SHARED
    head = model.get_output_embeddings().weight
    head[:, 0] = 0.0
    head[_NUM_BYTES:, 0] = -_SHARED
    head[end_id, 0] = 0.0
    probes = torch.randint(0, _NUM_BYTES, _PROBES)
    hidden = model.model(input_ids=probes).last_hidden_state
    logits = hidden @ head.t()
    others = logits.index_fill(2, torch.tensor([end_id]), -math.inf).logsumexp(2)
    low, high = -_SHARED, _SHARED
    for _ in range(40):
        middle = (low + high) / 2
        seen = float(torch.sigmoid(logits[..., end_id] + middle * hidden[..., 0] - others).mean())
        low, high = (middle, high) if seen < probability else (low, middle)
    head[end_id, 0] = middle


def end_probability(mean: float, longest: int) -> float:
    """Return the end token's probability with which lengths that are cut at `longest` have this mean."""
    low, high = 1e-9, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        expected = -math.expm1(longest * math.log1p(-middle)) / middle
        low, high = (middle, high) if expected > mean else (low, middle)
    return low
