import pytest

from rlvr.grpo.behaviour import repetition, token_lengths, top_answer
from rlvr.grpo.group import Group
from rlvr.grpo.rollout import Rollout
from rlvr.rewards.score import SHOWN_CHARS, Score
from tests.grpo.small import made_rollout


def of_lengths(*sizes: int) -> list[Rollout]:
    return [made_rollout([1], range(size)) for size in sizes]


def saying(*answers: str | None) -> Group:
    """A group whose rollouts gave these answers."""
    scores = [Score.no_answer() if answer is None else Score.wrong(answer=answer) for answer in answers]
    return Group(tuple(made_rollout([1], [2], score) for score in scores), (0.0,) * len(scores))


@pytest.mark.parametrize(
    ("sizes", "wanted"),
    [
        ([7], {"p10": 7, "p50": 7, "p90": 7, "max": 7}),
        (range(100, 0, -1), {"p10": 10, "p50": 50, "p90": 90, "max": 100}),
        ([1, 2, 3], {"p10": 1, "p50": 2, "p90": 3, "max": 3}),
        ([5] * 19 + [400], {"p10": 5, "p50": 5, "p90": 5, "max": 400}),
    ],
)
def test_lengths_are_those_of_real_rollouts(sizes: list[int], wanted: dict[str, int]) -> None:
    assert token_lengths(of_lengths(*sizes)) == wanted


@pytest.mark.parametrize(
    ("tokens", "share"),
    [([], 0.0), ([1, 1, 1], 0.0), ([1, 2, 3, 4, 5], 0.0), ([1, 2, 3, 4, 1, 2, 3, 4], 0.2), ([7] * 13, 0.9)],
)
def test_repetition_counts_runs_of_four_that_came_before(tokens: list[int], share: float) -> None:
    assert repetition([made_rollout([7, 7, 7, 7], tokens)]) == pytest.approx(share)


def test_repetition_is_a_mean_over_responses_and_turns_are_responses() -> None:
    one, other = made_rollout([1], [7] * 13), made_rollout([1], range(13))
    assert repetition([one, other]) == pytest.approx(0.45)
    turns = Rollout(
        "", 0, "", (), Score.wrong(), 0, (1, *range(8), 99, *range(8)), (False, *[True] * 8, False, *[True] * 8), (), ()
    )
    assert repetition([turns]) == 0.0


def test_one_answer_wins_where_half_of_a_group_gave_it() -> None:
    groups = [
        saying("42", "42", "7", "8"),
        saying("42", "42", "42", "9"),
        saying("5", "42", "6", "7"),
        saying(None, None),
    ]
    found = top_answer(groups)
    assert (found.text, found.share) == ("42", 0.5)


def test_of_two_answers_in_one_group_both_can_win() -> None:
    assert top_answer([saying("yes", "no"), saying("yes", "yes")]).share == 1.0
    assert top_answer([saying("b", "a")]).text == "a", "the same one on every machine"


def test_no_answer_is_none() -> None:
    assert (top_answer([saying(None, None)]).text, top_answer([saying("a", "b", "c")]).share) == (None, 0.0)


def test_a_long_answer_is_cut_for_the_log_and_not_for_the_count() -> None:
    long = "x" * 1000
    assert top_answer([saying(long + "1"), saying(long + "2")]).share == 0.5
    assert top_answer([saying(long)]).text == "x" * SHOWN_CHARS
