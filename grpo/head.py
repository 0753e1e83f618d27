"""From hidden states to logits: a model's output layer and what it does to the logits afterwards, read from its config.

Scaled logits (Cohere, Granite, Falcon H1, HyperCLOVA X, MiniCPM 3) and soft-capped ones (Gemma, NanoChat,
RecurrentGemma, xLSTM) are known. What is not, `rlvr.grpo.probe` finds out by comparing with the model's own logits.
"""

from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn
from transformers import PreTrainedModel

_FACTORS = {"logit_scale": 1, "logits_scaling": -1, "lm_head_multiplier": 1}
"""Fields of configs that scale the logits, each with its exponent."""

_CAPS = ("final_logit_softcapping", "logits_soft_cap", "output_logit_soft_cap")
"""Fields of configs that cap the logits."""


class HeadError(ValueError):
    """A model whose logits are not what its output layer and its config say; it cannot be trained."""


@dataclass(frozen=True, slots=True)
class Head:
    """logits = cap(scale * (weight @ hidden + bias)), with cap(x) = softcap * tanh(x / softcap)."""

    weight: Tensor
    """[V, hidden size]; the embedding's own, where the two are tied."""
    bias: Tensor | None
    """[V]."""
    scale: float
    """Factor of the logits."""
    softcap: float | None
    """Bound of the logits."""


def head_of(model: PreTrainedModel) -> Head:
    """The output layer of a causal language model.

    Raises:
        HeadError: It is not a plain linear layer.
    """
    layer: Any = model.get_output_embeddings()  # type: ignore[no-untyped-call]
    if type(layer) is not nn.Linear:
        raise HeadError(
            f"the output layer of {type(model).__name__} is {type(layer).__name__} and not nn.Linear: "
            "log-probabilities cannot be computed piece by piece, so this model cannot be trained"
        )
    config = model.config.get_text_config()
    return Head(layer.weight, layer.bias, _scale(config), _softcap(config))


def _scale(config: Any) -> float:
    scale = 1.0
    for name, exponent in _FACTORS.items():
        factor = getattr(config, name, None)
        if factor is not None:
            is_product = config.model_type == "hyperclovax" or exponent > 0
            scale = scale * factor if is_product else scale / factor
    return float(scale)


def _softcap(config: Any) -> float | None:
    found = [value for name in _CAPS if (value := getattr(config, name, None)) is not None]
    return float(found[0]) if found else None
