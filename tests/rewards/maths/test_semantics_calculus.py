r"""References as computer algebra prints them, and unevaluated forms against the same form in another spelling.

`\sin{\left(x \right)}` with its inner spaces, `\left[\begin{matrix}`, `\left( 1, \  2\right)`: many data sets of
parsed answers are written so. An unevaluated form is compared with its own head only.
"""

import pytest

from tests.rewards.maths.rows import Case, check, rows

PRINTED: list[Case] = [
    (
        r"\sin{\left(x \right)}",
        [r"\sin x", r"\sin(x)", "sin(x)", r"\sin{x}"],
        [r"\cos x", r"\sin y", "sin", r"x\sin", r"\sin^2x"],
    ),
    (r"\cos^{2}{\left(x \right)}", [r"\cos^2 x", r"\cos^2(x)", r"(\cos x)^2"], [r"\cos x^2", r"\cos2x", r"\sin^2x"]),
    (
        r"\frac{\ln{\left(x \right)}}{\ln{\left(2 \right)}}",
        [r"\log_2 x", r"\log_{2}(x)"],
        [r"\ln\frac x2", r"\log_x 2", r"\ln x"],
    ),
    (
        r"\frac{\ln{\left(x \right)}}{\ln{\left(a^{2} \right)}}",
        [r"\log_{a^2} x"],
        [r"\log_a x", r"\log_x a^2", r"\log_{2a}x"],
    ),
    (
        r"\operatorname{atan}{\left(x \right)}",
        [r"\arctan x", r"\tan^{-1} x", "atan(x)"],
        [r"\tan x", r"\cot x", r"\frac{1}{\tan x}"],
    ),
    (
        r"\operatorname{asin}{\left(\frac{1}{3} \right)}",
        [r"\arcsin\frac13", r"\sin^{-1}(1/3)"],
        [r"\arccos\frac13", r"\sin\frac13", "3"],
    ),
    (r"\sqrt[3]{x}", [r"x^{1/3}", r"x^\frac13", r"\sqrt[3]{x}"], [r"3\sqrt{x}", r"\sqrt{x}^3", "x^3", r"\sqrt{3x}"]),
    (r"x^{2} y^{3}", ["x^2y^3", "y^3x^2", "x*x*y^3", r"x^2\,y^3"], ["x^3y^2", "(xy)^5", "x^2+y^3", "x^2y", "x^{2y^3}"]),
    (
        r"\frac{x}{y z}",
        ["x/(yz)", r"\frac{x}{y}/z", r"\frac{x}{yz}", r"\frac{x}{y}\cdot\frac{1}{z}"],
        [r"\frac{xz}{y}", "x/y*z", "xyz/1"],
    ),
    (r"1 - f{\left(x \right)}", ["1-f(x)", "-f(x)+1"], ["f(x)-1", "1-f(y)", "1+f(x)", "1-g(x)", "1-f"]),
    (r"f{\left(x,y \right)}", ["f(x, y)", "f(x,y)"], ["f(y,x)", "f(x)", "g(x,y)", "f(x,y,z)"]),
    (r"h_{\theta}\left(x\right)", [r"h_\theta(x)", r"h_{\theta}(x)"], [r"h_\phi(x)", r"h_\theta(y)", "h(x)"]),
    (r"\theta_{1}", [r"\theta_1"], [r"\theta_2", r"\theta", r"\phi_1", r"\theta^1"]),
    (r"{\binom{n}{k}}", [r"\binom nk", r"{n \choose k}", r"\dbinom{n}{k}"], [r"{\binom{k}{n}}", r"\frac{n}{k}", "nk"]),
    (r"\left(x!\right)!", ["(x!)!"], ["x!", "(x!)^2", "x"]),
    (
        r"\left|{x}\right|",
        ["|x|", r"\lvert x\rvert", r"\vert x\vert", r"\left|x\right|"],
        ["x", "-|x|", "|x|^2", "|y|"],
    ),
    (
        r"\left( 1, \  2, \  3\right)",
        ["(1,2,3)", r"\left(1,2,3\right)", "1,2,3"],
        ["(3,2,1)", r"\{1,2,3\}", "(1,2)", "6"],
    ),
    (r"\left\{1, 2, 3\right\}", ["1,2,3", r"\{3,1,2\}", "{1,2,3}"], ["(1,2,3)", r"\{1,2\}", r"\{1,2,3,4\}"]),
    (r"\left[0, 1\right)", ["[0,1)", r"0\le x<1"], ["(0,1)", "[0,1]", "(0,1]", r"\{0\}"]),
    (
        r"\left[0, 1\right] \cup \left\{3\right\}",
        [r"[0,1]\cup\{3\}", r"\{3\}\cup[0,1]"],
        ["[0,3]", r"[0,1)\cup\{3\}", r"[0,1]\cap\{3\}"],
    ),
    (
        r"\left[\begin{matrix}1 & 2\\3 & 4\end{matrix}\right]",
        [
            r"\begin{pmatrix}1&2\\3&4\end{pmatrix}",
            r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}",
            r"\left(\begin{array}{cc}1&2\\3&4\end{array}\right)",
        ],
        [
            r"\begin{pmatrix}1&2\\4&3\end{pmatrix}",
            r"\begin{pmatrix}1&3\\2&4\end{pmatrix}",
            r"\begin{vmatrix}1&2\\3&4\end{vmatrix}",
            "10",
        ],
    ),
    (
        r"- \frac{x}{2} + \frac{3}{4}",
        [r"-\frac12x+\frac34", r"\frac{3-2x}{4}", "0.75-0.5x"],
        [r"-\frac{x}{2}-\frac34", r"\frac{3-x}{4}", r"\frac{x}{2}+\frac34"],
    ),
    (
        r"2 \sqrt{3} + 1",
        [r"1+2\sqrt3", r"\sqrt{12}+1", "2*sqrt(3)+1"],
        [r"3\sqrt3", r"2\sqrt4", r"2\sqrt{3+1}", r"1-2\sqrt3"],
    ),
    (r"a + i b", ["a+bi", "a+ib", r"bi+a", r"a + \mathrm{i} b"], ["a-bi", "a+b", "b+ai", "a+b_i"]),
    (r"\left(-1\right)^{n}", ["(-1)^n", r"\left(-1\right)^n"], ["-1^n", "1^n", "(-1)^{n+1}", "-1", "(-n)^1"]),
    (
        r"\frac{1}{x + \frac{1}{x}}",
        [r"\frac{x}{x^2+1}", "1/(x+1/x)"],
        [r"\frac{x}{x+1}", r"\frac{1}{x}+x", r"\frac{x^2+1}{x}"],
    ),
    ("2", [r"17 \bmod 5", r"\frac{4}{2}", r"\left|-2\right|"], [r"18 \bmod 5", r"5 \bmod 17", r"-\left|-2\right|"]),
]

UNEVALUATED: list[Case] = [
    (
        r"\int x\, dx",
        [r"\int x dx", r"\int x \, dx", r"\int xdx", r"\int{x}\,dx"],
        [r"\int x^2 dx", r"\int_0^1 x dx", "x", r"\sum x"],
    ),
    (
        r"\int\limits_{0}^{1} x\, dx",
        [r"\int_0^1 x dx", r"\int_{0}^{1} x\,dx", r"\int^1_0 x dx"],
        [r"\int_0^2 x dx", r"\int_1^0 x dx", r"\int x dx", "x"],
    ),
    (
        r"\int \left(x + a\right)\, dx",
        [r"\int (x+a) dx", r"\int (a+x)\,dx"],
        [r"\int (x-a) dx", r"\int (x+b)dx", r"\int x dx"],
    ),
    (
        r"\int_a^b f(x)\,dx",
        [r"\int_{a}^{b} f(x) dx", r"\int_a^b f(t)\,dt"],
        [r"\int_b^a f(x)\,dx", r"\int_a^b g(x)\,dx", r"\int_a^c f(x)\,dx", "f(b)-f(a)"],
    ),
    (
        r"\sum_{k=1}^{n} a_k",
        [r"\sum_{k = 1}^n a_k", r"\sum^{n}_{k=1} a_{k}", r"\sum_{j=1}^{n}a_j"],
        [r"\sum_{k=0}^{n}a_k", r"\sum_{k=1}^n a_n", r"\prod_{k=1}^n a_k", "a_k", r"\sum_{k=1}^n b_k"],
    ),
    (
        r"\sum_{n=0}^{\infty} \frac{x^n}{n!}",
        [r"\sum^{\infty}_{n = 0} \frac{x^n}{n!}", r"\sum_{n=0}^\infty\frac{1}{n!}x^n"],
        [r"\sum_{n=1}^{\infty}\frac{x^n}{n!}", r"\sum_{n=0}^\infty\frac{x}{n!}", r"\sum_{n=0}^{10}\frac{x^n}{n!}"],
    ),
    (
        r"\sum_{i=1}^n x_i",
        [r"\sum_{j=1}^n x_j", r"\sum_{k=1}^{n} x_k"],
        ["n x_i", r"\sum_{i=0}^n x_i", "x_i", r"n x_n"],
    ),
    (
        r"\sum_{i=1}^{n} i",
        [r"\sum_{k=1}^n k", r"\sum_{i = 1}^n i"],
        [r"\sum_{i=1}^n k", "ni", "n", r"\sum_{i=1}^n i^2"],
    ),
    (
        r"\prod_{k=1}^{n} f(k)",
        [r"\prod_{k = 1}^n f(k)", r"\prod^{n}_{k=1}f(k)"],
        [r"\sum_{k=1}^n f(k)", r"\prod_{k=1}^{n-1}f(k)", r"\prod_{k=1}^n g(k)", "f(n)"],
    ),
    (
        r"\lim_{x \to 3} f{\left(x \right)}",
        [r"\lim_{x \to 3} f(x)", r"\lim_{x\rightarrow 3}f(x)", r"\lim\limits_{x \to 3} f(x)"],
        [r"\lim_{x\to4}f(x)", r"\lim_{x \to 3} g(x)", "f(x)", "f(3)"],
    ),
    (r"\lim_{x \to 3^+} f(x)", [r"\lim_{x \to 3^{+}} f(x)"], [r"\lim_{x \to 3^-} f(x)", r"\lim_{x \to 4^+} f(x)"]),
    (
        r"\lim_{n \to \infty} a_n",
        [r"\lim_{n \rightarrow \infty} a_n", r"\lim_{n\to\infty}a_{n}"],
        [r"\lim_{n\to\infty}b_n", r"\lim_{n\to0}a_n", "a_n", r"\infty"],
    ),
    (
        r"\frac{d}{d x} f{\left(x \right)}",
        [r"\frac{d}{dx} f(x)", r"\frac{d}{dx}f(x)"],
        [r"\frac{d}{dy}f(x)", "f(x)", r"\frac{d}{dx}g(x)", r"\frac{f(x)}{x}"],
    ),
]

CONTEST: list[Case] = [
    (
        "(-1)^n",
        [r"\left(-1\right)^n", r"\frac{(-1)^{n}}{1}"],
        ["1", "-1", "(-1)^{n+1}", "n", r"\frac{1}{(-1)^{n+1}}", "0"],
    ),
    ("(-2)^n", [r"(-1)^n2^n", r"(-1)^n\cdot2^n"], ["2^n", "-2^n", "(-2)^{n+1}", "2^{-n}", "(-2n)"]),
    (r"\frac{1+(-1)^n}{2}", [r"\frac12+\frac{(-1)^n}{2}"], ["1", "0", r"\frac{1-(-1)^n}{2}", r"\frac12", "(-1)^n"]),
    (
        "2^{2021}",
        ["2^{2021}", r"2\cdot2^{2020}", r"4^{\frac{2021}{2}}"],
        ["2^{2020}", "2021^2", "2^{2021}-1", "2^{2021}+1", "4^{2021}"],
    ),
    (
        r"\frac{2^{2022}-1}{3}",
        [r"\frac{4^{1011}-1}{3}", r"\frac{1}{3}(2^{2022}-1)"],
        [r"\frac{2^{2021}-1}{3}", r"\frac{2^{2022}+1}{3}", r"\frac{2^{2022}}{3}"],
    ),
    ("72", [r"2^3\cdot3^2", r"2^3 \times 3^2", r"8\cdot9"], [r"2^2\cdot3^3", r"2^3+3^2", "27", r"2\cdot3^2"]),
    ("a_n = 2n-1", ["2n-1", "a_n=-1+2n", "a_{n} = 2n - 1"], ["2n+1", "a_n=2n", "n-1", "a_n = n^2", "b_n=2n+1"]),
    (
        r"\frac{\pi}{6}+2k\pi",
        [r"2k\pi+\frac\pi6", r"\pi\left(2k+\frac16\right)"],
        [r"\frac{\pi}{6}+k\pi", r"\frac\pi6", r"\frac{\pi}{3}+2k\pi"],
    ),
    (
        r"\frac{\sqrt{6}+\sqrt{2}}{4}",
        [r"\frac{\sqrt2+\sqrt6}{4}", r"\frac{\sqrt2}{4}(\sqrt3+1)", r"\frac{1+\sqrt3}{2\sqrt2}"],
        [r"\frac{\sqrt6-\sqrt2}{4}", r"\frac{\sqrt8}{4}", r"\frac{\sqrt6+\sqrt2}{2}"],
    ),
    (
        r"\sqrt{2-\sqrt{3}}",
        [r"\frac{\sqrt6-\sqrt2}{2}"],
        [r"\sqrt2-\sqrt[4]{3}", r"\frac{\sqrt6+\sqrt2}{2}", r"\sqrt{2+\sqrt3}"],
    ),
    (
        r"\ln\frac{3}{2}",
        [r"\ln3-\ln2", r"\ln 1.5", r"-\ln\frac23"],
        [r"\frac{\ln3}{\ln2}", r"\ln\frac23", r"\frac32", r"\ln3+\ln2"],
    ),
    (
        r"1-\frac{1}{e}",
        [r"\frac{e-1}{e}", "1-e^{-1}", r"1 - \frac{1}{\mathrm{e}}"],
        [r"1+\frac1e", r"\frac1e", "1-e", "0.632"],
    ),
    (
        r"x=\frac{-b\pm\sqrt{b^2-4ac}}{2a}",
        [r"\frac{-b+\sqrt{b^2-4ac}}{2a},\frac{-b-\sqrt{b^2-4ac}}{2a}"],
        [r"\frac{-b+\sqrt{b^2-4ac}}{2a}", r"\frac{b\pm\sqrt{b^2-4ac}}{2a}", r"\frac{-b\pm\sqrt{b^2+4ac}}{2a}"],
    ),
    ("y-2=3(x-1)", ["y=3x-1", "3x-y-1=0", "y=3(x-1)+2"], ["y=3x-5", "y=3x+1", "y-1=3(x-2)", "x=3y-1"]),
    (
        r"\frac{x^2}{9}-\frac{y^2}{16}=1",
        ["16x^2-9y^2=144", r"\frac{y^2}{16}-\frac{x^2}{9}=-1"],
        [r"\frac{x^2}{9}+\frac{y^2}{16}=1", r"\frac{y^2}{9}-\frac{x^2}{16}=1", "9x^2-16y^2=144"],
    ),
    ("2xyz", ["2zyx", "2yxz", r"2x\cdot y\cdot z", "2*x*y*z"], ["xyz", "2xy", "2x+y+z", "2xyZ", "2x^2y"]),
    ("(n-1)!", [r"\frac{n!}{n}", r"(n-1)(n-2)!"], ["n!-1", "n!", "(n+1)!", "(1-n)!", "n-1"]),
    (
        r"\frac{1}{4}\left(1-\frac{1}{3^{n}}\right)",
        [r"\frac14-\frac{1}{4\cdot3^n}", r"\frac{3^n-1}{4\cdot3^n}"],
        [r"\frac14\left(1-\frac{1}{3n}\right)", r"\frac{1}{4}\left(1+\frac{1}{3^n}\right)"],
    ),
    (
        r"\lfloor x\rfloor+1",
        [r"1+\lfloor x\rfloor", r"\lfloor x+1\rfloor"],
        [r"\lceil x\rceil", r"\lfloor x\rfloor", "x+1", r"\lfloor x-1\rfloor"],
    ),
    (
        "f(x)=0, f(x)=x",
        ["f(x)=x, f(x)=0", r"f(x)=0 \text{ and } f(x)=x"],
        ["f(x)=0", "f(x)=x", "f(x)=1, f(x)=x", "f(x)=0, f(x)=-x"],
    ),
    (
        "(2, 3, 5), (3, 2, 5)",
        [r"(3,2,5)\text{ and }(2,3,5)", r"\{(2,3,5),(3,2,5)\}"],
        ["(2,3,5)", "(2,3,5),(3,5,2)", "(2,3,5,3,2,5)", "(5,3,2),(5,2,3)"],
    ),
    (
        "a=4, -8, -10",
        ["4,-8,-10", r"\{-10,-8,4\}", "a=-10,-8,4", r"a=4\text{ or }-8\text{ or }-10"],
        ["a=4", "a=-4,8,10", "4,-8", "a=4, b=-8, c=-10.5"],
    ),
    (
        r"\frac{n(n+1)(2n+1)}{6}",
        [r"\frac{2n^3+3n^2+n}{6}", r"\frac16n(n+1)(2n+1)"],
        [r"\frac{n(n+1)}{2}", r"\frac{n(n+1)(2n-1)}{6}", r"\frac{n^3}{3}"],
    ),
    (r"|x|+|y|\le 1", [r"|y|+|x|\leq1", r"1\ge|x|+|y|"], [r"|x|+|y|<1", r"|x+y|\le1", r"|x|+|y|\ge1", r"x+y\le1"]),
    ("2:3", [r"\frac23", "4:6", "2 : 3"], ["3:2", "2:5", "5", "6:4"]),
    (
        r"\left(\frac{1}{2},\frac{1}{3},\frac{1}{6}\right)",
        [r"(1/2,1/3,1/6)", r"(0.5,\tfrac13,\tfrac16)"],
        [r"(\frac13,\frac12,\frac16)", r"(\frac12,\frac13)", "1", r"(\frac12,\frac13,\frac15)"],
    ),
]


@pytest.mark.parametrize(("reference", "answer", "right"), rows(PRINTED))
def test_a_printed_expression_is_the_one_that_is_written(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(UNEVALUATED))
def test_an_unevaluated_form_is_itself_in_another_spelling(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(CONTEST))
def test_answers_of_contests(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


CASES = [*PRINTED, *CONTEST]
"""The rows that are symmetric."""
