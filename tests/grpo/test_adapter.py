import copy
import importlib.util
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from transformers import GPT2Config, LlamaConfig, PreTrainedConfig

from rlvr.grpo.adapter import LoraError, adapted_layers, new_adapter, num_trained, saved_adapter
from rlvr.grpo.adapter_folder import base_of, is_adapter
from rlvr.grpo.config import LoraConfig
from rlvr.grpo.forward import trained_logprobs
from rlvr.grpo.policy import ModelError, Policy, load_policy, pick_device
from rlvr.grpo.probe import prepare_forward
from rlvr.grpo.recipe import RecipeError, load_recipe
from rlvr.grpo.tiny import save_tiny
from tests.grpo.adapted import LORA, adapted, adapted_beside_plain, adapter_of, weights_of
from tests.grpo.small import small_config
from tests.grpo.test_learner import ADVANTAGES, Recorder, assert_close, learn, sampled_rollouts
from tests.grpo.tiny_models import FAMILIES, packs, random_model, random_rollouts, shape

CPU = torch.device("cpu")
LINEAR = {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}
MODELS: dict[str, Callable[[], PreTrainedConfig]] = {
    **FAMILIES,
    "layers of the other orientation": lambda: GPT2Config(
        n_embd=32, n_layer=2, n_head=2, n_positions=64, vocab_size=96, bos_token_id=None, eos_token_id=2
    ),
    "layers with a bias": lambda: LlamaConfig(**shape(attention_bias=True, mlp_bias=True)),
}


def bits(model: nn.Module) -> dict[str, torch.Tensor]:
    return copy.deepcopy(model.state_dict())


def same(one: dict[str, Any], two: dict[str, Any]) -> bool:
    return one.keys() == two.keys() and all(torch.equal(one[name], two[name]) for name in one)


def test_a_fresh_adapter_is_on_every_linear_layer_but_the_head_and_changes_nothing(policy: Policy) -> None:
    ids, size = torch.arange(40)[None], num_trained(policy.model, LORA)
    before = policy.model(ids).logits
    found = new_adapter(policy, LORA, 0)
    assert found.model is policy.model
    trained = {name: one for name, one in found.model.named_parameters() if one.requires_grad}
    assert {name.split(".")[-4] for name in trained} == LINEAR
    assert all(".lora_A." in name or ".lora_B." in name for name in trained)
    assert sum(one.numel() for one in trained.values()) == size
    assert torch.equal(found.model(ids).logits, before)
    assert not any(module.training for module in found.model.modules())


def test_its_first_weights_are_a_function_of_the_seed_alone(tiny_folder: Path) -> None:
    found = []
    for seed, others in ((3, 0), (3, 1), (4, 0)):
        torch.manual_seed(others)
        state = torch.get_rng_state()
        found.append(weights_of(new_adapter(load_policy(tiny_folder, small_config().model, CPU), LORA, seed)))
        assert torch.equal(torch.get_rng_state(), state)
    assert same(found[0], found[1])
    assert not same(found[0], found[2])


@pytest.mark.parametrize("name", MODELS)
def test_the_merged_weights_compute_the_same(name: str) -> None:
    """Tied heads, biases, scaled and capped logits; what is compared is the packed forward pass of training."""
    with_adapter, plain = adapted_beside_plain(Policy(random_model(MODELS[name]()), None, (2,)))
    (pack,) = packs(random_rollouts())
    found = []
    for model in (with_adapter.model, plain.model):
        prepare_forward(model)
        found.append(trained_logprobs(model, pack, 1.0).logprobs.detach())
    torch.testing.assert_close(found[0], found[1], atol=2e-5, rtol=0)
    with torch.no_grad(), with_adapter.without_adapter():
        base = trained_logprobs(with_adapter.model, pack, 1.0).logprobs
    assert float((base - found[0]).abs().max()) > 1e-2, "the adapter is too small to see"


def test_merging_has_the_names_of_the_plain_model_and_its_ties(policy: Policy) -> None:
    names = list(policy.model.state_dict())
    merged = adapter_of(adapted(policy)).merged()
    assert list(merged) == names
    assert merged["lm_head.weight"].data_ptr() == merged["model.embed_tokens.weight"].data_ptr()


def test_merging_again_and_again_moves_nothing(policy: Policy) -> None:
    found = adapted(policy)
    before, first = bits(found.model), adapter_of(found).merged()
    for _ in range(50):
        again = adapter_of(found).merged()
    assert same(bits(found.model), before)
    assert same(again, first)


def test_in_bfloat16_the_adapter_is_in_float32_and_merging_rounds_once(tiny_folder: Path) -> None:
    policy = load_policy(tiny_folder, small_config("model.dtype=bfloat16").model, CPU)
    found = adapted(policy)
    assert {one.dtype for one in weights_of(found).values()} == {torch.float32}
    layer: Any = found.model.get_submodule("model.layers.0.mlp.up_proj")
    weights = (layer.base_layer.weight, layer.lora_B.default.weight, layer.lora_A.default.weight)
    base, b, a = (one.detach().double() for one in weights)
    exact = base + LORA.alpha / LORA.rank * b @ a
    merged = adapter_of(found).merged()["model.layers.0.mlp.up_proj.weight"]
    assert merged.dtype == torch.bfloat16
    assert float((merged.double() - exact).abs().max() / exact.abs().max()) < 2**-8


@pytest.mark.parametrize(
    "setting",
    [
        "grpo.kl_coef=0.3",
        "optimizer.gradient_checkpointing=true",
        "optimizer.packing=false",
        "optimizer.micro_batch_tokens=1",
        "grpo.entropy_coef=0.1",
    ],
)
def test_the_gradient_is_that_of_the_merged_weights_by_the_chain_rule(policy: Policy, setting: str) -> None:
    """For W = W0 + s B A, the gradient of A is s B' dW, and that of B is s dW A'."""
    rollouts = sampled_rollouts(policy)
    start = copy.deepcopy(policy.model).requires_grad_(False)
    found, plain = adapted_beside_plain(policy)
    config = small_config(setting, "grpo.max_sync_gap=100")
    has_reference = config.grpo.kl_coef > 0
    frozen = bits(found.model)
    ours = Recorder(found, config, found.model if has_reference else None)
    theirs = Recorder(plain, config, start if has_reference else None)
    tensors = {name.removeprefix("base_model.model."): one.clone() for name, one in weights_of(found).items()}
    reports = [learn(one, rollouts, ADVANTAGES) for one in (ours, theirs)]
    assert (reports[0].kl, reports[0].entropy) == pytest.approx((reports[1].kl, reports[1].entropy), abs=1e-5)
    expected, scale = {}, LORA.alpha / LORA.rank
    for name in tensors:
        layer, _, which = name.rpartition(".lora_")
        a, b = tensors[f"{layer}.lora_A.weight"], tensors[f"{layer}.lora_B.weight"]
        whole = theirs.gradients[0][f"{layer}.weight"]
        gradient = b.t() @ whole if which.startswith("A") else whole @ a.t()
        expected[f"{layer}.lora_{which[0]}.default.weight"] = scale * gradient
    assert_close(ours.gradients[0], expected)
    now = bits(found.model)
    moved = {name for name in now if not torch.equal(now[name], frozen[name])}
    assert moved == expected.keys(), "the optimizer moves the adapter and nothing else"
    assert len(ours.optimizer.adamw.state_dict()["state"]) == len(expected)


@pytest.mark.parametrize(
    ("lora", "message"),
    [
        ({"rank": 33}, r"rank is 33, but model\.layers\.0\.self_attn\.q_proj is 32 x 32: .* above 32\. Lower"),
        ({"rank": 4, "targets": ["q_prj"]}, r"'q_prj' names no layer of this model; an adapter can change down_proj, "),
        ({"rank": 4, "targets": ["lm_head"]}, "'lm_head' is no linear layer before the output layer"),
        ({"rank": 4, "targets": ["embed_tokens"]}, "'embed_tokens' is no linear layer"),
        ({"rank": 4, "targets": ["self_attn"]}, "'self_attn' is no linear layer"),
    ],
)
def test_an_adapter_that_does_not_fit_is_refused(policy: Policy, lora: dict[str, Any], message: str) -> None:
    before = bits(policy.model)
    for attempt in (adapted_layers, num_trained):
        with pytest.raises(LoraError, match=message):
            attempt(policy.model, LoraConfig.model_validate(lora))
    with pytest.raises(LoraError, match=message):
        new_adapter(policy, LoraConfig.model_validate(lora), 0)
    assert same(bits(policy.model), before)


def test_targets_are_the_ends_of_names(policy: Policy) -> None:
    lora = LoraConfig(rank=40, targets=("up_proj", "mlp.gate_proj"))
    with pytest.raises(LoraError, match=r"rank is 40, but model\.layers\.0\.mlp\.up_proj is 64 x 32"):
        adapted_layers(policy.model, lora)
    found = new_adapter(policy, lora.model_copy(update={"rank": 2}), 0)
    assert {name.split(".")[-3] for name in weights_of(found)} == {"up_proj", "gate_proj"}


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("model.lora.rank=-1", r"model\.lora\.rank: .*greater than or equal to 0"),
        ("model.lora.dropout=0.1", r"model\.lora\.dropout is refused: what is dropped at random .* sampler"),
        ("model.lora.r=8", r"unknown key model\.lora\.r; "),
        ("model.lora.targets=all", r"model\.lora\.targets"),
        ("sampler.lora=merge", r"sampler\.lora: .*'merged' or 'adapter'"),
    ],
)
def test_a_wrong_setting_names_its_key(setting: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        load_recipe(None, [setting])


def test_without_peft_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "peft" else find(name))
    with pytest.raises(ModelError, match=r"LoRA needs peft, which is not installed: pip install 'rlvr\[train\]', or"):
        small_config("model.lora.rank=4")
    assert small_config().sampler.lora is None


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        (("sampler.backend=vllm",), "merged"),
        (("sampler.backend=vllm", "sampler.lora=adapter"), "adapter"),
        (("sampler.backend=torch", "sampler.lora=merged"), "adapter"),
    ],
)
def test_what_a_sampler_is_given_on_a_cpu(settings: tuple[str, ...], kind: str) -> None:
    assert small_config("run.device=cpu", "model.lora.rank=4", *settings).sampler.lora == kind
    assert small_config("run.device=cpu", *settings).sampler.lora is None


@pytest.fixture
def run(tmp_path: Path, tiny_folder: Path) -> Path:
    """A run folder with a model and an adapter on it, laid out as a run lays them out."""
    folder = tmp_path / "run"
    shutil.copytree(tiny_folder, folder / "tiny")
    adapted(load_policy(folder / "tiny", small_config().model, CPU)).save(folder / "checkpoints" / "step-3")
    return folder


def test_an_adapter_is_read_as_it_was_written(run: Path, tiny_folder: Path) -> None:
    folder = run / "checkpoints" / "step-3"
    assert {path.suffix for path in folder.iterdir()} <= {".json", ".safetensors", ".jinja"}
    assert is_adapter(folder)
    assert not is_adapter(tiny_folder)
    policy = load_policy(run / "tiny", small_config().model, CPU)
    found = saved_adapter(policy, folder)
    expected = adapted(load_policy(run / "tiny", small_config().model, CPU))
    assert same(weights_of(found), weights_of(expected))
    assert all(one.requires_grad == (".lora_" in name) for name, one in found.model.named_parameters())


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_a_folder_with_an_adapter_loads_as_a_plain_model(run: Path, dtype: str) -> None:
    config = small_config(f"model.dtype={dtype}")
    plain = load_policy(run / "checkpoints" / "step-3", config.model, pick_device(config))
    trained = saved_adapter(load_policy(run / "tiny", config.model, CPU), run / "checkpoints" / "step-3")
    merged = adapter_of(trained).merged()
    assert same(plain.model.state_dict(), merged)
    assert plain.adapter is None
    assert all(one.requires_grad for one in plain.model.parameters())
    assert plain.decode([65, 66]) == load_policy(run / "tiny", config.model, CPU).decode([65, 66])


def test_the_model_of_an_adapter_is_found_where_the_run_was_moved(run: Path) -> None:
    assert base_of(run / "checkpoints" / "step-3") == str(run / "tiny")
    moved = run.rename(run.with_name("moved"))
    assert base_of(moved / "checkpoints" / "step-3") == moved / "tiny"
    shutil.rmtree(moved / "tiny")
    with pytest.raises(LoraError, match=r"belongs to the model in .*run/tiny, which is not there: put it back"):
        load_policy(moved / "checkpoints" / "step-3", small_config().model, CPU)


def set_rank(folder: Path, rank: int) -> None:
    path = folder / "adapter_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"r": rank}))


def forget_the_model(folder: Path) -> None:
    path = folder / "adapter_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"base_model_name_or_path": None}))


def put_on_another_model(folder: Path) -> None:
    shutil.rmtree(folder.parents[1] / "tiny")
    shape = small_config("model.tiny.intermediate_size=32").model.tiny
    save_tiny(folder.parents[1] / "tiny", shape, 0)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: set_rank(folder, 2), r"is not one of .*tiny: .*layers\.0\..*lora_A\.weight does not match"),
        (lambda folder: (folder / "adapter_model.safetensors").unlink(), "does not go onto .*tiny"),
        (lambda folder: (folder / "adapter_model.safetensors").write_bytes(b"1234567890"), "does not go onto .*tiny"),
        (lambda folder: (folder / "adapter_config.json").write_text("{"), "does not name the model"),
        (forget_the_model, "does not name the model"),
        (put_on_another_model, r"is not one of .*tiny: .*down_proj\.lora_A\.weight does not match"),
    ],
)
def test_an_adapter_that_cannot_be_read_is_named(run: Path, damage: Any, message: str) -> None:
    folder = run / "checkpoints" / "step-3"
    damage(folder)
    with pytest.raises(LoraError, match=message):
        load_policy(folder, small_config().model, CPU)
