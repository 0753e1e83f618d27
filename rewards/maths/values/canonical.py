"""Trees to canonical values: the exact tier, which needs neither points nor computer algebra.

Every head of an expression has a rule here. A head that is no expression, or that needs a limit or an infinite process,
becomes an atom that only an equal tree has; its bound variable is renamed.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

from rlvr.rewards.maths.tree import Node, TooLarge, Undefined, walk
from rlvr.rewards.maths.values.functions import apply
from rlvr.rewards.maths.values.logarithms import proportion
from rlvr.rewards.maths.values.monomials import E_ATOM, IMAGINARY, PI_ATOM, Canonical, Infinity, plain
from rlvr.rewards.maths.values.powers import power
from rlvr.rewards.maths.values.radicals import inverse, opaque_power
from rlvr.rewards.maths.values.substitution import binds, for_index, substituted, with_bound_name
from rlvr.rewards.maths.values.terms import MAX_PRODUCT, Budget, add, atom, negative, text, times

MAX_RANGE = 1_000
"""The most terms of a sum or factors of a product that are written out."""


def canonical(node: Node) -> Canonical:
    """Return the canonical value of a tree.

    Raises:
        TooLarge: If it takes more than the stated bounds.
        Undefined: If it has no value anywhere.
    """
    found = _found(node)
    if isinstance(found, Exception):
        raise found.with_traceback(None)
    return found


@lru_cache(maxsize=2048)
def _found(node: Node) -> Canonical | TooLarge | Undefined:
    try:
        return reduce(node, Budget())
    except RecursionError:
        return TooLarge("an expression is nested too deeply")
    except (TooLarge, Undefined) as error:
        return error


def reduce(node: Node, budget: Budget) -> Canonical:
    """Return the canonical value of a tree within a budget."""
    head, args = node
    rule = _RULES.get(head)
    if rule is not None:
        return rule(args, budget)
    return _binding(args, budget, head) if head in ("sum", "prod", "int", "lim") else _opaque(head, args, budget)


def _num(args: tuple[Any, ...], _: Budget) -> Canonical:
    return plain(args[0])


def _sym(args: tuple[Any, ...], _: Budget) -> Canonical:
    return {((symbol_atom(args[0]), 1),): 1}


@lru_cache(maxsize=1024)
def symbol_atom(name: str) -> str:
    """Return the atom of a symbol: its name if no other text can look like it."""
    return name if name.isascii() and name.isidentifier() else "@" + name.encode().hex()


def _const(args: tuple[Any, ...], _: Budget) -> Canonical:
    return _CONSTANTS[args[0]]


_CONSTANTS: dict[str, Canonical] = {
    "pi": atom(PI_ATOM),
    "e": atom(E_ATOM),
    "i": atom(IMAGINARY),
    "oo": Infinity.PLUS,
}


def _neg(args: tuple[Any, ...], budget: Budget) -> Canonical:
    return negative(reduce(args[0], budget))


def _add(args: tuple[Any, ...], budget: Budget) -> Canonical:
    return add([reduce(one, budget) for one in args])


def _mul(args: tuple[Any, ...], budget: Budget) -> Canonical:
    values = [reduce(one, budget) for one in args]
    size = 1
    for value in values:
        if isinstance(value, dict):
            size *= len(value)
    if size > MAX_PRODUCT:
        values = [opaque_power(one, 1, budget) if isinstance(one, dict) and len(one) > 1 else one for one in values]
    result = values[0]
    for value in values[1:]:
        result = times(result, value, budget)
    return result


def _div(args: tuple[Any, ...], budget: Budget) -> Canonical:
    return quotient(reduce(args[0], budget), reduce(args[1], budget), budget)


def quotient(over: Canonical, under: Canonical, budget: Budget) -> Canonical:
    """Return `over` divided by `under`."""
    if type(under) is int and under and type(over) is int:
        return plain(Fraction(over, under))
    if isinstance(over, Infinity) and isinstance(under, int | Fraction) and under:
        return over if under > 0 else negative(over)
    ratio = proportion(over, under)
    return times(over, inverse(under, budget), budget) if ratio is None else ratio


def _pow(args: tuple[Any, ...], budget: Budget) -> Canonical:
    return power(reduce(args[0], budget), reduce(args[1], budget), budget)


def _root(args: tuple[Any, ...], budget: Budget) -> Canonical:
    index = reduce(args[1], budget)
    if index == 0 or isinstance(index, Infinity):
        raise Undefined("a root of index zero")
    return power(reduce(args[0], budget), inverse(index, budget), budget)


def _percent(args: tuple[Any, ...], budget: Budget) -> Canonical:
    return times(reduce(args[0], budget), Fraction(1, 100), budget)


def _same(args: tuple[Any, ...], budget: Budget) -> Canonical:
    return reduce(args[0], budget)


def _fn(args: tuple[Any, ...], budget: Budget) -> Canonical:
    return apply(args[0], [reduce(one, budget) for one in args[1:]], budget)


def _call(args: tuple[Any, ...], budget: Budget) -> Canonical:
    inner = ",".join([text(reduce(one, budget)) for one in args[1:]])
    return atom(f"~call {symbol_atom(args[0])}({inner})")


def _binding(args: tuple[Any, ...], budget: Budget, head: str) -> Canonical:
    """Return the value of a finite sum or product, else an atom, whatever the bound variable is called."""
    node = Node(head, args)
    if not binds(node):
        return _opaque(head, args, budget)
    indices = _indices(args, budget) if head in ("sum", "prod") and args[1].head == "sym" else None
    if indices is not None and for_index(args[0], args[1].args[0], 0) is not None:
        return _finite(head, args, indices, budget)
    return _opaque(head, with_bound_name(node).args, budget)


def _indices(args: tuple[Any, ...], budget: Budget) -> range | None:
    low, high = reduce(args[2], budget), reduce(args[3], budget)
    if isinstance(low, int) and isinstance(high, int) and high - low < MAX_RANGE:
        return range(low, high + 1)
    return None


def _finite(head: str, args: tuple[Any, ...], indices: range, budget: Budget) -> Canonical:
    body, variable = args[0], args[1].args[0]
    budget.spend(len(indices) * sum(1 for _ in walk(body)) // 4)
    result: Canonical = 0 if head == "sum" else 1
    for index in indices:
        values = for_index(body, variable, index)
        assert values is not None, "the subscripts are the same for every index"
        value = reduce(substituted(body, values), budget)
        result = add((result, value)) if head == "sum" else times(result, value, budget)
    return result


def _opaque(head: str, args: tuple[Any, ...], budget: Budget) -> Canonical:
    """Return the atom of a tree that no rule reads."""
    return atom(f"~{head}({','.join([_opaque_text(one, budget) for one in args])})")


def _opaque_text(one: object, budget: Budget) -> str:
    if isinstance(one, Node):
        return text(reduce(one, budget))
    if isinstance(one, tuple):
        return f"[{','.join([_opaque_text(each, budget) for each in one])}]"
    return f"'{one.encode().hex()}'" if isinstance(one, str) else f"<{one:x}>" if isinstance(one, int) else "?"


_RULES: dict[str, Callable[[tuple[Any, ...], Budget], Canonical]] = {
    "num": _num,
    "dec": _num,
    "sym": _sym,
    "const": _const,
    "neg": _neg,
    "add": _add,
    "mul": _mul,
    "div": _div,
    "pow": _pow,
    "root": _root,
    "percent": _percent,
    "degree": _same,
    "fn": _fn,
    "call": _call,
}
