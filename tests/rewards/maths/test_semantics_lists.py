r"""Tuples, sets, lists and what stands for several values at once: order, multiplicity, and the plus-minus sign.

Left out as policy: a set with a repeated element, a one-element set against its element, `[1, 2]` as a list.
"""

import pytest

from tests.rewards.maths.rows import Case, check, rows

TUPLES: list[Case] = [
    (
        "(1,2)",
        [
            "(1, 2)",
            r"\left(1,2\right)",
            "(1.0, 4/2)",
            "1,2",
            "( 1 , 2 )",
            r"\bigl(1,2\bigr)",
            "(1;2)",
            "$(1,2)$",
            "1, 2",
        ],
        [
            "(2,1)",
            "2,1",
            r"\{1,2\}",
            "(1,2,2)",
            "(1,2,0)",
            "[1,2]",
            "[1,2)",
            "(1,3)",
            "1",
            "12",
            "1.2",
            "(-1,2)",
            "{1,2}",
        ],
    ),
    (
        r"\left( 3, \frac{\pi}{2} \right)",
        [r"(3,\pi/2)", r"(3,\tfrac{\pi}{2})", r"\left(3,\frac\pi2\right)", r"(3, 0.5\pi)", "(3, pi/2)"],
        [r"(\frac{\pi}{2},3)", "(3,90)", r"(3,\pi)", r"(3,-\frac{\pi}{2})", r"(3, 1.57)", r"3\cdot\frac{\pi}{2}", "3"],
    ),
    (
        "(6,31,-1)",
        ["(6, 31, -1)", "6,31,-1", r"\left( 6,\, 31,\, -1 \right)"],
        ["(6,-1,31)", "(6,31,1)", "(6,31)", "(31,6,-1)"],
    ),
    ("(1,-16,-4,43)", ["(1, -16, -4, 43)"], ["(1,-16,4,43)", "(1,-4,-16,43)", "(43,-4,-16,1)", "(1,-16,-4)", "24"]),
    ("(a+1, b)", ["(1+a,b)", "(a+1,b)"], ["(b,a+1)", "(a,b)", "(a+1)b", "(A+1,b)"]),
    ("((1,2),3)", ["((1, 2), 3)"], ["(1,2,3)", "((2,1),3)", "(1,(2,3))", "(3,(1,2))"]),
    ("(1,4.5)", [r"(1,\frac{9}{2})", r"(1, 4\frac12)"], ["(1,4)", "(1,5)", "(1,45)", "(4.5,1)"]),
]

SETS: list[Case] = [
    (
        r"\{1,2,3\}",
        [
            r"\{3,2,1\}",
            "1,2,3",
            "3,1,2",
            "{1,2,3}",
            r"\left\{1,2,3\right\}",
            r"\lbrace 1,2,3\rbrace",
            r"\{1;2;3\}",
            r"1, 2, \text{ and } 3",
            "1, 2, and 3",
            "1;2;3",
            r"1 \text{ or } 2 \text{ or } 3",
            r"\{1\}\cup\{2,3\}",
        ],
        [
            "(1,2,3)",
            r"\{1,2\}",
            r"\{1,2,3,4\}",
            "123",
            r"\{1,2,4\}",
            "6",
            r"\{-1,2,3\}",
            "1,2",
            "[1,3]",
            r"\{(1,2,3)\}",
            "1",
        ],
    ),
    (
        r"\{-\sqrt2,\sqrt2\}",
        [r"\pm\sqrt2", r"\{\sqrt{2},-\sqrt{2}\}", r"\sqrt2,-\sqrt2"],
        [r"\sqrt2", r"\{\sqrt2\}", "2"],
    ),
    (
        r"\emptyset",
        [r"\varnothing", r"\{\}", r"\{ \}", "∅"],
        ["0", r"\{0\}", r"\{\emptyset\}", r"\mathbb{R}", r"\{1\}"],
    ),
    (
        r"\{(1,2),(2,1)\}",
        ["(1,2),(2,1)", "(2,1),(1,2)", r"\{(2,1),(1,2)\}"],
        ["(1,2)", "(1,2,2,1)", r"\{1,2\}", "(1,2),(1,2)"],
    ),
    (r"\{a,b\}", [r"\{b,a\}", "a,b", "b, a"], ["(a,b)", r"\{a,B\}", "ab", "a+b", r"\{a\}"]),
    (r"\{\{1\},\{2\}\}", [r"\{\{2\},\{1\}\}"], [r"\{\{1,2\}\}", r"\{1,2,3\}", r"\{\{1\},\{3\}\}"]),
]

LISTS: list[Case] = [
    (
        "-2,1",
        [
            "1,-2",
            "1, -2",
            r"-2 \text{ and } 1",
            r"-2\text{ or }1",
            "-2 or 1",
            "1 and -2",
            r"\{-2,1\}",
            "(-2,1)",
            "$-2$ and $1$",
            "$-2$, $1$",
        ],
        ["2,-1", "-2", "1", "-2,1,0", "(1,-2)", "-21", "-2.1", "2,1", "-2,-1", "-1", "-2,1,1", "-2+1"],
    ),
    ("1,1,2", ["2,1,1", "1, 2, 1"], ["1,2", "1,2,2", "1,1,1,2", "4", "112", "2,2,1"]),
    (
        "3, 5, 7",
        ["7,5,3", "3,5,7", r"3,5\text{ and }7", "3, 5, and 7", r"\{3,5,7\}", "$3,5,7$"],
        ["3,5", "3,5,7,9", "3,5,8", "357"],
    ),
    (
        "(1,2),(3,4)",
        [
            "(3,4),(1,2)",
            r"\{(1,2),(3,4)\}",
            r"(1,2)\text{ and }(3,4)",
            "(1,2);(3,4)",
            "(1, 2), (3, 4)",
            "(1,2) or (3,4)",
        ],
        [
            "(2,1),(3,4)",
            "(1,2)",
            "(1,2),(3,4),(5,6)",
            "(1,2,3,4)",
            "(1,3),(2,4)",
            "(1,2),(1,2)",
            "(1,2)(3,4)",
            "(4,3),(2,1)",
        ],
    ),
    (
        "19, 46, and 82",
        [r"19, 46, \text{ and } 82", "82,46,19", r"19,46,82", r"19,\ 46\ \text{and}\ 82"],
        ["21, 36, and 82", "19, 46", "19 and 82", "147"],
    ),
    (
        r"6 \text{ and } 8",
        ["6,8", "8,6", "6 and 8", r"8 \text{ and } 6", r"6 \text{ or } 8"],
        ["6", "8", "68", "14", "6,8,10"],
    ),
    ("3", [], ["3 or 4", "3,4", "3 and 4", r"3\text{ or }4", "3,3", "(3,4)", r"\{3,4\}", "3;4", r"\pm3"]),
    ("x^2, 2x", ["2x, x^2", "x*x, x+x"], ["x^2", "2x", "2x^3", "x^2,2y", "x^2+2x"]),
]

PLUS_MINUS: list[Case] = [
    (
        r"1 \pm \sqrt{19}",
        [
            r"1+\sqrt{19},1-\sqrt{19}",
            r"1-\sqrt{19}, 1+\sqrt{19}",
            r"\{1+\sqrt{19},1-\sqrt{19}\}",
            "1 ± √19",
            r"x = 1 \pm \sqrt{19}",
            r"1\mp\sqrt{19}",
            r"\frac{2\pm\sqrt{76}}{2}",
            r"1+\sqrt{19} \text{ or } 1-\sqrt{19}",
            r"x=1+\sqrt{19}, x=1-\sqrt{19}",
        ],
        [
            r"1+\sqrt{19}",
            r"1-\sqrt{19}",
            r"\sqrt{19}\pm1",
            r"-1\pm\sqrt{19}",
            r"1\pm\sqrt{18}",
            r"\pm(1+\sqrt{19})",
            r"1\pm19",
            r"(1,\pm\sqrt{19})",
            r"1,\sqrt{19},-\sqrt{19}",
        ],
    ),
    (
        r"3 \pm 2 \sqrt{2}",
        [r"3-2\sqrt2,3+2\sqrt2", r"3\pm\sqrt8"],
        [r"3+2\sqrt2", r"2\pm3\sqrt2", r"3\pm\sqrt2", r"\pm3+2\sqrt2"],
    ),
    (
        r"\{1\pm\sqrt{5},-2\}",
        [r"\{-2,1+\sqrt5,1-\sqrt5\}", r"1+\sqrt5,1-\sqrt5,-2", r"-2,1\pm\sqrt5", r"\{-2, 1 \pm \sqrt{5}\}"],
        [r"\{1+\sqrt5,-2\}", r"\{1\pm\sqrt5\}", r"\{1\pm\sqrt5,2\}", r"\{-1\pm\sqrt5,-2\}", r"(1+\sqrt5,1-\sqrt5,-2)"],
    ),
    (r"\pm 1 \pm 2", [r"-3,-1,1,3", r"\pm1,\pm3", r"\{3,1,-1,-3\}"], [r"\pm3", "3,-3", "3,-1", r"\pm1", "3"]),
    (r"1 \pm 2 \mp 3", ["0,2", "2,0"], ["6,-4", "0", "2", "0,2,6,-4"]),
    (r"(\pm1, 2)", ["(1,2),(-1,2)", r"\{(-1,2),(1,2)\}"], ["(1,2)", "(1,2),(-1,-2)", "(2,1),(2,-1)", r"(1,\pm2)"]),
    (r"(\pm1,\pm2)", ["(1,2),(1,-2),(-1,2),(-1,-2)"], ["(1,2),(-1,-2)", "(1,-2),(-1,2)", "(1,2)", r"(\pm1,\mp2)"]),
    (r"(\pm1,\mp2)", ["(1,-2),(-1,2)", "(-1,2),(1,-2)"], ["(1,2),(-1,-2)", "(1,2),(1,-2),(-1,2),(-1,-2)", "(1,-2)"]),
    (
        r"\pm 2021",
        ["-2021,2021", r"\{2021,-2021\}", "{-2021, 2021}", "2021, -2021"],
        ["2021", "-2021", r"\pm2020", "0"],
    ),
    (
        r"\frac{-1 \pm \sqrt{13}}{4}",
        [r"\frac{-1+\sqrt{13}}4,\frac{-1-\sqrt{13}}4"],
        [r"\frac{1\pm\sqrt{13}}{4}", r"\frac{\sqrt{13}-1}{4}"],
    ),
]


@pytest.mark.parametrize(("reference", "answer", "right"), rows(TUPLES))
def test_a_tuple_is_ordered(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(SETS + LISTS))
def test_a_set_or_list_has_no_order_and_every_member(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(PLUS_MINUS))
def test_a_plus_minus_is_both_values(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


CASES = [*TUPLES, *SETS, *LISTS, *PLUS_MINUS]
