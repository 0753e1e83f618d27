import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rlvr.grpo.batch import Batch, micro_batches
from tests.grpo.small import made_rollout

CPU = torch.device("cpu")


def cut(lengths: list[int], max_tokens: int) -> list[Batch]:
    rollouts = [made_rollout([7], range(length)) for length in lengths]
    return list(micro_batches(rollouts, [float(row) for row in range(len(lengths))], max_tokens, CPU))


@given(st.lists(st.integers(1, 30), max_size=20), st.integers(1, 200))
def test_every_rollout_is_in_one_batch_of_bounded_size(lengths: list[int], max_tokens: int) -> None:
    batches = cut(lengths, max_tokens)
    assert sorted(row for batch in batches for row in batch.rows) == list(range(len(lengths)))
    for batch in batches:
        assert batch.token_ids.numel() <= max_tokens or len(batch.rows) == 1
        assert batch.token_ids.shape[1] == max(lengths[row] for row in batch.rows) + 1
        assert batch.advantages.tolist() == list(batch.rows)


def test_what_a_batch_holds() -> None:
    long, short = made_rollout([1, 2], [3, 4, 5], logprobs=[-1, -2, -3]), made_rollout([6], [7], logprobs=[-4])
    (batch,) = micro_batches([short, long], [0.5, -1.5], 100, CPU)
    assert batch.rows == (1, 0)
    assert batch.token_ids.tolist() == [[1, 2, 3, 4, 5], [6, 7, 0, 0, 0]]
    assert batch.attention_mask.tolist() == [[1, 1, 1, 1, 1], [1, 1, 0, 0, 0]]
    assert batch.loss_mask.tolist() == [[False, True, True, True], [True, False, False, False]]
    assert batch.sampler_logprobs.tolist() == [[0, -1, -2, -3], [-4, 0, 0, 0]]
    assert batch.advantages.tolist() == [-1.5, 0.5]


@pytest.mark.parametrize(("max_tokens", "sizes"), [(1, [1, 1, 1]), (10, [1, 1, 1]), (12, [1, 2]), (18, [3])])
def test_the_longest_come_first(max_tokens: int, sizes: list[int]) -> None:
    batches = cut([2, 5, 5], max_tokens)
    assert [len(batch.rows) for batch in batches] == ([2, 1] if sizes == [1, 2] else sizes)
    assert batches[0].rows[0] == 1
