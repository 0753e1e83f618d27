"""Tiny random models of several families, whose attentions and logits differ in what packs and tiles must honour."""

from collections.abc import Callable
from typing import Any

import torch
from transformers import (
    AutoModelForCausalLM,
    Cohere2Config,
    Gemma2Config,
    GraniteConfig,
    LlamaConfig,
    PreTrainedConfig,
    Qwen3Config,
)

from rlvr.grpo.pack import Pack, make_packs
from rlvr.grpo.rollout import Rollout
from tests.grpo.small import made_rollout

NUM_WORDS = 96
LENGTHS = (23, 3, 14, 9, 2, 17)
CPU = torch.device("cpu")


def shape(**more: Any) -> dict[str, Any]:
    """The fields that every family shares; two query heads look at each key-value head."""
    sizes = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2}
    heads = {"num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 64}
    ids = {"vocab_size": NUM_WORDS, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2}
    return {**sizes, **heads, **ids, **more}


FAMILIES: dict[str, Callable[[], PreTrainedConfig]] = {
    "qwen3": lambda: Qwen3Config(**shape(head_dim=8, tie_word_embeddings=True)),
    "llama": lambda: LlamaConfig(**shape(tie_word_embeddings=False)),
    "gemma2": lambda: Gemma2Config(
        **shape(head_dim=8, query_pre_attn_scalar=8, sliding_window=5),
        attn_logit_softcapping=0.5,
        final_logit_softcapping=1.0,
    ),
    "granite": lambda: GraniteConfig(**shape(logits_scaling=0.25, attention_multiplier=0.5)),
    "cohere2": lambda: Cohere2Config(**shape(sliding_window=5, logit_scale=3.0)),
}


def random_model(config: PreTrainedConfig, dtype: torch.dtype = torch.float32) -> Any:
    """A model in evaluation mode with weights large enough that its predictions are far from uniform."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model: Any = AutoModelForCausalLM.from_config(config).eval()  # type: ignore[no-untyped-call]
        with torch.no_grad():
            for parameter in model.parameters():
                if parameter.dim() > 1:
                    parameter.normal_(std=0.2)
    return model.to(dtype)


def random_rollouts(lengths: tuple[int, ...] = LENGTHS) -> list[Rollout]:
    """Rollouts of given lengths, each with a prompt of one token."""
    generator = torch.Generator().manual_seed(1)
    words = [torch.randint(NUM_WORDS, (length,), generator=generator).tolist() for length in lengths]
    return [made_rollout(ids[:1], ids[1:], index=index) for index, ids in enumerate(words)]


def groups_of_rollouts(prompts: tuple[int, ...], sizes: tuple[int, ...]) -> list[Rollout]:
    """Rollouts of several prompts, each with responses of these sizes, in turns; and one with a prompt of its own."""
    generator = torch.Generator().manual_seed(2)

    def words(size: int) -> list[int]:
        drawn: list[int] = torch.randint(NUM_WORDS, (size,), generator=generator).tolist()
        return drawn

    given = [words(size) for size in prompts]
    rows = [(prompt, words(size)) for size in sizes for prompt in given] + [(words(4), words(6))] * (len(prompts) > 1)
    return [made_rollout(prompt, response, index=index) for index, (prompt, response) in enumerate(rows)]


def packs(
    rollouts: list[Rollout], max_tokens: int = 10**6, *, is_packed: bool = True, shares_prompts: bool = False
) -> list[Pack]:
    """Rollouts with alternating advantages, in packs."""
    advantages = [[(-1.0) ** row * (1 + row)] * rollout.num_tokens for row, rollout in enumerate(rollouts)]
    return list(make_packs(rollouts, advantages, max_tokens, CPU, is_packed=is_packed, shares_prompts=shares_prompts))
