r"""The task restated: an unevaluated sum, integral, limit or product, a relation where a value is asked, a false claim.

This is not symmetric: what may stand as a reference may be no answer.
"""

import pytest

from tests.rewards.maths.rows import Case, check, rows

UNEVALUATED: list[Case] = [
    (
        "5050",
        ["100*101/2", r"\frac{100\cdot101}{2}"],
        [r"\sum_{k=1}^{100} k", r"\sum_{i=1}^{100}i", r"\displaystyle\sum_{n=1}^{100} n"],
    ),
    (
        r"\frac13",
        ["1/3"],
        [r"\int_0^1 x^2\,dx", r"\int_{0}^{1} t^2 dt", r"\int x^2 dx", r"\lim_{n\to\infty}\frac{n}{3n+1}"],
    ),
    (
        "1",
        ["3-2"],
        [r"\lim_{x\to0}\frac{\sin x}{x}", r"\sum_{n=1}^{\infty}\frac{1}{2^n}", r"\prod_{k=1}^{1}k", r"\int_0^1 1\,dx"],
    ),
    ("120", ["5!"], [r"\prod_{k=1}^5k", r"\prod_{k=1}^{5} k", r"\sum_{k=1}^{15}k"]),
    ("e", [r"\mathrm{e}"], [r"\lim_{n\to\infty}\left(1+\frac1n\right)^n", r"\sum_{n=0}^{\infty}\frac{1}{n!}"]),
    (r"\frac{\pi^2}{6}", [r"\pi^2/6"], [r"\sum_{n=1}^{\infty}\frac{1}{n^2}", r"\sum_{k=1}^\infty k^{-2}"]),
    ("x^2", [], [r"\int 2x\,dx", r"\int_0^x 2t\,dt", r"\lim_{h\to0}\frac{(x+h)^3-x^3}{3h}"]),
    (r"\frac{n(n+1)}{2}", [r"\frac{n^2+n}{2}"], [r"\sum_{k=1}^n k", r"\sum_{i=1}^{n}i", r"1+2+\cdots+n"]),
]

SAME_HEAD: list[Case] = [
    (
        r"\sum_{k=1}^{n} k^2",
        [r"\sum_{k=1}^n k^2", r"\sum_{i=1}^n i^2", r"\sum_{k=1}^{n} k\cdot k", r"\sum\limits_{k=1}^{n} k^2"],
        [
            r"\sum_{k=1}^n k",
            r"\sum_{k=0}^{n-1}k^2",
            r"\sum_{k=1}^{m}k^2",
            r"\prod_{k=1}^n k^2",
            r"\sum_{k=1}^{n+1}k^2",
            "n^2",
        ],
    ),
    (
        r"F_n = \sum_{k=0}^{n-1} F_k F_{n-k-1}",
        [r"F_n = \sum_{k=0}^{n-1} F_{n-k-1} F_k", r"\sum_{k=0}^{n-1} F_k F_{n-k-1}"],
        [
            r"F_n = \sum_{k=0}^{n-2} F_k F_{n-k-2}",
            r"F_n = \sum_{k=0}^{n} F_k F_{n-k-1}",
            r"\sum_{k=1}^{n-1} F_k F_{n-k-1}",
        ],
    ),
    (
        r"\int_0^1 f(x)\,dx",
        [r"\int_{0}^{1}f(x)dx"],
        [r"\int_0^2 f(x)\,dx", r"\int_0^1 g(x)\,dx", r"\int_1^0 f(x)\,dx", "f(x)"],
    ),
    (
        r"\prod_{k=1}^{n} (2k-1)",
        [r"\prod_{k=1}^n (-1+2k)"],
        [r"\prod_{k=1}^n 2k", r"\sum_{k=1}^n(2k-1)", r"\prod_{k=1}^{2n}(2k-1)"],
    ),
]

UNSOLVED: list[Case] = [
    (r"\{1,2\}", ["x=1,2", "x=1, x=2"], ["x^2-3x+2=0", "(x-1)(x-2)=0", "x^2+2=3x"]),
    ("(-3,3)", ["-3<x<3", "3>x>-3"], [r"x^2\le9", "x^2=9", "x^2>9"]),
    (r"[3,\infty)", [r"x\ge3"], ["x^2=9", r"x^3>27", "x=3"]),
]
"""Relations that a task may ask to solve: an equation is not its solutions."""

UNSOLVED_INEQUALITIES: list[Case] = [
    ("(-3,3)", [], ["x^2<9", "x^2-9<0", "9>x^2"]),
    (r"(-\infty,1)\cup(2,\infty)", [], ["(x-1)(x-2)>0", "x^2-3x+2>0", r"\{x : x^2-3x+2>0\}"]),
    (r"[3,\infty)", [], [r"x^3\ge27"]),
]
"""What a task says, copied: it has the same solutions, and nothing is solved."""

RELATIONS: list[Case] = [
    ("5", [], ["x+2=7", "2x=10", "x^2=25", "x>4", r"x \le 5", r"5 \ne 6", "2x+3=13", "10=2x", "x+5=y"]),
    ("7", ["x=7"], ["4=7", "7=4", "3+3=7", "7=8=7", "7<8", "x<8", "0=7"]),
    ("3", [], [r"\sqrt{x}=\sqrt3", r"x^3=27", r"3 \le x \le 3.1", r"x+y=3", r"4 \approx 3", "3=x+y"]),
    ("x+1", [], ["x+1=0", "x+1=x+1=0", "x+1>0", "y+1=x+2", r"x+1\ne0"]),
    ("0", [], ["x=x", "x-x=1", "0=1", "a+b=0", "2x=0", "x^2+1=0"]),
    ("1", [], [r"\frac{x}{x}=x", "x^0=y", "2=1", r"1 \ne 1", "1<2", "0.5=1"]),
]


@pytest.mark.parametrize(("reference", "answer", "right"), rows(UNEVALUATED))
def test_the_unevaluated_task_is_not_its_value(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(SAME_HEAD))
def test_an_unevaluated_reference_has_its_own_head(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(UNSOLVED))
def test_an_unsolved_relation_is_not_its_solutions(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(UNSOLVED_INEQUALITIES))
def test_an_unsolved_inequality_is_not_its_solutions(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(RELATIONS))
def test_a_relation_is_not_a_value(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


CASES = [*SAME_HEAD, *RELATIONS]
"""The rows that are symmetric."""
