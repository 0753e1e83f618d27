"""Two expressions compared as numbers: exactly, or within what a decimal literal is allowed."""

from __future__ import annotations

from fractions import Fraction

from rlvr.rewards.maths.options import MathOptions
from rlvr.rewards.maths.tree import Node, walk
from rlvr.rewards.maths.truth import Decision, Truth
from rlvr.rewards.maths.values import scalar

_WRAPPERS = frozenset({"neg", "percent", "degree"})


def compared(a: Node, b: Node, options: MathOptions, *, symbolic: bool) -> Decision:
    """Decide whether two expressions are the same number or function.

    Raises:
        NeedsSymbolic: If only tier 2 could tell, and `symbolic` is false.
        TooLarge: If a value is past a cap.
    """
    has_decimals = _decimals(a) is not None or _decimals(b) is not None
    rule = _near(a, b, options) if has_decimals and options.decimals != "exact" else None
    if rule:
        return Decision(Truth.TRUE, rule)
    decision = scalar.equal(a, b, symbolic=symbolic)
    if decision.truth is Truth.FALSE and (_has_bare_log(a) or _has_bare_log(b)):
        natural = scalar.equal(_with_natural_logs(a), _with_natural_logs(b), symbolic=symbolic)
        return natural if natural.truth is Truth.TRUE else decision
    return decision


def _has_bare_log(node: Node) -> bool:
    return any(one.head == "fn" and one.args[0] == "log" and len(one.args) == 2 for one in walk(node))


def _with_natural_logs(node: Node) -> Node:
    r"""Return `node` with every `\log` without a base read as the natural logarithm."""
    if node.head == "fn" and node.args[0] == "log" and len(node.args) == 2:
        return Node("fn", ("ln", _with_natural_logs(node.args[1])))
    if node.head == "matrix" or not any(isinstance(one, Node) for one in node.args):
        return node
    return Node(node.head, tuple(_with_natural_logs(one) if isinstance(one, Node) else one for one in node.args))


def _decimals(node: Node) -> int | None:
    """Return how many decimals a decimal literal shows, with its sign or percent; None for anything else."""
    shift = 0
    while node.head in _WRAPPERS:
        shift += 2 if node.head == "percent" else 0
        node = node.args[0]
    return int(node.args[1]) + shift if node.head == "dec" else None


def _near(a: Node, b: Node, options: MathOptions) -> str | None:
    ours, theirs = _number(a), _number(b)
    if ours is None or theirs is None or ours == 0 or theirs == 0:
        return None
    if any(value.denominator == 1 and _decimals(node) is None for node, value in ((a, ours), (b, theirs))):
        return None
    if ours == theirs:
        return "equal values"
    if abs(ours - theirs) <= Fraction(options.tolerance) * max(abs(ours), abs(theirs)):
        return f"within the tolerance {options.tolerance:g}"
    if options.decimals == "rounded" and _is_rounded(a, b, ours, theirs):
        return "a correct rounding"
    return None


def _is_rounded(a: Node, b: Node, ours: Fraction, theirs: Fraction) -> bool:
    """Return whether the side with fewer decimals is the other one rounded to as many."""
    shown = min(places for places in map(_decimals, (a, b)) if places is not None)
    return abs(ours - theirs) * 2 <= Fraction(1, 10**shown)


def _number(node: Node) -> Fraction | None:
    exact = scalar.value(node)
    if exact is not None:
        return exact
    double = scalar.approximate(node)
    if isinstance(double, float) and abs(double) < float("inf"):
        return Fraction(double)
    return None
