r"""`Node`: one piece of a parsed answer, as plain hashable data.

A node is a head and its arguments; nothing is evaluated while it is built, so `1/0` and `2^{10^9}` are just trees.

Expressions:

| head | args | example |
|---|---|---|
| `num` | an int or a Fraction, never negative | `3`, `0.\overline{3}` |
| `dec` | a Fraction, and how many decimals were written | `2.50` is `(5/2, 2)` |
| `sym` | a name, with its subscript after `_` | `x_{1}` is `x_1`, `\alpha` is `alpha` |
| `const` | `pi`, `e`, `i` or `oo` | `\pi` |
| `neg` | a node | `-x` |
| `add`, `mul` | two or more nodes | `a + b - c` is `add(a, b, neg(c))` |
| `div` | numerator, denominator | `\frac{a}{b}`, `a/b` |
| `pow` | base, exponent | `x^2` |
| `root` | radicand, index | `\sqrt{x}` has index `num(2)` |
| `pm`, `mp` | a node | `\pm x`; `a \pm b` is `add(a, pm(b))` |
| `percent`, `degree` | a node | `5\%`, `90^\circ` |
| `fn` | a name of `FUNCTIONS`, then nodes | `\sin x`, `\log_2 8` is `fn("log", num(8), num(2))` |
| `call` | an unknown function's name, then nodes | `f(x)` |
| `sum`, `prod` | body, variable, from, to | `\sum_{k=1}^{n} k` |
| `int` | body, variable; or body, variable, from, to | `\int_0^1 x\,dx` |
| `lim` | body, variable, point, side ("", "+" or "-") | `\lim_{x \to 0} x` |
| `diff` | body, variable | `\frac{d}{dx} x^2` |
| `matrix` | rows, each a tuple of nodes | `\begin{pmatrix}1&2\end{pmatrix}` |
| `based` | the digits as written, the base as an int | `1011_2` |
| `dots` | | `\ldots` |

Structures:

| head | args | example |
|---|---|---|
| `tuple` | nodes | `(1, 2)` |
| `list` | nodes | `1, 2`, `1 \text{ and } 2` |
| `any` | nodes | `1 \text{ or } 2`: a list, but never a tuple |
| `set` | nodes | `\{1, 2\}`, `\emptyset` |
| `interval` | low, high, "[" or "(", "]" or ")" | `[0, 1)`; `(0, 1)` is a `tuple` and `[0, 1]` an `interval` |
| `union`, `inter`, `minus` | two or more nodes | `A \cup B`, `A \cap B`, `A \setminus B` |
| `complement` | a node | `A^c` is not parsed so; `\overline{A}` of a set is |
| `builder` | variable or membership, condition | `\{x : x > 0\}` |
| `numbers` | `N`, `Z`, `Q`, `R` or `C` | `\mathbb{R}` |
| `rel` | operators as a tuple of texts, then one node more | `1 < x \le 2` is `rel(("<", "<="), 1, x, 2)` |
| `ratio` | nodes | `1:2:3` |
| `clock` | numbers | `12:00`, which is also the ratio 12 : 0 |
| `text` | the words | `\text{even}` |
| `quantity` | a node, the unit's name | `5\text{ cm}^2`, `\$5` |
| `choice` | a letter, a statement | `\textbf{(C)}\ 5` |

Operators of `rel`: `=`, `!=`, `<`, `<=`, `>`, `>=`, `~` (approximately), `in`, `notin`, `subset`, `equiv`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, NamedTuple

FUNCTIONS = frozenset(
    {
        *("sin", "cos", "tan", "cot", "sec", "csc"),
        *("arcsin", "arccos", "arctan", "arccot", "arcsec", "arccsc"),
        *("sinh", "cosh", "tanh", "coth", "sech", "csch"),
        *("arsinh", "arcosh", "artanh", "arcoth", "arsech", "arcsch"),
        *("exp", "ln", "log", "abs", "floor", "ceil", "sgn", "fact", "fact2", "binom"),
        *("min", "max", "gcd", "lcm", "mod", "conj", "re", "im", "arg", "det", "gamma", "phi"),
    }
)
"""The functions with a known meaning. `log` of one argument is the logarithm as written without a base; `fact2` is the
double factorial; `phi` is not a symbol here but Euler's totient with an integer argument."""


class Node(NamedTuple):
    """A head and its arguments, as the module's tables have them."""

    head: str
    args: tuple[Any, ...]


class TooLarge(ValueError):  # noqa: N818  a claim about the text, as it reads in messages
    """A text or a value is past a stated cap; the message says which."""


class Undefined(ValueError):  # noqa: N818  as above
    """An expression has no value anywhere: a division by zero, the logarithm of zero."""


def num(value: int | Fraction) -> Node:
    """Return the exact number `value` as a tree: a negative one is the `neg` of its opposite."""
    return Node("num", (value,)) if value >= 0 else Node("neg", (Node("num", (-value,)),))


def sym(name: str) -> Node:
    """Return the symbol `name`."""
    return Node("sym", (name,))


def children(node: Node) -> Iterator[Node]:
    """Yield the nodes directly under `node`, through the rows of a matrix too."""
    for one in node.args:
        if isinstance(one, Node):
            yield one
        elif node.head == "matrix":
            yield from one


def walk(node: Node) -> Iterator[Node]:
    """Yield `node` and every node under it, without recursion."""
    pending = [node]
    while pending:
        one = pending.pop()
        yield one
        pending.extend(children(one))


def replaced(node: Node, change: Callable[[Node], Node | None]) -> Node:
    """Return `node` with every part for which `change` gives a tree replaced by it, from the top down."""
    new = change(node)
    if new is not None:
        return new
    if not any(True for _ in children(node)):
        return node
    parts = [
        replaced(one, change)
        if isinstance(one, Node)
        else tuple(replaced(entry, change) for entry in one)
        if node.head == "matrix"
        else one
        for one in node.args
    ]
    return Node(node.head, tuple(parts))


def renamed(node: Node, old: Node, new: Node) -> Node:
    """Return `node` with the tree `new` wherever `old` stands."""
    return replaced(node, lambda one: new if one == old else None)


def symbols(node: Node) -> frozenset[str]:
    """Return the names of the symbols in `node`."""
    return frozenset(one.args[0] for one in walk(node) if one.head == "sym")


PI, E, IMAGINARY, INFINITY = (Node("const", (name,)) for name in ("pi", "e", "i", "oo"))
"""The constants."""
ZERO, ONE, TWO = num(0), num(1), num(2)
"""The numbers that the grammars make most often."""
