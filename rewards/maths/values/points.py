"""Expressions compared by their values: proven different at one point, or the same wherever they were looked at.

A difference beyond the error bounds at one point where both are real is a proof. Sameness needs agreement at every
point in double precision and then at hundreds of digits. Points outside of either's domain say nothing; where no point
is inside, whole numbers are tried with the exact tier, up to ones beyond every number in the trees.

Agreement at points is no proof for trees that follow different formulas in different places: `pieces` sees to those.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from enum import Enum
from fractions import Fraction
from itertools import chain, islice

from rlvr.rewards.maths.tree import Node, TooLarge, Undefined, symbols, walk
from rlvr.rewards.maths.truth import Decision, Truth
from rlvr.rewards.maths.values import formal
from rlvr.rewards.maths.values.approximation import Unsupported, evaluate, refuse_unsupported
from rlvr.rewards.maths.values.arithmetics import DOUBLES, Arithmetic, precise
from rlvr.rewards.maths.values.canonical import canonical
from rlvr.rewards.maths.values.measured import BeyondRange, NoValue, Unsure
from rlvr.rewards.maths.values.sampling import (
    Draws,
    Sample,
    constants,
    dense,
    edges,
    generic,
    has_kinks,
    is_counting,
    kink_arguments,
    largest_constant,
    literal_bits,
    scattered,
    whole,
)
from rlvr.rewards.maths.values.substitution import at

LOW_BITS, HIGH_BITS, MAX_BITS = 200, 700, 20_000
"""Precisions: for telling apart what doubles cannot, for agreement, and the most that is tried."""
MAX_EVALUATIONS = 60_000
"""Nodes that are evaluated in double precision, over all points."""
MIN_POINTS = 8
"""Points that even the largest trees are compared at."""
MAX_DIGITS = 1_000_000
"""Bits of precision, summed over the nodes of the trees."""
NUM_CONFIRMED = 2
"""Points at which sameness is confirmed at high precision."""
NUM_AROUND_KINKS = 6
"""The same for trees that follow different formulas in different places."""
MIN_AROUND_KINKS = 3
"""Points that such trees must agree at to begin with."""
NUM_SCATTERED = 60
"""Further points when the first ones are outside of a domain."""
MAX_UNKNOWN = 6
"""Points of whole numbers that may show nothing before others show something."""
MIN_WHOLE = 6
"""Points of whole numbers that must agree."""
MIN_BEYOND = 3
"""Those of them that must be beyond every number in the trees."""

_COMPLEX = frozenset({"conj", "re", "im", "arg"})
_DIFFER = Decision(Truth.FALSE, "differ at a point")
_UNDEFINED = Decision(Truth.FALSE, "undefined")
_UNKNOWN = Decision(Truth.UNKNOWN, "no method decides")
_AGREE = Decision(Truth.TRUE, "agree at points to many digits")


class Outcome(Enum):
    """What a look at one point shows."""

    DIFFER = "differ"
    AGREE = "agree"
    OUTSIDE = "outside"
    """One of the two has no value there."""
    UNSURE = "unsure"
    BEYOND = "beyond"
    """Unsure at any precision."""


_OF_CONSTANTS = {
    Outcome.DIFFER: Decision(Truth.FALSE, "differ in their digits"),
    Outcome.AGREE: Decision(Truth.TRUE, "agree to many digits"),
    Outcome.OUTSIDE: _UNDEFINED,
    Outcome.UNSURE: _UNKNOWN,
}


def look(a: Node, b: Node, point: Sample, arithmetic: Arithmetic, *, is_complex: bool) -> Outcome:
    """Compare the values of two trees at one point."""
    try:
        first, error, is_fragile = evaluate(a, point, arithmetic, is_complex=is_complex)
        second, other, is_other_fragile = evaluate(b, point, arithmetic, is_complex=is_complex)
    except NoValue:
        return Outcome.OUTSIDE
    except BeyondRange:
        return Outcome.BEYOND
    except Unsure:
        return Outcome.UNSURE
    gap, bound = abs(first - second), error + other
    if gap > 2 * bound:
        return Outcome.DIFFER
    if is_fragile or is_other_fragile:
        return Outcome.UNSURE
    is_sharp = bound <= arithmetic.real(2) ** (-arithmetic.bits // 2) * max(1, abs(first))
    return Outcome.AGREE if is_sharp else Outcome.UNSURE


def compare(a: Node, b: Node, seed: str) -> Decision:
    """Decide by values whether two trees are equal.

    Raises:
        Unsupported: If a tree has parts that have no numerical value.
    """
    refuse_unsupported(a)
    refuse_unsupported(b)
    names = sorted(symbols(a) | symbols(b))
    is_complex = has_complex(a) or has_complex(b)
    if not names:
        return _constants(a, b, is_complex, 8 * len(seed))
    draws = Draws(zlib.crc32(seed.encode()))
    agreed: list[Sample] = []
    unsure: list[Sample] = []
    for point in islice(_points(a, b, names, draws, agreed), max(MIN_POINTS, MAX_EVALUATIONS // _size(a, b))):
        outcome = look(a, b, point, DOUBLES, is_complex=is_complex)
        if outcome is Outcome.DIFFER:
            return _DIFFER
        if outcome is Outcome.AGREE:
            agreed.append(point)
        elif outcome is not Outcome.OUTSIDE and len(unsure) < NUM_CONFIRMED:
            unsure.append(point)
    if _differ_on_edges(a, b, names, draws, is_complex=is_complex):
        return _DIFFER
    decided = _confirmed(a, b, agreed or unsure, is_complex)
    if decided is not _UNKNOWN:
        return decided
    at_whole = _at_whole_numbers(a, b, names, draws)
    has_values = agreed or any(
        look(a, b, point, precise(LOW_BITS), is_complex=is_complex) is not Outcome.OUTSIDE for point in unsure
    )
    return _UNKNOWN if at_whole.truth is Truth.TRUE and has_values else at_whole


def _differ_on_edges(a: Node, b: Node, names: list[str], draws: Draws, *, is_complex: bool) -> bool:
    """Return True if two trees differ where a formula changes; agreement at so few places means nothing."""
    if not (has_kinks(a) or has_kinks(b)):
        return False
    points = edges(names, _centres(a, b, names), draws)
    return any(look(a, b, point, DOUBLES, is_complex=is_complex) is Outcome.DIFFER for point in points)


def _size(a: Node, b: Node) -> int:
    return sum(1 for _ in chain(walk(a), walk(b)))


def has_complex(node: Node) -> bool:
    """Return True if a tree speaks of complex numbers."""
    return any(
        (one.head == "const" and one.args[0] == "i") or (one.head == "fn" and one.args[0] in _COMPLEX)
        for one in walk(node)
    )


def _points(a: Node, b: Node, names: list[str], draws: Draws, agreed: list[Sample]) -> Iterable[Sample]:
    yield from generic(names, draws)
    if has_kinks(a) or has_kinks(b):
        centres = _centres(a, b, names)
        yield from dense(names, centres, draws)
        yield from scattered(names, draws, NUM_SCATTERED // 2)
    if len(agreed) <= NUM_CONFIRMED:
        yield from dense(names, sorted(constants(a) | constants(b))[:20], draws)
    if not agreed:
        yield from scattered(names, draws, NUM_SCATTERED)


def _centres(a: Node, b: Node, names: list[str]) -> list[float]:
    """Return where kinks may be: at the numbers written, and at the zeros of arguments that are affine."""
    found = constants(a) | constants(b)
    for argument in chain(kink_arguments(a), kink_arguments(b)):
        for name in names:
            zero = _affine_zero(argument, name, names)
            if zero is not None and abs(zero) < 1e9:
                found.add(zero)
    return sorted(found)[:40]


def _affine_zero(argument: Node, name: str, names: list[str]) -> float | None:
    """Return where an argument vanishes if it looks affine in one symbol, the others being 1."""
    values: list[float] = []
    for one in range(2):
        point = {each: Fraction(1) for each in names} | {name: Fraction(one)}
        try:
            found = evaluate(argument, point, DOUBLES).value
        except (NoValue, Unsure, Unsupported):
            return None
        if not isinstance(found, float):
            return None
        values.append(found)
    slope = values[1] - values[0]
    return -values[0] / slope if slope else None


def _confirmed(a: Node, b: Node, agreed: list[Sample], is_complex: bool) -> Decision:
    """Look again, at high precision, at points with values that doubles could not tell apart."""
    last = _UNKNOWN
    is_kinked = has_kinks(a) or has_kinks(b)
    if is_kinked and len(agreed) < MIN_AROUND_KINKS:
        return _UNKNOWN
    count = NUM_AROUND_KINKS if is_kinked else NUM_CONFIRMED
    for point in _telling(a, agreed, count, is_complex=is_complex):
        outcome = at_high_precision(a, b, point, HIGH_BITS, is_complex=is_complex)
        if outcome is Outcome.DIFFER:
            return _DIFFER
        if outcome is Outcome.AGREE:
            last = _AGREE
    return last


def _telling(a: Node, agreed: list[Sample], count: int, *, is_complex: bool) -> list[Sample]:
    """Return some of the points, spread over all, first those where a tree is not zero, as a whole part often is."""
    spread = agreed[:: max(1, len(agreed) // (2 * count))]
    nonzero: list[Sample] = []
    for point in spread:
        try:
            value = evaluate(a, point, DOUBLES, is_complex=is_complex).value
        except (NoValue, Unsure):
            continue
        if value:
            nonzero.append(point)
        if len(nonzero) == count:
            break
    return (nonzero or spread)[:count]


def at_high_precision(a: Node, b: Node, point: Sample, least: int, *, is_complex: bool) -> Outcome:
    """Compare at rising precision until the values differ, or agree with at least `least` bits.

    Away from constants, sameness needs twice the bits of the largest number that is written, for it may hide others.
    """
    most = min(MAX_BITS, MAX_DIGITS // _size(a, b))
    if point:
        least = max(least, 2 * max(literal_bits(a), literal_bits(b)))
    bits = min(LOW_BITS, most)
    outcome = Outcome.UNSURE
    while bits <= most:
        outcome = look(a, b, point, precise(bits), is_complex=is_complex)
        if outcome in (Outcome.DIFFER, Outcome.OUTSIDE) or (outcome is Outcome.AGREE and bits >= least):
            return outcome
        if outcome is Outcome.BEYOND and bits >= least:
            break
        bits = least if bits < least else 4 * bits
    return Outcome.UNSURE


def _constants(a: Node, b: Node, is_complex: bool, num_bits: int) -> Decision:
    outcome = look(a, b, {}, DOUBLES, is_complex=is_complex)
    if outcome is Outcome.OUTSIDE and not is_complex:
        is_complex = True
        outcome = look(a, b, {}, DOUBLES, is_complex=True)
    if outcome not in (Outcome.DIFFER, Outcome.OUTSIDE):
        outcome = at_high_precision(a, b, {}, max(HIGH_BITS, num_bits), is_complex=is_complex)
    return _OF_CONSTANTS[outcome]


def _at_whole_numbers(a: Node, b: Node, names: list[str], draws: Draws) -> Decision:
    """Compare exactly at whole numbers, where factorials and powers of -1 have values.

    Sameness needs agreement at odd and even numbers that are not zero and not alike, some of them beyond every number
    that is written, for a binomial coefficient may be zero up to there.
    """
    beyond = largest_constant(a, b)
    agreed: list[Sample] = []
    num_unknown = num_beyond = 0
    for point in whole(names, draws, beyond, has_negative=not (is_counting(a) or is_counting(b))):
        truth = _exactly(at(a, point), at(b, point))
        if truth is Truth.FALSE:
            return _DIFFER
        num_unknown += truth is Truth.UNKNOWN
        if truth is Truth.TRUE and len({*point.values(), 0}) == len(names) + 1:
            agreed.append(point)
            num_beyond += min(point.values()) > beyond
        if num_unknown >= MAX_UNKNOWN + len(agreed):
            break
    remainders = {(name, value % 2) for point in agreed for name, value in point.items()}
    if len(agreed) < MIN_WHOLE or num_beyond < MIN_BEYOND or len(remainders) < 2 * len(names):
        return _UNKNOWN
    return Decision(Truth.TRUE, "agree at whole numbers")


def _exactly(a: Node, b: Node) -> Truth:
    """Decide two constants, UNKNOWN where one of them is undefined."""
    try:
        left, right = canonical(a), canonical(b)
    except (Undefined, TooLarge):
        return Truth.UNKNOWN
    decided = formal.decide_values(left, right) or _constants(a, b, False, 0)
    return Truth.UNKNOWN if decided is _UNDEFINED else decided.truth
