"""Causal models of other families than the tiny one, random and made on the spot."""

from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM, Gemma2Config, GPT2Config, LlamaConfig, MambaConfig, PretrainedConfig

from rlvr.grpo.policy import ModelError, load_policy
from rlvr.grpo.tiny import tiny_tokenizer
from rlvr.grpo.trainer import train
from tests.grpo.runs import Heard, records
from tests.grpo.small import TASKS, small_config
from tests.grpo.test_prompts import CHATML

TOKENS: dict[str, Any] = {"vocab_size": 272, "bos_token_id": None, "eos_token_id": 256, "pad_token_id": 256}
SHAPE: dict[str, Any] = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    **TOKENS,
}
CONFIGS: dict[str, PretrainedConfig] = {
    "absolute positions": GPT2Config(n_embd=32, n_layer=2, n_head=2, n_positions=512, **TOKENS),
    "untied head": LlamaConfig(num_key_value_heads=1, max_position_embeddings=512, **SHAPE),
    "sliding window": Gemma2Config(
        num_key_value_heads=1, head_dim=16, sliding_window=16, max_position_embeddings=512, **SHAPE
    ),
}


def saved(folder: Path, config: PretrainedConfig, template: str | None = None) -> Path:
    """A random model with the tiny tokenizer, whose turns end in a token of their own where there is a template."""
    tokenizer = tiny_tokenizer()
    if template is not None:
        tokenizer.add_special_tokens({"additional_special_tokens": ["<|im_start|>", "<|im_end|>"]})
        tokenizer.chat_template = template
        tokenizer.eos_token = "<|im_end|>"
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        model: Any = AutoModelForCausalLM.from_config(config)  # type: ignore[no-untyped-call]
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("template", [None, CHATML], ids=["plain", "chat"])
def test_a_conversation_is_trained(tmp_path: Path, name: str, template: str | None) -> None:
    """Prompts of different lengths, several turns and padding: the sampler check tells whether all of it adds up."""
    model = saved(tmp_path / "model", CONFIGS[name], template)
    view = Heard()
    train(
        small_config(
            f"model.path={model}",
            *(f"run.dir={tmp_path / 'run'}", f"task.name={TASKS}:Echo", "task.rubric={correct = 1, format = 0.1}"),
            *("grpo.num_steps=2", "grpo.kl_coef=0.1", "run.val_every=0"),
        ),
        view,
    )
    assert all(0 < line["max_sync_gap"] < 1e-4 for line in view.steps)
    assert view.steps[-1]["policy_version"] == 1
    rows = records(tmp_path / "run")
    assert all(len(row["turns"]) == 3 for row in rows)
    assert "<|im_start|>" not in rows[0]["prompt"]


def test_a_model_that_cannot_be_loaded_is_named(tmp_path: Path, tiny_folder: Path) -> None:
    with pytest.raises(ModelError, match=f"cannot load the model '{tmp_path}'"):
        load_policy(tmp_path, small_config().model, torch.device("cpu"))
    for path in tiny_folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "model.safetensors").write_bytes((tmp_path / "model.safetensors").read_bytes()[:100])
    with pytest.raises(ModelError, match=f"cannot load the model '{tmp_path}'"):
        load_policy(tmp_path, small_config().model, torch.device("cpu"))


def test_a_model_that_never_ends_is_refused(tmp_path: Path, tiny_folder: Path) -> None:
    config = LlamaConfig(**{**SHAPE, "eos_token_id": None, "pad_token_id": None})
    saved(tmp_path / "model", config)
    settings = tmp_path / "model" / "tokenizer_config.json"
    settings.write_text(settings.read_text().replace('"eos_token": "<|endoftext|>",', ""))
    with pytest.raises(ModelError, match="no end-of-text token: set eos_token"):
        load_policy(tmp_path / "model", small_config().model, torch.device("cpu"))


def test_a_model_that_states_no_length_needs_one(tmp_path: Path) -> None:
    config = MambaConfig(hidden_size=32, num_hidden_layers=1, state_size=8, **TOKENS)
    policy = load_policy(saved(tmp_path / "model", config), small_config().model, torch.device("cpu"))
    assert policy.max_length(100) == 100
    with pytest.raises(ModelError, match=r"set sampler\.max_length"):
        policy.max_length(None)
