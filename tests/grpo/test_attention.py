import inspect
from collections.abc import Sequence
from itertools import accumulate, pairwise
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.attention import varlen
from torch.nn.functional import scaled_dot_product_attention

from rlvr.grpo import attention
from rlvr.grpo.attention import PackingError, segment_attention, segment_mask
from rlvr.grpo.parts import Parts

LENGTHS = [7, 1, 4]
BOUNDS = torch.tensor([0, 7, 8, 12], dtype=torch.int32)
LAYER: Any = nn.Module()
LAYER.num_key_value_groups = 2


def draw(dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor, Tensor]:
    """Queries of four heads, keys and values of two."""
    generator = torch.Generator().manual_seed(2)
    query, key, value = (torch.randn(1, heads, 12, 8, generator=generator, dtype=dtype) for heads in (4, 2, 2))
    return query, key, value


def by_hand(
    inputs: tuple[Tensor, Tensor, Tensor],
    lengths: Sequence[int],
    window: int,
    softcap: float | None,
    scaling: float,
    before: Sequence[int] = (),
) -> Tensor:
    """One softmax per token over the tokens that it may see, [1, T, heads, D]."""
    query, key, value = inputs
    rows, prompt = [], 0
    for part, (begin, end) in enumerate(pairwise([0, *accumulate(lengths)])):
        given = before[part] if before else 0
        prompt = prompt if given else begin
        for at in range(begin, end):
            seen = [*range(prompt, prompt + given), *range(begin, at + 1)][-window:]
            for head in range(4):
                scores = key[0, head // 2, seen] @ query[0, head, at] * scaling
                scores = scores if softcap is None else softcap * torch.tanh(scores / softcap)
                rows.append(torch.softmax(scores, 0) @ value[0, head // 2, seen])
    return torch.stack(rows).view(1, 12, 4, 8)


def tag(window: int | None) -> Tensor | None:
    return segment_mask(12, 12, local_size=window, config=SimpleNamespace())


@pytest.mark.parametrize("window", [None, 1, 3, 99])
@pytest.mark.parametrize("softcap", [None, 0.3])
@pytest.mark.parametrize("scaling", [None, 0.9])
@pytest.mark.parametrize("lengths", [LENGTHS, [3, 4, 1, 4], [4, 4, 4], [12]], ids=str)
def test_each_sequence_sees_its_own_past(
    window: int | None, softcap: float | None, scaling: float | None, lengths: list[int]
) -> None:
    """Values and gradients, whether sequences are about as long as their neighbours or not."""
    inputs = draw()
    for one in inputs:
        one.requires_grad_()
    bounds = torch.tensor([0, *accumulate(lengths)], dtype=torch.int32)
    found, weights = segment_attention(
        LAYER, *inputs, tag(window), scaling=scaling, softcap=softcap, cu_seq_lens_q=bounds, max_length_q=max(lengths)
    )
    expected = by_hand(inputs, lengths, window or 99, softcap, scaling or 8**-0.5)
    torch.testing.assert_close(found, expected)
    towards = torch.randn(found.shape, generator=torch.Generator().manual_seed(3), dtype=found.dtype)
    gradients = (torch.autograd.grad((one * towards).sum(), inputs) for one in (found, expected))
    rtol, atol = (1e-7, 1e-7) if softcap is None else (1e-5, 1e-6)  # capped scores have a softmax in float32
    torch.testing.assert_close(*gradients, rtol=rtol, atol=atol)
    assert weights is None


@pytest.mark.parametrize("window", [None, 1, 3, 99])
@pytest.mark.parametrize("softcap", [None, 0.3])
@pytest.mark.parametrize(
    ("lengths", "before"),
    [((3, 4, 3, 2), (0, 3, 3, 3)), ((2, 3, 1, 3, 2, 1), (0, 2, 0, 0, 3, 3)), ((1, 1, 4, 1, 5), (0, 1, 0, 4, 4))],
)
def test_what_goes_on_from_a_prompt_sees_it_and_its_own_past(
    window: int | None, softcap: float | None, lengths: tuple[int, ...], before: tuple[int, ...]
) -> None:
    inputs, parts = draw(), Parts(lengths, before)
    for one in inputs:
        one.requires_grad_()
    bounds = torch.tensor([0, *accumulate(lengths)], dtype=torch.int32)
    found, _ = segment_attention(
        LAYER, *inputs, tag(window), softcap=softcap, cu_seq_lens_q=bounds, max_length_q=max(lengths), parts=parts
    )
    expected = by_hand(inputs, lengths, window or 99, softcap, 8**-0.5, before)
    torch.testing.assert_close(found, expected)
    towards = torch.randn(found.shape, generator=torch.Generator().manual_seed(3), dtype=found.dtype)
    gradients = (torch.autograd.grad((one * towards).sum(), inputs) for one in (found, expected))
    rtol, atol = (1e-7, 1e-7) if softcap is None else (1e-5, 1e-6)  # capped scores have a softmax in float32
    torch.testing.assert_close(*gradients, rtol=rtol, atol=atol)


@pytest.mark.parametrize("window", [None, 2])
def test_torchs_own_kernel_is_given_what_each_part_sees(window: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel, here by hand, aligns the last query of a part with the last key that it is given."""
    parts = Parts((3, 4, 3, 2), (0, 3, 3, 3))

    def kernel(
        query: Tensor, key: Tensor, value: Tensor, bounds: Tensor, seen: Tensor, max_q: int, max_k: int, **more: Any
    ) -> Tensor:
        assert (max_q, max_k, bounds.tolist(), seen.tolist()) == (4, 7, [0, 3, 7, 10, 12], [0, 3, 10, 16, 21])
        assert more["window_size"] == ((-1, 0) if window is None else (window - 1, 0))
        rows = []
        for (begin, end), (first, last) in zip(pairwise(bounds.tolist()), pairwise(seen.tolist()), strict=True):
            back = torch.arange(last - first)[-(end - begin) :, None] - torch.arange(last - first)
            mask = (back >= 0) & (back < (window or 99))
            some = (
                query[begin:end].transpose(0, 1),
                key[first:last].transpose(0, 1),
                value[first:last].transpose(0, 1),
            )
            rows.append(scaled_dot_product_attention(*some, attn_mask=mask, enable_gqa=True).transpose(0, 1))
        return torch.cat(rows)

    monkeypatch.setattr(varlen, "varlen_attn", kernel)
    monkeypatch.setattr(attention, "_has_kernel", lambda query: True)
    attention._varlen_parameters.cache_clear()
    bounds = torch.tensor([0, 3, 7, 10, 12], dtype=torch.int32)
    found, _ = segment_attention(LAYER, *draw(), tag(window), cu_seq_lens_q=bounds, max_length_q=4, parts=parts)
    attention._varlen_parameters.cache_clear()
    torch.testing.assert_close(found, by_hand(draw(), parts.lengths, window or 99, None, 8**-0.5, parts.before))


@pytest.mark.parametrize(
    ("lengths", "calls"),
    [
        ([8, 8, 7, 6], [4]),
        ([8, 8, 7, 5, 5], [3, 2]),
        ([6, 8, 6, 9], [3, 1]),
        ([5, 9, 5], [1, 1, 1]),
    ],
)
def test_neighbours_share_a_call_where_little_is_padded(
    lengths: list[int], calls: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes, original = [], scaled_dot_product_attention

    def counted(query: Tensor, *rest: Any, **more: Any) -> Tensor:
        sizes.append(len(query))
        return original(query, *rest, **more)

    monkeypatch.setattr(attention, "scaled_dot_product_attention", counted)
    bounds = torch.tensor([0, *accumulate(lengths)], dtype=torch.int32)
    row = torch.randn(1, 2, sum(lengths), 8)
    segment_attention(LAYER, row, row, row, None, cu_seq_lens_q=bounds, max_length_q=max(lengths))
    assert sizes == calls


def test_what_was_only_read_first_can_be_trained_after() -> None:
    inputs = draw()
    bounds = torch.tensor([0, 6, 12], dtype=torch.int32)
    with torch.inference_mode():
        segment_attention(LAYER, *inputs, None, cu_seq_lens_q=bounds, max_length_q=6)
    inputs[0].requires_grad_()
    found, _ = segment_attention(LAYER, *inputs, None, cu_seq_lens_q=bounds, max_length_q=6)
    found.sum().backward()  # type: ignore[no-untyped-call]
    assert inputs[0].grad is not None


@pytest.mark.parametrize("window", [None, 3])
@pytest.mark.parametrize("softcap", [None, 0.3])
def test_without_bounds_rows_are_whole(window: int | None, softcap: float | None) -> None:
    query, key, value = (one[:, :, :7] for one in draw())
    mask = segment_mask(7, 7, local_size=window, config=SimpleNamespace())
    found, _ = segment_attention(LAYER, query, key, value, mask, softcap=softcap)
    bounds = torch.tensor([0, 7], dtype=torch.int32)
    expected, _ = segment_attention(LAYER, query, key, value, mask, softcap=softcap, cu_seq_lens_q=bounds)
    assert torch.equal(found, expected)


@pytest.mark.parametrize("softcap", [None, 1e6])
def test_padding_and_a_cache_go_through_the_mask(softcap: float | None) -> None:
    """As `sdpa` has it; a cap that caps nothing must not change that."""
    query, key, value = draw()
    padded = segment_mask(
        12,
        12,
        torch.arange(12)[None] >= 5,
        batch_size=1,
        mask_function=lambda batch, head, q, kv: kv <= q,
        config=SimpleNamespace(),
        device=query.device,
    )
    assert padded is not None
    found, _ = segment_attention(LAYER, query, key, value, padded, softcap=softcap)
    alone, _ = segment_attention(LAYER, query[:, :, 5:], key[:, :, 5:], value[:, :, 5:], None)
    torch.testing.assert_close(found[:, 5:], alone)
    early, _ = segment_attention(LAYER, query[:, :, :4], key, value, None, softcap=softcap)
    last, _ = segment_attention(LAYER, query[:, :, -1:], key, value, None, softcap=softcap)
    whole, _ = segment_attention(LAYER, query, key, value, None)
    torch.testing.assert_close(torch.cat([early, last], 1), whole[:, [0, 1, 2, 3, -1]])


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"s_aux": torch.zeros(4)}, "attention sinks"),
        ({"position_bias": torch.zeros(1)}, "position biases"),
        ({"dropout": 0.1}, "drops 0.1"),
        ({"attention_mask": torch.ones(1, 1, 12, 12, dtype=torch.bool)}, "mask of its own"),
        ({"is_causal": False}, "both directions"),
    ],
)
def test_what_is_not_honoured_is_refused_by_name(more: dict[str, Any], what: str) -> None:
    with pytest.raises(PackingError, match=what):
        segment_attention(LAYER, *draw(), **{"attention_mask": None, "cu_seq_lens_q": BOUNDS, **more})


@pytest.mark.parametrize(
    ("config", "use_vmap"), [(SimpleNamespace(attention_chunk_size=4), False), (SimpleNamespace(), True)]
)
def test_chunks_and_overlays_get_a_mask(config: SimpleNamespace, use_vmap: bool) -> None:
    settings: dict[str, Any] = {
        "batch_size": 1,
        "mask_function": lambda batch, head, q, kv: kv == q,
        "allow_is_causal_skip": False,
    }
    mask = segment_mask(12, 12, local_size=4, use_vmap=use_vmap, config=config, device=torch.device("cpu"), **settings)
    assert mask is not None
    assert torch.equal(mask[0, 0], torch.eye(12, dtype=torch.bool))


@pytest.mark.parametrize("window", [None, 3])
@pytest.mark.parametrize("knows_groups", [True, False])
def test_torchs_own_kernel_is_asked_for_the_same(
    monkeypatch: pytest.MonkeyPatch, window: int | None, knows_groups: bool
) -> None:
    """The kernel needs a GPU; this stands in for it and reads its arguments as its documentation has them."""

    def kernel(
        query: Tensor,
        key: Tensor,
        value: Tensor,
        cu_seq_q: Tensor,
        cu_seq_k: Tensor,
        max_q: int,
        max_k: int,
        *,
        scale: float | None,
        window_size: tuple[int, int],
        enable_gqa: bool = False,
    ) -> Tensor:
        assert (cu_seq_q.dtype, max_q, max_k, window_size[1]) == (torch.int32, 7, 7, 0)
        assert enable_gqa == knows_groups
        assert torch.equal(cu_seq_q, cu_seq_k)
        window = 99 if window_size[0] == -1 else window_size[0] + 1
        rows = [one.transpose(0, 1)[None] for one in (query, key, value)]
        return by_hand((rows[0], rows[1], rows[2]), LENGTHS, window, None, scale or 8**-0.5)[0]

    if not knows_groups:
        plain = inspect.signature(kernel)
        kept = [one for name, one in plain.parameters.items() if name != "enable_gqa"]
        monkeypatch.setattr(kernel, "__signature__", plain.replace(parameters=kept), raising=False)
    monkeypatch.setattr(varlen, "varlen_attn", kernel)
    monkeypatch.setattr(attention, "_has_kernel", lambda query: True)
    attention._varlen_parameters.cache_clear()
    found, _ = segment_attention(LAYER, *draw(), tag(window), cu_seq_lens_q=BOUNDS, max_length_q=7)
    attention._varlen_parameters.cache_clear()
    torch.testing.assert_close(found, by_hand(draw(), LENGTHS, window or 99, None, 8**-0.5))


def test_the_kernel_is_for_gpus_in_half_precision() -> None:
    assert not attention._has_kernel(draw(torch.bfloat16)[0])
    assert {"window_size", "scale"} <= attention._varlen_parameters()
