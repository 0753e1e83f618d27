import copy
import math
from typing import Any

import pytest
import torch
from transformers import Qwen3Config

from rlvr.grpo import tiles
from rlvr.grpo.divergence import Drift, Passage, drifts
from rlvr.grpo.policy import Policy
from rlvr.grpo.probe import prepare_forward
from tests.grpo.adapted import adapted
from tests.grpo.largest import Largest
from tests.grpo.tiny_models import FAMILIES, NUM_WORDS, random_model, shape

PASSAGES = tuple(
    Passage(tuple(torch.randint(NUM_WORDS, (length,), generator=torch.Generator().manual_seed(length)).tolist()), given)
    for length, given in ((23, 1), (2, 1), (14, 9))
)


def moved(model: Any, scale: float) -> Any:
    """The same model with noise on all weights."""
    other = copy.deepcopy(model)
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for parameter in other.parameters():
            parameter.add_(scale * torch.randn(parameter.shape, generator=generator, dtype=parameter.dtype))
    return other


def policy_of(model: Any) -> Policy:
    return Policy(model, None, (2,))


def dense(policy: Any, start: Any, passage: Passage) -> Drift:
    """The same sums from whole logits in float64, by torch's own KL and transformers' own loss."""
    ids = torch.tensor([passage.token_ids])
    labels = ids.clone()
    labels[0, : passage.num_given] = -100
    with torch.no_grad():
        before, now = start(input_ids=ids).logits.double(), policy(input_ids=ids, labels=labels)
    places = slice(passage.num_given - 1, -1)
    after, first = (logits[0, places].log_softmax(-1) for logits in (now.logits.double(), before))
    kl = torch.nn.functional.kl_div(after, first, reduction="sum", log_target=True)
    num_tokens = len(passage.token_ids) - passage.num_given
    return Drift(num_tokens, float(now.loss) * num_tokens, float(kl))


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_it_is_what_whole_logits_give(family: str, dtype: torch.dtype) -> None:
    start = random_model(FAMILIES[family](), dtype)
    start.set_attn_implementation("eager")
    policy = moved(start, 0.02)
    found = drifts(policy_of(policy), start, PASSAGES)
    for ours, passage in zip(found, PASSAGES, strict=True):
        theirs = dense(policy, start, passage)
        assert ours.num_tokens == theirs.num_tokens
        assert ours.kl / ours.num_tokens == pytest.approx(theirs.kl / ours.num_tokens, abs=1e-6)
        assert ours.loss / ours.num_tokens == pytest.approx(theirs.loss / ours.num_tokens, abs=2e-6)
        assert theirs.kl > 1e-3


def test_a_model_is_nowhere_but_where_it_is() -> None:
    start = random_model(FAMILIES["qwen3"]())
    assert [one.kl for one in drifts(policy_of(copy.deepcopy(start)), start, PASSAGES)] == [0.0, 0.0, 0.0]


def test_the_direction_matters() -> None:
    """KL(start || policy) is not KL(policy || start), and the second is not what is measured."""
    start = random_model(FAMILIES["qwen3"]())
    policy = moved(start, 0.1)
    ours, backward = drifts(policy_of(policy), start, PASSAGES)[0], drifts(policy_of(start), policy, PASSAGES)[0]
    assert abs(ours.kl - backward.kl) > 0.01 * ours.kl
    assert ours.kl == pytest.approx(dense(policy, start, PASSAGES[0]).kl, rel=1e-5)


def test_it_grows_with_the_distance() -> None:
    start = random_model(FAMILIES["qwen3"]())
    found = [drifts(policy_of(moved(start, scale)), start, PASSAGES)[0].kl for scale in (0.0, 1e-4, 1e-3, 1e-2, 1e-1)]
    assert found[0] == 0.0
    assert found == sorted(set(found))
    assert 0 < found[1] < 1e-3, "a small step is seen, and is small"


@pytest.mark.parametrize("tile_logits", [1, 100, 7 * NUM_WORDS])
@pytest.mark.parametrize("num_words", [7, 32, NUM_WORDS])
def test_the_size_of_a_tile_changes_nothing(monkeypatch: pytest.MonkeyPatch, tile_logits: int, num_words: int) -> None:
    start = random_model(FAMILIES["gemma2"](), torch.float64)
    policy = policy_of(moved(start, 0.05))
    whole = drifts(policy, start, PASSAGES)
    monkeypatch.setattr(tiles, "TILE_WORDS", num_words)
    for ours, theirs in zip(drifts(policy, start, PASSAGES, tile_logits=tile_logits), whole, strict=True):
        assert (ours.loss, ours.kl) == pytest.approx((theirs.loss, theirs.kl), rel=1e-10)


def test_whole_logits_are_never_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiles, "TILE_WORDS", 256)
    start, passage = random_model(Qwen3Config(**shape(head_dim=8, vocab_size=1024))), Passage(tuple(range(60)))
    with Largest() as seen:  # type: ignore[no-untyped-call]
        drifts(policy_of(start), start, [passage], tile_logits=4096)
    assert 4096 <= seen.numel < 59 * 1024 / 3
    with Largest() as seen:  # type: ignore[no-untyped-call]
        dense(start, start, passage)
    assert seen.numel >= 59 * 1024, "the meter does not see the logits of the passage"


def test_an_adapter_is_switched_off_for_the_start(policy: Policy) -> None:
    start = copy.deepcopy(policy.model)
    changed = adapted(policy, scale=0.2)
    passage = (Passage(tuple(range(40, 90))),)
    (beneath,), (beside,) = drifts(changed, changed.model, passage), drifts(changed, start, passage)
    assert beneath.kl > 1e-3
    assert (beneath.loss, beneath.kl) == pytest.approx((beside.loss, beside.kl), rel=1e-6)


def test_packs_change_nothing() -> None:
    """The trainer's attention for packs, switched on in one model alone."""
    start = random_model(FAMILIES["qwen3"]())
    policy = copy.deepcopy(start)
    prepare_forward(policy)
    (found, *_) = drifts(policy_of(policy), start, PASSAGES)
    assert found.kl < 1e-8
    assert math.isfinite(found.loss)


@pytest.mark.parametrize("passage", [Passage((5,)), Passage((5, 6), 2), Passage((5, 6), 0), Passage(())])
def test_nothing_to_measure_is_a_mistake_of_ours(passage: Passage) -> None:
    start = random_model(FAMILIES["qwen3"]())
    with pytest.raises(AssertionError, match="a passage has something to measure"):
        drifts(policy_of(start), start, [passage])
