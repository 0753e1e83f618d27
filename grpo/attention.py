"""Causal attention inside each sequence of a pack, as an implementation that transformers can be told to use.

A pack is one row of many sequences. A mask over the whole row costs the square of its length, so each sequence is
attended to on its own: by one variable-length kernel on a GPU in half precision, elsewhere by one `sdpa` call for each
run of sequences that are about as long. Sliding windows and soft-capped scores are honoured; attention sinks, position
biases, chunked attention and dropout are refused by name. A call that carries no sequence bounds, such as a sampler's,
is attended to as `sdpa` does, so the implementation can stay switched on; gradient checkpointing, which repeats a layer
during the backward pass, needs that.

Bounds arrive as transformers' own keyword `cu_seq_lens_q`; windows as a mask of one number, made where transformers
asks for a mask, because not every model hands its window to the attention.
"""

from functools import cache
from importlib.util import find_spec
from inspect import signature
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedModel

from rlvr.grpo.parts import Parts, make_plan, seen_by

NAME = "rlvr_segments"
"""What transformers knows this attention by."""

_ATTENTIONS: Any = AttentionInterface()  # type: ignore[no-untyped-call]
_MASKS: Any = AttentionMaskInterface()  # type: ignore[no-untyped-call]


class PackingError(ValueError):
    """A model whose sequences cannot be told apart in a pack; the message says what to do."""


def use_segments(model: PreTrainedModel) -> None:
    """Switch a model to this attention; a flash attention that was asked for stays.

    Raises:
        PackingError: The model does not let its attention be chosen.
    """
    if _is_flash(model):
        return
    model.set_attn_implementation(NAME)
    if model.config._attn_implementation != NAME:
        raise PackingError(_advice("computes its attention without transformers' AttentionInterface"))


def _is_flash(model: PreTrainedModel) -> bool:
    return str(model.config._attn_implementation).startswith("flash_attention")


def segment_attention(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    softcap: float | None = None,
    is_causal: bool | None = None,
    cu_seq_lens_q: Tensor | None = None,
    max_length_q: int | None = None,
    parts: Parts | None = None,
    **kwargs: Any,
) -> tuple[Tensor, None]:
    """Attend within each sequence, as transformers calls it.

    Args:
        module: The attention layer.
        query: [B, heads, T, D].
        key: [B, key-value heads, T, D].
        value: [B, key-value heads, T, D].
        attention_mask: A mask, or what `segment_mask` gave.
        dropout: Refused unless 0.
        scaling: Factor of the scores; None is 1 / sqrt(D).
        softcap: Scores s become softcap * tanh(s / softcap).
        is_causal: None is what the layer says.
        cu_seq_lens_q: Where the sequences of a single row begin and end, [sequences + 1]; None is one per row.
        max_length_q: Tokens of the longest of them.
        parts: The same with what each goes on from; None where each is a sequence by itself.
        kwargs: What else transformers passes on.

    Returns:
        The attended values, [B, T, heads, D], and no weights.

    Raises:
        PackingError: The layer asks for something that is not honoured here.
    """
    causal = is_causal if is_causal is not None else getattr(module, "is_causal", True)
    _refuse(kwargs, dropout)
    if attention_mask is None and 1 < query.shape[2] < key.shape[2]:  # a static cache whose rest is still empty
        key, value = key[:, :, : query.shape[2]], value[:, :, : query.shape[2]]
    is_whole = query.shape[2] == key.shape[2] and causal and (attention_mask is None or _is_window(attention_mask))
    if not is_whole:
        if cu_seq_lens_q is not None:
            raise PackingError(_advice("attends through a mask of its own or in both directions"))
        return _masked(module, query, key, value, attention_mask, scaling, softcap, is_causal=causal), None
    window = None if attention_mask is None else int(attention_mask)
    if cu_seq_lens_q is not None and max_length_q is not None and softcap is None and _has_kernel(query):
        return _varlen(query, key, value, cu_seq_lens_q, max_length_q, scaling, window, parts), None
    if parts is None:
        lengths = [query.shape[2]] if cu_seq_lens_q is None else cu_seq_lens_q.diff().tolist()
        parts = Parts(tuple(lengths), (0,) * len(lengths))
    return _by_part(query, key, value, parts, scaling, softcap, window), None


def segment_mask(
    q_length: int,
    kv_length: int,
    attention_mask: Tensor | None = None,
    local_size: int | None = None,
    use_vmap: bool = False,
    config: Any = None,
    **kwargs: Any,
) -> Tensor | None:
    """The mask that `segment_attention` needs, as transformers asks for it: none, or the window as a single number.

    Padding, a cache, overlays and chunked attention get the mask that `sdpa` gets.
    """
    is_chunked = getattr(config, "attention_chunk_size", None) is not None
    if attention_mask is None and q_length == kv_length and not use_vmap and not is_chunked:
        return None if local_size is None or local_size >= kv_length else torch.full((1, 1, 1, 1), local_size)
    arguments = {"local_size": local_size, "use_vmap": use_vmap, "config": config, **kwargs}
    mask: Tensor | None = _MASKS["sdpa"](
        q_length=q_length, kv_length=kv_length, attention_mask=attention_mask, **arguments
    )
    return mask


def _is_window(mask: Tensor) -> bool:
    return mask.dtype == torch.long and mask.numel() == 1


def _refuse(kwargs: dict[str, Any], dropout: float) -> None:
    names = {"s_aux": "attention sinks", "position_bias": "position biases"}
    for key, name in names.items():
        if kwargs.get(key) is not None:
            raise PackingError(_advice(f"has {name}"))
    if dropout:
        raise PackingError(_advice(f"drops {dropout} of its attention: it should be in evaluation mode, or it"))


def _advice(what: str) -> str:
    return f"the model {what}, which is not supported in packs: set optimizer.packing = false"


def _by_part(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    parts: Parts,
    scaling: float | None,
    softcap: float | None,
    window: int | None,
) -> Tensor:
    """Causal attention within each sequence, [1, T, heads, D]; neighbours that are much alike share a call."""
    if len(parts.lengths) == 1:
        return _causal(query, key, value, scaling, softcap, window).transpose(1, 2)
    is_plain = softcap is None and (window is None or window >= parts.longest)
    plan = make_plan(parts, query.device, is_plain=is_plain)
    # One gradient for each tensor, which each slice would have as long as the whole row.
    queries = torch.split(query[0].transpose(0, 1).index_select(0, plan.queries), plan.num_queries)
    keys, values = (
        torch.split(one[0].transpose(0, 1).index_select(0, plan.keys), plan.num_keys) for one in (key, value)
    )
    attended = []
    for *run, num_rows in zip(queries, keys, values, plan.num_rows, strict=True):
        batch_q, batch_k, batch_v = (one.view(num_rows, -1, *one.shape[1:]).transpose(1, 2) for one in run)
        attended.append(_causal(batch_q, batch_k, batch_v, scaling, softcap, window).transpose(1, 2).flatten(0, 1))
    return torch.cat(attended).index_select(0, plan.kept)[None]


def _causal(
    query: Tensor, key: Tensor, value: Tensor, scaling: float | None, softcap: float | None, window: int | None
) -> Tensor:
    """Attention of the last tokens to all up to themselves."""
    num_queries, num_keys = query.shape[2], key.shape[2]
    if softcap is None and num_queries == num_keys and (window is None or window >= num_keys):
        return scaled_dot_product_attention(query, key, value, is_causal=True, scale=scaling, enable_gqa=True)
    places = torch.arange(num_keys, device=query.device)
    back = places[num_keys - num_queries :, None] - places
    mask = (back >= 0) & (back < (window or num_keys))
    if softcap is not None:
        return _capped(query, key, value, mask, scaling, softcap)
    return scaled_dot_product_attention(query, key, value, attn_mask=mask, scale=scaling, enable_gqa=True)


def _capped(
    query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, scaling: float | None, softcap: float
) -> Tensor:
    """Gemma 2's attention (arXiv:2408.00118, section 2), which `sdpa` does not know."""
    repeats = query.shape[1] // key.shape[1]
    key, value = key.repeat_interleave(repeats, 1), value.repeat_interleave(repeats, 1)
    scores = query @ key.transpose(2, 3) * (scaling if scaling is not None else query.shape[-1] ** -0.5)
    scores = softcap * torch.tanh(scores / softcap)
    if mask is not None:
        # A row of padding sees nothing, and a softmax over nothing would be NaN, which spreads.
        scores = scores.masked_fill(~mask, torch.finfo(scores.dtype).min) if mask.dtype == torch.bool else scores + mask
    return torch.softmax(scores, -1, dtype=torch.float32).to(query.dtype) @ value


def _masked(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None,
    scaling: float | None,
    softcap: float | None,
    *,
    is_causal: bool,
) -> Tensor:
    """What `sdpa` does with padding or a cache."""
    if softcap is not None:
        return _capped(query, key, value, mask, scaling, softcap).transpose(1, 2)
    attended: Tensor = _ATTENTIONS["sdpa"](module, query, key, value, mask, scaling=scaling, is_causal=is_causal)[0]
    return attended


def _has_kernel(query: Tensor) -> bool:
    """Whether torch has its own variable-length attention for these queries."""
    if not query.is_cuda or query.dtype not in (torch.bfloat16, torch.float16) or query.shape[-1] > 256:
        return False
    return find_spec("torch.nn.attention.varlen") is not None and "window_size" in _varlen_parameters()


@cache
def _varlen_parameters() -> frozenset[str]:
    from torch.nn.attention import varlen

    return frozenset(signature(varlen.varlen_attn).parameters)


def _varlen(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    bounds: Tensor,
    longest: int,
    scaling: float | None,
    window: int | None,
    parts: Parts | None,
) -> Tensor:
    """All sequences in one kernel of torch's own, [1, heads, T, D] to [1, T, heads, D]."""
    from torch.nn.attention import varlen

    flat = (query[0].transpose(0, 1), key[0].transpose(0, 1), value[0].transpose(0, 1))
    seen, longest_seen = bounds, longest
    if parts is not None:
        places, seen, longest_seen = seen_by(parts, query.device)
        flat = (flat[0], flat[1].index_select(0, places), flat[2].index_select(0, places))
    more: dict[str, Any] = {"enable_gqa": True} if "enable_gqa" in _varlen_parameters() else {}
    back = (-1 if window is None else window - 1, 0)
    attended = varlen.varlen_attn(*flat, bounds, seen, longest, longest_seen, scale=scaling, window_size=back, **more)
    assert isinstance(attended, Tensor), "only the attended values were asked for"
    return attended[None]


AttentionInterface.register(NAME, segment_attention)
AttentionMaskInterface.register(NAME, segment_mask)
