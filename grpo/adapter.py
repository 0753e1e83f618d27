"""A LoRA adapter on a frozen model, by peft (arXiv:2106.09685).

Peft wraps the linear layers in place, so the model stays the object that samplers and the learner hold, with its
decoder, its head and its attention where they were. Three things are done with an adapter beside training it: it is
switched off, which gives the model that training began with; it is read out; and it is merged, which gives the weights
of a plain model that computes the same. Merging makes new tensors each time and touches none of the model's, because
weights to which a change is added and taken away again drift. Left out: dropout, which a sampler would not draw with,
and experts that a model keeps in one tensor instead of in linear layers.
"""

import importlib.util
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file
from torch import Tensor, nn
from transformers import PreTrainedModel
from transformers.pytorch_utils import Conv1D

from rlvr.grpo.config import LoraConfig
from rlvr.grpo.policy import ModelError, Policy
from rlvr.grpo.seeds import draw_seed

CONFIG_FILE = "adapter_config.json"
WEIGHTS_FILE = "adapter_model.safetensors"

_NAME = "default"
"""What peft calls the only adapter of a model."""


class LoraError(ModelError):
    """An adapter that cannot be put on a model or read; the message says what to do."""


class AdapterWeights(dict[str, Tensor]):
    """The tensors of an adapter under peft's names, as a sampler that takes the adapter itself is pushed them."""

    def __init__(self, tensors: dict[str, Tensor], config: Any) -> None:
        super().__init__(tensors)
        self._config = config

    def save(self, folder: Path) -> None:
        """Write the two files that peft, and whatever reads its adapters, expects in a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        save_file({name: tensor.cpu().contiguous() for name, tensor in self.items()}, folder / WEIGHTS_FILE)
        self._config.save_pretrained(folder)


@dataclass(frozen=True, slots=True)
class Adapter:
    """What is trained of a policy, once its model is wrapped."""

    peft_model: Any
    """The `peft.PeftModel` around the policy's model."""

    def switched_off(self) -> AbstractContextManager[None]:
        """Within the block the model computes what it did before it had an adapter."""
        block: AbstractContextManager[None] = self.peft_model.disable_adapter()
        return block

    def weights(self) -> AdapterWeights:
        """The adapter's own tensors; they share memory with those that are trained."""
        from peft import get_peft_model_state_dict

        tensors = get_peft_model_state_dict(self.peft_model, save_embedding_layers=False)
        return AdapterWeights(tensors, self.peft_model.peft_config[_NAME])

    @torch.no_grad()
    def merged(self) -> dict[str, Tensor]:
        """The `state_dict()` of the plain model that computes the same; what no layer changes shares memory."""
        model = self.peft_model.get_base_model()
        layers = _wrapped(model)
        found = {}
        for name, tensor in model.state_dict().items():
            owner, _, leaf = name.rpartition(".base_layer.")
            if owner:
                found[f"{owner}.{leaf}"] = _merge(layers[owner], tensor) if leaf == "weight" else tensor
            elif ".lora_" not in name:
                found[name] = tensor
        return found


def require_peft() -> None:
    """Make sure that peft is there.

    Raises:
        LoraError: It is not; the message names the extra.
    """
    if importlib.util.find_spec("peft") is None:
        raise LoraError(
            "LoRA needs peft, which is not installed: pip install 'rlvr[train]', or set model.lora.rank=0 to train the "
            "weights themselves"
        )


def new_adapter(policy: Policy, lora: LoraConfig, seed: int, base: Path | str | None = None) -> Policy:
    """The policy with a fresh adapter on its model, which changes nothing yet; the model itself is frozen.

    Args:
        policy: Its model is wrapped in place.
        lora: Rank, scale and layers.
        seed: Decides the adapter's first weights, which are the same on every rank.
        base: Where the frozen model is, for whoever reads the adapter; None is where it was loaded from.

    Raises:
        LoraError: The adapter does not fit the model.
    """
    from peft import LoraConfig as PeftConfig
    from peft import get_peft_model

    layers = adapted_layers(policy.model, lora)
    config = PeftConfig(
        r=lora.rank,
        lora_alpha=lora.alpha,
        target_modules=lora.targets if lora.targets == "all-linear" else list(lora.targets),
        fan_in_fan_out=any(isinstance(layer, Conv1D) for layer in layers.values()),
        task_type="CAUSAL_LM",
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(draw_seed(seed, "adapter"))
        found = _policy_with(policy, get_peft_model(policy.model, config), base)
    wrapped = _wrapped(policy.model).keys()
    assert wrapped == layers.keys(), f"peft wrapped other layers than ours: {wrapped ^ layers.keys()}"
    return found


def saved_adapter(policy: Policy, folder: Path, base: Path | str | None = None) -> Policy:
    """The policy with an adapter from a folder on its model, ready to be trained; the model itself is frozen.

    Args:
        policy: Its model is wrapped in place.
        folder: What `AdapterWeights.save` or peft wrote.
        base: As for `new_adapter`.

    Raises:
        LoraError: There is no adapter, or it is one of another model.
    """
    from peft import LoraConfig as PeftConfig
    from peft import get_peft_model, load_peft_weights, set_peft_model_state_dict

    model = policy.model.name_or_path
    try:
        config, saved = PeftConfig.from_pretrained(str(folder)), load_peft_weights(str(folder), device="cpu")
        config.base_model_name_or_path, config.inference_mode = None, False
        found = _policy_with(policy, get_peft_model(policy.model, config), base)
    except (OSError, ValueError, TypeError, SafetensorError) as error:
        raise LoraError(f"the adapter in {folder} does not go onto {model}: {error}") from error
    adapter = found.adapter
    assert adapter is not None, "it was just put there"
    ours, theirs = ({name: one.shape for name, one in some.items()} for some in (adapter.weights(), saved))
    wrong = sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))
    if wrong:
        raise LoraError(f"the adapter in {folder} is not one of {model}: {wrong[0]} does not match")
    set_peft_model_state_dict(adapter.peft_model, saved)
    return found


def adapted_layers(model: PreTrainedModel, lora: LoraConfig) -> dict[str, nn.Module]:
    """The layers of a plain model that an adapter changes, by name.

    Raises:
        LoraError: A target names no layer or one that cannot be changed, or the rank is larger than a layer.
    """
    head = model.get_output_embeddings()  # type: ignore[no-untyped-call]
    possible: dict[str, nn.Module] = {
        name: one for name, one in model.named_modules() if isinstance(one, nn.Linear | Conv1D) and one is not head
    }
    if lora.targets == "all-linear":
        found = possible
    else:
        found = {name: one for target in lora.targets for name, one in _named(target, model, possible).items()}
    if not found:
        raise LoraError(f"{type(model).__name__} has no linear layer for an adapter to change: set model.lora.rank=0")
    for name, layer in found.items():
        _require_room(name, layer, lora.rank)
    return found


def num_trained(model: PreTrainedModel, lora: LoraConfig) -> int:
    """How many parameters an adapter of a plain model has."""
    return sum(lora.rank * sum(_weight(layer).shape) for layer in adapted_layers(model, lora).values())


def _named(target: str, model: nn.Module, possible: dict[str, nn.Module]) -> dict[str, nn.Module]:
    """The layers that one entry of `targets` means, as peft takes it."""
    found = {name: one for name, one in model.named_modules() if name == target or name.endswith(f".{target}")}
    if found and found.keys() <= possible.keys():
        return found
    names = ", ".join(sorted({name.rpartition(".")[2] for name in possible}))
    what = "is no linear layer before the output layer" if found else "names no layer of this model"
    raise LoraError(f"model.lora.targets: {target!r} {what}; an adapter can change {names}")


def _require_room(name: str, layer: nn.Module, rank: int) -> None:
    shape = tuple(_weight(layer).shape)
    if rank > min(shape):
        raise LoraError(
            f"model.lora.rank is {rank}, but {name} is {shape[0]} x {shape[1]}: no change to it has a rank above "
            f"{min(shape)}. Lower model.lora.rank, or leave the layer out of model.lora.targets"
        )


def _policy_with(policy: Policy, peft_model: Any, base: Path | str | None) -> Policy:
    """Nothing of the wrapped model is in training mode, and its adapter names the model beneath."""
    model: Any = policy.model.eval()  # type: ignore[no-untyped-call]
    named = Path(base or model.name_or_path)
    peft_model.peft_config[_NAME].base_model_name_or_path = str(named.resolve() if named.exists() else named)
    return replace(policy, adapter=Adapter(peft_model))


def _wrapped(model: nn.Module) -> dict[str, Any]:
    from peft.tuners.lora import LoraLayer

    return {name: one for name, one in model.named_modules() if isinstance(one, LoraLayer)}


def _merge(layer: Any, weight: Tensor) -> Tensor:
    """The sum is taken in float32 and rounded once."""
    merged: Tensor = (weight.float() + layer.get_delta_weight(_NAME).float()).to(weight.dtype)
    return merged


def _weight(layer: nn.Module) -> Tensor:
    weight = layer.weight
    assert isinstance(weight, Tensor), "a linear layer has a weight"
    return weight
