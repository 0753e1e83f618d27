"""`hard`: families of synthetic forms, the same pairs on every machine, two in five of them near misses.

Each pair is drawn by a generator that is seeded with the family's name and a number, so adding a family changes no
other. The reference and the answer change places at random, except in `ONE_WAY`. A pair that is drawn twice is drawn
again.
"""

from collections.abc import Callable, Iterator
from random import Random

from math_workloads import algebra, constants, structures
from math_workloads.pair import Pair

Family = Callable[[Random, int], tuple[str, str]]
"""Draws two forms: of one value if the second argument is 0, else of two that differ."""

PAIRS_PER_FAMILY = 25
FAMILIES: tuple[Family, ...] = (
    algebra.factored,
    algebra.power_of_a_sum,
    algebra.three_variables,
    algebra.partial_fractions,
    algebra.cancelled,
    algebra.nested_quotient,
    algebra.powers_of_products,
    algebra.roots_of_variables,
    algebra.exponentials,
    algebra.identity,
    algebra.logarithms,
    algebra.absolute,
    algebra.line,
    algebra.circle,
    algebra.labelled,
    algebra.long_sum,
    algebra.plain_text,
    constants.nested_radical,
    constants.rationalised,
    constants.simplified_roots,
    constants.powers_of_surds,
    constants.exact_value,
    constants.inverse_tangents,
    constants.logarithms_of_numbers,
    constants.continued_fraction,
    constants.mixed_number,
    constants.repeating_decimal,
    constants.percentage,
    constants.large_number,
    constants.based,
    constants.counting,
    constants.complex_arithmetic,
    constants.integer_functions,
    constants.measured,
    constants.multiple_of_pi,
    constants.in_unicode,
    structures.point,
    structures.order_of_a_tuple,
    structures.set_of_numbers,
    structures.conjugates,
    structures.quadratic_roots,
    structures.points_with_signs,
    structures.intervals,
    structures.inequality_as_interval,
    structures.inequality_turned,
    structures.all_but_some,
    structures.set_builder,
    structures.matrices,
    structures.sum_of_matrices,
    structures.solutions,
    structures.ratio,
    structures.long_tuple,
)

ONE_WAY = frozenset({structures.inequality_as_interval})
"""Families whose first form is always the reference: math-verify reads a relation against an interval in that one
direction, as a documented choice."""


def hard() -> list[Pair]:
    """Return the pairs of all families, mixed, so that no family meets a machine that is busier than the others'."""
    columns = [list(_pairs(family)) for family in FAMILIES]
    return [pair for row in zip(*columns, strict=True) for pair in row]


def _pairs(family: Family) -> Iterator[Pair]:
    seen: set[tuple[str, str]] = set()
    attempt = 0
    while len(seen) < PAIRS_PER_FAMILY:
        rng = Random(f"{family.__name__} {attempt}")  # noqa: S311  repeatable, and no secret
        attempt += 1
        is_right = len(seen) % 5 < 3
        forms = family(rng, 0 if is_right else rng.choice((-1, 1, 2)))
        if forms in seen:
            continue
        seen.add(forms)
        reference, answer = forms if family in ONE_WAY or rng.random() < 0.5 else forms[::-1]
        response = f"Simplifying, we find that the answer is $\\boxed{{{answer}}}$."
        yield Pair(f"{family.__name__} {len(seen)}", family.__name__, response, reference, is_right, ("boxed",))
