r"""Arithmetic on matrices: the entries that must come out, the shapes that have no value, and the caps on the work."""

import random
from fractions import Fraction

import pytest

from rlvr.rewards.maths.grammar.reading import read
from rlvr.rewards.maths.matrices import MAX_PRODUCTS, evaluate, has_matrix
from rlvr.rewards.maths.tree import Node, TooLarge, Undefined, num, sym
from rlvr.rewards.maths.truth import Truth
from rlvr.rewards.maths.values import scalar

A = r"\begin{pmatrix}1&2\\3&4\end{pmatrix}"
B = r"\begin{pmatrix}0&1\\-1&2\end{pmatrix}"
S = r"\begin{pmatrix}a&b\\c&d\end{pmatrix}"
COLUMN = r"\begin{pmatrix}1\\3\end{pmatrix}"
ROW = r"\begin{pmatrix}2&5\end{pmatrix}"
THREE = r"\begin{pmatrix}2&0&1\\1&3&2\\1&1&2\end{pmatrix}"

VALUES = [
    (A, [["1", "2"], ["3", "4"]]),
    (f"{A}+{B}", [["1", "3"], ["2", "6"]]),
    (f"{A}-{B}", [["1", "1"], ["4", "2"]]),
    (f"-{A}", [["-1", "-2"], ["-3", "-4"]]),
    (f"2{A}", [["2", "4"], ["6", "8"]]),
    (rf"{A}\cdot 3", [["3", "6"], ["9", "12"]]),
    (rf"\theta{COLUMN}", [[r"\theta"], [r"3\theta"]]),
    (rf"\theta\begin{{matrix}}1\\3\end{{matrix}}-{COLUMN}", [[r"\theta-1"], [r"3\theta-3"]]),
    (rf"\frac{{{A}}}{{2}}", [[r"\frac12", "1"], [r"\frac32", "2"]]),
    (rf"\frac12{A}", [["0.5", "1"], ["1.5", "2"]]),
    (f"{A}{B}", [["-2", "5"], ["-4", "11"]]),
    (f"{B}{A}", [["3", "4"], ["5", "6"]]),
    (rf"{A}\cdot{COLUMN}", [["7"], ["15"]]),
    (f"{ROW}{A}", [["17", "24"]]),
    (f"{ROW}{COLUMN}", [["17"]]),
    (f"{COLUMN}{ROW}", [["2", "5"], ["6", "15"]]),
    (f"{A}^2", [["7", "10"], ["15", "22"]]),
    (f"{A}^0", [["1", "0"], ["0", "1"]]),
    (f"{A}^{{-1}}", [["-2", "1"], ["1.5", "-0.5"]]),
    (f"{A}^{{-2}}", [[r"\frac{11}{2}", r"-\frac52"], [r"-\frac{15}{4}", r"\frac74"]]),
    (f"{A}^T", [["1", "3"], ["2", "4"]]),
    (f"{ROW}^T", [["2"], ["5"]]),
    (f"{COLUMN}^T{COLUMN}", [["10"]]),
    (
        f"{THREE}^{{-1}}",
        [[r"\frac23", r"\frac16", r"-\frac12"], ["0", r"\frac12", r"-\frac12"], [r"-\frac13", r"-\frac13", "1"]],
    ),
    (f"{S}+{A}", [["a+1", "b+2"], ["c+3", "d+4"]]),
    (f"{S}^2", [["a^2+bc", "ab+bd"], ["ca+dc", "cb+d^2"]]),
    (f"{S}^T", [["a", "c"], ["b", "d"]]),
    (rf"{S}/\det{S}", [[r"\frac{a}{ad-bc}", r"\frac{b}{ad-bc}"], [r"\frac{c}{ad-bc}", r"\frac{d}{ad-bc}"]]),
    (f"x{A}^{{-1}}{COLUMN}", [["x"], ["0x"]]),
]

SCALARS = [
    (rf"\det{A}", "-2"),
    (r"\begin{vmatrix}1&2\\3&4\end{vmatrix}", "-2"),
    (f"|{A}|", "-2"),
    (rf"\left|{S}\right|", r"a\cdot d-bc"),
    (rf"\det{THREE}", "6"),
    (rf"\det({A}{B})", "-2"),
    (rf"2\det{A}+1", "-3"),
    (rf"\sqrt{{1-4\det{A}}}", "3"),
    (rf"|{COLUMN}|", r"\sqrt{10}"),
    (rf"|{ROW}|", r"\sqrt{29}"),
    (r"\begin{vmatrix}a&b&c\\b&c&a\\c&a&b\end{vmatrix}", "3abc-a^3-b^3-c^3"),
    (r"\begin{vmatrix}1&0&0&2\\0&1&0&0\\0&0&3&0\\2&0&0&1\end{vmatrix}", "-9"),
    (r"\begin{vmatrix}7\end{vmatrix}", "7"),
]

UNDEFINED = [
    f"{A}+1",
    f"{A}+{COLUMN}",
    f"{ROW}+{COLUMN}",
    f"{COLUMN}{A}",
    f"{COLUMN}{COLUMN}",
    f"{A}{ROW}",
    f"{COLUMN}^2",
    f"{ROW}^{{-1}}",
    f"1/{A}",
    f"{A}/{A}",
    rf"\frac{{{A}}}{{0}}",
    r"\begin{pmatrix}1&2\\2&4\end{pmatrix}^{-1}",
    r"\det\begin{pmatrix}1&2&3\\4&5&6\end{pmatrix}",
    rf"\det{COLUMN}",
    r"|\begin{pmatrix}1&2&3\\4&5&6\end{pmatrix}|",
]

LEFT = [
    "x+1",
    r"\frac10",
    f"{A},{B}",
    f"x={A}",
    rf"\{{{A}\}}",
    rf"\sin{A}",
    f"e^{{{A}}}",
    f"{A}^x",
    f"{A}^{{1/2}}",
]


@pytest.mark.parametrize(("text", "entries"), VALUES)
def test_the_entries_of_the_result(text: str, entries: list[list[str]]) -> None:
    found = evaluate(read(text))

    assert found.head == "matrix"
    assert [len(row) for row in found.args] == [len(row) for row in entries]
    for row, expected in zip(found.args, entries, strict=True):
        for one, other in zip(row, expected, strict=True):
            assert scalar.equal(one, read(other), symbolic=True).truth is Truth.TRUE


@pytest.mark.parametrize(("text", "value"), SCALARS)
def test_determinants_and_lengths_are_scalars(text: str, value: str) -> None:
    found = evaluate(read(text))

    assert not has_matrix(found)
    assert scalar.equal(found, read(value), symbolic=True).truth is Truth.TRUE


@pytest.mark.parametrize("text", UNDEFINED)
def test_what_does_not_fit_has_no_value(text: str) -> None:
    with pytest.raises(Undefined):
        evaluate(read(text))


@pytest.mark.parametrize("text", LEFT)
def test_what_is_no_arithmetic_of_matrices_is_left_as_it_is(text: str) -> None:
    assert evaluate(read(text)) == read(text)


def test_zero_times_an_undefined_entry_is_not_zero() -> None:
    undefined = Node("div", (num(1), num(0)))
    found = evaluate(Node("mul", (num(0), Node("matrix", ((undefined,),)))))

    assert scalar.is_undefined(found.args[0][0])


def test_a_decimal_stays_one_so_that_its_tolerance_does() -> None:
    found = evaluate(read(r"2\begin{pmatrix}0.333\end{pmatrix}"))

    assert any(one.head == "dec" for one in found.args[0][0].args)


def square(size: int, entry: Node) -> Node:
    return Node("matrix", tuple((entry,) * size for _ in range(size)))


@pytest.mark.parametrize(
    "node",
    [
        Node("mul", (square(60, num(1)), square(60, num(1)))),
        Node("pow", (square(10, num(1)), num(2**40))),
        Node("pow", (square(30, num(1)), num(999))),
        Node("pow", (square(2, sym("x")), num(999))),
        Node("pow", (square(2, Node("div", (num(2), num(3)))), num(-(10**30)))),
        Node("pow", (square(4, num(2)), num(-1))),
        Node("fn", ("det", square(6, num(1)))),
        Node("mul", (square(2, sym("x")),) * 40),
    ],
)
def test_more_work_than_the_caps_allow_is_refused(node: Node) -> None:
    with pytest.raises(TooLarge):
        evaluate(node)


def test_a_large_matrix_by_itself_is_not_worked_on() -> None:
    large = square(300, sym("x"))

    assert sum(map(len, large.args)) > MAX_PRODUCTS
    assert evaluate(large) is large
    assert evaluate(Node("neg", (large,))).args[299][299] == Node("neg", (sym("x"),))


def test_a_tree_that_no_parser_makes_is_refused_and_not_a_crash() -> None:
    deep = square(1, num(1))
    for _ in range(5000):
        deep = Node("neg", (deep,))

    with pytest.raises(TooLarge, match="deep"):
        evaluate(deep)


def test_large_numbers_are_folded_only_so_far() -> None:
    found = evaluate(Node("pow", (square(1, num(10**300)), num(64))))

    assert found.head == "matrix"
    assert all(one.args[0].bit_length() <= 2000 for one in [found.args[0][0].args[0]] if one.head == "num")


@pytest.mark.parametrize("seed", range(20))
def test_the_laws_of_matrices_on_random_numbers(seed: int) -> None:
    draw = random.Random(seed)
    size = draw.randrange(1, 4)
    a, b = (some_matrix(draw, size) for _ in range(2))
    product = evaluate(Node("mul", (a, b)))
    determinants = [scalar.value(evaluate(Node("fn", ("det", one)))) for one in (a, b, product)]

    assert None not in determinants
    assert determinants[0] * determinants[1] == determinants[2]  # type: ignore[operator]
    if determinants[0]:
        inverse = Node("pow", (a, num(-1)))
        assert evaluate(Node("mul", (a, inverse))) == evaluate(Node("pow", (a, num(0))))
        assert evaluate(Node("mul", (inverse, product))) == b
    else:
        with pytest.raises(Undefined):
            evaluate(Node("pow", (a, num(-1))))


def some_matrix(draw: random.Random, size: int) -> Node:
    values: list[int | Fraction] = [0, 1, 2, -1, Fraction(1, 2), 3]
    return Node("matrix", tuple(tuple(num(draw.choice(values)) for _ in range(size)) for _ in range(size)))
