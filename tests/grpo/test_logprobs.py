import pytest
import torch
from torch import Tensor

from rlvr.grpo import tiles
from rlvr.grpo.head import Head
from rlvr.grpo.logprobs import TILE_LOGITS, head_logprobs
from tests.grpo.largest import Largest

N, V, H = 13, 29, 6


def random_head(*, has_bias: bool, softcap: float | None = None, dtype: torch.dtype = torch.float64) -> Head:
    generator = torch.Generator().manual_seed(3)
    weight = torch.randn(V, H, generator=generator, dtype=dtype).requires_grad_()
    bias = torch.randn(V, generator=generator, dtype=dtype).requires_grad_() if has_bias else None
    return Head(weight, bias, 1.7, softcap)


def random_tokens(dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(4)
    hidden = torch.randn(N, H, generator=generator, dtype=dtype).requires_grad_()
    return hidden, torch.randint(V, (N,), generator=generator)


def whole(hidden: Tensor, targets: Tensor, head: Head, temperature: float) -> tuple[Tensor, Tensor]:
    """The same in one piece, by torch's own functions."""
    logits = torch.nn.functional.linear(hidden, head.weight, head.bias) * head.scale
    if head.softcap is not None:
        logits = head.softcap * torch.tanh(logits / head.softcap)
    logprobs = torch.log_softmax(logits / temperature, -1)
    return logprobs[torch.arange(len(targets)), targets], -(logprobs.exp() * logprobs).sum(-1)


@pytest.mark.parametrize("tile_logits", [1, 40, TILE_LOGITS])
@pytest.mark.parametrize("tile_words", [1, 7, 29, 8192])
@pytest.mark.parametrize(("has_bias", "softcap"), [(False, None), (True, None), (True, 2.0)])
@pytest.mark.parametrize("needs_entropy", [False, True])
def test_tiles_give_what_whole_logits_give(
    monkeypatch: pytest.MonkeyPatch,
    tile_logits: int,
    tile_words: int,
    has_bias: bool,
    softcap: float | None,
    needs_entropy: bool,
) -> None:
    monkeypatch.setattr(tiles, "TILE_WORDS", tile_words)
    head, (hidden, targets) = random_head(has_bias=has_bias, softcap=softcap), random_tokens()
    inputs = [one for one in (hidden, head.weight, head.bias) if one is not None]
    weights = torch.linspace(-1, 1, N, dtype=torch.float64)
    theirs, entropy = whole(hidden, targets, head, 0.7)
    loss = (theirs * weights).sum() + (entropy * weights.flip(0).exp()).sum() * needs_entropy
    expected = torch.autograd.grad(loss, inputs)
    found = head_logprobs(hidden, targets, head, 0.7, needs_entropy=needs_entropy, tile_logits=tile_logits)
    torch.testing.assert_close(found.logprobs, theirs)
    loss = (found.logprobs * weights).sum()
    if found.entropy is not None:
        torch.testing.assert_close(found.entropy, entropy)
        loss = loss + (found.entropy * weights.flip(0).exp()).sum()
    assert (found.entropy is not None) == needs_entropy
    for ours, one in zip(torch.autograd.grad(loss, inputs), expected, strict=True):
        torch.testing.assert_close(ours, one)


def test_the_gradient_is_that_of_finite_differences() -> None:
    head, (hidden, targets) = random_head(has_bias=True, softcap=2.0), random_tokens()
    assert head.bias is not None
    inputs = [one[:9].detach().requires_grad_() for one in (hidden, head.weight, head.bias)]
    targets = targets[:9] % 9

    def outputs(hidden: Tensor, weight: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
        found = head_logprobs(hidden, targets, Head(weight, bias, 1.7, 2.0), 0.7, needs_entropy=True, tile_logits=20)
        assert found.entropy is not None
        return found.logprobs, found.entropy

    assert torch.autograd.gradcheck(outputs, inputs)


def test_only_the_entropy_may_be_used() -> None:
    head, (hidden, targets) = random_head(has_bias=False), random_tokens()
    found = head_logprobs(hidden, targets, head, 1.0, needs_entropy=True)
    assert found.entropy is not None
    (ours,) = torch.autograd.grad(found.entropy.sum(), hidden)
    (theirs,) = torch.autograd.grad(whole(hidden, targets, head, 1.0)[1].sum(), hidden)
    torch.testing.assert_close(ours, theirs)


def test_a_frozen_head_gets_no_gradient() -> None:
    head, (hidden, targets) = random_head(has_bias=False), random_tokens()
    head.weight.requires_grad_(False)
    head_logprobs(hidden, targets, head, 1.0).logprobs.sum().backward()  # type: ignore[no-untyped-call]
    assert head.weight.grad is None
    assert hidden.grad is not None


def test_no_token_at_all() -> None:
    head, (hidden, targets) = random_head(has_bias=True), random_tokens()
    found = head_logprobs(hidden[:0], targets[:0], head, 1.0, needs_entropy=True)
    found.logprobs.sum().backward()  # type: ignore[no-untyped-call]
    assert found.entropy is not None
    assert found.logprobs.shape == found.entropy.shape == (0,)
    assert head.weight.grad is not None
    assert not head.weight.grad.any()


def test_extreme_logits_stay_finite() -> None:
    head = Head(torch.tensor([[1e4], [-1e4], [0.0]]).requires_grad_(), None, 1.0, None)
    hidden = torch.tensor([[1.0], [-1.0]]).requires_grad_()
    found = head_logprobs(hidden, torch.tensor([0, 0]), head, 1.0, needs_entropy=True)
    assert found.logprobs.tolist() == [0.0, -2e4]
    assert found.entropy is not None
    assert found.entropy.tolist() == [0.0, 0.0]
    found.logprobs.sum().backward()  # type: ignore[no-untyped-call]
    assert hidden.grad is not None
    assert hidden.grad.tolist() == [[0.0], [2e4]]


def test_half_precision_is_summed_in_float32() -> None:
    head, (hidden, targets) = random_head(has_bias=False, dtype=torch.bfloat16), random_tokens(torch.bfloat16)
    found = head_logprobs(hidden, targets, head, 1.0, needs_entropy=True, tile_logits=1)
    assert found.logprobs.dtype == torch.float32
    exact = whole(hidden.double(), targets, Head(head.weight.double(), None, 1.7, None), 1.0)[0]
    assert float((found.logprobs - exact).detach().abs().max()) < 0.1
    grads = torch.autograd.grad(found.logprobs.sum(), (hidden, head.weight))
    for ours, theirs in zip(grads, torch.autograd.grad(exact.sum(), (hidden, head.weight)), strict=True):
        assert ours.dtype == torch.bfloat16
        assert float((ours - theirs).abs().max()) < 0.02 * float(theirs.abs().max())


@pytest.mark.parametrize("needs_entropy", [False, True])
def test_the_whole_logits_never_exist(monkeypatch: pytest.MonkeyPatch, needs_entropy: bool) -> None:
    num_tokens, num_words, tile_logits = 512, 512, 4096
    monkeypatch.setattr(tiles, "TILE_WORDS", 128)
    head = Head(torch.randn(num_words, 2).requires_grad_(), None, 1.0, 3.0)
    hidden, targets = torch.randn(num_tokens, 2).requires_grad_(), torch.zeros(num_tokens, dtype=torch.long)
    with Largest() as seen:  # type: ignore[no-untyped-call]
        found = head_logprobs(hidden, targets, head, 1.0, needs_entropy=needs_entropy, tile_logits=tile_logits)
        (found.logprobs if found.entropy is None else found.entropy).sum().backward()  # type: ignore[no-untyped-call]
    assert seen.numel == tile_logits
    with Largest() as seen:  # type: ignore[no-untyped-call]
        whole(hidden, targets, head, 1.0)
    assert seen.numel == num_tokens * num_words, "the meter does not see whole logits"
