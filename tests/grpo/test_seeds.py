import random
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rlvr.grpo.seeds import draw_rng, draw_seed

PARTS = st.lists(st.one_of(st.integers(), st.text(st.characters(exclude_categories=["Cs", "Cc"]))), max_size=4)


@given(PARTS)
def test_a_seed_is_a_function_of_its_parts(parts: list[int | str]) -> None:
    seed = draw_seed(*parts)
    assert 0 <= seed < 2**63
    assert draw_seed(*parts) == seed


@given(PARTS, PARTS)
def test_other_parts_give_another_seed(one: list[int | str], two: list[int | str]) -> None:
    are_same = [str(part) for part in one or [""]] == [str(part) for part in two or [""]]
    assert (draw_seed(*one) == draw_seed(*two)) == are_same


def test_parts_do_not_run_together() -> None:
    assert len({draw_seed(1, 23), draw_seed(12, 3), draw_seed(123), draw_seed("1", "2", "3")}) == 4


def test_rollouts_and_turns_are_far_apart() -> None:
    seeds = sorted(draw_seed(0, 1, "T-v0/train/0/0", rollout, turn) for rollout in range(100) for turn in range(10))
    assert min(high - low for low, high in pairwise(seeds)) > 10_000


def test_a_generator_of_its_own_leaves_the_global_ones_alone() -> None:
    random.seed(1)
    np.random.seed(1)
    before = random.getstate(), repr(np.random.get_state())
    assert draw_rng(3, "a").random() == draw_rng(3, "a").random() != draw_rng(3, "b").random()
    assert (random.getstate(), repr(np.random.get_state())) == before
