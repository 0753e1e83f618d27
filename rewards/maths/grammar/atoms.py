r"""The grammar of the smallest whole pieces: numbers, mixed numbers, symbols with subscripts, calls."""

from __future__ import annotations

from rlvr.rewards.maths.grammar import numerals
from rlvr.rewards.maths.grammar.commands import Commands
from rlvr.rewards.maths.grammar.lexicon import letter
from rlvr.rewards.maths.tree import Node, num, sym

_CALLED = frozenset("fgh")
_EMPTY = Node("set", ())


class Atoms(Commands):
    """Reads one piece that no sign divides."""

    __slots__ = ()

    def primary(self) -> Node:
        """Read the smallest whole piece: a number, a symbol, a call, a bracket, a command."""
        kind, value, _, _ = self.tokens[self.at]
        if kind == "num":
            self.at += 1
            node = numerals.number(value)
            return self._mixed(node) if node.head == "num" else node
        if kind == "sym":
            self.at += 1
            return self._symbol(value)
        if kind == "const":
            self.at += 1
            return self._symbol(value) if self.next_is("op", "_") else Node("const", (value,))
        if kind == "open":
            return self.bracket()
        if kind == "cmd":
            return self.command()
        if kind == "fn":
            return self.function()
        return self._rare(kind, value)

    def _rare(self, kind: str, value: str) -> Node:
        if kind == "bar":
            return self.bar()
        if kind == "word":
            first, rest = value[0], value[1:]
            start = self.tokens[self.at][3]
            self.tokens[self.at] = ("word", rest, False, start + 1) if len(rest) > 1 else letter(rest, False, start + 1)
            head = letter(first, False, start)
            return sym(first) if head[0] == "sym" else Node("const", (head[1],))
        if kind == "begin":
            return self.environment()
        if kind == "numbers":
            self.at += 1
            return _EMPTY
        self.at += 1
        if kind == "based":
            return numerals.based(value)
        if kind == "clock":
            return numerals.clock(value)
        if kind == "dots":
            return Node("dots", ())
        if kind == "rep":
            node = numerals.repeating(value)
            if node is not None:
                return node
        self.at -= 1
        raise self.unexpected()

    def _symbol(self, name: str) -> Node:
        if self.next_is("op", "_"):
            start = self.at + 1
            subscript = self._subscript()
            if ("+" in subscript or "-" in subscript) and self.tokens[start][:2] == ("open", "{"):
                return self._indexed(name, start)
            name = f"{name}_{subscript}"
        kind, value, _, _ = self.tokens[self.at]
        if name[0] in _CALLED and (name[1:2] in ("", "_")):
            if self._is_inverse():
                self.at += 5
                inside = self.bracket()
                return Node("call", (f"{name}^-1", *(inside.args if inside.head == "tuple" else (inside,))))
            while kind == "op" and value == "'":
                name += "'"
                self.at += 1
                kind, value, _, _ = self.tokens[self.at]
            if kind == "open" and (value == "(" or (value == "{" and self.tokens[self.at + 1][:2] == ("open", "("))):
                inside = self.bracket()
                return Node("call", (name, *(inside.args if inside.head == "tuple" else (inside,))))
        return sym(name)

    def _is_inverse(self) -> bool:
        """Return whether the `^{-1}(` of an inverse function comes next."""
        wanted = [("op", "^"), ("open", "{"), ("op", "-"), ("num", "1"), ("close", "}"), ("open", "(")]
        return [token[:2] for token in self.tokens[self.at : self.at + 6]] == wanted

    def _indexed(self, name: str, start: int) -> Node:
        """Return `a_{n+1}`, whose subscript is an expression, as a call."""
        end, self.at = self.at, start
        node = self.bracket()
        if self.at != end:
            raise self.unexpected("a subscript is not closed")
        return Node("call", (f"{name}_", node))

    def _subscript(self) -> str:
        """Skip a subscript and return it as it is spelled, without braces, spaces and fonts."""
        self.at += 1
        kind, value, _, _ = self.tokens[self.at]
        if kind == "open" and value == "{":
            depth, spelled = 1, ""
            self.at += 1
            while depth:
                kind, value, _, _ = self.tokens[self.at]
                if kind == "end":
                    raise self.unexpected("a subscript is not closed")
                depth += (kind, value) == ("open", "{")
                depth -= (kind, value) == ("close", "}")
                spelled += value if value not in "{}" else ""
                self.at += 1
            return spelled
        if kind not in ("num", "sym", "const", "word", "text"):
            raise self.unexpected("a subscript is missing")
        self.at += 1
        return value

    def _mixed(self, whole: Node) -> Node:
        r"""Read the fraction of `1\frac{1}{2}` or `1 1/2`, where one follows."""
        tokens, at = self.tokens, self.at
        parts: tuple[str, str] | None = None
        end = at
        if tokens[at][:2] == ("cmd", "frac"):
            parts, end = self._plain_fraction(at + 1)
        elif self._is_spaced_fraction():
            parts, end = (tokens[at][1], tokens[at + 2][1]), at + 3
        if parts is None or not (parts[0].isdigit() and parts[1].isdigit()) or len(parts[0]) + len(parts[1]) > 40:
            return whole
        if not 0 < int(parts[0]) < int(parts[1]):
            return whole
        self.at = end
        return Node("add", (whole, Node("div", (num(int(parts[0])), num(int(parts[1]))))))

    def _is_spaced_fraction(self) -> bool:
        tokens, at = self.tokens, self.at
        if tokens[at][0] != "num" or not tokens[at][2] or tokens[at + 1][:3] != ("op", "/", False):
            return False
        return tokens[at + 2][0] == "num"

    def _plain_fraction(self, at: int) -> tuple[tuple[str, str] | None, int]:
        tokens = self.tokens
        digits: list[str] = []
        for _ in range(2):
            if tokens[at][0] == "num" and len(tokens[at][1]) == 1:
                digits.append(tokens[at][1])
                at += 1
            elif tokens[at][0] == "num" and len(tokens[at][1]) == 2 and not digits:
                return (tokens[at][1][0], tokens[at][1][1]), at + 1
            elif (
                tokens[at][:2] == ("open", "{") and tokens[at + 1][0] == "num" and tokens[at + 2][:2] == ("close", "}")
            ):
                digits.append(tokens[at + 1][1])
                at += 3
            else:
                return None, at
        return (digits[0], digits[1]), at
