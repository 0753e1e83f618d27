"""The models of the benchmark: random weights in a folder that both sides load.

Ragged lengths come from the weights alone, so that neither side needs a trick of its own: all embeddings share one
large coordinate, and the end token's row of the output head reads it. So its probability is about the same everywhere,
and lengths are geometric up to the cut.
"""

import math
from pathlib import Path
from typing import Any

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM

_SHARED = 2.0
"""The coordinate that all embeddings share."""
_NUM_BYTES = 256
"""The first tokens of the vocabulary; the end token is the next, and what comes after is words."""
_END = "<|endoftext|>"
_PROBES = (8, 128)
"""Random texts on which the end token's probability is set: how many, and how long."""


def make_model(
    folder: Path, shape: dict[str, Any], end_probability: float | None = None, seed: int = 0
) -> dict[str, Any]:
    """Write a random Qwen3 with a byte-level tokenizer; return what it is.

    Args:
        folder: Where to; a model that is there already is kept.
        shape: Fields of `Qwen3Config`; with a `vocab_size`, all of it decodes to text.
        end_probability: The mean probability of the end token; None leaves it as it comes, near 1 / vocabulary.
        seed: Of the weights.
    """
    size = {"vocab_size": 264} | {key: value for key, value in shape.items() if key == "vocab_size"}
    tokenizer = make_tokenizer(size["vocab_size"])
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


def make_tokenizer(size: int) -> PreTrainedTokenizerFast:
    """Return a tokenizer that reads text byte by byte; the rest of its vocabulary is words that only a model writes."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = [f"w{number:x}" for number in range(size - len(alphabet) - 1)]
    vocabulary = {symbol: index for index, symbol in enumerate([*alphabet, _END, *words])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(_END, special=True, normalized=False)])
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=_END, pad_token=_END)


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
