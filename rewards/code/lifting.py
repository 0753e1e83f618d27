"""Reads a lone `assert f(arguments) == value`, all of it literals, as data: such a test needs no judge.

The text is the task author's. It is read as a syntax tree, and nothing of it is evaluated.
"""

from __future__ import annotations

import ast
import marshal
from collections.abc import Callable
from typing import Any, Final

from rlvr.rewards.code.calls import CallTest
from rlvr.rewards.code.inside.encoding import CrossingError
from rlvr.rewards.code.values import num_parts

MAX_LIFTED_PARTS: Final = 2_000
"""Values in an expected value that is compared on the host: a set of numbers, chosen by a program to have equal hashes,
takes quadratic time."""

_PLAIN: Final = (type(None), bool, int, float, complex, str, bytes)
_NUMBERS: Final = (int, float, complex)


class _NotLiteralError(Exception):
    """The tree is not a literal."""


def lifted(tree: ast.Module, names: tuple[str, ...]) -> CallTest | None:
    """Return a test as a call and its value, or None if it is not lone and literal.

    Args:
        tree: The test's code.
        names: Those of the function.
    """
    try:
        call, value = _sides(tree, names)
        args = [_literal(one) for one in call.args]
        kwargs = {str(one.arg): _literal(one.value) for one in call.keywords if one.arg}
        expected = _literal(value)
        size = num_parts(expected)
        # Version 2 of the format is the newest that every Python reads alike.
        arguments = marshal.dumps((args, kwargs), 2)
    except (_NotLiteralError, CrossingError, TypeError, ValueError, RecursionError):
        return None  # TypeError: a member of a set has no hash, which is for the interpreter to say
    is_whole = len(kwargs) == len(call.keywords)
    return CallTest(arguments, expected, size, is_exact=True) if is_whole and size <= MAX_LIFTED_PARTS else None


def _sides(tree: ast.Module, names: tuple[str, ...]) -> tuple[ast.Call, ast.expr]:
    """Return the call and the other side of the one comparison that a test is."""
    match tree.body:
        case [
            ast.Assert(
                test=ast.Compare(left=ast.Call(func=ast.Name(id=name)) as call, ops=[ast.Eq()], comparators=[value]),
                msg=None | ast.Constant(),
            )
        ] if name in names:
            return call, value
    raise _NotLiteralError


def _literal(node: ast.expr) -> Any:
    match node:
        case ast.Constant(value=value) if type(value) in _PLAIN:
            return value
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=ast.Constant()):
            return _signed(node)
        case ast.BinOp(op=ast.Add() | ast.Sub(), right=ast.Constant(value=complex() as imaginary)):
            real = _signed(node.left)
            if type(real) in (int, float):
                return real + imaginary if isinstance(node.op, ast.Add) else real - imaginary
        case ast.Dict(keys=keys, values=values) if None not in keys:
            return {_literal(key): _literal(value) for key, value in zip(keys, values, strict=True) if key}
        case ast.Call(func=ast.Name(id="set"), args=[], keywords=[]):
            return set()
    make = _CONTAINERS.get(type(node))
    if make is None:
        raise _NotLiteralError
    return make([_literal(one) for one in node.elts])  # type: ignore[attr-defined]


def _signed(node: ast.expr) -> Any:
    """Return a number with at most one sign."""
    sign, number = (node.op, node.operand) if isinstance(node, ast.UnaryOp) else (None, node)
    value: Any = number.value if isinstance(number, ast.Constant) else None
    if type(value) not in _NUMBERS:
        raise _NotLiteralError
    return -value if isinstance(sign, ast.USub) else value


_CONTAINERS: Final[dict[type[ast.expr], Callable[[list[Any]], Any]]] = {
    ast.List: list,
    ast.Tuple: tuple,
    ast.Set: set,
}
