r"""The grammar of sums, products and powers, and of the smallest pieces they are made from."""

from __future__ import annotations

from rlvr.rewards.maths import numerals
from rlvr.rewards.maths.commands import Commands
from rlvr.rewards.maths.tokens import letter
from rlvr.rewards.maths.tree import Node, TooLarge, num, sym

MAX_CHAIN = 40
"""Divisions, or signs after one operand, in a row; each nests the tree one deeper."""

_FACTOR_STARTS = frozenset({"num", "rep", "based", "sym", "const", "word", "fn", "open", "cmd", "numbers", "begin"})
_CALLED = frozenset("fgh")
_POSTFIX = frozenset({"^", "!", "'", "%", "deg"})
_NOT_FACTORS = frozenset({"pmod", "not", "tag"})
_EMPTY = Node("set", ())


class Expressions(Commands):
    """Reads expressions by precedence: sum, product, signed factor, power, primary."""

    __slots__ = ()

    def expression(self) -> Node:
        """Read a sum: terms joined by `+`, `-`, `\\pm`, `\\mp`."""
        terms = [self._term()]
        while True:
            kind, value, _, _ = self.tokens[self.at]
            if kind != "op" or value not in _SIGNS:
                break
            self.at += 1
            term = self._term()
            terms.append(term if value == "+" else Node(_SIGNS[value], (term,)))
        return terms[0] if len(terms) == 1 else Node("add", tuple(terms))

    def _term(self) -> Node:
        kind, value, _, _ = self.tokens[self.at]
        if kind == "op" and value in _SIGNS:
            self.at += 1
            self.enter()
            term = self._term()
            self.depth -= 1
            return term if value == "+" else Node(_SIGNS[value], (term,))
        return self._product()

    def _product(self) -> Node:
        factors = [self.factor()]
        num_divisions = 0
        while True:
            kind, value, spaced, _ = self.tokens[self.at]
            if kind == "op" and value == "*":
                self.at += 1
                factors.append(self._signed_factor())
            elif kind == "op" and value in ("/", "mod", "choose"):
                self.at += 1
                num_divisions += 1
                if num_divisions > MAX_CHAIN:
                    raise TooLarge(f"more than {MAX_CHAIN} divisions in a row")
                right = self._signed_factor()
                factors = [_divided(value, _multiplied(factors), right)]
            elif self._is_times_letter(kind, value, spaced):
                self.at += 1
            elif self._starts_factor(kind, value):
                if kind == "num" and spaced and self.tokens[self.at - 1][0] == "num":
                    self._refuse_two_numbers()
                factors.append(self.factor())
            else:
                break
        return self._measured(_multiplied(factors))

    def _signed_factor(self) -> Node:
        kind, value, _, _ = self.tokens[self.at]
        if kind == "op" and value in _SIGNS:
            self.at += 1
            self.enter()
            node = self._signed_factor()
            self.depth -= 1
            return node if value == "+" else Node(_SIGNS[value], (node,))
        return self.factor()

    def _starts_factor(self, kind: str, value: str) -> bool:
        if kind == "bar":
            if self.bars == 0:
                return self.tokens[self.at + 1][0] not in ("end", "close", "bar") or self._is_bar_pair()
            before, after = self.tokens[self.at - 1][0], self.tokens[self.at + 1][0]
            return self.opens_bars and before == "bar" and after in _FACTOR_STARTS
        if kind == "cmd":
            return value not in _NOT_FACTORS
        if self.in_integral and (kind == "word" and len(value) == 2 and value[0] == "d"):
            return False
        if self.in_integral and kind == "sym" and value == "d" and self.tokens[self.at + 1][0] == "sym":
            return False
        return kind in _FACTOR_STARTS

    def _is_bar_pair(self) -> bool:
        return self.tokens[self.at + 1][0] == "bar" and self.tokens[self.at + 2][0] in _FACTOR_STARTS

    def _is_times_letter(self, kind: str, value: str, spaced: bool) -> bool:
        """Return whether the next token is the letter x between a number and a power of ten."""
        if kind != "sym" or value != "x" or not spaced or self.tokens[self.at - 1][0] != "num":
            return False
        return self.tokens[self.at + 1][:3] == ("num", "10", True) and self.tokens[self.at + 2][:2] == ("op", "^")

    def _refuse_two_numbers(self) -> None:
        """Refuse `3 4`, which nobody means as a product; `3 1\\frac{1}{2}` is one."""
        if self.tokens[self.at + 1][:2] != ("cmd", "frac"):
            raise self.unexpected("two numbers stand side by side")

    def factor(self) -> Node:
        """Read a primary with what follows it: powers, factorials, primes, percent and degree signs."""
        node = self.bar() if self.tokens[self.at][0] == "bar" else self.primary()
        for _ in range(MAX_CHAIN):
            kind, value, _, _ = self.tokens[self.at]
            if kind != "op" or value not in _POSTFIX:
                return node
            self.at += 1
            node = self._postfix(node, value)
        raise TooLarge(f"more than {MAX_CHAIN} signs after one operand")

    def _postfix(self, node: Node, value: str) -> Node:
        if value == "^":
            if self._take_degree():
                return Node("degree", (node,))
            if self._take_prime():
                return self._postfix(node, "'")
            return Node("pow", (node, self.exponent()))
        if value == "!":
            if self.next_is("op", "!") and self.tokens[self.at + 1][:2] != ("op", "!"):
                self.at += 1
                return Node("fn", ("fact2", node))
            return Node("fn", ("fact", node))
        if value == "%":
            return Node("percent", (node,))
        if value == "deg":
            return Node("degree", (node,))
        if node.head not in ("sym", "call"):
            raise self.unexpected("a prime after an expression")
        return Node(node.head, (f"{node.args[0]}'", *node.args[1:]))

    def _take_degree(self) -> bool:
        if self.take("op", "circ"):
            return True
        if self.next_is("open", "{") and self.tokens[self.at + 1][:2] == ("op", "circ"):
            if self.tokens[self.at + 2][:2] != ("close", "}"):
                raise self.unexpected("a degree sign within an exponent")
            self.at += 3
            return True
        return False

    def _take_prime(self) -> bool:
        if self.take("op", "'"):
            return True
        if self.next_is("open", "{") and self.tokens[self.at + 1][:2] == ("op", "'"):
            self.at += 2
            self.expect("close", "}")
            return True
        return False

    def exponent(self) -> Node:
        """Read what stands after `^`: braces, or a signed number, symbol or command."""
        self.enter()
        kind, value, _, _ = self.tokens[self.at]
        if kind == "op" and value in ("+", "-"):
            self.at += 1
            inner = self.exponent()
            node = Node("neg", (inner,)) if value == "-" else inner
        elif kind == "num":
            self.at += 1
            node = numerals.number(value)
        elif kind == "open" and value == "{" and self._closes_at_once():
            raise self.unexpected("an empty exponent")
        else:
            node = self.primary()
        if self.next_is("op", "^"):
            self.at += 1
            node = Node("pow", (node, self.exponent()))
        self.depth -= 1
        return node

    def _closes_at_once(self) -> bool:
        return self.tokens[self.at + 1][:2] == ("close", "}")

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
            return Node("const", (value,))
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
            name = f"{name}_{self._subscript()}"
        kind, value, _, _ = self.tokens[self.at]
        if name[0] in _CALLED and (name[1:2] in ("", "_")):
            while kind == "op" and value == "'":
                name += "'"
                self.at += 1
                kind, value, _, _ = self.tokens[self.at]
            if kind == "open" and value == "(":
                inside = self.bracket()
                return Node("call", (name, *(inside.args if inside.head == "tuple" else (inside,))))
        return sym(name)

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
        elif tokens[at][0] == "num" and tokens[at][2] and tokens[at + 1][:2] == ("op", "/"):
            if tokens[at + 2][0] == "num" and not tokens[at + 1][2]:
                parts, end = (tokens[at][1], tokens[at + 2][1]), at + 3
        if parts is None or not (parts[0].isdigit() and parts[1].isdigit()) or len(parts[0]) + len(parts[1]) > 40:
            return whole
        if not 0 < int(parts[0]) < int(parts[1]):
            return whole
        self.at = end
        return Node("add", (whole, Node("div", (num(int(parts[0])), num(int(parts[1]))))))

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

    def _measured(self, node: Node) -> Node:
        """Wrap `node` with the unit that follows it, if one does."""
        raise NotImplementedError


_SIGNS = {"+": "", "-": "neg", "pm": "pm", "mp": "mp"}


def _multiplied(factors: list[Node]) -> Node:
    return factors[0] if len(factors) == 1 else Node("mul", tuple(factors))


def _divided(sign: str, left: Node, right: Node) -> Node:
    if sign == "/":
        return Node("div", (left, right))
    return Node("fn", ("mod" if sign == "mod" else "binom", left, right))
