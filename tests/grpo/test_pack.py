import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rlvr.grpo.pack import Pack, make_packs
from tests.grpo.small import made_rollout
from tests.grpo.tiny_models import CPU


def cut(lengths: list[int], max_tokens: int, *, is_packed: bool = True) -> list[Pack]:
    rollouts = [made_rollout([7], range(length - 1)) for length in lengths]
    advantages = [[float(row)] * (length - 1) for row, length in enumerate(lengths)]
    return list(make_packs(rollouts, advantages, max_tokens, CPU, is_packed=is_packed))


@given(st.lists(st.integers(2, 30), max_size=20), st.integers(1, 80), st.booleans())
def test_every_rollout_is_in_one_pack_of_bounded_size(lengths: list[int], max_tokens: int, is_packed: bool) -> None:
    packs = cut(lengths, max_tokens, is_packed=is_packed)
    assert sorted(row for pack in packs for row in pack.rows) == list(range(len(lengths)))
    for pack in packs:
        cost = sum(pack.lengths) if is_packed else len(pack.lengths) * max(pack.lengths)
        assert cost <= max_tokens or len(pack.rows) == 1
        assert pack.lengths == tuple(lengths[row] for row in pack.rows)
        assert len(pack.token_ids) == len(pack.position_ids) == sum(pack.lengths)
        assert pack.num_trained.tolist() == [length - 1 for length in pack.lengths]
        assert pack.advantages.tolist() == [float(row) for row in pack.rows for _ in range(lengths[row] - 1)]


@pytest.mark.parametrize(
    ("max_tokens", "is_packed", "rows"),
    [
        (1, True, [(1,), (3,), (0,), (2,)]),
        (10, True, [(1, 2), (3, 0)]),
        (8, False, [(1,), (3,), (0, 2)]),
        (12, False, [(1,), (3, 0), (2,)]),
        (11, False, [(1,), (3,), (0, 2)]),
        (99, True, [(1, 3, 0, 2)]),
    ],
)
def test_the_longest_come_first_and_fill_the_first_room(max_tokens: int, is_packed: bool, rows: list[object]) -> None:
    assert [pack.rows for pack in cut([4, 8, 2, 6], max_tokens, is_packed=is_packed)] == rows


def test_what_a_pack_holds() -> None:
    long, short = made_rollout([1, 2], [3, 4, 5], logprobs=[-1, -2, -3]), made_rollout([6], [7], logprobs=[-4])
    (pack,) = make_packs([short, long], [[0.5], [1, 2, 3]], 100, CPU)
    assert (pack.rows, pack.lengths) == ((1, 0), (5, 2))
    assert pack.token_ids.tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert pack.position_ids.tolist() == [0, 1, 2, 3, 4, 0, 1]
    assert pack.predictors.tolist() == [1, 2, 3, 5]
    assert pack.targets.tolist() == [3, 4, 5, 7]
    assert pack.sequence.tolist() == [0, 0, 0, 1]
    assert pack.num_trained.tolist() == [3, 1]
    assert pack.sampler_logprobs.tolist() == [-1, -2, -3, -4]
    assert pack.advantages.tolist() == [1, 2, 3, 0.5]
    assert pack.advantages.dtype == pack.sampler_logprobs.dtype == torch.float32


def test_a_shared_prompt_stands_in_a_pack_once() -> None:
    rollouts = [
        made_rollout([1, 2, 3], [4, 5], logprobs=[-1, -2]),
        made_rollout([8], [9], logprobs=[-3]),
        made_rollout([1, 2, 3], [6, 7, 6], logprobs=[-4, -5, -6]),
    ]
    (pack,) = make_packs(rollouts, [[1, 2], [3], [4, 5, 6]], 10, CPU, shares_prompts=True)
    assert (pack.rows, pack.lengths, pack.before) == ((2, 0, 1), (3, 3, 2, 2), (0, 3, 3, 0))
    assert pack.token_ids.tolist() == [1, 2, 3, 6, 7, 6, 4, 5, 8, 9]
    assert pack.position_ids.tolist() == [0, 1, 2, 3, 4, 5, 3, 4, 0, 1]
    assert pack.predictors.tolist() == [2, 3, 4, 2, 6, 8]
    assert pack.targets.tolist() == [6, 7, 6, 4, 5, 9]
    assert pack.sequence.tolist() == [0, 0, 0, 1, 1, 2]
    assert pack.num_trained.tolist() == [3, 2, 1]
    assert pack.sampler_logprobs.tolist() == [-4, -5, -6, -1, -2, -3]
    assert pack.advantages.tolist() == [4, 5, 6, 1, 2, 3]


def test_a_prompt_alone_is_not_shared() -> None:
    (pack,) = make_packs([made_rollout([1, 2], [3])], [[1.0]], 10, CPU, shares_prompts=True)
    assert (pack.lengths, pack.before) == ((3,), (0,))


@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(1, 12)), min_size=1, max_size=20),
    st.integers(1, 60),
)
def test_sharing_prompts_loses_no_token(shapes: list[tuple[int, int]], max_tokens: int) -> None:
    """Prompts of 2, 4 or 6 tokens, each always the same: all is in one pack of bounded size, whatever is shared."""
    rollouts = [made_rollout(range(2 * kind), range(50, 50 + size)) for kind, size in shapes]
    advantages = [[float(row)] * size for row, (_, size) in enumerate(shapes)]
    found = list(make_packs(rollouts, advantages, max_tokens, CPU, shares_prompts=True))
    assert sorted(row for pack in found for row in pack.rows) == list(range(len(shapes)))
    for pack in found:
        assert sum(pack.lengths) == len(pack.token_ids) == len(pack.position_ids) <= max_tokens or len(pack.rows) == 1
        assert pack.num_trained.tolist() == [shapes[row][1] for row in pack.rows]
        assert pack.targets.tolist() == [token for row in pack.rows for token in range(50, 50 + shapes[row][1])]
        places = pack.position_ids[pack.predictors].tolist()
        assert places == [2 * shapes[row][0] - 1 + at for row in pack.rows for at in range(shapes[row][1])]
        assert len([1 for before in pack.before if before]) != 1, "nobody shares with nobody"


@pytest.mark.parametrize(("prompt", "advantages"), [([1], [[1.0, 2.0]]), ([], [[1.0]])])
def test_what_cannot_be_packed(prompt: list[int], advantages: list[list[float]]) -> None:
    with pytest.raises(AssertionError, match=r"2 advantages for 1|nothing before it"):
        list(make_packs([made_rollout(prompt, [5])], advantages, 10, CPU))
