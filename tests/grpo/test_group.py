from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from rlvr.grpo.group import Group, make_groups, shaped_reward, shuffle_rewards
from rlvr.rewards.score import Score
from tests.grpo.small import made_rollout, small_config


def group(*rewards: float | None, finish: str = "stop") -> Group:
    scores = [Score.unscored("lost") if reward is None else Score.partial(reward) for reward in rewards]
    rollouts = [made_rollout([1], [2], score, index=index, finish=finish) for index, score in enumerate(scores)]
    (made,) = make_groups(rollouts, small_config(f"grpo.group_size={len(rollouts)}"))
    return made


@pytest.mark.parametrize(
    ("rewards", "reason"),
    [
        ((1, 0), None),
        ((1, 0, None), None),
        ((0.2, 0.1), None),
        ((1, 1, 1), "all right"),
        ((1, 1, None), "all right"),
        ((0, 0), "all wrong"),
        ((0.3, 0.3), "all alike"),
        ((None, None), "all unscored"),
        ((None, 1), "all unscored but one"),
        ((0.5, 0.5 + 9e-7), "all alike"),
    ],
)
def test_why_a_group_teaches_nothing(rewards: Sequence[float | None], reason: str | None) -> None:
    assert group(*rewards).silence == reason


def test_truncated_rollouts_are_blamed_only_where_they_teach_nothing() -> None:
    assert group(0, 0, finish="length").silence == "all truncated"
    assert group(0, 1, finish="length").silence is None


def test_groups_are_cut_in_order() -> None:
    rollouts = [made_rollout([1], [2], index=index % 3) for index in range(9)]
    groups = make_groups(rollouts, small_config("grpo.group_size=3"))
    assert [one.index for made in groups for one in made.rollouts] == [0, 1, 2] * 3
    assert all(made.rewards == (0.0, 0.0, 0.0) for made in groups)


def test_shuffled_rewards_are_the_same_rewards_elsewhere() -> None:
    groups = [group(*(number / 40 for number in range(start, start + 8))) for start in (0, 8, 16, 24)]
    shuffled = shuffle_rewards(groups, seed=1, step=2)

    def dealt(made: Sequence[Group]) -> list[float | None]:
        return [reward for one in made for reward in one.rewards]

    assert dealt(shuffled) != dealt(groups)
    assert Counter(dealt(shuffled)) == Counter(dealt(groups))
    assert [one.rollouts for one in shuffled] == [one.rollouts for one in groups]
    assert dealt(shuffle_rewards(groups, 1, 2)) == dealt(shuffled)
    assert dealt(shuffle_rewards(groups, 1, 3)) != dealt(shuffled) != dealt(shuffle_rewards(groups, 2, 2))


@pytest.mark.parametrize(
    ("sizes", "reward"), [((24,), 1.0), ((28,), 0.5), ((32,), 0.0), ((28, 3), 0.5), ((3, 32), 0.0), ((20, 20), 1.0)]
)
def test_the_longest_turn_is_what_is_overlong(sizes: tuple[int, ...], reward: float) -> None:
    config = small_config("sampler.max_tokens=32", "grpo.overlong_buffer=8")
    rollout = made_rollout([1], [2], Score.correct())
    mask = [flag for size in sizes for flag in (False, *(True for _ in range(size)))]
    rollout = replace(rollout, loss_mask=tuple(mask))
    assert shaped_reward(rollout, config) == pytest.approx(reward)
    assert shaped_reward(rollout, small_config("sampler.max_tokens=32")) == 1.0
    assert rollout.score.value == 1.0


def test_what_is_unscored_has_no_reward_however_long() -> None:
    rollout = made_rollout([1], range(32), Score.unscored("lost"))
    assert shaped_reward(rollout, small_config("sampler.max_tokens=32", "grpo.overlong_buffer=8")) is None
