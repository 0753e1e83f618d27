r"""One expression in the many spellings of LaTeX and of plain text, and polynomials in every arrangement.

Here the mathematics is easy and the reading is not: spacing commands, sizes of brackets, styles, implicit products.
"""

import pytest

from tests.rewards.maths.rows import Case, check, rows

SPELLINGS: list[Case] = [
    (
        r"\frac{x+2}{7}",
        [
            r"\frac{x}{7}+\frac{2}{7}",
            "(x+2)/7",
            r"\dfrac{x+2}7",
            r"\tfrac17(x+2)",
            r"{x+2 \over 7}",
            r"\frac{(x+2)}{(7)}",
            r"\frac17x+\frac27",
        ],
        ["x+2/7", r"\frac{x}{7}+2", r"\frac{7}{x+2}", r"\frac{x-2}{7}", r"\frac{2x}{7}", r"\frac{x+2}{71}"],
    ),
    (
        "(x-2)(x+2)",
        [
            r"\left(x-2\right)\left(x+2\right)",
            "x^2-4",
            "(x+2)(x-2)",
            r"\bigl(x-2\bigr)\bigl(x+2\bigr)",
            r"(x-2)\cdot(x+2)",
            "(x-2)*(x+2)",
            r"(x-2)\,(x+2)",
            r"\big(x-2\big)\times\big(x+2\big)",
            r"\Big(x-2\Big)\Big(x+2\Big)",
            "[x-2][x+2]",
        ],
        ["(x-2)^2", "x^2+4", "x-2x+2", "(x-2)+(x+2)", "x^2-2", "4-x^2", "(x-2)(x+3)"],
    ),
    (
        r"6r^2-4r-24",
        [r"2(3r^2-2r-12)", "6r^{2} - 4r - 24", "-24-4r+6r^2", "6*r**2-4*r-24", r"6r^2-4r+(-24)"],
        ["6r^2+4r-24", "6r^2-4r", "6r-4r-24", "(6r)^2-4r-24"],
    ),
    (
        r"ab",
        [r"a\,b", r"a\;b", r"a\!b", r"a\quad b", r"a\:b", r"a\cdot b", r"a\ b", r"{a}{b}", r"a\thinspace b"],
        ["a+b", "a^b", "a/b", "a-b"],
    ),
    (
        r"\sqrt{b+x}",
        [r"\sqrt{x+b}", r"(b+x)^{\frac12}", "sqrt(x+b)", r"\sqrt{ b + x }", r"(x+b)^{0.5}"],
        [r"\sqrt{b}+x", r"\sqrt{b}+\sqrt{x}", r"\sqrt{b-x}", r"\sqrt bx", "sqrt(b)+x"],
    ),
    (
        r"\frac{a}{b}",
        ["a/b", r"a\div b", r"\frac ab", r"\frac{2a}{2b}", r"ab^{-1}", r"\frac{-a}{-b}"],
        ["b/a", r"\frac{b}{a}", r"-\frac ab", "ab", r"\frac{a+1}{b+1}"],
    ),
    (r"x^{2y}", ["x^{y+y}", "(x^y)^2", r"x^{2 y}", "x^(2y)", "x**(2*y)"], ["x^2y", "x^{2+y}", "x^{y^2}", "2x^y"]),
    (
        r"\frac{1}{2x}",
        ["1/(2x)", r"\frac{1}{2}\cdot\frac1x", r"\frac{1/2}{x}", r"(2x)^{-1}"],
        [r"\frac{x}{2}", r"\frac12x", "2/x", r"\frac{2}{x}"],
    ),
    (
        "13\\pi R^2",
        ["13*pi*R^2", r"13\pi R^{2}", r"13R^2\pi", "13 pi R^2", r"\pi\cdot13\cdot R\cdot R"],
        ["13*pi*r^2", r"13\pi R", r"(13\pi R)^2", r"13\pi^2R"],
    ),
    (
        r"\sin\left(\frac{\pi x}{5}\right)",
        ["sin(pi*x/5)", r"\sin\frac{\pi x}{5}", r"\sin(\pi x/5)", r"\sin{\frac{\pi x}{5}}"],
        [r"\frac{\sin\pi x}{5}", r"\sin(5\pi x)", r"\cos\frac{\pi x}{5}", "sin(pi*x)/5"],
    ),
    (
        "5r^5",
        ["5*r^5", "5 r^{5}", r"5\cdot r^5", "r^5*5", r"5\,r^5", "5r^4r"],
        ["(5r)^5", "5r5", "25r", "5r^6", "r^5", "5^5r"],
    ),
    (
        r"\dfrac{1}{2\sin\left(\frac{\pi}{26}\right)}",
        [r"\frac{1}{2\sin\!\bigl(\pi/26\bigr)}", r"\frac{1}{2}\csc\frac{\pi}{26}"],
        [r"\frac{\sin(\pi/26)}{2}", r"2\sin\frac{\pi}{26}", r"\frac{1}{2\cos(\pi/26)}"],
    ),
    (
        r"\left|\frac{x}{2}\right|",
        [r"\frac{|x|}{2}", r"\lvert x/2\rvert", r"\left\lvert\frac x2\right\rvert", r"\frac12\vert x\vert"],
        [r"\frac{x}{2}", r"|x|-2", r"-\left|\frac x2\right|"],
    ),
    (
        r"2^{x+1}",
        ["2^(x+1)", r"2^{\left(x+1\right)}", r"2\cdot2^x", "2**(x+1)"],
        ["2^x+1", "2x+1", "(2^x)^1", "2^{x-1}"],
    ),
]

POLYNOMIALS: list[Case] = [
    (
        "x^5 - x^4 + x^3 - x^2 + x - 1",
        [
            "(x-1)(x^4+x^2+1)",
            "x^5-x^4+x^3-x^2+x-1",
            "-1+x-x^2+x^3-x^4+x^5",
            r"\frac{x^6-1}{x+1}",
            "x^{5}-x^{4}+x^{3}-x^{2}+x-1",
        ],
        ["x^5+x^4+x^3+x^2+x+1", "x^5-x^4+x^3-x^2+x+1", "x^5-1", "x^6-1", "x^5-x^4+x^3-x^2-x-1", "x5-x4+x3-x2+x-1"],
    ),
    (
        "(a+5)(b+2)",
        ["(b+2)(a+5)", "ab+2a+5b+10", "a(b+2)+5(b+2)"],
        ["(+5)(b+2)", "(a+2)(b+5)", "ab+10", "(a+5)(b-2)", "(a+5)+(b+2)"],
    ),
    (
        "x^2+2x+1",
        ["(x+1)^2", "1+2x+x^2", "(1+x)(x+1)", "x(x+2)+1"],
        ["y^2+2y+1", "(x-1)^2", "x^2+1", "(x+1)^3", "x^2+2x-1", "x^2+2x"],
    ),
    (
        "8n^2 + 4n + 1",
        ["4n(2n+1)+1", "1+4n+8n^2", r"8n^{2}+4n+1"],
        ["8n^2+4n", "12n+1", "8n^2-4n+1", "8(n^2+4n+1)", "8n+4n+1"],
    ),
    (
        "4N^3+9N^2+6N+1",
        ["(N+1)^2(4N+1)", "(4N+1)(1+N)^2"],
        ["(N+1)(4N+1)^2", "4n^3+9n^2+6n+1", "(N+1)^2(4N-1)", "(N+1)^3"],
    ),
    ("15x - 80", ["5(3x-16)", "-80+15x", "-(80-15x)"], ["15x+80", "80-15x", "15(x-80)", "3x-16", "-65x"]),
    ("-13x+3", ["3-13x", "-(13x-3)"], ["13x-3", "3+13x", "-13(x+3)", "-10x", "-13x-3"]),
    (
        r"\frac{n^2-n}{2}",
        [r"\frac{n(n-1)}2", r"\frac12n^2-\frac12n", r"\frac{1}{2}n(n-1)"],
        [r"\frac{n^2}{2}-n", r"\frac{n(n+1)}{2}", r"\frac{n^2-1}{2}"],
    ),
    (
        r"\frac{\pi r}{h+r}",
        [r"\frac{\pi r}{r+h}", r"\pi\cdot\frac{r}{h+r}", r"\pi r(h+r)^{-1}"],
        [r"\frac{\pi r}{h}+r", r"\frac{\pi r}{h-r}", r"\frac{\pi}{h+r}", r"\frac{\pi R}{h+R}"],
    ),
    (
        "x+1",
        [r"\frac{x^2-1}{x-1}", r"\frac{(x+1)^2}{x+1}", "1+x"],
        [r"\frac{x^2+1}{x+1}", "x-1", r"\frac{x^2-1}{x+1}", "x^1+11"],
    ),
    (
        r"\frac1x+\frac1y",
        [r"\frac{x+y}{xy}", "1/x+1/y", r"\frac{y+x}{yx}", "x^{-1}+y^{-1}"],
        [r"\frac{2}{x+y}", r"\frac{1}{x+y}", r"\frac{xy}{x+y}", r"\frac{1}{xy}"],
    ),
    (
        r"11 \sqrt{5} + 11",
        [r"11(\sqrt5+1)", r"11+11\sqrt5", r"11+\sqrt{605}"],
        [r"22\sqrt5", r"11\sqrt{6}", r"11\sqrt5", r"11(\sqrt5+11)", r"11\sqrt{5+11}"],
    ),
    (
        r"\frac{9}{4}\pi",
        [r"\frac{9\pi}{4}", r"\frac94\pi", r"2.25\pi", r"9\pi/4", r"2\frac14\pi"],
        [r"\frac{9}{4\pi}", r"\frac49\pi", r"\frac94", r"9\frac{\pi}{4}\cdot2"],
    ),
    (
        r"-\dfrac{\pi e}{2}",
        [r"-\dfrac{\pi\,e}{2}", r"-\frac12e\pi", r"-\frac{e\pi}{2}"],
        [r"\frac{\pi e}{2}", r"-\frac{\pi+e}{2}", r"-\frac{\pi^e}{2}", r"-\frac{2}{\pi e}"],
    ),
    ("a^2-b^2", ["(a-b)(a+b)", "-b^2+a^2", "(a+b)(a-b)"], ["(a-b)^2", "a^2+b^2", "b^2-a^2", "a-b", "(a-b)(a-b)"]),
    (
        r"\frac{x}{x+1}",
        [r"1-\frac{1}{x+1}", r"\frac{1}{1+\frac1x}", "x/(x+1)"],
        ["x/x+1", r"\frac{1}{x+1}", r"\frac{x}{x-1}", r"1+\frac{1}{x+1}"],
    ),
]


@pytest.mark.parametrize(("reference", "answer", "right"), rows(SPELLINGS))
def test_one_expression_in_many_spellings(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(POLYNOMIALS))
def test_an_expression_in_every_arrangement(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


CASES = [*SPELLINGS, *POLYNOMIALS]
