"""A tiny byte-level Qwen3, made on the spot where no pretrained model is at hand."""

import os
from pathlib import Path

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM
from transformers.utils import logging as transformers_logging

from rlvr.grpo.config import TinyConfig
from rlvr.grpo.seeds import draw_seed

TAGS = ("<think>", "</think>", "<answer>", "</answer>")
END = "<|endoftext|>"


def tiny_tokenizer() -> PreTrainedTokenizerFast:
    """One token per byte, so any text round-trips, plus one per tag; the tags are ordinary, visible tokens."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={symbol: index for index, symbol in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(END, special=True, normalized=False)])
    tokenizer.add_tokens([AddedToken(tag, special=False, normalized=False) for tag in TAGS])
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, eos_token=END, pad_token=END, clean_up_tokenization_spaces=False
    )


def tiny_model(config: TinyConfig, tokenizer: PreTrainedTokenizerFast, seed: int) -> Qwen3ForCausalLM:
    """A randomly initialised Qwen3; the same seed gives the same weights and leaves the global generator as it was."""
    shape = Qwen3Config(
        vocab_size=-(-len(tokenizer) // 8) * 8,
        hidden_size=config.hidden_size,
        intermediate_size=config.intermediate_size,
        num_hidden_layers=config.num_layers,
        num_attention_heads=config.num_heads,
        num_key_value_heads=config.num_kv_heads,
        head_dim=config.hidden_size // config.num_heads,
        max_position_embeddings=config.max_length,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(draw_seed(seed, "tiny model"))
        return Qwen3ForCausalLM(shape)  # type: ignore[no-untyped-call]


def save_tiny(folder: Path, config: TinyConfig, seed: int) -> None:
    """Write a fresh tiny model and its tokenizer where `AutoModelForCausalLM` finds them, whole or not at all."""
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    draft = folder.with_name(f".{folder.name}.{os.getpid()}")
    tokenizer = tiny_tokenizer()
    tiny_model(config, tokenizer, seed).save_pretrained(draft)
    tokenizer.save_pretrained(draft)
    draft.rename(folder)
