"""The real roots of polynomials: all of them, each as often as it occurs, or none named at all."""

import random
from fractions import Fraction

import pytest

from rlvr.rewards.maths.grammar.reading import read
from rlvr.rewards.maths.sets.roots import MAX_BITS, MAX_DEGREE, cleared, real_roots
from rlvr.rewards.maths.values import scalar

NAMED: list[tuple[list[int], dict[str, int]]] = [
    ([5], {}),
    ([-6, 3], {"2": 1}),
    ([6, -5, 1], {"2": 1, "3": 1}),
    ([6, -5, -1], {"-6": 1, "1": 1}),
    ([4, -4, 1], {"2": 2}),
    ([-2, 0, 1], {r"\sqrt2": 1, r"-\sqrt2": 1}),
    ([-1, -2, 4], {r"\frac{1+\sqrt5}{4}": 1, r"\frac{1-\sqrt5}{4}": 1}),
    ([1, 0, 1], {}),
    ([0, 0, 1, 1], {"0": 2, "-1": 1}),
    ([-6, 11, -6, 1], {"1": 1, "2": 1, "3": 1}),
    ([6, -11, 6, -1], {"1": 1, "2": 1, "3": 1}),
    ([-2, 0, 0, 1], {r"\sqrt[3]{2}": 1}),
    ([2, 0, 0, 1], {r"-\sqrt[3]{2}": 1}),
    ([-2, 0, 0, 0, 1], {r"\sqrt[4]{2}": 1, r"-\sqrt[4]{2}": 1}),
    ([6, 0, -5, 0, 1], {r"\sqrt2": 1, r"-\sqrt2": 1, r"\sqrt3": 1, r"-\sqrt3": 1}),
    ([-6, 0, 1, 0, 1], {r"\sqrt2": 1, r"-\sqrt2": 1}),
    ([6, 0, 5, 0, 1], {}),
    ([2, 4, 1, -2, -1], {"-1": 2, r"\sqrt2": 1, r"-\sqrt2": 1}),
    ([1, 1, 1, 1, 1], {}),
    ([-1, 1, -1, 1], {"1": 1}),
    ([3, -2, -5, 4, 0], {"1": 2, r"-\frac{3}{4}": 1}),
]


@pytest.mark.parametrize(("coefficients", "roots"), NAMED)
def test_every_root_is_named_with_how_often_it_occurs(coefficients: list[int], roots: dict[str, int]) -> None:
    found = real_roots(cleared(coefficients))

    assert found is not None
    assert len(found) == len(roots)
    for text, times in roots.items():
        assert [repeated for root, repeated in found if scalar.order(root, read(text)) == 0] == [times]


@pytest.mark.parametrize(
    "coefficients",
    [
        [1, -3, 0, 1],
        [-1, -1, 0, 0, 0, 1],
        [1, *[0] * MAX_DEGREE, 1],
        [1, 0, 2**MAX_BITS],
        [1, 2, 3, 2**200],
    ],
)
def test_roots_without_a_short_name_or_past_the_bounds_are_not_named(coefficients: list[int]) -> None:
    assert real_roots(cleared(coefficients)) is None


@pytest.mark.parametrize("seed", range(60))
def test_the_roots_that_a_polynomial_was_made_of(seed: int) -> None:
    draw = random.Random(seed)
    roots = [Fraction(draw.randrange(-9, 10), draw.randrange(1, 4)) for _ in range(draw.randrange(1, 6))]
    coefficients: list[Fraction] = [Fraction(draw.choice([-2, -1, 1, 3]))]
    for root in roots:
        shifted = [Fraction(0), *coefficients]
        coefficients = [one - root * other for one, other in zip(shifted, [*coefficients, Fraction(0)], strict=True)]
    rootless = draw.random() < 0.5
    if rootless:
        padded = [Fraction(0), Fraction(0), *coefficients]
        coefficients = [
            one + other for one, other in zip(padded, [*coefficients, Fraction(0), Fraction(0)], strict=True)
        ]

    found = real_roots(cleared(coefficients))

    assert found is not None
    assert {scalar.value(root): times for root, times in found} == {root: roots.count(root) for root in roots}
