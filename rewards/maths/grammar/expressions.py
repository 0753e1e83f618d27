r"""The grammar of sums, products and powers."""

from __future__ import annotations

from rlvr.rewards.maths.grammar import numerals
from rlvr.rewards.maths.grammar.atoms import Atoms
from rlvr.rewards.maths.grammar.calculus import SIDES
from rlvr.rewards.maths.tree import Node, TooLarge, sym

MAX_CHAIN = 40
"""Divisions, or signs after one operand, in a row; each nests the tree one deeper."""

_FACTOR_STARTS = frozenset({"num", "rep", "based", "sym", "const", "word", "fn", "open", "cmd", "numbers", "begin"})
_UNIT_STARTS = frozenset({"cmd", "fn", "sym"})
_POSTFIX = frozenset({"^", "!", "'", "%", "deg"})
_NOT_FACTORS = frozenset({"pmod", "not", "tag"})


class Expressions(Atoms):
    """Reads expressions by precedence: sum, product, signed factor, power, primary."""

    __slots__ = ()

    def expression(self) -> Node:
        r"""Read a sum: terms joined by `+`, `-`, `\pm`, `\mp`."""
        terms = [self._term()]
        while True:
            kind, value, _, _ = self.tokens[self.at]
            if kind != "op" or value not in _SIGNS:
                break
            self.at += 1
            term = self._term()
            terms.append(term if value == "+" else Node(_SIGNS[value], (term,)))
        node = terms[0] if len(terms) == 1 else Node("add", tuple(terms))
        if self.next_is("op", "over") or self.next_is("op", "choose"):
            sign = self.tokens[self.at][1]
            self.at += 1
            return _divided(sign, node, self.expression())
        return node

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
        currency = self._currency() if self.tokens[self.at][0] == "cur" else ""
        factors = [self._signed_factor() if currency else self.factor()]
        num_divisions = 0
        while True:
            kind, value, spaced, _ = self.tokens[self.at]
            if kind == "op" and value == "*":
                self.at += 1
                currency = self._currency() or currency
                factors.append(self._signed_factor())
            elif kind == "op" and value in ("/", "mod"):
                self.at += 1
                currency = "" if self._currency() else currency
                num_divisions += 1
                if num_divisions > MAX_CHAIN:
                    raise TooLarge(f"more than {MAX_CHAIN} divisions in a row")
                right = self._signed_factor()
                factors = [_divided(value, _multiplied(factors), right)]
            elif self._is_times_letter(kind, value, spaced):
                self.at += 1
            elif kind in _UNIT_STARTS and self._starts_unit(kind, value):
                break
            elif self._starts_factor(kind, value):
                if kind in _NUMERALS and factors[-1].head in _NUMBERS and self.tokens[self.at - 1][0] in _NUMERALS:
                    self._refuse_two_numbers()
                factors.append(self.factor())
            else:
                break
        return self._measured(_multiplied(factors), currency)

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
                if self.in_set and self.is_condition():
                    return False
                return self.tokens[self.at + 1][0] not in ("end", "close", "bar") or self._is_bar_pair()
            before, after = self.tokens[self.at - 1][0], self.tokens[self.at + 1][0]
            return self.opens_bars and before == "bar" and after in _FACTOR_STARTS
        if kind == "cmd":
            return value not in _NOT_FACTORS
        if kind == "open" and self.starts_remark():
            return False
        if kind == "sym" and value == "U" and self._stands_between_brackets():
            return False
        if self.in_integral and self._starts_differential(kind, value):
            return False
        return kind in _FACTOR_STARTS

    def _stands_between_brackets(self) -> bool:
        return self.tokens[self.at - 1][0] == "close" and self.tokens[self.at + 1][0] == "open"

    def _is_bar_pair(self) -> bool:
        return self.tokens[self.at + 1][0] == "bar" and self.tokens[self.at + 2][0] in _FACTOR_STARTS

    def _is_times_letter(self, kind: str, value: str, spaced: bool) -> bool:
        """Return whether the next token is the letter x between a number and a power of ten."""
        if kind != "sym" or value != "x" or not spaced or self.tokens[self.at - 1][0] != "num":
            return False
        return self.tokens[self.at + 1][:3] == ("num", "10", True) and self.tokens[self.at + 2][:2] == ("op", "^")

    def _refuse_two_numbers(self) -> None:
        r"""Refuse `3 4`, which nobody means as a product; `3 1\frac{1}{2}` is one."""
        if self.tokens[self.at + 1][:2] != ("cmd", "frac") or not self.tokens[self.at][2]:
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
            side = self._take_side()
            if side:
                return Node("call", (side, node))
            power = self.exponent()
            is_column = node.head in ("tuple", "list", "interval") and power in _TRANSPOSED
            return node if is_column else Node("pow", (node, power))
        if value == "!":
            if self._is_second_of_two():
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

    def _is_second_of_two(self) -> bool:
        """Return whether the `!` just read and the next one are `n!!`; three in a row are one after the other."""
        around = self.tokens[self.at - 2 : self.at + 2]
        return [token[:2] == ("op", "!") for token in around] == [False, True, True, False]

    def _take_side(self) -> str | None:
        """Skip the sign of `3^+` before a bracket's end, which only a limit has, and return what it means."""
        braced = self.next_is("open", "{")
        sign, end = self.tokens[self.at + braced], self.at + braced + 1
        if sign[0] != "op" or sign[1] not in ("+", "-") or self.tokens[end][:2] != ("close", "}"):
            return None
        self.at = end + braced
        return next(side for side, mark in SIDES.items() if mark == sign[1])

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

    def _currency(self) -> str:
        """Skip a currency's sign, where one stands here, and return its name."""
        raise NotImplementedError

    def _starts_unit(self, kind: str, value: str) -> bool:
        """Return whether the next token, which may begin a factor, begins a unit."""
        raise NotImplementedError

    def _measured(self, node: Node, currency: str) -> Node:
        """Wrap `node` with the currency before it and the unit that follows it, if there are any."""
        raise NotImplementedError


_TRANSPOSED = (sym("T"), sym("top"))
_NUMERALS = frozenset({"num", "rep", "based"})
_NUMBERS = frozenset({"num", "dec", "based"})
_NOTHING = Node("list", ())
_SIGNS = {"+": "", "-": "neg", "pm": "pm", "mp": "mp"}


def _multiplied(factors: list[Node]) -> Node:
    if len(factors) == 1:
        return factors[0]
    # Braces around one factor only group it, as in `\{x + y\} z`, and braces around nothing say nothing.
    plain = [one.args[0] if one.head == "set" and len(one.args) == 1 else one for one in factors if one != _NOTHING]
    return plain[0] if len(plain) == 1 else Node("mul", tuple(plain or factors))


def _divided(sign: str, left: Node, right: Node) -> Node:
    if sign in ("/", "over"):
        return Node("div", (left, right))
    return Node("fn", ("mod" if sign == "mod" else "binom", left, right))
