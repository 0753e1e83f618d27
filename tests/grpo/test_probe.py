from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from transformers import (
    AutoModelForCausalLM,
    BloomConfig,
    FalconH1Config,
    GptOssConfig,
    Llama4TextConfig,
    MambaConfig,
    PreTrainedConfig,
)

from rlvr.grpo import attention
from rlvr.grpo.attention import PackingError
from rlvr.grpo.head import HeadError
from rlvr.grpo.parts import Parts
from rlvr.grpo.probe import prepare_forward
from tests.grpo.tiny_models import FAMILIES, NUM_WORDS, random_model, shape

MIXERS: dict[str, PreTrainedConfig] = {
    "mamba": MambaConfig(vocab_size=NUM_WORDS, hidden_size=32, num_hidden_layers=1, state_size=4),
    "falcon_h1": FalconH1Config(
        **shape(mamba_d_ssm=32, mamba_n_heads=4, mamba_d_head=8, mamba_d_state=4, lm_head_multiplier=0.5)
    ),
    "bloom": BloomConfig(vocab_size=NUM_WORDS, hidden_size=32, n_layer=1, n_head=4),
}


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("is_packed", [True, False])
def test_models_that_pass(family: str, dtype: torch.dtype, is_packed: bool) -> None:
    model = random_model(FAMILIES[family](), dtype)
    assert prepare_forward(model, is_packed=is_packed) == is_packed, "all of them can share prompts"
    assert model.config._attn_implementation == attention.NAME


@pytest.mark.parametrize("name", MIXERS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_models_that_mix_a_pack_are_refused_and_can_be_padded(name: str, dtype: torch.dtype) -> None:
    model = random_model(MIXERS[name], dtype)
    usual = model.config._attn_implementation
    with pytest.raises(PackingError, match=r"optimizer\.packing = false"):
        prepare_forward(model)
    assert model.config._attn_implementation == usual
    prepare_forward(model, is_packed=False)


def test_a_leaking_attention_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = attention._by_part

    def leaking(query: Tensor, key: Tensor, value: Tensor, parts: Parts, *rest: Any) -> Tensor:
        return usual(query, key, value, Parts((sum(parts.lengths),), (0,)), *rest)

    monkeypatch.setattr(attention, "_by_part", leaking)
    with pytest.raises(PackingError, match="sees the others"):
        prepare_forward(random_model(FAMILIES["qwen3"]()))


def without_prompts(parts: Parts) -> Parts:
    return Parts(parts.lengths, (0,) * len(parts.before))


def in_each_others_sight(parts: Parts) -> Parts:
    """All that follows a prompt as one sequence."""
    if not any(parts.before):
        return parts
    return Parts((sum(parts.lengths),), (0,))


@pytest.mark.parametrize("wrong", [without_prompts, in_each_others_sight])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_an_attention_that_cannot_share_prompts_packs_whole_sequences(
    wrong: Callable[[Parts], Parts], dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = attention._by_part

    def unsharing(query: Tensor, key: Tensor, value: Tensor, parts: Parts, *rest: Any) -> Tensor:
        return usual(query, key, value, wrong(parts), *rest)

    monkeypatch.setattr(attention, "_by_part", unsharing)
    assert not prepare_forward(random_model(FAMILIES["qwen3"](), dtype))


@pytest.mark.parametrize("error", [TypeError("unexpected keyword argument 'parts'"), RuntimeError("the kernel failed")])
def test_a_model_that_refuses_a_shared_prompt_packs_whole_sequences(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = random_model(FAMILIES["llama"]())
    decoder, usual = type(model.get_decoder()), type(model.get_decoder()).forward

    def strict(self: Any, *args: Any, parts: None = None, **kwargs: Any) -> Any:
        if parts is not None:
            raise error
        return usual(self, *args, **kwargs)

    monkeypatch.setattr(decoder, "forward", strict)
    assert not prepare_forward(model)


def test_an_attention_that_is_wrong_within_a_sequence_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = attention._causal
    monkeypatch.setattr(attention, "_causal", lambda query, *rest: usual(query.flip(2), *rest))
    with pytest.raises(PackingError, match="not what it is alone"):
        prepare_forward(random_model(FAMILIES["llama"]()))


def test_attention_sinks_are_refused_by_name() -> None:
    rope = {"rope_type": "default", "rope_theta": 1e4}
    config = GptOssConfig(**shape(head_dim=8, num_local_experts=2, num_experts_per_tok=1, rope_parameters=rope))
    model = random_model(config)
    with pytest.raises(PackingError, match="attention sinks"):
        prepare_forward(model)
    prepare_forward(model, is_packed=False)


def test_a_decoder_that_cannot_be_had_alone_is_refused() -> None:
    config = Llama4TextConfig(**shape(head_dim=8, attention_chunk_size=4, num_local_experts=2))
    with pytest.raises(HeadError, match="no decoder"):
        prepare_forward(random_model(config))


def test_logits_that_no_field_explains_are_refused() -> None:
    model = random_model(FAMILIES["llama"]())
    model.lm_head.register_forward_hook(lambda module, inputs, logits: logits + 1.0)
    with pytest.raises(HeadError, match=r"off by .*scale 1, soft cap None"):
        prepare_forward(model)


def test_an_output_layer_that_is_not_linear_is_refused() -> None:
    model = random_model(FAMILIES["llama"]())
    model.set_output_embeddings(torch.nn.Sequential(model.get_output_embeddings()))
    with pytest.raises(HeadError, match="Sequential"):
        prepare_forward(model)


def test_a_model_is_saved_and_samples_as_before(tmp_path: Path) -> None:
    """Packs leave no trace: not in the saved config, not in greedy samples with a cache and with padding."""
    for family in ("qwen3", "cohere2"):
        model = random_model(FAMILIES[family]())
        ids, mask = torch.tensor([[5, 6, 7, 8, 9, 10, 11], [0, 0, 12, 13, 14, 15, 16]]), torch.ones(2, 7)
        mask[1, :2] = 0
        settings = {"attention_mask": mask, "max_new_tokens": 12, "do_sample": False}
        before = model.generate(ids, **settings)
        model.save_pretrained(tmp_path / family / "before")
        prepare_forward(model)
        assert torch.equal(model.generate(ids, **settings), before)
        model.save_pretrained(tmp_path / family / "after")
        saved = [(tmp_path / family / when / "config.json").read_text() for when in ("before", "after")]
        assert saved[0] == saved[1]
        loaded = AutoModelForCausalLM.from_pretrained(tmp_path / family / "after")
        assert loaded.config._attn_implementation == "sdpa"
