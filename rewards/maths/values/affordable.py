"""Which trees computer algebra may be given: it computes whatever number a tree spells, at whatever cost."""

from __future__ import annotations

from rlvr.rewards.maths.tree import E, Node, TooLarge, Undefined, symbols, walk
from rlvr.rewards.maths.values.canonical import canonical
from rlvr.rewards.maths.values.doubles import double
from rlvr.rewards.maths.values.substitution import indexed

MAX_NODES = 400
"""Nodes of a tree."""
MAX_DEPTH = 60
"""Nodes above one another."""
MAX_BITS = 5_000
"""Bits of a number that is written, or that one power or product makes."""
MAX_EXPONENT = 5_000
"""The largest whole exponent."""
MAX_ARGUMENT = 300
"""The largest argument of a factorial, binomial coefficient or divisor function."""
_READ = frozenset(
    {
        *("num", "dec", "sym", "const", "neg", "add", "mul", "div", "pow", "root", "percent", "degree", "fn", "call"),
        *("sum", "prod", "int", "lim", "diff"),
    }
)
_PROCESSES = frozenset({"sum", "prod", "int", "lim", "diff"})
_EXPONENTIAL = frozenset({"exp", "sinh", "cosh", "tanh", "coth", "sech", "csch"})
_GROWING = frozenset({"fact", "fact2", "binom", "gcd", "lcm", "gamma", "phi", "mod"})


def is_affordable(node: Node) -> bool:
    """Return True if a tree has only parts that computer algebra reads, none of which is large."""
    if _depth(node) > MAX_DEPTH or sum(1 for _ in walk(node)) > MAX_NODES:
        return False
    return all(_is_modest(one) for one in walk(node))


def _depth(node: Node) -> int:
    deepest, pending = 0, [(node, 1)]
    while pending:
        one, depth = pending.pop()
        deepest = max(deepest, depth)
        pending.extend((each, depth + 1) for each in one.args if isinstance(each, Node))
    return deepest


def _is_modest(node: Node) -> bool:
    head, args = node
    if head in ("num", "dec"):
        value = args[0]
        return max(value.numerator.bit_length(), value.denominator.bit_length()) <= MAX_BITS  # type: ignore[no-any-return]
    if head == "pow":
        return _is_modest_power(args[0], args[1])
    if head in _PROCESSES and (args[1].head != "sym" or indexed(args[0], args[1].args[0])):
        return False
    if head == "fn" and args[0] in _EXPONENTIAL:
        return _is_modest_power(E, args[1])
    if head == "root":
        return _is_below(args[1], MAX_ARGUMENT)
    if head == "fn" and args[0] in _GROWING:
        return all(_is_below(one, MAX_ARGUMENT) for one in args[1:])
    return head in _READ


def _is_modest_power(base: Node, exponent: Node) -> bool:
    if exponent.head != "num" and not symbols(exponent):
        size = double(exponent)
        if size is None or abs(size) > MAX_EXPONENT:
            return False
    return _is_below(exponent, MAX_EXPONENT) and (bool(symbols(base)) or _is_below(base, 1 << 64))


def _is_below(node: Node, bound: int) -> bool:
    """Return True if a tree is no number beyond `bound`, as far as the exact tier can tell."""
    try:
        found = canonical(node)
    except (TooLarge, Undefined):
        return False
    if isinstance(found, dict):
        return all(-bound <= exponent <= bound for monomial in found for _, exponent in monomial)
    return not isinstance(found, int) or abs(found) <= bound
