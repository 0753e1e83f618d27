"""The forward pass of training: hidden states of a pack, then log-probabilities of its trained tokens.

The decoder runs without its output layer, on one row without padding, or on padded rows for models that cannot tell
the sequences of a row apart. `rlvr.grpo.probe` finds out, before anything is trained, whether a model can.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import accumulate
from typing import Any

import torch
from torch import Tensor
from transformers import PreTrainedModel
from transformers.modeling_layers import GradientCheckpointingLayer

from rlvr.grpo.head import HeadError, head_of
from rlvr.grpo.logprobs import TILE_LOGITS, TokenLogprobs, head_logprobs
from rlvr.grpo.pack import Pack
from rlvr.grpo.parts import Parts


def trained_logprobs(
    model: PreTrainedModel,
    pack: Pack,
    temperature: float,
    *,
    needs_entropy: bool = False,
    is_packed: bool = True,
    tile_logits: int = TILE_LOGITS,
) -> TokenLogprobs:
    """Log-probabilities of the trained tokens of a pack, [N], with their gradient.

    Args:
        model: A causal language model that `prepare_forward` has passed.
        pack: Its tokens.
        temperature: Divides the logits.
        needs_entropy: Whether to compute the entropies too, over the whole vocabulary.
        is_packed: False pads the sequences to the longest.
        tile_logits: Logits that exist at a time; it changes nothing but memory and speed.
    """
    hidden = hidden_states(model, pack, is_packed=is_packed)
    return head_logprobs(
        hidden, pack.targets, head_of(model), temperature, needs_entropy=needs_entropy, tile_logits=tile_logits
    )


def hidden_states(model: PreTrainedModel, pack: Pack, *, is_packed: bool = True) -> Tensor:
    """What the output layer sees at the predictors of a pack, [N, hidden size]."""
    decoder = decoder_of(model)
    with _recomputed(model):
        if is_packed:
            row = {"input_ids": pack.token_ids[None], "position_ids": pack.position_ids[None]}
            states: Tensor = decoder(**row, **_bounds(pack), use_cache=False).last_hidden_state
            return states[0].index_select(0, pack.predictors)
        states = decoder(input_ids=_padded(pack), use_cache=False).last_hidden_state
        return states[pack.sequence, pack.position_ids[pack.predictors]]


def decoder_of(model: PreTrainedModel) -> Any:
    """The model without its output layer.

    Raises:
        HeadError: It has no such part.
    """
    decoder: Any = model.get_decoder()  # type: ignore[no-untyped-call]
    if decoder is model:
        raise HeadError(f"{type(model).__name__} has no decoder apart from its output layer: it cannot be trained")
    return decoder


def _bounds(pack: Pack) -> dict[str, Any]:
    """Where the parts of a row begin and end, under the names that transformers passes on to the attention.

    What parts go on from has a name of our own, which a model hears only where there is such a part.
    """
    own, seen = pack.lengths, [length + before for length, before in zip(pack.lengths, pack.before, strict=True)]
    queries, keys = (
        torch.tensor([0, *accumulate(sizes)], dtype=torch.int32, device=pack.token_ids.device) for sizes in (own, seen)
    )
    bounds = {"cu_seq_lens_q": queries, "cu_seq_lens_k": keys, "max_length_q": max(own), "max_length_k": max(seen)}
    return bounds | ({"parts": Parts(own, pack.before)} if any(pack.before) else {})


def _padded(pack: Pack) -> Tensor:
    """The sequences as rows, [B, longest]; no token sees what stands to its right, so the padding needs no mask."""
    return torch.nn.utils.rnn.pad_sequence(list(torch.split(pack.token_ids, list(pack.lengths))), batch_first=True)


@contextmanager
def _recomputed(model: PreTrainedModel) -> Iterator[None]:
    """Let gradient checkpointing work in a model that is in evaluation mode, where transformers leaves it off.

    Only the layers themselves are switched, not what is in them, so that nothing is dropped out.
    """
    layers = [one for one in model.modules() if isinstance(one, GradientCheckpointingLayer) and not one.training]
    if not (model.is_gradient_checkpointing and torch.is_grad_enabled()):
        layers = []
    for layer in layers:
        layer.training = True
    try:
        yield
    finally:
        for layer in layers:
            layer.training = False
