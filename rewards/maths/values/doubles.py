"""Constants as doubles, and the order of two of them."""

from __future__ import annotations

import cmath

from rlvr.rewards.maths.tree import Node
from rlvr.rewards.maths.values.approximation import Reading, Unsupported, evaluate
from rlvr.rewards.maths.values.arithmetics import DOUBLES, precise
from rlvr.rewards.maths.values.explicit_sums import written_out
from rlvr.rewards.maths.values.kinks import varies
from rlvr.rewards.maths.values.measured import NoValue, Unsure
from rlvr.rewards.maths.values.points import HIGH_BITS, LOW_BITS

MAX_RELATIVE_ERROR = 1e-10
"""The error up to which a double is believed; beyond it, more digits are computed."""


def double(node: Node) -> float | complex | None:
    """Return a double near the value of a constant, real if it is; None for other trees, an overflow, or no value."""
    if varies(node):
        return None
    node = written_out(node)
    reading = _read(node, is_complex=False) or _read(node, is_complex=True)
    if reading is None:
        return None
    try:
        found, error = complex(reading.value), float(reading.error)
    except OverflowError:
        return None
    if not cmath.isfinite(found):
        return None
    real, imaginary = (0.0 if abs(part) <= error else part for part in (found.real, found.imag))
    return complex(real, imaginary) if imaginary else found.real


def _read(node: Node, *, is_complex: bool) -> Reading | None:
    for arithmetic in (DOUBLES, None):
        try:
            found = evaluate(node, {}, arithmetic or precise(LOW_BITS), is_complex=is_complex)
        except Unsure:
            continue
        except (NoValue, Unsupported):
            return None
        if found.error <= MAX_RELATIVE_ERROR * abs(found.value) or arithmetic is None:
            return found
    return None


def sign_of_difference(a: Node, b: Node) -> int | None:
    """Return the sign of the difference of two real constants; 0 is never returned, for values cannot show it."""
    if varies(a) or varies(b):
        return None
    a, b = written_out(a), written_out(b)
    for bits in (DOUBLES.bits, LOW_BITS, HIGH_BITS):
        arithmetic = DOUBLES if bits == DOUBLES.bits else precise(bits)
        try:
            first, second = evaluate(a, {}, arithmetic), evaluate(b, {}, arithmetic)
        except Unsure:
            continue
        except (NoValue, Unsupported):
            return None
        if type(first.value) is not arithmetic.real or type(second.value) is not arithmetic.real:
            return None
        if abs(first.value - second.value) > 2 * (first.error + second.error):
            return 1 if first.value > second.value else -1
    return None
