r"""What needs computer algebra: infinite sums, integrals, limits and derivatives, deferred unless it is allowed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from rlvr.rewards.maths.grammar.reading import read
from rlvr.rewards.maths.tree import Node, num, sym
from rlvr.rewards.maths.truth import NeedsSymbolic, Truth
from rlvr.rewards.maths.values.scalar import equal

X, N = sym("x"), sym("n")


def diff(body: str) -> Node:
    return Node("diff", (read(body), X))


def limit(body: str, point: str, side: str = "") -> Node:
    return Node("lim", (read(body), X, read(point), side))


PAIRS = [
    (read(r"\sum_{k=1}^{n} k"), r"\frac{n(n+1)}{2}", r"\frac{n(n-1)}{2}"),
    (read(r"\sum_{k=0}^{n} r^k"), r"\frac{r^{n+1}-1}{r-1}", r"\frac{r^{n}-1}{r-1}"),
    (read(r"\sum_{k=1}^{\infty} \frac{1}{k^2}"), r"\frac{\pi^2}{6}", r"\frac{\pi^2}{8}"),
    (read(r"\sum_{k=0}^{\infty} \frac{1}{k!}"), "e", "3"),
    (read(r"\sum_{k=1}^{1000000} k"), "500000500000", "500000500001"),
    (read(r"\sum_{k=0}^n \binom{n}{k}"), "2^n", "2^{n+1}"),
    (read(r"\int_0^1 x dx"), r"\frac12", r"\frac13"),
    (read(r"\int_0^\infty e^{-x^2} dx"), r"\frac{\sqrt\pi}{2}", r"\sqrt\pi"),
    (read(r"\int x^2 dx"), r"\frac{x^3}{3}", r"\frac{x^3}{2}"),
    (diff(r"x^2\sin x"), r"2x\sin x+x^2\cos x", r"2x\cos x"),
    (diff(r"f(x)^2"), None, "f(x)"),
    (limit(r"\frac{\sin x}{x}", "0"), "1", "0"),
    (limit(r"\frac{|x|}{x}", "0", "+"), "1", "-1"),
    (limit(r"\frac{|x|}{x}", "0", "-"), "-1", "1"),
    (limit(r"\left(1+\frac1x\right)^x", r"\infty"), "e", "1"),
    (Node("prod", (sym("k"), sym("k"), num(1), N)), "n!", "(n+1)!"),
]
EQUAL = [(node, right) for node, right, _ in PAIRS if right is not None]
UNEQUAL = [(node, wrong) for node, _, wrong in PAIRS]


@pytest.mark.parametrize(("node", "right"), EQUAL)
def test_that_processes_are_worked_out(node: Node, right: str) -> None:
    assert equal(node, read(right), symbolic=True).truth is Truth.TRUE
    assert equal(read(right), node, symbolic=True).truth is Truth.TRUE


@pytest.mark.parametrize(("node", "wrong"), UNEQUAL)
def test_that_processes_are_not_worked_out_to_something_else(node: Node, wrong: str) -> None:
    assert equal(node, read(wrong), symbolic=True).truth is not Truth.TRUE


@pytest.mark.parametrize("node", [node for node, _, _ in PAIRS])
def test_that_processes_are_deferred(node: Node) -> None:
    with pytest.raises(NeedsSymbolic):
        equal(node, num(7), symbolic=False)
    assert equal(node, node, symbolic=False).truth is Truth.TRUE


def test_that_bound_variables_may_be_renamed() -> None:
    assert equal(read(r"\sum_{k=1}^{n} k^x"), read(r"\sum_{j=1}^{n} j^x"), symbolic=False).truth is Truth.TRUE
    assert equal(read(r"\int_0^a t^x dt"), read(r"\int_0^a u^x du"), symbolic=False).truth is Truth.TRUE


def test_that_subscripts_of_a_bound_variable_are_left_alone() -> None:
    left, right = read(r"\sum_{k=0}^{n} F_kF_{n-k-1}"), read(r"\sum_{k=0}^{n} F_kF_{n-k-2}")
    for symbolic in (False, True):
        assert equal(left, left, symbolic=symbolic).truth is Truth.TRUE
        assert equal(left, right, symbolic=symbolic).truth is Truth.UNKNOWN
        assert equal(left, read("(n+1)F_kF_{n-k-1}"), symbolic=symbolic).truth is Truth.UNKNOWN


def test_that_subscripts_within_a_name_are_left_alone() -> None:
    body = sym("a_k+1")
    node = Node("sum", (body, sym("k"), num(1), num(3)))
    assert equal(node, Node("mul", (num(3), body)), symbolic=True).truth is Truth.UNKNOWN
    assert equal(node, node, symbolic=True).truth is Truth.TRUE


@pytest.mark.parametrize("text", [r"2^{2^{2^{100}}}", r"\lfloor 2^{10^9}\rfloor", r"e^{e^{e^{e^{e^e}}}}"])
def test_that_what_algebra_cannot_afford_is_not_deferred(text: str) -> None:
    assert equal(read(text), num(5), symbolic=False).truth is not Truth.TRUE
    assert equal(read(text), num(5), symbolic=True).truth is not Truth.TRUE


def test_that_sympy_and_mpmath_stay_out_until_they_are_needed() -> None:
    program = (
        "import sys; from rlvr.rewards.maths.grammar.reading import read;"
        "from rlvr.rewards.maths.values.scalar import equal;"
        "equal(read('(x+1)^2'), read('x^2+2x+1'), symbolic=False); equal(read('x'), read('\\\\sin x'), symbolic=False);"
        "assert not {'sympy', 'mpmath', 'numpy'} & set(sys.modules), 'too much is loaded'"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
