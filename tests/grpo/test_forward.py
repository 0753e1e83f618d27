from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor
from transformers import Qwen3Config

from rlvr.grpo import attention, tiles
from rlvr.grpo.forward import trained_logprobs
from rlvr.grpo.pack import Pack
from rlvr.grpo.probe import prepare_forward
from tests.grpo.largest import Largest
from tests.grpo.tiny_models import FAMILIES, groups_of_rollouts, packs, random_model, random_rollouts, shape


def prepared(family: str, dtype: torch.dtype = torch.float32, *, is_packed: bool = True) -> Any:
    model = random_model(FAMILIES[family](), dtype)
    prepare_forward(model, is_packed=is_packed)
    return model


def reference_logprobs(model: Any, pack: Pack, temperature: float) -> tuple[Tensor, Tensor]:
    """Whole logits of one sequence at a time, by transformers' plainest attention; with the entropies."""
    logprobs, entropies = [], []
    model.set_attn_implementation("eager")
    for ids in torch.split(pack.token_ids, list(pack.lengths)):
        scores = torch.log_softmax(model(input_ids=ids[None], use_cache=False).logits[0, :-1].float() / temperature, -1)
        logprobs.append(scores.gather(1, ids[1:, None]).squeeze(1))
        entropies.append(-(scores.exp() * scores).sum(1))
    return torch.cat(logprobs), torch.cat(entropies)


def gradient(model: Any, losses: Sequence[Tensor]) -> dict[str, Tensor]:
    model.zero_grad()
    torch.stack([loss.sum() for loss in losses]).sum().backward()  # type: ignore[no-untyped-call]
    return {name: one.grad.clone() for name, one in model.named_parameters() if one.grad is not None}


def difference(one: dict[str, Tensor], two: dict[str, Tensor]) -> float:
    """Largest difference of two gradients, as a share of the largest entry."""
    assert one.keys() == two.keys()
    largest = max(float(tensor.abs().max()) for tensor in two.values())
    return max(float((one[name] - two[name]).abs().max()) for name in two) / largest


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(("is_packed", "max_tokens"), [(True, 10**6), (True, 30), (True, 1), (False, 10**6)])
def test_the_gradient_is_that_of_single_sequences(family: str, is_packed: bool, max_tokens: int) -> None:
    model, rollouts = prepared(family, is_packed=is_packed), random_rollouts()
    found = [
        (pack, trained_logprobs(model, pack, 0.7, needs_entropy=True, is_packed=is_packed, tile_logits=500))
        for pack in packs(rollouts, max_tokens, is_packed=is_packed)
    ]
    entropies = [one.entropy for _, one in found if one.entropy is not None]
    ours = gradient(
        model, [*(one.logprobs * pack.advantages for pack, one in found), *(0.1 * one for one in entropies)]
    )
    (pack,) = packs(rollouts)
    logprobs, entropy = reference_logprobs(model, pack, 0.7)
    assert difference(ours, gradient(model, [logprobs * pack.advantages, 0.1 * entropy])) <= 1e-5
    if len(found) == 1:
        torch.testing.assert_close(found[0][1].logprobs, logprobs, atol=1e-5, rtol=1e-6)
        torch.testing.assert_close(entropies[0], entropy, atol=1e-5, rtol=1e-6)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("max_tokens", [10**6, 60, 30, 1])
def test_with_shared_prompts_it_is_the_same(family: str, max_tokens: int) -> None:
    """Prompts that are longer than a window, of one token, and of nobody else."""
    model, rollouts = prepared(family), groups_of_rollouts((9, 1, 6), (7, 2, 8, 8, 3))
    found = packs(rollouts, max_tokens, shares_prompts=True)
    assert any(any(pack.before) for pack in found) == (max_tokens > 1)
    loss = [trained_logprobs(model, pack, 0.7).logprobs * pack.advantages for pack in found]
    ours, (whole,) = gradient(model, loss), packs(rollouts)
    padded = trained_logprobs(model, whole, 0.7, is_packed=False).logprobs
    assert difference(ours, gradient(model, [padded * whole.advantages])) <= 1e-5


@pytest.mark.parametrize("family", ["qwen3", "gemma2"])
def test_sequences_that_share_a_prompt_do_not_see_each_other(family: str) -> None:
    model, rollouts = prepared(family), groups_of_rollouts((9,), (7, 5, 8))
    (together,) = packs(rollouts, shares_prompts=True)
    assert sum(together.lengths) == 9 + 7 + 5 + 8
    found = trained_logprobs(model, together, 1.0).logprobs.detach()
    for place, row in enumerate(together.rows):
        (alone,) = packs([rollouts[row]])
        ours = found[together.sequence == place]
        torch.testing.assert_close(trained_logprobs(model, alone, 1.0).logprobs.detach(), ours, atol=2e-6, rtol=0)


def test_what_shared_prompts_must_keep_apart_matters() -> None:
    """The bound above is not met where a sequence misses its prompt, or goes on from another one."""
    model, (pack,) = prepared("qwen3"), packs(groups_of_rollouts((9, 4), (7, 8)), shares_prompts=True)
    right = gradient(model, [trained_logprobs(model, pack, 1.0).logprobs])
    first, *others = pack.lengths
    for lengths, before in (
        (pack.lengths, (0,) * len(pack.before)),
        (
            (first - 1, others[0] + 1, *others[1:]),
            (0, *(first - 1 if size == first else size for size in pack.before[1:])),
        ),
    ):
        wrong = gradient(model, [trained_logprobs(model, replace(pack, lengths=lengths, before=before), 1.0).logprobs])
        assert difference(wrong, right) > 1e-2


@pytest.mark.parametrize("family", FAMILIES)
def test_packed_is_padded(family: str) -> None:
    model, (pack,) = prepared(family), packs(random_rollouts())
    packed, padded = (
        gradient(model, [trained_logprobs(model, pack, 1.0, is_packed=is_packed).logprobs * pack.advantages])
        for is_packed in (True, False)
    )
    assert difference(packed, padded) <= 1e-5


def test_what_packs_must_keep_apart_matters() -> None:
    """The bound of the tests above is not met by an attention that lets the sequences of a pack see each other."""
    model, (pack,) = prepared("qwen3"), packs(random_rollouts())
    right = trained_logprobs(model, pack, 1.0).logprobs
    leaking = trained_logprobs(model, replace(pack, lengths=(sum(pack.lengths),), before=(0,)), 1.0).logprobs
    ours, theirs = gradient(model, [right]), gradient(model, [leaking])
    assert difference(theirs, ours) > 1e-2
    model.zero_grad()


@pytest.mark.parametrize("family", ["qwen3", "gemma2"])
def test_gradient_checkpointing_changes_nothing(family: str) -> None:
    model, (pack,) = prepared(family), packs(random_rollouts())
    plain = gradient(model, [trained_logprobs(model, pack, 1.0).logprobs * pack.advantages])
    calls = []
    hook = model.get_decoder().layers[0].mlp.register_forward_pre_hook(lambda *_: calls.append(1))
    model.gradient_checkpointing_enable()
    again = gradient(model, [trained_logprobs(model, pack, 1.0).logprobs * pack.advantages])
    hook.remove()
    assert len(calls) == 2, "the layer was not computed once more"
    assert not any(module.training for module in model.modules())
    assert difference(again, plain) == 0.0


def test_neighbours_do_not_matter() -> None:
    model = prepared("qwen3")
    rollouts = random_rollouts()
    (together,) = packs(rollouts)
    found = trained_logprobs(model, together, 1.0).logprobs.detach()
    for place, row in enumerate(together.rows):
        (alone,) = packs([rollouts[row]])
        ours = found[together.sequence == place]
        torch.testing.assert_close(trained_logprobs(model, alone, 1.0).logprobs.detach(), ours, atol=2e-6, rtol=0)


def test_no_attention_is_over_the_whole_pack(monkeypatch: pytest.MonkeyPatch) -> None:
    model, (pack,) = prepared("gemma2"), packs(random_rollouts())
    sizes: list[int] = []
    usual = attention._causal

    def noted(query: Tensor, *rest: Any) -> Tensor:
        sizes.append(query.shape[2])
        return usual(query, *rest)

    monkeypatch.setattr(attention, "_causal", noted)
    trained_logprobs(model, pack, 1.0)
    assert sizes == [*pack.lengths] * model.config.num_hidden_layers


@pytest.mark.parametrize("is_packed", [True, False])
def test_the_whole_logits_never_exist(monkeypatch: pytest.MonkeyPatch, is_packed: bool) -> None:
    monkeypatch.setattr(tiles, "TILE_WORDS", 256)
    config = Qwen3Config(**shape(head_dim=8, vocab_size=1024, tie_word_embeddings=True))
    model, (pack,) = random_model(config), packs(random_rollouts((60, 60)))
    prepare_forward(model)
    whole = len(pack.targets) * 1024
    with Largest() as seen:  # type: ignore[no-untyped-call]
        gradient(model, [trained_logprobs(model, pack, 1.0, is_packed=is_packed, tile_logits=4096).logprobs])
    assert seen.numel == model.lm_head.weight.numel() < whole / 3
    with Largest() as seen:  # type: ignore[no-untyped-call]
        reference_logprobs(model, pack, 1.0)
    assert seen.numel >= whole / 2, "the meter does not see the logits of one sequence"


def test_half_precision_comes_close() -> None:
    model, (pack,) = prepared("qwen3", torch.bfloat16), packs(random_rollouts())
    found = trained_logprobs(model, pack, 1.0).logprobs
    expected, _ = reference_logprobs(model.float(), pack, 1.0)
    assert found.dtype == torch.float32
    assert float((found - expected).detach().abs().mean()) < 0.05
