r"""Numbers as they are written: grouped digits, decimals, repeating decimals, scientific notation, bases, clocks."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from rlvr.rewards.maths.tree import Node, TooLarge, num

MAX_DIGITS = 4000
"""Digits of one literal; Python itself refuses to read more than 4,300."""
MAX_EXPONENT = 400
"""Powers of ten of a literal in scientific notation that are computed; a larger one stays a power."""

_SEPARATORS = re.compile(r"[^0-9.]")
_REPEATING = re.compile(r"(\d*)\.(\d*?)(?:\\(?:overline|bar)\s*(?:\{(\d+)\}|(\d))|\((\d+)\))")
_DECIMALS = re.compile(r"\D.*", re.DOTALL)
_DOTTED = re.compile(r"\\dot\s*\{?(\d)\}?")
_NUMERALS = dict(
    zip(
        ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "sixteen"],
        [*range(2, 13), 16],
        strict=True,
    )
)


@lru_cache(maxsize=4096)
def number(raw: str) -> Node:
    """Return the node of a `num` token: `num` for an integer, `dec` for a decimal literal."""
    if raw.isdigit():
        return Node("num", (_int(raw),))
    mantissa, exponent = raw, 0
    for mark in "eE":
        if mark in raw:
            mantissa, _, power = raw.partition(mark)
            exponent = _int(power)
    digits = _SEPARATORS.sub("", mantissa)
    whole, point, decimals = digits.partition(".")
    value = Fraction(_int(whole + decimals or "0"), 10 ** len(decimals))
    if not point and mantissa == raw:
        return Node("num", (int(value),))
    if abs(exponent) > MAX_EXPONENT:
        power_of_ten = Node("pow", (num(10), num(exponent)))
        return Node("mul", (Node("dec", (value, len(decimals))), power_of_ten))
    return Node("dec", (value * Fraction(10) ** exponent, max(len(decimals) - exponent, 0)))


def repeating(raw: str) -> Node | None:
    """Return the exact number of a `rep` token, or None where no digits are seen to repeat before its dots."""
    if match := _REPEATING.fullmatch(raw):
        whole, fixed, *blocks = match.groups()
        return _repeated(whole, fixed, next(block for block in blocks if block))
    if "\\dot" in raw and "{" not in raw.replace("\\dot{", "") and not raw.rstrip().endswith("s"):
        return _dotted(raw)
    whole, _, rest = raw.partition(".")
    decimals = _DECIMALS.sub("", rest)
    for size in range(1, len(decimals) // 2 + 1):
        block = decimals[-size:]
        times = 3 if size == 1 else 2
        if len(decimals) >= times * size and decimals.endswith(block * times):
            fixed = decimals[: len(decimals) - times * size]
            return _repeated(whole, fixed, block)
    return None


def _dotted(raw: str) -> Node:
    r"""Read `0.1\dot{6}` and `0.\dot{1}4\dot{2}`: the block runs from the first dotted digit to the last."""
    whole, _, rest = raw.partition(".")
    dots = list(_DOTTED.finditer(rest))
    fixed = rest[: dots[0].start()]
    block = _DOTTED.sub(r"\1", rest[dots[0].start() : dots[-1].end()])
    return _repeated(whole, fixed, block)


def _repeated(whole: str, fixed: str, block: str) -> Node:
    base = _int((whole + fixed) or "0")
    shifted = _int(whole + fixed + block)
    return num(Fraction(shifted - base, 10 ** len(fixed) * (10 ** len(block) - 1)))


def based(raw: str) -> Node:
    """Return `based(digits, base)` of a token such as `1011_2`; base ten is the plain number."""
    digits, _, base = raw.partition("_")
    name = re.sub(r"\\(?:text|mathrm)|base|[{}\s]", "", base)
    value = _NUMERALS.get(name) or _int(name)
    return number(digits) if value == 10 and digits.isdigit() else Node("based", (digits.lstrip("0") or "0", value))


def clock(raw: str) -> Node:
    """Return `clock(hours, minutes...)` of a token such as `12:00`."""
    return Node("clock", tuple(num(int(part)) for part in raw.split(":")))


def _int(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise TooLarge(f"a number has {len(digits)} digits; at most {MAX_DIGITS} are read")
    return int(digits)
