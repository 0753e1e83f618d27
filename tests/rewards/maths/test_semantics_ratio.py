r"""Ratios and times, dots, and what has no value.

Left out as policy: a ratio whose second member has two digits against its fraction (`7:32` and `7/32`), `1:2` in words,
`0.333...` with dots, an undefined reference against the very same text.
"""

import pytest

from tests.rewards.maths.rows import Case, check, rows

RATIOS: list[Case] = [
    (
        "1:2",
        ["1/2", r"\frac12", "0.5", "2:4", "1 : 2", r"1\colon2", "$1:2$"],
        ["2:1", "1:3", "1:2:1", "12", "2", "(1,2)", "1,2", "1.2"],
    ),
    ("3:4", ["3/4", "0.75", "6:8", r"\frac{3}{4}", r"75\%"], ["4:3", "4/3", "3:5", "3.4", "34", "3:4:5", "7"]),
    (r"\frac{1}{3}", ["1:3", "2:6"], ["3:1", "1:2", "1:3:3"]),
    ("a:b", [r"\frac{a}{b}", "a/b", "2a:2b"], ["b:a", "ab", r"\frac{b}{a}", "a:c", "a-b"]),
    (r"\sqrt{3}:1", [r"\sqrt3", r"3:\sqrt3"], [r"1:\sqrt3", r"\sqrt3:3", "3:1"]),
    (
        "1:2:3",
        ["1 : 2 : 3", "1:2:3", r"1\colon 2\colon 3"],
        ["3:2:1", "1:2", "1:3:2", "1:2:4", "1/6", "123", "(1,2,3)", "1:2:3:4"],
    ),
    ("2:3:4", ["2:3:4.0"], ["2:4:3", "4:3:2", "2:3", "2:3:5", "1/6", "9"]),
    ("12:00", ["12:00"], ["1:00", "12", "12:30", "12:01", "11:00"]),
    ("3:45", ["3:45"], ["3:46", "4:45", "1/15", "345", "6:90", "3.45", "45:3"]),
]

DOTS: list[Case] = [
    (
        r"1, 2, \ldots, n",
        [r"1,2,\dots,n", "1, 2, ..., n", r"1,2,\cdots,n", r"1,2,\ldots,n"],
        ["1,2,n", r"1,2,3,\ldots,n", r"1,2,\ldots,m", "n", r"1,\ldots,n", r"2,\ldots,n", r"1,2,\ldots", "1,2"],
    ),
    (
        r"1+2+\cdots+n",
        [r"1+2+\dots+n", r"1+2+\ldots+n"],
        [r"1+2+n", r"1+2+3+\cdots+n", r"\frac{n(n+1)}{2}", r"1+2+\cdots+m", "3"],
    ),
    (
        r"2, 4, 6, \ldots",
        [r"2,4,6,\dots", "2,4,6,..."],
        ["2,4,6", r"2,4,6,8,\ldots", r"2,4,\ldots", r"1,3,5,\ldots", "6"],
    ),
    (
        r"\{1,2,3,\ldots\}",
        [r"\{1,2,3,\dots\}"],
        [r"\{1,2,3\}", r"\{1,2,\ldots\}", r"\{2,3,4,\ldots\}", r"\{1,2,3,\ldots,10\}"],
    ),
]

UNDEFINED: list[Case] = [
    (
        r"\infty",
        [r"+\infty", "∞", r"\infty"],
        [r"-\infty", r"\frac10", "1/0", "10^{100}", "0", r"\frac{0}{0}", r"\frac{2}{1-1}"],
    ),
    (r"-\infty", [r"- \infty", "-∞"], [r"\infty", r"-\frac10", r"\log 0", r"\ln 0", "0", "-10^{100}"]),
    ("0", [], [r"\frac10", r"\frac00", "0/0", r"\frac{0}{1-1}", "1/0", r"\infty"]),
    ("1", ["0!", r"\frac{2}{2}"], [r"\frac00", "0/0", r"\frac{1-1}{0}", r"\frac{1}{0}", r"\frac{\infty}{\infty}"]),
    ("5", [], [r"\frac{5}{0}", r"\frac{5}{2-2}", r"5+\frac10", r"\frac{5\cdot0}{0}", r"5^{1/0}"]),
    (r"\frac{1}{0}", [], [r"\frac20", r"\frac{0}{0}", "0", "1", r"\infty", r"-\frac10", "10", r"\frac{1}{1-1}"]),
    ("x", [], [r"\frac{x}{0}", r"x+\frac00", r"\frac{0x}{0}", r"\frac{x}{x-x}"]),
]


@pytest.mark.parametrize(("reference", "answer", "right"), rows(RATIOS))
def test_a_ratio_of_two_is_their_quotient_and_else_member_by_member(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(DOTS))
def test_dots_are_equal_member_by_member_only(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(UNDEFINED))
def test_what_has_no_value_equals_nothing(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


CASES = [*RATIOS, *DOTS, *UNDEFINED]
