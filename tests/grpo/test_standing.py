import pytest

from rlvr.grpo.config import RunConfig
from rlvr.grpo.standing import Standing, after_check, reason_to_stop
from rlvr.grpo.task_config import CurriculumConfig

TOP = {"A": 2, "B": 0}
CURRICULUM = CurriculumConfig(raise_at=0.7, window=2)


def checked(*accuracies: tuple[float, float], top: dict[str, int] = TOP) -> Standing:
    """The standing after checks of tasksets A and B, both from level 0."""
    standing = Standing({"A": 0, "B": 0})
    for first, second in accuracies:
        standing = after_check(standing, {"A": first, "B": second}, top, CURRICULUM)
    return standing


@pytest.mark.parametrize(
    ("accuracies", "level"),
    [
        ([0.9], 0),  # the window is not full
        ([0.7, 0.7], 1),
        ([0.69, 0.7], 0),
        ([0.2, 0.5, 0.9], 1),  # only the window counts
        ([0.9, 0.9, 0.9], 1),  # and it starts anew at each level
        ([0.9, 0.9, 0.9, 0.9], 2),
        ([0.9] * 10, 2),  # not past the top
    ],
)
def test_a_level_rises_at_the_mean_of_a_full_window(accuracies: list[float], level: int) -> None:
    standing = checked(*((accuracy, 1.0) for accuracy in accuracies))
    assert standing.levels == {"A": level, "B": 0}


def test_a_taskset_that_could_not_be_judged_keeps_what_was_seen_of_it() -> None:
    standing = after_check(checked((0.9, 0.1)), {"B": 0.1}, TOP, CURRICULUM)
    assert standing.recent["A"] == [0.9]
    assert after_check(standing, {"A": 0.6, "B": 0.1}, TOP, CURRICULUM).levels["A"] == 1


def test_what_was_best_is_forgotten_when_a_level_rises() -> None:
    standing = checked((0.9, 0.5), (0.8, 0.5))
    assert (standing.levels["A"], standing.best, standing.num_stale) == (1, -1.0, 0)


@pytest.mark.parametrize(
    ("accuracies", "num_stale"), [([0.1, 0.2, 0.3], 0), ([0.3, 0.2], 1), ([0.3, 0.3, 0.3], 2), ([0.3, 0.1, 0.4], 0)]
)
def test_checks_without_a_new_best_are_counted(accuracies: list[float], num_stale: int) -> None:
    assert checked(*((one, one) for one in accuracies)).num_stale == num_stale


@pytest.mark.parametrize(
    ("run", "best", "level", "stops"),
    [
        (RunConfig(), 1.0, 2, False),
        (RunConfig(stop_at=0.9), 0.9, 2, True),
        (RunConfig(stop_at=0.9), 0.89, 2, False),
        (RunConfig(stop_at=0.9), 0.95, 1, False),  # it still has levels to climb
        (RunConfig(patience=3), 0.1, 1, True),
        (RunConfig(patience=4), 0.1, 1, False),
    ],
)
def test_a_run_stops_when_it_is_accurate_enough_or_no_longer_grows(
    run: RunConfig, best: float, level: int, *, stops: bool
) -> None:
    standing = Standing({"A": level, "B": 0}, {}, best, num_stale=3)
    assert (reason_to_stop(standing, TOP, run) is not None) == stops
