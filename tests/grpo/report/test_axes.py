import pytest

from rlvr.grpo.report.axes import Axis, label, value_axis


@pytest.mark.parametrize(
    ("low", "high", "count", "is_whole", "ticks"),
    [
        (0, 1, 5, False, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0, 0.37, 4, False, [0, 0.1, 0.2, 0.3]),
        (1, 3, 6, True, [1, 2, 3]),
        (1, 97, 5, True, [20, 40, 60, 80]),
        (-3, 3, 3, False, [-2, 0, 2]),
    ],
)
def test_ticks_are_round(low: float, high: float, count: int, is_whole: bool, ticks: list[float]) -> None:
    assert Axis(low, high, 0, 100).ticks(count, is_whole=is_whole) == pytest.approx(ticks)


def test_a_logarithmic_axis_goes_by_powers_of_ten() -> None:
    axis = value_axis([3e-6, 2e-4, 0.0], 100, 0, is_share=False, is_log=True)
    assert (axis.low, axis.high) == pytest.approx((1e-6, 1e-3))
    assert axis.ticks(5) == pytest.approx([1e-6, 1e-5, 1e-4, 1e-3])
    assert [axis.at(value) for value in (1e-6, 1e-3)] == [100, 0]
    assert axis.at(10**-4.5) == pytest.approx(50)


@pytest.mark.parametrize(
    ("values", "is_share", "low", "high"),
    [
        ([0.2, 0.9], True, 0, 1),
        ([0.0, 0.0], False, 0, 1.05),
        ([], False, 0, 1.05),
        ([10, 20], False, 0, 21),
        ([-1, 1], True, -1.1, 1.1),
    ],
)
def test_a_value_axis_holds_its_values_and_zero(values: list[float], is_share: bool, low: float, high: float) -> None:
    axis = value_axis(values, 100, 0, is_share=is_share, is_log=False)
    assert (axis.low, axis.high) == pytest.approx((low, high))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.25, "0.25"),
        (1234, "1234"),
        (12_000, "12k"),
        (2.5e6, "2.5M"),
        (1e-4, "1e-4"),
        (3.2e-5, "3.2e-5"),
        (-0.5, "-0.5"),
    ],
)
def test_labels_are_short(value: float, text: str) -> None:
    assert label(value) == text
