r"""The grammar of brackets: groups, tuples, sets, intervals, absolute values, matrices."""

from __future__ import annotations

from rlvr.rewards.maths.grammar.cursor import Cursor
from rlvr.rewards.maths.grammar.words import MATRICES, SYSTEMS
from rlvr.rewards.maths.tree import Node

_ENDS = {"(": (")", "]"), "[": ("]", ")"), "{": ("}",), "\\{": ("\\}", "}"), "langle": ("rangle",)}
_ROUND = {"lfloor": ("rfloor", "floor"), "lceil": ("rceil", "ceil")}


class Brackets(Cursor):
    """Reads what an opening bracket or bar begins."""

    __slots__ = ()

    def bracket(self) -> Node:
        """Read from an `open` token to its end."""
        opening = self.tokens[self.at][1]
        self.at += 1
        self.enter()
        if opening in _ROUND:
            closing, function = _ROUND[opening]
            inside = self.expression()
            self.expect("close", closing)
            node = Node("fn", (function, inside))
        elif opening == "|":
            bars, self.bars = self.bars, 0
            inside = self.relation()
            self.bars = bars
            self.expect("close", "|")
            node = Node("fn", ("abs", inside))
        elif opening == "\\{":
            node = self._braces()
        else:
            node = self._between(opening)
        self.depth -= 1
        return node

    def _between(self, opening: str) -> Node:
        kind, closing, _, _ = self.tokens[self.at]
        if kind == "close" and closing in _ENDS[opening]:
            self.at += 1
            return Node("list" if opening == "{" else "tuple", ())
        bars, self.bars = self.bars, 0
        groups = self.items()
        self.bars = bars
        kind, closing, _, _ = self.tokens[self.at]
        if kind != "close" or closing not in _ENDS[opening]:
            raise self.unexpected(f"{opening!r} is not closed")
        self.at += 1
        members = [member for group in groups for member in group]
        if len(members) == 1 and (opening + closing in ("()", "[]", "{}")):
            return members[0]
        if opening == "{":
            return Node("set", tuple(members))
        if len(members) == 2 and opening + closing in ("[]", "[)", "(]"):
            return Node("interval", (*members, opening, closing))
        if opening == "[" and closing == "]":
            return Node("list", tuple(members))
        return Node("tuple", tuple(members))

    def _braces(self) -> Node:
        r"""Read a set or a set-builder after `\{`."""
        if self.take("close", "\\}") or self.take("close", "}"):
            return Node("set", ())
        bars, self.bars = self.bars, 0
        was, self.in_set = self.in_set, True
        groups = self.items()
        self.in_set = was
        if len(groups) == 1 and len(groups[0]) == 1 and self._is_builder_mark():
            self.at += 1
            condition = self.items()
            members = [member for group in condition for member in group]
            node = Node("builder", (groups[0][0], members[0] if len(members) == 1 else Node("list", tuple(members))))
        else:
            members = [
                group[0] if len(group) == 1 or len(groups) == 1 else Node("tuple", tuple(group)) for group in groups
            ]
            node = Node("set", tuple(groups[0] if len(groups) == 1 else members))
        self.bars = bars
        if not (self.take("close", "\\}") or self.take("close", "}")):
            raise self.unexpected("a set is not closed")
        return node

    def _is_builder_mark(self) -> bool:
        return self.tokens[self.at][0] == "bar" or self.next_is("op", "mid") or self.next_is("op", ":")

    def bar(self) -> Node:
        """Read `|x|` from its first bar."""
        mark = self.tokens[self.at][1]
        self.at += 1
        self.enter()
        self.bars += 1
        inside = self.expression()
        if self.tokens[self.at][0] != "bar":
            raise self.unexpected("a bar is not closed")
        if mark == "||" and self.tokens[self.at][1] != mark:
            raise self.unexpected("a double bar is not closed")
        self.at += 1
        self.bars -= 1
        self.depth -= 1
        return Node("fn", ("abs", inside))

    def environment(self) -> Node:
        """Read a matrix from its `begin` token."""
        name = self.tokens[self.at][1]
        if name in SYSTEMS:
            return self._system(name)
        if name not in MATRICES:
            raise self.unexpected("an environment that is no matrix")
        self.at += 1
        self.enter()
        rows: list[list[Node]] = [[]]
        while self.tokens[self.at][0] != "leave":
            kind = self.tokens[self.at][0]
            if kind == "row":
                self.at += 1
                rows.append([])
            elif kind == "amp":
                self.at += 1
            else:
                rows[-1].append(self.expression())
        if self.tokens[self.at][1] != name:
            raise self.unexpected("the environments cross")
        self.at += 1
        self.depth -= 1
        rows = [row for row in rows if row]
        if not rows or len({len(row) for row in rows}) != 1:
            raise self.unexpected("the rows of the matrix differ in length")
        matrix = Node("matrix", tuple(tuple(row) for row in rows))
        return Node("fn", ("det", matrix)) if name == "vmatrix" else matrix

    def _system(self, name: str) -> Node:
        """Read the lines of `cases` or `aligned` as a list; a line with a condition beside it is no statement."""
        self.at += 1
        self.enter()
        lines: list[Node] = []
        while not self.take("leave", name):
            if self.tokens[self.at][0] in ("row", "sep"):
                self.at += 1
                continue
            lines.append(self.relation())
        self.depth -= 1
        return lines[0] if len(lines) == 1 else Node("list", tuple(lines))
