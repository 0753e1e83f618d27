r"""The grammar of commands: fractions, roots, binomials, functions, big operators, accents."""

from __future__ import annotations

from rlvr.rewards.maths.brackets import Brackets
from rlvr.rewards.maths.lexicon import Token
from rlvr.rewards.maths.numerals import number
from rlvr.rewards.maths.tokens import braced
from rlvr.rewards.maths.tree import IMAGINARY, PI, E, Node, num, renamed, replaced, sym
from rlvr.rewards.maths.words import INVERSES

SIDES = {"from above": "+", "from below": "-"}
"""How a limit's point is marked with the side from which it is approached, until the limit is made."""

_NUMBER_SETS = frozenset("NZQRC")
_STARTS = frozenset({"num", "rep", "based", "sym", "const", "word", "fn", "open", "cmd", "numbers", "bar"})
_NO_ARGUMENT = frozenset({"pmod", "not", "tag"})


class Commands(Brackets):
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
        if variable := self._differential():
            return Node("diff", (self._factors(), variable))
        return Node("div", (self.argument(), self.argument()))

    def _differential(self) -> Node | None:
        r"""Skip the `{d}{dx}` of a derivative and return its variable, where one stands here."""
        kinds = [token[:2] for token in self.tokens[self.at : self.at + 8]]
        if kinds[:4] != [("open", "{"), ("sym", "d"), ("close", "}"), ("open", "{")] or len(kinds) < 7:
            return None
        if kinds[4][0] == "word" and kinds[4][1][0] == "d" and len(kinds[4][1]) == 2 and kinds[5] == ("close", "}"):
            self.at += 6
            return sym(kinds[4][1][1])
        if kinds[4] == ("sym", "d") and kinds[5][0] == "sym" and kinds[6] == ("close", "}"):
            self.at += 7
            return sym(kinds[5][1])
        return None

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

    # Functions.

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
        while self.tokens[self.at][0] in _STARTS and not self._ends_argument():
            factors.append(self.factor())
        return factors[0] if len(factors) == 1 else Node("mul", tuple(factors))

    def _ends_argument(self) -> bool:
        kind, value, _, _ = self.tokens[self.at]
        if kind == "bar":
            return self.bars > 0
        return kind == "fn" or (kind == "cmd" and value in _NO_ARGUMENT)

    # Big operators.

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
        return self.argument()

    def _body(self) -> Node:
        node = self._implicit()
        while self.take("op", "*"):
            node = Node("mul", (node, self._implicit()))
        if self.take("op", "/"):
            node = Node("div", (node, self._implicit()))
        return node

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
        while self.tokens[self.at][0] in _STARTS and not (self.tokens[self.at][0] == "bar" and self.bars > 0):
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
        body = self.expression() if variable is None or self.tokens[self.at][0] in _STARTS else num(1)
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
