import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

import rlvr
from rlvr.envs.task import Turn
from rlvr.grpo.algorithms.table import ALGORITHMS
from rlvr.grpo.credited import Credited, credit, explain_silence
from rlvr.grpo.group import Group
from rlvr.grpo.rollout import Rollout
from rlvr.rewards.score import Score
from tests.grpo.small import course_of, made_rollout

COURSE = course_of("ChainSum")


def group(*rewards: float | None) -> Group:
    scores = [Score.unscored("lost") if reward is None else Score.partial(reward) for reward in rewards]
    return Group(tuple(made_rollout([1], [2, 3], score) for score in scores), rewards)


def credited(*groups: Group, algorithm: str = "grpo") -> list[Credited]:
    return credit(groups, ALGORITHMS[algorithm], COURSE)


@pytest.mark.parametrize("algorithm", sorted(set(ALGORITHMS) - {"gigpo"}))
def test_unscored_rollouts_have_no_advantage_and_change_nobodys(algorithm: str) -> None:
    with_one, without = (
        credited(group(1, None, 0, 0), algorithm=algorithm),
        credited(group(1, 0, 0), algorithm=algorithm),
    )
    first, lost, *rest = with_one[0].advantages
    assert lost == ()
    assert (first, *rest) == without[0].advantages
    assert first[0] > 0 > rest[0][0]


def test_a_silent_step_is_explained() -> None:
    assert explain_silence(credited(group(1, 0), group(1, 1))) is None
    assert explain_silence([]) is None
    assert explain_silence(credited(group(1, 1), group(0, 0), group(0, 0), group(None, None))) == (
        "no learning signal in 4 groups: 2 all wrong, 1 all right, 1 all unscored"
    )


def test_against_the_batch_a_group_without_spread_teaches_too() -> None:
    groups = group(1, 1), group(0, 0)
    assert explain_silence(credited(*groups, algorithm="reinforce")) is None
    assert explain_silence(credited(*groups)) is not None


def test_what_was_cut_off_teaches_nothing_where_it_is_masked() -> None:
    cut = [made_rollout([1], [2], Score.partial(reward), finish="length") for reward in (1, 0)]
    whole = [made_rollout([1], [2], Score.partial(reward)) for reward in (1, 0)]
    mixed = Group((cut[0], *whole), (1.0, 1.0, 0.0))
    (plain,), (masked,) = (credit([mixed], ALGORITHMS["grpo"], COURSE, mask_truncated=mask) for mask in (False, True))
    assert masked.advantages == ((0.0,), *plain.advantages[1:])
    assert masked.silence is None
    lost = Group(tuple(cut), (1.0, 0.0))
    (silent,) = credit([lost], ALGORITHMS["grpo"], COURSE, mask_truncated=True)
    assert explain_silence([silent]) == "no learning signal in 1 groups: 1 truncated and masked"
    assert explain_silence(credit([lost], ALGORITHMS["grpo"], COURSE)) is None


def played(reward: float, *observations: str) -> Rollout:
    """A game of GuessNumber with given replies, two tokens a turn."""
    rollout = made_rollout([1], [2], Score.partial(reward), task_id="GuessNumber-v0/train/0/0")
    mask = (False, *(flag for _ in observations for flag in (True, True, False)))
    turns = tuple(Turn("<answer>5</answer>", "5", observation) for observation in observations)
    return replace(rollout, turns=turns, loss_mask=mask)


class States(rlvr.Taskset):
    """The replies are the states; one of them has no name."""

    max_turns = 9

    def generate(self, rng: random.Random, level: int) -> rlvr.Problem:
        return rlvr.Problem(f"{rng.random()}", reference="")

    def reply(self, task: rlvr.Task, turns: tuple[rlvr.Turn, ...]) -> rlvr.Reply:
        return rlvr.Reply("")

    def anchor(self, task: rlvr.Task, turns: tuple[rlvr.Turn, ...]) -> str:
        if turns and turns[-1].observation == "nameless":
            raise LookupError
        return turns[-1].observation if turns else "s0"


class BoundedStates(States):
    """The same, named here and not in a killable worker."""

    is_bounded = True


def test_gigpo_compares_turns_that_start_from_the_same_state() -> None:
    rollouts = [played(1, "s1", "s2", "end"), played(0, "s2", "s3", "end")]
    (one,) = advantages_of(rollouts, BoundedStates())
    assert [list(turns) for turns in one.advantages] == [
        pytest.approx([0.95125, 0.5, 1.0]),
        pytest.approx([-0.95125, -1.0, -0.5]),
    ]
    assert one.mean_advantage(0) == pytest.approx((0.95125 + 0.5 + 1.0) / 3)


def test_states_that_could_not_be_named_are_shared_by_none() -> None:
    rollouts = [played(1, "nameless", "end"), played(0, "nameless", "end")]
    (one,) = advantages_of(rollouts)
    assert one.advantages[0][1] == pytest.approx(0.5)  # the episode alone
    (named,) = advantages_of([played(1, "s1", "end"), played(0, "s1", "end")])
    assert named.advantages[0][1] == pytest.approx(1.0)


def advantages_of(rollouts: Sequence[Rollout], states: States | None = None) -> list[Credited]:
    states = states or States()
    task_id = f"{type(states).__name__}-v0/train/0/0"
    rollouts = [replace(rollout, task_id=task_id) for rollout in rollouts]
    whole = Group(tuple(rollouts), tuple(rollout.score.value for rollout in rollouts))
    return credit([whole], ALGORITHMS["gigpo"], course_of(states))
