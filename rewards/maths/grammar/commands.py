r"""The grammar of commands: fractions, roots, binomials, functions, accents, sets of numbers."""

from __future__ import annotations

from rlvr.rewards.maths.grammar.calculus import STARTS, Calculus
from rlvr.rewards.maths.grammar.lexicon import Token
from rlvr.rewards.maths.grammar.numerals import number
from rlvr.rewards.maths.grammar.tokens import braced
from rlvr.rewards.maths.grammar.words import INVERSES
from rlvr.rewards.maths.tree import PI, E, Node, num, replaced, sym

_NUMBER_SETS = frozenset("NZQRC")
_NO_ARGUMENT = frozenset({"pmod", "not", "tag"})


class Commands(Calculus):
    """Reads what a command or a function's name begins."""

    __slots__ = ()

    def command(self) -> Node:
        """Read from a `cmd` token."""
        name = self.tokens[self.at][1]
        self.at += 1
        self.enter()
        read = getattr(self, f"_{name}", None)
        if read is None:
            self.at -= 1
            raise self.unexpected()
        node: Node = read()
        self.depth -= 1
        return node

    def argument(self) -> Node:
        """Read one argument of a command: braces, or the next digit, symbol or command."""
        kind, value, spaced, start = self.tokens[self.at]
        if kind == "num" and value.isdigit() and len(value) > 1:
            self.tokens[self.at] = ("num", value[1:], False, start + 1)
            return number(value[0])
        if kind == "word":
            rest: Token = (
                ("word", value[1:], False, start + 1) if len(value) > 2 else ("sym", value[1:], False, start + 1)
            )
            self.tokens[self.at] = rest
            return sym(value[0])
        del spaced
        if kind == "open" or kind == "cmd" or kind == "fn":
            return self.primary()
        if kind == "op" and value in "+-":
            return self.expression()
        return self.primary()

    def _frac(self) -> Node:
        if derivative := self._derivative():
            return derivative
        return Node("div", (self.argument(), self.argument()))

    def _binom(self) -> Node:
        return Node("fn", ("binom", self.argument(), self.argument()))

    def _sqrt(self) -> Node:
        index = num(2)
        if self.take("open", "["):
            index = self.expression()
            self.expect("close", "]")
        return Node("root", (self._radicand(), index))

    def _radicand(self) -> Node:
        kind, value, _, _ = self.tokens[self.at]
        if kind == "num":
            self.at += 1
            return number(value)
        return self.argument()

    def _cbrt(self) -> Node:
        return Node("root", (self._radicand(), num(3)))

    def _mathbb(self) -> Node:
        inside, end = braced(self.text, self.tokens[self.at][3])
        name = (inside or self.tokens[self.at][1]).strip()
        if inside is None:
            self.at += 1
        else:
            while self.tokens[self.at][3] < end and self.tokens[self.at][0] != "end":
                self.at += 1
        if name not in _NUMBER_SETS:
            return sym(name[:20])
        mark = ""
        while self.next_is("op", "^") or self.next_is("op", "_"):
            self.at += 1
            if self.tokens[self.at][0] in ("op", "num"):
                mark += self.tokens[self.at][1]
                self.at += 1
            elif self.take("open", "{"):
                while not self.take("close", "}"):
                    if self.tokens[self.at][0] == "end":
                        raise self.unexpected("an exponent is not closed")
                    mark += self.tokens[self.at][1]
                    self.at += 1
            else:
                raise self.unexpected("a mark of a set of numbers is missing")
        return Node("numbers", (name + mark,))

    def _accent(self) -> Node:
        start = self.tokens[self.at - 1][3]
        name = self.text[start + 1 :].split("{")[0].split("\\")[0].strip()[:20]
        inside, _ = braced(self.text, self.tokens[self.at][3])
        if inside is not None and inside.strip().isalpha() and inside.strip().isupper() and len(inside.strip()) > 1:
            self.argument()
            return sym(f"{name}({inside.strip()})")
        node = self.argument()
        if name in ("overline", "bar"):
            return Node("fn", ("conj", node))
        if node.head not in ("sym", "const"):
            raise self.unexpected(f"\\{name} of an expression")
        return sym(f"{name}({node.args[0]})")

    def _name(self) -> Node:
        r"""Read `\angle ABC`."""
        command = self.text[self.tokens[self.at - 1][3] + 1 :][:3]
        letters = ""
        while self.tokens[self.at][0] in ("sym", "word"):
            letters += self.tokens[self.at][1]
            self.at += 1
        if not letters:
            raise self.unexpected("a name is missing")
        return sym(f"{command} {letters}")

    def function(self) -> Node:
        """Read a function's name with its exponent, base and arguments."""
        name = self.tokens[self.at][1]
        self.at += 1
        self.enter()
        power: Node | None = None
        base: Node | None = None
        while self.tokens[self.at][0] == "op" and self.tokens[self.at][1] in "^_":
            is_power = self.tokens[self.at][1] == "^"
            self.at += 1
            if is_power:
                power = self.exponent()
            else:
                base = self.argument()
        if power is not None and name in INVERSES and power == num(-1):
            name, power = INVERSES[name], None
        arguments = self._arguments()
        self.depth -= 1
        node = _applied(name, arguments if base is None else [*arguments, base])
        return node if power is None else Node("pow", (node, power))

    def exponent(self) -> Node:
        """Read what stands after `^`: braces, or a signed number, symbol or command."""
        raise NotImplementedError

    def _arguments(self) -> list[Node]:
        kind, value, _, _ = self.tokens[self.at]
        if kind == "open" and value in ("(", "[", "{", "\\{"):
            node = self.bracket()
            arguments = list(node.args) if node.head in ("tuple", "list", "set") else [node]
            if not arguments:
                raise self.unexpected("a function without an argument")
            return arguments
        if kind == "op" and value in "+-":
            self.at += 1
            inner = self._implicit()
            return [Node("neg", (inner,)) if value == "-" else inner]
        return [self._implicit()]

    def _implicit(self) -> Node:
        """Read an argument without brackets: factors side by side, up to the next function or sign."""
        factors = [self.factor()]
        while self.tokens[self.at][0] in STARTS and not self._ends_argument():
            factors.append(self.factor())
        return factors[0] if len(factors) == 1 else Node("mul", tuple(factors))

    def _ends_argument(self) -> bool:
        kind, value, _, _ = self.tokens[self.at]
        if kind == "bar":
            return self.bars > 0
        if self.in_integral and self._starts_differential(kind, value):
            return True
        if (kind, value) == ("open", "("):
            # `\sin 2(x + 1)` is a sine of it all, `\sin x (x + 1)` and `\cos 10^\circ (...)` are products.
            return self.tokens[self.at - 1][0] not in ("num", "const")
        return kind == "fn" or (kind == "cmd" and value in _NO_ARGUMENT)


def _in_radians(node: Node) -> Node | None:
    """Return an angle in degrees as its radians; only a trigonometric function's own argument is ever converted."""
    return Node("div", (Node("mul", (node.args[0], PI)), num(180))) if node.head == "degree" else None


def _applied(name: str, arguments: list[Node]) -> Node:
    if name == "exp":
        return Node("pow", (E, arguments[0])) if len(arguments) == 1 else Node("call", ("exp", *arguments))
    if name in INVERSES:
        arguments = [replaced(one, _in_radians) for one in arguments]
    if name == "lg":
        return Node("fn", ("log", arguments[0], num(10))) if len(arguments) == 1 else Node("call", ("lg", *arguments))
    return Node("fn", (name, *arguments))
