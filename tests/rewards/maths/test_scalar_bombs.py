r"""Expressions that would cost minutes or gigabytes if they were computed: each is decided or refused within bounds."""

from __future__ import annotations

import pytest

from rlvr.rewards.maths.grammar.reading import read
from rlvr.rewards.maths.tree import Node, TooLarge, num, sym
from rlvr.rewards.maths.truth import NeedsSymbolic, Truth
from rlvr.rewards.maths.values import scalar

pytestmark = pytest.mark.timeout(60)
"""What is computed after all takes far longer, or never ends."""


def decided(a: Node, b: Node) -> Truth | None:
    """Return the truth of `a = b`, None where it was refused or deferred."""
    try:
        return scalar.equal(a, b, symbolic=False).truth
    except (NeedsSymbolic, TooLarge):
        return None


def fn(name: str, *args: Node) -> Node:
    return Node("fn", (name, *args))


def power(base: Node, exponent: Node) -> Node:
    return Node("pow", (base, exponent))


def nested(head: str, depth: int) -> Node:
    node = sym("x")
    for _ in range(depth):
        node = {
            "root": lambda one: Node("root", (Node("add", (one, num(2))), num(2))),
            "tower": lambda one: power(sym("x"), one),
            "numeric tower": lambda one: power(num(2), one),
            "fact": lambda one: fn("fact", Node("add", (one, num(3)))),
            "sin": lambda one: fn("sin", one),
            "div": lambda one: Node("div", (num(1), Node("add", (num(1), one)))),
            "square": lambda one: power(Node("add", (one, num(1))), num(2)),
        }[head](node)
    return node


TWO_HUGE = [
    (r"2^{10^9}", r"4^{500000000}", Truth.TRUE),
    (r"2^{10^9}", r"2^{10^9}+1", Truth.FALSE),
    (r"2^{10^9}", r"3^{10^9}", Truth.FALSE),
    (r"2^{10^9}\cdot2", r"2^{10^9+1}", Truth.TRUE),
    (r"10^{10^9}", r"2^{10^9}5^{10^9}", Truth.TRUE),
    (r"6^{10^9}", r"2^{10^9}3^{10^9}", Truth.TRUE),
    (r"(-2)^{10^9+1}", r"-2^{10^9+1}", Truth.TRUE),
    (r"\frac{2^{10^9}}{2^{10^9-3}}", "8", Truth.TRUE),
    (r"\log_2(2^{10^9})", "10^9", Truth.TRUE),
    (r"(10^9)!", r"(10^9)!", Truth.TRUE),
    (r"(10^9)!", r"5", Truth.FALSE),
    (r"\binom{1000000000}{500000000}", "7", Truth.FALSE),
    (r"\binom{1000000000}{500000000}", r"\binom{1000000000}{500000000}", Truth.TRUE),
    (r"\binom{1000000000}{1}", "10^9", Truth.TRUE),
    (r"2^{2^{2^{100}}}", r"2^{2^{2^{100}}}", Truth.TRUE),
    (r"2^{2^{2^{100}}}", r"5", None),
    (r"(a+b+c+d)^{1000}", r"(b+a+c+d)^{1000}", Truth.TRUE),
    (r"(a+b+c+d)^{1000}", "0", Truth.FALSE),
    (r"x^{10^{30}}", r"x^{10^{30}+1}", Truth.FALSE),
    (r"\sum_{k=1}^{1000000000} k", "500000000500000000", None),
    (r"\sin(10^{10^{5}})", r"\cos(10^{10^{5}})", None),
    (r"\lfloor 2^{10^9}\rfloor", "5", None),
    (r"\lfloor\pi^{10^{6}}\rfloor", "5", None),
    (r"e^{e^{e^{e^{e^e}}}}", "5", None),
    (r"\sqrt[1000000000]{2}", "1", Truth.FALSE),
    (r"\gcd(2^{10000}, 6^{5000})", r"2^{5000}", Truth.TRUE),
    (r"\sqrt[3]{2+\sqrt5}+\sqrt[3]{2-\sqrt5}+10^{-400}", "1", Truth.FALSE),
    (r"\sqrt[3]{2+\sqrt5}+\sqrt[3]{2-\sqrt5}+2^{-10^9}", "1", None),
    (r"\sqrt[3]{2+\sqrt5}+\sqrt[3]{2-\sqrt5}+e^{-10000}", "1", None),
    (r"e^{\pi\sqrt{163}}", "262537412640768744", Truth.FALSE),
    (r"\frac{1}{\frac{1}{\frac{1}{10^{4000}}}}", r"10^{-4000}", Truth.TRUE),
]


@pytest.mark.parametrize(("left", "right", "truth"), TWO_HUGE)
def test_that_huge_numbers_are_decided_or_refused(left: str, right: str, truth: Truth | None) -> None:
    found = decided(read(left), read(right))
    assert found is truth or (truth is None and found in (None, Truth.UNKNOWN, Truth.FALSE))


@pytest.mark.parametrize("head", ["root", "tower", "numeric tower", "fact", "sin", "div", "square"])
@pytest.mark.parametrize("depth", [15, 200, 1_000])
def test_that_nesting_is_bounded(head: str, depth: int) -> None:
    node = nested(head, depth)
    assert decided(node, node) in (Truth.TRUE, Truth.FALSE, Truth.UNKNOWN, None)
    assert decided(node, num(7)) is not Truth.TRUE
    for question in (scalar.is_undefined, scalar.value, scalar.approximate, scalar.canonical_key):
        question(node)
    assert scalar.order(node, num(2)) is None
    assert scalar.sign_ratio(node, num(2)) is None


WIDE = {
    "a product of 60 sums": Node("mul", tuple(Node("add", (sym(f"x_{k}"), num(1))) for k in range(60))),
    "a sum of 3000 symbols, squared": power(Node("add", tuple(sym(f"x_{k}") for k in range(3000))), num(2)),
    "100 large powers": Node("mul", tuple(power(num(k + 2), num(2999)) for k in range(100))),
    "200 large fractions": Node("add", tuple(Node("div", (num(1), num(10**30 + k))) for k in range(200))),
    "80 roots": Node("add", tuple(Node("root", (num(k + 2), num(2))) for k in range(80))),
    "80 roots, inverted": Node(
        "div", (num(1), Node("add", tuple(Node("root", (num(k + 2), num(2))) for k in range(80))))
    ),
    "40 roots, to the 40th": power(Node("add", tuple(Node("root", (num(k + 2), num(2))) for k in range(40))), num(40)),
    "a root of a product of large primes": Node("root", (num((2**127 - 1) * (2**89 - 1)), num(2))),
    "sums in sums": read(r"\sum_{a=1}^{900} (\sum_{b=1}^{900} (\sum_{c=1}^{900} abc))"),
    "a maximum of 2000": fn("max", *[Node("mul", (sym("x"), num(k))) for k in range(2000)]),
    "many kinks": Node("add", tuple(fn("abs", Node("add", (sym("x"), num(k)))) for k in range(300))),
    "a large totient": fn("phi", num((2**127 - 1) * (2**89 - 1))),
    "a large angle": fn("sin", num(10**4000)),
}


@pytest.mark.parametrize("name", WIDE)
def test_that_wide_expressions_are_bounded(name: str) -> None:
    node = WIDE[name]
    assert node.head != "text"
    assert decided(node, Node("add", (node, num(1)))) is not Truth.TRUE
    assert decided(node, node) is Truth.TRUE
    scalar.sign_ratio(node, Node("neg", (node,)))
    scalar.order(node, num(1))
