"""Before training: does the forward pass of packs give what the model itself gives, one sequence at a time?

A model may mix the sequences of a pack where we cannot see it (linear attention, state spaces, an attention of its
own), or may do something to its logits that no field of its config tells. Numbers show both, for any model, so there
is no list of names to keep up to date.
"""

from dataclasses import replace

import torch
from torch import Tensor
from transformers import PreTrainedModel

from rlvr.grpo.attention import NAME, PackingError, use_segments
from rlvr.grpo.forward import decoder_of, hidden_states
from rlvr.grpo.head import HeadError, head_of
from rlvr.grpo.pack import Pack, Unsampled, make_packs
from rlvr.grpo.tiles import Tiles

LENGTHS = (9, 6)
"""Tokens of the two sequences that are tried."""

REMEDY = "set optimizer.packing = false"


def prepare_forward(model: PreTrainedModel, *, is_packed: bool = True) -> bool:
    """Switch a model's attention to packs and make sure that its log-probabilities will be its own.

    Args:
        model: A causal language model; it stays usable for generation and is saved as before.
        is_packed: False is for a forward pass of padded rows.

    Returns:
        Whether the sequences of a pack can share a prompt.

    Raises:
        PackingError: Its sequences see each other in a pack; its attention is what it was.
        HeadError: Its logits are not what its output layer and its config say.
    """
    usual = model.config._attn_implementation
    pack = _random_pack(model)
    try:
        if is_packed:
            use_segments(model)
        elif usual == "sdpa":  # which leaves soft caps out
            model.set_attn_implementation(NAME)
        with torch.no_grad():
            _compare_hidden(model, pack, is_packed=is_packed)
    except PackingError:
        model.set_attn_implementation(usual)
        raise
    with torch.no_grad():
        _compare_logits(model, pack)
        return (
            is_packed and model.config._attn_implementation == NAME and _shares_prompts(model, pack.token_ids.tolist())
        )


def _shares_prompts(model: PreTrainedModel, words: list[int]) -> bool:
    """Whether sequences after one prompt are what they are by themselves, and do not see each other."""
    own = [words[4:9], words[9:14], words[11:14]]
    others = [[(word + 1) % _num_words(model) for word in own[0]], *own[1:]]
    try:
        shared, alone, beside = (
            _after_a_prompt(model, words[:4], parts, shares_prompts=shares)
            for parts, shares in ((own, True), (own, False), (others, True))
        )
    except (TypeError, ValueError, RuntimeError):
        return False  # whole sequences work, as was seen before: this model stays with them
    return _gap(shared, alone) <= _tolerance(model) and _gap(shared[5:], beside[5:]) <= 1e-4


def _after_a_prompt(model: PreTrainedModel, prompt: list[int], own: list[list[int]], *, shares_prompts: bool) -> Tensor:
    """Hidden states at the predictors of some sequences with one prompt, in the order given."""
    rows = [Unsampled((*prompt, *words), (False,) * len(prompt) + (True,) * len(words)) for words in own]
    nothing = [[0.0] * len(words) for words in own]
    (pack,) = make_packs(rows, nothing, 99, model.device, shares_prompts=shares_prompts)
    places = torch.tensor(pack.rows, device=model.device)[pack.sequence]
    return hidden_states(model, pack)[torch.argsort(places, stable=True)]


def _compare_hidden(model: PreTrainedModel, pack: Pack, *, is_packed: bool) -> None:
    try:
        together = hidden_states(model, pack, is_packed=is_packed)
        beside = hidden_states(model, _with_another_first(model, pack), is_packed=is_packed)
    except TypeError as error:
        raise PackingError(f"{_name(model)} does not take the bounds of a pack ({error}): {REMEDY}") from error
    second = pack.sequence == 1
    leak = _gap(beside[second], together[second])
    if not leak <= 1e-4:
        raise PackingError(
            f"in {_name(model)} a sequence sees the others of its batch: hidden states change by {leak:.2g} of their "
            f"size with the neighbour. {REMEDY}"
        )
    gap = _gap(together, _alone(model, pack))
    if not gap <= _tolerance(model):
        raise PackingError(
            f"in {_name(model)} a sequence in a batch is not what it is alone: hidden states are off by {gap:.2g} of "
            f"their size. {REMEDY if is_packed else 'It is not a causal language model and cannot be trained'}"
        )


def _alone(model: PreTrainedModel, pack: Pack) -> Tensor:
    """The hidden states of each sequence by itself, through the attention that the model's definition is written in."""
    decoder, usual = decoder_of(model), model.config._attn_implementation
    model.set_attn_implementation("eager")
    try:
        parts = torch.split(pack.token_ids, list(pack.lengths))
        return torch.cat([decoder(input_ids=ids[None], use_cache=False).last_hidden_state[0, :-1] for ids in parts])
    finally:
        model.set_attn_implementation(usual)


def _with_another_first(model: PreTrainedModel, pack: Pack) -> Pack:
    """The same pack with every word of its first sequence replaced."""
    token_ids = pack.token_ids.clone()
    token_ids[: pack.lengths[0]] = (token_ids[: pack.lengths[0]] + 1) % _num_words(model)
    return replace(pack, token_ids=token_ids)


def _compare_logits(model: PreTrainedModel, pack: Pack) -> None:
    ids = pack.token_ids[None, : pack.lengths[0]]
    theirs: Tensor = model(input_ids=ids, use_cache=False).logits[0]
    head = head_of(model)
    hidden = decoder_of(model)(input_ids=ids, use_cache=False).last_hidden_state[0].to(head.weight.dtype)
    tiles = Tiles(hidden, ids[0], head, 1.0, hidden.shape[0] * len(head.weight))
    ours = torch.cat([tiles.logits(tokens, words).clone() for tokens in tiles.tokens for words in tiles.words], 1)
    gap = _gap(ours, theirs) if ours.shape == theirs.shape else float("inf")
    if not gap <= _tolerance(model):
        raise HeadError(
            f"the logits of {_name(model)} are off by {gap:.2g} of their size from what its output layer and its "
            f"config say (scale {head.scale:g}, soft cap {head.softcap}): this model cannot be trained"
        )


def _random_pack(model: PreTrainedModel) -> Pack:
    """Two sequences of words drawn at random, every token but the first of each trained."""
    device = model.device
    generator = torch.Generator().manual_seed(0)
    token_ids = torch.randint(_num_words(model), (sum(LENGTHS),), generator=generator).to(device)
    positions = torch.cat([torch.arange(length) for length in LENGTHS]).to(device)
    is_target = positions > 0
    sequence = torch.repeat_interleave(torch.arange(2), torch.tensor([length - 1 for length in LENGTHS])).to(device)
    nothing = torch.zeros(len(sequence), device=device)
    return Pack(
        rows=(0, 1),
        token_ids=token_ids,
        position_ids=positions,
        lengths=LENGTHS,
        before=(0, 0),
        predictors=is_target.nonzero().squeeze(1) - 1,
        targets=token_ids[is_target],
        sequence=sequence,
        num_trained=torch.bincount(sequence),
        sampler_logprobs=nothing,
        advantages=nothing,
    )


def _gap(ours: Tensor, theirs: Tensor) -> float:
    return float((ours.float() - theirs.float()).abs().max() / theirs.float().abs().max())


def _tolerance(model: PreTrainedModel) -> float:
    """Half precision rounds differently in another attention; what leaks is found without one."""
    return 1e-4 if model.dtype in (torch.float32, torch.float64) else 0.1


def _num_words(model: PreTrainedModel) -> int:
    return int(model.config.get_text_config().vocab_size)


def _name(model: PreTrainedModel) -> str:
    return type(model).__name__
