r"""Equations and relations: equal up to a factor, and never to one of their sides; then matrices, vectors and i.

Left out as policy: `xy = 1` and `y = 1/x` (a factor that is not constant), `x^2 = 4` and `x = \pm2`, a column vector
and a tuple.
"""

import pytest

from tests.rewards.maths.rows import Case, check, rows

EQUATIONS: list[Case] = [
    (
        "2x+4y-3=0",
        ["4x+8y=6", r"y=-\frac12x+\frac34", "-2x-4y+3=0", r"\frac{x}{2}+y=\frac34", "2x=3-4y", "0=2x+4y-3", "x+2y=1.5"],
        [
            "2x+4y+3=0",
            "2x-4y-3=0",
            "2x+4y=-3",
            "x+2y-3=0",
            "2x+4y-3=1",
            "2x+4y-3",
            "2x+4y-3<0",
            r"2x+4y\ne3",
            "2x+4y=3x",
        ],
    ),
    (
        "x^2+y^2=25",
        [
            "y^2+x^2=25",
            "x^2+y^2-25=0",
            "x^2=25-y^2",
            "25=x^2+y^2",
            r"\frac{x^2}{25}+\frac{y^2}{25}=1",
            "x^2 + y^2 = 5^2",
        ],
        ["x^2+y^2=5", "x^2-y^2=25", "x+y=5", "x^2+y^2<25", "(x+y)^2=25", "x^3+xy^2=25x", "x^2+y^2", "25", "a^2+b^2=25"],
    ),
    (
        "5x - 7y + 11z + 4 = 0",
        ["-5x+7y-11z-4=0", "5x-7y+11z=-4", "10x-14y+22z+8=0", r"x-\frac75y+\frac{11}{5}z+\frac45=0", "5x+11z=7y-4"],
        ["5x-7y+11z-4=0", "5x-7y+11z=4", "x-y+z+2=0", "7x-5y+11z+4=0", "5x-7y+11z+4", "5x-7y+11z+4=1", "5x+7y+11z+4=0"],
    ),
    (
        "x^2/4 + y^2/3 = 1",
        ["3x^2+4y^2=12", r"\frac{x^2}{4}+\frac{y^2}{3}=1", "x^2/16+y^2/12=1/4"],
        ["x^2/3+y^2/4=1", "4x^2+3y^2=12"],
    ),
    (
        "(x-1)^2+(y+2)^2=9",
        ["x^2+y^2-2x+4y-4=0", "(y+2)^2+(1-x)^2=9"],
        ["(x+1)^2+(y-2)^2=9", "(x-1)^2+(y+2)^2=3", "(x-1)^2+(y+2)^2"],
    ),
    ("y^2=4x", ["4x=y^2", r"x=\frac{y^2}{4}", "y^2-4x=0"], ["x^2=4y", "y^2=-4x", "y=4x", "y=2x", "y^2=4x+1", "y=4x^2"]),
    ("a = b", ["b=a", "a-b=0", "2a=2b"], ["a=-b", "a+b=0", "a=2b", r"a\ne b", "a=c", "ab=0"]),
    (
        r"x \equiv 3 \pmod{7}",
        [r"x\equiv 3 \pmod 7"],
        [r"x\equiv 4\pmod 7", r"x \equiv 3 \pmod{5}", "3", r"x\equiv 7 \pmod 3"],
    ),
]

RELATIONS_OF_VALUES: list[Case] = [
    (
        "f(2) < f(1) < f(4)",
        ["f(2)<f(1)<f(4)", r"f(2) \lt f(1) \lt f(4)"],
        ["f(1)<f(2)<f(4)", "f(4)<f(1)<f(2)", "f(2y)<f(1)<f(4)", "f(2)<f(y)<f(4)", "f(2)<f(1)", r"f(2)\le f(1)<f(4)"],
    ),
    ("a<b<c", ["a < b < c"], ["a<c<b", "c<b<a", "a<b", r"a\le b<c", "b<c", "a=b=c"]),
    ("f(1)=3", ["f(1) = 3"], ["f(1)=4", "f(3)=1", "f(1)<3", "4"]),
]

MATRICES: list[Case] = [
    (
        r"\begin{pmatrix} -1 & 0 \\ 0 & -1 \end{pmatrix}",
        [
            r"\begin{bmatrix}-1&0\\0&-1\end{bmatrix}",
            r"\left[\begin{array}{cc}-1&0\\0&-1\end{array}\right]",
            r"\left(\begin{array}{rr}-1&0\\0&-1\end{array}\right)",
            r"\begin{pmatrix}-1&0\\0&-1\\\end{pmatrix}",
            r"-\begin{pmatrix}1&0\\0&1\end{pmatrix}",
            r"\begin{pmatrix}-1.0 & 0 \\ 1-1 & -\frac22\end{pmatrix}",
            r"\begin{matrix}-1&0\\0&-1\end{matrix}",
        ],
        [
            r"\begin{pmatrix}1&0\\0&1\end{pmatrix}",
            r"\begin{pmatrix}0&-1\\-1&0\end{pmatrix}",
            r"\begin{pmatrix}-1&0&0&-1\end{pmatrix}",
            r"\begin{pmatrix}-1\\0\\0\\-1\end{pmatrix}",
            r"\begin{pmatrix}-1&0\end{pmatrix}",
            "-1",
            r"\begin{vmatrix}-1&0\\0&-1\end{vmatrix}",
        ],
    ),
    (
        r"\begin{pmatrix} 1/5 \\ -18/5 \end{pmatrix}",
        [
            r"\begin{pmatrix}\frac15\\-\frac{18}5\end{pmatrix}",
            r"\frac15\begin{pmatrix}1\\-18\end{pmatrix}",
            r"\begin{pmatrix} 0.2 \\ -3.6 \end{pmatrix}",
            r"\begin{bmatrix} 1/5 \\ -18/5 \end{bmatrix}",
        ],
        [
            r"\begin{pmatrix}1\\-18\end{pmatrix}",
            r"\begin{pmatrix}-18/5\\1/5\end{pmatrix}",
            r"\begin{pmatrix}1/5\\18/5\end{pmatrix}",
            r"\begin{pmatrix}1/5\\-18/5\\0\end{pmatrix}",
            r"5\begin{pmatrix}1\\-18\end{pmatrix}",
        ],
    ),
    (
        r"\begin{pmatrix}1&2\\3&4\end{pmatrix}",
        [
            r"\begin{pmatrix}0&1\\1&2\end{pmatrix}+\begin{pmatrix}1&1\\2&2\end{pmatrix}",
            r"\begin{bmatrix}1 & 2 \\ 3 & 4\end{bmatrix}",
        ],
        [
            r"\begin{pmatrix}1&3\\2&4\end{pmatrix}",
            r"\begin{pmatrix}1&2\\3&5\end{pmatrix}",
            r"\begin{pmatrix}3&4\\1&2\end{pmatrix}",
            "-2",
        ],
    ),
    (
        "-2",
        [r"\begin{vmatrix}1&2\\3&4\end{vmatrix}"],
        [r"\begin{vmatrix}2&1\\4&3\end{vmatrix}", r"\begin{pmatrix}-2&0\\0&-2\end{pmatrix}"],
    ),
    (
        "ad-bc",
        [r"\begin{vmatrix}a&b\\c&d\end{vmatrix}", "da-cb"],
        [r"\begin{vmatrix}a&c\\d&b\end{vmatrix}", "ab-cd", "bc-ad"],
    ),
    (
        r"\begin{pmatrix}2&1\\4&3\end{pmatrix}",
        [r"\begin{pmatrix}1&2\\3&4\end{pmatrix}\begin{pmatrix}0&1\\1&0\end{pmatrix}"],
        [
            r"\begin{pmatrix}0&1\\1&0\end{pmatrix}\begin{pmatrix}1&2\\3&4\end{pmatrix}",
            r"\begin{pmatrix}2&4\\1&3\end{pmatrix}",
        ],
    ),
    (
        r"3\mathbf{i}-2\mathbf{j}",
        [r"-2\mathbf{j}+3\mathbf{i}"],
        [r"3\mathbf{j}-2\mathbf{i}", r"3\mathbf{i}+2\mathbf{j}", r"3\mathbf{i}"],
    ),
]

COMPLEX: list[Case] = [
    (
        "6-5i",
        ["-5i+6", "6 - 5i", r"6-5\mathrm{i}", "6+(-5)i", "6-5*i", r"\frac{12-10i}{2}", "i(-5-6i)", "6-i5", "6.0-5.0i"],
        ["6+5i", "-6-5i", "5-6i", "6-5", "(6,-5)", "i", "-6+5i", "6", "1", "6-5x"],
    ),
    (
        "-1",
        [r"e^{i\pi}", "i^2", r"e^{\pi i}", "i^{6}", r"i \cdot i", r"\cos\pi"],
        ["1", "i", "-i", r"e^{2\pi i}", "i^4", r"e^{\pi}"],
    ),
    ("1+274i", ["274i+1", "1 + 274 i"], ["274+i", "1-274i", "275i", "1+274", "275"]),
    ("2i", [r"\sqrt{-4}", "(1+i)^2", "i+i", "2*i"], ["-2i", "2", "-2", r"\sqrt4", "i^2", "(1-i)^2"]),
    ("-i", [r"\frac{1}{i}", "i^3", r"\frac{1-i}{1+i}", "1/i"], ["i", "1", "-1", r"\frac{1+i}{1-i}"]),
    (
        "5",
        ["|3+4i|", r"\sqrt{3^2+4^2}", "(2+i)(2-i)", "|5|", "|-5|"],
        ["|3|+|4i|", "3+4i", "|3+4|", "(2+i)^2", "|6-5i|"],
    ),
    (
        r"\frac{-1+i\sqrt{3}}{2}",
        [r"-\frac12+\frac{\sqrt3}{2}i", r"e^{2\pi i/3}"],
        [r"\frac{-1-i\sqrt3}{2}", r"\frac{1+i\sqrt3}{2}", r"e^{\pi i/3}"],
    ),
    (
        r"\frac{3}{4}i",
        [r"\frac34i", "0.75i", "3i/4", r"\frac{3i}{4}"],
        [r"\frac{3}{4i}", r"\frac34", r"\frac43i", r"-\frac34i"],
    ),
    (r"2 \text{cis} \frac{\pi}{3}", [], ["2", r"\frac{\pi}{3}", r"2\text{cis}\frac{\pi}{6}"]),
    ("e^{ix}", [r"\cos x+i\sin x"], [r"\cos x-i\sin x", r"\sin x+i\cos x", r"\cos x+\sin x"]),
]


@pytest.mark.parametrize(("reference", "answer", "right"), rows(EQUATIONS))
def test_an_equation_is_equal_up_to_a_constant_factor(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(RELATIONS_OF_VALUES))
def test_a_relation_of_values_keeps_its_order(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(MATRICES + COMPLEX))
def test_matrices_and_complex_numbers(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


CASES = [*EQUATIONS, *RELATIONS_OF_VALUES, *MATRICES, *COMPLEX]
