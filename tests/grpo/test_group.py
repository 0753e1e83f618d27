from collections import Counter
from collections.abc import Sequence

import pytest

from rlvr.grpo.group import Group, explain_silence, make_groups, shuffle_rewards
from rlvr.rewards.score import Score
from tests.grpo.small import made_rollout


def group(*rewards: float | None, finish: str = "stop") -> Group:
    scores = [Score.unscored("lost") if reward is None else Score.partial(reward) for reward in rewards]
    rollouts = [made_rollout([1], [2], score, index=index, finish=finish) for index, score in enumerate(scores)]
    (made,) = make_groups(rollouts, len(rollouts))
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
    assert any(group(*rewards).advantages("sample")) == (reason is None)


def test_truncated_rollouts_are_blamed_only_where_they_teach_nothing() -> None:
    assert group(0, 0, finish="length").silence == "all truncated"
    assert group(0, 1, finish="length").silence is None


@pytest.mark.parametrize("std", ["sample", "population", "none"])
def test_unscored_rollouts_are_left_out_of_mean_and_std(std: str) -> None:
    with_one, without = group(1, None, 0, 0), group(1, 0, 0)
    left, none, *right = with_one.advantages(std)  # type: ignore[arg-type]
    assert none == 0.0
    assert [left, *right] == without.advantages(std)  # type: ignore[arg-type]
    assert left > 0 > right[0]


def test_groups_are_cut_in_order() -> None:
    rollouts = [made_rollout([1], [2], index=index % 3) for index in range(9)]
    groups = make_groups(rollouts, 3)
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


def test_a_silent_step_is_explained() -> None:
    assert explain_silence([group(1, 0), group(1, 1)]) is None
    assert explain_silence([]) is None
    assert explain_silence([group(1, 1), group(0, 0), group(0, 0), group(None, None)]) == (
        "no learning signal in 4 groups: 2 all wrong, 1 all right, 1 all unscored"
    )
