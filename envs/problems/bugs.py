"""Plants bugs in solutions, one at a time.

A bug is a small change of the text: another comparison, another operator, a number that is off by one. The text around
it stays as it is, so that the same bug gives the same text under every Python.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_COMPARISONS: Final = {
    ast.Lt: ("<", ("<=", ">")),
    ast.LtE: ("<=", ("<",)),
    ast.Gt: (">", (">=", "<")),
    ast.GtE: (">=", (">",)),
    ast.Eq: ("==", ("!=",)),
    ast.NotEq: ("!=", ("==",)),
    ast.In: ("in", ("not in",)),
    ast.NotIn: ("not in", ("in",)),
}
_OPERATORS: Final = {
    ast.Add: ("+", ("-",)),
    ast.Sub: ("-", ("+",)),
    ast.Mult: ("*", ("+",)),
    ast.FloorDiv: ("//", ("%",)),
    ast.Mod: ("%", ("//",)),
}
_WORDS: Final = {"min": "max", "max": "min", "True": "False", "False": "True"}


@dataclass(frozen=True, slots=True)
class _Edit:
    """A piece of the text and what comes in its place."""

    start: int
    end: int
    text: str


def bugs_of(source: str) -> list[str]:
    """Return a solution with each of the bugs that can be planted in it, in the order of their places."""
    lines = source.split("\n")
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line) + 1)
    places = _Places(source, offsets)
    edits = sorted({edit for node in ast.walk(ast.parse(source)) for edit in _edits(node, places)}, key=_order)
    found = [source[: edit.start] + edit.text + source[edit.end :] for edit in edits]
    return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _Places:
    """Where nodes stand in the text, which is ASCII."""

    source: str
    offsets: Sequence[int]

    def start(self, node: ast.expr) -> int:
        return self.offsets[node.lineno - 1] + node.col_offset

    def end(self, node: ast.expr) -> int:
        assert node.end_lineno is not None, "a parsed node knows its end"
        assert node.end_col_offset is not None, "a parsed node knows its end"
        return self.offsets[node.end_lineno - 1] + node.end_col_offset

    def between(self, left: ast.expr, right: ast.expr, old: str, new: str) -> _Edit:
        """Replace an operator between two operands."""
        start = self.source.index(old, self.end(left), self.start(right))
        return _Edit(start, start + len(old), new)


def _order(edit: _Edit) -> tuple[int, int, str]:
    return edit.start, edit.end, edit.text


def _edits(node: ast.AST, places: _Places) -> Iterator[_Edit]:
    match node:
        case ast.Compare(left=left, ops=operators, comparators=others):
            for operator, one, other in zip(operators, [left, *others], others, strict=False):
                old, new = _COMPARISONS.get(type(operator), ("", ()))
                yield from (places.between(one, other, old, text) for text in new)
        case ast.BinOp(left=left, op=operator, right=right):
            old, new = _OPERATORS.get(type(operator), ("", ()))
            yield from (places.between(left, right, old, text) for text in new)
        case ast.AugAssign(target=ast.Name() as target, op=ast.Add(), value=value):
            yield places.between(target, value, "+=", "-=")
        case ast.BoolOp(op=operator, values=[one, other, *_]):
            old, text = ("and", "or") if isinstance(operator, ast.And) else ("or", "and")
            yield places.between(one, other, old, text)
        case ast.Constant(value=bool() as value):
            yield _Edit(places.start(node), places.end(node), _WORDS[str(value)])
        case ast.Constant(value=int() as value):
            yield from (
                _Edit(places.start(node), places.end(node), str(value + by)) for by in (1, -1) if value + by >= 0
            )
        case ast.Name(id=("min" | "max") as name):
            yield _Edit(places.start(node), places.end(node), _WORDS[name])
        case ast.UnaryOp(op=ast.Not()):
            yield _Edit(places.start(node), places.start(node) + len("not "), "")
        case ast.UnaryOp(op=ast.USub()):
            yield _Edit(places.start(node), places.start(node) + len("-"), "")
