r"""The grammar of sums, products, integrals, limits and derivatives, each with the name that it binds."""

from __future__ import annotations

from rlvr.rewards.maths.grammar.brackets import Brackets
from rlvr.rewards.maths.grammar.lexicon import Token
from rlvr.rewards.maths.tree import IMAGINARY, Node, num, renamed, replaced, sym

SIDES = {"from above": "+", "from below": "-"}
"""How a limit's point is marked with the side from which it is approached, until the limit is made."""

STARTS = frozenset({"num", "rep", "based", "sym", "const", "word", "fn", "open", "cmd", "numbers", "bar"})
"""Kinds of tokens with which a factor may begin."""


class Calculus(Brackets):
    """Reads what binds a name."""

    __slots__ = ()

    def _derivative(self) -> Node | None:
        r"""Read the braces of `\frac{d}{dx}` or `\frac{dy}{dx}`, where a derivative stands here; else read nothing."""
        start, tokens = self.at, self.tokens
        self.tokens = list(tokens)
        if self.take("open", "{") and self._take_mark():
            body = None if self.next_is("close", "}") else self.expression()
            if self.take("close", "}") and self.take("open", "{") and self._take_mark():
                kind, name, _, _ = self.tokens[self.at]
                self.at += 1
                if kind == "sym" and self.take("close", "}"):
                    return Node("diff", (self._factors() if body is None else body, sym(name)))
        self.at, self.tokens = start, tokens
        return None

    def _take_mark(self) -> bool:
        r"""Skip the `d` or `\partial` of a differential, and return whether one stood here."""
        kind, value, spaced, start = self.tokens[self.at]
        if kind == "word" and value[0] == "d":
            rest: Token = ("word" if len(value) > 2 else "sym", value[1:], spaced, start + 1)
            self.tokens[self.at] = rest
            return True
        return self.take("sym", "d") or self.take("sym", "partial")

    def _starts_differential(self, kind: str, value: str) -> bool:
        if kind == "word":
            return len(value) == 2 and value[0] == "d"
        return (kind, value) == ("sym", "d") and self.tokens[self.at + 1][0] == "sym"

    def _limits(self) -> tuple[Node | None, Node | None]:
        low: Node | None = None
        high: Node | None = None
        while self.tokens[self.at][0] == "op" and self.tokens[self.at][1] in "^_":
            if self.tokens[self.at][1] == "_":
                self.at += 1
                low = self._limit()
            else:
                self.at += 1
                high = self._limit()
        return low, high

    def _limit(self) -> Node:
        if self.take("open", "{"):
            node = self.relation()
            self.expect("close", "}")
            return node
        if self.tokens[self.at][0] == "sym":
            # `^b_a` has two limits, not a symbol with a subscript.
            self.at += 1
            return sym(self.tokens[self.at - 1][1])
        return self.argument()

    def _ranged(self, head: str) -> Node:
        low, high = self._limits()
        if low is None or high is None or low.head != "rel" or low.args[0] != ("=",):
            raise self.unexpected("a sum or product needs its variable and both ends")
        index = low.args[1]
        if index.head != "sym" and index != IMAGINARY:
            raise self.unexpected("a sum or product needs a variable")
        variable = sym("i") if index == IMAGINARY else index
        body = renamed(self._factors(), index, variable)
        return Node(head, (indexed(body, variable), variable, low.args[2], high))

    def _factors(self) -> Node:
        """Read the body of a sum: every factor up to a sign of lower precedence, functions included."""
        factors = [self.factor()]
        while self.tokens[self.at][0] in STARTS and not (self.tokens[self.at][0] == "bar" and self.bars > 0):
            factors.append(self.factor())
        node = factors[0] if len(factors) == 1 else Node("mul", tuple(factors))
        if self.take("op", "*"):
            return Node("mul", (node, self._factors()))
        return Node("div", (node, self.factor())) if self.take("op", "/") else node

    def _sum(self) -> Node:
        return self._ranged("sum")

    def _prod(self) -> Node:
        return self._ranged("prod")

    def _lim(self) -> Node:
        low, _ = self._limits()
        if low is None or low.head != "rel" or low.args[0] != ("to",) or low.args[1].head != "sym":
            raise self.unexpected("a limit needs its variable and point")
        point, side = low.args[2], ""
        if point.head == "call" and point.args[0] in SIDES:
            point, side = point.args[1], SIDES[point.args[0]]
        return Node("lim", (indexed(self._factors(), low.args[1]), low.args[1], point, side))

    def _int(self) -> Node:
        low, high = self._limits()
        variable = self._fraction_differential() or self._taken_differential()
        was, self.in_integral = self.in_integral, True
        body = self.expression() if variable is None or self.tokens[self.at][0] in STARTS else num(1)
        self.in_integral = was
        variable = variable or self._taken_differential()
        if variable is None:
            raise self.unexpected("an integral needs its variable")
        return Node("int", (body, variable) if low is None or high is None else (body, variable, low, high))

    def _taken_differential(self) -> Node | None:
        """Skip `dx` and return its variable, where it stands here."""
        kind, value, _, _ = self.tokens[self.at]
        if kind == "word" and value[0] == "d" and len(value) == 2:
            self.at += 1
            return sym(value[1])
        if (kind, value) == ("sym", "d") and self.tokens[self.at + 1][0] == "sym":
            self.at += 2
            return sym(self.tokens[self.at - 1][1])
        return None

    def _fraction_differential(self) -> Node | None:
        r"""Take `dz` out of the numerator of `\int \frac{dz}{z}` and return its variable, where one stands."""
        if self.tokens[self.at][:2] != ("cmd", "frac") or self.tokens[self.at + 1][:2] != ("open", "{"):
            return None
        end = self.at + 2
        while self.tokens[end][0] not in ("open", "close", "end"):
            end += 1
        is_word = self.tokens[end - 1][0] == "word"
        start, self.at = self.at, end - (1 if is_word else 2)
        variable = self._taken_differential() if self.at > start + 1 else None
        if variable is not None:
            first = self.at - (1 if is_word else 2)
            one = [("num", "1", False, 0)] if first == start + 2 else []
            self.tokens[first : self.at] = one
        self.at = start
        return variable


def indexed(body: Node, variable: Node) -> Node:
    """Return `body` with every symbol whose subscript has `variable` in it as a call: `a_k` depends on `k`."""
    letter = variable.args[0]

    def change(node: Node) -> Node | None:
        if node.head != "sym":
            return None
        name, _, subscript = node.args[0].partition("_")
        return Node("call", (f"{name}_", variable)) if subscript == letter else None

    return replaced(body, change)
