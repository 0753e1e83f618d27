r"""Sets of real numbers: intervals, unions, differences, inequalities and set-builders are one thing, endpoints count.

Left out as policy: `(2, \infty]`, `\mathbb{R}` in words, a list of intervals for their union.
"""

import pytest

from tests.rewards.maths.rows import Case, check, rows

INTERVALS: list[Case] = [
    (
        "(3,4]",
        [
            "(3, 4]",
            r"\left(3,4\right]",
            r"3<x\le4",
            r"x\in(3,4]",
            "(3,4.0]",
            r"4\ge x>3",
            r"(3,\frac{8}{2}]",
            "3 < x <= 4",
        ],
        [
            "[3,4]",
            "(3,4)",
            "[3,4)",
            "(4,3]",
            "(3,5]",
            r"\{3,4\}",
            "3,4",
            r"3\le x\le4",
            "(-3,4]",
            "4",
            "3<x<4",
            r"\{4\}",
        ],
    ),
    (
        r"(2,\infty)",
        [
            r"(2,+\infty)",
            "(2,∞)",
            "x>2",
            "2<x",
            r"2<x<\infty",
            r"\left(2, \infty\right)",
            r"\{x : x>2\}",
            r"x\in(2,\infty)",
        ],
        [
            r"[2,\infty)",
            r"(-2,\infty)",
            r"(-\infty,2)",
            r"(2,100)",
            "x<2",
            r"x\ge2",
            "2",
            r"\infty",
            "x=2",
            r"(3,\infty)",
            "x>-2",
        ],
    ),
    (
        r"(-\infty, 0]",
        [r"x\le0", r"0\ge x", r"\{x\mid x\leq 0\}", "(-∞, 0]"],
        [r"(-\infty,0)", r"[0,\infty)", "x<0", r"x\ge0"],
    ),
    (
        r"[-3,2]",
        [r"-3\le x\le2", r"2 \geq x \geq -3", r"[-3, 2.0]"],
        ["[-2,3]", "(-3,2)", "[2,-3]", "[-3,2)", "[-3,1]", "-3,2"],
    ),
    (
        r"\left[ \frac{\pi^2}{8}, \frac{5 \pi^2}{4} \right]",
        [r"[\pi^2/8,5\pi^2/4]", r"\frac{\pi^2}{8}\le x\le\frac{5\pi^2}{4}", r"[0.125\pi^2, 1.25\pi^2]"],
        [
            r"[\pi^2/8,5\pi^2/4)",
            r"[\pi/8,5\pi/4]",
            r"(\frac{\pi^2}{8},\frac{5\pi^2}{4})",
            r"[\frac{5\pi^2}{4},\frac{\pi^2}{8}]",
        ],
    ),
    (
        r"(-\sqrt{3}, \sqrt{3})",
        [r"-\sqrt3<x<\sqrt3", r"(-3^{1/2}, 3^{1/2})"],
        [r"[-\sqrt3,\sqrt3]", r"(-3,3)", r"(\sqrt3,-\sqrt3)"],
    ),
    (r"[2,2]", [r"\{2\}"], [r"\{3\}", "(2,3)", r"[2,\infty)"]),
    (
        "(-793, 10)",
        ["-793 < a < 10", "10>a>-793", "-793<x<10"],
        ["-793<a", r"-793 \le a < 10", "(-10, 793)", "-793 > a > 10"],
    ),
]

ALGEBRA: list[Case] = [
    (
        r"(0,9)\cup(9,36)",
        [
            r"(9,36)\cup(0,9)",
            r"(0,36)\setminus\{9\}",
            r"(0,36)-\{9\}",
            r"x\in(0,9)\cup(9,36)",
            "(0,9)∪(9,36)",
            r"(0,36) \backslash \{9\}",
        ],
        [
            "(0,36)",
            r"(0,9]\cup(9,36)",
            r"(0,9)\cup(9,36]",
            r"[0,36]\setminus\{9\}",
            r"(0,9)\cap(9,36)",
            "(0,9)",
            r"(0,36)\cup\{9\}",
        ],
    ),
    (
        r"(-\infty, 2) \cup (3, \infty)",
        [
            r"(3,\infty)\cup(-\infty,2)",
            r"\mathbb{R}\setminus[2,3]",
            r"x<2 \text{ or } x>3",
            "x > 3 or x < 2",
            r"(-\infty,\infty)\setminus[2,3]",
            "(-∞, 2) ∪ (3, ∞)",
            r"x \in (-\infty,2)\cup(3,+\infty)",
        ],
        [
            "[2,3]",
            "(2,3)",
            r"(-\infty,2]\cup[3,\infty)",
            r"\mathbb{R}\setminus(2,3)",
            r"\mathbb{R}\setminus\{2,3\}",
            r"(-\infty,2)\cap(3,\infty)",
            r"(-\infty,2)",
            "2<x<3",
            r"(-\infty,3)\cup(2,\infty)",
            r"x<2 \text{ or } x\ge3",
        ],
    ),
    (
        r"[1,5]",
        [r"[1,3]\cup[2,5]", r"[1,3]\cup[3,5]", r"[0,5]\cap[1,6]"],
        [r"[1,3)\cup(3,5]", r"[1,3]\cap[2,5]", r"[1,5)"],
    ),
    (r"(2,3)", [r"[1,3)\cap(2,5]", r"(2,3]\cap[0,3)"], [r"[2,3)", r"[1,3)\cup(2,5]", r"[2,3]"]),
    (
        r"\{1,2,3\}",
        [r"\{1,2\}\cup\{2,3\}", r"\{1,2,3,4\}\setminus\{4\}"],
        [r"\{1,2\}\cap\{2,3\}", r"\{1,2,3\}\setminus\{3\}"],
    ),
    (
        r"\{2\}",
        [r"\{1,2\}\cap\{2,3\}", r"\{1,2\}\setminus\{1\}", r"\{1,2\} - \{1\}"],
        [r"\{1\}", r"\{1,2\}\cup\{2,3\}"],
    ),
    (
        r"\{0\}\cup[1,2]",
        [r"[0,2]\setminus(0,1)", r"[1,2]\cup\{0\}"],
        [r"[0,2]", r"(0,2]", r"[1,2]", r"\{0\}\cup(1,2]", r"[0,2]\setminus[0,1]"],
    ),
    (
        r"\{-1\} \cup [0,7)",
        [r"[0,7)\cup\{-1\}", r"x\in\{-1\}\cup[0,7)"],
        [r"[-1,7)", r"[0,7)", r"\{1\}\cup[0,7)", r"\{-1\}\cup(0,7)"],
    ),
    (
        r"[-1, -\frac12) \cup (-\frac12, 0) \cup (0, \infty)",
        [
            r"[-1,\infty)\setminus\{-\tfrac12,0\}",
            r"(0,\infty)\cup[-1,-1/2)\cup(-1/2,0)",
            r"[-1,\infty)\setminus\{0,-0.5\}",
        ],
        [
            r"[-1,\infty)",
            r"[-1,\infty)\setminus\{0\}",
            r"(-1,-\frac12)\cup(-\frac12,0)\cup(0,\infty)",
            r"[-1,\infty)\setminus\{\frac12,0\}",
        ],
    ),
    (
        r"\mathbb{R}",
        [r"(-\infty,\infty)", r"x\in\mathbb{R}", "ℝ"],
        [r"\mathbb{Z}", r"[0,\infty)", r"\mathbb{C}", r"\mathbb{Q}"],
    ),
    (
        r"\mathbb{R}\setminus\{1\}",
        [
            r"(-\infty,1)\cup(1,\infty)",
            r"x\ne1",
            r"\{x\in\mathbb{R}: x\neq1\}",
            r"\mathbb{R} - \{1\}",
            r"x<1\text{ or }x>1",
        ],
        [
            r"\mathbb{R}",
            r"\mathbb{R}\setminus\{-1\}",
            "x=1",
            r"\{1\}",
            r"(-\infty,1]\cup[1,\infty)",
            r"\mathbb{R}\setminus\{0,1\}",
        ],
    ),
]

INEQUALITIES: list[Case] = [
    (
        "x>3",
        [
            "3<x",
            "x-3>0",
            "-x<-3",
            "2x>6",
            r"(3,\infty)",
            r"\{x\mid x>3\}",
            r"x \gt 3",
            "x > 3.0",
            "x > 6/2",
            r"3 \lt x",
        ],
        [r"x\ge3", "x<3", "3>x", "-x>-3", r"[3,\infty)", r"(-\infty,3)", "x>-3", "x=3", "3", "2x>3", "-x<3", "x>4"],
    ),
    (
        r"k \ge 2",
        [r"2\le k", "k>=2", r"k \geqslant 2", r"[2,\infty)", r"k-2\ge0"],
        [r"k>2", r"k\le2", "k=2", r"k\ge3", r"-k\ge-2", "2"],
    ),
    (
        r"x \leq 5",
        [r"5 \geq x", "x<=5", r"x\leqslant5", r"x \le 5", r"2x\le10"],
        [r"x\geq5", "x<5", r"5\le x", r"x\le-5", r"x \leq 50"],
    ),
    (
        r"-2 < x \le 5",
        ["(-2,5]", r"5\ge x>-2", r"x\in(-2,5]", r"-2<x\leq5"],
        ["(-2,5)", r"-2\le x\le5", "-2<x<5", r"x\le5", "-2<x"],
    ),
    (
        r"x \neq 3",
        [r"x\ne3", "x != 3", r"3 \neq x", r"\mathbb{R}\setminus\{3\}"],
        ["x=3", r"x\neq-3", "x>3", "3", "x<3"],
    ),
    (r"1\le x\le 1", [r"\{1\}"], [r"\{0\}", r"x\ge1", "1<x<1"]),
    (r"x<1 \text{ or } x>2", [r"x>2\text{ or }x<1", r"(-\infty,1)\cup(2,\infty)"], ["1<x<2", "x<1", "x>2", "(1,2)"]),
    ("x+y<1", ["y+x<1", "1>x+y", "y<1-x", "2x+2y<2"], ["x+y>1", r"x+y\le1", "x-y<1", "x+y<2", "x+y=1"]),
    ("0<f(x)<1", ["(0,1)"], ["[0,1]", "0<f(x)", "(0,2)", r"0\le f(x)<1"]),
]

BUILDERS: list[Case] = [
    (
        r"\{x : x>0\}",
        [r"(0,\infty)", r"\{y : y>0\}", r"\{x \mid x>0\}", r"\{x | x > 0\}"],
        [r"[0,\infty)", r"\{x:x<0\}", r"\{x:x\ge0\}"],
    ),
    (
        r"\{x\in\mathbb{R} \mid -1\le x<2\}",
        ["[-1,2)", r"\{t : -1\le t<2\}"],
        ["(-1,2)", "[-1,2]", r"\{-1,2\}", r"\{x : -1\le x\le2\}"],
    ),
    (
        r"\{x \mid x \ge 3\}",
        [r"[3,\infty)", r"\{x : 3\le x\}"],
        [r"(3,\infty)", r"\{3\}", r"(-\infty,3]", r"\{x \mid x \ge -3\}"],
    ),
    (
        r"\{x : x\ne 2\}",
        [r"\mathbb{R}\setminus\{2\}", r"(-\infty,2)\cup(2,\infty)"],
        [r"\{2\}", r"\mathbb{R}", r"\{x : x \ne -2\}"],
    ),
]


@pytest.mark.parametrize(("reference", "answer", "right"), rows(INTERVALS))
def test_the_endpoints_of_an_interval_and_their_openness_count(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(ALGEBRA))
def test_sets_are_worked_out(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(INEQUALITIES + BUILDERS))
def test_an_inequality_is_the_set_of_its_solutions(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


CASES = [*INTERVALS, *ALGEBRA, *INEQUALITIES, *BUILDERS]
