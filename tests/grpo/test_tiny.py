import random
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoModelForCausalLM, AutoTokenizer

from rlvr.grpo.config import TinyConfig
from rlvr.grpo.policy import Policy
from rlvr.grpo.tiny import END, TAGS, save_tiny, tiny_model, tiny_tokenizer
from tests.grpo.small import small_config

TOKENIZER = tiny_tokenizer()
SMALL = small_config().model.tiny


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_round_trips(text: str) -> None:
    assert TOKENIZER.decode(TOKENIZER.encode(text)) == text


@given(st.lists(st.sampled_from([*TAGS, "<", "think", ">", " ", "\n", "\u00e9", "\U0001f600"])).map("".join))
def test_text_around_tags_round_trips(text: str) -> None:
    assert TOKENIZER.decode(TOKENIZER.encode(text)) == text


@pytest.mark.parametrize("tag", TAGS)
def test_a_tag_is_one_visible_token(tag: str) -> None:
    ids = TOKENIZER.encode(f" {tag}x")
    assert len(ids) == 3
    assert ids[1] not in TOKENIZER.all_special_ids
    assert TOKENIZER.decode(ids, skip_special_tokens=True) == f" {tag}x"


def test_everything_else_is_one_token_per_byte() -> None:
    text = "a \u20ac<thin"
    assert len(TOKENIZER.encode(text)) == len(text.encode())


def test_the_end_token_is_special() -> None:
    assert TOKENIZER.encode(END) == [TOKENIZER.eos_token_id]
    assert TOKENIZER.all_special_ids == [TOKENIZER.eos_token_id]


def test_the_same_seed_gives_the_same_weights() -> None:
    one, two, other = (tiny_model(SMALL, TOKENIZER, seed).state_dict() for seed in (3, 3, 4))
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert not torch.equal(one["model.embed_tokens.weight"], other["model.embed_tokens.weight"])


def test_building_leaves_the_global_generators_alone() -> None:
    random.seed(5)
    np.random.seed(5)
    torch.manual_seed(5)
    expected = random.random(), np.random.rand(), torch.rand(1).item()
    random.seed(5)
    np.random.seed(5)
    torch.manual_seed(5)
    tiny_model(SMALL, TOKENIZER, 0)
    assert (random.random(), np.random.rand(), torch.rand(1).item()) == expected


def test_the_saved_folder_is_what_was_built(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    save_tiny(tmp_path / "tiny", SMALL, seed=3)
    loaded = AutoModelForCausalLM.from_pretrained(tmp_path / "tiny").state_dict()
    built = tiny_model(SMALL, TOKENIZER, 3).state_dict()
    assert all(torch.equal(loaded[name], built[name]) for name in built)
    assert AutoTokenizer.from_pretrained(tmp_path / "tiny").encode("<think>\u20ac") == TOKENIZER.encode("<think>\u20ac")
    assert "Writing" not in capfd.readouterr().err


def test_the_shape_is_the_configured_one() -> None:
    model = tiny_model(TinyConfig(num_heads=4, num_kv_heads=2, num_layers=3, max_length=99), TOKENIZER, 0)
    assert (model.config.num_key_value_heads, model.config.num_hidden_layers) == (2, 3)
    assert model.config.max_position_embeddings == 99


def test_the_policy_knows_its_end_and_decodes_without_it(policy: Policy) -> None:
    end = TOKENIZER.eos_token_id
    assert policy.end_ids == (end,)
    assert policy.decode([*TOKENIZER.encode("<think>a"), end]) == "<think>a"
    assert policy.decode([end, *TOKENIZER.encode("a")]) == f"{END}a"
    assert policy.decode([]) == ""


def test_a_sequence_is_as_long_as_the_model_holds(policy: Policy) -> None:
    assert (policy.max_length(None), policy.max_length(100), policy.max_length(9999)) == (512, 100, 512)
